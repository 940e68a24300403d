"""How much there is to learn from showing a statement to one more person."""

import numpy as np

from covenant.listen.types import Axes, Flags, Floats, Tally

META = 7.0


def extremity(axes: Axes) -> Floats:
    """How far agreeing with a statement, and with nothing else, would move a person from the middle of the
    map.

    Parameters
    ----------
    axes : Axes

    Returns
    -------
    float64 array of n_statements
        The length of sqrt(size) * (1 - centre) * loading, 0 for statements that are out of the map.

    Raises
    ------
    ValueError
        The centre and the loadings differ in length.

    Examples
    --------
    >>> extremity(Axes(np.array([0.5]), np.array([[0.6], [0.8]]), np.ones(2), 4))
    array([1.])
    """
    if axes.loadings.shape != (2, len(axes.centre)):
        raise ValueError("two loadings for each statement")
    length = np.sqrt((axes.loadings**2).sum(axis=0))
    value: Floats = np.sqrt(axes.size) * np.abs(1 - axes.centre) * length
    return value


def priority(tally: Tally, extremes: Floats, meta: Flags) -> Floats:
    """The weight of each statement in the draw of the next one to show: new, agreed with, telling ones come
    first.

    Parameters
    ----------
    tally : Tally
    extremes : float64 array of n_statements, from `extremity`
    meta : bool array of n_statements

    Returns
    -------
    float64 array of n_statements
        ((1 - p) (E + 1) a (1 + 8 * 2^(-S/5)))^2 with p and a the shares who passed and agreed (one of two
        added) and S how often it was seen; 49 for meta statements.

    Raises
    ------
    ValueError
        The three differ in length.

    Examples
    --------
    >>> priority(Tally(np.array([1]), np.array([0]), np.array([0])), np.zeros(1), np.array([False])).round(4)
    array([12.5297])
    """
    if not tally.agrees.shape == extremes.shape == meta.shape:
        raise ValueError("one count, one extremity and one flag for each statement")
    seen = tally.seen
    passed, agreed = (tally.passes + 1) / (seen + 2), (tally.agrees + 1) / (seen + 2)
    weight = (1 - passed) * (extremes + 1) * agreed * (1 + 8 * 2.0 ** (-seen / 5))
    return np.where(meta, META, weight) ** 2
