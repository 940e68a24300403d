"""Top-down means for an end declared bottom-up: planted programmes, near misses and fair controls."""

import random
import time
from dataclasses import replace

import pytest

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine import referee
from covenant.scrutinise.engine.distance import standing
from covenant.scrutinise.engine.participation import not_borne_out
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    LevelReason,
    Participation,
    Proposal,
)
from covenant.scrutinise.types import Question, Why
from tests.scrutinise import programmes as planted

OTHERS = ("consultation", "participation", "evidenced")
ALL = {f"direction.{name}" for name in (*planted.POWERS.values(), *OTHERS)}


def asked(*proposals, ends=(planted.BOTTOM_UP,)):
    return planted.asked(
        referee.ask(planted.programme(*proposals, ends=ends), planted.HOUSE), under="direction"
    )


def answer(id, programme):
    reading = referee.ask(programme, planted.HOUSE)
    return next(found for found in (*reading.questions, *reading.unasked) if found.id == id)


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


@pytest.mark.parametrize(("field", "name"), [("may_opt_out", "opts-out"), ("may_end", "ends")])
def test_a_way_out_that_nobody_has_is_one_that_those_affected_do_not_have(field, name):
    rng = random.Random(name)
    nobodys = planted.programme(*[planted.from_above(rng, **{field: ()})] * 3)
    question = answer(f"direction.{name}", nobodys)
    assert isinstance(question, Question) and (question.metric.count, question.metric.n) == (3, 3)
    assert ("of these, said to be nobody's", 3) in [(beside.name, beside.count) for beside in question.beside]
    assert {row.says for row in question.evidence if row.field == field} == {"none"}
    for_nobody = planted.programme(*[planted.from_above(rng, **{field: (), "affected": ()})] * 3)
    assert answer(f"direction.{name}", for_nobody).metric.n == 0
    not_stated = planted.programme(*[planted.from_above(rng, **{field: NOT_STATED})] * 3)
    silent = answer(f"direction.{name}", not_stated)
    assert (silent.metric.n, silent.metric.undetermined, silent.why) == (0, 3, Why.NOT_ENOUGH_STATED)


@pytest.mark.parametrize("name", ["starts", "problem", "decides", "money"])
def test_what_nobody_starts_defines_decides_or_pays_is_no_case(name):
    field = {question: field for field, question in planted.POWERS.items()}[name]
    programme = planted.programme(*[planted.from_above(random.Random(1), **{field: ()})] * 3)
    assert answer(f"direction.{name}", programme).metric.n == 0


def test_a_body_at_the_tier_of_those_affected_that_may_opt_out_is_enough():
    rng = random.Random(4)
    for field, name in (("may_opt_out", "opts-out"), ("may_end", "ends")):
        for near in (planted.STREET, planted.BAILERS):
            held = [planted.from_above(rng, **{field: (planted.MINISTRY, near)}) for _ in range(3)]
            assert f"direction.{name}" not in asked(*held)
        only_above = [planted.from_above(rng, **{field: (planted.COUNCIL,)}) for _ in range(3)]
        assert f"direction.{name}" in asked(*only_above)


@pytest.mark.parametrize("promised", Participation)
@pytest.mark.parametrize("evidenced", Participation)
def test_what_is_promised_and_what_is_evidenced_are_asked_about_apart(promised, evidenced):
    levels = dict(zip(planted.LEVELS, (promised, evidenced), strict=True))
    near = [planted.from_below(random.Random(1), **levels)] * 3
    little = promised in (Participation.NONE, Participation.INFORM, Participation.CONSULT)
    less = list(Participation).index(evidenced) < list(Participation).index(promised)
    wanted = {"direction.participation"} if little else set()
    assert asked(*near) == wanted | ({"direction.evidenced"} if less else set())
    reason = [planted.from_below(random.Random(1), level_reasons=(LevelReason.RIGHTS,), **levels)] * 3
    assert asked(*reason) == set()
    assert asked(*near, ends=()) == asked(*near, ends=NOT_STATED) == set()


def test_where_no_part_is_promised_there_is_nothing_to_bear_out():
    none = planted.from_below(random.Random(1), participation_promised=Participation.NONE)
    assert answer("direction.evidenced", planted.programme(*[none] * 3)).why is Why.TOO_FEW


LEVELS = list(Participation)


@pytest.mark.parametrize("promised", [NOT_STATED, *LEVELS])
@pytest.mark.parametrize("evidenced", [NOT_STATED, *LEVELS])
def test_what_is_not_stated_about_participation_leaves_every_answer_open_that_some_statement_gives(
    promised, evidenced
):
    can_be = set()
    for said in range(6) if promised is NOT_STATED else [LEVELS.index(promised)]:
        for done in range(6) if evidenced is NOT_STATED else [LEVELS.index(evidenced)]:
            can_be.add(SET_ASIDE if said == 0 else COUNTS if done < said else DOES_NOT)
    levels = dict(zip(planted.LEVELS, (promised, evidenced), strict=True))
    assert not_borne_out(Proposal("P1", **levels)).can_be == can_be


def test_participation_promised_is_shown_level_by_level_with_who_decides():
    rng = random.Random(5)
    promised = (Participation.NONE, Participation.INFORM, Participation.INFORM)
    proposals = [planted.from_above(rng, participation_promised=level) for level in promised]
    proposals.append(planted.from_below(rng, participation_promised=Participation.CONSULT))
    proposals.append(
        planted.from_below(rng, participation_promised=Participation.CONSULT, affected=NOT_STATED)
    )
    question = answer("direction.participation", planted.programme(*proposals))
    assert [(figure.count, figure.n) for figure in question.beside] == [
        (1, 5),
        (2, 5),
        (2, 5),
        (1, 4),
        (0, 5),
    ]
    assert [figure.name for figure in question.beside][:4] == [
        "of these, promised: none",
        "of these, promised: inform",
        "of these, promised: consult",
        "of these, decided by those affected, or a body at their own tier, alone or with others",
    ]


def test_standing_takes_a_time_that_grows_with_those_named_and_not_with_their_pairs():
    holders = tuple(Actor(f"Board {n}", Sector.STATE, Tier.NATION) for n in range(50_000))
    affected = tuple(Actor(f"Lane {n}", Sector.CIVIL_SOCIETY, Tier.PARISH) for n in range(50_000))
    started = time.perf_counter()
    assert standing(holders, affected) == {COUNTS}
    assert time.perf_counter() - started < 2  # pair by pair there are 2,500 million of them


@pytest.mark.parametrize(
    ("holders", "affected", "can_be"),
    [
        ((), STREET, {COUNTS}),
        ((), MINISTRY, {COUNTS}),
        ((), (), {SET_ASIDE}),
        ((), NOT_STATED, {COUNTS, SET_ASIDE}),
        (NOT_STATED, STREET, {COUNTS, DOES_NOT}),
        (NOT_STATED, MINISTRY, {COUNTS, DOES_NOT}),
        (NOT_STATED, NOT_STATED, {COUNTS, DOES_NOT, SET_ASIDE}),
        (MINISTRY, STREET, {COUNTS}),
        (STREET, NOT_STATED, {DOES_NOT, SET_ASIDE}),
    ],
)
def test_who_has_no_way_out(holders, affected, can_be):
    assert standing(holders, affected, nobody=COUNTS) == can_be


def test_an_end_for_all_beside_one_for_some_is_set_against_all():
    rng = random.Random(6)
    for_some = replace(planted.BOTTOM_UP, for_proposals=("P1",))
    above = [planted.from_above(rng) for _ in range(4)]
    assert asked(*above, ends=(for_some,)) == set()
    assert asked(*above, ends=(for_some, planted.BOTTOM_UP)) == ALL


def test_what_limits_a_question_is_named_field_by_field():
    silent = planted.programme(Proposal("P"))
    missing = {name: answer(f"direction.{name}", silent).limits.missing for name in OTHERS}
    assert missing == {
        "consultation": tuple(
            ("P1", field)
            for field in ("decided_by", "affected", "consultation_held", "consultation_promised")
        ),
        "participation": (("P1", "participation_promised"),),
        "evidenced": tuple(("P1", field) for field in planted.LEVELS),
    }
