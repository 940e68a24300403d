"""Consultation that is promised and, by the source's own word, lacks means, time or an owner."""

import random
from dataclasses import replace

import pytest

from covenant.scrutinise.engine import consultation, referee
from covenant.scrutinise.programme import NOT_STATED, Actor, LevelReason, Proposal
from covenant.scrutinise.types import Question, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.consultation import NEEDS, ruled_out, there

STREET = (planted.STREET,)
EVERY = {f"consultation.{need}" for need in NEEDS}


def answers(*proposals, ends=NOT_STATED):
    found = consultation.ask(planted.programme(*proposals, ends=ends), planted.HOUSE)
    return {answer.id: answer for answer in found}


def asked(*proposals):
    return {id for id, answer in answers(*proposals).items() if isinstance(answer, Question)}


def promise(**changes):
    return Proposal("P", **{"consultation_promised": STREET, **changes})


LACKING = {field: ruled_out(need) for need, field in NEEDS.items()}


def test_a_single_promise_said_to_lack_all_three_is_asked_about_three_times():
    assert asked(promise(**LACKING)) == EVERY


@pytest.mark.parametrize("need", NEEDS)
def test_each_lack_brings_its_own_question_alone(need):
    assert asked(promise(**{NEEDS[need]: ruled_out(need)})) == {f"consultation.{need}"}
    met = {NEEDS[need]: there(random.Random(1), need)}
    assert asked(promise(**{**LACKING, **met})) == EVERY - {f"consultation.{need}"}


def test_a_promise_that_is_not_made_or_not_stated_is_not_asked_about():
    assert asked(promise(**LACKING, consultation_promised=())) == set()
    assert asked(promise(**LACKING, consultation_promised=NOT_STATED)) == set()
    assert asked(Proposal("P", consultation_held=(), **LACKING)) == set()


def test_what_promises_no_consultation_is_in_no_n():
    told = answers(promise(**LACKING), promise(**LACKING, consultation_promised=()))
    assert {(each.metric.count, each.metric.n) for each in told.values()} == {(1, 1)}


def test_a_promise_of_which_nothing_more_is_said_is_not_asked_about():
    silent = answers(*[promise()] * 5)
    for need, field in NEEDS.items():
        unasked = silent[f"consultation.{need}"]
        assert unasked.why is Why.NOT_ENOUGH_STATED
        assert (unasked.metric.n, unasked.metric.undetermined) == (0, 5)
        assert unasked.limits.missing == tuple((f"P{n}", field) for n in range(1, 6))
        assert (unasked.limits.low, unasked.limits.high) == (0, 1)


def test_an_owner_who_is_not_named_is_an_owner():
    assert asked(promise(consultation_owner=(Actor(),))) == set()


def test_no_end_has_to_be_declared_and_no_reason_for_acting_from_above_answers_it():
    reasoned = promise(**LACKING, level_reasons=(LevelReason.EMERGENCY,))
    for ends in (NOT_STATED, (), (planted.BOTTOM_UP,)):
        found = answers(reasoned, ends=ends)
        assert {id for id, answer in found.items() if isinstance(answer, Question)} == EVERY


def test_people_who_were_not_consulted_yet_may_still_be():
    promised = promise(consultation_held=(), consultation_means="a hall", consultation_time="in May")
    assert asked(promised) == set()


def test_the_words_name_the_count_and_the_n_and_what_speaks_against_is_shown():
    kept, broken = promise(consultation_means="a hall"), promise(consultation_means="")
    question = answers(kept, broken, broken)["consultation.means"]
    assert question.text == (
        "The source promises consultation, and says whether there are means for it, in 3 proposals; in 2 of "
        "these, it says that there are none. With what are people to be consulted?"
    )
    assert {(row.proposal, row.says) for row in question.evidence if row.field == "consultation_means"} == {
        ("P2", "none"),
        ("P3", "none"),
    }
    assert [(row.proposal, row.says) for row in question.against] == [
        ("P1", "Residents of Spout Lane (residents, neighbourhood)"),
        ("P1", "a hall"),
    ]
    assert "in 1 proposal; in that one, it says" in answers(broken)["consultation.means"].text


def test_where_each_word_was_found_stands_beside_it():
    found_at = (("consultation_promised", "p. 3"), ("consultation_owner", "p. 9"))
    question = answers(promise(consultation_owner=(), where=found_at))["consultation.owner"]
    assert [row.where for row in question.evidence] == ["p. 3", "p. 9"]


def test_a_referee_puts_the_rule_to_a_programme():
    reading = referee.ask(planted.programme(promise(**LACKING), ends=NOT_STATED), planted.HOUSE)
    assert planted.asked(reading) == EVERY
    turned = replace(reading.questions[0].threshold, least_count=2)
    fewer = referee.ask(planted.programme(promise(**LACKING)), {**planted.HOUSE, "consultation": turned})
    assert planted.asked(fewer) == set()
