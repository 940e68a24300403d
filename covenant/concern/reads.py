"""Questions about concerns. What is sealed is opened with a code or a passphrase, for one answer."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Prefetch

from covenant.concern import models, rules
from covenant.concern.cases import (
    acts,
    asked,
    before_parties,
    case,
    desk,
    earlier_keys,
    is_stuck,
    letters,
    opened,
    rung_of,
    sealed_letter,
)
from covenant.concern.keying import in_use
from covenant.concern.types import (
    Box,
    Counts,
    Criterion,
    OpenConcern,
    Outcome,
    PublishedFinding,
    Rung,
    Standing,
)
from covenant.place.reads import party_view
from covenant.place.types import day_of

__all__ = [
    "acts",
    "asked",
    "before_parties",
    "box",
    "case",
    "desk",
    "earlier_keys",
    "in_the_open",
    "letters",
    "months_due",
    "opened",
    "public_counts",
    "published",
    "sealed_letter",
]
ORDER = {rung: place for place, rung in enumerate([None, *Rung])}


def box(covenant: UUID, *, today: date) -> Box | None:
    """To whom concerns are sealed today; None where nobody can take any."""
    key = in_use(covenant=covenant, today=today)
    if key is None:
        return None
    by = (key.looked_on or key.made_on) + timedelta(days=rules.LOOK_DAYS)
    return Box(
        key.id,
        key.appointment.name,
        key.recipient,
        key.made_on,
        key.is_outside,
        key.looked_on,
        by,
        today > by,
    )


def public_counts(covenant: UUID, *, today: date) -> Counts:
    """What everyone may know of the concerns about a covenant; a fixed number of queries.

    It follows from what the scrutineer did, and by month from what came: never from one that just came, was
    answered or was withdrawn.
    """
    rows = list(models.Concern.objects.filter(covenant=covenant).prefetch_related("parties"))
    groups = _groups(rows)
    highest = {id: max(rows, key=lambda row: ORDER[rung_of(row)]) for id, rows in groups.items()}
    waits = {id: row for id, row in highest.items() if not row.rung}
    before = before_parties()
    queued = [row for row in waits.values() if rules.at_the_cap(map(party_view, row.parties.all()), before)]
    rungs = Counter(rung for row in highest.values() if (rung := rung_of(row)))
    closed = [row for row in rows if row.standing == Standing.CLOSED]
    outcomes = Counter(Outcome(row.outcome) for row in closed)
    refused = Counter(Criterion(row.criterion) for row in closed if row.criterion)
    months = models.Month.objects.filter(covenant=covenant).order_by("-month")
    return Counts(
        months=tuple(months.values_list("month", "received")),
        waiting=len(waits),
        queued=len(queued),
        open=tuple((rung, rungs[rung]) for rung in Rung),
        stuck=sum(any(is_stuck(row, today) for row in group) for group in groups.values()),
        closed=tuple((outcome, outcomes[outcome]) for outcome in Outcome),
        refused=tuple((each, refused[each]) for each in Criterion),
    )


def published(covenant: UUID) -> tuple[PublishedFinding, ...]:
    """The signed findings to which concerns about a covenant led, the newest first; two queries."""
    rows = models.Concern.objects.filter(covenant=covenant, finding__signed_at__isnull=False)
    parties = Prefetch("finding__parties")
    found = {}
    for row in (
        rows.select_related("finding")
        .prefetch_related(parties)
        .annotate(replied=Count("finding__replies__party", distinct=True))
    ):
        finding = row.finding
        assert finding is not None and finding.signed_at is not None  # noqa: S101  # as it was asked
        found[finding.id] = PublishedFinding(
            finding.id,
            finding.text,
            day_of(finding.signed_at),
            tuple(sorted(party.name for party in finding.parties.all())),
            row.replied,
        )
    return tuple(sorted(found.values(), key=lambda each: each.signed_on, reverse=True))


def in_the_open(covenant: UUID) -> tuple[OpenConcern, ...]:
    """What parties raised in the open, the newest first; one query."""
    rows = models.Openly.objects.filter(concern__covenant=covenant).select_related("concern", "party")
    found = [
        OpenConcern(
            row.party.name,
            row.concern.raised_on or row.concern.admitted_on or row.concern.closed_on or date.min,
            row.text,
            row.right,
            Standing(row.concern.standing),
            rung_of(row.concern),
            Outcome(row.concern.outcome) if row.concern.outcome else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: each.day, reverse=True))


def months_due(now: datetime) -> list[tuple[UUID, date]]:
    """The covenants and months, over and not told, from the month of the first key on; two queries."""
    this = rules.month_of(day_of(now))
    first = models.Key.objects.values("covenant").annotate(first=Min("made_on"))
    told = set(models.Month.objects.values_list("covenant", "month"))
    due = []
    for covenant, day in first.values_list("covenant", "first"):
        month = rules.month_of(day)
        while month < this:
            if (covenant, month) not in told:
                due.append((covenant, month))
            month = rules.month_after(month)
    return due


def _groups(rows: Iterable[models.Concern]) -> dict[UUID, list[models.Concern]]:
    found: dict[UUID, list[models.Concern]] = {}
    for row in rows:
        if Standing(row.standing) in rules.OPEN and row.admitted_on is not None:
            found.setdefault(row.joined_id or row.id, []).append(row)
    return found
