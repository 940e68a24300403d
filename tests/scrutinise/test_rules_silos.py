"""Proposals that share something and work apart: the twin, the bounds, and a programme as long as can be."""

import itertools
import random
import time
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import silos
from covenant.scrutinise.engine.pairs import SHOWN, places, sharing
from covenant.scrutinise.programme import NOT_STATED, Actor, Programme, Proposal
from covenant.scrutinise.types import Question, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants import silos as plants
from tests.scrutinise.plants.plant import expected, found

seeds = st.integers(0, 10**9)
fields = st.sampled_from(plants.FIELDS)
rules = st.sampled_from([planted.HOUSE, planted.KEEN])


def ask(programme, field, thresholds=planted.HOUSE):
    return next(a for a in silos.ask(programme, thresholds) if a.id == f"silos.{field}")


@settings(deadline=None, max_examples=100)
@given(seeds, fields, rules, st.sampled_from([0.7, 0.9, 1]))
def test_figures_and_bounds_are_those_of_every_way_of_stating_each_pair(seed, field, thresholds, told):
    programme = plants.drawn(random.Random(seed), field, told, 4)
    pairs = itertools.combinations(programme.proposals, 2)
    cases = [plants.possible(one, other, field) for one, other in pairs]
    answer = ask(programme, field, thresholds)
    assert found(answer) == expected(cases, thresholds["silos"])
    assert bool(answer.limits.not_stated) or not answer.metric.undetermined


@settings(deadline=None, max_examples=60)
@given(seeds, fields, rules)
def test_no_way_of_stating_the_whole_programme_leads_out_of_the_bounds(seed, field, thresholds):
    rng = random.Random(seed)
    programme = plants.drawn(rng, field, 0.7, 4)
    answer, ids = ask(programme, field, thresholds), [p.id for p in programme.proposals]
    ways = [
        list(plants.filled(p, field, {"dry lanes", "wells"}, {"Moat Board", "Well Board"}, ids))
        for p in programme.proposals
    ]
    for _ in range(30):
        stated = ask(replace(programme, proposals=tuple(map(rng.choice, ways))), field, thresholds)
        assert answer.limits.low <= (stated.metric.value or 0) <= answer.limits.high
        assert isinstance(stated, Question) >= answer.limits.asked_if_favourable
        assert isinstance(stated, Question) <= answer.limits.asked_if_unfavourable


@settings(deadline=None, max_examples=40)
@given(seeds, fields, rules)
def test_where_only_joining_is_not_stated_the_bounds_are_exact(seed, field, thresholds):
    rng = random.Random(seed)
    whole = plants.drawn(rng, field, 1, 3)
    named = [replace(p, owner=tuple(a for a in p.owner if a.name is not NOT_STATED)) for p in whole.proposals]
    silent = [replace(p, joined_with=NOT_STATED) if rng.random() < 0.7 else p for p in named]
    ways = []
    for proposal in silent:
        others = [other.id for other in silent if other is not proposal]
        said = proposal.joined_with
        filled = plants.subsets(others) if said is NOT_STATED else [said]
        ways.append([replace(proposal, joined_with=ids) for ids in filled])
    stated = [ask(replace(whole, proposals=way), field, thresholds) for way in itertools.product(*ways)]
    shares = [answer.metric.value or 0.0 for answer in stated]
    asked = [isinstance(answer, Question) for answer in stated]
    limits = ask(replace(whole, proposals=tuple(silent)), field, thresholds).limits
    assert (limits.low, limits.high) == (min(shares), max(shares))
    assert (limits.asked_if_favourable, limits.asked_if_unfavourable) == (all(asked), any(asked))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.frozensets(st.sampled_from("abcd"), max_size=3), st.booleans()), max_size=8))
def test_sharing_is_that_of_every_pair(held):
    words, unsaid = [word for word, _ in held], [more for _, more in held]
    shared = sharing(words, unsaid)
    for one, other in itertools.permutations(range(len(held)), 2):
        surely = bool(words[one] & words[other])
        could = all(words[each] or unsaid[each] for each in (one, other)) and (unsaid[one] or unsaid[other])
        assert (other in places(shared.surely[one])) == surely
        assert (other in places(shared.maybe[one])) == (surely or could)


def two(field="places", **changes):
    one = Proposal("P", owner=(planted.COUNCIL,), joined_with=(), **{field: ("Spout",)})
    other = Proposal("P", owner=(planted.SHIRE,), joined_with=(), **{field: ("  SPOUT ",)})
    return planted.programme(one, replace(other, **changes))


@pytest.mark.parametrize("field", plants.FIELDS)
def test_each_field_is_asked_about_for_itself(field):
    asked = {a.id for a in silos.ask(two(field), planted.KEEN) if isinstance(a, Question)}
    assert asked == {f"silos.{field}"}


def test_either_side_may_name_the_other_and_an_owner_in_common_is_enough():
    for change in ({"joined_with": ("P1",)}, {"owner": (planted.SHIRE, planted.COUNCIL)}):
        metric = ask(two(**change), "places", planted.KEEN).metric
        assert (metric.count, metric.n) == (0, 1)
    metric = ask(two(joined_with=("P9", "P2")), "places", planted.KEEN).metric
    assert (metric.count, metric.n) == (1, 1)
    for change in (
        {"joined_with": NOT_STATED},
        {"owner": NOT_STATED},
        {"places": NOT_STATED},
        {"owner": (Actor(),)},
    ):
        metric = ask(two(**change), "places", planted.KEEN).metric
        assert (metric.count, metric.n, metric.undetermined) == (0, 0, 1)
    for change in ({"owner": ()}, {"places": ()}, {"places": ("Moat",)}):
        metric = ask(two(**change), "places", planted.KEEN).metric
        assert (metric.count, metric.n, metric.undetermined) == (0, 0, 0)


def test_the_evidence_names_both_proposals_what_they_share_and_who_owns_them():
    answer = ask(two(where=(("places", "p. 7"),)), "places", planted.KEEN)
    assert answer.text.startswith("In 1 pair of proposals that share a place it can be told who owns them")
    says = [(row.proposal, row.field, row.says) for row in answer.evidence]
    assert says == [
        ("P1", "places", "Spout (shared with P2)"),
        ("P1", "owner", "Nether Puddle District Council (state, district)"),
        ("P1", "joined_with", "none"),
        ("P2", "places", "  SPOUT  (shared with P1)"),
        ("P2", "owner", "Dripshire County Council (state, county)"),
        ("P2", "joined_with", "none"),
    ]
    assert answer.evidence[3].where == "p. 7"
    assert answer.limits.not_stated == 0


def test_two_million_pairs_are_counted_and_only_the_first_are_listed():
    proposals = tuple(
        Proposal(
            f"P{n}",
            outcomes=("one country", f"of its own {n}"),
            owner=(Actor(f"Board {n % 50}"),),
            joined_with=() if n % 10 else NOT_STATED,
        )
        for n in range(2_000)
    )
    tracemalloc.start()
    started = time.perf_counter()
    answer = ask(Programme("Long", proposals=proposals), "outcomes")
    took, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    same = 50 * (40 * 39 // 2)
    pairs = itertools.combinations(range(2_000), 2)
    # Whether they are joined is open where one of them does not say; with one owner it does not matter.
    open_pairs = sum(n % 50 != m % 50 and not (n % 10 and m % 10) for n, m in pairs)
    assert answer.metric.n == 2_000 * 1_999 // 2 - open_pairs
    assert answer.metric.count == answer.metric.n - same
    assert answer.metric.undetermined == open_pairs
    assert len(answer.evidence) == len(answer.against) == 6 * SHOWN
    assert [(figure.count, figure.n) for figure in answer.beside] == [(20, answer.metric.count), (20, same)]
    assert took < 10 and peak < 20_000_000


def test_three_pairs_of_which_nothing_can_be_told_are_three():
    alike = [
        Proposal("P", places=("Spout",), owner=(owner,))
        for owner in (planted.COUNCIL, planted.SHIRE, planted.BAILERS)
    ]
    silent = ask(planted.programme(*alike), "places")
    assert silent.why is Why.NOT_ENOUGH_STATED and "of 3 that may be such, 0 can be told" in silent.text
    assert silent.limits.asked_if_unfavourable and not silent.limits.asked_if_favourable
    assert silent.limits.missing == (("P1", "joined_with"), ("P2", "joined_with"), ("P3", "joined_with"))
    few = ask(planted.programme(*alike[:2]), "places")
    assert few.why is Why.TOO_FEW and "there can be only 1" in few.text
