"""Duties with money, cost and time behind them, and without."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.scrutinise.programme import NOT_STATED, Age, Costing, Duty, Funding, Programme, Proposal, Span
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Draw, Plant

GOOD = Duty("bail", (planted.COUNCIL,), Age.NEW, Costing.COSTED, Funding.FUNDED, funded_for=Span.WHOLE)
SOME = (Funding.FUNDED, Funding.PARTLY)


def carried(*duties: Duty) -> Programme:
    return planted.programme(*(Proposal("P", duties=(duty,)) for duty in duties), ends=())


def among_good(rng: random.Random, *duties: Duty) -> Programme:
    """These duties, with good ones and silent ones between them."""
    together = [*duties, *[GOOD] * rng.randint(0, 4), *[Duty("bail")] * rng.randint(0, 2)]
    rng.shuffle(together)
    return carried(*together)


def with_one(*changes: dict[str, object]) -> Draw:
    """Good duties and one that differs from them in one of these ways."""

    def draw(rng: random.Random) -> Programme:
        return among_good(rng, *[replace(GOOD, **rng.choice(changes))] * rng.randint(1, 2))

    return draw


PLANTS = (
    Plant(
        "duty.unfunded",
        with_one({"funding": Funding.NONE}),
        with_one(*({"funding": each} for each in (NOT_STATED, *Funding) if each is not Funding.NONE)),
    ),
    Plant(
        "duty.part-funded",
        with_one({"funding": Funding.PARTLY}),
        with_one(*({"funding": each} for each in (NOT_STATED, *Funding) if each is not Funding.PARTLY)),
    ),
    Plant(
        "duty.uncosted",
        with_one({"costing": Costing.NOT_COSTED}),
        with_one(
            {"costing": NOT_STATED},
            {"costing": Costing.NOT_COSTED, "age": Age.EXISTING},
            {"costing": Costing.NOT_COSTED, "age": NOT_STATED},
        ),
    ),
    Plant(
        "duty.short",
        with_one(
            {"funded_for": Span.PART},
            {"funded_for": Span.PART, "funding": Funding.PARTLY},
            {"funded_for": Span.PART, "funding": NOT_STATED},
        ),
        with_one(
            {"funded_for": NOT_STATED},
            {"funded_for": Span.PART, "funding": Funding.NONE},
            {"funded_for": Span.PART, "funding": Funding.NOT_NEEDED},
        ),
    ),
)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Every duty that is carried has its cost, and its money for as long as it lasts."""
    facts = {
        "age": rng.choice(list(Age)),
        "costing": Costing.COSTED,
        "funding": Funding.FUNDED,
        "funded_for": Span.WHOLE,
    }
    return replace(
        programme,
        proposals=tuple(
            replace(each, duties=tuple(replace(duty, **facts) for duty in each.duties))
            for each in programme.proposals
        ),
    )


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[str, dict[object, bool | None]] = {plant.question: {} for plant in PLANTS}
    for proposal in programme.proposals:
        for place, duty in enumerate(proposal.duties):
            case = (proposal.id, place)
            money, cost, new = duty.funding.value, duty.costing.value, duty.age.value == "new"
            has_some = money in ("funded", "partly")
            found["duty.unfunded"][case] = None if money == "not needed" else money == "none"
            found["duty.part-funded"][case] = (money == "partly") if has_some else None
            found["duty.uncosted"][case] = (cost == "not costed") if new else None
            found["duty.short"][case] = (duty.funded_for.value == "less long") if has_some else None
    return found
