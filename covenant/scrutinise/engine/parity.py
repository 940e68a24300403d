"""Asks about sectors that carry duties and have next to no say in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from covenant.place.types import Sector
from covenant.scrutinise.engine.sectors import among, carries
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import listed, many, seen
from covenant.scrutinise.programme import (
    Actors,
    Duty,
    NotStated,
    Power,
    Programme,
    Proposal,
)
from covenant.scrutinise.types import (
    Evidence,
    Metric,
    Question,
    Threshold,
    Unasked,
)

_SECTORS = {
    Sector.STATE: "the state",
    Sector.CIVIL_SOCIETY: "civil society",
    Sector.BUSINESS: "business",
    Sector.RESIDENTS: "the residents' side",
}
_STATES = {
    Power.STARTS: "who starts it",
    Power.DECIDES: "who decides",
    Power.MONEY: "who controls the money",
}
_NO_PART = {
    Power.STARTS: "is not among those who start it",
    Power.DECIDES: "is not among those who decide",
    Power.MONEY: "is not among those who control the money",
}
_ASKS = {
    Power.STARTS: "What part have those who carry the duties in shaping them?",
    Power.DECIDES: "What say have those who carry the duties?",
    Power.MONEY: "What hand have those who carry the duties in the money for them?",
}
_WOULD_ANSWER = {
    Power.STARTS: "Who from this sector asked for these proposals or helped to write them, and where that is "
    "recorded; or that those who carry the duties took them on freely.",
    Power.DECIDES: "What say, consent or way out those who carry the duties have; or the reason for which it "
    "must rest with others.",
    Power.MONEY: "What part of the money those who carry the duties control, rather than receive; or the "
    "reason for which it must rest with others.",
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set who carries duties against who starts, decides and controls the money, sector by sector.

    Civic meaning: a partner that does the work without a part in the say is no equal partner. Every sector is
    read alike, the state included. Nothing here is a quota: one body of a sector among those named is enough.

    Only proposals count in which the sector carries a duty that the source states, and in which the source
    states who has the power; a power that nobody has is set aside.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "parity" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        One for each sector and power.

    Raises
    ------
    KeyError
        Where there is no threshold called "parity".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor
    >>> council, guild = Actor("Marl Council", Sector.STATE), Actor("Pump Guild", Sector.CIVIL_SOCIETY)
    >>> wells = Programme("Wells", proposals=(
    ...     Proposal("P1", decided_by=(council,), duties=(Duty("mend the pump", on=(guild,)),)),))
    >>> [found.id for found in ask(wells, {"parity": Threshold(1, Fraction(4, 5), "an example")})
    ...     if isinstance(found, Question)]
    ['parity.decides.civil-society']
    """
    threshold = thresholds["parity"]
    return tuple(_ask(programme, sector, power, threshold) for sector in Sector for power in _STATES)


def _ask(programme: Programme, sector: Sector, power: Power, threshold: Threshold) -> Question | Unasked:
    subject = Subject(
        f"parity.{power.name.lower()}.{sector.value.replace(' ', '-')}",
        "parity",
        f"{_SECTORS[sector]} carries a duty and {_NO_PART[power]}",
        "proposal",
        f"in which {_SECTORS[sector]} carries a duty",
        _WOULD_ANSWER[power],
    )
    cases = [_case(proposal, sector, power) for proposal in programme.proposals]
    return verdict(subject, cases, threshold, partial(_text, sector, power))


def _text(sector: Sector, power: Power, metric: Metric) -> str:
    them = "it" if metric.n == 1 else "them"
    name = _SECTORS[sector][0].upper() + _SECTORS[sector][1:]
    return (
        f"{name} carries duties in {many(metric.n, 'proposal')} for which the source also states "
        f"{_STATES[power]}; in {metric.count} of {them} it {_NO_PART[power]}. {_ASKS[power]}"
    )


def _case(proposal: Proposal, sector: Sector, power: Power) -> Case:
    burdened = carries(proposal, sector)
    carried = _carried(proposal)
    missing = [(proposal.id, field) for field, on, _ in carried if among(on, sector) is None]
    if burdened is False:
        return Case(frozenset({SET_ASIDE}), len(carried), tuple(missing))
    can_be = _say(proposal.holders(power), sector)
    if burdened is None:
        can_be |= {SET_ASIDE}
    holders = proposal.holders(power)
    if isinstance(holders, NotStated) or any(isinstance(holder.sector, NotStated) for holder in holders):
        missing.append((proposal.id, power.value))
    duties = tuple(
        Evidence(proposal.id, field, f"{_what(duty)}: {listed(on)}", duty.where)
        for field, on, duty in carried
        if among(on, sector)
    )
    return Case(can_be, len(carried) + 1, tuple(missing), (*duties, seen(proposal, power.value, holders)))


def _say(holders: Actors, sector: Sector) -> frozenset[Outcome]:
    """Whether a sector is among the holders of a power: every answer that is still possible."""
    if isinstance(holders, NotStated):
        return frozenset(Outcome)
    if not holders:
        return frozenset({SET_ASIDE})
    holds = among(holders, sector)
    if holds is None:
        return frozenset({COUNTS, DOES_NOT})
    return frozenset({DOES_NOT if holds else COUNTS})


def _carried(proposal: Proposal) -> list[tuple[str, Actors, Duty]]:
    """Each field that says who carries a duty; a single one where there is none, or none is stated."""
    if isinstance(proposal.duties, NotStated):
        return [("duties", proposal.duties, Duty())]
    if not proposal.duties:
        return [("duties", (), Duty())]
    return [(f"duties {place}, on", duty.on, duty) for place, duty in enumerate(proposal.duties, start=1)]


def _what(duty: Duty) -> str:
    return "a duty" if isinstance(duty.text, NotStated) else duty.text
