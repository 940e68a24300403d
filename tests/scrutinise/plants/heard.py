"""What people said beside what is promised."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.scrutinise.programme import Heard, Kind, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

SAID = tuple(Heard(f"S{n}", f"mend pump {n}", 100 + n, "p. 2") for n in range(1, 7))


def answering(*ids: str, rests_on: str = "", kind: Kind = Kind.COMMITMENT) -> Proposal:
    return Proposal("P", kind=kind, answers=ids, rests_on=rests_on)


def heard(count: int, *proposals: Proposal) -> Programme:
    return replace(planted.programme(*proposals), heard=SAID[:count])


def unanswered(rng: random.Random) -> Programme:
    count = rng.randint(2, 6)
    answered = rng.sample([each.id for each in SAID[:count]], rng.randint(1, count - 1))
    return heard(count, *(answering(id) for id in answered))


def all_answered(rng: random.Random) -> Programme:
    """Every thing is answered; or what is not was never heard; or a proposal that is no promise is silent."""
    count = rng.randint(1, 6)
    made = [answering(*(each.id for each in SAID[:count]))]
    made += [answering(rests_on="a survey of pumps")] * rng.randint(0, 2)
    return heard(count, *made, *[answering(kind=Kind.PROPOSAL)] * rng.randint(0, 2))


def unfounded(rng: random.Random) -> Programme:
    made = [answering("S1") for _ in range(rng.randint(0, 4))] + [answering()] * rng.randint(1, 3)
    rng.shuffle(made)
    return heard(1, *made)


PLANTS = (
    Plant("heard.unanswered", unanswered, all_answered),
    Plant("heard.answers-nothing", unfounded, all_answered),
)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Two things were heard, where there is a duty to answer them with, and every commitment answers both."""
    return replace(
        programme,
        heard=SAID[:2] if any(each.duties for each in programme.proposals) else (),
        proposals=tuple(replace(each, answers=("S1", "S2"), rests_on="") for each in programme.proposals),
    )


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    made = [each for each in programme.proposals if each.kind is Kind.COMMITMENT]
    answered = {id for each in made for id in each.answers}
    return {
        "heard.unanswered": {thing.id: thing.id not in answered for thing in programme.heard},
        "heard.answers-nothing": {each.id: not each.answers and not each.rests_on for each in made},
    }
