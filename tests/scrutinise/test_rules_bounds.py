"""What holds of every rule, tried on programmes drawn at random and against the plain twin."""

import copy
import itertools
import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector
from covenant.scrutinise.engine import duty, referee
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, Case, tally
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Age,
    Costing,
    Duty,
    Funding,
    Kind,
    LevelReason,
    Participation,
    Proposal,
    Span,
)
from covenant.scrutinise.types import Question, Threshold, Unasked
from tests.scrutinise import programmes as planted

seeds = st.integers(0, 10**9)


def answers(programme, thresholds=planted.HOUSE):
    reading = referee.ask(programme, thresholds)
    return {answer.id: answer for answer in (*reading.questions, *reading.unasked)}


@settings(deadline=None, max_examples=150)
@given(seeds)
def test_a_wholly_stated_programme_is_counted_as_by_the_plain_twin(seed):
    programme = planted.any_programme(random.Random(seed), told=1, proposals=5)
    plain = planted.plainly(programme)
    for id, answer in answers(programme).items():
        if id not in planted.TWINNED:
            continue  # its twin is in the tests of its rule
        count, n = planted.counted(plain.get(id, {}))
        assert (answer.metric.count, answer.metric.n, answer.metric.undetermined) == (count, n, 0), id
        assert isinstance(answer, Question) == planted.meets(count, n, answer.threshold), id
        assert answer.limits.not_stated == 0
        assert answer.limits.low == answer.limits.high == (count / n if n else 0)


@settings(deadline=None, max_examples=100)
@given(seeds, st.integers(1, 2), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(4, 5)]))
def test_bounds_are_those_of_every_way_of_stating_what_is_not_stated(seed, least, share):
    rng = random.Random(seed)
    programme = planted.any_programme(rng, told=0.92, proposals=2)
    while not 1 < planted.how_many_fillings(programme) <= 250:
        programme = planted.any_programme(rng, told=0.92, proposals=2)
    any_number = any(proposal.duties is NOT_STATED for proposal in programme.proposals)
    thresholds = {rule: Threshold(least, share, "drawn") for rule in planted.HOUSE}
    plain = [planted.plainly(filled) for filled in planted.fillings(programme)]
    for id, answer in answers(programme, thresholds).items():
        if id not in planted.TWINNED or (any_number and answer.rule == "duty"):
            continue  # however many duties there may be: the next test's
        counts = [planted.counted(filled.get(id, {})) for filled in plain]
        shares = [count / n if n else 0.0 for count, n in counts]
        met = [planted.meets(count, n, thresholds[answer.rule]) for count, n in counts]
        limits, metric = answer.limits, answer.metric
        assert (limits.low, limits.high) == (min(shares), max(shares)), id
        assert (limits.asked_if_favourable, limits.asked_if_unfavourable) == (all(met), any(met)), id
        cases = {case for filled in plain for case in filled.get(id, {})}
        settled = [{filled.get(id, {}).get(case) for filled in plain} for case in cases]
        told = [next(iter(can)) for can in settled if len(can) == 1]
        assert (metric.count, metric.n) == (told.count(True), told.count(True) + told.count(False)), id


@settings(deadline=None, max_examples=15)
@given(seeds, st.integers(1, 3), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
def test_where_duties_are_not_stated_the_bounds_hold_however_many_there_may_be(seed, least, share):
    rng = random.Random(seed)
    stated = planted.any_programme(rng, told=1, proposals=2).proposals
    programme = planted.programme(*stated, Proposal("P"))
    thresholds = {rule: Threshold(least, share, "drawn") for rule in planted.HOUSE}
    every = [
        (cost, money, NOT_STATED, span) for money in Funding for cost, span in zip(Costing, Span, strict=True)
    ]
    filled = [
        planted.programme(*stated, Proposal("P", duties=(Duty(None, (), Age.NEW, *ways),) * many))
        for many, ways in itertools.product((0, 1, 100), every)
    ]
    found = {answer.id: answer for answer in duty.ask(programme, thresholds)}
    for number, id in enumerate(found):
        ways = [duty.ask(way, thresholds)[number] for way in filled]
        shares = [way.metric.value or 0.0 for way in ways]
        limits, asked = found[id].limits, [isinstance(way, Question) for way in ways]
        assert (limits.low, limits.high) == (0, 1)
        assert 0 <= min(shares) <= 0.05 and 0.95 <= max(shares) <= 1
        assert (limits.asked_if_favourable, limits.asked_if_unfavourable) == (all(asked), any(asked))


FAVOURABLE = {
    "direction": [
        *({power: (planted.STREET,)} for power in planted.POWERS),
        {"affected": ()},
        {"consultation_held": (planted.STREET,)},
        {"consultation_promised": (planted.STREET,)},
        {"participation_evidenced": Participation.EMPOWER},
        {"level_reasons": (LevelReason.RIGHTS,)},
    ],
    # What favours one question need not favour another: nobody stands above a ministry, but it may have no
    # way out; and the more is promised, the more there is to bear out.
    **{
        f"direction.{name}": [{"affected": (planted.MINISTRY,)}]
        for name in ("starts", "problem", "decides", "money", "consultation")
    },
    "direction.participation": [{"participation_promised": Participation.EMPOWER}],
    "direction.evidenced": [{"participation_promised": Participation.NONE}],
    "consultation": [
        {"consultation_promised": ()},
        *({field: "two evenings"} for field in planted.SAID),
        {"consultation_owner": (planted.STREET,)},
    ],
    "duty": [{"duties": ()}, {"duties": (Duty(funding=Funding.FUNDED),)}],
    "parity": [
        {"duties": ()},
        *({power: tuple(Actor(s.value, s) for s in Sector)} for power in planted.POWERS),
    ],
    "silos": [
        {"owner": tuple(planted.EVERYBODY)},
        {"joined_with": ("P1", "P2", "P3", "P4", "P5")},
        *({field: ()} for field in planted.WORDS),
    ],
    "tiers": [
        *({field: tuple(planted.EVERYBODY)} for field in ("parties", "owner", "problem_defined_by")),
        {"power_held_by": ()},
    ],
    "youth": [
        *({field: (planted.PUPILS,)} for field in ("parties", "consultation_held", "problem_defined_by")),
        {"affected": ()},
    ],
}


@settings(deadline=None, max_examples=80)
@given(seeds, st.sampled_from([planted.HOUSE, planted.KEEN]))
def test_stating_favourably_what_is_not_stated_never_adds_a_question(seed, thresholds):
    rng = random.Random(seed)
    told = rng.choice([0.5, 0.8])
    programme = planted.more(rng, planted.any_programme(rng, told=told, proposals=5), told=told)
    before = referee.ask(programme, thresholds)
    for rule, facts in FAVOURABLE.items():
        for fact in facts:
            (field,) = fact
            proposals = [
                replace(p, **fact) if getattr(p, field) in (NOT_STATED, ()) and rng.random() < 0.7 else p
                for p in programme.proposals
            ]
            if not all(getattr(p, field) is NOT_STATED or field == "level_reasons" or p is q
                       for p, q in zip(programme.proposals, proposals, strict=True)):  # fmt: skip
                continue
            after = referee.ask(replace(programme, proposals=tuple(proposals)), thresholds)
            assert planted.asked(after, rule) <= planted.asked(before, rule), (rule, field)


@settings(deadline=None, max_examples=100)
@given(seeds)
def test_stating_a_duty_funded_never_adds_a_question_about_duties(seed):
    programme = planted.any_programme(random.Random(seed), told=0.5, proposals=5)
    funded = tuple(
        p
        if p.duties is NOT_STATED
        else replace(
            p,
            duties=tuple(
                replace(d, funding=Funding.FUNDED) if d.funding is NOT_STATED else d for d in p.duties
            ),
        )
        for p in programme.proposals
    )
    before = referee.ask(programme, planted.KEEN)
    after = referee.ask(replace(programme, proposals=funded), planted.KEEN)
    assert planted.asked(after, "duty") <= planted.asked(before, "duty")


@settings(deadline=None, max_examples=100)
@given(seeds)
def test_what_is_read_is_not_changed_and_the_answer_is_always_the_same(seed):
    programme = planted.any_programme(random.Random(seed), told=0.7)
    before = copy.deepcopy(programme)
    first = referee.ask(programme, planted.HOUSE)
    assert programme == before
    assert referee.ask(before, dict(reversed(planted.HOUSE.items()))) == first


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_the_order_of_proposals_changes_no_figure(seed):
    rng = random.Random(seed)
    programme = planted.any_programme(rng, told=0.7, proposals=5)
    turned = replace(programme, proposals=programme.proposals[::-1])
    one, other = answers(programme), answers(turned)
    assert {id: (a.metric, a.limits.low, a.limits.high) for id, a in one.items()} == {
        id: (a.metric, a.limits.low, a.limits.high) for id, a in other.items()
    }


@pytest.mark.parametrize("kind", Kind)
def test_a_programme_that_states_nothing_is_asked_nothing(kind):
    for ends in (NOT_STATED, (), (planted.BOTTOM_UP,)):
        silent = planted.programme(*[Proposal("P", kind=kind)] * 20)
        reading = referee.ask(replace(silent, ends=ends), planted.KEEN)
        assert reading.questions == ()
        whys = {unasked.why.value for unasked in reading.unasked}
        none = {"too few cases"} if kind is Kind.PROPOSAL else set()  # without a commitment, there are none
        assert whys <= {"nothing declared", "not enough stated", *none}
        assert all(unasked.metric.n == 0 for unasked in reading.unasked)
        assert all(unasked.limits.not_stated for unasked in reading.unasked if unasked.limits.fields)


def test_every_question_is_either_asked_or_not_asked_with_a_reason():
    ids = set(answers(planted.programme()))
    assert ids >= planted.TWINNED and {id.split(".")[0] for id in ids} == set(referee.RULES)
    for seed in range(50):
        rng = random.Random(seed)
        programme = planted.more(rng, planted.any_programme(rng, told=0.6, proposals=6), told=0.8)
        found = answers(programme, planted.KEEN)
        assert set(found) == ids
        for answer in found.values():
            if isinstance(answer, Unasked):
                assert answer.why.value and answer.text
            else:
                assert answer.text.count("?") == 1 and answer.text.endswith("?") and "  " not in answer.text
                assert answer.evidence and answer.would_answer and answer.caveat


def test_every_piece_of_evidence_says_what_its_field_says():
    for seed in range(50):
        rng = random.Random(seed)
        programme = planted.more(rng, planted.any_programme(rng, told=0.8, proposals=6), told=0.8)
        proposals = {proposal.id: proposal for proposal in programme.proposals}
        for question in referee.ask(programme, planted.KEEN).questions:
            for row in (*question.evidence, *question.against):
                if row.proposal is None or row.field.startswith(("duties", "level")):
                    continue
                value = getattr(proposals[row.proposal], row.field)
                if row.field in ("outcomes", "people", "places"):  # only the words that are shared
                    assert row.says.split(" (shared with ")[0].split("; ")[0] in value
                elif isinstance(value, tuple):
                    names = [getattr(each, "name", each) for each in value]
                    assert all(name in row.says for name in names or ["none"])
                else:
                    assert row.says == (getattr(value, "value", value) or "none")


@pytest.mark.parametrize(
    ("programme", "words"),
    [
        (replace(planted.programme(), proposals=(Proposal("A"), Proposal("A"))), "called A"),
        (planted.programme(ends=(replace(planted.BOTTOM_UP, for_proposals=("Z",)),)), "declared for Z"),
    ],
)
def test_a_programme_that_contradicts_itself_is_refused(programme, words):
    with pytest.raises(ValueError, match=words):
        referee.ask(programme, planted.HOUSE)


def test_a_missing_threshold_is_named():
    without = {rule: threshold for rule, threshold in planted.HOUSE.items() if rule != "duty"}
    with pytest.raises(ValueError, match=r"no threshold for duty$"):
        referee.ask(planted.programme(), without)


@pytest.mark.parametrize(("count", "n"), [(2, 3), (5, 8), (5, 6), (7, 7), (199, 200)])
def test_the_share_up_to_which_it_would_be_asked_is_never_rounded_up(count, n):
    cases = [Case(frozenset({COUNTS}))] * count + [Case(frozenset({DOES_NOT}))] * (n - count)
    says = tally(cases, Threshold(1, Fraction(0), "x"), name="such", unit="cases").reach.says
    share = Fraction(int(re.search(r"and (\d+)%", says)[1]), 100)
    assert tally(cases, Threshold(count, share, "x"), name="such", unit="cases").asked, says
