"""What the referee reads and what it hands back: frozen, free of Django, safe to share.

A programme is a set of proposals, or a covenant seen as a set of commitments. Whatever its source does not
say is NOT_STATED. That is not the same as "none": an empty tuple says that the source itself rules it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

from covenant.place.types import Sector, Tier


class NotStated(Enum):
    """The source does not say; it may still be so in the world."""

    NOT_STATED = "not stated"


NOT_STATED: Final = NotStated.NOT_STATED


class Direction(Enum):
    """From where an end is declared to be reached."""

    BOTTOM_UP = "bottom-up"
    TOP_DOWN = "top-down"
    NEITHER = "neither"


class Kind(Enum):
    """What a proposal is."""

    PROPOSAL = "proposal"
    COMMITMENT = "commitment"


class LevelReason(Enum):
    """A reason, given by the source, for doing something above those whom it affects."""

    RIGHTS = "rights"
    SAFEGUARDING = "safeguarding"
    EMERGENCY = "emergency"


class Age(Enum):
    """Whether the programme makes a duty or finds it."""

    NEW = "new"
    EXISTING = "existing"


class Costing(Enum):
    """Whether the source puts a cost on a duty."""

    COSTED = "costed"
    NOT_COSTED = "not costed"


class Funding(Enum):
    """What the source says stands behind a duty."""

    FUNDED = "funded"
    PARTLY = "partly"
    NONE = "none"
    NOT_NEEDED = "not needed"


class Power(Enum):
    """A part that somebody may have in a proposal; the value is the proposal's field that says who has it."""

    STARTS = "started_by"
    DECIDES = "decided_by"
    MONEY = "money_controlled_by"


@dataclass(frozen=True)
class Actor:
    """A person, body or group of them, as the source names it."""

    name: str | NotStated = NOT_STATED
    sector: Sector | NotStated = NOT_STATED
    tier: Tier | NotStated = NOT_STATED
    where: str | NotStated = NOT_STATED


Actors = tuple[Actor, ...] | NotStated


@dataclass(frozen=True)
class End:
    """An end that the programme declares, in its own words, which are the evidence.

    An end with no `for_proposals` is declared for the whole programme.
    """

    wording: str
    direction: Direction | NotStated = NOT_STATED
    where: str | NotStated = NOT_STATED
    for_proposals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Duty:
    """Something that somebody must do because of a proposal."""

    text: str | NotStated = NOT_STATED
    on: Actors = NOT_STATED
    age: Age | NotStated = NOT_STATED
    costing: Costing | NotStated = NOT_STATED
    funding: Funding | NotStated = NOT_STATED
    where: str | NotStated = NOT_STATED


@dataclass(frozen=True)
class Proposal:
    """One proposal of a programme, or one commitment of a covenant.

    `level_reasons` holds only reasons that the source gives, so for it nothing given and not stated are one.
    `where` pairs a field's name with its place in the source.
    """

    id: str
    text: str | NotStated = NOT_STATED
    kind: Kind = Kind.PROPOSAL
    started_by: Actors = NOT_STATED
    decided_by: Actors = NOT_STATED
    money_controlled_by: Actors = NOT_STATED
    affected: Actors = NOT_STATED
    parties: Actors = NOT_STATED
    instrument: str | NotStated = NOT_STATED
    consultation_promised: Actors = NOT_STATED
    consultation_held: Actors = NOT_STATED
    duties: tuple[Duty, ...] | NotStated = NOT_STATED
    level_reasons: tuple[LevelReason, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    @classmethod
    def commitment(
        cls,
        id: str,
        text: str | NotStated = NOT_STATED,
        *,
        debtors: Actors = NOT_STATED,
        creditors: Actors = NOT_STATED,
        started_by: Actors = NOT_STATED,
        decided_by: Actors = NOT_STATED,
        money_controlled_by: Actors = NOT_STATED,
        parties: Actors = NOT_STATED,
        funding: Funding | NotStated = NOT_STATED,
    ) -> Proposal:
        """A covenant's commitment: a duty that its debtors carry, affecting those to whom it is owed.

        >>> Proposal.commitment("C1", debtors=(Actor("Marl Council"),)).duties[0].on[0].name
        'Marl Council'
        """
        return cls(
            id,
            text,
            Kind.COMMITMENT,
            started_by=started_by,
            decided_by=decided_by,
            money_controlled_by=money_controlled_by,
            affected=creditors,
            parties=parties,
            duties=(Duty(text, debtors, funding=funding),),
        )

    def holders(self, power: Power) -> Actors:
        """Who has a power over this proposal, as far as the source says."""
        held: Actors = getattr(self, power.value)
        return held

    def found_at(self, field: str) -> str | NotStated:
        """Where in the source a field was found."""
        return dict(self.where).get(field, NOT_STATED)


@dataclass(frozen=True)
class Programme:
    """Proposals that one source puts forward together, with the ends that it declares for them."""

    title: str
    source: str | NotStated = NOT_STATED
    date: str | NotStated = NOT_STATED
    ends: tuple[End, ...] | NotStated = NOT_STATED
    proposals: tuple[Proposal, ...] = ()


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


@dataclass(frozen=True)
class Part:
    """In how many proposals a sector has a part, out of the n where the source tells."""

    sector: Sector
    part: str
    count: int
    n: int


@dataclass(frozen=True)
class Reading:
    """All that the referee asks of a programme and all that it does not, by one version of its engine."""

    engine: str
    title: str
    source: str | NotStated
    date: str | NotStated
    questions: tuple[Question, ...]
    unasked: tuple[Unasked, ...]
    parts: tuple[Part, ...]
    caveat: str
