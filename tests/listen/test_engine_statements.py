"""What statements tell, against the slow twins and against a published result."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.listen.engine.consensus import consensus, group_aware_consensus
from covenant.listen.engine.draw import default_priority, draw
from covenant.listen.engine.interval import wilson
from covenant.listen.engine.priority import extremity, priority
from covenant.listen.engine.representative import compare, representative
from covenant.listen.engine.tally import tally
from covenant.listen.types import Axes, Settings, Tally, Vote
from tests import naive
from tests.listen.test_engine_positions import as_votes, small_votes


@pytest.fixture(scope="module")
def published(polis):
    """A result that Polis published, as tallies: its votes by group, and what it made of them."""
    found = json.loads((polis / "published-math.biodiversity.json").read_text("utf-8"))
    tids = found["tids"]

    def counts(group):
        rows = [found["group-votes"][group]["votes"][str(tid)] for tid in tids]
        agrees, disagrees, seen = (np.array([row[key] for row in rows]) for key in "ADS")
        return Tally(agrees, disagrees, seen - agrees - disagrees)

    aside = np.array([tid in set(found["mod-out"]) | set(found["meta-tids"]) for tid in tids])
    return found, tids, tuple(counts(group) for group in "01"), aside


def test_group_aware_consensus_equals_the_published_one(published):
    found, tids, groups, _ = published
    theirs = [found["group-aware-consensus"][str(tid)] for tid in tids]
    assert np.abs(group_aware_consensus(groups, len(tids)) - theirs).max() < 1e-9


def test_extremity_and_priority_equal_the_published_ones(published):
    found, tids, groups, _ = published
    # There agree is -1: turned round, the centre changes sign.
    axes = Axes(-np.array(found["pca"]["center"]), np.array(found["pca"]["comps"]), np.zeros(2), len(tids))
    extremes = extremity(axes)
    assert np.abs(extremes - found["pca"]["comment-extremity"]).max() < 1e-9
    total = Tally(
        *(sum(getattr(group, name) for group in groups) for name in ("agrees", "disagrees", "passes"))
    )
    meta = np.array([tid in found["meta-tids"] for tid in tids])
    theirs = [found["comment-priorities"][str(tid)] for tid in tids]
    assert np.abs(priority(total, extremes, meta) - theirs).max() < 1e-9


def test_representative_statements_equal_the_published_ones(published):
    found, tids, groups, aside = published
    ours = representative(groups, aside, Settings())
    for group, told in zip("01", ours, strict=True):
        theirs = found["repness"][group]
        assert [(tids[t.statement], t.direction.name.lower()) for t in told] == [
            (each["tid"], each["repful-for"]) for each in theirs
        ]
        for mine, each in zip(told, theirs, strict=True):
            assert (mine.n_success, mine.n_trials) == (each["n-success"], each["n-trials"])
            assert math.isclose(mine.p, each["p-success"], abs_tol=1e-9)
            assert math.isclose(mine.z, each["p-test"], abs_tol=1e-9)
            assert math.isclose(mine.ratio, each["repness"], abs_tol=1e-9)
            assert math.isclose(mine.z_others, each["repness-test"], abs_tol=1e-6)


def test_consensus_equals_the_published_one(published, polis):
    from covenant.listen.formats import read_export

    found, tids, _, aside = published
    export = read_export(polis / "scoop-hivemind.biodiversity")
    everyone, _ = tally(export.votes, np.full(len(export.participants), -1), 0)
    out = {str(tid) for tid, flag in zip(tids, aside, strict=True) if flag}
    excluded = np.array([s.out or s.id in out for s in export.statements])
    agreed, disagreed = consensus(everyone, excluded, Settings())
    for side, theirs in ((agreed, found["consensus"]["agree"]), (disagreed, found["consensus"]["disagree"])):
        assert [int(export.statements[t.statement].id) for t in side] == [each["tid"] for each in theirs]
        for mine, each in zip(side, theirs, strict=True):
            assert (mine.n_success, mine.n_trials) == (each["n-success"], each["n-trials"])
            assert math.isclose(mine.z, each["p-test"], abs_tol=1e-9)


counts = st.lists(st.tuples(*[st.integers(0, 40)] * 3), min_size=4, max_size=4)


def as_tally(rows):
    return Tally(*(np.array([row[i] for row in rows]) for i in range(3)))


@settings(max_examples=200, deadline=None)
@given(st.lists(counts, min_size=2, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4))
def test_representative_statements_are_the_slow_ones(groups, excluded):
    tallies = tuple(as_tally(rows) for rows in groups)
    ours = representative(tallies, np.array(excluded), Settings())
    slow = naive.representative(groups, excluded)
    for mine, theirs in zip(ours, slow, strict=True):
        assert [(t.statement, t.direction == Vote.AGREE) for t in mine] == theirs
    product = group_aware_consensus(tallies, 4)
    for j in range(4):
        assert np.isclose(product[j], math.prod((g[j][0] + 1) / (sum(g[j]) + 2) for g in groups))


@settings(max_examples=100, deadline=None)
@given(counts, counts)
def test_each_answer_is_compared_as_the_slow_one(mine, rest):
    agree, disagree = compare(as_tally(mine), as_tally(rest))
    for j in range(4):
        for found, slow in zip((agree, disagree), naive.answers(mine[j], rest[j]), strict=True):
            assert np.allclose([found.p[j], found.z[j], found.ratio[j], found.z_others[j]], slow, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(small_votes(), st.data())
def test_the_tally_is_the_slow_one(case, data):
    rows, people, statements, _ = case
    votes = as_votes(rows, people, statements)
    labels = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=people, max_size=people)))
    everyone, groups = tally(votes, labels, 3)
    for found, group in ((everyone, None), *((groups[g], g) for g in range(3))):
        columns = np.stack([found.agrees, found.disagrees, found.passes], axis=1)
        assert columns.tolist() == naive.tally(votes.dense(), labels, group)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.floats(0, 50), st.booleans())
def test_the_priority_is_the_slow_one(agrees, disagrees, passes, extreme, meta):
    one = Tally(np.array([agrees]), np.array([disagrees]), np.array([passes]))
    found = priority(one, np.array([extreme]), np.array([meta]))[0]
    assert math.isclose(found, naive.priority(agrees, disagrees, passes, extreme, meta), rel_tol=1e-12)
    if not agrees + disagrees + passes and not meta and extreme == 0:
        assert found == default_priority()


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_is_the_slow_one(one, two):
    successes, trials = min(one, two), max(one, two)
    assert np.allclose(wilson(successes, trials), naive.wilson(successes, trials), atol=1e-9)


def test_statements_are_drawn_as_often_as_their_probability_says():
    rng = random.Random(7)
    weights = [5.0, 0.0, 1.0, 4.0]
    drawn = [draw(weights, rng) for _ in range(20_000)]
    for i, weight in enumerate(weights):
        times = [chance for index, chance in drawn if index == i]
        assert abs(len(times) / 20_000 - weight / 10) < 0.015
        assert all(chance == weight / 10 for chance in times)
    assert draw([0.0, 0.0], rng)[1] == 0.5
    for wrong in ([], [-1.0], [math.nan], [math.inf]):
        with pytest.raises(ValueError, match=r"statement|priority"):
            draw(wrong, rng)
