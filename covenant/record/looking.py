"""A witness that fetches: it keeps a copy of the record, and signs what goes on from what it saw before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from covenant.record import asking
from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import write
from covenant.record.witness import Witness

Fetch = Callable[[str], bytes]  # a file of the record by its path; raises OSError where it cannot be had
A_BATCH = 64  # bundles at a time
LARGEST = tiles.WIDTH * (tiles.LONGEST + 2)


class Contradiction(Exception):
    """A log signed two things that cannot both be; the message names the folder with the evidence."""


class NotServed(Exception):
    """What the log serves cannot be had, or is not what it signed."""


@dataclass(frozen=True)
class Looked:
    """What was found: how many entries there are, how many of them are new, and where the copy is."""

    size: int
    new: int
    folder: Path


def over_http(url: str, *, seconds: float = 60.0) -> Fetch:
    """Fetch files of a record that is served at an address; each takes at most so many seconds."""
    if not asking.is_address(url):
        raise ValueError(f"{url[:200]}: this is no address of a record: it begins with https://")

    def fetch(path: str) -> bytes:
        status, data = asking.ask(f"{url.rstrip('/')}/{path}", seconds=seconds, largest=LARGEST)
        if status != 200:
            raise OSError(f"the answer is {status}")
        return data

    return fetch


def look(witness: Witness, log: notes.Key, fetch: Fetch, seconds: int) -> Looked:
    """Fetch what is new of a record, see that it goes on from what was seen before, keep it, and sign that.

    Parameters
    ----------
    fetch
        Gives a file of the record by its path.
    seconds
        The moment, in seconds since 1970.

    Raises
    ------
    NotServed
        A file cannot be had, or is not what the log signed.
    Contradiction
        The log shows another record than before, or a shorter one: both checkpoints are kept.
    """
    note = _fetched(fetch, "checkpoint").decode(errors="replace")
    try:
        text, _by = notes.opened(note, [log])
        found = notes.checkpoint(text)
    except ValueError as fault:
        raise NotServed(f"checkpoint: {fault}") from None
    if found.origin != log.name:
        raise NotServed(f"checkpoint: it is of {found.origin[:120]}, not of {log.name}")
    with witness.turn(log.name):
        seen, copy = witness.seen(log.name), witness.copy_of(log.name)
        if seen and (found.size < seen.size or (found.size == seen.size and found.root != seen.root)):
            _contradict(witness, seen, found, note)
        before = _size_of(copy)
        made = list[Path]()
        try:
            _extend(copy, before, found, fetch, made)
            nodes = tiles.nodes_of(lambda path: (copy / path).read_bytes(), found.size)
            if seen and merkle.range_hash(nodes, 0, seen.size) != seen.root:
                raise merkle.WrongProof("it does not begin with what was seen before")
        except (merkle.WrongProof, tiles.WrongTile, NotServed) as fault:
            for file in made:
                file.unlink(missing_ok=True)
            if seen:
                _look_for_contradiction(witness, seen, found, fetch, note)
            raise NotServed(str(fault)) from None
        witness.sign(found, note, seconds)
        _finish(witness, copy, found.size)
    return Looked(found.size, found.size - before, copy)


def _fetched(fetch: Fetch, path: str) -> bytes:
    try:
        return fetch(path)
    except (OSError, ValueError) as fault:
        raise NotServed(f"{path}: this cannot be fetched ({fault})") from None
    except Exception as fault:
        raise NotServed(f"{path}: this cannot be fetched ({type(fault).__name__})") from None


def _size_of(copy: Path) -> int:
    """How many entries the copy holds for certain: its checkpoint is written last."""
    file = copy / "checkpoint"
    return notes.checkpoint(notes.split(file.read_text(encoding="utf-8"))[0]).size if file.exists() else 0


def _extend(copy: Path, before: int, found: notes.Checkpoint, fetch: Fetch, made: list[Path]) -> None:
    """Fetch the entries that are new, and work out the tiles over them; they lead to the signed root."""
    size = before
    for batch in _batches(before, found.size):
        new = list[bytes]()
        for tile in batch:
            data = _fetched(fetch, tile.path)
            entries = tiles.entries_of(data, tile)
            had = max(0, size + len(new) - tile.n * tiles.WIDTH) if size > tile.n * tiles.WIDTH else 0
            if had:
                old = tiles.Tile(tiles.ENTRIES, tile.n, had)
                if tiles.entries_of((copy / old.path).read_bytes(), old) != entries[:had]:
                    raise merkle.WrongProof(f"{tile.path}: it is not what was there before")
            new += [merkle.leaf_hash(entry) for entry in entries[had:]]
            _put(copy / tile.path, data, made)
        for tile, data in tiles.grow(lambda path: (copy / path).read_bytes(), size, new):
            _put(copy / tile.path, data, made)
        size += len(new)
    if tiles.root_of(lambda path: (copy / path).read_bytes(), found.size) != found.root:
        raise merkle.WrongProof("the entries that are served are not those that were signed")


def _batches(before: int, size: int) -> Iterator[list[tiles.Tile]]:
    bundles = [tile for tile in tiles.tiles_of(size, since=before) if tile.level == tiles.ENTRIES]
    for first in range(0, len(bundles), A_BATCH):
        yield bundles[first : first + A_BATCH]


def _put(file: Path, data: bytes, made: list[Path]) -> None:
    if not file.exists():
        made.append(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _look_for_contradiction(
    witness: Witness, seen: notes.Checkpoint, found: notes.Checkpoint, fetch: Fetch, note: str
) -> None:
    """Whether the log's own tiles prove that what it signed now does not hold what it signed before."""
    nodes = tiles.nodes_of(lambda path: _fetched(fetch, path), found.size)
    try:
        now = merkle.range_hash(nodes, 0, seen.size)
        proof = merkle.consistency_proof(nodes, seen.size, found.size)
        merkle.check_consistency(seen.size, found.size, proof, now, found.root)
    except (merkle.WrongProof, tiles.WrongTile, NotServed):
        return  # what is served proves nothing
    if now != seen.root:
        _contradict(witness, seen, found, note)


def _contradict(witness: Witness, seen: notes.Checkpoint, found: notes.Checkpoint, note: str) -> None:
    kept = witness.keep_evidence(found.origin, note)
    if found.size < seen.size:
        what = f"was at {seen.size} entries and now shows {found.size}: it was set back, or this is old"
    else:
        what = (
            f"shows other entries than before among its first {seen.size}: somebody is shown another record"
        )
    raise Contradiction(f"{found.origin} {what}. Both signed checkpoints are in {kept}")


def _finish(witness: Witness, copy: Path, size: int) -> None:
    """Leave the copy as a record that anyone can verify: its tiles, the checkpoint, who this witness is."""
    wanted = {tile.path for tile in tiles.right_edge(size)}
    for file in copy.rglob("*.p/*"):
        if file.relative_to(copy).as_posix() not in wanted:
            file.unlink()
    for folder in copy.rglob("*.p"):
        if not any(folder.iterdir()):
            folder.rmdir()
    write(copy / "witnesses", f"{witness.signer.key}\n")
    write(copy / "checkpoint", (copy.parent / "checkpoint").read_text(encoding="utf-8"))
