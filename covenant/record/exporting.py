"""A copy of the record's files as of one checkpoint, while the record goes on."""

from pathlib import Path

from covenant.record.copies import CHECKPOINT, WITNESSES
from covenant.record.engine import notes, tiles
from covenant.record.engine.merkle import SIZE
from covenant.record.keys import KEYS


def export(source: Path, out: Path) -> int:
    """Copy exactly what the newest checkpoint covers into a folder; returns how many entries that are.

    Raises
    ------
    OSError
        The files cannot be read or written.
    ValueError
        They are no record.
    """
    note = (source / CHECKPOINT).read_bytes()
    size = notes.checkpoint(notes.split(note.decode())[0]).size
    for tile in tiles.tiles_of(size):
        _put(out / tile.path, _of(source, tile))
    for name in (KEYS, WITNESSES):
        if (source / name).exists():
            _put(out / name, (source / name).read_bytes())
    _put(out / CHECKPOINT, note)
    return size


def _of(source: Path, tile: tiles.Tile) -> bytes:
    """What is in a tile; a narrow one may have become full meanwhile, and begins the full one."""
    try:
        return (source / tile.path).read_bytes()
    except FileNotFoundError:
        full = tiles.Tile(tile.level, tile.n)
        data = (source / full.path).read_bytes()
    if tile.level != tiles.ENTRIES:
        return data[: tile.width * SIZE]
    return tiles.bundle(tiles.entries_of(data, full)[: tile.width])


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
