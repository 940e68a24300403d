"""Counts the cases that a rule asks about, and how far the ones that cannot be told could move the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from covenant.scrutinise.types import Evidence, Limits, Metric, Reach, Threshold


class Outcome(Enum):
    """What one case says to one rule."""

    COUNTS = "counts"
    DOES_NOT = "does not count"
    SET_ASIDE = "is none of this rule's cases"


COUNTS, DOES_NOT, SET_ASIDE = Outcome.COUNTS, Outcome.DOES_NOT, Outcome.SET_ASIDE


@dataclass(frozen=True)
class Case:
    """A proposal or a duty as one rule reads it.

    `can_be` holds every outcome that some way of stating what is not stated would give: a single one where
    the source settles it. `missing` names those of the `fields` read that the source does not wholly state.
    One of `any_number` stands for however many there may be, where the source does not say even that; one of
    `times` stands for so many that are alike, such as pairs of proposals.
    """

    can_be: frozenset[Outcome]
    fields: int = 0
    missing: tuple[tuple[str | None, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    any_number: bool = False
    times: int = 1


@dataclass(frozen=True)
class Tally:
    """The count, its bounds, and whether the threshold is met: as it stands, at the least and at the most."""

    metric: Metric
    limits: Limits
    reach: Reach
    asked: bool
    for_asking: tuple[Evidence, ...]
    against: tuple[Evidence, ...]


def tally(cases: Sequence[Case], threshold: Threshold, *, name: str, unit: str) -> Tally:
    """Count the cases that speak for asking, out of those that can be told either way.

    Civic meaning: a question rests only on what a source says; how much it leaves unsaid is shown beside it
    and never held against it.

    Parameters
    ----------
    cases : what the rule reads, each with the outcomes that are still possible.
    threshold : at least `least_count` cases and at least `least_share` of those that can be told.
    name, unit : words for the metric.

    Returns
    -------
    Tally
        The metric with its n; limits that bound it over every way of stating what is not stated, each
        mention stated on its own and a share of no cases taken as 0. Where a case stands for any number,
        they are the bounds that the share comes as near to as one likes.

    Raises
    ------
    ValueError
        Where a case has no possible outcome.

    Examples
    --------
    >>> from fractions import Fraction
    >>> told, untold = Case(frozenset({COUNTS})), Case(frozenset({COUNTS, DOES_NOT}))
    >>> threshold = Threshold(1, Fraction(3, 4), "as an example")
    >>> found = tally([told, untold], threshold, name="such", unit="cases")
    >>> found.metric.count, found.metric.n, found.asked, found.limits.low, found.limits.high
    (1, 1, True, 0.5, 1.0)
    """
    if any(not case.can_be for case in cases):
        raise ValueError("a case must have at least one possible outcome")
    settled = [case for case in cases if len(case.can_be) == 1]
    count, n = _count(settled, COUNTS, DOES_NOT, SET_ASIDE)
    # Whatever lowers (or raises) the share in one case does so whatever the others are, so that the bounds
    # need no search: each case goes to its own end.
    least = _count(cases, DOES_NOT, SET_ASIDE, COUNTS)
    most = _count(cases, COUNTS, SET_ASIDE, DOES_NOT)
    missing = tuple(place for case in cases for place in case.missing)
    fields = sum(case.fields for case in cases)
    in_any_case, at_worst = _meets(least, threshold), _meets(most, threshold)
    low, high = _share(least), _share(most)
    if any(case.any_number for case in cases):  # enough further cases outweigh all of those that are stated
        low, high = 0.0, 1.0
        in_any_case = in_any_case and threshold.least_share == 0
        at_worst = threshold.least_share < 1 or most[0] == most[1]
    untold = sum(case.times for case in cases) - sum(case.times for case in settled)
    metric = Metric(name, count / n if n else None, unit, count, n, untold)
    asked = _meets((count, n), threshold)
    words = _words(fields, len(missing), asked, in_any_case, at_worst)
    limits = Limits(fields, len(missing), missing, low, high, in_any_case, at_worst, words)
    return Tally(
        metric,
        limits,
        _reach(count, n, asked),
        asked,
        _evidence(settled, COUNTS),
        _evidence(settled, DOES_NOT),
    )


def _count(cases: Sequence[Case], *wanted: Outcome) -> tuple[int, int]:
    """How many count, of how many, where each case has the first outcome wanted that it can have."""
    times = dict.fromkeys(Outcome, 0)
    for case in cases:
        times[next(outcome for outcome in wanted if outcome in case.can_be)] += case.times
    return times[COUNTS], times[COUNTS] + times[DOES_NOT]


def _meets(counted: tuple[int, int], threshold: Threshold) -> bool:
    count, n = counted
    return count >= threshold.least_count and count >= threshold.least_share * n


def _reach(count: int, n: int, asked: bool) -> Reach:
    """Thresholds up to which `count` of `n` would be asked about; each figure holds whatever the other is."""
    if not count:
        return Reach(0, 0.0, "No threshold would make this a question: no case counts.")
    still = "It would still be asked" if asked else "It would be asked"
    # Rounded down: a share of 67% is more than 2 of 3, and would not be reached.
    words = f"{still} with any threshold of at most {count} and {100 * count // n}% ({count} of {n})."
    return Reach(count, count / n, words)


def _share(counted: tuple[int, int]) -> float:
    count, n = counted
    return count / n if n else 0.0


def _evidence(settled: Sequence[Case], outcome: Outcome) -> tuple[Evidence, ...]:
    return tuple(row for case in settled if outcome in case.can_be for row in case.evidence)


def _words(fields: int, not_stated: int, asked: bool, in_any_case: bool, at_worst: bool) -> str:
    if not not_stated:
        return f"Nothing: all of the fields that this reads ({fields}) are stated."
    are = "is" if not_stated == 1 else "are"
    read = f"Of the {fields} fields that this reads, {not_stated} {are} not (wholly) stated."
    if asked and in_any_case:
        return f"{read} However they were stated, this would still be asked."
    if asked:
        return f"{read} Stated favourably, they would end the question."
    if at_worst:
        return f"{read} Stated otherwise, they could lead to the question being asked."
    return f"{read} However they were stated, this would not be asked."
