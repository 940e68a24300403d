"""Asks about sectors, small bodies and local bodies that carry duties and have next to no say in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from covenant.scrutinise.engine import volunteers
from covenant.scrutinise.engine.groups import LOCAL, SECTORS, SMALL, Group, any_of, carried, some
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import burden, many, of_them, said
from covenant.scrutinise.programme import Actors, NotStated, Power, Programme, Proposal
from covenant.scrutinise.types import Figure, Metric, Question, Threshold, Unasked

GROUPS = (*SECTORS.values(), SMALL, LOCAL)
_STATES = {
    Power.STARTS: "who starts {}",
    Power.DECIDES: "who must say yes or can stop {}",
    Power.MONEY: "who controls the money",
    Power.ENFORCES: "who can have {} enforced",
}
_THOSE = {
    Power.STARTS: "those who start it",
    Power.DECIDES: "those who must say yes or can stop it",
    Power.MONEY: "those who control the money",
    Power.ENFORCES: "those who can have it enforced",
}
_ASKS = {
    Power.STARTS: "What part have those who carry the duties in shaping them?",
    Power.DECIDES: "What say have those who carry the duties?",
    Power.MONEY: "What hand have those who carry the duties in the money for them?",
    Power.ENFORCES: "How can those who carry the duties hold the others to theirs?",
}
_WOULD_ANSWER = {
    Power.STARTS: "Who from among them asked for these proposals or helped to write them, and where that is "
    "recorded; or that those who carry the duties took them on freely.",
    Power.DECIDES: "What say, consent or way out those who carry the duties have; or the reason for which it "
    "must rest with others.",
    Power.MONEY: "What part of the money those who carry the duties control, rather than receive; or the "
    "reason for which it must rest with others.",
    Power.ENFORCES: "To whom those who carry the duties can turn when others do not keep theirs; or the "
    "reason for which enforcing must rest with others.",
}
# What is no power over a proposal, and belongs beside the want of one.
_BESIDE = {
    Power.DECIDES: ("may_opt_out", "a way out for {}"),
    Power.MONEY: ("money_received_by", "money received by {}, which is no control of it"),
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set who carries duties against who starts, decides, controls the money and enforces, group by group.

    Civic meaning: a partner that does the work without a part in the say is no equal partner. Every sector is
    read alike, the state included; so are small bodies, by their income, and local bodies, by their tier.
    Nothing here is a quota: one body of a group among those named is enough.

    Only proposals count in which the group carries a duty that the source states, and in which the source
    states who has the power; a power that nobody has is set aside. Who receives money is shown beside and
    never taken for control of it. Whether a group's work is all unpaid is asked by `volunteers`.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "parity" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        One for each group and power, then one for each group that may be left to volunteer.

    Raises
    ------
    KeyError
        Where there is no threshold called "parity".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.place.types import Sector
    >>> from covenant.scrutinise.programme import Actor, Duty
    >>> council, guild = Actor("Marl Council", Sector.STATE), Actor("Pump Guild", Sector.CIVIL_SOCIETY)
    >>> wells = Programme("Wells", proposals=(
    ...     Proposal("P1", decided_by=(council,), duties=(Duty("mend the pump", on=(guild,)),)),))
    >>> [found.id for found in ask(wells, {"parity": Threshold(1, Fraction(4, 5), "an example")})
    ...     if isinstance(found, Question)]
    ['parity.decides.civil-society']
    """
    threshold = thresholds["parity"]
    found: list[Question | Unasked] = []
    for group in GROUPS:
        burdens = [_burden(proposal, group) for proposal in programme.proposals]
        found += [_ask(programme, group, burdens, power, threshold) for power in _STATES]
    return (*found, *volunteers.ask(programme, threshold))


def _ask(
    programme: Programme, group: Group, burdens: Sequence[Case], power: Power, threshold: Threshold
) -> Question | Unasked:
    subject = Subject(
        f"parity.{power.name.lower()}.{group.id}",
        "parity",
        f"a duty on {group.name}, and {group.nobody} among {_THOSE[power]}",
        "proposal",
        f"with a duty on {group.name}",
        _WOULD_ANSWER[power],
    )
    cases = [
        _case(proposal, group, load, power)
        for proposal, load in zip(programme.proposals, burdens, strict=True)
    ]
    counted = [p for p, case in zip(programme.proposals, cases, strict=True) if case.can_be == {COUNTS}]
    return verdict(
        subject, cases, threshold, partial(_text, group, power), beside=_beside(counted, group, power)
    )


def _text(group: Group, power: Power, metric: Metric) -> str:
    states = _STATES[power].format("it" if metric.n == 1 else "them")
    return (
        f"In {many(metric.n, 'proposal')} with a duty on {group.name} the source also says {states}; "
        f"{of_them(metric.count, metric.n)} {group.nobody} is among those named. {_ASKS[power]}"
    )


def _beside(counted: Sequence[Proposal], group: Group, power: Power) -> list[Figure]:
    if power not in _BESIDE:
        return []
    field, words = _BESIDE[power]
    told = [some(getattr(proposal, field), group) for proposal in counted]
    n = len(told) - told.count(None)
    name = f"of these, where it can be told: {words.format(group.name)}"
    return [Figure(name, told.count(True), n)] if n else []


def _burden(proposal: Proposal, group: Group) -> Case:
    """What a proposal says about whether a group carries a duty of it: COUNTS where it does."""
    duties = carried(proposal)
    told = [some(on, group) for _, on, _ in duties]
    missing = [(proposal.id, field) for (field, _, _), has in zip(duties, told, strict=True) if has is None]
    rows = [burden(proposal, *each, *group.besides) for each, has in zip(duties, told, strict=True) if has]
    can_be = {True: {COUNTS}, False: {SET_ASIDE}, None: {COUNTS, SET_ASIDE}}[any_of(told)]
    return Case(frozenset(can_be), len(duties), tuple(missing), tuple(rows))


def _case(proposal: Proposal, group: Group, load: Case, power: Power) -> Case:
    if COUNTS not in load.can_be:
        return load
    holders = proposal.holders(power)
    missing = load.missing
    if isinstance(holders, NotStated) or any(group.has(holder) is None for holder in holders):
        missing += ((proposal.id, power.value),)
    can_be = _say(holders, group) | (load.can_be & {SET_ASIDE})
    says = (*load.evidence, said(proposal, power.value, *group.besides))
    return Case(can_be, load.fields + 1, missing, says)


def _say(holders: Actors, group: Group) -> frozenset[Outcome]:
    """Whether a group is among the holders of a power: every answer that is still possible."""
    if isinstance(holders, NotStated):
        return frozenset(Outcome)
    if not holders:
        return frozenset({SET_ASIDE})
    holds = some(holders, group)
    if holds is None:
        return frozenset({COUNTS, DOES_NOT})
    return frozenset({DOES_NOT if holds else COUNTS})
