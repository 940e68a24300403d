"""Working relationship agreements for tests: made through the same actions as real ones."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.place import reads as places
from covenant.place.types import Actor
from covenant.relate import actions, reads
from covenant.relate.models import Member
from covenant.relate.types import CLIENTS, Agreement, Contract, Forum, PersonRole, Promise, Words
from tests.personas import NOW, World

BODIES = ("council", "charity")
PEOPLE = {  # by name: as what, and for which body
    "Cora": (PersonRole.COMMISSIONER, "council"),
    "Finn": (PersonRole.FRONTLINE, "charity"),
    "Lea": (PersonRole.LIVED, None),
    "Lou": (PersonRole.LIVED, None),
    "Faye": (PersonRole.FRONTLINE, "charity"),
    "Ines": (PersonRole.INVESTOR, None),
}
RESERVED, MATTER = "The price or the length of a contract", "How we meet"


def begin(world: World, *, slug: str = "alongside", people: tuple[str, ...] = (), at: datetime = NOW) -> UUID:
    """A draft with the worked template, two bodies and these people, or all; returns the agreement's id."""
    convenor = world.actor("convenor")
    id = actions.begin(
        by=convenor,
        place=world.place,
        slug=slug,
        title="Alongside young people",
        purpose="To work as one team",
        client_group="Young people who leave care",
        template="worked",
        bodies=[world.parties[body] for body in BODIES],
        at=at,
    )
    for name in people or PEOPLE:
        name_person(world, id, name, at=at)
    actions.word(by=convenor, agreement=id, change=lambda words: filled(words, found(id, at)), at=at)
    return id


def filled(words: Words, agreement: Agreement) -> Words:
    """A draft with promises both ways and to clients, a forum of all, and a contract."""
    members = agreement.versions[0].members
    council, charity = (str(member.id) for member in members if not member.is_person)
    day = date(2026, 9, 30)
    return replace(
        words,
        promises=(
            Promise("pay", council, charity, "Pay within ten days", day, "Dates of payment"),
            Promise("tell", charity, council, "Tell of difficulties at once", day, "The log", "pay"),
            Promise("answer", charity, CLIENTS, "Answer every call the same day", day, "The phone log"),
        ),
        forum=replace(words.forum, members=tuple(str(member.id) for member in members), quorum=3),
        contract=Contract("Contract 12", 250_000_00, date(2026, 4, 1), date(2028, 3, 31), "Support"),
    )


def name_person(world: World, agreement: UUID, name: str, *, at: datetime = NOW) -> UUID:
    role, body = PEOPLE.get(name, (PersonRole.FRONTLINE, "charity"))
    return actions.name_person(
        by=world.actor("convenor"),
        agreement=agreement,
        email=f"{name.lower()}@named.example",
        name=name,
        role=role,
        party=world.parties[body] if body else None,
        at=at,
    )


def found(agreement: UUID, at: datetime = NOW) -> Agreement:
    return reads.agreement_of(agreement, today=at.date())


def someone(name: str) -> Actor:
    """A named person who has signed in."""
    return places.actor(places.person(f"{name.lower()}@named.example"))


def member(agreement: UUID, who: str, world: World) -> UUID:
    """The id of a member: the newest of a body by its key, or of a person by their name."""
    rows = Member.objects.filter(agreement=agreement)
    rows = (
        rows.filter(user=None, party=world.parties[who])
        if who in world.parties
        else rows.filter(user__email=f"{who.lower()}@named.example")
    )
    return rows.order_by("-id").values_list("id", flat=True)[0]


def actor(world: World, who: str) -> Actor:
    return world.actor(who) if who in world.people or who == "public" else someone(who)


def activate(world: World, agreement: UUID, *, but: tuple[str, ...] = (), at: datetime = NOW) -> str:
    """Show the draft and let everyone in it consent, but for some; returns its hash."""
    hash = actions.propose(by=world.actor("convenor"), agreement=agreement, at=at)
    version = found(agreement, at).open
    assert version is not None
    for each in version.members:
        who = key(world, each.id)
        if who not in but:
            actions.consent(by=actor(world, who), agreement=agreement, member=each.id, hash=hash, at=at)
    return hash


def key(world: World, id: UUID) -> str:
    """What a member is called here: the key of a body, or the name of a person."""
    row = Member.objects.select_related("user").get(id=id)
    if row.user is None:
        return next(name for name, party in world.parties.items() if party == row.party_id)
    return row.user.email.split("@")[0].title()


def forum(agreement: UUID) -> Forum:
    return found(agreement).shown.words.forum


def house(world: World) -> dict[str, Any]:
    """For the table of permissions: agreements at every stage, one with everything under way."""
    convenor, made = world.actor("convenor"), dict[str, Any]()
    for slug in ("sketched", "asked", "calm", "busy"):
        made[slug] = begin(world, slug=slug, people=("Cora", "Finn", "Lea"))
    made["lea"] = member(made["sketched"], "Lea", world)
    actions.name_person(
        by=convenor, agreement=made["busy"], email="analyst@testing.example", name="Analyst",
        role=PersonRole.LIVED, party=None, at=NOW,
    )  # fmt: skip
    made["hash"] = activate(world, made["asked"], but=("council", "charity"))
    activate(world, made["calm"])
    made["analyst"] = Member.objects.get(agreement=made["busy"], user=world.people["analyst"]).id
    hash = activate(world, made["busy"], but=("Analyst",))
    analyst = world.actor("analyst")
    actions.consent(by=analyst, agreement=made["busy"], member=made["analyst"], hash=hash, at=NOW)
    for slug in ("asked", "calm", "busy"):
        made[f"{slug} council"] = member(made[slug], "council", world)
        made[f"{slug} charity"] = member(made[slug], "charity", world)
    _keep_busy(world, made)
    return made


def _keep_busy(world: World, made: dict[str, Any]) -> None:
    """Somebody leaves and somebody comes; a decision, a question and a round are open."""
    id, lea = made["busy"], someone("Lea")
    seat = member(id, "Lea", world)
    day = date(2026, 3, 20)
    made["departure"] = actions.leave(
        by=lea, agreement=id, member=seat, last_day=day, carer=made["busy charity"], reason="Goes", at=NOW
    )
    made["arrival"] = actions.name_replacement(
        by=lea, agreement=id, replaces=seat, email="nia@named.example", name="Nia", role=PersonRole.LIVED,
        party=None, at=NOW,
    )  # fmt: skip
    for each in found(id).changes:
        made["departure hash" if each.last_day else "arrival hash"] = each.hash
    actions.propose_decision(
        by=lea, agreement=id, member=seat, matter=MATTER, text="In the library", closes=day, at=NOW
    )
    actions.ask(by=lea, agreement=id, member=seat, question="Who does not come?", at=NOW)
    actions.open_round(by=lea, agreement=id, closes=day, at=NOW)
    made["keys"] = [each.key for each in found(id).shown.words.behaviours]
