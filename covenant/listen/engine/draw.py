"""Which statement to show next. Standard library only: it runs in the web process."""

import math
import random
from collections.abc import Sequence
from itertools import accumulate


def default_priority() -> float:
    """The weight of a statement that nobody has seen yet, in the draw of the next statement.

    Returns
    -------
    float
        ((1 - p) (E + 1) a (1 + 8))^2 with one pass and one agree assumed of two (p = a = 1/2) and no
        extremity (E = 0).

    Examples
    --------
    >>> default_priority()
    5.0625
    """
    return (0.5 * 0.5 * (1 + 8)) ** 2


def draw(priorities: Sequence[float], rng: random.Random) -> tuple[int, float]:
    """Draw the next statement that a person sees, so that each has a known chance of being heard.

    Parameters
    ----------
    priorities : sequence of float
        The weight of each statement that may be shown, 0 or more, finite. Where all are 0, all are equally
        likely.
    rng : random.Random

    Returns
    -------
    tuple of int and float
        The index of the statement drawn, and the probability with which it was drawn: keep both.

    Raises
    ------
    ValueError
        No statement may be shown, or a weight is negative or not finite.

    Examples
    --------
    >>> draw([1.0, 0.0, 0.0], random.Random(1))
    (0, 1.0)
    """
    if not priorities:
        raise ValueError("there is no statement to draw from")
    if not all(math.isfinite(weight) and weight >= 0 for weight in priorities):
        raise ValueError("a priority is a finite number, 0 or more")
    reach = list(accumulate(priorities))
    total = reach[-1]
    if total == 0 or not math.isfinite(total):
        return rng.randrange(len(priorities)), 1 / len(priorities)
    mark = rng.random() * total
    index = next((i for i, upto in enumerate(reach) if mark < upto), len(reach) - 1)
    while priorities[index] == 0:  # the mark fell on the very end: the last statement with a weight
        index -= 1
    return index, priorities[index] / total
