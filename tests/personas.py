"""The people and bodies of the tests: plainly fictional, made through the same actions as real ones."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from covenant.agree import actions as agree
from covenant.agree.types import GroundKind
from covenant.listen import actions as listen
from covenant.listen import jobs
from covenant.place import actions, reads
from covenant.place.types import Actor, Role, Sector, Tier
from covenant.record import reads as record
from covenant.scrutinise import actions as scrutinise

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
    for role in ("convenor", "moderator", "analyst", "administrator"):
        email = f"{role}@testing.example"
        people[role] = actions.grant(
            by=None, email=email, name=role.title(), role=Role(role), place=place, at=NOW
        )
    people["scrutineer"] = actions.add_person(email="scrutineer@testing.example", name="Scrutineer")
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


TERM = (date(2026, 3, 2), date(2027, 3, 1))


def appoint(
    world: World, covenant: UUID, *, by: tuple[str, ...] = ("council", "charity"), at: datetime = NOW
) -> UUID:
    """Propose the scrutineer of the world for a covenant in force, and consent for these parties."""
    proposal = scrutinise.propose_scrutineer(
        by=world.actor("convenor"),
        covenant=covenant,
        email="scrutineer@testing.example",
        name="Scrutineer",
        statement="I have worked for none of the parties.",
        interests="None.",
        contact="scrutineer@testing.example, on Mondays",
        starts=at.date(),
        ends=TERM[1],
        at=at,
    )
    hash = proposal_hash(proposal)
    for party in by:
        actor, id = world.actor(party), world.parties[party]
        scrutinise.consent(by=actor, proposal=proposal, party=id, hash=hash, at=at)
    return proposal


def proposal_hash(proposal: UUID) -> str:
    """The hash that the page of a proposal shows."""
    from covenant.scrutinise.models import Proposal

    return Proposal.objects.values_list("hash", flat=True).get(id=proposal)


def reading_hash(version: UUID) -> str:
    """The hash of the newest reading of a version, as the record has it."""
    entries = [entry for entry in record.about(version) if entry.kind == "questions.asked"]
    return str(entries[-1].body["sha256"])


def stop_the_clock(monkeypatch: Any, at: datetime = NOW) -> None:
    """Let the pages believe that it is a certain moment: mandates and due dates hang on it."""
    monkeypatch.setattr(timezone, "now", lambda: at)


def signed_in(world: World, who: str) -> Client:
    """A browser in which this person is signed in; nobody is where they are no person of the world."""
    from covenant.place.models import User

    browser = Client()
    if who in world.people:
        browser.force_login(User.objects.get(id=world.people[who]))
    return browser


def all_that_is_kept() -> dict[str, list[tuple]]:
    """Every row of every slice: what is the same before and after an act was not changed by it."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("covenant.")]
    models = [model for config in ours for model in config.get_models(include_auto_created=True)]
    kept = {}
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608
            kept[table] = cursor.fetchall()
    return kept


@dataclass(frozen=True)
class Talk:
    """An open conversation with published results, and one statement that waits for a moderator."""

    id: UUID
    slug: str
    statements: tuple[UUID, ...]
    waiting: UUID
    participants: tuple[UUID, ...]


def talk(world: World, *, slug: str = "talk", people: int = 12) -> Talk:
    """A conversation on three statements: everyone agrees with the first, and half with each other one."""
    from covenant.listen.models import Statement

    said = ["Open the hall", "Close the road", "Plant trees"]
    id = listen.open_conversation(
        by=world.actor("convenor"),
        place=world.place,
        title="What should change?",
        slug=slug,
        introduction="Tell us.",
        statements=said,
        at=NOW,
    )
    statements = dict(Statement.objects.filter(conversation=id).values_list("text", "id"))
    participants = vote_all(id, people=people, all_agree_with=statements["Open the hall"])
    waiting = listen.add_statement(by=participants[0], conversation=id, text="Waits for a moderator", at=NOW)
    jobs.publish(id, NOW)
    return Talk(id, slug, tuple(statements[text] for text in said), waiting, tuple(participants))


def vote_all(conversation: UUID, *, people: int = 12, all_agree_with: UUID | None = None) -> list[UUID]:
    """So many people answer everything: every second agrees, the others agree with this one alone."""
    rng, participants = random.Random(1), []
    for number in range(people):
        started = listen.start(conversation=conversation, at=NOW, rng=rng)
        participants.append(started.participant)
        exposure = started.exposure
        while exposure:
            value = 1 if _shown(exposure) == all_agree_with or number % 2 else -1
            answered = listen.answer(
                participant=started.participant, exposure=exposure, value=value, at=NOW, rng=rng
            )
            exposure = answered.exposure
    return participants


def _shown(exposure: UUID) -> UUID:
    from covenant.listen.models import Exposure

    return Exposure.objects.values_list("statement_id", flat=True).get(id=exposure)
