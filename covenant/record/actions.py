"""The two things that every write does: it takes its turn, and it leaves an entry."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from covenant.record import engine, models
from covenant.record.types import START, Entry

_turn = threading.RLock()
_here = threading.local()  # how many `writing()` this thread is within


@contextmanager
def writing() -> Iterator[None]:
    """One write at a time: SQLite has one writer, and waiting here is fairer than waiting in it.

    Everything inside is one transaction: the rows and their entries are kept together or not at all.
    """
    with _turn, transaction.atomic():
        _here.depth = getattr(_here, "depth", 0) + 1
        try:
            yield
        finally:
            _here.depth -= 1


def append(*, kind: str, subject: object, body: dict[str, Any], at: datetime) -> Entry:
    """Add an entry to the record, inside the transaction of the act that it tells of.

    Parameters
    ----------
    kind
        What was done, such as ``"version.signed"``.
    subject
        The id of what it was done to.
    body
        The rest, of JSON's types and whole numbers; what is personal goes in sealed (`types.seal`).
    at
        When, with a time zone.
    """
    if not getattr(_here, "depth", 0):
        raise RuntimeError("an entry is appended inside `writing()`, with the rows that it tells of")
    if at.tzinfo is None:
        raise ValueError("the moment of an act has a time zone")
    last = models.Entry.objects.order_by("-index").values_list("index", "hash").first()
    index, previous = (last[0] + 1, last[1]) if last else (0, START)
    moment = at.astimezone(UTC).replace(microsecond=0)
    entry = Entry(index, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), kind, str(subject), body, previous, "")
    entry = replace(entry, hash=engine.entry_hash(entry))
    models.Entry.objects.create(
        index=index, at=moment, kind=kind, subject=str(subject), body=body, previous=previous, hash=entry.hash
    )
    return entry
