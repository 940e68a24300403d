"""Asks about top-down means for an end that the programme itself declares bottom-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.direction_parts import PARTS, Part
from covenant.scrutinise.engine.tally import COUNTS, SET_ASIDE, Case
from covenant.scrutinise.engine.verdict import not_declared, verdict
from covenant.scrutinise.engine.wording import quoted, said
from covenant.scrutinise.programme import Direction, End, NotStated, Programme, Proposal
from covenant.scrutinise.types import Evidence, Figure, Metric, Question, Threshold, Unasked


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set who has which say, and how far those affected take part, against an end declared bottom-up.

    Civic meaning: where a programme says that something should grow from below, this asks why its own means
    come from above. Each part is counted for itself, never added to another.

    Tier alone makes the distance (see `distance`); which sector holds how much is for the rule about parity.
    A proposal from above for which the source gives a reason (rights, safeguarding, emergency) is set aside.
    One that is not from above speaks against asking, reason or none: to give a reason never adds a question.
    What nobody starts, defines, decides or pays is set aside; a way out or an end that nobody may choose
    counts, since those affected then have none. Consultation is asked about only where the decision comes
    only from above: those who decide for themselves need not be consulted.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "direction" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        For the start, the problem, the decision, the money, the way out, the end, the consultation, the
        participation promised and that evidenced, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "direction".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.place.types import Sector, Tier
    >>> from covenant.scrutinise.programme import Actor
    >>> ministry = Actor("Ministry of Wells", Sector.STATE, Tier.NATION)
    >>> street = Actor("Residents of Pump Row", Sector.RESIDENTS, Tier.NEIGHBOURHOOD)
    >>> wells = Programme("Wells", ends=(End("the street decides", Direction.BOTTOM_UP),), proposals=(
    ...     Proposal("P1", decided_by=(ministry,), affected=(street,)),))
    >>> [found.id for found in ask(wells, {"direction": Threshold(1, Fraction(1, 2), "an example")})
    ...     if isinstance(found, Question)]
    ['direction.decides']

    Reference
    ---------
    The levels of participation: the IAP2 Spectrum of Public Participation.
    """
    threshold = thresholds["direction"]
    ends = stated(programme.ends)
    ends = tuple(end for end in ends if end.direction is Direction.BOTTOM_UP)
    if not ends:
        why = _undeclared(programme)
        return tuple(not_declared(part.subject, threshold, why) for part in PARTS)
    served = _served(programme, ends)
    return tuple(_ask(part, served, ends, threshold) for part in PARTS)


def _ask(
    part: Part, served: Sequence[Proposal], ends: Sequence[End], threshold: Threshold
) -> Question | Unasked:
    cases = [_unless_answered(proposal, part.case(proposal)) for proposal in served]
    return verdict(
        part.subject,
        cases,
        threshold,
        partial(_text, part, ends),
        declared=tuple(Evidence(None, "ends", f"bottom-up: “{end.wording}”", end.where) for end in ends),
        set_aside=tuple(said(proposal, "level_reasons") for proposal in served if proposal.level_reasons),
        beside=_beside(part, served, cases),
    )


def _text(part: Part, ends: Sequence[End], metric: Metric) -> str:
    them = "it" if len(ends) == 1 else "them"
    are = "is" if metric.count == 1 else "are"
    return (
        f"The programme declares as bottom-up: {quoted(ends)}. Of the proposals for {them}{part.of}, where "
        f"this can be told ({metric.n}), {metric.count} {are} {part.asks}"
    )


def _undeclared(programme: Programme) -> str:
    if isinstance(programme.ends, NotStated):
        return "What ends the programme declares is not stated, so its means cannot be set against them."
    return (
        "The programme is not recorded as declaring any end bottom-up, so its means are not set against one."
    )


def _served(programme: Programme, ends: Sequence[End]) -> list[Proposal]:
    """The proposals for which the ends are declared: all, where one is declared for the whole programme."""
    if any(not end.for_proposals for end in ends):
        return list(programme.proposals)
    named = {id for end in ends for id in end.for_proposals}
    return [proposal for proposal in programme.proposals if proposal.id in named]


def _beside(part: Part, served: Sequence[Proposal], cases: Sequence[Case]) -> list[Figure]:
    if part.beside is None:
        return []
    counted = [proposal for proposal, case in zip(served, cases, strict=True) if case.can_be == {COUNTS}]
    reasoned = sum(bool(proposal.level_reasons) for proposal in served)
    return [
        *part.beside(counted),
        Figure("with a reason that the source gives for acting from above", reasoned, len(served)),
    ]


def _unless_answered(proposal: Proposal, case: Case) -> Case:
    """A reason takes out what would count and nothing else, so that giving one never makes a share larger."""
    if not proposal.level_reasons or COUNTS not in case.can_be:
        return case
    return replace(case, can_be=case.can_be - {COUNTS} | {SET_ASIDE})
