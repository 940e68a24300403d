"""Planted programmes from which a body that holds the power is absent, and the plain twin of the rule."""

import itertools
import random
from dataclasses import replace

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine.tiers import PRESENT
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant, stated

BODIES = [actor for actor in planted.EVERYBODY if actor is not planted.STREET]


def without(rng: random.Random) -> tuple[Proposal, Actor]:
    """A proposal for which a body holds the power that is named in no part of it; and that body."""
    absent, *others = rng.sample(BODIES, 4)
    fields = {field: tuple(rng.sample(others, rng.randint(0, 2))) for field in PRESENT}
    fields["parties"] = tuple(rng.sample(others, rng.randint(1, 2)))
    with_it = [*(other for other in others if other in fields["parties"]), absent]
    duties = tuple(Duty("bail", (rng.choice(others),)) for _ in range(rng.randint(0, 2)))
    return Proposal("P", power_held_by=tuple(with_it), duties=duties, **fields), absent


def with_all(rng: random.Random) -> Proposal:
    proposal, absent = without(rng)
    return replace(proposal, **_part(rng, proposal, absent))


def _part(rng: random.Random, proposal: Proposal, body: Actor) -> dict[str, object]:
    field = rng.choice([*PRESENT, "duties"])
    if field == "duties":
        return {"duties": (*proposal.duties, Duty("pour", (body,)))}
    return {field: (*getattr(proposal, field), body)}


def positive(rng: random.Random) -> Programme:
    made = [without(rng)[0] for _ in range(rng.randint(1, 3))]
    made += [with_all(rng) for _ in range(rng.randint(0, 5))]
    rng.shuffle(made)
    return planted.programme(*made)


def near_miss(rng: random.Random) -> Programme:
    proposal, absent = without(rng)
    field = rng.choice(PRESENT)
    changes = [
        _part(rng, proposal, absent),
        _part(rng, proposal, replace(absent, name=absent.name.upper())),
        _part(rng, proposal, replace(absent, name=NOT_STATED)),
        _part(rng, proposal, Actor()),
        {field: NOT_STATED},
        {"duties": NOT_STATED},
        {"duties": (Duty("pour"),)},
        {"power_held_by": ()},
        {"power_held_by": NOT_STATED},
        {"power_held_by": (Actor(),)},
    ]
    changed = replace(proposal, **rng.choice(changes))
    return planted.programme(changed, *(with_all(rng) for _ in range(rng.randint(0, 4))))


PLANTS = [Plant("tiers.absent", positive, near_miss)]


def favourable(rng: random.Random, whole: Programme) -> Programme:
    """Whoever holds the power has a part."""
    made = []
    for before in whole.proposals:
        proposal = stated(before, parties=(planted.COUNCIL,), owner=(planted.COUNCIL,))
        held = (planted.COUNCIL, planted.MINISTRY)
        made.append(replace(proposal, power_held_by=held, parties=(*proposal.parties, *held)))
    return replace(whole, proposals=tuple(made))


def possible(proposal: Proposal) -> set[bool | None]:
    """Every outcome of a proposal, with each open pair of a holder and somebody named settled either way."""
    if proposal.power_held_by is NOT_STATED:
        return {True, False, None}
    if proposal.power_held_by == ():
        return {None}
    lists = [getattr(proposal, field) for field in PRESENT]
    if proposal.duties is NOT_STATED:
        lists.append(NOT_STATED)
    else:
        lists += [duty.on for duty in proposal.duties]
    parts = []  # for each holder: with each of those named, whether it is the same
    for holder in proposal.power_held_by:
        row = [[True, False] for actors in lists if actors is NOT_STATED]
        row += [_same(holder, actor) for actors in lists if actors is not NOT_STATED for actor in actors]
        parts.append({any(way) for way in itertools.product(*row)})
    return {not all(way) for way in itertools.product(*parts)}


def _same(one: Actor, other: Actor) -> list[bool]:
    if one.name is not NOT_STATED and other.name is not NOT_STATED:
        return [one.name.lower() == other.name.lower()]
    for mine, yours in ((one.sector, other.sector), (one.tier, other.tier)):
        if mine is not NOT_STATED and yours is not NOT_STATED and mine != yours:
            return [False]
    if NOT_STATED in (one.sector, other.sector, one.tier, other.tier):
        return [True, False]
    return [True]


def drawn(rng: random.Random) -> Proposal:
    """A proposal whose actors are now and then of no stated name, sector or tier; small enough to try."""

    def actor() -> Actor:
        sector, tier = rng.choice([Sector.STATE, Sector.BUSINESS]), rng.choice([Tier.NATION, Tier.DISTRICT])
        return Actor(
            rng.choice(["Moat Board", "Well Board", NOT_STATED]),
            rng.choice([sector, sector, NOT_STATED]),
            rng.choice([tier, tier, NOT_STATED]),
        )

    def people(least: int = 0) -> object:
        if rng.random() < 0.06:
            return NOT_STATED
        return tuple(actor() for _ in range(rng.choice([least, least, 0, 1])))

    fields = {field: people() for field in PRESENT}
    duties = (
        NOT_STATED if rng.random() < 0.1 else tuple(Duty("x", people(1)) for _ in range(rng.randint(0, 2)))
    )
    power = tuple(actor() for _ in range(rng.randint(1, 2))) if rng.random() < 0.8 else people()
    return Proposal("P", power_held_by=power, duties=duties, **fields)


def plainly(whole: Programme) -> dict[str, dict[object, bool | None]]:
    """For a wholly stated programme, in which nothing is open."""
    found = {}
    for proposal in whole.proposals:
        (found[proposal.id],) = possible(proposal)
    return {"tiers.absent": found}
