"""What earlier documents held, taken up, answered, set aside and not found."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.scrutinise.programme import NOT_STATED, Inherited, Programme, Proposal, Relation
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

ANSWERS = (Relation.TAKEN_UP, Relation.ANSWERED)


def heir(*relations: object) -> Programme:
    rows = tuple(
        Inherited(
            f"bucket {n}", "The Book of Buckets", f"Bucket {n} is to be mended.", relation, (), f"p. {n}"
        )
        for n, relation in enumerate(relations, start=1)
    )
    return replace(planted.programme(Proposal("P"), ends=()), lineage=rows)


def answered(rng: random.Random) -> list[object]:
    return rng.choices([*ANSWERS, Relation.NOT_FOUND, NOT_STATED], k=rng.randint(0, 6))


def set_aside(rng: random.Random) -> Programme:
    relations = [*answered(rng), *[Relation.SET_ASIDE] * rng.randint(1, 3)]
    rng.shuffle(relations)
    return heir(*relations)


PLANTS = (Plant("lineage.set-aside", set_aside, lambda rng: heir(*answered(rng))),)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    return replace(programme, lineage=heir(*rng.choices([*ANSWERS, Relation.NOT_FOUND], k=3)).lineage)


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    return {
        "lineage.set-aside": {
            row.item: None if row.relation.value == "not found" else row.relation.value == "set aside"
            for row in programme.lineage
        }
    }
