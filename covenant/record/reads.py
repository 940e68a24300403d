"""The record is public: everyone may read all of it."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from covenant.record import models
from covenant.record.engine.merkle import EMPTY
from covenant.record.types import Entry, Opened, Tip

A_QUERY = 300  # conditions in one query: SQLite allows no more than a thousand


@dataclass(frozen=True)
class Waiting:
    """The entries that have no place yet, or that no signed checkpoint covers yet."""

    without_place: int
    unsigned: int  # those without a place included
    oldest: datetime | None  # of the unsigned


def entries(*, start: int = 0, count: int | None = None) -> Iterator[Entry]:
    """Entries from the place `start` on, at most `count`, in order; without those that wait for a place."""
    rows = models.Entry.objects.filter(index__gte=start).order_by("index")
    for row in (rows if count is None else rows[:count]).iterator(chunk_size=2000):
        yield _entry(row)


def leaves(*, start: int, end: int) -> list[tuple[str, bytes]]:
    """The entries from a place up to another, as they are published, each with its hash."""
    rows = models.Entry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    return [(data, bytes(leaf)) for data, leaf in rows.values_list("data", "leaf").iterator(chunk_size=5000)]


def about(subject: object) -> list[Entry]:
    """Every entry about one thing, in the order of arrival; the newest may still wait for their places."""
    return [_entry(row) for row in models.Entry.objects.filter(subject=str(subject)).order_by("id")]


def of_leaf(leaf: str) -> tuple[Entry, datetime] | None:
    """The first entry with a hash, and the moment of its act; None where there is none."""
    row = models.Entry.objects.filter(leaf=bytes.fromhex(leaf)).order_by("id").first()
    return (_entry(row), row.at) if row else None


def openings(entries: Collection[Entry]) -> dict[str, dict[str, Opened]]:
    """What some entries hold sealed, by their hashes and the names of the fields, in two queries.

    A field that is sealed in the entry and missing here was erased.
    """
    rows = models.Entry.objects.filter(leaf__in=[bytes.fromhex(entry.leaf) for entry in entries])
    leaves = {id: bytes(leaf).hex() for id, leaf in rows.order_by().values_list("id", "leaf")}
    found: dict[str, dict[str, Opened]] = {leaf: {} for leaf in leaves.values()}
    for row in models.Opening.objects.filter(entry__in=list(leaves)):
        found[leaves[row.entry]][row.name] = Opened(row.name, json.loads(row.value), bytes(row.salt).hex())
    return found


def erasures(what: str) -> set[UUID]:
    """The ids of what was erased of a kind, as noted outside the database."""
    try:
        lines = Path(settings.ERASURES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    rows = [
        json.loads(line) for line in lines if line.endswith("}")
    ]  # a torn last line tells of nothing kept
    return {UUID(row["id"]) for row in rows if row["what"] == what}


def of_kinds(prefix: str) -> list[Entry]:
    """Every entry of the kinds that begin so, in the order of arrival: for kinds of which there are few."""
    return [_entry(row) for row in models.Entry.objects.filter(kind__startswith=prefix).order_by("id")]


def size() -> int:
    """How many entries have places."""
    last = models.Entry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def tip() -> Tip:
    """The newest signed checkpoint."""
    row = models.Checkpoint.objects.order_by("-size").first()
    return _tip(row) if row else Tip(0, EMPTY.hex(), "", "")


def checkpoint_over(index: int) -> Tip | None:
    """The first signed checkpoint that covers the entry at a place; None where none does yet."""
    row = models.Checkpoint.objects.filter(size__gt=index).order_by("size").first()
    return _tip(row) if row else None


def waiting() -> Waiting:
    """What no signed checkpoint covers yet, in two queries."""
    signed = models.Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
    told = models.Entry.objects.filter(Q(index=None) | Q(index__gte=signed)).aggregate(
        all=Count("id"), placed=Count("index"), oldest=Min("at")
    )
    return Waiting(told["all"] - told["placed"], told["all"], told["oldest"])


def newest() -> datetime | None:
    """The moment of the act that was written last."""
    return models.Entry.objects.order_by("-id").values_list("at", flat=True).first()


def places(ids: Collection[int]) -> dict[int, int | None]:
    """The places of entries by the ids of their rows; None for those that wait."""
    return dict(models.Entry.objects.filter(id__in=ids).values_list("id", "index"))


def last_id() -> int:
    """The id of the newest row: inside `writing()` no entry with a smaller one can come after it."""
    return models.Entry.objects.aggregate(last=Max("id"))["last"] or 0


def without_place() -> list[int]:
    """The ids of the entries that wait: a second's worth, while the sequencer runs."""
    return list(models.Entry.objects.filter(index=None).values_list("id", flat=True))


def ids_before(index: int) -> QuerySet[models.Entry, int]:
    """The ids of the entries before a place, as a query within a query."""
    return models.Entry.objects.filter(index__lt=index).values_list("id", flat=True)


def touched(since: Mapping[str, int], kinds: Collection[str]) -> set[str]:
    """Of some subjects, those with an entry of these kinds at or after a place, each its own."""
    subjects, found = list(since.items()), set[str]()
    for start in range(0, len(subjects), A_QUERY):
        any_of = Q()
        for subject, index in subjects[start : start + A_QUERY]:
            any_of |= Q(subject=subject, index__gte=index)
        rows = models.Entry.objects.filter(any_of, kind__in=kinds)
        found |= set(rows.order_by().values_list("subject", flat=True).distinct())
    return found


def decisions(subjects: Collection[str], kinds: Collection[str]) -> dict[str, list[tuple[int | None, str]]]:
    """The entries of certain kinds about each of many subjects: place and kind, in the order of arrival."""
    asked, found = sorted(subjects), dict[str, list[tuple[int | None, str]]]()
    for start in range(0, len(asked), A_QUERY):
        rows = models.Entry.objects.filter(subject__in=asked[start : start + A_QUERY], kind__in=kinds)
        for subject, index, kind in rows.order_by("id").values_list("subject", "index", "kind"):
            found.setdefault(subject, []).append((index, kind))
    return found


def _entry(row: models.Entry) -> Entry:
    told = json.loads(row.data)
    leaf = bytes(row.leaf).hex()
    return Entry(row.index, told["at"], row.kind, row.subject, told["body"], row.data, leaf)


def _tip(row: models.Checkpoint) -> Tip:
    return Tip(row.size, row.root, row.note, row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
