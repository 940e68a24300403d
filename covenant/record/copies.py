"""A copy of the record in a folder: whether it is whole, and what is wrong with it first."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from covenant.record.checking import entry_of
from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import KEYS, Held
from covenant.record.trust import Opened, Trust, Wrong, keys_of, open_checkpoint, witnesses_of

CHECKPOINT, WITNESSES = "checkpoint", "witnesses"
LARGEST = 256 * (tiles.LONGEST + 2)  # bytes of any file of a record
_OWN = {".lock"}  # of whoever writes the record; not a part of it


class Changed(Exception):
    """It is not the record that was signed; the message names the first file, and entry, that is wrong."""


class Unreadable(Exception):
    """It cannot be read, or is no record."""


@dataclass(frozen=True)
class Copy:
    """A folder of which every byte was checked."""

    folder: Path
    checkpoint: notes.Checkpoint
    note: Opened


def read(file: Path, longest: int = LARGEST) -> bytes:
    """What is in a file, if it is not longer than it may be.

    Raises
    ------
    Unreadable
        It is longer, or cannot be read.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(longest + 1)
    except (OSError, ValueError) as fault:
        said = fault.strerror if isinstance(fault, OSError) else "it has no such name"
        raise Unreadable(f"{file}: this cannot be read ({said})") from None
    if len(data) > longest:
        raise Unreadable(f"{file}: this is longer than {longest} bytes")
    return data


def text(file: Path, longest: int = notes.LARGEST) -> str:
    """The text in a file.

    Raises
    ------
    Unreadable, Changed
        It cannot be read; it is no text.
    """
    try:
        return read(file, longest).decode()
    except UnicodeDecodeError:
        raise Changed(f"{file}: this is no text in UTF-8") from None


def trust_beside(folder: Path, own: tuple[Held, ...] = ()) -> Trust:
    """Whose signatures count: those of the keys that the reader brings, or else of the list in the folder.

    Of a key that the reader brings, a list that is there may still say that it is retired or lost.

    Raises
    ------
    Unreadable, Changed
        There is no list of keys; it is not what it was.
    """
    file = folder / KEYS
    listed: tuple[Held, ...] = ()
    if not (file.exists() or own):
        raise Unreadable(f"{file}: this list of keys is not there; say with --key whose signatures count")
    if file.exists():
        try:
            listed = keys_of(text(file, 1_000_000))
        except Wrong as fault:
            raise Changed(f"{file}: {fault}") from None
    told = {held.vkey: held for held in listed}
    return Trust(tuple(told.get(held.vkey, held) for held in own) or listed, others=_named_beside(folder))


def _named_beside(folder: Path) -> tuple[notes.Key, ...]:
    """The witnesses that the record names itself: none where there is no list."""
    file = folder / WITNESSES
    try:
        return witnesses_of(text(file)) if file.exists() else ()
    except Wrong as fault:
        raise Changed(f"{file}: {fault}") from None


def signed(file: Path, trust: Trust) -> tuple[notes.Checkpoint, Opened]:
    """The checkpoint in a file, if it counts.

    Raises
    ------
    Unreadable, Changed
        It cannot be read; it does not count.
    """
    try:
        return open_checkpoint(text(file), trust)
    except ValueError as fault:
        raise Changed(f"{file}: {fault}") from None


def check(folder: Path, trust: Trust) -> Copy:
    """Check every byte of a record in a folder.

    The hashes over all entries are worked out anew. If they lead to the signed root, every entry is as it was
    signed, and a tile that says otherwise is wrong; if not, an entry is wrong, and the tiles say which.

    Raises
    ------
    Unreadable, Changed
        It cannot be read; something is wrong: the message names the first file, and entry.
    """
    checkpoint, opened = signed(folder / CHECKPOINT, trust)
    anew = _Anew(folder, checkpoint.size)
    anew.go_through()
    if anew.root() != checkpoint.root:
        raise Changed(
            f"{folder / CHECKPOINT}: the root that is signed is not the one over these entries"
            if anew.wrong_entry is None
            else anew.wrong_entry
        )
    if wrong := anew.wrong_tile or anew.wrong_words:
        raise Changed(wrong)
    _check_rest(folder, checkpoint.size)
    return Copy(folder, checkpoint, opened)


class _Anew:
    """Works the tree out from the entries alone and holds the tiles to it."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self.rows: list[list[bytes]] = [[]]  # by level: the hashes that fill no tile yet
        self.done: list[int] = [0]  # by level: how many tiles are full
        self.wrong_entry: str | None = None
        self.wrong_words: str | None = None
        self.wrong_tile: str | None = None

    def go_through(self) -> None:
        for tile in tiles.tiles_of(self.size):
            if tile.level != tiles.ENTRIES:
                break
            self._take(tile)
        for level, row in enumerate(self.rows):
            if row:
                self._hold(tiles.Tile(level, self.done[level], len(row)), row)

    def root(self) -> bytes:
        found = None
        for row in self.rows:
            for power in range(tiles.HEIGHT):
                if len(row) >> power & 1:
                    end = len(row) >> power << power
                    left = merkle.complete(row[end - (1 << power) : end])
                    found = left if found is None else merkle.node_hash(left, found)
        return merkle.EMPTY if found is None else found

    def _take(self, tile: tiles.Tile) -> None:
        data = _of_record(self.folder / tile.path)
        hashes = _hashes(_of_record(self.folder / tiles.Tile(0, tile.n, tile.width).path))
        entries = list(_entries(data))
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        first = next((n for n in range(tile.width) if leaves[n : n + 1] != hashes[n : n + 1]), None)
        where = f"{self.folder / tile.path}: entry {tile.n * tiles.WIDTH + (first or 0)}: "
        if len(entries) != tile.width or sum(map(len, entries)) + 2 * tile.width != len(data):
            if first is None:
                where = f"{self.folder / tile.path}: "
            raise Changed(f"{where}the bundle does not hold {tile.width} entries")
        if first is not None and self.wrong_entry is None:
            self.wrong_entry = f"{where}its hash is not the one in the tree"
        self._check_words(tile, entries)
        self.rows[0] += leaves
        self._fill(0)

    def _check_words(self, tile: tiles.Tile, entries: list[bytes]) -> None:
        for number, entry in enumerate(entries):
            try:
                entry_of(entry.decode())
            except ValueError:
                if self.wrong_words is None:
                    index = tile.n * tiles.WIDTH + number
                    self.wrong_words = f"{self.folder / tile.path}: entry {index}: it is no entry of a record"

    def _fill(self, level: int) -> None:
        while len(self.rows[level]) >= tiles.WIDTH:
            full, self.rows[level] = self.rows[level][: tiles.WIDTH], self.rows[level][tiles.WIDTH :]
            self._hold(tiles.Tile(level, self.done[level]), full)
            self.done[level] += 1
            if level + 1 == len(self.rows):
                self.rows.append([])
                self.done.append(0)
            self.rows[level + 1].append(merkle.complete(full))
            self._fill(level + 1)

    def _hold(self, tile: tiles.Tile, row: list[bytes]) -> None:
        data = _of_record(self.folder / tile.path)
        if data != b"".join(row) and self.wrong_tile is None:
            pairs = zip(row, _hashes(data), strict=False)
            first = next((n for n, pair in enumerate(pairs) if pair[0] != pair[1]), None)
            at = "it has another length" if first is None else f"hash {first} in it is wrong"
            entry = (
                f", that of entry {tile.n * tiles.WIDTH + first}"
                if tile.level == 0 and first is not None
                else ""
            )
            self.wrong_tile = f"{self.folder / tile.path}: {at}{entry}"


def _of_record(file: Path) -> bytes:
    if not file.is_file():
        raise Changed(f"{file}: this file of the record is missing")
    return read(file)


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + merkle.SIZE] for at in range(0, len(data), merkle.SIZE)]


def _entries(data: bytes) -> Iterator[bytes]:
    """The entries of a bundle as far as they go."""
    at = 0
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            return
        yield data[at + 2 : end]
        at = end


def _check_rest(folder: Path, size: int) -> None:
    """Every other file is a narrower tile of before that says what the wider one says, or has no place."""
    wanted = {tile.path for tile in tiles.tiles_of(size)}
    known = {CHECKPOINT, KEYS, WITNESSES, *_OWN}
    for file in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        path = file.relative_to(folder).as_posix()
        if path in wanted or path in known:
            continue
        tile = tiles.parse_path(path)
        wider = tile and _wider(tile, size)
        if tile is None or wider is None:
            raise Changed(f"{file}: this file is not of the record that was signed")
        data = read(folder / wider.path)
        parts = list(_entries(data)) if tile.level == tiles.ENTRIES else _hashes(data)
        whole = tiles.bundle if tile.level == tiles.ENTRIES else b"".join
        if read(file) != whole(parts[: tile.width]):
            raise Changed(f"{file}: it does not say what {wider.path} says")


def _wider(tile: tiles.Tile, size: int) -> tiles.Tile | None:
    """The tile of a record of a size that holds all that a narrower one held."""
    level = 0 if tile.level == tiles.ENTRIES else int(tile.level)
    width = min(tiles.WIDTH, (size >> tiles.HEIGHT * level) - tile.n * tiles.WIDTH)
    return tiles.Tile(tile.level, tile.n, width) if tile.width < width else None


def check_against(copy: Copy, earlier: Path, trust: Trust) -> int:
    """Hold a copy that was checked to an earlier one, or to an earlier checkpoint; returns its size.

    Raises
    ------
    Unreadable, Changed
        The earlier one cannot be read or does not count; the record was set back, or is another one.
    """
    folder = earlier if earlier.is_dir() else None
    before, _opened = signed(earlier / CHECKPOINT if folder else earlier, trust)
    check_held(copy, before, str(earlier), folder)
    return before.size


def check_held(copy: Copy, before: notes.Checkpoint, whose: str, folder: Path | None = None) -> None:
    """Raise `Changed` unless a copy that was checked holds what another signed checkpoint covers."""
    now = copy.checkpoint
    if before.origin != now.origin:
        raise Changed(
            f"{whose}: it is of the record of {before.origin[:120]}, the other of {now.origin[:120]}"
        )
    if before.size > now.size:
        raise Changed(
            f"{copy.folder}: entry {now.size}: it is missing: {before.size} entries were signed in {whose}, "
            f"and here are {now.size}"
        )
    nodes = tiles.nodes_of(lambda path: _of_record(copy.folder / path), now.size)
    if merkle.range_hash(nodes, 0, before.size) != before.root:
        where = _first_difference(copy.folder, folder, before.size, now.size) if folder else ""
        raise Changed(
            f"{copy.folder}: {where}its first {before.size} entries are not those that were signed in "
            f"{whose}: one of the two was written anew. Both checkpoints together prove it: keep them"
        )


def _first_difference(folder: Path, earlier: Path, before: int, now: int) -> str:
    for tile in tiles.tiles_of(before):
        if tile.level != tiles.ENTRIES:
            break
        here = tiles.Tile(tiles.ENTRIES, tile.n, min(tiles.WIDTH, now - tile.n * tiles.WIDTH))
        if not (earlier / tile.path).is_file():
            break
        pairs = zip(_entries(read(earlier / tile.path)), _entries(read(folder / here.path)), strict=False)
        for number, (was, is_now) in enumerate(pairs):
            if was != is_now:
                return f"entry {tile.n * tiles.WIDTH + number}: "
    return ""
