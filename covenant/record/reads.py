"""The record is public: everyone may read all of it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from covenant.record import kinds, models, receipts
from covenant.record.checking import write_signatures
from covenant.record.engine.merkle import EMPTY
from covenant.record.engine.receipts import write, write_many
from covenant.record.receipts import ReceiptView, Seen
from covenant.record.signer import Impatient
from covenant.record.types import Entry, Opened, Tip, moment

SIGNED = ("version.signed", "version.in_force")
NEWEST = 20  # checkpoints among which the one is looked for that most witnesses signed
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


def of_ids(ids: Collection[int]) -> dict[int, tuple[Entry, datetime]]:
    """Entries by the ids of their rows, each with the moment of its act."""
    asked, found = sorted(ids), dict[int, tuple[Entry, datetime]]()
    for start in range(0, len(asked), A_QUERY):
        rows = models.Entry.objects.filter(id__in=asked[start : start + A_QUERY])
        found |= {row.id: (_entry(row), row.at) for row in rows}
    return found


def receipt(leaf: str) -> ReceiptView | None:
    """The receipt of the entry with a hash, as anyone may have it; None where there is no such entry."""
    found = of_leaf(leaf)
    return _receipt(*found, newest_checkpoints(), _signer()) if found else None


def own_receipts(ids: Collection[int]) -> dict[int, ReceiptView]:
    """The receipts of entries by the ids of their rows, for whoever did those acts; in two queries."""
    over, signer = newest_checkpoints(), _signer()
    found = of_ids(ids).items()
    return {id: _receipt(entry, at, over, signer, own=True) for id, (entry, at) in found}


def _signer() -> Impatient:
    return Impatient(settings.SIGNER, seconds=1.0)


def _receipt(
    entry: Entry, at: datetime, newest: list[Tip], signer: Impatient, *, own: bool = False
) -> ReceiptView:
    over = [tip for tip in newest if entry.index is not None and tip.size > entry.index]
    return receipts.make(
        entry,
        at,
        over,
        folder=settings.RECORD_FILES,
        origin=settings.RECORD_ORIGIN,
        signer=signer,
        own=own,
    )


def signatures_file(*, version: UUID, title: str, words: Mapping[str, Any]) -> str:
    """The words of a version of a covenant with the receipts of those who signed them, as the file to keep.

    `words` are all fields that are signed: the hash over them is the one that was signed.
    """
    over, signer = newest_checkpoints(), _signer()
    rows = models.Entry.objects.filter(subject=str(version), kind__in=SIGNED).order_by("id")
    made = [_receipt(_entry(row), row.at, over, signer).receipt for row in rows]
    return write_signatures(title=title, version=str(version), words=words, signed=made)


def as_file(views: Sequence[ReceiptView], *, many: bool = False) -> str:
    """Receipts as the file that people keep: one by itself, or a list of them."""
    made = [view.receipt for view in views]
    return write_many(made) if many else write(made[0])


def newest_checkpoints() -> list[Tip]:
    """The newest signed checkpoints, the newest first."""
    return [_tip(row) for row in models.Checkpoint.objects.order_by("-size")[:NEWEST]]


def witnesses() -> list[tuple[Seen, Seen]]:
    """Who besides the log signed one of the newest checkpoints: each the first time and the last."""
    last: dict[tuple[str, str], Seen] = {}
    for tip in newest_checkpoints():
        for seen in receipts.witnesses(tip.note, settings.RECORD_ORIGIN):
            last.setdefault((seen.name, seen.id), seen)
    return [(_first(seen), seen) for seen in last.values()]


def _first(seen: Seen) -> Seen:
    rows = models.Checkpoint.objects.filter(note__contains=f"\n\N{EM DASH} {seen.name} ").order_by("size")
    for note in rows.values_list("note", flat=True).iterator(chunk_size=20):
        for each in receipts.witnesses(note, settings.RECORD_ORIGIN):
            if each.id == seen.id:
                return each
    return seen


def told(subject: object) -> list[tuple[str, Entry]]:
    """Every entry about one thing, each with what it tells of in plain words."""
    return [(kinds.name(entry.kind), entry) for entry in about(subject)]


def leaf_about(subject: object, kind: str, **body: str) -> str:
    """The hash of the last entry of a kind about a thing that says these things; empty where there is none.

    What somebody has just done: so that they can be handed its receipt.
    """
    rows = models.Entry.objects.filter(subject=str(subject), kind=kind).order_by("-id")
    found = map(_entry, rows[:50])
    return next((entry.leaf for entry in found if body.items() <= entry.body.items()), "")


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
    # A last line that a crash tore tells of nothing that is gone.
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    return {UUID(row["id"]) for row in rows if row["what"] == what}


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


def newest(kind: str = "") -> datetime | None:
    """The moment of the act that was written last, of all or of one kind; None where there was none."""
    rows = models.Entry.objects.filter(kind=kind) if kind else models.Entry.objects.all()
    return rows.order_by("-id").values_list("at", flat=True).first()


def last_of(kind: str, subjects: Collection[str]) -> dict[str, datetime]:
    """The moment of the newest act of a kind about each of some subjects; those without one are left out."""
    asked, found = sorted(subjects), dict[str, datetime]()
    for start in range(0, len(asked), A_QUERY):
        rows = models.Entry.objects.filter(subject__in=asked[start : start + A_QUERY], kind=kind)
        found |= dict(
            rows.order_by().values("subject").annotate(last=Max("at")).values_list("subject", "last")
        )
    return found


def places(ids: Collection[int]) -> dict[int, int | None]:
    """The places of entries by the ids of their rows; None for those that wait."""
    return dict(models.Entry.objects.filter(id__in=ids).values_list("id", "index"))


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
    return Tip(row.size, row.root, row.note, moment(row.at))
