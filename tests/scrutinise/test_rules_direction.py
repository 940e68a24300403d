"""Top-down means for an end declared bottom-up: planted programmes, near misses and fair controls."""

import random
from dataclasses import replace

import pytest

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine import referee
from covenant.scrutinise.engine.distance import standing
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE
from covenant.scrutinise.programme import NOT_STATED, Actor, Direction, LevelReason, Participation
from covenant.scrutinise.types import Why
from tests.scrutinise import programmes as planted

OTHERS = ("consultation", "participation", "evidenced")
ALL = {f"direction.{name}" for name in (*planted.POWERS.values(), *OTHERS)}


def asked(*proposals, ends=(planted.BOTTOM_UP,)):
    return planted.asked(
        referee.ask(planted.programme(*proposals, ends=ends), planted.HOUSE), under="direction"
    )


@pytest.mark.parametrize("seed", range(60))
def test_means_from_above_are_asked_about(seed):
    rng = random.Random(seed)
    above = [planted.from_above(rng) for _ in range(rng.randint(3, 8))]
    below = [planted.from_below(rng) for _ in range(rng.randint(0, len(above)))]
    together = above + below
    rng.shuffle(together)
    assert asked(*together) == ALL


@pytest.mark.parametrize("seed", range(60))
def test_near_misses_are_not_asked_about(seed):
    rng = random.Random(seed)
    above = [planted.from_above(rng) for _ in range(rng.randint(3, 8))]
    too_few = above[:2]
    outweighed = above + [planted.from_below(rng) for _ in range(len(above) + 1)]
    assert asked(*too_few) == set()
    assert asked(*outweighed) <= {"direction.consultation"}  # of the others nobody needs to be consulted
    assert asked(*above, ends=()) == set()
    assert asked(*above, ends=NOT_STATED) == set()
    for direction in (Direction.TOP_DOWN, Direction.NEITHER, NOT_STATED):
        assert asked(*above, ends=(replace(planted.BOTTOM_UP, direction=direction),)) == set()


@pytest.mark.parametrize("seed", range(60))
def test_a_good_bottom_up_programme_and_a_justified_central_one_are_not_asked_about(seed):
    rng = random.Random(seed)
    assert asked(*(planted.from_below(rng) for _ in range(8))) == set()
    reason = (rng.choice(list(LevelReason)),)
    assert asked(*(planted.from_above(rng, level_reasons=reason) for _ in range(8))) == set()
    public = Actor("Every bather in the land", Sector.RESIDENTS, Tier.NATION)
    for_all = {"affected": (public,), **dict.fromkeys(planted.LEVELS, Participation.INVOLVE)}
    assert asked(*(planted.from_above(rng, **for_all) for _ in range(8))) == set()


@pytest.mark.parametrize("field", planted.POWERS)
def test_one_part_for_somebody_near_in_a_power_ends_the_question_about_that_power_alone(field):
    rng = random.Random(field)
    name = planted.POWERS[field]
    shared = [planted.from_above(rng, **{field: (planted.MINISTRY, planted.BAILERS)}) for _ in range(5)]
    gone = {f"direction.{name}"} | ({"direction.consultation"} if name == "decides" else set())
    assert asked(*shared) == ALL - gone


def test_a_stated_consultation_promised_or_held_ends_the_question_about_consultation_alone():
    rng = random.Random(1)
    for field in ("consultation_held", "consultation_promised"):
        heard = [planted.from_above(rng, **{field: (Actor(),)}) for _ in range(5)]
        assert asked(*heard) == ALL - {"direction.consultation"}
        silent = [planted.from_above(rng, **{field: NOT_STATED}) for _ in range(5)]
        assert asked(*silent) == ALL - {"direction.consultation"}


def test_an_end_declared_for_some_proposals_is_set_against_those_alone():
    rng = random.Random(2)
    proposals = [planted.from_above(rng) for _ in range(3)] + [planted.from_below(rng) for _ in range(9)]
    assert asked(*proposals) <= {"direction.consultation"}
    for_the_first = replace(planted.BOTTOM_UP, for_proposals=("P1", "P2", "P3"))
    assert asked(*proposals, ends=(for_the_first,)) == ALL
    for_the_others = replace(planted.BOTTOM_UP, for_proposals=tuple(f"P{n}" for n in range(4, 13)))
    assert asked(*proposals, ends=(for_the_others,)) == set()


def test_the_declared_end_is_quoted_as_evidence_and_what_speaks_against_asking_is_shown():
    rng = random.Random(3)
    proposals = [planted.from_above(rng) for _ in range(4)]
    proposals += [planted.from_below(rng), planted.from_above(rng, level_reasons=(LevelReason.RIGHTS,))]
    reading = referee.ask(planted.programme(*proposals), planted.HOUSE)
    question = next(q for q in reading.questions if q.id == "direction.decides")
    assert question.evidence[0].says == "bottom-up: “each lane fills its own buckets”"
    assert question.evidence[0].proposal is None
    assert question.evidence[0].where == "p. 1"
    assert {row.proposal for row in question.evidence[1:]} == {"P1", "P2", "P3", "P4"}
    assert {row.proposal for row in question.against} == {"P5", "P6"}
    assert (question.metric.count, question.metric.n, question.metric.value) == (4, 5, 0.8)


def test_silence_says_whether_anything_was_declared():
    reading = referee.ask(planted.programme(ends=NOT_STATED), planted.HOUSE)
    silent = [unasked for unasked in reading.unasked if unasked.rule == "direction"]
    assert {unasked.why for unasked in silent} == {Why.NOT_DECLARED}
    assert all("not stated" in unasked.text for unasked in silent)


STREET, COUNCIL, MINISTRY = (planted.STREET,), (planted.COUNCIL,), (planted.MINISTRY,)
NO_TIER = (Actor("a board", Sector.STATE),)


@pytest.mark.parametrize(
    ("holders", "affected", "can_be"),
    [
        (MINISTRY, STREET, {COUNTS}),
        (COUNCIL, STREET, {COUNTS}),
        (COUNCIL, COUNCIL, {DOES_NOT}),
        (COUNCIL, MINISTRY, {DOES_NOT}),
        (MINISTRY + STREET, STREET, {DOES_NOT}),
        (MINISTRY, STREET + MINISTRY, {DOES_NOT}),
        ((planted.FEDERATION,), STREET, {COUNTS}),
        ((Actor("voters", Sector.RESIDENTS, Tier.NATION),), STREET, {DOES_NOT}),
        ((Actor("voters", Sector.RESIDENTS),), STREET, {DOES_NOT}),
        ((), STREET, {SET_ASIDE}),
        (NOT_STATED, (), {SET_ASIDE}),
        (MINISTRY, (), {SET_ASIDE}),
        (NO_TIER, STREET, {COUNTS, DOES_NOT}),
        (NO_TIER, NO_TIER, {DOES_NOT}),
        (NO_TIER, MINISTRY, {DOES_NOT}),
        ((Actor(), *STREET), STREET, {DOES_NOT}),
        ((Actor("a board", tier=Tier.NATION),), STREET, {COUNTS, DOES_NOT}),
        (MINISTRY, (Actor("users"),), {COUNTS, DOES_NOT}),
        (STREET, NOT_STATED, {DOES_NOT, SET_ASIDE}),
        (MINISTRY, NOT_STATED, {COUNTS, DOES_NOT, SET_ASIDE}),
        (NOT_STATED, STREET, {COUNTS, DOES_NOT, SET_ASIDE}),
        (NOT_STATED, MINISTRY, {DOES_NOT, SET_ASIDE}),
        (NOT_STATED, NOT_STATED, {COUNTS, DOES_NOT, SET_ASIDE}),
    ],
)
def test_who_stands_only_above(holders, affected, can_be):
    assert standing(holders, affected) == can_be
