"""Positions are exact, however they are worked out."""

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.listen.engine.positions import positions
from covenant.listen.engine.summary import summarise
from covenant.listen.types import Votes
from tests import naive
from tests.listen.conftest import planted


def moderated_out(conversation):
    return np.array([statement.out for statement in conversation.statements])


def assert_same(found, exact):
    """Equal up to the sign of each axis, to 1e-6 of the largest."""
    largest = max(np.abs(exact).max(initial=0), 1e-12)
    for axis in (0, 1):
        sign = np.sign(found[:, axis] @ exact[:, axis]) or 1
        assert np.abs(found[:, axis] * sign - exact[:, axis]).max(initial=0) <= 1e-6 * largest


def test_positions_equal_exact_components_on_every_real_conversation(conversation):
    out = moderated_out(conversation)
    exact, _, explained = naive.positions(conversation.votes.dense(), out)
    for gram in (True, False, None):
        found, axes = positions(conversation.votes, out, gram=gram)
        assert_same(found, exact)
        assert np.allclose(axes.explained, explained)


def test_partitions_and_threads_give_the_same_map():
    votes, _ = planted(1)
    none = np.zeros(votes.n_statements, bool)
    whole, _ = positions(votes, none)
    with ThreadPoolExecutor(2) as pool:
        parted, _ = positions(votes, none, each=pool.map, parts=7)
    assert_same(parted, whole)


def test_ten_partitions_merge_to_the_bit():
    votes, _ = planted(2)
    whole = summarise(votes)
    parts = list(votes.partitions(10))
    assert len(parts) == 10
    for order in (parts, parts[::-1]):
        merged = reduce(add, map(summarise, order))
        for name in ("voted", "sums", "squares", "crossed", "together"):
            assert np.array_equal(getattr(merged, name), getattr(whole, name))
    out = np.zeros(votes.n_statements, bool)
    one, _ = positions(votes, out, gram=True)
    ten, _ = positions(votes, out, gram=True, parts=10)
    assert np.array_equal(one, ten)


@st.composite
def small_votes(draw):
    people, statements = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    cell = st.tuples(st.integers(0, people - 1), st.integers(0, statements - 1), st.integers(-1, 1))
    rows = draw(st.lists(cell, max_size=60))
    zeroed = draw(st.lists(st.booleans(), min_size=statements, max_size=statements))
    return rows, people, statements, np.array(zeroed)


def as_votes(rows, people, statements):
    who, what, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Votes.of(
        np.array(who, int),
        np.array(what, int),
        np.array(value, int),
        n_participants=people,
        n_statements=statements,
    )


@settings(max_examples=150, deadline=None)
@given(small_votes())
def test_votes_keep_the_latest_and_positions_keep_the_distances(case):
    rows, people, statements, zeroed = case
    votes = as_votes(rows, people, statements)
    matrix = naive.latest(rows, people, statements)
    assert np.array_equal(votes.dense(), matrix, equal_nan=True)
    exact, loadings, explained = naive.positions(matrix, zeroed)
    for gram in (True, False):
        found, axes = positions(votes, zeroed, gram=gram)
        assert np.isfinite(found).all() and np.isfinite(axes.loadings).all()
        assert np.allclose(axes.explained, explained, atol=1e-9)
        if explained[0] - explained[1] > 1e-3:  # otherwise the axes are free to turn
            assert np.allclose(np.abs(found[:, 0]), np.abs(exact[:, 0]), atol=1e-6)
            assert np.allclose(np.abs(axes.loadings[0]), np.abs(loadings[0]), atol=1e-6)


def test_the_two_longest_axes_are_found_where_eigenvalues_are_equal_or_close():
    from covenant.listen.engine.leading import leading

    rng = np.random.default_rng(3)
    basis = np.linalg.qr(rng.normal(size=(300, 300)))[0]
    for values in (
        np.r_[5, 5, 5, np.ones(297)],
        np.r_[5, 4.999, 4.998, np.linspace(4.9, 0, 297)],
        np.zeros(300),
    ):
        matrix = (basis * values) @ basis.T
        found, vectors = leading(lambda block, matrix=matrix: matrix @ block, 300)
        assert np.allclose(found, values[:2], atol=1e-8)
        assert np.linalg.norm(matrix @ vectors.T - vectors.T * found) < 1e-8


def test_inputs_are_not_touched_and_shapes_are_checked():
    votes, _ = planted(4, people=50)
    before = votes.values.copy()
    positions(votes, np.zeros(60, bool))
    assert np.array_equal(votes.values, before)
    with pytest.raises(ValueError, match="read-only"):
        votes.values[0] = 1
    with pytest.raises(ValueError, match="one flag"):
        positions(votes, np.zeros(59, bool))
    with pytest.raises(ValueError, match="rise"):
        Votes(np.array([0, 2]), np.array([1, 1]), np.array([1, 1]), 2)
    with pytest.raises(ValueError, match="-1, 0 or 1"):
        Votes.of([0], [0], [7], n_participants=1, n_statements=1)
