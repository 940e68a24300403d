"""The tree in files that never change: 256 hashes to a tile, 256 entries to a bundle.

Reference: C2SP tlog-tiles. A path is relative to where the record is served.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from covenant.record.engine.merkle import SIZE, Nodes, complete, range_hash

WIDTH = 256  # hashes in a full tile, entries in a full bundle
HEIGHT = 8  # of the subtree over a full tile
LONGEST = 0xFFFF  # bytes of an entry: its length stands before it in two
ENTRIES = "entries"  # in the place of the level

Read = Callable[[str], bytes]
_PATH = re.compile(
    r"tile/(?P<level>0|[1-9]|[1-5][0-9]|6[0-3]|entries)/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)


class WrongTile(ValueError):
    """A tile or bundle is not what its name says; the message names it."""


@dataclass(frozen=True)
class Tile:
    """Where a tile or a bundle of entries lies, and how many hashes or entries are in it."""

    level: int | str  # `ENTRIES` for a bundle
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """As in a URL or a folder.

        Examples
        --------
        >>> Tile(0, 1234067).path, Tile("entries", 5, 3).path
        ('tile/0/x001/x234/067', 'tile/entries/005.p/3')
        """
        digits = f"{self.n:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return f"tile/{self.level}/{place}" + ("" if self.width == WIDTH else f".p/{self.width}")


def parse_path(path: str) -> Tile | None:
    """The tile that a path names; None where it names none, or names one in another way than the one way."""
    found = _PATH.fullmatch(path)
    if found is None or len(path) > 100:
        return None
    level = found["level"] if found["level"] == ENTRIES else int(found["level"])
    tile = Tile(level, int(found["n"].replace("x", "").replace("/", "")), int(found["width"] or WIDTH))
    return tile if tile.path == path else None


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Every tile and bundle of a tree of a size that a tree of `since` entries had not, or had narrower."""
    yield from _row(ENTRIES, since, size)
    level = 0
    while size:
        yield from _row(level, since, size)
        level, since, size = level + 1, since // WIDTH, size // WIDTH


def _row(level: int | str, since: int, size: int) -> Iterator[Tile]:
    if size == since:
        return
    for n in range(since // WIDTH, size // WIDTH):
        yield Tile(level, n)
    if size % WIDTH:
        yield Tile(level, size // WIDTH, size % WIDTH)


def right_edge(size: int) -> Iterator[Tile]:
    """The tiles and the bundle at the end of a tree that are not full yet."""
    if size % WIDTH:
        yield Tile(ENTRIES, size // WIDTH, size % WIDTH)
    level = 0
    while size:
        if size % WIDTH:
            yield Tile(level, size // WIDTH, size % WIDTH)
        level, size = level + 1, size // WIDTH


def grow(read: Read, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The tiles of hashes that a tree gains with more entries.

    Parameters
    ----------
    read
        Gives the bytes of a tile by its path: asked only for those at the right edge of the tree so far.
    size
        How many entries the tree has so far.
    leaves
        The hashes of the entries that come, at least one.
    """
    level, new = 0, list(leaves)
    while new:
        kept = size % WIDTH
        row = _hashes(Tile(level, size // WIDTH, kept), read) + new if kept else new
        first, above = size // WIDTH, []
        for i in range(0, len(row), WIDTH):
            part = row[i : i + WIDTH]
            yield Tile(level, first + i // WIDTH, len(part)), b"".join(part)
            if len(part) == WIDTH:
                above.append(complete(part))
        level, size, new = level + 1, size // WIDTH, above


def _hashes(tile: Tile, read: Read) -> list[bytes]:
    data = read(tile.path)
    if len(data) != tile.width * SIZE:
        raise WrongTile(
            f"{tile.path}: it has {len(data)} bytes, and {tile.width} hashes have {tile.width * SIZE}"
        )
    return [data[i : i + SIZE] for i in range(0, len(data), SIZE)]


def nodes_of(read: Read, size: int) -> Nodes:
    """The hashes of complete subtrees, from the tiles of a tree of a size; each tile is read once."""
    known: dict[tuple[int, int], list[bytes]] = {}

    @cache  # many proofs ask for the same hashes
    def node(height: int, place: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        start = place << within
        n, offset = divmod(start, WIDTH)
        if (level, n) not in known:
            width = min(WIDTH, (size >> (HEIGHT * level)) - n * WIDTH)
            if width < 1:
                raise WrongTile(f"a tree of {size} entries has no subtree {place} of height {height}")
            known[level, n] = _hashes(Tile(level, n, width), read)
        return complete(known[level, n][offset : offset + (1 << within)])

    return node


def root_of(read: Read, size: int) -> bytes:
    """The root of a tree of a size, from its right-most tiles and those above."""
    return range_hash(nodes_of(read, size), 0, size)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(data: bytes, tile: Tile) -> list[bytes]:
    """The entries of a bundle.

    Raises
    ------
    WrongTile
        It does not hold exactly as many as its name says.
    """
    found, at = list[bytes](), 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data) or len(found) == tile.width:
            break
        found.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(found) != tile.width:
        raise WrongTile(f"{tile.path}: it does not hold {tile.width} entries")
    return found
