"""An idea, and a decision with all that is weighed in it, as the pages hold them: read by `reads`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.place.types import PartyView, PlaceView
from covenant.weigh.types import (
    Answer,
    AppraisalState,
    AppraisalWords,
    ConsiderationKind,
    Ground,
    GroundKind,
    JudgementState,
    OptionWords,
    Source,
    Voice,
    Weight,
)


@dataclass(frozen=True)
class OptionLine:
    """An option in a list, with the question that it answers."""

    id: UUID
    number: int
    title: str
    appraisal: UUID
    appraisal_title: str
    state: AppraisalState
    is_chosen: bool


@dataclass(frozen=True)
class IdeaView:
    id: UUID
    place: PlaceView
    title: str
    text: str
    voice: Voice
    author: PartyView | None
    writer: UUID
    role: str  # of whoever wrote it for themself
    grounds: tuple[Ground, ...]
    made_at: datetime
    is_withdrawn: bool
    options: tuple[OptionLine, ...]  # that take it up


@dataclass(frozen=True)
class Discarded:
    """Why an option was not taken further, and who said so; it stays visible."""

    reason: str
    party: PartyView | None  # None: the convenor
    at: datetime


@dataclass(frozen=True)
class OptionView:
    id: UUID
    number: int
    is_nothing: bool  # "do nothing", which is always among them
    words: OptionWords
    ideas: tuple[tuple[UUID, str], ...]  # their ids and titles
    discarded: Discarded | None


@dataclass(frozen=True)
class Weighed:
    """What weight one body gave to one consideration, and why."""

    party: PartyView | None  # None: the convenor
    weight: Weight
    reason: str
    at: datetime


@dataclass(frozen=True)
class Consideration:
    id: UUID
    number: int
    kind: ConsiderationKind
    statement: UUID | None
    citation: dict[str, Any]
    said: Source
    option: int | None  # the number of the option of which it is the cost
    weighed: tuple[Weighed, ...]
    answer: Answer | None

    @property
    def is_heard(self) -> bool:
        return self.kind is ConsiderationKind.HEARD


@dataclass(frozen=True)
class Interest:
    """What a body that weighs stands to gain or lose, as it declared; a later one stands beside."""

    party: PartyView | None
    text: str
    at: datetime


@dataclass(frozen=True)
class Signed:
    """A body's consent to one exact hash, or its dissent from it with the reason."""

    party: PartyView
    person: str
    office: str
    given_by: str
    at: datetime
    reason: str = ""  # of a dissent


@dataclass(frozen=True)
class JudgementView:
    id: UUID
    number: int
    state: JudgementState
    option: UUID
    option_number: int
    option_title: str
    reason: str
    hash: str
    put_at: datetime
    ended_at: datetime | None  # when it was made, not agreed or taken back
    signatures: tuple[Signed, ...]
    dissents: tuple[Signed, ...]


@dataclass(frozen=True)
class AppraisalView:
    """A decision to make, with all that is weighed in it."""

    id: UUID
    place: PlaceView
    state: AppraisalState
    words: AppraisalWords
    bodies: tuple[PartyView, ...]  # that weigh and sign
    options: tuple[OptionView, ...]
    considerations: tuple[Consideration, ...]
    interests: tuple[Interest, ...]
    judgements: tuple[JudgementView, ...]  # the newest first
    made_at: datetime
    withdrawn_why: str

    @property
    def judgement(self) -> JudgementView | None:
        """The one that is put for signing, or that was made."""
        standing = (JudgementState.PUT, JudgementState.MADE)
        return next((each for each in self.judgements if each.state in standing), None)


@dataclass(frozen=True)
class IdeaLine:
    """An idea in a list."""

    id: UUID
    title: str
    author: str  # the body; "" where no body wrote it
    voice: Voice
    kinds: tuple[GroundKind, ...]
    made_at: datetime
    is_withdrawn: bool


@dataclass(frozen=True)
class AppraisalLine:
    """A decision to make, in a list."""

    id: UUID
    title: str
    state: AppraisalState
    decide_by: date
    options: int
