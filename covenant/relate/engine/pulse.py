"""What can be shown of a round of answers, so that nobody's own answer follows from all that was shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from covenant.relate.types import Band

FEWEST = 5
SCALE = (1, 2, 3, 4, 5)
MIDDLE, REACH = 3, 2
ROUNDS = 8  # so many published rounds are looked back upon
STEPS = 10_000  # of the search in all, after which a round is rather not shown


@dataclass(frozen=True)
class Shown:
    """A published round: who answered, and to what the answers about each behaviour lean."""

    people: frozenset[UUID]
    bands: Mapping[str, Band]


def margin(n: int) -> int:
    """By how much the answers of n people must lean, as a sum of steps from the middle of the scale.

    It is the same for many n, so that one person more or less moves it seldom.
    """
    return 3 if n < 10 else 5 if n < 20 else 10


def band(ratings: Sequence[int]) -> Band:
    """To what answers from 1 (the bad example) to 5 (the good one) lean.

    Examples
    --------
    >>> band([5, 5, 5, 5, 5]).value, band([3, 3, 4, 3, 3]).value, band([1, 2, 3, 2, 3]).value
    ('good', 'mixed', 'bad')
    """
    leaning, least = sum(each - MIDDLE for each in ratings), margin(len(ratings))
    return Band.GOOD if leaning >= least else Band.BAD if leaning <= -least else Band.MIXED


def limits(n: int, shown: Band) -> tuple[int, int]:
    """The least and the greatest sum of steps from the middle that n people can have, where this is shown."""
    least = margin(n)
    return {
        Band.GOOD: (least, REACH * n),
        Band.MIXED: (1 - least, least - 1),
        Band.BAD: (-REACH * n, -least),
    }[shown]


def may_show(earlier: Sequence[Shown], people: frozenset[UUID], behaviours: Iterable[str]) -> bool:
    """Whether a round may be published, whatever its answers are: this never looks at them.

    It may where at least five people answered and where, for each thing that could come out, every person
    who answered in this or an earlier round could have given at least two different answers about each
    behaviour. That is asked for a reader who knows who answered when, and who believes that nobody changed
    their mind since some earlier round, or between an earlier round and this one: the one belief with which
    results of overlapping groups tell anything of one person.

    Parameters
    ----------
    earlier
        The rounds that were published, oldest first; those before the last `ROUNDS` are not looked at.
    people
        Who answered in this round.
    behaviours
        The keys of the behaviours that this round asked about; each person answered about all.

    Returns
    -------
    bool
        False also where the search takes too long. Since neither this answer nor what it rests on depends on
        the answers of this round, not publishing tells nothing about them.
    """
    if len(people) < FEWEST:
        return False
    back = earlier[-ROUNDS:]
    histories = {
        tuple((each.people, each.bands[key]) for each in back if key in each.bands) for key in behaviours
    }
    steps = _Steps(STEPS)
    try:
        return all(_safe(history, people, steps) for history in sorted(histories, key=len))
    except _TooLong:
        return False


_Statement = tuple[frozenset[UUID], Band]


def _safe(history: tuple[_Statement, ...], people: frozenset[UUID], steps: "_Steps") -> bool:
    since = [history[start:] for start in range(len(history))]
    alone = [(each,) for each in history]
    for come in Band:
        for known in {(), *since, *alone}:
            if pinned([*known, (people, come)], steps):
                return False
    return True


class _TooLong(Exception):
    pass


class _Steps:
    """How many steps a search may still take."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _TooLong


def pinned(statements: Sequence[_Statement], steps: "_Steps") -> bool:
    """Whether these statements, taken as about one unchanging answer of each person, fix anybody's answer.

    Statements that contradict one another fix nothing: then somebody did change their mind.
    """
    groups: dict[frozenset[UUID], tuple[int, int]] = {}
    for people, shown in statements:
        low, high = limits(len(people), shown)
        before = groups.get(people, (low, high))
        groups[people] = max(low, before[0]), min(high, before[1])
    if any(low > high for low, high in groups.values()):
        return False
    twins: dict[tuple[bool, ...], int] = {}
    for person in frozenset[UUID]().union(*groups):
        where = tuple(person in people for people in groups)
        twins[where] = twins.get(where, 0) + 1
    sizes = list(twins.values())
    sums = [
        (low, high, [place for place, where in enumerate(twins) if where[row]])
        for row, (low, high) in enumerate(groups.values())
    ]
    search = _Search(sums, steps)
    ranges = [(-REACH * size, REACH * size) for size in sizes]
    if not search.any(ranges):
        return False
    return any(not _is_free(search, ranges, place, size) for place, size in enumerate(sizes))


def _is_free(search: "_Search", ranges: list[tuple[int, int]], place: int, size: int) -> bool:
    """Whether one of so many people, of whom the same is known, can have given two different answers."""
    low, high = ranges[place]
    found = 0
    for total in sorted(range(low, high + 1), key=abs):
        if search.any([*ranges[:place], (total, total), *ranges[place + 1 :]]):
            found += 1
            if found == 2 or (size > 1 and low < total < high):
                return True  # of several, one can have had more and another less
    return False


class _Search:
    """Looks for whole numbers within ranges whose sums lie within limits: narrows, then halves."""

    def __init__(self, sums: Sequence[tuple[int, int, list[int]]], steps: _Steps) -> None:
        self._sums, self._steps = sums, steps

    def any(self, ranges: list[tuple[int, int]]) -> bool:
        narrowed = self._narrow(ranges)
        if narrowed is None:
            return False
        widest = max(range(len(narrowed)), key=lambda place: narrowed[place][1] - narrowed[place][0])
        low, high = narrowed[widest]
        if low == high:
            return True
        middle = (low + high) // 2
        halves = [(low, middle), (middle + 1, high)]
        return any(self.any([*narrowed[:widest], half, *narrowed[widest + 1 :]]) for half in halves)

    def _narrow(self, ranges: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
        self._steps.take()
        found, changed = list(ranges), True
        while changed:
            changed = False
            for low, high, places in self._sums:
                least, most = sum(found[p][0] for p in places), sum(found[p][1] for p in places)
                if least > high or most < low:
                    return None
                for p in places:
                    a, b = found[p]
                    tight = max(a, low - (most - b)), min(b, high - (least - a))
                    if tight[0] > tight[1]:
                        return None
                    if tight != (a, b):
                        least, most = least + tight[0] - a, most + tight[1] - b
                        found[p], changed = tight, True
        return found
