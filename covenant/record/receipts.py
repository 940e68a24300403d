"""Makes receipts from the rows, the tiles on the disk and the signer's word. Reached through `reads`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from covenant.record.engine import merkle, notes, tiles
from covenant.record.engine.receipts import Receipt
from covenant.record.signer import NoSigner, Refused, Signs
from covenant.record.types import BALLOT, MAXIMUM_MERGE_DELAY, Entry, Tip, moment

log = logging.getLogger("covenant.record")


@dataclass(frozen=True)
class Seen:
    """A witness outside that signed a checkpoint, and when; its key tells whether its line is right."""

    name: str
    id: str
    at: datetime


@dataclass(frozen=True)
class ReceiptView:
    """An entry, where it stands, and what there is to keep about it."""

    entry: Entry
    receipt: Receipt
    size: int  # of the signed checkpoint that covers it; 0 where none does yet
    seen: tuple[Seen, ...]  # by whom that checkpoint was signed besides the log
    no_promise: str = ""  # why there is none: `SECRET`, `FORGOTTEN` or `SILENT`
    no_proof: bool = False  # a checkpoint covers it, and the files from which the proof is made are not there

    @property
    def is_final(self) -> bool:
        """Whether all that a receipt can hold is there."""
        return bool(self.receipt.proof)


SECRET, FORGOTTEN, SILENT = "secret", "forgotten", "silent"


def make(
    entry: Entry,
    at: datetime,
    over: Sequence[Tip],
    *,
    folder: Path,
    origin: str,
    signer: Signs,
    own: bool = False,
) -> ReceiptView:
    """The receipt of an entry.

    Parameters
    ----------
    entry, at
        The entry and the moment of its act.
    over
        Signed checkpoints that cover it, the newest first: the one that most witnesses signed is taken.
    folder, origin
        Where the record's files lie, and the record's name.
    signer
        Who signs the promise.
    own
        Whether it is for the one whose act it was. The promise of a vote tells the second, which the record
        itself does not, so nobody else is given it; and once that second is forgotten, nobody.
    """
    no_promise, promise = "", ""
    if entry.kind.startswith(BALLOT) and not own:
        no_promise = SECRET
    elif entry.kind.startswith(BALLOT) and at == _day(at):
        no_promise = FORGOTTEN
    else:
        promise = _promise(entry, at, origin, signer)
        no_promise = "" if promise else SILENT
    best = max(over, key=lambda tip: len(witnesses(tip.note, origin)), default=None)
    proof = _proof(entry, best, folder) if best else ""
    return ReceiptView(
        entry=entry,
        receipt=Receipt(entry.data, promise, proof),
        size=best.size if best else 0,
        seen=tuple(witnesses(best.note, origin)) if best else (),
        no_promise=no_promise,
        no_proof=best is not None and not proof,
    )


def _day(at: datetime) -> datetime:
    """All that `actions.tell_days_alone` leaves of a moment: a promise by it would tell what never was."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def witnesses(note: str, origin: str) -> list[Seen]:
    """Who besides the log signed a checkpoint."""
    found = notes.cosignatures(note, by_others_than=origin)
    return [Seen(name, id, datetime.fromtimestamp(min(at, 2**33), UTC)) for name, id, at in found]


def _promise(entry: Entry, at: datetime, origin: str, signer: Signs) -> str:
    text = notes.Promise(origin, bytes.fromhex(entry.leaf), moment(at), MAXIMUM_MERGE_DELAY).text
    try:
        return f"{text}\n{signer.promise(text)}"
    except NoSigner:
        return ""
    except Refused as refusal:
        log.warning("the signer gave no promise: %s", refusal)
        return ""


def _proof(entry: Entry, tip: Tip, folder: Path) -> str:
    """The proof as it is written; empty where the files are not there, or are not those that were signed."""
    if entry.index is None:
        return ""
    leaf, root = bytes.fromhex(entry.leaf), bytes.fromhex(tip.root)
    try:
        hashes = merkle.inclusion_proof(tiles.nodes_of(_reader(folder), tip.size), entry.index, tip.size)
        merkle.check_inclusion(leaf, entry.index, tip.size, hashes, root)
    except (OSError, ValueError) as fault:
        log.error("no proof for entry %s under %s: %s", entry.index, tip.size, fault)
        return ""
    return notes.Proof(entry.index, tuple(hashes), tip.note).text


def _reader(folder: Path) -> tiles.Read:
    """Reads tiles; where a narrow one has grown full since, the full one begins with it."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            tile = tiles.parse_path(path)
            if tile is None or tile.width == tiles.WIDTH:
                raise
            full = (folder / tiles.Tile(tile.level, tile.n).path).read_bytes()
            return full[: tile.width * merkle.SIZE]

    return read
