"""Plants for the questions about consultation that is promised and lacks something."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.scrutinise.programme import NOT_STATED, Actor, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

NEEDS = {"means": "consultation_means", "time": "consultation_time", "owner": "consultation_owner"}


def ruled_out(need: str) -> object:
    return () if need == "owner" else ""


def there(rng: random.Random, need: str) -> object:
    if need == "owner":
        return (rng.choice([planted.COUNCIL, planted.BAILERS, Actor()]),)
    return rng.choice(["two evenings in the bucket hall", "as long as it takes"])


def promised(rng: random.Random, **changes: object) -> Proposal:
    """A proposal that promises consultation, and says of each need that it is met, or nothing."""
    fields: dict[str, object] = {"consultation_promised": (rng.choice([planted.STREET, Actor()]),)}
    for need, field in NEEDS.items():
        if rng.random() < 0.5:
            fields[field] = there(rng, need)
    draw = rng.choice([planted.from_above, planted.from_below])
    return draw(rng, **{**fields, **changes})


def _others(rng: random.Random, need: str) -> list[Proposal]:
    """Others that cannot turn the question: the one that counts is enough, and without it none does."""
    silent = Proposal("P", **{NEEDS[need]: ruled_out(need)})  # whether it promises anything is not stated
    return [promised(rng) for _ in range(rng.randint(0, 5))] + [silent] * rng.randint(0, 2)


def _among(rng: random.Random, need: str, one: Proposal) -> Programme:
    proposals = [one, *_others(rng, need)]
    rng.shuffle(proposals)
    ends = rng.choice([(planted.BOTTOM_UP,), (), NOT_STATED])
    return planted.programme(*proposals, ends=ends)


def _positive(need: str):
    return lambda rng: _among(rng, need, promised(rng, **{NEEDS[need]: ruled_out(need)}))


def _near_miss(need: str):
    def draw(rng: random.Random) -> Programme:
        field = NEEDS[need]
        change = rng.choice(
            [
                {field: there(rng, need)},
                {field: NOT_STATED},
                {field: ruled_out(need), "consultation_promised": ()},
                {field: ruled_out(need), "consultation_promised": NOT_STATED},
            ]
        )
        return _among(rng, need, promised(rng, **change))

    return draw


PLANTS = [Plant(f"consultation.{need}", _positive(need), _near_miss(need)) for need in NEEDS]


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Consultation that is promised, or that may be, has its means, a time and an owner."""

    def stated(proposal: Proposal) -> Proposal:
        facts = {field: there(rng, need) for need, field in NEEDS.items()}
        told = {field: fact for field, fact in facts.items() if getattr(proposal, field) is NOT_STATED}
        return replace(proposal, **told)

    return replace(programme, proposals=tuple(stated(proposal) for proposal in programme.proposals))


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    return {id: cases for id, cases in planted.plainly(programme).items() if id.startswith("consultation.")}
