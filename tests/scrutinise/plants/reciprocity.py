"""Promises that are returned, and promises that are not."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.place.types import Sector
from covenant.scrutinise.programme import Duty, Funding, Kind, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

BODIES = [planted.SHIRE, planted.COUNCIL, planted.FEDERATION, planted.BAILERS, planted.COOPERS]


def promise(by, *to, **changes) -> Proposal:
    made = Proposal(
        "P",
        kind=Kind.COMMITMENT,
        affected=to,
        duties=(Duty("bail", (by,), funding=Funding.FUNDED),),
        reciprocal_of=(),
    )
    return replace(made, **changes)


def chain(rng: random.Random, count: int) -> list[Proposal]:
    """Promises each of which goes on to a body further along: nothing ever comes back."""
    order = rng.sample(BODIES, len(BODIES))
    made = []
    for _ in range(count):
        first = rng.randrange(len(order) - 1)
        creditors = [rng.choice(order[first + 1 :])] + ([planted.STREET] if rng.random() < 0.3 else [])
        made.append(promise(order[first], *creditors))
    return made


def positive(rng: random.Random) -> Programme:
    made = chain(rng, rng.randint(3, 7))
    made += [promise(rng.choice(BODIES), planted.STREET) for _ in range(rng.randint(0, 3))]
    return planted.programme(*made)


def near_miss(rng: random.Random) -> Programme:
    """One promise too few, everything to residents, every promise returned, or linked to another."""
    kind, count = rng.randrange(4), rng.randint(3, 6)
    if kind == 0:
        return planted.programme(*chain(rng, 2), *[promise(BODIES[0], planted.STREET)] * 3)
    if kind == 1:
        return planted.programme(*(promise(rng.choice(BODIES), planted.STREET) for _ in range(count)))
    if kind == 2:
        pairs = [rng.sample(BODIES, 2) for _ in range(count)]
        return planted.programme(*(promise(*order) for pair in pairs for order in (pair, pair[::-1])))
    gift = promise(rng.choice(BODIES), planted.STREET)
    linked = [replace(each, reciprocal_of=("P1",)) for each in chain(rng, count)]
    return planted.programme(gift, *linked)


PLANTS = (Plant("reciprocity.unreturned", positive, near_miss),)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Each commitment is linked to one that it returns."""
    first = programme.proposals[0].id
    return replace(
        programme, proposals=tuple(replace(each, reciprocal_of=(first,)) for each in programme.proposals)
    )


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[object, bool | None] = {}
    made = [each for each in programme.proposals if each.kind is Kind.COMMITMENT]

    def sides(proposal: Proposal) -> tuple[set[str], set[str]]:
        by = {actor.name for duty in proposal.duties for actor in duty.on}
        return by, {actor.name for actor in proposal.affected if actor.sector is not Sector.RESIDENTS}

    for proposal in programme.proposals:
        by, to = sides(proposal)
        if proposal not in made or not by or not to - by:
            found[proposal.id] = None
            continue
        back = any(
            sides(other)[0] & (to - by) and sides(other)[1] & by for other in made if other is not proposal
        )
        linked = proposal.reciprocal_of or any(proposal.id in other.reciprocal_of for other in made)
        found[proposal.id] = not (back or linked)
    return {"reciprocity.unreturned": found}
