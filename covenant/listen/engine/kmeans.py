"""Gathering points round centres in the plane."""

import numpy as np
from numba import njit

from covenant.listen.types import Floats


def kmeans(
    points: Floats, weights: Floats, k: int, rng: np.random.Generator, *, still: float, iterations: int
) -> tuple[np.ndarray, Floats, float]:
    """Gather points round at most k centres, each the middle of those nearest to it.

    Parameters
    ----------
    points : float64 array, n by 2
    weights : float64 array of n, above 0
    k : int
    rng : numpy.random.Generator
        Draws the start: each next centre far from those there already (k-means++).
    still : float
        Stop when no centre moves further than this.
    iterations : int
        Stop after so many moves.

    Returns
    -------
    labels : int32 array of n
    centres : float64 array, at most k by 2; fewer where there are fewer distinct points
    spread : float
        The weighted sum of squared distances to the centres.

    Raises
    ------
    ValueError
        The shapes differ, there is no point, or k is less than 1.

    Examples
    --------
    >>> points = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 9.0]])
    >>> kmeans(points, np.ones(3), 2, np.random.default_rng(1), still=0.0, iterations=20)[2]
    0.5

    References
    ----------
    D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding" (2007).
    """
    if points.ndim != 2 or points.shape != (len(weights), 2) or not len(points) or k < 1:
        raise ValueError("n by 2 points, n weights, and at least one of each and one centre")
    # The start needs no more than a sample: it only has to be spread out.
    sample = rng.choice(len(points), min(len(points), 40 * k + 1000), replace=False)
    centres = _spread_out(points[sample], weights[sample], rng.random(k))
    labels = np.zeros(len(points), np.int32)
    spread = _gather(points, weights, centres, labels, still, iterations)
    used, rank = np.unique(labels, return_inverse=True)
    return rank.astype(np.int32), centres[used], float(spread)


@njit(nogil=True, cache=True)
def _spread_out(points, weights, draws):  # type: ignore[no-untyped-def]
    n, k = len(points), len(draws)
    centres = np.zeros((k, 2))
    nearest = np.full(n, np.inf)
    for c in range(k):
        total = 0.0
        for i in range(n):
            total += weights[i] * (1.0 if c == 0 else nearest[i])
        if total <= 0.0:
            return centres[:c]
        mark, pick = draws[c] * total, n - 1
        for i in range(n):
            weight = weights[i] * (1.0 if c == 0 else nearest[i])
            mark -= weight
            if mark < 0.0 and weight > 0.0:
                pick = i
                break
        if c > 0 and nearest[pick] == 0.0:
            pick = np.argmax(nearest)
        centres[c] = points[pick]
        for i in range(n):
            d = (points[i, 0] - centres[c, 0]) ** 2 + (points[i, 1] - centres[c, 1]) ** 2
            nearest[i] = min(nearest[i], d)
    return centres


@njit(nogil=True, cache=True)
def _nearest(x, y, centres, rank, start):  # type: ignore[no-untyped-def]
    """Scan the centres, which stand in order of their x, outwards from `start` until none further can be
    nearer.
    """
    best, at = np.inf, start
    for i in range(start, len(centres)):
        dx = centres[i, 0] - x
        if dx > 0 and dx * dx > best:
            break
        d = dx * dx + (centres[i, 1] - y) ** 2
        if d < best or (d == best and rank[i] < rank[at]):
            best, at = d, i
    for i in range(start - 1, -1, -1):
        dx = centres[i, 0] - x
        if dx < 0 and dx * dx > best:
            break
        d = dx * dx + (centres[i, 1] - y) ** 2
        if d < best or (d == best and rank[i] < rank[at]):
            best, at = d, i
    return at, best


@njit(nogil=True, cache=True)
def _gather(points, weights, centres, labels, still, iterations):  # type: ignore[no-untyped-def]
    n, k = len(points), len(centres)
    place = np.zeros(k, np.int64)
    for turn in range(iterations + 1):
        rank = np.argsort(centres[:, 0], kind="mergesort")
        for i in range(k):
            place[rank[i]] = i
        ordered = centres[rank]
        sums, mass, spread = np.zeros((k, 2)), np.zeros(k), 0.0
        for i in range(n):
            at, d = _nearest(points[i, 0], points[i, 1], ordered, rank, place[labels[i]])
            c = rank[at]
            labels[i] = c
            sums[c, 0] += weights[i] * points[i, 0]
            sums[c, 1] += weights[i] * points[i, 1]
            mass[c] += weights[i]
            spread += weights[i] * d
        if turn == iterations:
            return spread
        moved = 0.0
        for c in range(k):
            if mass[c] > 0:
                x, y = sums[c, 0] / mass[c], sums[c, 1] / mass[c]
                moved = max(moved, (x - centres[c, 0]) ** 2 + (y - centres[c, 1]) ** 2)
                centres[c, 0], centres[c, 1] = x, y
        if moved <= still * still:
            return spread
    return spread
