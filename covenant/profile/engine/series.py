"""Which years of a line can be compared: never across a year from which it means something else."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from covenant.profile.shown import Break, Moved, Point

VERSION = "series/1"


def runs(points: Sequence[Point], breaks: Collection[Break]) -> tuple[tuple[Point, ...], ...]:
    """The points in groups within which a line means the same.

    Parameters
    ----------
    points
        In any order; a year that is not stated has none.
    breaks
        Each with the first year of the new meaning.

    Returns
    -------
    tuple of tuples
        The earliest first, none of them empty.

    Examples
    --------
    >>> points = [Point(year, 100, None, 1) for year in (2010, 2012, 2013)]
    >>> [[point.year for point in run] for run in runs(points, [Break(2013, "moved")])]
    [[2010, 2012], [2013]]
    """
    found: dict[int, list[Point]] = {}
    for point in sorted(points, key=lambda each: each.year):
        era = sum(each.year <= point.year for each in breaks)
        found.setdefault(era, []).append(point)
    return tuple(tuple(run) for run in found.values())


def moved(points: Sequence[Point], breaks: Collection[Break]) -> Moved | None:
    """From the first to the last year of the newest stretch in which a line means the same.

    Examples
    --------
    >>> points = [Point(2010, 900, None, 1), Point(2013, 500, None, 2), Point(2017, 400, None, 3)]
    >>> found = moved(points, [Break(2013, "moved")])
    >>> found.first.cash, found.last.cash, found.fell
    (500, 400, True)
    >>> moved(points, [Break(2013, "moved"), Break(2017, "again")]) is None
    True
    """
    groups = runs(points, breaks)
    if not groups or len(groups[-1]) < 2:
        return None
    return Moved(groups[-1][0], groups[-1][-1])


def steps(points: Sequence[Point], breaks: Collection[Break]) -> list[tuple[Point, Point, bool]]:
    """Neighbouring points that a picture may join, and whether years between them are not stated.

    Examples
    --------
    >>> points = [Point(2010, 1, None, 1), Point(2011, 1, None, 2), Point(2013, 1, None, 3)]
    >>> [(a.year, b.year, gap) for a, b, gap in steps(points, [])]
    [(2010, 2011, False), (2011, 2013, True)]
    """
    return [
        (first, second, second.year - first.year > 1)
        for run in runs(points, breaks)
        for first, second in pairwise(run)
    ]
