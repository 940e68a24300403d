"""Asks about proposals that share outcomes, people or places while their owners work apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from covenant.scrutinise.engine.pairs import Bond, apart
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, of_them
from covenant.scrutinise.programme import Programme
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked

_SHARE = {
    "outcomes": "share an outcome",
    "people": "are for the same people",
    "places": "share a place",
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find pairs of proposals that share an outcome, people or a place and have no owner in common.

    Civic meaning: people live in one place, while those who serve them work in many departments. Where two
    of these are about the same thing, this asks who holds it together. To have one owner, or to name the
    other as joined, is enough; nobody asks that all be done by one body.

    A pair is a case where both state an owner. It counts where no owner's name is the same and both say, in
    `joined_with`, with whom they are joined, and not with each other.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "silos" (least count in pairs).

    Returns
    -------
    tuple of Question or Unasked
        For outcomes, people and places, in this order; bounds as `pairs.apart` has them.

    Raises
    ------
    KeyError
        Where there is no threshold called "silos".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor, Proposal
    >>> roads, homes = (Proposal(name, places=("Marl",), owner=(Actor(name),), joined_with=())
    ...     for name in ("Roads", "Homes"))
    >>> found = ask(Programme("Marl", proposals=(roads, homes)), {"silos": Threshold(1, Fraction(0), "one")})
    >>> [each.id for each in found if isinstance(each, Question)]
    ['silos.places']
    """
    return tuple(_ask(programme, shared, thresholds["silos"]) for shared in _SHARE)


def _ask(programme: Programme, shared: str, threshold: Threshold) -> Question | Unasked:
    subject = Subject(
        f"silos.{shared}",
        "silos",
        f"{_SHARE[shared]}, with no owner in common and not joined",
        "pair",
        f"of proposals that {_SHARE[shared]} and have owners",
        "Who answers for what they share, or how those who own them plan, pay or report together, and where "
        "that is recorded; or why it is better done apart.",
    )
    cases, beside = apart(programme.proposals, Bond(shared, "owner", "joined_with"))
    return verdict(subject, cases, threshold, partial(_text, shared), beside=beside)


def _text(shared: str, metric: Metric) -> str:
    return (
        f"In {many(metric.n, 'pair')} of proposals that {_SHARE[shared]} it can be told who owns them and "
        f"whether they are joined; {of_them(metric.count, metric.n)} no owner is the same and "
        "neither is joined with the other. Who holds together what they have in common?"
    )
