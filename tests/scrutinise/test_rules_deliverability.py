"""What it takes to happen: ruled out, stated, and not stated."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import deliverability, referee
from covenant.scrutinise.programme import NOT_STATED, Proposal
from covenant.scrutinise.types import Question, Threshold, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.deliverability import NONE, THERE, WHOLE, plainly

ANYHOW = {field: [THERE[field], NONE[field]] for field in THERE}


def drawn(rng, told, proposals=2):
    made = [
        Proposal(
            "P",
            **{f: rng.choice(ways) if rng.random() < told else NOT_STATED for f, ways in ANYHOW.items()},
        )
        for _ in range(proposals)
    ]
    return planted.programme(*made)


def asked(*proposals):
    return planted.asked(referee.ask(planted.programme(*proposals), planted.HOUSE), "deliverability")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 2), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
def test_bounds_are_those_of_every_way_of_stating_what_is_not_stated(seed, least, share):
    programme = drawn(random.Random(seed), 0.7)
    threshold = Threshold(least, share, "drawn")
    answers = deliverability.ask(programme, {"deliverability": threshold})
    ways = planted.filled(programme, ANYHOW) if sum(a.metric.undetermined for a in answers) < 8 else []
    if ways:
        planted.hold(answers, [plainly(way) for way in ways], threshold)


@pytest.mark.parametrize("field", THERE)
def test_each_is_asked_about_for_itself_and_only_where_it_is_ruled_out(field):
    without = replace(WHOLE, **{field: NONE[field]})
    assert asked(WHOLE, without) == {f"deliverability.{field}"}
    assert asked(WHOLE, replace(WHOLE, **{field: NOT_STATED})) == set()
    assert asked(WHOLE, WHOLE) == asked(Proposal("P"), Proposal("P")) == set()


def test_stating_any_of_it_never_adds_a_question():
    for seed in range(40):
        rng = random.Random(seed)
        before = drawn(rng, 0.5, 4)
        for field, there in THERE.items():
            proposals = tuple(
                replace(each, **{field: there}) if getattr(each, field) is NOT_STATED else each
                for each in before.proposals
            )
            thresholds = rng.choice([planted.HOUSE, planted.KEEN])
            after = referee.ask(replace(before, proposals=proposals), thresholds)
            assert planted.asked(after) <= planted.asked(referee.ask(before, thresholds)), field


def test_a_question_shows_what_the_field_says_and_where():
    lone = replace(WHOLE, owner=(), where=(("owner", "p. 7"),))
    (found, *_) = deliverability.ask(planted.programme(WHOLE, lone, Proposal("P")), planted.HOUSE)
    assert isinstance(found, Question)
    assert (found.metric.count, found.metric.n, found.metric.undetermined) == (1, 2, 1)
    assert [(row.proposal, row.field, row.says, row.where) for row in found.evidence] == [
        ("P2", "owner", "none", "p. 7")
    ]
    assert [(row.proposal, row.says) for row in found.against] == [
        ("P1", "Nether Puddle District Council (state, district)")
    ]
    assert found.limits.missing == (("P3", "owner"),)
    assert found.text == (
        "The source says of 2 proposals whether anybody is to see that they happen; of these, 1 is said to "
        "have nobody. Who will see that it happens?"
    )


def test_silence_is_a_limit_and_says_so():
    for silent in deliverability.ask(planted.programme(Proposal("P"), Proposal("P")), planted.HOUSE):
        assert silent.why is Why.NOT_ENOUGH_STATED
        assert (silent.metric.n, silent.metric.undetermined, silent.limits.not_stated) == (0, 2, 2)
        assert silent.limits.asked_if_unfavourable and not silent.limits.asked_if_favourable
