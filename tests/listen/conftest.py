"""The real conversations, where they are there, and votes that were made up."""

import os
from pathlib import Path

import numpy as np
import pytest

from covenant.listen.types import Votes

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "polis"
NAMES = (
    "american-assembly.bowling-green",
    "brexit-consensus",
    "london.youth.policing",
    "scoop-hivemind.biodiversity",
    "vtaiwan.uberx",
)
_read = {}


@pytest.fixture(scope="session")
def polis():
    if not DATA.is_dir():
        pytest.skip("the real Polis conversations are not here (set COVENANT_DATA to their folder)")
    return DATA


@pytest.fixture(params=NAMES)
def conversation(request, polis):
    """Each real conversation in turn, read once."""
    from covenant.listen.formats import read_export

    if request.param not in _read:
        _read[request.param] = read_export(polis / request.param)
    return _read[request.param]


def planted(seed, *, people=2000, statements=60, seen=0.3, groups=3, faith=0.9):
    """Votes of people who answer as their group does with probability `faith`, and the group of each."""
    rng = np.random.default_rng(seed)
    of = rng.integers(groups, size=people)
    answers = rng.choice([-1, 1], (groups, statements))
    follows = rng.random((people, statements)) < faith
    values = np.where(follows, answers[of], -answers[of])
    who, what = np.nonzero(rng.random((people, statements)) < seen)
    return Votes.of(who, what, values[who, what], n_participants=people, n_statements=statements), of


def same_groups(one, two):
    """The adjusted Rand index: 1 where two divisions agree, about 0 where only chance does."""
    table = np.zeros((max(one) + 1, max(two) + 1))
    np.add.at(table, (np.asarray(one), np.asarray(two)), 1)

    def pairs(counts):
        return (counts * (counts - 1) / 2).sum()

    rows, columns, n = pairs(table.sum(axis=1)), pairs(table.sum(axis=0)), len(one)
    expected = rows * columns / (n * (n - 1) / 2)
    return (pairs(table) - expected) / ((rows + columns) / 2 - expected)
