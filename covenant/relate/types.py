"""What a working relationship agreement says, who is in it, and how it stands on a day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from covenant.place.types import PartyView, PlaceView
from covenant.relate.words import CLIENTS as CLIENTS
from covenant.relate.words import Behaviour as Behaviour
from covenant.relate.words import Contract as Contract
from covenant.relate.words import DecisionRule as DecisionRule
from covenant.relate.words import Exit as Exit
from covenant.relate.words import Forum as Forum
from covenant.relate.words import LegalStatus as LegalStatus
from covenant.relate.words import Principle as Principle
from covenant.relate.words import Promise as Promise
from covenant.relate.words import Words as Words


class PersonRole(StrEnum):
    """As what a named person takes part."""

    COMMISSIONER = "commissioner"
    FRONTLINE = "frontline"
    LIVED = "lived experience"
    INVESTOR = "investor"

    @property
    def label(self) -> str:
        return {
            "commissioner": "Commissioner",
            "frontline": "Frontline worker",
            "lived experience": "Person with lived experience",
            "investor": "Investor",
        }[self.value]


NEEDED_ROLES = (PersonRole.COMMISSIONER, PersonRole.FRONTLINE, PersonRole.LIVED)


class VersionState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """How an agreement stands on a day: worked out, never stored."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in force"
    WAITING = "waiting"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {
            "draft": "Draft",
            "proposed": "Waits for every consent",
            "in force": "In force",
            "waiting": "Waits for re-acceptance",
            "ended": "Ended",
        }[self.value]

    @property
    def tag(self) -> str:
        """The class of its tag in the style sheet."""
        return {"in force": "kept", "waiting": "late"}.get(self.value, "proposed")


class ChangeKind(StrEnum):
    DEPARTURE = "departure"
    ARRIVAL = "arrival"


class EntryKind(StrEnum):
    OBSERVATION = "observation"
    ADAPTATION = "adaptation"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Band(StrEnum):
    """To what the answers about one behaviour lean: all that is ever shown of them."""

    GOOD = "good"
    MIXED = "mixed"
    BAD = "bad"

    @property
    def label(self) -> str:
        return {
            "good": "More see the good example",
            "mixed": "Neither clearly",
            "bad": "More see the bad example",
        }[self.value]


@dataclass(frozen=True)
class Member:
    """A body or a named person in an agreement. The name of a person is theirs to show."""

    id: UUID
    party: PartyView | None  # the body; of a person, the body that they work for, if any
    user: UUID | None = None  # None: it is a body
    role: PersonRole | None = None
    seal: str = ""  # stands for the person in what is hashed and in the record
    name: str = ""  # of a person; shown to members, and to others only where the person said so
    shows_name: bool = False
    number: int = 0  # among people of the same role and body, where there are several

    @property
    def is_person(self) -> bool:
        return self.user is not None

    @property
    def office(self) -> str:
        """Who it is without a person's name."""
        if self.role is None:
            return self.party.name if self.party else ""
        role = f"{self.role.label} {self.number}" if self.number else self.role.label
        return f"{role}, {self.party.name}" if self.party else role

    @property
    def shown(self) -> str:
        """Who it is, with a person's name where the reader may see it."""
        return f"{self.name} ({self.office})" if self.is_person and self.name else self.office

    @property
    def signed_as(self) -> str:
        """The words for it in what is hashed: of a person a seal."""
        if self.role is None:
            return f"{self.id} {self.party.signed_as if self.party else ''}"
        return f"{self.id} {self.role.value} {self.party.id if self.party else '-'} {self.seal}"


@dataclass(frozen=True)
class Consent:
    member: UUID
    hash: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """Somebody leaves, or would come, while a version stands."""

    id: UUID
    kind: ChangeKind
    member: UUID
    version: int  # the number of the version under which it was announced
    replaces: UUID | None
    last_day: date | None
    carer: UUID | None  # the body that looks after the clients concerned until the last day, and beyond
    reason: str
    announced_at: datetime
    settled_at: datetime | None
    refused_by: UUID | None
    refused_because: str
    hash: str  # of it and the words of the version that is active: what is accepted
    accepted: frozenset[UUID] = frozenset()  # members, for the version that is active
    needed: frozenset[UUID] = frozenset()  # whose acceptance it takes

    @property
    def missing(self) -> frozenset[UUID]:
        return self.needed - self.accepted


@dataclass(frozen=True)
class Version:
    number: int
    id: UUID
    state: VersionState
    hash: str
    words: Words
    members: tuple[Member, ...]
    consents: tuple[Consent, ...]
    why: str
    cycle: int | None  # the learning cycle that it came from
    proposed_at: datetime | None
    active_at: datetime | None
    refused_by: UUID | None
    refused_because: str

    @property
    def missing(self) -> tuple[Member, ...]:
        given = {consent.member for consent in self.consents}
        return tuple(member for member in self.members if member.id not in given)


@dataclass(frozen=True)
class AgreementLine:
    """An agreement in a list."""

    slug: str
    title: str
    place: UUID
    is_draft: bool


@dataclass(frozen=True)
class Agreement:
    """An agreement with its versions, newest first, as one reader may see it on a day."""

    id: UUID
    slug: str
    place: PlaceView
    versions: tuple[Version, ...]
    members: tuple[Member, ...]  # everyone who ever was in it
    changes: tuple[Change, ...]
    standing: Standing
    bound: frozenset[UUID]  # who is bound today
    vacant: tuple[PersonRole, ...]  # roles that somebody must hold and nobody does
    inside: frozenset[UUID]  # who may work on drafts: bound, in what is open, or asked to come

    @property
    def active(self) -> Version | None:
        return next((each for each in self.versions if each.state is VersionState.ACTIVE), None)

    @property
    def open(self) -> Version | None:
        working = (VersionState.DRAFT, VersionState.PROPOSED)
        return next((each for each in self.versions if each.state in working), None)

    @property
    def shown(self) -> Version:
        """The version that the page shows: what is active, or else the newest."""
        return self.active or self.versions[0]

    def member(self, id: UUID | None) -> Member | None:
        return next((each for each in self.members if each.id == id), None)
