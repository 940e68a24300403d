"""What the referee reads: a programme of proposals, or a covenant seen as a set of commitments.

Whatever its source does not say is NOT_STATED. That is not the same as "none": an empty tuple, an empty text
or a day that is None says that the source itself rules it out.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

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


class Participation(Enum):
    """How far those affected take part, from the least to the most: the levels of the IAP2 spectrum."""

    NONE = "none"
    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"


class Size(Enum):
    """A body's size by its yearly income: small is under a million pounds."""

    SMALL = "small"
    LARGE = "large"


class Young(Enum):
    """Whether people under 25, or those who speak for them, are meant."""

    YES = "yes"
    NO = "no"


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


class Span(Enum):
    """For how long the money for a duty is there."""

    WHOLE = "as long as it lasts"
    PART = "less long"


class Work(Enum):
    """Whether those who carry a duty are paid for it."""

    PAID = "paid"
    UNPAID = "unpaid"


class Finance(Enum):
    """Whether money that is put in is to come back."""

    SPENT = "spent"
    REPAID = "repaid"
    MIXED = "mixed"


class Power(Enum):
    """A part that somebody may have in a proposal; the value is the proposal's field that says who has it."""

    STARTS = "started_by"
    PROBLEM = "problem_defined_by"
    DECIDES = "decided_by"
    MONEY = "money_controlled_by"
    OPTS_OUT = "may_opt_out"
    ENDS = "may_end"
    ENFORCES = "enforced_by"


class Relation(Enum):
    """What a programme makes of something that an earlier document held."""

    TAKEN_UP = "taken up"
    ANSWERED = "answered"  # not taken up, and it says why
    SET_ASIDE = "set aside"  # it speaks of it and drops it, without a reason
    NOT_FOUND = "not found"  # looked for in the whole source; it may still be there


@dataclass(frozen=True)
class Actor:
    """A person, body or group of them, as the source names it."""

    name: str | NotStated = NOT_STATED
    sector: Sector | NotStated = NOT_STATED
    tier: Tier | NotStated = NOT_STATED
    where: str | NotStated = NOT_STATED
    size: Size | NotStated = NOT_STATED
    young: Young | NotStated = NOT_STATED


Actors = tuple[Actor, ...] | NotStated
Names = tuple[str, ...] | NotStated  # words, or ids of proposals or of things heard
Said = str | NotStated  # "" where the source rules it out
Day = datetime.date | None | NotStated  # None where the source rules it out


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
    funded_for: Span | NotStated = NOT_STATED
    work: Work | NotStated = NOT_STATED


@dataclass(frozen=True)
class Heard:
    """Something that people said, of which a covenant may be an answer; `n` of them answered it."""

    id: str
    text: str
    n: int | NotStated = NOT_STATED
    where: str | NotStated = NOT_STATED


@dataclass(frozen=True)
class Inherited:
    """Something that an earlier document held, and what this programme makes of it."""

    item: str
    document: str
    text: str
    relation: Relation | NotStated = NOT_STATED
    by: tuple[str, ...] = ()  # ids of the proposals that take it up or answer it
    where: str | NotStated = NOT_STATED


@dataclass(frozen=True)
class Proposal:
    """One proposal of a programme, or one commitment of a covenant.

    `level_reasons` holds only reasons that the source gives, so for it nothing given and not stated are one.
    `where` pairs a field's name with its place in the source. What each field means to those who fill it in
    stands in docs/standard/programme.md.
    """

    ACTORS: ClassVar = (
        "started_by",
        "problem_defined_by",
        "decided_by",
        "money_controlled_by",
        "money_received_by",
        "may_opt_out",
        "may_end",
        "enforced_by",
        "power_held_by",
        "affected",
        "parties",
        "consultation_promised",
        "consultation_held",
        "consultation_owner",
        "owner",
    )  # the fields that name people and bodies

    id: str
    text: str | NotStated = NOT_STATED
    kind: Kind = Kind.PROPOSAL
    # Who has which part in it.
    started_by: Actors = NOT_STATED
    problem_defined_by: Actors = NOT_STATED
    decided_by: Actors = NOT_STATED
    money_controlled_by: Actors = NOT_STATED
    money_received_by: Actors = NOT_STATED
    may_opt_out: Actors = NOT_STATED
    may_end: Actors = NOT_STATED
    enforced_by: Actors = NOT_STATED
    power_held_by: Actors = NOT_STATED
    affected: Actors = NOT_STATED
    parties: Actors = NOT_STATED
    # How those affected are heard.
    consultation_promised: Actors = NOT_STATED
    consultation_held: Actors = NOT_STATED
    consultation_means: Said = NOT_STATED
    consultation_time: Said = NOT_STATED
    consultation_owner: Actors = NOT_STATED
    participation_promised: Participation | NotStated = NOT_STATED
    participation_evidenced: Participation | NotStated = NOT_STATED
    # What it takes to happen.
    instrument: str | NotStated = NOT_STATED
    duties: tuple[Duty, ...] | NotStated = NOT_STATED
    owner: Actors = NOT_STATED
    deadline: Said = NOT_STATED
    measure: Said = NOT_STATED
    money: Said = NOT_STATED
    route: Said = NOT_STATED
    # What it shares with others.
    outcomes: Names = NOT_STATED
    people: Names = NOT_STATED
    places: Names = NOT_STATED
    joined_with: Names = NOT_STATED
    # How it is financed.
    finance: Finance | NotStated = NOT_STATED
    public_value: Said = NOT_STATED
    investor_return: Said = NOT_STATED
    money_from: Names = NOT_STATED
    pooled_with: Names = NOT_STATED
    # As a commitment of a covenant.
    reciprocal_of: Names = NOT_STATED
    answers: Names = NOT_STATED
    rests_on: Said = NOT_STATED
    due: Day = NOT_STATED
    last_reported: Day = NOT_STATED
    ended: Day = NOT_STATED  # reported as done, or as not to be done
    level_reasons: tuple[LevelReason, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

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
    heard: tuple[Heard, ...] | NotStated = NOT_STATED
    lineage: tuple[Inherited, ...] | NotStated = NOT_STATED
    as_of: datetime.date | NotStated = NOT_STATED  # read on this day: what is late is late on it
    review_due: Day = NOT_STATED
    last_review: Day = NOT_STATED
