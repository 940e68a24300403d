"""What becomes of the record's keys: a new one beside the old, an old one retired, all of them lost."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from covenant.record import keys
from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import Held, KeyFault, Standing
from covenant.record.signer import keep_signed, last_signed
from covenant.record.types import moment


@dataclass(frozen=True)
class Recovered:
    """A new key, and from where on it signs."""

    key: Held
    size: int  # of the checkpoint that it goes on from
    adopted: bool  # whether that was read from what is published, since what was signed last is not known


def add(folder: Path, origin: str, *, now: datetime) -> Held:
    """Make a key that signs beside those in use: whoever knows the old one sees it vouch for the new one."""
    if not keys.load(folder):
        raise KeyFault(f"{folder}: there is no key yet; the signer makes the first when it starts")
    return keys.add(folder, origin, moment(now))


def retire(folder: Path, id: str, *, reason: str, now: datetime) -> Held:
    """Let a key sign no more; what it signed stands."""
    return keys.end(folder, id, Standing.RETIRED, reason.strip(), moment(now))


def lose(folder: Path, published: Path, origin: str, *, reason: str, now: datetime) -> Recovered:
    """Say that every key in use is lost or stolen, and go on with a new one.

    Where what was signed last is not known any more, the newest published checkpoint is taken for it, after
    its signature and its tiles were checked.

    Raises
    ------
    KeyFault
        No reason was given, or what is published is not whole: nothing was changed.
    """
    if not reason.strip():
        raise KeyFault("say why: everyone who trusted these keys reads it")
    known = keys.load(folder) or keys.load(published)
    if not known:
        raise KeyFault(f"{folder}: no key of this record is known here, nor in {published}")
    if any(held.key.name != origin for held in known):
        raise KeyFault(f"{folder}: the keys are those of another log than {origin}")
    last = _last(folder, origin)
    adopted = last is None
    size, root = last or _published(published, origin, known)
    made = keys.replace_all(folder, origin, reason.strip(), moment(now), known)
    if adopted:
        keep_signed(folder, origin, size, root)
    return Recovered(made, size, adopted)


def _last(folder: Path, origin: str) -> tuple[int, bytes] | None:
    try:
        return last_signed(folder, origin)
    except KeyFault:
        return None


def _published(folder: Path, origin: str, known: list[Held]) -> tuple[int, bytes]:
    """The size and root of the newest published checkpoint: signed by a known key, with its tiles."""
    file = folder / "checkpoint"
    if not file.exists():
        return 0, merkle.EMPTY
    try:
        text, _by = notes.opened(file.read_text(encoding="utf-8"), [held.key for held in known])
        signed = notes.checkpoint(text)
        if signed.origin != origin:
            raise KeyFault(f"{file}: it is of {signed.origin}, not of {origin}")
        if tiles.root_of(lambda path: (folder / path).read_bytes(), signed.size) != signed.root:
            raise KeyFault(f"{file}: the tiles beside it lead to another root")
    except (OSError, ValueError) as fault:
        raise KeyFault(f"{file}: no record can be gone on with from here ({fault})") from None
    return signed.size, signed.root
