"""Which places are most like another: the nearest by features whose spread is made the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

VERSION = "similar/1"
NEAREST = 8
FEWEST = 10  # places of a class, below which "similar" would mean little


@dataclass(frozen=True)
class Neighbours:
    """Those nearest to one place: how far, and what share of all pairs lies further apart."""

    codes: tuple[str, ...]
    distances: tuple[float, ...]
    closer_than: tuple[float, ...]


@dataclass(frozen=True)
class Nearness:
    """A class of places: which features told them apart, and the neighbours of each."""

    n: int
    used: tuple[int, ...]  # positions of the features that vary within the class
    means: tuple[float, ...]  # of every feature
    quartiles: tuple[float, float, float]  # of the distances of all pairs
    neighbours: Mapping[str, Neighbours]


def nearest(features: Mapping[str, Sequence[float]], most: int = NEAREST) -> Nearness | None:
    """Find for each place those most like it.

    Each feature is taken from its mean and divided by its standard deviation over the class; the distance
    of two places is the root of the mean squared difference, so 0.5 reads as "they differ by half a standard
    deviation in a feature". All features weigh the same.

    Parameters
    ----------
    features
        By code, the features of each place of one class, in the same order; none may be missing.
    most
        How many neighbours each place gets.

    Returns
    -------
    Nearness or None
        None where the class has fewer than `FEWEST` places or nothing that varies.

    Raises
    ------
    ValueError
        Where places have different numbers of features, or one that is not finite.

    Examples
    --------
    >>> found = nearest({f"E{i:02}": (i, 10.0) for i in range(10)}, most=2)
    >>> found.neighbours["E00"].codes, found.used
    (('E01', 'E02'), (0,))
    >>> round(found.neighbours["E00"].distances[0], 3)
    0.348

    Reference
    ---------
    Nearest-neighbour models of local authorities, such as CIPFA's; the features and the weights are ours.
    """
    codes = sorted(features)
    if len(codes) < FEWEST:
        return None
    if len({len(values) for values in features.values()}) > 1:
        raise ValueError("every place has the same features")
    table = np.array([features[code] for code in codes], float)
    if not np.isfinite(table).all():
        raise ValueError("a feature is a finite number")
    spread = table.std(axis=0)
    used = np.flatnonzero(spread > 1e-12 * np.maximum(1.0, np.abs(table).max(axis=0)))
    if not len(used):
        return None
    z = (table[:, used] - table[:, used].mean(axis=0)) / spread[used]
    apart = np.sqrt(np.mean((z[:, None, :] - z[None, :, :]) ** 2, axis=2))
    pairs = np.sort(apart[np.triu_indices(len(codes), 1)])
    low, middle, high = (float(value) for value in np.quantile(pairs, (0.25, 0.5, 0.75)))
    return Nearness(
        len(codes),
        tuple(int(each) for each in used),
        tuple(float(value) for value in table.mean(axis=0)),
        (low, middle, high),
        {code: _of(row, codes, apart[row], pairs, most) for row, code in enumerate(codes)},
    )


def _of(row: int, codes: list[str], apart: np.ndarray, pairs: np.ndarray, most: int) -> Neighbours:
    order = [other for other in np.argsort(apart, kind="stable") if other != row][:most]
    further = len(pairs) - np.searchsorted(pairs, apart[order], side="right")
    return Neighbours(
        tuple(codes[other] for other in order),
        tuple(float(apart[other]) for other in order),
        tuple(float(count / len(pairs)) for count in further),
    )
