"""The record in tests: what was done is given its place first, as the sequencer does every second."""

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from covenant.record import actions, publishing, reads
from covenant.record.engine.tiles import WIDTH, Tile
from covenant.record.signer import Signer
from covenant.record.types import Entry


def recorded(*, start: int = 0) -> list[Entry]:
    """Every entry from a place on, in order; ballots stand in an order drawn with a fixed seed."""
    actions.sequence(rng=random.Random(1))
    return list(reads.entries(start=start))


def record_size() -> int:
    """How many entries there are."""
    actions.sequence(rng=random.Random(1))
    return reads.size()


def without_gaps(entries: list[Entry]) -> bool:
    """Whether these are the entries from the first on."""
    return [entry.index for entry in entries] == list(range(len(entries)))


def published(folder: Path) -> Path:
    """The whole record as files in a folder, signed by a key beside it that is made for the purpose."""
    actions.sequence(rng=random.Random(1))
    signer = Signer(folder.parent / f"{folder.name}-keys", settings.RECORD_ORIGIN)
    publishing.publish(folder=folder, origin=settings.RECORD_ORIGIN, signer=signer, now=datetime.now(UTC))
    return folder


def keep_record_in(home: Path) -> None:
    """Have the record's files, its keys and what is noted of erasures in a folder from now on."""
    settings.RECORD_FILES, settings.KEYS = home / "record", home / "keys"
    settings.ERASURES = home / "erasures.jsonl"
    settings.SIGNER = home / "signer.sock"


def record_was_published() -> None:
    """Have the record as it is now where the pages serve it from, in place of what another test published."""
    shutil.rmtree(settings.RECORD_FILES, ignore_errors=True)
    shutil.rmtree(settings.RECORD_FILES.with_name("record-keys"), ignore_errors=True)
    published(settings.RECORD_FILES)


def first_bundle() -> str:
    """The path of the bundle with the first entries, below where the record is served."""
    return Tile("entries", 0, min(reads.tip().size, WIDTH)).path


def unsealed(entry: Entry) -> dict[str, Any]:
    """What stands sealed in an entry, by the names of the fields."""
    return {name: each.value for name, each in reads.openings([entry])[entry.leaf].items()}


def first_leaf() -> str:
    """The hash of the first entry."""
    return next(reads.entries()).leaf
