"""What one partition of participants says, as whole numbers that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from covenant.listen.types import Floats, Ints, Votes


@dataclass(frozen=True, eq=False)
class Summary:
    """Counts over participants, from which the directions of difference follow. Two of them add up.

    With X the votes (0 where unseen) and B what was voted on: c = sums of B, s = sums of X, squares = X'X,
    crossed = X'B, together = B'B. All int64, so the order of adding changes nothing.
    """

    voted: Ints
    sums: Ints
    squares: Ints
    crossed: Ints
    together: Ints

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.voted + other.voted,
            self.sums + other.sums,
            self.squares + other.squares,
            self.crossed + other.crossed,
            self.together + other.together,
        )


def summarise(votes: Votes) -> Summary:
    """Sum up how pairs of statements were voted on together, for the people of one partition.

    Parameters
    ----------
    votes : Votes

    Returns
    -------
    Summary
        Two vectors of n_statements and three square matrices.

    Raises
    ------
    TypeError
        Something other than `Votes` was given.

    Examples
    --------
    >>> votes = Votes.of([0, 0, 1], [0, 1, 0], [1, -1, 1], n_participants=2, n_statements=2)
    >>> summarise(votes).squares
    array([[ 2, -1],
           [-1,  1]])

    References
    ----------
    docs/engines.md, "Positions".
    """
    if not isinstance(votes, Votes):
        raise TypeError("summarise takes Votes")
    n = votes.n_statements
    pairs = np.zeros((n, n, 3), np.int64)  # side by side, for they are written together
    _pairs(votes.indptr, votes.statements, votes.values, pairs)
    voted = np.bincount(votes.statements, minlength=n).astype(np.int64)
    sums = np.bincount(votes.statements, votes.values, minlength=n).astype(np.int64)
    return Summary(voted, sums, pairs[..., 0], pairs[..., 1], pairs[..., 2])


def centred(summary: Summary, active: np.ndarray) -> Floats:
    """The Gram matrix of the mean-imputed, centred votes, for the active statements.

    Examples
    --------
    >>> votes = Votes.of([0, 1], [0, 0], [1, -1], n_participants=2, n_statements=1)
    >>> centred(summarise(votes), np.array([True]))
    array([[2.]])
    """
    keep = np.flatnonzero(active)
    pick = np.ix_(keep, keep)
    mean = summary.sums[keep] / summary.voted[keep]
    crossed = summary.crossed[pick] * mean
    gram: Floats = summary.squares[pick] - crossed - crossed.T + np.outer(mean, mean) * summary.together[pick]
    return gram


@njit(nogil=True, cache=True)
def _pairs(indptr, statements, values, pairs):  # type: ignore[no-untyped-def]
    for i in range(len(indptr) - 1):
        for a in range(indptr[i], indptr[i + 1]):
            j, x = statements[a], np.int64(values[a])
            for b in range(indptr[i], indptr[i + 1]):
                k = statements[b]
                pairs[j, k, 0] += x * values[b]
                pairs[j, k, 1] += x
                pairs[j, k, 2] += 1
