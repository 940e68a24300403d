"""What others publish for the same formats: our checks say of every case what they say."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.record.engine import merkle, notes, tiles
from covenant.record.verify_record import climb, open_note, root_of
from covenant.record.verify_record import key_of as key_read_alone
from tests.record.naive import (
    careless_consistency,
    careless_inclusion,
    tree_path,
    tree_root,
    tree_subproof,
)

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "vectors"
VECTORS = DATA / "merkle" / "testdata"
CASES = {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}
here = pytest.mark.skipif(
    not VECTORS.exists(), reason="the vectors of transparency-dev/merkle are not here (set COVENANT_DATA)"
)


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text) if text else b""


def read(file: Path) -> tuple[str, dict[str, Any], list[bytes]]:
    """What a case is of, the case, and its proof."""
    case = json.loads(file.read_text())
    return file.relative_to(VECTORS).parts[0], case, [decoded(each) for each in case["proof"] or []]


def check_of(kind: str, case: dict[str, Any], proof: list[bytes]) -> Callable[[], None]:
    def hash(name: str) -> bytes:
        return decoded(case[name])

    if kind == "inclusion":
        return lambda: merkle.check_inclusion(
            hash("leafHash"), case["leafIdx"], case["treeSize"], proof, hash("root")
        )
    if kind == "consistency":
        return lambda: merkle.check_consistency(
            case["size1"], case["size2"], proof, hash("root1"), hash("root2")
        )
    if kind == "subtreeinclusion":
        return lambda: merkle.check_subtree_inclusion(
            hash("leafHash"), case["leafIdx"], case["start"], case["end"], proof, hash("root")
        )
    return lambda: merkle.check_subtree_consistency(
        case["start"], case["end"], case["size"], proof, hash("root1"), hash("root2")
    )


def passes(file: Path) -> bool:
    try:
        check_of(*read(file))()
    except merkle.WrongProof:
        return False
    return True


@here
@pytest.mark.parametrize("kind", CASES)
def test_every_proof_that_others_made_is_judged_as_they_judge_it(kind: str) -> None:
    files = sorted((VECTORS / kind).rglob("*.json"))
    assert len(files) == CASES[kind]
    judged = {file.relative_to(VECTORS).as_posix(): passes(file) for file in files}
    should = {file.relative_to(VECTORS).as_posix(): not read(file)[1]["wantErr"] for file in files}
    assert judged == should
    assert 0 < sum(should.values()) < len(should)


CARELESS = {
    "inclusion/single-entry/empty-root-and-leaf.json",
    "consistency/additional/size1-is-zero-and-does-not-equal-size2.json",
    "consistency/additional/size1-is-zero-and-size2-is-not-zero.json",
    "consistency/additional/sizes-are-equal-zero-and-proof-is-empty.json",
}


@here
@pytest.mark.parametrize("name", sorted(CARELESS))
def test_what_a_careless_check_takes_for_a_proof_is_refused(name: str) -> None:
    assert is_taken_carelessly(VECTORS / name)
    assert not passes(VECTORS / name)


@here
def test_those_four_are_all_that_the_careless_checks_take_wrongly() -> None:
    files = [file for kind in ("inclusion", "consistency") for file in (VECTORS / kind).rglob("*.json")]
    taken = {
        file.relative_to(VECTORS).as_posix()
        for file in files
        if read(file)[1]["wantErr"] and is_taken_carelessly(file)
    }
    assert taken == CARELESS


def is_taken_carelessly(file: Path) -> bool:
    kind, case, proof = read(file)
    if kind == "inclusion":
        leaf, root = decoded(case["leafHash"]), decoded(case["root"])
        return careless_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
    roots = decoded(case["root1"]), decoded(case["root2"])
    return careless_consistency(case["size1"], case["size2"], proof, *roots)


@here
def test_the_stand_alone_verifier_judges_every_proof_of_inclusion_alike() -> None:
    for file in (VECTORS / "inclusion").rglob("*.json"):
        _kind, case, proof = read(file)
        leaf, root, size = decoded(case["leafHash"]), decoded(case["root"]), case["treeSize"]
        whole = all(len(each) == 32 for each in (leaf, root, *proof)) and 0 <= case["leafIdx"] < size
        try:
            right = whole and climb(leaf, case["leafIdx"], size, proof) == root
        except ValueError:
            right = False
        assert right != case["wantErr"], file


def test_the_worked_example_of_a_signed_note() -> None:
    file = DATA / "signed-note" / "example.json"
    if not file.exists():
        pytest.skip("the worked example of C2SP signed-note is not here (set COVENANT_DATA)")
    told = json.loads(file.read_text())
    key = notes.key(told["verifier_key"])
    assert str(key) == told["verifier_key"]
    assert notes.opened(told["note"], [key]) == ("This is an example message.\n", [key])
    assert open_note(told["note"], dict([key_read_alone(told["verifier_key"])]))[0] == told["note"][:28]
    for changed in (told["note"].replace("example m", "Example m"), told["note"].replace("neya", "neyb")):
        with pytest.raises(ValueError):
            notes.opened(changed, [key])


LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {  # of the first so many of the entries above, which implementations of RFC 6962 are tried with
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_that_everyone_has_for_these_entries(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(each)) for each in LEAVES[:size]]
    nodes, _size = merkle.in_memory(leaves)
    assert merkle.range_hash(nodes, 0, size).hex() == ROOTS[size]
    assert root_of(leaves).hex() == ROOTS[size]
    assert tree_root(leaves).hex() == ROOTS[size]


def files_of(leaves: list[bytes], steps: list[int]) -> dict[str, bytes]:
    """The tiles of a tree that grew in steps."""
    files = dict[str, bytes]()
    sizes = sorted({*(step % (len(leaves) + 1) for step in steps), len(leaves)} - {0})
    for before, size in zip([0, *sizes], sizes, strict=False):
        grown = tiles.grow(files.__getitem__, before, leaves[before:size])
        files.update({tile.path: content for tile, content in grown})
    return files


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 1400), steps=st.lists(st.integers(0, 1400), max_size=6))
def test_proofs_tiled_are_those_from_memory_and_those_of_the_rfc(
    data: st.DataObject, size: int, steps: list[int]
) -> None:
    leaves = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    files = files_of(leaves, steps)
    assert {tile.path for tile in tiles.tiles_of(size) if tile.level != tiles.ENTRIES} <= set(files)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    memory, tiled = merkle.in_memory(leaves)[0], tiles.nodes_of(files.__getitem__, size)
    root, old_root = tree_root(leaves), tree_root(leaves[:old])
    assert merkle.range_hash(tiled, 0, size) == merkle.range_hash(memory, 0, size) == root_of(leaves) == root
    path = tree_path(index, leaves)
    assert merkle.inclusion_proof(tiled, index, size) == merkle.inclusion_proof(memory, index, size) == path
    merkle.check_inclusion(leaves[index], index, size, path, root)
    assert climb(leaves[index], index, size, path) == root
    proof = tree_subproof(old, leaves)
    assert merkle.consistency_proof(tiled, old, size) == merkle.consistency_proof(memory, old, size) == proof
    merkle.check_consistency(old, size, proof, old_root, root)
    for wrong in (index - 1, index + 1):
        with pytest.raises(merkle.WrongProof):
            merkle.check_inclusion(leaves[index], wrong, size, path, root)
    if old < size:
        with pytest.raises(merkle.WrongProof):
            merkle.check_consistency(old, size, proof, root, root)
