"""Who has said enough to be placed in a group."""

import numpy as np

from covenant.listen.types import Flags, Settings, Votes


def in_conversation(votes: Votes, settings: Settings) -> Flags:
    """Say which participants have voted often enough for their place on the map to mean something.

    Parameters
    ----------
    votes : Votes
    settings : Settings
        `minimum_votes` and `fewest`.

    Returns
    -------
    bool array of n_participants
        Those with at least `minimum_votes`, or all statements where fewer were voted on. Where fewer than
        `fewest` people qualify, the most active are added, the earlier first among equals; nobody who has
        not voted.

    Raises
    ------
    ValueError
        A setting is less than 1.

    Examples
    --------
    >>> votes = Votes.of([0, 1, 1], [0, 0, 1], [1, 1, 1], n_participants=3, n_statements=2)
    >>> in_conversation(votes, Settings(fewest=1))
    array([False,  True, False])
    >>> in_conversation(votes, Settings())
    array([ True,  True, False])
    """
    if settings.minimum_votes < 1 or settings.fewest < 1:
        raise ValueError("at least one vote and one person")
    voted_on = len(np.unique(votes.statements))
    inside = votes.cast >= max(1, min(settings.minimum_votes, voted_on))
    if inside.sum() < settings.fewest:
        active = np.argsort(-votes.cast, kind="stable")[: settings.fewest]
        inside[active[votes.cast[active] > 0]] = True
    return inside
