"""Covenants whose promises come from one side, and others."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.place.types import Sector
from covenant.scrutinise.programme import Duty, Funding, Kind, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

BODIES = {
    Sector.STATE: [planted.MINISTRY, planted.SHIRE, planted.COUNCIL],
    Sector.CIVIL_SOCIETY: [planted.FEDERATION, planted.BAILERS],
    Sector.BUSINESS: [planted.COOPERS],
}


def promise(*on, **changes) -> Proposal:
    return replace(
        Proposal("P", kind=Kind.COMMITMENT, duties=(Duty("bail", on, funding=Funding.FUNDED),)), **changes
    )


def alone(rng: random.Random, sector: Sector, count: int) -> list[Proposal]:
    return [promise(rng.choice(BODIES[sector])) for _ in range(count)]


def others(rng: random.Random, sector: Sector, count: int) -> list[Proposal]:
    rest = [body for other, bodies in BODIES.items() if other is not sector for body in bodies]
    return [
        promise(*rng.choice([(rng.choice(rest),), (rng.choice(rest), BODIES[sector][0])]))
        for _ in range(count)
    ]


def shuffled(rng: random.Random, proposals: list[Proposal]) -> Programme:
    rng.shuffle(proposals)
    return planted.programme(*proposals)


def plant(sector: Sector) -> Plant:
    def positive(rng: random.Random) -> Programme:
        """Four of five at the least, and three at the least."""
        count = rng.randint(4, 8)
        return shuffled(rng, alone(rng, sector, count) + others(rng, sector, rng.randint(0, count // 4)))

    def near_miss(rng: random.Random) -> Programme:
        """One too few alone, or one too many from elsewhere, or no covenant at all."""
        count, kind = rng.randint(4, 8), rng.randrange(3)
        if kind == 0:
            return shuffled(rng, alone(rng, sector, 2))
        if kind == 1:
            return shuffled(rng, alone(rng, sector, count) + others(rng, sector, count // 4 + 1))
        made = [replace(each, kind=Kind.PROPOSAL) for each in alone(rng, sector, count)]
        return shuffled(rng, made)

    return Plant(f"sides.{sector.value.replace(' ', '-')}", positive, near_miss)


PLANTS = tuple(plant(sector) for sector in BODIES)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Whatever is a duty is promised by two sides together."""
    both = Duty("pour", (planted.COUNCIL, planted.BAILERS), funding=Funding.FUNDED)
    return replace(
        programme,
        proposals=tuple(
            replace(each, kind=Kind.COMMITMENT, duties=(*each.duties, both)) if each.duties else each
            for each in programme.proposals
        ),
    )


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[str, dict[object, bool | None]] = {}
    for proposal in programme.proposals:
        on = [actor.sector for duty in proposal.duties for actor in duty.on]
        for sector in BODIES:
            case = proposal.kind is Kind.COMMITMENT and on
            outcome = all(each is sector for each in on) if case else None
            found.setdefault(f"sides.{sector.value.replace(' ', '-')}", {})[proposal.id] = outcome
    return found
