"""A record of some entries as it is kept and served, with no database: what a test of files begins with."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from covenant.record.engine import merkle, notes, tiles
from covenant.record.engine.receipts import Receipt, write
from covenant.record.signer import Signer
from covenant.record.trust import Trust, keys_of, witnesses_of
from covenant.record.types import data_of, seal

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODIES: list[dict[str, Any]] = [
    {"name": "Testing", "tier": "district"},
    {},
    {"title": "Über die Brücke “now”", "members": [1, 2, {"a": None, "b": True}]},
    {"text": "line\nbreak, tab\t and \u2028", "count": -3},
    {"hash": "f" * 64},
]
ORIGIN = "log.example/record"
SALT = bytes(range(32))
SEALED = {"as": "cast", "statement": "s", "value": 1}


def entry(number: int) -> str:
    """The data of an entry; every third is a vote."""
    if number % 3 == 1:
        body = {"vote": seal({**SEALED, "statement": str(number)}, SALT), "first": True}
        return data_of("2026-03-02T00:00:00Z", "vote.counted", "c", body)
    at = (NOW + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return data_of(at, "thing.done", f"thing-{number}", BODIES[number % len(BODIES)])


@dataclass
class Log:
    """A log that signs and writes its files, as the real one does, for entries that a test gives it."""

    folder: Path
    signer: Signer
    witnesses: Sequence[notes.Signer] = ()
    data: list[str] = field(default_factory=list)
    nodes: merkle.Nodes = merkle.in_memory([])[0]

    @property
    def leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(each.encode()) for each in self.data]

    @property
    def note(self) -> str:
        return (self.folder / "checkpoint").read_text()

    @property
    def trust(self) -> Trust:
        return Trust(keys_of(self.signer.keys()), others=tuple(each.key for each in self.witnesses))

    def grow(self, more: int) -> str:
        """Add entries, write all tiles anew, sign; returns the checkpoint."""
        before = len(self.data)
        self.data += [entry(number) for number in range(before, before + more)]
        self.write_tiles()
        return self.sign(before)

    def write_tiles(self) -> None:
        """Write the tiles and bundles of all entries."""
        self.nodes = merkle.in_memory(self.leaves)[0]
        made = {tile.path: content for tile, content in tiles.grow(lambda path: b"", 0, self.leaves)}
        for tile in tiles.tiles_of(len(self.data)):
            if tile.level == tiles.ENTRIES:
                part = self.data[tile.n * 256 : tile.n * 256 + tile.width]
                made[tile.path] = tiles.bundle([each.encode() for each in part])
        for path, content in made.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)

    def sign(self, before: int) -> str:
        """Have the tree signed, which holds the `before` entries that were signed last."""
        size, nodes = len(self.data), self.nodes
        text = notes.Checkpoint(ORIGIN, size, merkle.range_hash(nodes, 0, size)).text
        proof = merkle.consistency_proof(nodes, before, size) if before else []
        seen = "".join(witness.cosign(text, 1_772_453_000) for witness in self.witnesses)
        (self.folder / "checkpoint").write_text(f"{text}\n{self.signer.checkpoint(text, proof)}{seen}")
        (self.folder / "keys.json").write_text(self.signer.keys())
        if self.witnesses:
            (self.folder / "witnesses").write_text("".join(f"{each.key}\n" for each in self.witnesses))
            assert witnesses_of((self.folder / "witnesses").read_text())
        return self.note

    def lie(self, data: Sequence[str]) -> str:
        """What a log can do that has its keys and forgets what it signed: other entries, signed as if new."""
        keep = self.signer.folder / "signed.json"
        keep.write_text(json.dumps({"origin": ORIGIN, "root": merkle.EMPTY.hex(), "size": 0}))
        shutil.rmtree(self.folder / "tile")
        self.data = list(data)
        self.write_tiles()
        return self.sign(0)

    def proof(self, index: int) -> str:
        return notes.Proof(
            index, tuple(merkle.inclusion_proof(self.nodes, index, len(self.data))), self.note
        ).text

    def promise(self, index: int, at: str = "2026-03-02T12:00:00Z") -> str:
        text = notes.Promise(ORIGIN, merkle.leaf_hash(self.data[index].encode()), at, 60).text
        return f"{text}\n{self.signer.promise(text)}"

    def receipt(self, index: int) -> str:
        """A receipt with all that it can have; that of a vote with its opening."""
        opening = {"salt": SALT.hex(), "sealed": {**SEALED, "statement": str(index)}}
        shown = opening if index % 3 == 1 else None
        return write(Receipt(self.data[index], self.promise(index), self.proof(index), shown))


def new_log(folder: Path, *, witnesses: int = 0) -> Log:
    """An empty log whose keys lie beside its folder."""
    (folder / "record").mkdir(parents=True)
    seen = [notes.new_signer(f"witness-{n}.example", bytes([n]) * 32, 4) for n in range(1, witnesses + 1)]
    return Log(folder / "record", Signer(folder / "keys", ORIGIN), seen)
