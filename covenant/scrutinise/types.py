"""What the referee hands back: frozen, free of Django, safe to share. What it reads stands in `programme`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from covenant.place.types import Sector, Tier
from covenant.scrutinise.programme import NOT_STATED, NotStated


@dataclass(frozen=True)
class Threshold:
    """From where on a rule asks: at least so many cases and at least that share, and the reason for both."""

    least_count: int
    least_share: Fraction
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What the source says in one field; `proposal` is None where the programme as a whole says it."""

    proposal: str | None
    field: str
    says: str
    where: str | NotStated = NOT_STATED


@dataclass(frozen=True)
class Metric:
    """`count` of the `n` cases that can be told, and how many cannot; without any, `value` is None."""

    name: str
    value: float | None
    unit: str
    count: int
    n: int
    undetermined: int


@dataclass(frozen=True)
class Figure:
    """A count shown beside a metric, which decides nothing; `n` is out of how many."""

    name: str
    count: int
    n: int


@dataclass(frozen=True)
class Limits:
    """How far what is not stated limits a question, or a silence.

    `low` and `high` bound the metric over every way of stating what is not stated, the ends and the reasons
    for acting from above excepted: these are declared or they are not. The question is asked in every one of
    them where `asked_if_favourable`, in at least one where `asked_if_unfavourable`.
    """

    fields: int
    not_stated: int
    missing: tuple[tuple[str | None, str], ...]
    low: float
    high: float
    asked_if_favourable: bool
    asked_if_unfavourable: bool
    says: str


@dataclass(frozen=True)
class Reach:
    """Over what range of its threshold a question would be asked: up to this many cases and this share."""

    most_count: int
    most_share: float
    says: str


@dataclass(frozen=True)
class Question:
    """What a rule asks, on which evidence, what speaks against asking, and what would answer it."""

    id: str
    rule: str
    text: str
    metric: Metric
    threshold: Threshold
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    beside: tuple[Figure, ...]
    would_answer: str
    limits: Limits
    reach: Reach
    caveat: str


class Why(Enum):
    """Why a question was not asked."""

    NOT_DECLARED = "nothing declared"
    TOO_FEW = "too few cases"
    NOT_ENOUGH_STATED = "not enough stated"
    UNDER_THRESHOLD = "under the threshold"


@dataclass(frozen=True)
class Unasked:
    """A question that was not asked, so that silence is never taken for approval."""

    id: str
    rule: str
    why: Why
    text: str
    metric: Metric
    threshold: Threshold
    limits: Limits
    reach: Reach


@dataclass(frozen=True)
class Gap:
    """Something that was not found where it would matter. It is no fault, and it may be there.

    The metric counts those for which it was not found, of the n for which it matters; `about` names them:
    proposals by their ids, tiers or what earlier documents held by their names.
    """

    id: str
    rule: str
    text: str
    metric: Metric
    threshold: Threshold
    what: str
    about: tuple[str, ...]
    would_answer: str
    caveat: str


@dataclass(frozen=True)
class Part:
    """In how many proposals a sector has a part, out of the n where the source tells."""

    sector: Sector
    part: str
    count: int
    n: int


@dataclass(frozen=True)
class TierPart:
    """In how many proposals a body of a tier is named at all, out of the n where that can be told."""

    tier: Tier
    count: int
    n: int


@dataclass(frozen=True)
class Reading:
    """All that the referee asks of a programme, does not find and does not ask, by one engine's version."""

    engine: str
    title: str
    source: str | NotStated
    date: str | NotStated
    questions: tuple[Question, ...]
    gaps: tuple[Gap, ...]
    unasked: tuple[Unasked, ...]
    parts: tuple[Part, ...]
    caveat: str
    tiers: tuple[TierPart, ...] = ()
