"""Asks about a covenant in which one side makes nearly all of the promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from covenant.place.types import Sector
from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.groups import SECTORS, carried
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import burden, many
from covenant.scrutinise.programme import Actors, Kind, NotStated, Programme, Proposal
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked

_SIGNING = tuple(sector for sector in Sector if sector.signs)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find a side that alone makes nearly all of a covenant's promises.

    Civic meaning: a covenant is mutual; where one side makes nearly every promise, it may be a plan of that
    side, or a burden on it, under another name.

    A commitment that bodies of two sides carry together is nobody's alone. Residents owe nothing under a
    covenant, so they are no side here. Proposals that are no commitments are none of its cases.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "sides" (least count in commitments).

    Returns
    -------
    tuple of Question or Unasked
        One for each side that signs.

    Raises
    ------
    KeyError
        Where there is no threshold called "sides".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor, Duty
    >>> guild = Actor("Pump Guild", Sector.CIVIL_SOCIETY)
    >>> wells = Programme("Wells", proposals=(
    ...     Proposal("C1", kind=Kind.COMMITMENT, duties=(Duty("mend the pump", (guild,)),)),))
    >>> [found.id for found in ask(wells, {"sides": Threshold(1, Fraction(4, 5), "an example")})
    ...     if isinstance(found, Question)]
    ['sides.civil-society']
    """
    made = [proposal for proposal in programme.proposals if proposal.kind is Kind.COMMITMENT]
    return tuple(_ask(made, sector, thresholds["sides"]) for sector in _SIGNING)


def _ask(made: list[Proposal], sector: Sector, threshold: Threshold) -> Question | Unasked:
    subject = Subject(
        f"sides.{sector.value.replace(' ', '-')}",
        "sides",
        f"promised by {SECTORS[sector].name} alone",
        "commitment",
        "of which it is stated who makes it",
        "What the other sides promise in return, here or elsewhere; or why it lies with one.",
    )
    return verdict(subject, [_case(each, sector) for each in made], threshold, partial(_text, sector))


def _text(sector: Sector, metric: Metric) -> str:
    is_one = metric.count == 1
    return (
        f"Of {many(metric.n, 'commitment')} of which it is stated who makes "
        f"{'it' if metric.n == 1 else 'them'}, {metric.count} {'is' if is_one else 'are'} made by "
        f"{SECTORS[sector].name} alone. "
        "What do the other sides promise?"
    )


def _case(proposal: Proposal, sector: Sector) -> Case:
    burdens = carried(proposal)
    missing = tuple((proposal.id, field) for field, on, _ in burdens if _leaves_open(on))
    says = tuple(burden(proposal, *each) for each in burdens)
    return Case(_made_by([on for _, on, _ in burdens], sector), len(burdens), missing, says)


def _leaves_open(on: Actors) -> bool:
    return isinstance(on, NotStated) or any(isinstance(actor.sector, NotStated) for actor in on)


def _made_by(lists: Sequence[Actors], sector: Sector) -> frozenset[Outcome]:
    """Whether a sector alone carries the duties of these lists: every answer that is still possible."""
    named = [actor.sector for on in lists for actor in stated(on)]
    if any(not isinstance(each, NotStated) and each is not sector for each in named):
        return frozenset({DOES_NOT})
    can_be: set[Outcome] = {COUNTS} if named else {SET_ASIDE}
    if any(_leaves_open(on) for on in lists):
        can_be |= {COUNTS, DOES_NOT}
    return frozenset(can_be)
