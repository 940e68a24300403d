"""Groups are a story, so they are held to stories that were planted."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.listen.engine.conversation import in_conversation
from covenant.listen.engine.groups import groups, silhouette
from covenant.listen.engine.kmeans import kmeans
from covenant.listen.engine.opinion import opinion_map
from covenant.listen.types import Settings
from tests import naive
from tests.listen.conftest import planted, same_groups
from tests.listen.test_engine_positions import as_votes, small_votes


def test_three_planted_groups_are_found_again():
    scores = []
    for seed in range(20):
        votes, planted_groups = planted(seed)
        found = opinion_map(votes, rng=np.random.default_rng(seed))
        scores.append(
            same_groups(found.groups.labels + 1, planted_groups)
        )  # the few in no group count against us
    assert np.median(scores) >= 0.95


def test_the_same_seed_gives_the_same_groups_and_the_largest_comes_first():
    votes, _ = planted(5, groups=2)
    one, two = (opinion_map(votes, rng=np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(one.groups.labels, two.groups.labels)
    assert np.array_equal(one.groups.sizes, np.bincount(one.groups.labels + 1)[1:])
    assert (np.diff(one.groups.sizes) <= 0).all()


@settings(max_examples=80, deadline=None)
@given(small_votes(), st.integers(1, 8), st.integers(1, 20))
def test_who_is_in_the_conversation(case, minimum, fewest):
    rows, people, statements, _ = case
    votes = as_votes(rows, people, statements)
    found = in_conversation(votes, Settings(minimum_votes=minimum, fewest=fewest))
    assert found.tolist() == naive.in_conversation(votes.dense(), minimum, fewest)


points = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(points, st.data())
def test_the_silhouette_is_the_slow_one(places, data):
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(places), max_size=len(places)))
    labels = np.unique(labels, return_inverse=True)[1]
    found = silhouette(np.array(places, float), labels)
    assert np.isclose(found, naive.silhouette(places, labels.tolist()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=7), st.integers(1, 3))
def test_several_starts_come_close_to_the_tightest_division(places, k):
    spots, weights = np.array(places, float), np.arange(1.0, len(places) + 1)
    tries = [kmeans(spots, weights, k, np.random.default_rng(s), still=0.0, iterations=50) for s in range(30)]
    labels, centres, spread = min(tries, key=lambda tried: tried[2])
    assert len(centres) <= k and set(labels.tolist()) == set(range(len(centres)))
    assert np.isclose(spread, naive.spread(places, weights, labels.tolist()), atol=1e-9)
    assert spread <= naive.best_spread(places, weights, k) * 1.0001 + 1e-9


def test_everyone_goes_to_the_nearest_centre():
    rng = np.random.default_rng(6)
    spots = np.r_[rng.normal(size=(500, 2)), rng.normal(size=(500, 2)) + 3]
    labels, centres, spread = kmeans(spots, np.ones(1000), 40, rng, still=0.0, iterations=500)
    distance = ((spots[:, None] - centres[None]) ** 2).sum(axis=2)
    assert np.allclose(distance.min(axis=1), distance[np.arange(1000), labels])
    assert np.isclose(distance.min(axis=1).sum(), spread)


def test_one_place_is_one_group_and_nobody_is_none():
    rng = np.random.default_rng(1)
    alike = groups(np.zeros((20, 2)), np.ones(20, bool), rng, Settings())
    assert alike.n == 1 and alike.silhouettes == {}
    nobody = groups(np.zeros((3, 2)), np.zeros(3, bool), rng, Settings())
    assert nobody.n == 0 and (nobody.labels == -1).all()
