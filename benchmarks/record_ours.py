"""Our side: pending acts sequenced and signed in a real database; a record of a size; the tree by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measured import say, timed

ORIGIN, DAY = "bench.example/record", "2026-03-02T00:00:00Z"


def tree(size: int) -> None:
    """Appends and proofs a second in memory, and the root over them all."""
    from covenant.record.engine import merkle, tiles

    data = [f"entry {number}".encode() for number in range(size)]
    files: dict[str, bytes] = {}

    def build() -> bytes:
        files.clear()
        leaves = [merkle.leaf_hash(each) for each in data]
        for start in range(0, size, 16_384):
            made = tiles.grow(files.__getitem__, start, leaves[start : start + 16_384])
            files.update((tile.path, content) for tile, content in made)
        return tiles.root_of(files.__getitem__, size)

    took, root = timed(build, 3)
    nodes = tiles.nodes_of(files.__getitem__, size)
    wanted = range(0, size, max(1, size // 2000))

    def prove() -> None:
        for index in wanted:
            merkle.inclusion_proof(nodes, index, size)

    proofs, _none = timed(prove, 3)
    say({"append": took["cpu"], "proof": proofs["cpu"], "proofs": len(wanted), "root": root.hex()})


def sequence(size: int) -> None:
    """So many acts that wait are given places, written as tiles and signed by the signer's own process."""
    import django

    django.setup()
    from django.core.management import call_command

    from covenant.record import actions, jobs, models, reads
    from covenant.record.engine.merkle import leaf_hash
    from covenant.record.types import data_of

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    rows = []
    for number in range(size):
        kind = "vote.counted" if number % 10 else "thing.done"
        data = data_of("2026-03-02T12:00:00Z", kind, "bench", {"first": True, "vote": f"{number:064x}"})
        leaf = leaf_hash(data.encode())
        rows.append(models.Entry(at=now, kind=kind, subject="bench", data=data, leaf=leaf))
    models.Entry.objects.bulk_create(rows, batch_size=5000)
    signer = subprocess.Popen([sys.executable, "-m", "covenant.cli", "record", "signer"])
    try:
        while not actions.signer_answers():
            time.sleep(0.05)
        start, used = time.perf_counter(), time.process_time()
        actions.sequence()
        placed = time.perf_counter()
        jobs.publish(now)
        end = time.perf_counter()
        tip = reads.tip()
        say({
            "places": placed - start, "signed": end - placed, "cpu": time.process_time() - used,
            "size": tip.size, "root": tip.root,
        })  # fmt: skip
    finally:
        signer.terminate()
        signer.wait()


def make(folder: str, size: int) -> None:
    """A record of so many entries, as files, signed: with no database."""
    from covenant.record import keys
    from covenant.record.engine import merkle, notes, tiles
    from covenant.record.signer import Signer
    from covenant.record.types import data_of

    out = Path(folder)
    signer = Signer(out.with_name("keys"), ORIGIN)

    def write(tile: tiles.Tile, content: bytes) -> None:
        file = out / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def read(path: str) -> bytes:
        return (out / path).read_bytes()

    for start in range(0, size, 16_384):
        rows = [
            data_of(
                "2026-03-02T00:00:00Z", "vote.counted", "bench", {"first": True, "vote": f"{n:064x}"}
            ).encode()
            for n in range(start, min(size, start + 16_384))
        ]
        for tile, content in tiles.grow(read, start, [merkle.leaf_hash(row) for row in rows]):
            write(tile, content)
        for at in range(0, len(rows), tiles.WIDTH):
            part = rows[at : at + tiles.WIDTH]
            write(tiles.Tile(tiles.ENTRIES, (start + at) // tiles.WIDTH, len(part)), tiles.bundle(part))
    text = notes.Checkpoint(ORIGIN, size, tiles.root_of(read, size)).text
    (out / "checkpoint").write_text(f"{text}\n{signer.checkpoint(text, [])}")
    (out / "keys.json").write_text(signer.keys())
    say({"key": keys.load(signer.folder)[0].vkey})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    match sys.argv[1:]:
        case ["tree", size]:
            tree(int(size))
        case ["sequence", size]:
            sequence(int(size))
        case ["make", folder, size]:
            make(folder, int(size))
