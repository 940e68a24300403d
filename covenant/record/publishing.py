"""Writes the record as the files that are served: tiles, bundles of entries, the newest signed checkpoint."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from covenant.record import actions, reads
from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import KEYS, LOCK, load, locked, parse, sync_folder, write
from covenant.record.signer import Signs

CHECKPOINT, WITNESSES = "checkpoint", "witnesses"
A_BATCH = 16_384  # entries at a time: whole tiles


class Contradiction(Exception):
    """The rows, the files and what was signed do not agree; nothing is signed until somebody has looked."""


def publish(*, folder: Path, origin: str, signer: Signs, now: datetime) -> bool:
    """Write what has a place and is in no tile yet, have it signed; False where nothing was new.

    Everything is on the disk before it is signed. What a crash leaves half done is done again: tiles follow
    from the entries alone, and the signer knows what it signed last.

    Raises
    ------
    Contradiction
        What is there is not what was signed.
    Refused, NoSigner
        As the signer says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / LOCK):
        size = reads.size()
        signed, signed_root = signer.last()
        if signed > size:
            raise Contradiction(
                f"{signed} entries were signed, and there are {size}: the record was set back, or its signer "
                "is another's. See “When a backup is older than the record” in docs/running.md"
            )
        _keep_keys(folder, signer, now)
        size, kept = reads.size(), reads.tip()
        if kept.size == size and _is_written(folder, kept.note):
            return False
        if not size:
            return False
        _write_tiles(folder, signed if signed and _holds(folder, signed, signed_root) else 0, size)
        read = _reader(folder)
        nodes = tiles.nodes_of(read, size)
        if signed and merkle.range_hash(nodes, 0, signed) != signed_root:
            raise Contradiction(f"the first {signed} entries are not those that were signed")
        root = merkle.range_hash(nodes, 0, size)
        text = notes.Checkpoint(origin, size, root).text
        proof = merkle.consistency_proof(nodes, signed, size) if signed else []
        note = f"{text}\n{signer.checkpoint(text, proof)}"
        actions.keep_checkpoint(size=size, root=root, note=note, at=now)
        write(folder / CHECKPOINT, note)
        _drop_partial(folder, kept.size, size)
    return True


def add_lines(*, folder: Path, size: int, lines: str, now: datetime) -> None:
    """Keep the lines with which witnesses sign a checkpoint, and serve them if it is still the newest."""
    with locked(folder / LOCK):
        kept = reads.checkpoint_over(size - 1)
        if kept is None or kept.size != size:
            return
        more = _new_lines(kept.note, lines)
        file = folder / CHECKPOINT
        if file.exists() and file.read_text(encoding="utf-8") == kept.note:
            write(file, kept.note + more)
        actions.keep_checkpoint(size=size, root=bytes.fromhex(kept.root), note=kept.note + more, at=now)


def _new_lines(note: str, lines: str) -> str:
    """Of some lines of witnesses those by keys that have not signed a note yet: one by each is enough."""
    text, signatures = notes.split(note)
    there, found = {(each.name, each.id) for each in signatures}, ""
    for line in lines.splitlines(keepends=True):
        (signature,) = notes.split(f"{text}\n{line}")[1]
        if (signature.name, signature.id) not in there:
            there.add((signature.name, signature.id))
            found += line
    return found


def name_witnesses(folder: Path, keys: Sequence[notes.Key]) -> None:
    """Tell in public which witnesses are asked; those asked once stay, since they signed what is kept."""
    file = folder / WITNESSES
    told = file.read_text(encoding="utf-8") if file.exists() else ""
    more = "".join(f"{key}\n" for key in keys if f"{key}\n" not in told)
    if more:
        folder.mkdir(parents=True, exist_ok=True)
        write(file, told + more)


def _keep_keys(folder: Path, signer: Signs, now: datetime) -> None:
    """Publish the list of keys; what became of one since is an act, and stands in the record first."""
    told, file = signer.keys(), folder / KEYS
    if file.exists() and file.read_text(encoding="utf-8") == told:
        return
    held = parse(told)
    if gone := {key.vkey for key in load(folder)} - {key.vkey for key in held}:
        raise Contradiction(
            f"the signer does not know the key {min(gone)}, which is published: bring its folder of keys "
            "back, or say that the key is lost with `covenant record keys lost`"
        )
    actions.tell_keys(held=held, at=now)
    actions.sequence()
    write(file, told)


def _is_written(folder: Path, note: str) -> bool:
    file = folder / CHECKPOINT
    return file.exists() and file.read_text(encoding="utf-8").startswith(note)


def _reader(folder: Path) -> tiles.Read:
    return lambda path: (folder / path).read_bytes()


def _holds(folder: Path, size: int, root: bytes) -> bool:
    """Whether the tiles at the right edge are those of the tree that was signed."""
    try:
        edge = next((t for t in tiles.right_edge(size) if t.level == tiles.ENTRIES), None)
        if edge:
            tiles.entries_of((folder / edge.path).read_bytes(), edge)
        return tiles.root_of(_reader(folder), size) == root
    except (OSError, tiles.WrongTile):
        return False


def _write_tiles(folder: Path, size: int, end: int) -> None:
    """Write the tiles and bundles of the entries from a size on, from what is in the rows."""
    read = _reader(folder)
    while size < end:
        first = size - size % tiles.WIDTH
        upto = min(end, first + A_BATCH)
        rows = reads.leaves(start=first, end=upto)
        if len(rows) != upto - first:
            raise Contradiction(f"there is a gap among the entries from {first} up to {upto}")
        data = [text.encode() for text, _leaf in rows]
        leaves = [merkle.leaf_hash(each) for each in data]
        if leaves != [leaf for _text, leaf in rows]:
            raise Contradiction(f"an entry from {first} up to {upto} is not what its hash was made from")
        made = {tile.path: content for tile, content in tiles.grow(read, size, leaves[size - first :])}
        for tile in tiles.tiles_of(upto, since=size):
            if tile.level == tiles.ENTRIES:
                at = tile.n * tiles.WIDTH - first
                made[tile.path] = tiles.bundle(data[at : at + tile.width])
        _write_all(folder, made)
        size = upto


def _write_all(folder: Path, made: dict[str, bytes]) -> None:
    """Write files that never change again, and have all of them on the disk before this returns.

    What is in a file is there before its name is: a power cut leaves no name of a torn file.
    """
    parts, parents = dict[Path, Path](), set[Path]()
    for path, content in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        parents |= {parent for parent in file.parents if parent.is_relative_to(folder)}
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(content)
        parts[part] = file
    for part, file in parts.items():
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        part.replace(file)
    for parent in parents:
        sync_folder(parent)


def _drop_partial(folder: Path, before: int, now: int) -> None:
    """Delete narrow tiles where a full one stands in their place."""
    for tile in tiles.right_edge(before):
        full = tiles.Tile(tile.level, tile.n)
        narrow = (folder / tile.path).parent
        if (folder / full.path).exists() and narrow.is_dir():
            for file in narrow.iterdir():
                file.unlink(missing_ok=True)
            narrow.rmdir()
