"""Value and return, together and one without the other; sources that meet and that do not."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from covenant.scrutinise.programme import NOT_STATED, Finance, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Draw, Plant

COMES_BACK = (Finance.REPAID, Finance.MIXED)
BOTH = Proposal(
    "P",
    finance=Finance.REPAID,
    public_value="dry cellars",
    investor_return="a florin in the score",
    outcomes=("dry feet",),
    money_from=("the Bucket Fund",),
    pooled_with=(),
)


def lent(rng: random.Random, *proposals: Proposal) -> Programme:
    """These proposals among good ones, all of them paid for from one fund."""
    together = [*proposals, *[BOTH] * rng.randint(0, 4), *[Proposal("P")] * rng.randint(0, 2)]
    rng.shuffle(together)
    return planted.programme(*together, ends=())


def with_one(*changes: dict[str, object]) -> Draw:
    def draw(rng: random.Random) -> Programme:
        back = replace(BOTH, finance=rng.choice(COMES_BACK))
        return lent(rng, *[replace(back, **rng.choice(changes))] * rng.randint(1, 3))

    return draw


def pot(rng: random.Random, number: int) -> Proposal:
    """A proposal to the common end, however it is written, with a source of its own."""
    written = rng.choice(["dry feet", "Dry  Feet", " DRY FEET "])
    return replace(BOTH, outcomes=(written, f"end {number}"), money_from=(f"fund {number}", f"levy {number}"))


def pots(rng: random.Random) -> list[Proposal]:
    return [pot(rng, number) for number in range(rng.randint(2, 5))]


def apart(rng: random.Random) -> Programme:
    return planted.programme(*pots(rng), ends=())


def near(rng: random.Random) -> Programme:
    """Sources that meet in one, that are pooled, or that are not stated; or ends that differ."""
    made = pots(rng)
    ids = tuple(f"P{number}" for number in range(1, len(made) + 1))
    changes = rng.choice(
        [
            lambda each, n: replace(each, money_from=(*each.money_from, rng.choice(["a pool", "A  Pool"]))),
            lambda each, n: replace(each, pooled_with=ids[:n]),
            lambda each, n: replace(each, pooled_with=ids[n + 1 :]),
            lambda each, n: replace(each, pooled_with=NOT_STATED),
            lambda each, n: replace(each, money_from=NOT_STATED),
            lambda each, n: replace(each, money_from=()),
            lambda each, n: replace(each, outcomes=(f"end {n}",)),
            lambda each, n: replace(each, outcomes=NOT_STATED),
        ]
    )
    return planted.programme(*(changes(each, n) for n, each in enumerate(made)), ends=())


PLANTS = (
    Plant(
        "finance.value-without-return",
        with_one({"investor_return": ""}),
        with_one(
            {"investor_return": NOT_STATED},
            {"investor_return": "", "finance": Finance.SPENT},
            {"investor_return": "", "finance": NOT_STATED},
            {"investor_return": "", "public_value": NOT_STATED},
            {"investor_return": "", "public_value": ""},
        ),
    ),
    Plant(
        "finance.return-without-value",
        with_one({"public_value": ""}),
        with_one(
            {"public_value": NOT_STATED},
            {"public_value": "", "finance": Finance.SPENT},
            {"public_value": "", "finance": NOT_STATED},
            {"public_value": "", "investor_return": NOT_STATED},
            {"public_value": "", "investor_return": ""},
        ),
    ),
    Plant("finance.apart", apart, near),
)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """All value comes with its return, and all money from one fund."""
    fields = ("public_value", "investor_return", "outcomes", "money_from", "pooled_with")
    facts = {field: getattr(BOTH, field) for field in fields}
    return replace(
        programme,
        proposals=tuple(
            replace(each, finance=rng.choice(list(Finance)), **facts) for each in programme.proposals
        ),
    )


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[str, dict[object, bool | None]] = {plant.question: {} for plant in PLANTS}
    for each in programme.proposals:
        back = each.finance.value in ("repaid", "mixed")
        value, earns = each.public_value != "", each.investor_return != ""
        found["finance.value-without-return"][each.id] = (not earns) if back and value else None
        found["finance.return-without-value"][each.id] = (not value) if back and earns else None
    for one, other in itertools.combinations(programme.proposals, 2):
        outcome = None
        if _meet(one.outcomes, other.outcomes):
            if one.id in other.pooled_with or other.id in one.pooled_with:
                outcome = False
            elif one.money_from and other.money_from:
                outcome = not _meet(one.money_from, other.money_from)
        found["finance.apart"][one.id, other.id] = outcome
    return found


def _meet(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return any(one.lower().split() == other.lower().split() for one in some for other in others)
