"""Innovation areas of the tests: the council waives a rule for the charity, and the business evaluates."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from covenant.innovate import actions, reads
from covenant.innovate.types import AreaWording, Baseline, FreedomView, Verdict, Wording
from covenant.place.types import Actor
from tests.personas import NOW, World

BEGINS, ENDS = date(2026, 1, 1), date(2027, 12, 31)
STARTS, SUNSET, DUE = date(2026, 2, 1), date(2026, 6, 30), date(2026, 7, 31)
TODAY = NOW.date()
MEASURED = Baseline(Decimal("61"), 23, "Register", date(2025, 12, 1))


def area_words(world: World, **other: Any) -> AreaWording:
    plain = AreaWording("Try it", "To find out.", (world.place,), world.parties["charity"], BEGINS, ENDS)
    return replace(plain, **other)


def words(world: World, **other: Any) -> Wording:
    """A freedom's words, valid as they are."""
    plain = Wording(
        title="One quote",
        waived="Three quotes are not needed.",
        source="Standing order 14",
        granter=world.parties["council"],
        users=(world.parties["charity"],),
        safeguards="Purchases are published.",
        hypothesis="If one quote is enough, groups begin sooner.",
        changes_for="Small groups",
        measure="Days to the first activity",
        unit="days",
        baseline=MEASURED,
        target="35 days",
        failure="",
        starts=STARTS,
        sunset=SUNSET,
        evaluator=world.parties["business"],
        evaluation_due=DUE,
    )
    return replace(plain, **other)


def begin(world: World, slug: str = "try-it", **other: Any) -> UUID:
    return actions.begin_area(
        by=world.actor("convenor"), place=world.place, slug=slug, words=area_words(world, **other), at=NOW
    )


def drafted(
    world: World, area: UUID, *, renews: UUID | None = None, at: datetime = NOW, **other: Any
) -> UUID:
    return drafted_by(world.actor("convenor"), world, area, renews=renews, at=at, **other)


def drafted_by(
    actor: Actor, world: World, area: UUID, *, renews: UUID | None = None, at: datetime = NOW, **other: Any
) -> UUID:
    return actions.draft_freedom(by=actor, area=area, words=words(world, **other), renews=renews, at=at)


def propose(world: World, freedom: UUID, at: datetime = NOW) -> str:
    return actions.propose(by=world.actor("convenor"), freedom=freedom, at=at)


def consent(world: World, freedom: UUID, who: str, hash: str, *, party: str = "", at: datetime = NOW) -> Any:
    return actions.consent(
        by=world.actor(who), freedom=freedom, party=world.parties[party or who], hash=hash, at=at
    )


def granted(world: World, area: UUID, *, at: datetime = NOW, **other: Any) -> UUID:
    """A freedom to which both have consented."""
    freedom = drafted(world, area, at=at, **other)
    hash = propose(world, freedom, at)
    names = {party: name for name, party in world.parties.items()}
    said = words(world, **other)
    for party in (said.granter, *said.users):
        consent(world, freedom, names[party], hash, at=at)
    return freedom


def measure(world: World, freedom: UUID, who: str = "charity", *, at: datetime = NOW, **other: Any) -> None:
    said = {"dated": at.date(), "value": Decimal("40"), "n": 9, "source": "Register", **other}
    actions.measure(by=world.actor(who), freedom=freedom, party=world.parties[who], at=at, **said)


def evaluate(world: World, freedom: UUID, who: str = "business", *, at: datetime, **other: Any) -> None:
    said = {"verdict": Verdict.HELD, "figures": "40 days", "learnt": "It helped.", **other}
    actions.evaluate(by=world.actor(who), freedom=freedom, at=at, **said)


def seen(world: World, slug: str = "try-it", *, who: str = "convenor", today: date = TODAY) -> FreedomView:
    """The newest freedom of an area as somebody sees it."""
    return reads.area(slug, asked_by=world.actor(who), today=today).freedoms[-1]
