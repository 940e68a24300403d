"""Who acts and where: tiers, sectors, roles, and the actor that every rule is asked about."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_of(at: datetime) -> date:
    """The day on which an act falls: mandates, due dates and sunsets run by the days of Europe/London."""
    return at.astimezone(LONDON).date()


class Tier(StrEnum):
    """Where a duty or a power sits, from the smallest to the largest."""

    NEIGHBOURHOOD = "neighbourhood"
    PARISH = "parish"
    DISTRICT = "district"
    COUNTY = "county"
    REGION = "region"
    NATION = "nation"

    @property
    def label(self) -> str:
        return _TIERS[self]


_TIERS = {
    Tier.NEIGHBOURHOOD: "Neighbourhood",
    Tier.PARISH: "Parish or town",
    Tier.DISTRICT: "District",
    Tier.COUNTY: "County or combined authority",
    Tier.REGION: "Region",
    Tier.NATION: "Nation",
}


class Sector(StrEnum):
    """The sides of a covenant. Residents are those to whom promises are made: nobody signs for them."""

    STATE = "state"
    CIVIL_SOCIETY = "civil society"
    BUSINESS = "business"
    RESIDENTS = "residents"

    @property
    def label(self) -> str:
        return {"state": "State", "civil society": "Civil society"}.get(self.value, self.value.capitalize())

    @property
    def signs(self) -> bool:
        return self is not Sector.RESIDENTS


class Role(StrEnum):
    """What a person may be trusted with in a place and in the places within it.

    A scrutineer is never granted: all signing parties of a covenant appoint theirs together, for a term. The
    word stays here so that whoever tries to grant it is told so; it gives nothing.
    """

    CONVENOR = "convenor"
    MODERATOR = "moderator"
    SCRUTINEER = "scrutineer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


ERASED_HOST = "erased.invalid"  # where the address of somebody who was erased leads: nowhere
OPERATOR = "operator at the command line"  # who acts where nobody is signed in: the record says so


class NotAllowed(Exception):
    """This actor may not do this; the message says why, in plain English."""


class NotPossible(Exception):
    """Nobody can do this as things stand; the message says why and what to do."""


class NotFound(LookupError):
    """There is no such thing, or none that this actor may know of."""


@dataclass(frozen=True)
class HeldMandate:
    """The right to sign and report for a party."""

    id: UUID
    user: UUID
    party: UUID
    starts: date
    ends: date  # inclusive

    def holds_on(self, day: date) -> bool:
        return self.starts <= day <= self.ends


@dataclass(frozen=True)
class Actor:
    """Whoever asks or acts: a signed-in person with their roles and mandates, or anyone at all."""

    user: UUID | None = None
    grants: frozenset[tuple[Role, UUID]] = frozenset()  # (role, place), places within a granted one included
    mandates: tuple[HeldMandate, ...] = ()

    def has_role(self, role: Role, place: UUID) -> bool:
        return (role, place) in self.grants

    def mandate_for(self, party: UUID, day: date) -> HeldMandate | None:
        """The mandate with which this actor may act for a party on a day, if there is one."""
        return next((m for m in self.mandates if m.party == party and m.holds_on(day)), None)


PUBLIC = Actor()


@dataclass(frozen=True)
class PlaceView:
    """A place, and the chain of places that it lies in, the smallest first."""

    id: UUID
    slug: str
    name: str
    tier: Tier
    gss: str
    within: tuple["PlaceView", ...] = ()


@dataclass(frozen=True)
class NewPlace:
    """A place of a list that is added as a whole; `within` is the code of what it lies in, or nothing."""

    slug: str
    name: str
    tier: Tier
    gss: str
    within: str = ""


@dataclass(frozen=True)
class PlacesFound:
    """The places whose names have certain words, the best first; at most so many of `n`."""

    places: tuple[PlaceView, ...]
    n: int


@dataclass(frozen=True)
class PartyView:
    """A body that can owe and be owed, and, unless it stands for residents, can sign."""

    id: UUID
    slug: str
    name: str
    sector: Sector
    kind: str
    org_id: str
    place: UUID

    @property
    def signed_as(self) -> str:
        """The words for this party in what is signed: which one, by what name, on which side."""
        return f"{self.id} {self.name} ({self.sector.value})"


@dataclass(frozen=True)
class GrantView:
    """A role that somebody holds, for whoever runs the machine: the public is not told who."""

    id: UUID
    person: str
    email: str
    open: bool  # whether their account is
    role: Role
    place: str  # its address


@dataclass(frozen=True)
class MandateView:
    """Who may sign for a party, in what office, by whose decision and until when."""

    id: UUID
    party: UUID
    person: str
    office: str
    given_by: str
    starts: date
    ends: date
