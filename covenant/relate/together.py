"""Questions about what people do together under an agreement: the forum, learning cycles, pulses."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from covenant.place.types import NotPossible, day_of
from covenant.relate import models, rules
from covenant.relate.formats import words_from
from covenant.relate.types import Agreement, Band, Behaviour, EntryKind, Principle


@dataclass(frozen=True)
class Decision:
    """What was put to the forum; how each member voted is shown to nobody."""

    number: int
    matter: str
    text: str
    by: UUID
    closes: date
    yes: int
    no: int
    outcome: str  # open, decided, not decided, or reserved since
    voted: frozenset[UUID]


@dataclass(frozen=True)
class Entry:
    kind: EntryKind
    text: str
    by: UUID
    at: datetime


@dataclass(frozen=True)
class Cycle:
    number: int
    question: str
    by: UUID
    at: datetime
    entries: tuple[Entry, ...]
    led_to: tuple[int, ...]  # versions that came from it

    @property
    def adapted(self) -> bool:
        return any(entry.kind is EntryKind.ADAPTATION for entry in self.entries)


@dataclass(frozen=True)
class Round:
    """A round of questions; while it is open nothing is told of its answers, not even how many there are."""

    number: int
    opened_at: datetime
    closes: date
    is_open: bool
    published: bool
    answers: int | None
    rows: tuple[tuple[Principle, Behaviour, Band | None], ...]


def decisions(agreement: Agreement, *, today: date) -> list[Decision]:
    """What was put to the forum, newest first; three queries."""
    rows = models.Decision.objects.filter(agreement=agreement.id).order_by("-number")
    rows = rows.select_related("version").prefetch_related("ballots")
    found = []
    for row in rows:
        ballots = row.ballots.all()
        yes = sum(ballot.yes for ballot in ballots)
        no = len(ballots) - yes
        outcome = _outcome(agreement, row, yes, no, today)
        voted = frozenset(ballot.member_id for ballot in ballots)
        found.append(
            Decision(row.number, row.matter, row.text, row.member_id, row.closes, yes, no, outcome, voted)
        )
    return found


def _outcome(agreement: Agreement, row: models.Decision, yes: int, no: int, today: date) -> str:
    for version in agreement.versions:
        came = version.active_at if version.number > row.version.number else None
        if came and day_of(came) <= row.closes:
            try:
                rules.check_matter(version.words.forum, row.matter)
            except NotPossible:
                return "reserved since"
    if today <= row.closes:
        return "open"
    return "decided" if rules.passes(words_from(row.version.words).forum, yes, no) else "not decided"


def cycles(agreement: Agreement) -> list[Cycle]:
    """The learning cycles, newest first; two queries."""
    led: dict[int, list[int]] = {}
    for version in agreement.versions:
        if version.cycle:
            led.setdefault(version.cycle, []).append(version.number)
    rows = models.Cycle.objects.filter(agreement=agreement.id).order_by("-number").prefetch_related("entries")
    return [
        Cycle(
            row.number,
            row.question,
            row.member_id,
            row.at,
            tuple(
                Entry(EntryKind(each.kind), each.text, each.member_id, each.at)
                for each in sorted(row.entries.all(), key=lambda each: (each.at, each.id))
            ),
            tuple(sorted(led.get(row.number, ()))),
        )
        for row in rows
    ]


def rounds(agreement: Agreement) -> list[Round]:
    """The rounds of pulses, newest first, with what was published; one query."""
    rows = models.Round.objects.filter(agreement=agreement.id).select_related("version").order_by("-number")
    found = []
    for row in rows:
        words = words_from(row.version.words)
        bands = {key: Band(each) for key, each in row.bands.items()} if row.published else {}
        asked = tuple((p, b, bands.get(b.key)) for p in words.principles for b in p.behaviours)
        is_open = row.closed_at is None
        found.append(Round(row.number, row.opened_at, row.closes, is_open, row.published, row.answers, asked))
    return found


def own_ratings(agreement: Agreement, user: UUID | None) -> dict[str, int]:
    """What somebody answered themself in the round that is open."""
    row = models.Answered.objects.filter(
        round__agreement=agreement.id, round__closed_at=None, user=user
    ).first()
    return dict(row.ratings) if row else {}


def how_many(agreement: Agreement) -> dict[str, int]:
    """How many decisions, cycles and rounds there are; one query."""
    return models.Agreement.objects.filter(id=agreement.id).aggregate(
        decisions=Count("decisions", distinct=True),
        cycles=Count("cycles", distinct=True),
        rounds=Count("rounds", distinct=True, filter=Q(rounds__published=True)),
    )
