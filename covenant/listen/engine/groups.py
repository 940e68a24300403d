"""Which people vote alike."""

from __future__ import annotations

import numpy as np

from covenant.listen.engine.kmeans import kmeans
from covenant.listen.types import Flags, Floats, Groups, Settings


def groups(positions: Floats, inside: Flags, rng: np.random.Generator, settings: Settings) -> Groups:
    """Gather people who stand near each other on the map into groups: one story about them, not a truth.

    Parameters
    ----------
    positions : float64 array, n_participants by 2
    inside : bool array of n_participants
        Who is in the conversation.
    rng : numpy.random.Generator
    settings : Settings
        `base_clusters`, `max_groups` and `restarts`.

    Returns
    -------
    Groups
        The largest first, and of equals the one whose first member comes first. One group where everyone
        stands at one place, none where nobody is in the conversation.

    Raises
    ------
    ValueError
        The shapes differ, or a position is not finite.

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [5.0, 5.0], [5.1, 5.0], [9.0, 9.0]])
    >>> found = groups(places, np.array([True] * 5 + [False]), np.random.default_rng(1), Settings())
    >>> found.labels
    array([ 0,  0,  0,  1,  1, -1], dtype=int32)

    References
    ----------
    P. Rousseeuw, "Silhouettes", J. Comp. Appl. Math. 20 (1987).
    """
    if positions.shape != (len(inside), 2):
        raise ValueError("two numbers and one flag for each participant")
    if not np.isfinite(positions).all():
        raise ValueError("a position is a finite number")
    labels = np.full(len(inside), -1, np.int32)
    points = positions[inside]
    if not len(points):
        return Groups(labels, np.zeros(0, np.int64), np.zeros((0, 2)))
    base, centres, _ = kmeans(
        points, np.ones(len(points)), settings.base_clusters, rng, still=0.01, iterations=100
    )
    weights = np.bincount(base).astype(np.float64)
    of_base, silhouettes = _best(centres, weights, rng, settings)
    found = of_base[base]
    sizes = np.bincount(found)
    first = np.unique(found, return_index=True)[1]
    order = np.lexsort((first, -sizes))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    labels[inside] = rank[found]
    middles = np.stack([np.bincount(found, points[:, d]) / sizes for d in (0, 1)], axis=1)
    return Groups(labels, sizes[order].astype(np.int64), middles[order], silhouettes)


def _best(
    centres: Floats, weights: Floats, rng: np.random.Generator, settings: Settings
) -> tuple[np.ndarray, dict[int, float]]:
    """The number of groups with the clearest silhouette; for each number, the tightest of several starts."""
    n = len(centres)
    silhouettes: dict[int, float] = {}
    best = np.zeros(n, np.int32)
    for k in range(2, min(settings.max_groups, 2 + n // 12, n) + 1):
        tries = [kmeans(centres, weights, k, rng, still=0.0, iterations=50) for _ in range(settings.restarts)]
        labels = min(tries, key=lambda tried: tried[2])[0]
        clarity = silhouette(centres, labels)
        if clarity > max(silhouettes.values(), default=-2.0):
            best = labels
        silhouettes[k] = clarity
    return best, silhouettes


def silhouette(points: Floats, labels: np.ndarray) -> float:
    """How much nearer points are to their own group than to the next: 1 clear, 0 none, below 0 wrong.

    Parameters
    ----------
    points : float64 array, n by 2
    labels : int array of n, from 0 without gaps

    Returns
    -------
    float
        The plain mean over points; a point alone in its group counts 0. 0 where there is one group.

    Raises
    ------
    ValueError
        The shapes differ.

    Examples
    --------
    >>> round(silhouette(np.array([[0.0, 0], [1.0, 0], [9.0, 0], [10.0, 0]]), np.array([0, 0, 1, 1])), 3)
    0.889
    """
    if points.shape != (len(labels), 2):
        raise ValueError("one label for each point")
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    distance = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    member = np.eye(len(sizes))[labels]
    sums = distance @ member
    own = member.astype(bool)
    within = sums[own] / np.maximum(sizes[labels] - 1, 1)
    mean = np.where(own, np.inf, sums / sizes)
    between = mean.min(axis=1)
    larger = np.maximum(within, between)
    value = np.divide(between - within, larger, out=np.zeros_like(larger), where=larger > 0)
    return float(np.where(sizes[labels] > 1, value, 0.0).mean())
