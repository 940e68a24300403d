"""What people share, across everyone and across the groups."""

from __future__ import annotations

import numpy as np

from covenant.listen.engine.representative import share_and_z, threshold
from covenant.listen.types import Flags, Floats, Settings, Tally, Telling, Vote


def consensus(
    everyone: Tally, excluded: Flags, settings: Settings
) -> tuple[tuple[Telling, ...], tuple[Telling, ...]]:
    """The statements that most of those who saw them agree with, and those that most disagree with.

    Parameters
    ----------
    everyone : Tally
    excluded : bool array of n_statements
    settings : Settings
        `confidence` and `listed`.

    Returns
    -------
    agreed, disagreed : tuple of Telling
        At most `listed` each, the strongest first: a share above a half, and surely so.

    Raises
    ------
    ValueError
        Not one flag for each statement.

    Examples
    --------
    >>> everyone = Tally(np.array([20, 3]), np.array([1, 3]), np.array([0, 0]))
    >>> agreed, disagreed = consensus(everyone, np.zeros(2, bool), Settings())
    >>> [t.statement for t in agreed], disagreed
    ([0], ())
    """
    if excluded.shape != everyone.agrees.shape:
        raise ValueError("one flag for each statement")
    least = threshold(settings.confidence)
    sides = []
    for n, direction in ((everyone.agrees, Vote.AGREE), (everyone.disagrees, Vote.DISAGREE)):
        p, z = share_and_z(n, everyone.seen)
        passed = ~excluded & (p > 0.5) & (z > least)
        order = [int(j) for j in np.argsort(-np.where(passed, p * z, -np.inf), kind="stable") if passed[j]]
        sides.append(
            tuple(
                Telling(j, direction, int(n[j]), int(everyone.seen[j]), float(p[j]), float(z[j]))
                for j in order[: settings.listed]
            )
        )
    return sides[0], sides[1]


def group_aware_consensus(by_group: tuple[Tally, ...], n_statements: int) -> Floats:
    """How likely it is that a person from every group at once agrees: high only where no group is left
    behind.

    Parameters
    ----------
    by_group : tuple of Tally
    n_statements : int

    Returns
    -------
    float64 array of n_statements
        The product over the groups of (agrees + 1) / (seen + 2), 0 to 1; 1 where there is no group.

    Raises
    ------
    ValueError
        A tally is not about n_statements.

    Examples
    --------
    >>> one = Tally(np.array([8]), np.array([0]), np.array([0]))
    >>> two = Tally(np.array([0]), np.array([3]), np.array([0]))
    >>> group_aware_consensus((one, two), 1)
    array([0.18])
    """
    product = np.ones(n_statements)
    for tally in by_group:
        if len(tally.agrees) != n_statements:
            raise ValueError("each group has a count for each statement")
        product = product * ((tally.agrees + 1) / (tally.seen + 2))
    return product
