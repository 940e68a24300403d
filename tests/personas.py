"""The people and bodies of the tests: plainly fictional, made through the same actions as real ones."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from covenant.agree import actions as agree
from covenant.agree.types import GroundKind
from covenant.place import actions, reads
from covenant.place.types import Actor, Role, Sector, Tier

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True)
class World:
    """A place with a convenor, a council, a charity, a business, and residents to whom things are owed."""

    place: UUID
    other_place: UUID
    people: dict[str, UUID]  # by role or party: the id of the person
    parties: dict[str, UUID]

    def actor(self, who: str) -> Actor:
        """Whoever is called so: a key of `people`, or "public"."""
        return reads.actor(self.people.get(who))


PARTIES = {
    "council": ("Testing District Council", Sector.STATE, "district council"),
    "charity": ("Friends of Testing", Sector.CIVIL_SOCIETY, "charity"),
    "business": ("Testing Traders", Sector.BUSINESS, "association"),
    "residents": ("Residents of Testing", Sector.RESIDENTS, ""),
}


def make_world() -> World:
    """Make them all in the database."""
    place = actions.add_place(name="Testing", slug="testing", tier=Tier.DISTRICT, at=NOW)
    other = actions.add_place(name="Elsewhere", slug="elsewhere", tier=Tier.DISTRICT, at=NOW)
    people = {}
    for role in ("convenor", "moderator", "scrutineer", "analyst", "administrator"):
        email = f"{role}@testing.example"
        people[role] = actions.grant(
            by=None, email=email, name=role.title(), role=Role(role), place=place, at=NOW
        )
    people["stranger"] = actions.grant(
        by=None, email="convenor@elsewhere.example", name="Stranger", role=Role.CONVENOR, place=other, at=NOW
    )
    convenor, parties = reads.actor(people["convenor"]), {}
    for key, (name, sector, kind) in PARTIES.items():
        parties[key] = actions.add_party(
            by=convenor, place=place, name=name, slug=f"testing-{key}", sector=sector, kind=kind, at=NOW
        )
        if sector.signs:
            _give(convenor, parties[key], key, *YEAR)
    _give(convenor, parties["charity"], "lapsed", date(2025, 1, 1), date(2025, 12, 31))
    for party in reads.mandates(parties=list(parties.values())):
        people[party.person.lower()] = _person(f"{party.person.lower()}@testing.example")
    return World(place, other, people, parties)


def _give(convenor: Actor, party: UUID, name: str, starts: date, ends: date) -> None:
    actions.give_mandate(
        by=convenor,
        party=party,
        email=f"{name}@testing.example",
        name=name.title(),
        office="Chair",
        given_by="Resolution of 1 January",
        starts=starts,
        ends=ends,
        at=NOW,
    )


def _person(email: str) -> UUID:
    from covenant.place.models import User

    return User.objects.get(email=email).id


def draft(
    world: World, *, slug: str = "our-covenant", debtor: str = "council", creditor: str = "residents"
) -> UUID:
    """A draft between the council and the charity with one commitment, grounded on a need; returns its id."""
    convenor = world.actor("convenor")
    parties = [world.parties["council"], world.parties["charity"]]
    version = agree.start_covenant(
        by=convenor,
        place=world.place,
        title="Our covenant",
        slug=slug,
        purpose="To do it.",
        parties=parties,
        at=NOW,
    )
    add_clause(world, version, debtor=debtor, creditor=creditor)
    return version


def add_clause(world: World, version: UUID, *, debtor: str = "council", creditor: str = "residents") -> UUID:
    """One more commitment in a draft, due at the end of June 2026."""
    convenor = world.actor("convenor")
    clause = agree.word_clause(
        by=convenor,
        version=version,
        debtor=world.parties[debtor],
        creditors=[world.parties[creditor]],
        text="Open the hall on Sundays",
        measure="Sundays open, from the hall's diary",
        due=date(2026, 6, 30),
        tier=Tier.DISTRICT,
        outcome="Fewer people alone on Sundays",
    )
    agree.cite_source(
        by=convenor,
        version=version,
        clause=clause,
        kind=GroundKind.NEED,
        text="People are alone",
        source="Survey",
    )
    return clause


def sign_all(world: World, version: UUID, *, by: tuple[str, ...] = ("council", "charity")) -> str:
    """Propose a draft and sign it for these parties; returns its hash."""
    hash = agree.propose(by=world.actor("convenor"), version=version, at=NOW)
    for party in by:
        agree.sign(by=world.actor(party), version=version, party=world.parties[party], hash=hash, at=NOW)
    return hash
