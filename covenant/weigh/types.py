"""What is weighed between what was heard and what is promised: frozen, free of Django."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class GroundKind(StrEnum):
    """What an idea stands on. Majorities are not the only reason."""

    COMMON_GROUND = "common ground"
    DISSENT = "dissent"
    NEED = "need"
    EVIDENCE = "evidence"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_heard(self) -> bool:
        """Whether it cites a statement that people voted on, rather than a source."""
        return self in (GroundKind.COMMON_GROUND, GroundKind.DISSENT)


class Voice(StrEnum):
    """For whom somebody writes an idea."""

    HEARD = "heard"  # a convenor, on behalf of what was heard
    ROLE = "role"  # somebody who holds a role in the place
    PARTY = "party"  # a body, by a mandate


class CostKind(StrEnum):
    """What is said of an option's cost. Not stated is not the same as nothing."""

    NOT_STATED = "not stated"
    FIGURES = "figures"
    NOTHING = "nothing"
    NOT_KNOWN = "not known"

    @property
    def label(self) -> str:
        return {
            "not stated": "Not stated yet",
            "figures": "Figures",
            "nothing": "It costs nothing more than today",
            "not known": "Nobody knows yet",
        }[self.value]


class ConsiderationKind(StrEnum):
    """What a body weighs."""

    HEARD = "heard"
    COST = "cost"
    EVIDENCE = "evidence"
    EQUALITY = "equality"

    @property
    def label(self) -> str:
        return {"heard": "What was heard", "equality": "Equality"}.get(self.value, self.value.capitalize())


class Weight(StrEnum):
    DECISIVE = "decisive"
    STRONG = "strong"
    SOME = "some"
    NONE = "none"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Followed(StrEnum):
    """What the judgement makes of something that was heard."""

    YES = "followed"
    PART = "followed in part"
    NO = "not followed"

    @property
    def label(self) -> str:
        return {
            "followed": "Heard and followed, because",
            "followed in part": "Heard and followed in part, because",
            "not followed": "Heard, not followed, because",
        }[self.value]


class AppraisalState(StrEnum):
    """Judged, withdrawn: nothing follows. While put, its words stand still for those who are to sign."""

    OPEN = "open"
    PUT = "put for signing"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"open": "Not decided yet", "put for signing": "Put for signing"}.get(
            self.value, self.value.capitalize()
        )

    @property
    def tag(self) -> str:
        """The colour of its tag: the words say the same."""
        return {"open": "under-way", "put for signing": "proposed", "judged": "kept"}.get(
            self.value, "no-evidence"
        )


class JudgementState(StrEnum):
    PUT = "put for signing"
    MADE = "made"
    NOT_AGREED = "not agreed"
    TAKEN_BACK = "taken back"

    @property
    def label(self) -> str:
        return self.value.capitalize()


def figure(value: Decimal) -> str:
    """A number as it was given, without the noughts that the database adds.

    Examples
    --------
    >>> figure(Decimal("12.5000")), figure(Decimal("100"))
    ('12.5', '100')
    """
    return f"{value.normalize() + 0:f}"


@dataclass(frozen=True)
class Source:
    """A need, a piece of evidence or an equality consideration in words, and where a reader finds it."""

    text: str
    source: str
    url: str = ""


@dataclass(frozen=True)
class Ground:
    """What an idea stands on: a frozen citation of what was heard, or a named source."""

    kind: GroundKind
    statement: UUID | None
    citation: dict[str, Any]
    said: Source


@dataclass(frozen=True)
class Baseline:
    """Where the outcome stands today; without a value nobody knows, and that is shown as such."""

    value: Decimal | None = None
    unit: str = ""
    dated: date | None = None
    source: str = ""

    @property
    def shown(self) -> str:
        return "" if self.value is None else figure(self.value)

    def as_json(self) -> dict[str, str] | None:
        if self.value is None:
            return None
        dated = self.dated.isoformat() if self.dated else ""
        return {"value": self.shown, "unit": self.unit, "dated": dated, "source": self.source}


@dataclass(frozen=True)
class Cost:
    """What an option costs, in whole pence: once, and each year, from low to high."""

    kind: CostKind = CostKind.NOT_STATED
    once_low: int | None = None
    once_high: int | None = None
    yearly_low: int | None = None
    yearly_high: int | None = None
    price_year: str = ""  # such as "2026/27": of what year the prices are
    source: str = ""  # or why nobody knows

    @property
    def is_stated(self) -> bool:
        return self.kind is not CostKind.NOT_STATED

    @property
    def once(self) -> str:
        return span(self.once_low, self.once_high)

    @property
    def yearly(self) -> str:
        return span(self.yearly_low, self.yearly_high)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "once_pence": [self.once_low, self.once_high],
            "yearly_pence": [self.yearly_low, self.yearly_high],
            "price_year": self.price_year,
            "source": self.source,
        }


def pounds(pence: int) -> str:
    """A sum in pounds, with pence only where there are any.

    Examples
    --------
    >>> pounds(1250000), pounds(5), pounds(0)
    ('£12,500', '£0.05', '£0')
    """
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" + (f".{rest:02d}" if rest else "")


def span(low: int | None, high: int | None) -> str:
    """From a sum to a sum, or the one sum; nothing where there is none.

    Examples
    --------
    >>> span(100, 200), span(100, 100), span(None, None)
    ('£1 to £2', '£1', '')
    """
    if low is None or high is None:
        return ""
    return pounds(low) if low == high else f"{pounds(low)} to {pounds(high)}"


@dataclass(frozen=True)
class OptionWords:
    """Every word of an option."""

    title: str
    what: str
    cost: Cost = Cost()
    payer: str = ""
    benefits: str = ""
    tradeoffs: str = ""
    gains: str = ""
    loses: str = ""
    legal: str = ""
    ideas: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class AppraisalWords:
    """What is to be decided, by whom and by when, and what it hopes to change."""

    title: str
    asks: str
    decide_by: date  # inclusive
    bodies: tuple[UUID, ...]
    outcome: str
    baseline: Baseline = Baseline()


@dataclass(frozen=True)
class Answer:
    """What becomes of something that was heard, and why: signed with the judgement."""

    followed: Followed
    because: str


@dataclass(frozen=True)
class Judged:
    """What was chosen, as a commitment may cite it as where it comes from."""

    option: UUID
    option_number: int
    option_title: str
    option_what: str
    appraisal: UUID
    appraisal_title: str
    asks: str
    place: UUID
    outcome: str
    baseline: Baseline
    judgement: UUID
    hash: str
    made_at: datetime
    signed_by: tuple[str, ...]  # the names of the bodies
    dissented: tuple[str, ...]
    heard: tuple[UUID, ...]  # the statements that were weighed

    def as_json(self) -> dict[str, Any]:
        """Of JSON's types, so that it can be frozen and hashed; it holds no words of residents."""
        return {
            "option": {"id": str(self.option), "number": self.option_number, "title": self.option_title},
            "what": self.option_what,
            "appraisal": {"id": str(self.appraisal), "title": self.appraisal_title},
            "asks": self.asks,
            "outcome": self.outcome,
            "baseline": self.baseline.as_json(),
            "judgement": str(self.judgement),
            "hash": self.hash,
            "made_at": self.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "signed_by": list(self.signed_by),
            "dissented": list(self.dissented),
            "heard": [str(id) for id in self.heard],
        }


@dataclass(frozen=True)
class Became:
    """What became of a statement in a decision: whether it was followed, and why."""

    appraisal: UUID
    title: str
    state: AppraisalState
    answer: Answer | None
