"""Duty without resource: planted programmes, near misses and fair controls."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import duty, referee
from covenant.scrutinise.programme import (
    NOT_STATED,
    Age,
    Costing,
    Duty,
    Funding,
    Proposal,
    Span,
)
from covenant.scrutinise.types import Question, Threshold, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.duty import GOOD, SOME, carried, plainly


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


ANYHOW = {"age": list(Age), "costing": list(Costing), "funding": list(Funding), "funded_for": list(Span)}


def drawn(rng, told):
    facts = {f: rng.choice(ways) if rng.random() < told else NOT_STATED for f, ways in ANYHOW.items()}
    return Duty("bail", (planted.COUNCIL,), **facts)


def ways(duty):
    """A duty stated in every way; a source that says for how long there is money says that there is some."""
    some = SOME if duty.funded_for is not NOT_STATED else list(Funding)
    choices = {**ANYHOW, "funding": some}
    stated = [
        choices[field] if getattr(duty, field) is NOT_STATED else [getattr(duty, field)] for field in choices
    ]
    return [replace(duty, **dict(zip(choices, way, strict=True))) for way in itertools.product(*stated)]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 2), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
def test_bounds_are_those_of_every_way_of_stating_what_is_not_stated(seed, least, share):
    rng = random.Random(seed)
    made = [drawn(rng, 0.7) for _ in range(2)]
    threshold = Threshold(least, share, "drawn")
    plain = [plainly(carried(*way)) for way in itertools.product(*map(ways, made))]
    planted.hold(duty.ask(carried(*made), {"duty": threshold}), plain, threshold)


@pytest.mark.parametrize(
    ("change", "questions"),
    [
        ({}, set()),
        ({"costing": Costing.NOT_COSTED}, {"duty.uncosted"}),
        ({"costing": Costing.NOT_COSTED, "age": Age.EXISTING}, set()),
        ({"costing": Costing.NOT_COSTED, "age": NOT_STATED}, set()),
        ({"costing": Costing.NOT_COSTED, "funding": Funding.NOT_NEEDED}, {"duty.uncosted"}),
        ({"funded_for": Span.PART}, {"duty.short"}),
        ({"funded_for": Span.PART, "funding": NOT_STATED}, {"duty.short"}),
        ({"funded_for": Span.PART, "funding": Funding.PARTLY}, {"duty.short", "duty.part-funded"}),
        ({"funded_for": Span.PART, "funding": Funding.NONE}, {"duty.unfunded"}),
        ({"funded_for": NOT_STATED}, set()),
    ],
)
def test_cost_and_time_are_asked_about_for_themselves(change, questions):
    programme = carried(GOOD, replace(GOOD, **change))
    assert planted.asked(referee.ask(programme, planted.HOUSE), "duty") == questions


def test_favourable_facts_about_a_duty_never_add_a_question():
    facts = [
        {"funding": Funding.FUNDED},
        {"costing": Costing.COSTED},
        {"funded_for": Span.WHOLE},
        {"age": Age.EXISTING},
    ]
    for seed, fact in itertools.product(range(80), facts):
        rng = random.Random(seed)
        made = [drawn(rng, 0.5) for _ in range(4)]
        better = [
            replace(each, **fact) if all(getattr(each, f) is NOT_STATED for f in fact) else each
            for each in made
        ]
        for thresholds in (planted.HOUSE, planted.KEEN):
            before, after = (
                {found.id for found in duty.ask(carried(*each), thresholds) if isinstance(found, Question)}
                for each in (made, better)
            )
            assert after <= before, (seed, fact)


def test_what_stands_behind_every_duty_is_shown_and_not_stated_is_a_kind_of_its_own():
    duties = (GOOD, replace(GOOD, funding=Funding.NONE), Duty("bail", age=Age.NEW), Duty("bail"))
    found = question(referee.ask(carried(*duties), planted.HOUSE), "duty.unfunded")
    assert [(f.name, f.count, f.n) for f in found.beside if f.name.startswith("of all duties")] == [
        ("of all duties: new, funded", 1, 4),
        ("of all duties: new, no funding", 1, 4),
        ("of all duties: new, funding not stated", 1, 4),
        ("of all duties: not stated whether new, funding not stated", 1, 4),
    ]


def test_evidence_says_what_each_field_of_the_duty_says():
    found = question(referee.ask(carried(replace(GOOD, funded_for=Span.PART)), planted.HOUSE), "duty.short")
    assert [(row.proposal, row.field, row.says) for row in found.evidence] == [
        ("P1", "duties 1, text", "bail"),
        ("P1", "duties 1, on", "Nether Puddle District Council (state, district)"),
        ("P1", "duties 1, funding", "funded"),
        ("P1", "duties 1, funded_for", "less long"),
    ]
    assert found.text == (
        "The source states for how long there is money for 1 duty; of these, 1 is said to have it for less "
        "long than it lasts. What will carry it after that?"
    )
