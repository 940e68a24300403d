"""What an innovation area is made of, and where each of its freedoms stands: frozen, free of Django."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from covenant.agree.types import CommitmentLine, SignatureView
from covenant.place.types import PartyView, PlaceView, day_of

# Signed with every freedom: what no body can waive here, whatever else it waives.
NEVER_WAIVED = (
    "Nobody's rights in law are waived (human rights, equality, employment, data protection), nor the "
    "safeguarding of children and of adults at risk, nor anybody's health and safety. Where the freedom and "
    "one of these meet, the freedom gives way."
)


class FreedomState(StrEnum):
    """What was done with a freedom. That its sunset has passed is no state: the date alone says so."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    GRANTED = "granted"
    ENDED = "ended early"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Where a freedom stands on a day. Worked out from its state and its dates; never stored."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    NOT_IN_TIME = "not granted in time"
    TO_COME = "granted, not yet in force"
    IN_FORCE = "in force"
    EXPIRED = "no longer in force"
    ENDED = "ended early"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def tag(self) -> str:
        """The colour of its tag: the words say the same."""
        return {"in force": "kept", "no longer in force": "late", "proposed": "proposed"}.get(
            self.value, "no-evidence"
        )


class Verdict(StrEnum):
    HELD = "the hypothesis held"
    DID_NOT = "the hypothesis did not hold"
    CANNOT_TELL = "it cannot be told"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class NoticeKind(StrEnum):
    """What a reader is told of a freedom without looking for it, the most pressing first."""

    PAST_SUNSET = "past its sunset without an evaluation"
    OVERDUE = "its evaluation is overdue"
    WITHIN_30 = "sunset within 30 days"
    WITHIN_90 = "sunset within 90 days"

    @property
    def shouts(self) -> bool:
        return self in (NoticeKind.PAST_SUNSET, NoticeKind.OVERDUE)


def figure(value: Decimal) -> str:
    """A number as it was given, without the noughts that the database adds.

    Examples
    --------
    >>> figure(Decimal("12.5000")), figure(Decimal("100"))
    ('12.5', '100')
    """
    return f"{value.normalize() + 0:f}"


@dataclass(frozen=True)
class Baseline:
    """How things were before: a figure and where it comes from, or nothing, which says "not measured yet"."""

    value: Decimal | None = None
    n: int | None = None
    source: str = ""
    dated: date | None = None

    @property
    def shown(self) -> str:
        return "" if self.value is None else figure(self.value)


@dataclass(frozen=True)
class AreaWording:
    """What is said of an area; places, the body that convenes it and commitments by their ids."""

    title: str
    purpose: str
    places: tuple[UUID, ...]
    convenor: UUID
    starts: date
    sunset: date  # the last day on which anything in it holds
    grounds: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Wording:
    """Every word of a freedom that its parties consent to; bodies by their ids."""

    title: str
    waived: str  # the rule or requirement that does not apply, in plain words
    source: str  # the law, policy or contract in which it stands
    granter: UUID  # the body that holds the rule
    users: tuple[UUID, ...]  # for whom it is waived
    safeguards: str  # what stays, beside what can never be waived
    hypothesis: str
    changes_for: str  # for whom something is expected to change
    measure: str
    unit: str
    baseline: Baseline
    target: str
    failure: str  # what would count as failure
    starts: date
    sunset: date  # the last day on which it holds
    evaluator: UUID
    evaluation_due: date


@dataclass(frozen=True)
class Earlier:
    """A freedom that was granted before, as far as it matters to one that would follow it."""

    number: int
    area_title: str
    words: Wording
    places: frozenset[UUID]
    evaluated: bool


@dataclass(frozen=True)
class Measurement:
    """A figure that a party reported, with what a reader can check."""

    party: PartyView
    dated: date
    value: Decimal
    n: int | None  # of how many; None is "not stated"
    source: str
    url: str
    note: str
    at: datetime

    @property
    def shown(self) -> str:
        return figure(self.value)


@dataclass(frozen=True)
class Reply:
    """What a party says to an evaluation: it stands beside, never inside."""

    party: PartyView
    text: str
    at: datetime


@dataclass(frozen=True)
class Evaluation:
    verdict: Verdict
    figures: str
    learnt: str
    url: str
    party: PartyView
    person: str
    office: str
    at: datetime
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Ending:
    """Why a freedom was refused or ended before its sunset, and by which body."""

    party: PartyView
    reason: str
    at: datetime


@dataclass(frozen=True)
class FreedomView:
    id: UUID
    number: int
    state: FreedomState
    standing: Standing
    hash: str
    words: Wording
    granter: PartyView
    users: tuple[PartyView, ...]
    evaluator: PartyView
    never_waived: str
    renews: int | None  # the number of the freedom that it renews
    consents: tuple[SignatureView, ...]
    ending: Ending | None
    measurements: tuple[Measurement, ...]  # the earliest first
    evaluation: Evaluation | None
    notice: "Notice | None"
    proposed_at: datetime | None
    granted_at: datetime | None

    @property
    def holds_from(self) -> date:
        """The first day on which it holds: never before the last consent, whatever the words say."""
        granted = day_of(self.granted_at) if self.granted_at else self.words.starts
        return max(self.words.starts, granted)

    @property
    def needed(self) -> tuple[PartyView, ...]:
        """Whose consent it takes: the body that holds the rule, and each that would use the freedom."""
        return (self.granter, *self.users)

    @property
    def missing(self) -> tuple[PartyView, ...]:
        given = {consent.party.id for consent in self.consents}
        return tuple(party for party in self.needed if party.id not in given)

    @property
    def parties(self) -> tuple[PartyView, ...]:
        """Everyone with a part in it, each once; they may report figures."""
        return tuple({party.id: party for party in (*self.needed, self.evaluator)}.values())


@dataclass(frozen=True)
class AreaView:
    id: UUID
    slug: str
    title: str
    purpose: str
    place: PlaceView  # whose convenor runs it
    places: tuple[PlaceView, ...]  # where its freedoms hold
    convenor: PartyView
    starts: date
    sunset: date
    grounds: tuple[CommitmentLine, ...]
    freedoms: tuple[FreedomView, ...]  # a draft only for those who may see it


@dataclass(frozen=True)
class Notice:
    """A freedom whose date is near or past: what, by how many days, and who owes what."""

    kind: NoticeKind
    area_slug: str
    area_title: str
    number: int
    title: str
    days: int  # past its sunset or overdue; or until its sunset
    sunset: date
    ended: bool  # before its sunset
    evaluator: str
    evaluation_due: date
    due_passed: bool


@dataclass(frozen=True)
class AreaLine:
    """An area in a list."""

    slug: str
    title: str
    place_name: str
    place_names: tuple[str, ...]
    starts: date
    sunset: date
    in_force: int
    freedoms: int  # that were ever proposed
    is_draft: bool
