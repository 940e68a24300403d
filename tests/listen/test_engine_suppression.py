"""An attacker with every public file and a pencil."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.listen.engine.consensus import group_aware_consensus
from covenant.listen.engine.opinion import opinion_map
from covenant.listen.engine.representative import representative
from covenant.listen.engine.suppression import shown
from covenant.listen.engine.tally import tally
from covenant.listen.figures import figures
from covenant.listen.outputs import documents
from covenant.listen.types import Groups, OpinionMap, Statement, Votes
from tests.listen.conftest import planted


def crowd(seed, people=120, n=12):
    """A large group, a middling one, a small one, and people who hardly voted: small cells everywhere."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        kind = rng.choice(4, p=[0.5, 0.3, 0.05, 0.15])
        for j in rng.choice(n, 2 if kind == 3 else rng.integers(7, n), replace=False):
            rows.append((person, j, rng.choice([1, 1, -1, 0]) * (-1 if kind == 1 else 1)))
    who, what, value = zip(*rows, strict=True)
    return Votes.of(who, what, value, n_participants=people, n_statements=n)


def with_small_group(opinion: OpinionMap, votes: Votes, rng) -> OpinionMap:
    """The same map with six people moved into a group of their own."""
    labels = opinion.groups.labels.copy()
    n = opinion.groups.n
    labels[rng.choice(np.flatnonzero(labels == 0), 6, replace=False)] = n
    sizes = np.bincount(labels[labels >= 0], minlength=n + 1)
    centres = np.vstack([opinion.groups.centres, [[0.0, 0.0]]])
    everyone, by_group = tally(votes, labels, n + 1)
    none = np.zeros(votes.n_statements, bool)
    return replace(
        opinion,
        groups=Groups(labels, sizes, centres, opinion.groups.silhouettes),
        everyone=everyone,
        by_group=by_group,
        representative=representative(by_group, none, opinion.settings),
        group_aware=group_aware_consensus(by_group, votes.n_statements),
    )


@pytest.fixture(params=range(6))
def public(request):
    votes = crowd(request.param)
    opinion = opinion_map(votes, rng=np.random.default_rng(request.param))
    if request.param % 2:
        opinion = with_small_group(opinion, votes, np.random.default_rng(request.param))
    statements = [Statement(str(j), f"Statement {j}") for j in range(votes.n_statements)]
    people = [str(i) for i in range(votes.n_participants)]
    made = figures(opinion, statements, public=True, seed=0)
    return made, opinion, documents(made, opinion, people)


def test_nothing_shown_speaks_of_fewer_than_ten_people(public):
    made, _, _ = public
    for row in made["statements"]:
        assert row["seen"] is None or row["seen"] >= 10 or row["seen"] == 0
        for cell in row["groups"]:
            assert not cell["seen"] or cell["seen"] >= 10
    assert all(group["size"] is None or group["size"] >= 10 for group in made["groups"])
    assert all(cell["count"] >= 10 for cell in made["map"]["cells"])
    for group in made["groups"]:
        assert all(told["n_trials"] >= 10 for told in group["representative"])


def test_what_is_hidden_cannot_be_had_by_subtraction(public):
    """Each total less what is shown leaves nobody, or ten people or more in at least two places."""
    made, opinion, _ = public
    outside_people = int((opinion.groups.labels < 0).sum())
    for j, row in enumerate(made["statements"]):
        if row["seen"] is None:
            continue
        hidden = [g for g, cell in enumerate(row["groups"]) if cell["seen"] is None]
        left = row["seen"] - sum(cell["seen"] or 0 for cell in row["groups"])
        places = len(hidden) + (row["counted"] == "everyone" and outside_people > 0)
        small = [int(opinion.by_group[g].seen[j]) for g in hidden]
        assert left == 0 or left >= 10
        if any(n < 10 for n in small) and row["counted"] == "everyone":
            assert places >= 2
        if len(hidden) < len(row["groups"]):
            assert all(left - n >= 10 for n in small if n < 10)


def test_what_rests_on_hidden_counts_is_hidden_too(public):
    """A product over groups, or a comparison with all others, would give the hidden count away."""
    made, _, _ = public
    rows = {row["id"]: row for row in made["statements"]}
    for row in made["statements"]:
        if any(cell["seen"] is None for cell in row["groups"]):
            assert row["group_aware_consensus"] is None
        assert row["extremity"] is None and row["priority"] is None
    for g, group in enumerate(made["groups"]):
        for told in group["representative"]:
            cells = rows[told["statement"]]["groups"]
            assert cells[g]["seen"] == told["n_trials"]
            if any(cell["seen"] is None for cell in cells):
                assert told["ratio"] is None and told["z_others"] is None
    for side in ("agree", "disagree"):
        for told in made["consensus"][side]:
            assert told["n_trials"] == rows[told["statement"]]["seen"]
    assert made["votes"] == sum(row["seen"] or 0 for row in made["statements"])


def test_the_sizes_of_small_groups_cannot_be_had_by_subtraction(public):
    made, opinion, _ = public
    hidden = [g for g, group in enumerate(made["groups"]) if group["size"] is None]
    left = made["participants"]["total"] - sum(group["size"] or 0 for group in made["groups"])
    if hidden:
        assert made["participants"]["in_groups"] is None and made["participants"]["outside"] is None
        assert len(hidden) + int((opinion.groups.labels < 0).any()) >= 2
        assert all(left - opinion.groups.sizes[g] >= 10 for g in hidden if opinion.groups.sizes[g] < 10)
        drawn = {cell["group"] for cell in made["map"]["cells"]}
        assert not any(opinion.groups.sizes[g] < 10 for g in drawn)


def test_the_other_files_say_no_more_than_the_figures(public):
    made, _, written = public
    assert sorted(written) == ["opinion.json", "report.html", "statements.csv"]
    for line, row in zip(
        csv.DictReader(io.StringIO(written["statements.csv"])), made["statements"], strict=True
    ):
        for cell, group in zip(row["groups"], made["groups"], strict=True):
            for name in ("agrees", "disagrees", "passes", "seen"):
                shown_there = line[f"{name}_{group['label']}"]
                assert shown_there == ("" if cell[name] is None else str(cell[name]))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=5),
    st.integers(0, 40),
)
def test_any_row_of_counts_is_safe(groups, outside):
    bases = [min(base, 9) if small else base for base, small in groups]
    result = shown(bases, outside, [small for _, small in groups])
    if not result.total:
        assert not any(result.groups) and sum(bases) + outside < 10
        return
    total = sum(bases) + (outside if result.everyone else 0)
    left = total - sum(base for base, flag in zip(bases, result.groups, strict=True) if flag)
    parts = [base for base, flag in zip(bases, result.groups, strict=True) if not flag]
    assert all(base >= 10 or base == 0 for base, flag in zip(bases, result.groups, strict=True) if flag)
    assert (left == 0 and not any(parts)) or left >= 10
    if any(result.groups):
        for part in [*parts, outside if result.everyone else 10]:
            assert part >= 10 or left - part >= 10 or (part == 0 and left == 0 and not parts)


def test_with_nothing_small_nothing_is_hidden():
    votes, _ = planted(3)
    opinion = opinion_map(votes, rng=np.random.default_rng(3))
    made = figures(opinion, [Statement(str(j), "x") for j in range(60)], public=True)
    assert all(cell["seen"] for row in made["statements"] for cell in row["groups"])
