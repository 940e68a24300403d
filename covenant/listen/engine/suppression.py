"""Which figures about few people must stay unpublished, so that nobody's votes can be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

MINIMUM = 10


@dataclass(frozen=True)
class Shown:
    """What may be published about one statement."""

    total: bool
    """Whether a total may be shown at all."""
    everyone: bool
    """Whether the total counts everyone, or only the people who are in groups."""
    groups: tuple[bool, ...]
    """Which groups' own counts may be shown."""


def veil(
    counts: Sequence[int], hidden: Sequence[bool], outside: int = 0, minimum: int = MINIMUM
) -> tuple[bool, ...]:
    """Hide more groups until what is hidden cannot be worked out from the total and the groups still shown.

    The total minus what is shown gives the sum of what is hidden. That sum is safe where, beside every
    hidden number, it covers at least `minimum` other people.

    Parameters
    ----------
    counts : sequence of int
        How many people of each group a figure rests on.
    hidden : sequence of bool
        Groups that must be hidden whatever the others are.
    outside : int
        People in the total who belong to no group: they hide among themselves, and others among them.
    minimum : int
        The fewest people of whom a figure may speak.

    Returns
    -------
    tuple of bool
        Which groups to hide. Where even hiding all is not enough, the total itself must go.

    Raises
    ------
    ValueError
        `counts` and `hidden` differ in length.

    Examples
    --------
    >>> veil([3, 40, 60], [True, False, False])
    (True, True, False)
    >>> veil([3, 40, 60], [True, False, False], outside=25)
    (True, False, False)
    """
    if len(counts) != len(hidden):
        raise ValueError("one count and one flag for each group")
    veiled = list(hidden)
    shown = sorted((count, i) for i, count in enumerate(counts) if not veiled[i])
    while any(veiled):
        under = [count for count, flag in zip(counts, veiled, strict=True) if flag]
        total = sum(under) + outside
        weak = [count for count in [*under, outside] if count < minimum]
        if all(total - count >= minimum for count in weak) or not shown:
            break
        veiled[shown.pop(0)[1]] = True
    return tuple(veiled)


def shown(bases: Sequence[int], outside: int, small: Sequence[bool], minimum: int = MINIMUM) -> Shown:
    """Decide what may be published about one statement, so that small groups and lone voters stay private.

    Parameters
    ----------
    bases : sequence of int
        How many people of each group saw the statement.
    outside : int
        How many people who belong to no group saw it.
    small : sequence of bool
        Groups of too few people, whose counts are never shown.
    minimum : int
        The fewest people of whom a figure may speak.

    Returns
    -------
    Shown

    Raises
    ------
    ValueError
        `bases` and `small` differ in length.

    Notes
    -----
    Where a few people outside the groups saw the statement, everyone's total minus the groups would give
    them away. Then the total counts the people in groups only, which costs a reader less than losing a group.

    Examples
    --------
    >>> shown([120, 80], 3, [False, False])
    Shown(total=True, everyone=False, groups=(True, True))
    >>> shown([120, 4], 30, [False, False])
    Shown(total=True, everyone=True, groups=(True, False))
    >>> shown([4, 3], 2, [False, False])
    Shown(total=False, everyone=True, groups=(False, False))
    """
    if len(bases) != len(small):
        raise ValueError("one base and one flag for each group")
    inside = sum(bases)
    everyone = not 0 < outside < minimum or inside < minimum
    total = inside + (outside if everyone else 0)
    nothing = tuple(False for _ in bases)
    if total < minimum or inside < minimum:
        return Shown(total >= minimum, everyone, nothing)
    hidden = [few or 0 < base < minimum for base, few in zip(bases, small, strict=True)]
    veiled = veil(bases, hidden, outside if everyone else 0, minimum)
    return Shown(True, everyone, tuple(not flag for flag in veiled))
