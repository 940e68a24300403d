"""The record is public: everyone may read all of it."""

from collections.abc import Iterator
from datetime import UTC

from covenant.record import models
from covenant.record.types import START, Entry


def entries(*, start: int = 0, count: int | None = None) -> Iterator[Entry]:
    """Entries from `start` on, at most `count`, in order."""
    rows = models.Entry.objects.filter(index__gte=start).order_by("index")
    for row in (rows if count is None else rows[:count]).iterator(chunk_size=2000):
        yield _entry(row)


def about(subject: object) -> list[Entry]:
    """Every entry about one thing."""
    return [_entry(row) for row in models.Entry.objects.filter(subject=str(subject)).order_by("index")]


def tip() -> tuple[int, str]:
    """How many entries there are, and the hash of the last."""
    last = models.Entry.objects.order_by("-index").values_list("index", "hash").first()
    return (last[0] + 1, last[1]) if last else (0, START)


def _entry(row: models.Entry) -> Entry:
    at = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Entry(row.index, at, row.kind, row.subject, row.body, row.previous, row.hash)
