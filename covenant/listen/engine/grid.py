"""Where on the map people stand, as counts in squares: a picture of ten thousand people that names none."""

import numpy as np

from covenant.listen.types import Floats, Groups, Ints


def density(
    positions: Floats, groups: Groups, *, across: int = 28, minimum: int = 1
) -> tuple[Ints, Floats, float]:
    """Count the people of each group in each square of a grid laid over the map.

    Parameters
    ----------
    positions : float64 array, n_participants by 2
    groups : Groups
        Those labelled -1 are left out.
    across : int
        How many squares the longer side of the map has.
    minimum : int
        Squares with fewer people of a group are left out.

    Returns
    -------
    cells : int64 array, n by 2
        Group and count.
    middles : float64 array, n by 2
        The middle of each square, on the scale of the positions.
    side : float
        The side of a square.

    Raises
    ------
    ValueError
        The positions are not two numbers for each label.

    Examples
    --------
    >>> here = np.array([[0.0, 0.0], [0.1, 0.0], [4.0, 2.0]])
    >>> groups = Groups(np.array([0, 0, 1], np.int32), np.array([2, 1]), here[1:])
    >>> density(here, groups, across=4)[0]
    array([[0, 2],
           [1, 1]])
    """
    if positions.shape != (len(groups.labels), 2):
        raise ValueError("two numbers for each participant")
    inside = groups.labels >= 0
    points, labels = positions[inside], groups.labels[inside].astype(np.int64)
    if not len(points):
        return np.zeros((0, 2), np.int64), np.zeros((0, 2)), 1.0
    low = points.min(axis=0)
    side = float((points.max(axis=0) - low).max()) / across or 1.0
    square = np.minimum((points - low) // side, across - 1).astype(np.int64)
    key = (labels * across + square[:, 0]) * across + square[:, 1]
    found, counts = np.unique(key, return_counts=True)
    found, counts = found[counts >= minimum], counts[counts >= minimum]
    middles = np.stack([found // across % across, found % across], axis=1) * side + low + side / 2
    return np.stack([found // across**2, counts], axis=1), middles, side
