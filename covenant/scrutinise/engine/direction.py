"""Asks about top-down means for an end that the programme itself declares bottom-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from covenant.place.types import Sector
from covenant.scrutinise.engine.distance import standing
from covenant.scrutinise.engine.sectors import among
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, not_declared, verdict
from covenant.scrutinise.engine.wording import quoted, seen
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actors,
    Direction,
    End,
    NotStated,
    Power,
    Programme,
    Proposal,
)
from covenant.scrutinise.types import (
    Evidence,
    Figure,
    Metric,
    Question,
    Threshold,
    Unasked,
)

_WHICH = "for an end declared bottom-up"
_REASON = "or why it must be so: rights, safeguarding, an emergency, or what the law requires."
_STARTS = Subject(
    "direction.starts",
    "direction",
    "started only from above those affected, with no reason given",
    "proposal",
    _WHICH,
    f"Who of those affected asked for these proposals or shaped them, and where it is recorded; {_REASON}",
)
_DECIDES = Subject(
    "direction.decides",
    "direction",
    "decided only from above those affected, with no reason given",
    "proposal",
    _WHICH,
    f"Who of those affected, or which body at their own tier, decides with those named; {_REASON}",
)
_MONEY = Subject(
    "direction.money",
    "direction",
    "money controlled only from above those affected, with no reason given",
    "proposal",
    _WHICH,
    f"What part of the money those affected, or a body at their own tier, control; {_REASON}",
)
_CONSULTATION = Subject(
    "direction.consultation",
    "direction",
    "decided only from above, and nobody consulted",
    "proposal",
    f"{_WHICH} and decided only from above those affected",
    f"To whom these proposals were or will be put, when, and what may still change; {_REASON}",
)
_POWERS = {Power.STARTS: _STARTS, Power.DECIDES: _DECIDES, Power.MONEY: _MONEY}
_ASKS = {
    _STARTS: "started only from above those affected, with no reason given. What part have those affected in "
    "what is begun?",
    _DECIDES: "decided only from above those affected, with no reason given. What part have those affected "
    "in deciding?",
    _MONEY: "paid from money controlled only from above those affected, with no reason given. What part have "
    "those affected in it?",
    _CONSULTATION: "said to be put to nobody, with no reason given: no consultation was held and none is "
    "promised. How will those affected be heard?",
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set who starts, decides, controls the money and is consulted against an end declared bottom-up.

    Civic meaning: where a programme says that something should grow from below, this asks why its own means
    come from above. Each power is counted for itself, never added to another.

    Tier alone makes the distance (see `distance`); which sector holds how much is for the rule about parity.
    A proposal from above for which the source gives a reason (rights, safeguarding, emergency) is set aside,
    and so is a power that nobody holds. One that is not from above speaks against asking, reason or none: to
    give a reason never adds a question. Consultation is asked about only where the decision comes only from
    above: those who decide for themselves need not be consulted.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "direction" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        For the start, the decision, the money and the consultation, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "direction".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.place.types import Tier
    >>> from covenant.scrutinise.programme import Actor
    >>> ministry = Actor("Ministry of Wells", Sector.STATE, Tier.NATION)
    >>> street = Actor("Residents of Pump Row", Sector.RESIDENTS, Tier.NEIGHBOURHOOD)
    >>> wells = Programme("Wells", ends=(End("the street decides", Direction.BOTTOM_UP),), proposals=(
    ...     Proposal("P1", decided_by=(ministry,), affected=(street,)),))
    >>> [found.id for found in ask(wells, {"direction": Threshold(1, Fraction(1, 2), "an example")})
    ...     if isinstance(found, Question)]
    ['direction.decides']
    """
    threshold = thresholds["direction"]
    ends = () if isinstance(programme.ends, NotStated) else programme.ends
    ends = tuple(end for end in ends if end.direction is Direction.BOTTOM_UP)
    if not ends:
        why = _undeclared(programme)
        return tuple(not_declared(subject, threshold, why) for subject in (*_POWERS.values(), _CONSULTATION))
    served = [proposal for proposal in programme.proposals if _serves(proposal, ends)]
    found = []
    for power, subject in _POWERS.items():
        cases = [_unless_answered(proposal, _case(proposal, power)) for proposal in served]
        found.append(_answer(subject, cases, threshold, ends, served, _beside(served, power, cases)))
    consulted = [_unless_answered(proposal, _consulted(proposal)) for proposal in served]
    return (*found, _answer(_CONSULTATION, consulted, threshold, ends, served, []))


def _answer(
    subject: Subject,
    cases: Sequence[Case],
    threshold: Threshold,
    ends: Sequence[End],
    served: Sequence[Proposal],
    beside: Sequence[Figure],
) -> Question | Unasked:
    return verdict(
        subject,
        cases,
        threshold,
        partial(_text, subject, ends),
        declared=tuple(Evidence(None, "ends", f"bottom-up: “{end.wording}”", end.where) for end in ends),
        set_aside=tuple(_reasons(proposal) for proposal in served if proposal.level_reasons),
        beside=beside,
    )


def _text(subject: Subject, ends: Sequence[End], metric: Metric) -> str:
    of = f"Of the proposals for {'it' if len(ends) == 1 else 'them'}"
    if subject is _CONSULTATION:
        of += " that are decided only from above"
    are = "is" if metric.count == 1 else "are"
    return (
        f"The programme declares as bottom-up: {quoted(ends)}. {of}, where this can be told ({metric.n}), "
        f"{metric.count} {are} {_ASKS[subject]}"
    )


def _undeclared(programme: Programme) -> str:
    if isinstance(programme.ends, NotStated):
        return "What ends the programme declares is not stated, so its means cannot be set against them."
    return (
        "The programme is not recorded as declaring any end bottom-up, so its means are not set against one."
    )


def _serves(proposal: Proposal, ends: Sequence[End]) -> bool:
    return any(not end.for_proposals or proposal.id in end.for_proposals for end in ends)


def _reasons(proposal: Proposal) -> Evidence:
    given = ", ".join(reason.value for reason in proposal.level_reasons)
    return Evidence(proposal.id, "level_reasons", given, proposal.found_at("level_reasons"))


def _beside(served: Sequence[Proposal], power: Power, cases: Sequence[Case]) -> list[Figure]:
    above = [proposal for proposal, case in zip(served, cases, strict=True) if case.can_be == {COUNTS}]
    reasoned = sum(bool(proposal.level_reasons) for proposal in served)
    figures = []
    for sector in Sector:
        holding = sum(among(proposal.holders(power), sector) is True for proposal in above)
        if holding:
            figures.append(
                Figure(f"of these, held by {sector.value}, alone or with others", holding, len(above))
            )
    return [
        *figures,
        Figure("with a reason that the source gives for acting from above", reasoned, len(served)),
    ]


def _case(proposal: Proposal, power: Power) -> Case:
    holders, affected = proposal.holders(power), proposal.affected
    missing = []
    if _leaves_open(holders, "sector", "tier"):
        missing.append((proposal.id, power.value))
    if _leaves_open(affected, "tier"):
        missing.append((proposal.id, "affected"))
    says = (seen(proposal, power.value, holders), seen(proposal, "affected", affected))
    return Case(standing(holders, affected), 2, tuple(missing), says)


def _unless_answered(proposal: Proposal, case: Case) -> Case:
    """A reason takes out what would count and nothing else, so that giving one never makes a share larger."""
    if not proposal.level_reasons or COUNTS not in case.can_be:
        return case
    return replace(case, can_be=case.can_be - {COUNTS} | {SET_ASIDE})


def _leaves_open(actors: Actors, *needed: str) -> bool:
    if isinstance(actors, NotStated):
        return True
    return any(getattr(actor, name) is NOT_STATED for actor in actors for name in needed)


def _consulted(proposal: Proposal) -> Case:
    decided = _case(proposal, Power.DECIDES)
    if COUNTS not in decided.can_be:
        return Case(frozenset({SET_ASIDE}), decided.fields, decided.missing, decided.evidence)
    fields = {
        "consultation_held": proposal.consultation_held,
        "consultation_promised": proposal.consultation_promised,
    }
    can_be: set[Outcome] = {SET_ASIDE} if len(decided.can_be) > 1 else set()
    can_be |= _anybody(*fields.values())
    missing = tuple((proposal.id, name) for name, actors in fields.items() if isinstance(actors, NotStated))
    says = tuple(seen(proposal, name, actors) for name, actors in fields.items())
    return Case(frozenset(can_be), decided.fields + 2, decided.missing + missing, decided.evidence + says)


def _anybody(*consulted: Actors) -> set[Outcome]:
    if any(not isinstance(actors, NotStated) and actors for actors in consulted):
        return {DOES_NOT}
    return {COUNTS, DOES_NOT} if NOT_STATED in consulted else {COUNTS}
