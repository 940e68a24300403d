"""Planted programmes that affect young people, and the plain twin of the rule about their voice."""

import random
from dataclasses import replace

from covenant.scrutinise.engine.youth import VOICES
from covenant.scrutinise.programme import NOT_STATED, Programme, Proposal, Young
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant, stated

GROWN = tuple(replace(actor, young=Young.NO) for actor in planted.EVERYBODY)
FOR_THE_YOUNG = replace(planted.FEDERATION, name="National Youth Bailers", young=Young.YES)
YOUNG = (planted.PUPILS, FOR_THE_YOUNG)


def unheard(rng: random.Random) -> Proposal:
    fields = {field: tuple(rng.sample(GROWN, rng.randint(0, 2))) for field in VOICES}
    return Proposal("P", affected=(planted.PUPILS, *rng.sample(GROWN, rng.randint(0, 1))), **fields)


def heard(rng: random.Random) -> Proposal:
    field, voice = rng.choice(VOICES), rng.choice(YOUNG)
    before = unheard(rng)
    return replace(before, **{field: (*getattr(before, field), voice)})


def positive(rng: random.Random) -> Programme:
    made = [unheard(rng) for _ in range(rng.randint(1, 3))] + [heard(rng) for _ in range(rng.randint(0, 5))]
    rng.shuffle(made)
    return planted.programme(*made)


def near_miss(rng: random.Random) -> Programme:
    field, whole = rng.choice(VOICES), unheard(rng)
    somebody = rng.choice(planted.EVERYBODY)
    changes = [
        {field: (*getattr(whole, field), rng.choice(YOUNG))},
        {field: NOT_STATED},
        {field: (*getattr(whole, field), somebody)},  # of whom it is not stated whether they are young
        {"affected": ()},
        {"affected": NOT_STATED},
        {"affected": (rng.choice(GROWN),)},
        {"affected": (somebody,)},
    ]
    changed = replace(whole, **rng.choice(changes))
    return planted.programme(changed, *(heard(rng) for _ in range(rng.randint(0, 4))))


PLANTS = [Plant("youth.voice", positive, near_miss)]


def favourable(rng: random.Random, whole: Programme) -> Programme:
    """Young people are affected everywhere, and have a voice in something."""
    made = []
    for before in whole.proposals:
        proposal = stated(before, **dict.fromkeys(VOICES, (planted.PUPILS,)))
        field = rng.choice(VOICES)
        voice = (*getattr(proposal, field), planted.PUPILS)
        affected = () if proposal.affected is NOT_STATED else proposal.affected
        made.append(replace(proposal, affected=(*affected, planted.PUPILS), **{field: voice}))
    return replace(whole, proposals=tuple(made))


def plainly(whole: Programme) -> dict[str, dict[object, bool | None]]:
    found = {}
    for p in whole.proposals:
        if "yes" not in [actor.young.value for actor in p.affected]:
            found[p.id] = None
            continue
        voices = [*p.started_by, *p.problem_defined_by, *p.decided_by, *p.parties]
        voices += [*p.consultation_promised, *p.consultation_held]
        found[p.id] = "yes" not in [actor.young.value for actor in voices]
    return {"youth.voice": found}
