"""Proposals with somebody, a day, a measure, money and a way, and without."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.scrutinise.programme import NOT_STATED, Actor, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Draw, Plant

# By field: what the source may say, and that there is none.
THERE = {
    "owner": (planted.COUNCIL,),
    "deadline": "before the next flood",
    "measure": "cellars that stay dry",
    "money": "two florins a bucket",
    "route": "the guild's veto ends",
}
NONE = {field: () if field == "owner" else "" for field in THERE}
WHOLE = Proposal("P", **THERE)


def some(rng: random.Random, *proposals: Proposal) -> Programme:
    together = [*proposals, *[WHOLE] * rng.randint(0, 4), *[Proposal("P")] * rng.randint(0, 2)]
    rng.shuffle(together)
    return planted.programme(*together, ends=())


def lacking(field: str) -> Draw:
    return lambda rng: some(rng, *[replace(WHOLE, **{field: NONE[field]})] * rng.randint(1, 3))


def silent(field: str) -> Draw:
    """All is there; or the source is silent about it, or names nobody by name; or it lacks another thing."""

    def draw(rng: random.Random) -> Programme:
        other = rng.choice([name for name in THERE if name != field])
        choices = [WHOLE, replace(WHOLE, **{field: NOT_STATED}), replace(WHOLE, **{other: NONE[other]})]
        if field == "owner":
            choices.append(replace(WHOLE, owner=(Actor(),)))
        return some(rng, rng.choice(choices))

    return draw


PLANTS = tuple(Plant(f"deliverability.{field}", lacking(field), silent(field)) for field in THERE)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    return replace(programme, proposals=tuple(replace(each, **THERE) for each in programme.proposals))


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    return {
        f"deliverability.{field}": {each.id: len(getattr(each, field)) == 0 for each in programme.proposals}
        for field in ("owner", "deadline", "measure", "money", "route")
    }
