"""The whole map where there is next to nothing to draw: an answer every time, and never a NaN."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.listen.engine.opinion import opinion_map
from covenant.listen.figures import figures
from covenant.listen.pictures import opinion_map as picture
from covenant.listen.report import report
from covenant.listen.types import Statement, Votes
from tests.listen.test_engine_positions import as_votes, small_votes


def statements(n, out=()):
    return [Statement(str(j), f"Statement {j}", out=j in out) for j in range(n)]


def whole(votes, out=()):
    """Everything that is made of votes, public and not, with a look for what is not a number."""
    flags = np.array([j in out for j in range(votes.n_statements)], bool)
    found = opinion_map(votes, rng=np.random.default_rng(1), out=flags)
    for name in ("positions", "group_aware", "extremity", "priority"):
        assert np.isfinite(getattr(found, name)).all(), name
    for public in (False, True):
        made = figures(found, statements(votes.n_statements, out), public=public, seed=1)
        json.dumps(made, allow_nan=False)
        assert "nan" not in picture(made) and "</html>" in report(made)
    return found


def table(rows):
    matrix = np.array(rows, float)
    who, what = np.nonzero(~np.isnan(matrix))
    n, m = matrix.shape
    return Votes.of(who, what, matrix[who, what].astype(int), n_participants=n, n_statements=m)


CASES = {
    "nobody": Votes.of([], [], [], n_participants=0, n_statements=0),
    "nobody, one statement": Votes.of([], [], [], n_participants=0, n_statements=1),
    "people without votes": Votes.of([], [], [], n_participants=3, n_statements=2),
    "one person": table([[1, -1, 0]]),
    "one statement": table([[1], [-1], [0]] * 9),
    "all pass": table(np.zeros((30, 8))),
    "identical voters": table([[1, -1, 1, 0, 1, 1, -1, 1]] * 40),
    "two camps": table([[1] * 8, [-1] * 8] * 20),
    "two people": table([[1, 1], [-1, 1]]),
    "nobody saw the second": table([[1, np.nan], [-1, np.nan]] * 10),
}


@pytest.mark.parametrize("name", CASES)
def test_extremes_have_an_answer(name):
    whole(CASES[name])


def test_everything_moderated_out_puts_everyone_at_one_place():
    votes = CASES["two camps"]
    found = whole(votes, out=range(8))
    assert (found.positions == 0).all() and found.groups.n == 1
    assert found.agreed == found.disagreed == () and found.representative == ((),)


def test_identical_voters_are_one_group_and_two_camps_are_two():
    assert whole(CASES["identical voters"]).groups.n == 1
    assert whole(CASES["two camps"]).groups.sizes.tolist() == [20, 20]


def test_few_people_are_all_in_the_conversation():
    rng = np.random.default_rng(2)
    found = whole(table(rng.integers(-1, 2, (11, 20))))
    assert (found.groups.labels >= 0).all()


def test_a_meta_statement_stays_out_of_the_map_and_weighs_49():
    votes = CASES["two camps"]
    meta = np.arange(8) == 3
    found = opinion_map(votes, rng=np.random.default_rng(1), meta=meta)
    assert found.axes.loadings[:, 3].tolist() == [0, 0] and found.priority[3] == 49
    assert all(told.statement != 3 for group in found.representative for told in group)


@settings(max_examples=60, deadline=None)
@given(small_votes())
def test_any_small_conversation_has_an_answer(case):
    rows, people, n, zeroed = case
    whole(as_votes(rows, people, n), out=set(np.flatnonzero(zeroed).tolist()))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.05, 1))
def test_any_larger_conversation_has_an_answer(seed, seen):
    rng = np.random.default_rng(seed)
    matrix = rng.choice([-1.0, 0.0, 1.0, np.nan], (60, 30), p=[0.3 * seen, 0.1 * seen, 0.6 * seen, 1 - seen])
    whole(table(matrix))
