"""Libraries that others wrote find in our record, byte for byte, what ours finds."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import load
from tests.record.exports import act
from tests.records import published

GO, CODE = shutil.which("go"), Path("/usr/share/gocode")
PROGRAM = Path(__file__).parent / "independent" / "agree.go"
ENTRIES = 700  # two full tiles and a part of one, below a tile of the next level
PAIRS = [(0, 1), (1, 2), (3, 7), (255, 256), (256, 257), (200, 700), (512, 700), (699, 700), (300, 513)]


@pytest.mark.django_db
@pytest.mark.skipif(
    not (GO and (CODE / "src/golang.org/x/mod/sumdb/tlog").exists()),
    reason="there are no Go libraries here: Debian's golang-go and golang-golang-x-mod-dev",
)
def test_the_go_projects_own_libraries_agree_byte_for_byte(tmp_path: Path) -> None:
    for number in range(ENTRIES):
        act(number)
    folder = published(tmp_path / "record")
    (key,) = [held.key for held in load(tmp_path / "record-keys")]
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(CODE),
        "GOCACHE": str(tmp_path / "cache"),
    }
    pairs = [f"{part}/{whole}" for part, whole in PAIRS]
    done = subprocess.run(
        [str(GO), "run", str(PROGRAM), str(folder), str(key), *pairs],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    text, _by = notes.opened((folder / "checkpoint").read_text(), [key])
    ours = notes.checkpoint(text)
    assert (told["Origin"], told["Size"], told["Root"]) == (ours.origin, ours.size, notes.encode(ours.root))
    assert ours.size >= ENTRIES
    assert told["Signed"] == ours.origin
    levels = [tile for tile in tiles.tiles_of(ours.size) if tile.level != tiles.ENTRIES]
    assert told["Tiles"] == len(levels) == 4

    def read(path: str) -> bytes:
        return (folder / path).read_bytes()

    nodes = tiles.nodes_of(read, ours.size)
    for pair, (part, whole) in zip(pairs, PAIRS, strict=True):
        proof = merkle.inclusion_proof(nodes, part, whole)
        assert told["Inclusion"][pair] == [notes.encode(each) for each in proof], pair
        if part:
            proof = merkle.consistency_proof(nodes, part, whole)
            assert told["Consistency"][pair] == [notes.encode(each) for each in proof], pair
    theirs = notes.key(told["Verifier"])
    assert notes.opened(told["Note"], [theirs]) == (text, [theirs])
