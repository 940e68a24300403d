"""Young people who are affected and not heard: the twin, the bounds, and what is no voice."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import youth
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Proposal, Young
from covenant.scrutinise.types import Question
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants import youth as plants
from tests.scrutinise.plants.plant import expected, found

seeds = st.integers(0, 10**9)
FIELDS = ("affected", *youth.VOICES)


def ask(*proposals, thresholds=planted.HOUSE):
    (answer,) = youth.ask(planted.programme(*proposals), thresholds)
    return answer


def drawn(rng, told):
    def people():
        return tuple(
            Actor(
                name, young=rng.choice([Young.YES, Young.NO, Young.NO]) if rng.random() < told else NOT_STATED
            )
            for name in rng.sample(["Moat Club", "Well Club"], rng.choice([0, 1, 1, 2]))
        )

    return Proposal("P", **{field: people() for field in FIELDS if rng.random() < told})


def filled(proposal):
    """The proposal with everybody's youth, and who is in each field, stated in every way that can matter."""
    ways = []
    for field in FIELDS:
        actors = getattr(proposal, field)
        if actors is NOT_STATED:
            ways.append([(), (Actor("x", young=Young.YES),), (Actor("x", young=Young.NO),)])
        else:
            each = [list(Young) if a.young is NOT_STATED else [a.young] for a in actors]
            ways.append([
                tuple(replace(a, young=y) for a, y in zip(actors, way, strict=True))
                for way in itertools.product(*each)
            ])  # fmt: skip
    for way in itertools.product(*ways):
        yield replace(proposal, **dict(zip(FIELDS, way, strict=True)))


@settings(deadline=None, max_examples=60)
@given(seeds, st.sampled_from([planted.HOUSE, planted.KEEN]))
def test_figures_and_bounds_are_those_of_every_way_of_stating_it(seed, thresholds):
    rng = random.Random(seed)
    proposals = [drawn(rng, rng.choice([0.8, 0.95, 1])) for _ in range(3)]
    cases = [set() for _ in proposals]
    for can_be, proposal in zip(cases, proposals, strict=True):
        for way in itertools.islice(filled(proposal), 3_000):
            can_be |= set(plants.plainly(planted.programme(way))["youth.voice"].values())
    answer = ask(*proposals, thresholds=thresholds)
    assert found(answer) == expected(cases, thresholds["youth"])
    assert bool(answer.limits.not_stated) or not answer.metric.undetermined


@pytest.mark.parametrize("field", youth.VOICES)
def test_one_voice_in_one_field_is_enough(field):
    unheard = Proposal("P", affected=(planted.PUPILS,), **dict.fromkeys(youth.VOICES, plants.GROWN))
    assert isinstance(ask(unheard), Question)
    for voice in plants.YOUNG:
        answer = ask(unheard, replace(unheard, **{field: (*plants.GROWN, voice)}))
        assert (answer.metric.count, answer.metric.n) == (1, 2)
        assert not isinstance(ask(replace(unheard, **{field: (voice,)})), Question)


@pytest.mark.parametrize(
    "change",
    [
        {"money_received_by": (planted.PUPILS,)},
        {"owner": (planted.PUPILS,)},
        {"duties": (Duty("bail", (planted.PUPILS,)),)},
        {"enforced_by": (planted.PUPILS,)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_to_carry_or_to_receive_is_no_voice(change):
    unheard = Proposal("P", affected=(planted.PUPILS,), **dict.fromkeys(youth.VOICES, ()))
    assert isinstance(ask(replace(unheard, **change)), Question)


def test_the_question_names_its_count_and_shows_who_is_young():
    unheard = Proposal("P", affected=(planted.PUPILS,), **dict.fromkeys(youth.VOICES, plants.GROWN[:1]))
    one, three = ask(unheard), ask(*[unheard] * 3)
    assert (
        "In 1 proposal that affects young people it can be told whether they have a voice; in it" in one.text
    )
    assert "In 3 proposals that affect young people" in three.text and "in 3 of them" in three.text
    assert one.evidence[0].says == "Pupils of Spout Lane (residents, neighbourhood, young: yes)"
    assert {row.field for row in one.evidence} == set(FIELDS)
