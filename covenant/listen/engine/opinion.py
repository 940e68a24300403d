"""The whole map of a conversation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from covenant.listen.engine.consensus import consensus, group_aware_consensus
from covenant.listen.engine.conversation import in_conversation
from covenant.listen.engine.groups import groups
from covenant.listen.engine.positions import Each, positions
from covenant.listen.engine.priority import extremity, priority
from covenant.listen.engine.representative import representative
from covenant.listen.engine.tally import tally
from covenant.listen.types import Flags, OpinionMap, Settings, Votes

STAGES = ("positions", "groups", "statements")


def opinion_map(
    votes: Votes,
    *,
    rng: np.random.Generator,
    out: Flags | None = None,
    meta: Flags | None = None,
    settings: Settings | None = None,
    each: Each = map,
    parts: int = 1,
    began: Callable[[str], None] = lambda stage: None,
) -> OpinionMap:
    """Find where people stand, which groups they form, what sets each apart and what they all share.

    Parameters
    ----------
    votes : Votes
    rng : numpy.random.Generator
        Draws the starts of the groups. The positions and the counts do not depend on it.
    out, meta : bool array of n_statements, optional
        Statements moderated out, and statements about the conversation itself: neither shapes the map.
    settings : Settings, optional
    each, parts
        How partitions of participants are worked on: `map` over `parts` of them.
    began : callable, optional
        Told the name of each of the `STAGES` as it begins.

    Returns
    -------
    OpinionMap

    Raises
    ------
    ValueError
        A flag is missing for a statement.

    Examples
    --------
    >>> votes = Votes.of([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, -1, 1], n_participants=2, n_statements=2)
    >>> found = opinion_map(votes, rng=np.random.default_rng(1))
    >>> found.groups.labels, found.everyone.agrees
    (array([0, 1], dtype=int32), array([1, 2]))
    """
    settings = settings or Settings()
    out, meta = (np.zeros(votes.n_statements, np.bool_) if flags is None else flags for flags in (out, meta))
    if not out.shape == meta.shape == (votes.n_statements,):
        raise ValueError("one flag for each statement")
    aside = out | meta
    began(STAGES[0])
    places, axes = positions(votes, aside, each=each, parts=parts)
    began(STAGES[1])
    found = groups(places, in_conversation(votes, settings), rng, settings)
    began(STAGES[2])
    everyone, by_group = tally(votes, found.labels, found.n)
    agreed, disagreed = consensus(everyone, aside, settings)
    extremes = extremity(axes)
    return OpinionMap(
        n_votes=votes.n_votes,
        positions=places,
        axes=axes,
        groups=found,
        everyone=everyone,
        by_group=by_group,
        representative=representative(by_group, aside, settings),
        agreed=agreed,
        disagreed=disagreed,
        group_aware=group_aware_consensus(by_group, votes.n_statements),
        extremity=extremes,
        priority=priority(everyone, extremes, meta),
        settings=settings,
    )
