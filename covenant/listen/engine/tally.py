"""How each group answered each statement."""

import numpy as np

from covenant.listen.types import Tally, Votes


def tally(votes: Votes, labels: np.ndarray, n_groups: int) -> tuple[Tally, tuple[Tally, ...]]:
    """Count agreements, disagreements and passes, over everyone and within each group.

    Parameters
    ----------
    votes : Votes
    labels : int array of n_participants
        The group of each, -1 for none. Those in none count among everyone.
    n_groups : int

    Returns
    -------
    everyone : Tally
    by_group : tuple of Tally

    Raises
    ------
    ValueError
        Not one label for each participant, or a label beyond the groups.

    Examples
    --------
    >>> votes = Votes.of([0, 1, 2], [0, 0, 0], [1, -1, 1], n_participants=3, n_statements=1)
    >>> everyone, groups = tally(votes, np.array([0, 0, -1]), 1)
    >>> everyone.agrees, groups[0].agrees
    (array([2]), array([1]))
    """
    if labels.shape != (votes.n_participants,):
        raise ValueError("one label for each participant")
    if len(labels) and (labels.min() < -1 or labels.max() >= n_groups):
        raise ValueError("a label is -1 or the index of a group")
    n = votes.n_statements
    key = np.repeat((labels.astype(np.int64) + 1) * 3, votes.cast)
    key += votes.values
    key += 1
    key *= n
    key += votes.statements
    counts = np.bincount(key, minlength=(n_groups + 1) * 3 * n).reshape(n_groups + 1, 3, n)
    total = counts.sum(axis=0)
    return _tally(total), tuple(_tally(counts[g + 1]) for g in range(n_groups))


def _tally(counts: np.ndarray) -> Tally:
    return Tally(agrees=counts[2], disagrees=counts[0], passes=counts[1])


def added(tallies: tuple[Tally, ...], n: int) -> Tally:
    """The sum of several tallies over the same n statements.

    Examples
    --------
    >>> one = Tally(np.array([1]), np.array([2]), np.array([3]))
    >>> added((one, one), 1).seen
    array([12])
    """
    zero = np.zeros(n, np.int64)
    return Tally(
        sum((t.agrees for t in tallies), zero),
        sum((t.disagrees for t in tallies), zero),
        sum((t.passes for t in tallies), zero),
    )
