"""Duty without resource: planted programmes, near misses and fair controls."""

import random

import pytest

from covenant.scrutinise.engine import referee
from covenant.scrutinise.programme import (
    NOT_STATED,
    Age,
    Duty,
    Funding,
    Proposal,
)
from covenant.scrutinise.types import Why
from tests.scrutinise import programmes as planted


def read(*fundings):
    proposals = [
        Proposal("P", duties=(Duty("bail", (planted.COUNCIL,), funding=funding),)) for funding in fundings
    ]
    return referee.ask(planted.programme(*proposals, ends=()), planted.HOUSE)


def question(reading, id):
    return next(question for question in reading.questions if question.id == id)


@pytest.mark.parametrize("seed", range(60))
def test_duties_stated_to_be_unfunded_or_funded_in_part_are_asked_about_and_nothing_else(seed):
    rng = random.Random(seed)
    fundings = [rng.choice([*Funding, NOT_STATED]) for _ in range(rng.randint(1, 6))]
    wanted = {"duty.unfunded"} if Funding.NONE in fundings else set()
    wanted |= {"duty.part-funded"} if Funding.PARTLY in fundings else set()
    assert planted.asked(read(*fundings)) == wanted


@pytest.mark.parametrize("funding", [Funding.FUNDED, Funding.NOT_NEEDED, NOT_STATED])
def test_what_is_funded_needs_nothing_or_is_not_stated_is_never_asked_about(funding):
    assert planted.asked(read(*[funding] * 9)) == set()


def test_a_bottom_up_programme_with_its_money_is_not_asked_about():
    rng = random.Random(1)
    good = planted.programme(*(planted.from_below(rng) for _ in range(8)))
    assert planted.asked(referee.ask(good, planted.HOUSE), "duty") == set()


def test_n_holds_only_duties_whose_funding_is_stated_and_that_need_some():
    metric = question(
        read(Funding.NONE, Funding.FUNDED, Funding.PARTLY, NOT_STATED, Funding.NOT_NEEDED), "duty.unfunded"
    ).metric
    assert (metric.count, metric.n, metric.undetermined) == (1, 3, 1)


def test_a_question_about_what_is_stated_stands_however_the_rest_is_stated():
    limits = question(read(Funding.NONE, NOT_STATED, NOT_STATED), "duty.unfunded").limits
    assert (limits.fields, limits.not_stated) == (3, 2)
    assert limits.missing == (("P2", "duties 1, funding"), ("P3", "duties 1, funding"))
    assert limits.asked_if_favourable and limits.asked_if_unfavourable
    assert (limits.low, limits.high) == (1 / 3, 1)


def test_silence_about_funding_is_a_limit_and_says_so():
    silent = {unasked.id: unasked for unasked in read(NOT_STATED, NOT_STATED).unasked}["duty.unfunded"]
    assert silent.why is Why.NOT_ENOUGH_STATED
    assert silent.limits.asked_if_unfavourable and not silent.limits.asked_if_favourable


def test_stated_to_have_no_duties_is_another_silence_than_not_stated():
    for duties, why in (((), Why.TOO_FEW), (NOT_STATED, Why.NOT_ENOUGH_STATED)):
        reading = referee.ask(planted.programme(Proposal("P", duties=duties)), planted.HOUSE)
        assert {unasked.why for unasked in reading.unasked if unasked.rule == "duty"} == {why}


def test_new_and_existing_duties_are_told_apart_beside_the_question():
    duties = tuple(Duty("bail", age=age, funding=Funding.NONE) for age in (Age.NEW, Age.EXISTING, Age.NEW))
    reading = referee.ask(planted.programme(Proposal("P", duties=duties)), planted.HOUSE)
    beside = {figure.name: (figure.count, figure.n) for figure in question(reading, "duty.unfunded").beside}
    assert beside["of these, new"] == (2, 3)
    assert beside["of these, existing before"] == (1, 3)
