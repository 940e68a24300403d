"""What a concern is, where it can stand, and what of it others may hold: frozen, free of Django."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from covenant.place.types import PartyView


class Rung(StrEnum):
    """Who is asked to put it right, from the nearest to the last."""

    PEOPLE = "people"
    SPONSORS = "sponsors"
    FORUM = "forum"
    MEDIATOR = "mediator"
    FINDING = "finding"

    @property
    def label(self) -> str:
        return {
            "people": "The people who work on it",
            "sponsors": "Those who stand behind the promise",
            "forum": "All parties together",
            "mediator": "A mediator",
            "finding": "A published finding",
        }[self.value]


class Standing(StrEnum):
    """Where a concern stands."""

    RECEIVED = "received"
    ADMITTED = "admitted"
    WITHDRAWN = "withdrawn"  # by whoever raised it; the scrutineer has not noted it yet
    CLOSED = "closed"


class Criterion(StrEnum):
    """What a concern must be to be admitted; a refusal names the one that it did not pass."""

    ABOUT_IT = "about the covenant"
    CAN_BE_MENDED = "a party could put it right"
    NO_OTHER_ROUTE = "no statutory route takes it"
    NO_CHARACTER = "not about a character"

    @property
    def label(self) -> str:
        return {
            "about the covenant": "It is about a promise of this covenant, or how a party behaves under it",
            "a party could put it right": "At least one party of the covenant could put it right",
            "no statutory route takes it": "It is no complaint about one person’s case that a statutory "
            "route takes",
            "not about a character": "It is about what is done or not done, not about what somebody is like",
        }[self.value]


class Outcome(StrEnum):
    """How a concern ended."""

    PUT_RIGHT = "put right"
    NO_FURTHER = "goes no further"
    FOUND = "finding published"
    WITHDRAWN = "withdrawn"
    REFUSED = "not admitted"

    @property
    def label(self) -> str:
        return {
            "put right": "Put right",
            "goes no further": "Went no further, with reasons given to whoever raised it",
            "finding published": "A finding was published",
            "withdrawn": "Withdrawn by whoever raised it",
            "not admitted": "Not admitted",
        }[self.value]


class Offer(StrEnum):
    """Where the offer to go to the next rung stands."""

    OFFERED = "offered"
    CONSENTED = "consented"
    DECLINED = "declined"
    TAKEN = "taken"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Box:
    """To whom concerns of a covenant are sealed, as far as anyone may know."""

    key: UUID
    name: str  # of the scrutineer
    recipient: str  # age's public half
    made_on: date
    is_outside: bool  # its secret half was made elsewhere and never was here
    looked_on: date | None
    looks_by: date  # when the scrutineer is to have looked into it again
    overdue: bool


@dataclass(frozen=True)
class Words:
    """What one of the two wrote, opened."""

    id: UUID
    number: int
    from_raiser: bool
    day: date
    about: str  # which commitment, such as "C1"; empty for none
    text: str
    right: str  # what would put it right; only in the first


@dataclass(frozen=True)
class Said:
    """What a party that was asked says."""

    party: str
    text: str
    day: date


@dataclass(frozen=True)
class OfferView:
    """The next rung as it is offered to whoever raised it: these words, before these parties, no others."""

    id: UUID
    rung: Rung
    state: Offer
    statement: str
    shown_to: tuple[str, ...]


@dataclass(frozen=True)
class CaseView:
    """All that whoever holds the code sees."""

    covenant_slug: str
    covenant_title: str
    standing: Standing
    rung: Rung | None
    outcome: Outcome | None
    test: Criterion | None
    raised_on: date | None
    look_by: date | None  # by when this is to move; None once it is closed
    stuck: bool
    joined: bool
    openly: bool  # everyone reads what it says
    letters: tuple[Words, ...]
    offer: OfferView | None
    said: tuple[Said, ...]
    finding: UUID | None
    unreadable: bool  # sealed to a key of somebody who is no longer the scrutineer
    sealable: bool  # and there is one now to whom it can be sealed anew


@dataclass(frozen=True)
class DeskLine:
    """One concern on the desk: nothing of what it says."""

    id: UUID
    standing: Standing
    rung: Rung | None
    raised_on: date | None
    stuck: bool
    queued: bool
    readable: bool  # sealed to the key in use
    openly_by: str
    joined_to: UUID | None
    offer: Offer | None
    offered: Rung | None
    parties: tuple[PartyView, ...]
    finding: UUID | None
    next_rung: Rung | None

    @property
    def mark(self) -> str:
        """A short name for it, the same for everybody."""
        return str(self.id)[:8]


@dataclass(frozen=True)
class Asked:
    """What is before those who are asked at a rung."""

    batch: UUID
    rung: Rung
    day: date
    look_by: date
    statement: str
    parties: tuple[PartyView, ...]  # who sees it
    concerned: tuple[PartyView, ...]  # whose it is to put right
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Counts:
    """What everyone may know. Concerns that were joined count as one while they are open."""

    months: tuple[tuple[date, int | None], ...]  # in confidence, newest first; None: fewer than three
    waiting: int  # admitted, before the first rung
    queued: int  # of these, those that wait for a small body's turn
    open: tuple[tuple[Rung, int], ...]
    stuck: int
    closed: tuple[tuple[Outcome, int], ...]
    refused: tuple[tuple[Criterion, int], ...]


@dataclass(frozen=True)
class PublishedFinding:
    """A finding to which a concern led."""

    id: UUID
    text: str
    signed_on: date
    parties: tuple[str, ...]
    replied: int


@dataclass(frozen=True)
class OpenConcern:
    """A concern that a party raised in the open."""

    party: str
    day: date
    text: str
    right: str
    standing: Standing
    rung: Rung | None
    outcome: Outcome | None
