"""How far two coders agree beyond what chance would bring about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kappa:
    """Of `n` things that both coded, on how many they `agreed`; `value` is None where it is not defined.

    `low` and `high` are None where nothing tells how far chance may have moved the value.
    """

    n: int
    agreed: int
    value: float | None
    low: float | None
    high: float | None


def kappa(pairs: Sequence[tuple[str, str]], z: float = 1.959963984540054) -> Kappa:
    """Cohen's kappa of two coders, who put each of n things into one category each.

    Civic meaning: tells a reader whether two people who read the same document apart saw the same in it, more
    often than if each had dealt out their own answers at random.

    Parameters
    ----------
    pairs : what the first and what the second made of each thing, in any order.
    z : 1.96 for an interval of 95 %.

    Returns
    -------
    Kappa
        1 where they always agree, 0 where they agree as often as chance would have it. Not defined where
        nothing was coded, or where both used one and the same category throughout: then chance alone agrees
        always, and there is nothing to tell apart. The interval rests on the large-sample variance of
        Fleiss, Cohen and Everitt, cut at -1 and 1; with few things it is too narrow. There is none where that
        variance is 0, as where they never differed: that they did not is no proof that they would not.

    Examples
    --------
    >>> apart = [("yes", "no")] * 5 + [("no", "yes")] * 10
    >>> found = kappa([("yes", "yes")] * 20 + apart + [("no", "no")] * 15)
    >>> found.n, found.agreed, round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (50, 35, 0.4, 0.151, 0.649)
    >>> kappa([("yes", "yes")] * 9)
    Kappa(n=9, agreed=9, value=None, low=None, high=None)

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960). J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of kappa and weighted
    kappa", Psychological Bulletin 72 (1969).
    """
    n, agreed = len(pairs), sum(first == second for first, second in pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(count * seconds[category] for category, count in firsts.items())  # of n * n
    if n * n == by_chance:
        return Kappa(n, agreed, None, None, None)
    value = (n * agreed - by_chance) / (n * n - by_chance)
    # The variance is worked out in shares of n, as in the paper.
    expected, left = by_chance / n**2, 1 - value
    kept, moved = 0.0, 0.0
    for (first, second), count in Counter(pairs).items():
        if first == second:
            kept += count / n * (1 - (firsts[first] + seconds[first]) / n * left) ** 2
        else:
            moved += count / n * ((seconds[first] + firsts[second]) / n) ** 2
    variance = (kept + left**2 * moved - (value - expected * left) ** 2) / (n * (1 - expected) ** 2)
    if agreed == n or variance < 1e-12:
        return Kappa(n, agreed, value, None, None)
    half = z * math.sqrt(variance)
    return Kappa(n, agreed, value, max(-1.0, value - half), min(1.0, value + half))
