"""What docs/record.md shows as examples is what the code makes."""

from pathlib import Path

from covenant.record.engine import merkle, notes
from covenant.record.types import MAXIMUM_MERGE_DELAY, data_of

PAGE = (Path(__file__).parent.parent.parent / "docs" / "record.md").read_text()


def indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def test_the_examples_are_made_by_the_code() -> None:
    origin, rows = "covenant.example/record", range(3)
    signer = notes.new_signer(origin, bytes(range(32)))
    acts = [data_of(f"2026-03-02T12:00:0{n}Z", "thing.done", f"thing-{n}", {"n": n}) for n in rows]
    leaves = [merkle.leaf_hash(act.encode()) for act in acts]
    nodes, size = merkle.in_memory(leaves)
    text = notes.Checkpoint(origin, size, merkle.range_hash(nodes, 0, size)).text
    note = f"{text}\n{signer.sign(text)}"
    promise = notes.Promise(origin, leaves[1], "2026-03-02T12:00:01Z", MAXIMUM_MERGE_DELAY).text
    proof = notes.Proof(1, tuple(merkle.inclusion_proof(nodes, 1, size)), note).text
    assert f"`{signer.key}`" in PAGE
    assert indented(f"{acts[1]}\n{leaves[1].hex()}") in PAGE
    assert indented(note) in PAGE
    assert indented(f"{promise}\n{signer.sign(promise)}") in PAGE
    assert indented(proof.split("\n\n")[0]) in PAGE


def test_it_says_the_delay_that_is_kept() -> None:
    assert f"**Within {MAXIMUM_MERGE_DELAY} seconds**" in PAGE
