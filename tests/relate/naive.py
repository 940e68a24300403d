"""A reader who tries to find out somebody's own answer: by going through every assignment there is."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from covenant.relate.engine.pulse import SCALE
from covenant.relate.types import Band


def leans(ratings: Sequence[int]) -> Band:
    """The same as `pulse.band`, said otherwise: by how far the mean is from the middle."""
    n = len(ratings)
    least = {True: 3, False: 5 if n < 20 else 10}[n < 10]
    far = sum(ratings) - 3 * n
    if far >= least:
        return Band.GOOD
    return Band.BAD if far <= -least else Band.MIXED


Round = tuple[frozenset[int], Band | int]  # who answered, and what is shown: a band, or the exact sum


def possible(people: Sequence[int], rounds: Sequence[Round]) -> dict[int, set[int]]:
    """For each person the answers that they can have given, if nobody changed their mind.

    Every assignment of 1 to 5 to each person is tried against every round. Empty sets where there is none.
    """
    everyone = np.array(list(product(SCALE, repeat=len(people))), dtype=np.int16)
    for who, shown in rounds:
        columns = [place for place, person in enumerate(people) if person in who]
        n, total = len(columns), everyone[:, columns].sum(axis=1)
        least = 3 if n < 10 else 5 if n < 20 else 10
        good, bad = total - 3 * n >= least, total - 3 * n <= -least
        by_band = {Band.GOOD: good, Band.BAD: bad, Band.MIXED: ~(good | bad)}
        everyone = everyone[by_band[shown] if isinstance(shown, Band) else total == shown]
    return {person: set(everyone[:, place].tolist()) for place, person in enumerate(people)}


def recovered(rounds: Sequence[Round]) -> dict[int, int]:
    """The answers that follow from these rounds, for a reader who knows who answered in each."""
    people = sorted(frozenset[int]().union(*(who for who, _shown in rounds)))
    return {person: min(found) for person, found in possible(people, rounds).items() if len(found) == 1}


def attacked(rounds: Sequence[Round]) -> dict[int, int]:
    """The same under every belief: nobody changed their mind since some round, or between some two."""
    found: dict[int, int] = {}
    for last in range(len(rounds)):
        for first in range(last + 1):
            found |= recovered(rounds[first : last + 1])
            found |= recovered([rounds[first], rounds[last]])
    return found
