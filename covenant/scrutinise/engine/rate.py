"""How often something is counted, for so much text, and what chance alone could have made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

PER = 10_000
_TAIL = 0.025


@dataclass(frozen=True)
class Rate:
    """`count` mentions in `words` words: so many per 10,000, with the ends of the 95 % interval."""

    count: int
    words: int
    value: float
    low: float
    high: float


def rate(count: int, words: int) -> Rate:
    """How many mentions there are to 10,000 words, and the range of rates that such a count is likely under.

    The interval is Garwood's: exact if mentions came independently, at one rate, as a Poisson process has
    them. Mentions do not: they come in clusters, so the true uncertainty is wider. Nor does the interval know
    whether the document was the whole, or the terms the right ones.

    Parameters
    ----------
    count : int
        Mentions.
    words : int
        Words of the document, at least one.

    Returns
    -------
    Rate
        All three figures per 10,000 words.

    Raises
    ------
    ValueError
        Fewer mentions than none, or no words.

    Examples
    --------
    >>> found = rate(10, 20_000)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (5.0, 2.4, 9.2)
    >>> nothing = rate(0, 10_000)
    >>> nothing.low, round(nothing.high, 2)
    (0.0, 3.69)

    References
    ----------
    F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
    """
    if count < 0 or words < 1:
        raise ValueError(f"{count} mentions in {words} words is no rate")
    low, high = garwood(count)
    return Rate(count, words, count * PER / words, low * PER / words, high * PER / words)


@lru_cache(maxsize=4096)
def garwood(count: int) -> tuple[float, float]:
    """The least and the greatest mean under which so many, or more so, still happen in one case of forty.

    >>> [round(end, 3) for end in garwood(5)]
    [1.623, 11.668]
    """
    low = _mean(count - 1, 1 - _TAIL, -1.96) if count else 0.0
    return low, _mean(count, _TAIL, 1.96)


def _mean(most: int, chance: float, z: float) -> float:
    """The mean under which `most` or fewer happen with a given chance.

    Newton's method from Wilson and Hilferty's approximation: the chance falls with the mean, and its slope is
    the chance of exactly `most`.
    """
    shape = most + 1
    mean = shape * max(0.1, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3
    for _ in range(100):
        exactly = math.exp(most * math.log(mean) - mean - math.lgamma(shape))
        step = (_at_most(most, mean, exactly) - chance) / exactly
        mean = max(mean / 2, mean + step)
        if abs(step) <= 1e-12 * mean:
            break
    return mean


def _at_most(most: int, mean: float, exactly: float) -> float:
    """The chance of `most` or fewer, from the chance of exactly so many; the shorter tail is summed."""
    total = term = exactly
    if mean > most:
        for k in range(most, 0, -1):
            term *= k / mean
            total += term
            if term < 1e-17 * total:
                break
        return total
    above, k, term = 0.0, most, exactly
    while term > 1e-17 * exactly:
        k += 1
        term *= mean / k
        above += term
    return 1 - above
