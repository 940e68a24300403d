"""Value and return, and sources of money that meet or do not: planted facts, bounds and crowds of pairs."""

import itertools
import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import finance, referee
from covenant.scrutinise.engine.pairs import SHOWN
from covenant.scrutinise.programme import NOT_STATED, Finance, Proposal
from covenant.scrutinise.types import Question, Threshold, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.finance import BOTH, plainly
from tests.scrutinise.plants.plant import expected
from tests.scrutinise.plants.plant import found as figures

seeds = st.integers(0, 10**9)
thresholds = st.builds(
    Threshold,
    st.integers(1, 2),
    st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]),
    st.just("drawn"),
)
ALONE = {"finance": list(Finance), "public_value": ["dry", ""], "investor_return": ["a florin", ""]}
IDS = ("P1", "P2", "P3")
# Every source that a proposal may share with another, or have for itself, and all of them at once.
SOURCES = [(), ("a",), ("b",), ("of one",), ("of two",), ("of three",), ("a", "b", "of one")]
APART = {"money_from": SOURCES, "pooled_with": [(), ("P1",), ("P3",), IDS]}
ENDS = [(), ("Dry feet",), ("dry  feet", "reeds"), ("reeds",)]


def drawn(rng, told, fields, proposals=2, **stated):
    return planted.programme(
        *(
            Proposal(
                "P",
                **{f: rng.choice(ways) if rng.random() < told else NOT_STATED for f, ways in fields.items()},
                **{field: rng.choice(ways) for field, ways in stated.items()},
            )
            for _ in range(proposals)
        )
    )


def pair(**changes):
    """Two proposals to one end with sources of their own, the second one changed; and what is asked."""
    one = replace(BOTH, money_from=("the Bucket Fund",))
    other = replace(BOTH, money_from=("the Reed Levy",), **changes)
    return finance.ask(planted.programme(one, other), planted.HOUSE)[2]


@settings(deadline=None, max_examples=50)
@given(seeds, thresholds)
def test_bounds_of_value_and_return_are_those_of_every_way_of_stating_them(seed, threshold):
    programme = drawn(random.Random(seed), 0.7, ALONE, outcomes=[()])
    answers = finance.ask(programme, {"finance": threshold})[:2]
    planted.hold(answers, [plainly(way) for way in planted.filled(programme, ALONE)], threshold)


@settings(deadline=None, max_examples=50)
@given(seeds, thresholds)
def test_bounds_of_pairs_are_those_of_every_way_of_stating_their_money(seed, threshold):
    rng = random.Random(seed)
    programme = drawn(rng, 0.8, APART, 3, outcomes=ENDS)
    unsaid = [getattr(each, f) is NOT_STATED for each in programme.proposals for f in APART]
    if sum(unsaid) > 3:
        return
    plain = [{"finance.apart": _pairs(way)} for way in planted.filled(programme, APART)]
    planted.hold(finance.ask(programme, {"finance": threshold})[2:], plain, threshold)


@settings(deadline=None, max_examples=50)
@given(seeds, thresholds)
def test_where_outcomes_are_not_stated_each_pair_is_taken_on_its_own(seed, threshold):
    fields = {**APART, "outcomes": ENDS}
    programme = drawn(random.Random(seed), 0.8, fields, 3)
    cases = []
    for both in itertools.combinations(programme.proposals, 2):
        if sum(getattr(each, field) is NOT_STATED for each in both for field in fields) > 3:
            return
        ways = [_pairs(way) for way in planted.filled(replace(programme, proposals=both), fields)]
        cases.append({outcome for way in ways for outcome in way.values()})
    (answer,) = finance.ask(programme, {"finance": threshold})[2:]
    assert figures(answer) == expected(cases, threshold)


@settings(deadline=None, max_examples=50)
@given(seeds, thresholds)
def test_no_way_of_stating_ends_and_money_leads_out_of_the_bounds(seed, threshold):
    rng, fields = random.Random(seed), {**APART, "outcomes": ENDS}
    programme = drawn(rng, 0.5, fields, 4)
    (answer,) = finance.ask(programme, {"finance": threshold})[2:]
    ways = [planted.filled(replace(programme, proposals=(each,)), fields) for each in programme.proposals]
    for _ in range(30):
        stated = tuple(rng.choice(way).proposals[0] for way in ways)
        (found,) = finance.ask(replace(programme, proposals=stated), {"finance": threshold})[2:]
        assert answer.limits.low <= (found.metric.value or 0) <= answer.limits.high
        assert isinstance(found, Question) >= answer.limits.asked_if_favourable
        assert isinstance(found, Question) <= answer.limits.asked_if_unfavourable


def _pairs(programme):
    stated = [replace(BOTH, id=p.id, outcomes=p.outcomes, money_from=p.money_from, pooled_with=p.pooled_with)
              for p in programme.proposals]  # fmt: skip
    return plainly(replace(programme, proposals=tuple(stated)))["finance.apart"]


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_many_pairs_are_counted_as_one_by_one(seed):
    rng = random.Random(seed)
    words = [f"end {n}" for n in range(12)]
    sources = [f"fund {n}" for n in range(9)]
    made = [
        replace(
            BOTH,
            outcomes=tuple(rng.sample(words, rng.randint(0, 3))),
            money_from=tuple(rng.sample(sources, rng.randint(0, 2))),
            pooled_with=tuple(f"P{rng.randint(1, 40)}" for _ in range(rng.randint(0, 2))),
        )
        for _ in range(40)
    ]
    programme = planted.programme(*made)
    answer = finance.ask(programme, planted.HOUSE)[2]
    count, n = planted.counted(_pairs(programme))
    assert (answer.metric.count, answer.metric.n, answer.metric.undetermined) == (count, n, 0)
    assert answer.limits.not_stated == 0


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, True),
        ({"outcomes": ("DRY   feet", "reeds")}, True),
        ({"outcomes": ("dry socks",)}, False),
        ({"outcomes": ()}, False),
        ({"pooled_with": ("P1",)}, False),
        ({"pooled_with": ("P9",)}, True),
        ({"pooled_with": NOT_STATED}, False),
    ],
)
def test_a_pair_is_asked_about_where_it_shares_an_end_and_nothing_joins_it(changes, asked):
    assert isinstance(pair(**changes), Question) == asked


def test_outcomes_that_are_not_stated_leave_everything_open_and_are_named():
    found = pair(outcomes=NOT_STATED)
    assert found.why is Why.NOT_ENOUGH_STATED
    assert (found.limits.low, found.limits.high, found.metric.n) == (0, 1, 0)
    assert found.limits.missing == (("P2", "outcomes"),)
    (lone,) = finance.ask(planted.programme(Proposal("P")), planted.HOUSE)[2:]
    assert lone.why is Why.TOO_FEW, "one proposal is no pair, whatever it is for"


def test_a_pair_is_shown_with_what_it_shares_and_whence_its_money_comes():
    found = pair(where=(("money_from", "p. 8"),))
    assert [(row.proposal, row.field, row.says) for row in found.evidence] == [
        ("P1", "outcomes", "dry feet (shared with P2)"),
        ("P1", "money_from", "the Bucket Fund"),
        ("P1", "pooled_with", "none"),
        ("P2", "outcomes", "dry feet (shared with P1)"),
        ("P2", "money_from", "the Reed Levy"),
        ("P2", "pooled_with", "none"),
    ]
    assert found.evidence[4].where == "p. 8"
    assert found.text.endswith("that of 1 does not: no source pays for both, and neither is pooled with the "
                               "other. Where could the money of this pair meet?")  # fmt: skip


def test_two_thousand_proposals_make_two_million_pairs_in_bounded_time_and_evidence():
    crowd = [replace(BOTH, money_from=(f"fund {n}",)) for n in range(2_000)]
    begun = time.perf_counter()
    found = finance.ask(planted.programme(*crowd), planted.HOUSE)[2]
    assert time.perf_counter() - begun < 10
    assert found.metric.count == found.metric.n == 1_999_000
    assert len(found.evidence) == SHOWN * 6
    beside = {figure.name: (figure.count, figure.n) for figure in found.beside}
    assert beside["pairs that count, listed as evidence"] == (SHOWN, 1_999_000)


def test_value_and_return_together_and_money_that_is_spent_are_not_asked_about():
    for changes in ({}, {"finance": Finance.SPENT, "investor_return": ""}, {"investor_return": NOT_STATED}):
        programme = planted.programme(replace(BOTH, **changes))
        assert planted.asked(referee.ask(programme, planted.HOUSE), "finance") == set(), changes


def test_evidence_of_value_without_return_says_what_each_field_says():
    (found, other, _) = finance.ask(planted.programme(replace(BOTH, investor_return="")), planted.HOUSE)
    assert [(row.field, row.says) for row in found.evidence] == [
        ("finance", "repaid"),
        ("public_value", "dry cellars"),
        ("investor_return", "none"),
    ]
    assert found.text == (
        "1 proposal brings public value from money that is to come back, and states whether it earns a "
        "return; of these, 1 is said to earn none. What brings that money in?"
    )
    assert not isinstance(other, Question)


def test_favourable_statements_never_add_a_question():
    both = {"public_value": "dry cellars", "investor_return": "a florin"}
    facts = [{"finance": Finance.SPENT}, {"pooled_with": IDS}, both]
    for seed, keen in itertools.product(range(60), (planted.HOUSE, planted.KEEN)):
        rng = random.Random(seed)
        before = drawn(rng, 0.6, {**ALONE, **APART, "outcomes": ENDS}, 3)
        for fact in facts:
            proposals = tuple(
                replace(each, **fact) if all(getattr(each, f) is NOT_STATED for f in fact) else each
                for each in before.proposals
            )
            after = referee.ask(replace(before, proposals=proposals), keen)
            assert planted.asked(after) <= planted.asked(referee.ask(before, keen)), (seed, fact)


def test_a_pair_without_money_may_still_be_pooled_and_is_no_case_otherwise():
    made = [
        replace(BOTH, money_from=("the Bucket Fund",)),
        replace(BOTH, money_from=("the Reed Levy",)),
        replace(BOTH, money_from=(), pooled_with=NOT_STATED),
    ]
    found = finance.ask(planted.programme(*made), planted.HOUSE)[2]
    assert (found.metric.count, found.metric.n, found.metric.undetermined) == (1, 1, 2)
    assert (found.limits.low, found.limits.high) == (1 / 3, 1), "P3 may name both of the others"
    assert found.limits.missing == (("P3", "pooled_with"),)


def test_pairs_that_cannot_be_told_are_each_counted_as_undetermined():
    crowd = [replace(BOTH, money_from=(f"fund {n}",), pooled_with=NOT_STATED) for n in range(50)]
    silent = finance.ask(planted.programme(*crowd), planted.HOUSE)[2]
    assert (silent.metric.n, silent.metric.undetermined) == (0, 50 * 49 // 2)
    assert silent.limits.not_stated == 50, "a field is read once for each proposal, not for each pair"
    assert silent.limits.asked_if_unfavourable and not silent.limits.asked_if_favourable


def test_what_could_change_nothing_is_not_said_to_be_missing():
    spent = Proposal("P", finance=Finance.SPENT)
    for answer in finance.ask(planted.programme(spent), planted.HOUSE)[:2]:
        assert (answer.limits.missing, answer.limits.fields) == ((), 1)
    lent = Proposal("P", finance=Finance.REPAID)
    for answer in finance.ask(planted.programme(lent), planted.HOUSE)[:2]:
        assert answer.limits.missing == (("P1", "public_value"), ("P1", "investor_return"))
