"""Where each participant stands on the map."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numba import njit

from covenant.listen.engine.leading import leading
from covenant.listen.engine.summary import centred, summarise
from covenant.listen.types import Axes, Flags, Floats, Votes

Each = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]


def positions(
    votes: Votes, zeroed: Flags, *, each: Each = map, parts: int = 1, gram: bool | None = None
) -> tuple[Floats, Axes]:
    """Place people who voted alike near each other, along the two directions in which votes differ most.

    Parameters
    ----------
    votes : Votes
    zeroed : bool array of n_statements
        Statements kept out of the map (moderated out, or meta): as if everyone had passed on them.
    each : callable
        Like `map`: how the work of each partition is done (in threads, say).
    parts : int
        Into how many partitions of participants the work is cut.
    gram : bool, optional
        Whether to sum up pairs of statements first, or to pass over the votes again and again. By default
        whichever is less work. Both give the same map.

    Returns
    -------
    positions : float64 array, n_participants by 2
    axes : Axes

    Raises
    ------
    ValueError
        `zeroed` has not one flag for each statement, or there is no partition.

    Examples
    --------
    >>> votes = Votes.of([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, -1, -1], n_participants=2, n_statements=2)
    >>> places, axes = positions(votes, np.zeros(2, bool))
    >>> places.round(3) + 0.0
    array([[ 1.414,  0.   ],
           [-1.414,  0.   ]])
    >>> axes.explained
    array([1., 0.])

    References
    ----------
    C. Small et al., "Polis: scaling deliberation by mapping high dimensional opinion spaces", Recerca 26
    (2021).
    """
    if zeroed.shape != (votes.n_statements,):
        raise ValueError("one flag for each statement")
    if parts < 1:
        raise ValueError("at least one partition")
    voted = np.bincount(votes.statements, minlength=votes.n_statements)
    active = (voted > 0) & ~zeroed
    mean = np.zeros(votes.n_statements)
    sums = np.bincount(votes.statements, votes.values, minlength=votes.n_statements)
    mean[active] = sums[active] / voted[active]
    pieces = list(votes.partitions(parts)) if parts > 1 else [votes]
    size = int((voted > 0).sum())
    loadings, explained = np.zeros((2, votes.n_statements)), np.zeros(2)
    if active.any():
        by_pairs = _pairs_are_less(votes, int(active.sum())) if gram is None else gram
        times = _by_pairs(pieces, active, each) if by_pairs else _by_passes(pieces, mean, active, each)
        values, loadings[:, active] = leading(times, int(active.sum()))
        squares = np.bincount(votes.statements, votes.values != 0, minlength=votes.n_statements)
        total = float((squares - mean * sums)[active].sum())
        explained = values / total if total > 0 and values[0] > 0 else explained
    axes = Axes(mean, loadings, np.minimum(explained, 1.0), size)
    also = int((zeroed & (voted > 0)).sum())  # a zeroed statement counts as voted on by everyone
    places = list(each(lambda piece: _places(piece, axes, active, also), pieces))
    return np.concatenate(places) if places else np.zeros((0, 2)), axes


def _pairs_are_less(votes: Votes, n: int) -> bool:
    """Pairs pay where few statements are seen by very many people, each of whom answered a few of them
    (measured).
    """
    cast = votes.cast.astype(np.float64)
    return n <= 256 and float(cast @ cast) <= 40.0 * votes.n_votes


def _by_pairs(pieces: list[Votes], active: Flags, each: Each) -> Callable[[Floats], Floats]:
    matrix = centred(reduce(add, each(summarise, pieces)), active)
    return lambda block: matrix @ block


def _by_passes(pieces: list[Votes], mean: Floats, active: Flags, each: Each) -> Callable[[Floats], Floats]:
    def times(block: Floats) -> Floats:
        wide = np.zeros((len(mean), block.shape[1]))
        wide[active] = block

        def one(piece: Votes) -> Floats:
            out = np.zeros_like(wide)
            _pass(piece.indptr, piece.statements, piece.values, mean, active, wide, out)
            return out

        total: Floats = reduce(add, each(one, pieces))
        return total[active]

    return times


def _places(piece: Votes, axes: Axes, active: Flags, also: int) -> Floats:
    out = np.zeros((piece.n_participants, 2))
    _project(
        piece.indptr, piece.statements, piece.values, axes.centre, active, axes.loadings, also, axes.size, out
    )
    return out


@njit(nogil=True, cache=True)
def _pass(indptr, statements, values, mean, active, block, out):  # type: ignore[no-untyped-def]
    width = block.shape[1]
    along = np.zeros(width)
    for i in range(len(indptr) - 1):
        along[:] = 0.0
        for a in range(indptr[i], indptr[i + 1]):
            j = statements[a]
            if active[j]:
                z = values[a] - mean[j]
                for b in range(width):
                    along[b] += z * block[j, b]
        for a in range(indptr[i], indptr[i + 1]):
            j = statements[a]
            if active[j]:
                z = values[a] - mean[j]
                for b in range(width):
                    out[j, b] += z * along[b]


@njit(nogil=True, cache=True)
def _project(indptr, statements, values, mean, active, loadings, also, size, out):  # type: ignore[no-untyped-def]
    for i in range(len(indptr) - 1):
        x, y, counted = 0.0, 0.0, also
        for a in range(indptr[i], indptr[i + 1]):
            j = statements[a]
            if active[j]:
                z = values[a] - mean[j]
                x += z * loadings[0, j]
                y += z * loadings[1, j]
                counted += 1
        if counted > 0:
            scale = np.sqrt(size / counted)
            out[i, 0] = x * scale
            out[i, 1] = y * scale
