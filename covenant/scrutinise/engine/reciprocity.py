"""Asks about promises between the sides of a covenant for which nothing is promised in return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from covenant.place.types import Sector
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import listed, many
from covenant.scrutinise.programme import NOT_STATED, Actors, Duty, Kind, NotStated, Programme, Proposal
from covenant.scrutinise.types import Evidence, Metric, Question, Threshold, Unasked

UNRETURNED = Subject(
    "reciprocity.unreturned",
    "reciprocity",
    "owed to a body that promises nothing in return",
    "commitment",
    "owed to a body that could promise something",
    "What those to whom these are owed do in return, and where it is written; or why they are gifts.",
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find promises to bodies that promise nothing back to those who made them.

    Civic meaning: "we will, if you will" is what makes a covenant more than two lists side by side.

    A promise is returned where the body to which it is owed, or one of several, owes something to one of
    those who made it, or where the programme links it to another (`reciprocal_of`, in either direction).
    Promises to residents alone are set aside: nobody signs for residents, and they owe nothing. Bodies are
    told apart by their names.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "reciprocity" (least count in commitments).

    Returns
    -------
    tuple of Question or Unasked
        A single one.

    Raises
    ------
    KeyError
        Where there is no threshold called "reciprocity".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor, Duty
    >>> guild, council = Actor("Pump Guild", Sector.CIVIL_SOCIETY), Actor("Marl Council", Sector.STATE)
    >>> wells = Programme("Wells", proposals=(Proposal("C1", kind=Kind.COMMITMENT, affected=(council,),
    ...     duties=(Duty("mend the pump", (guild,)),), reciprocal_of=()),))
    >>> [found.id for found in ask(wells, {"reciprocity": Threshold(1, Fraction(1, 2), "an example")})
    ...     if isinstance(found, Question)]
    ['reciprocity.unreturned']
    """
    promises = [_promise(each) for each in programme.proposals if each.kind is Kind.COMMITMENT]
    owed = {(by, to) for each in promises for by in each.by.names for to in each.to.names}
    linked = {id for each in promises for id in _ids(each.proposal.reciprocal_of)}
    unclear = [each for each in promises if each.by.is_open or each.to.is_open]
    silent = [each.proposal.id for each in promises if isinstance(each.proposal.reciprocal_of, NotStated)]
    cases = []
    for each in promises:
        returned = (
            bool(_ids(each.proposal.reciprocal_of))
            or each.proposal.id in linked
            or any((to, by) in owed for to in each.to.names - each.by.names for by in each.by.names)
        )
        others_silent = any(id != each.proposal.id for id in silent[:2])
        cases.append(_case(each, returned, unclear, others_silent))
    return (verdict(UNRETURNED, cases, thresholds["reciprocity"], _text),)


def _text(metric: Metric) -> str:
    them, are = ("it", "is") if metric.n == 1 else ("them", "are")
    return (
        f"{many(metric.n, 'commitment')} {are} owed to bodies that could promise something in return; for "
        f"{metric.count} of {them} nothing is. What is promised for "
        f"{'it' if metric.count == 1 else 'them'}, or why are no returns asked?"
    )


@dataclass(frozen=True)
class _Bodies:
    """Bodies by name, and how many further names may be meant: any number where a list is not stated."""

    names: frozenset[str]
    further: float
    may_be_none: bool

    @property
    def is_open(self) -> bool:
        return self.further > 0


@dataclass(frozen=True)
class _Promise:
    proposal: Proposal
    by: _Bodies
    to: _Bodies


def _promise(proposal: Proposal) -> _Promise:
    if isinstance(proposal.duties, NotStated):
        by = _bodies([NOT_STATED])
    else:
        by = _bodies([duty.on for duty in proposal.duties])
    return _Promise(proposal, by, _bodies([proposal.affected], without=Sector.RESIDENTS))


def _bodies(lists: Iterable[Actors], without: Sector | None = None) -> _Bodies:
    names: set[str] = set()
    further, certain = 0.0, False
    for actors in lists:
        if isinstance(actors, NotStated):
            further = inf
            continue
        for actor in actors:
            if actor.sector is without and without is not None:
                continue
            unsure = without is not None and isinstance(actor.sector, NotStated)
            further += unsure or isinstance(actor.name, NotStated)
            certain |= not unsure
            if not isinstance(actor.name, NotStated) and not unsure:
                names.add(actor.name)
    return _Bodies(frozenset(names), further, not certain)


def _ids(names: tuple[str, ...] | NotStated) -> tuple[str, ...]:
    return () if isinstance(names, NotStated) else names


def _case(each: _Promise, returned: bool, unclear: Sequence[_Promise], others_silent: bool) -> Case:
    proposal = each.proposal
    fields = {"duties, on": each.by.is_open, "affected": each.to.is_open}
    missing = [(proposal.id, field) for field, is_open in fields.items() if is_open]
    if isinstance(proposal.reciprocal_of, NotStated):
        missing.append((proposal.id, "reciprocal_of"))
    link = proposal.reciprocal_of
    says = (
        *(
            Evidence(proposal.id, f"duties {place}, on", listed(duty.on), duty.where)
            for place, duty in enumerate(_duties(proposal), start=1)
        ),
        Evidence(proposal.id, "affected", listed(proposal.affected), proposal.found_at("affected")),
        Evidence(
            proposal.id,
            "reciprocal_of",
            link.value if isinstance(link, NotStated) else "; ".join(link) or "none",
            proposal.found_at("reciprocal_of"),
        ),
    )
    return Case(_can_be(each, returned, unclear, others_silent), 3, tuple(missing), says)


def _duties(proposal: Proposal) -> tuple[Duty, ...]:
    return () if isinstance(proposal.duties, NotStated) else proposal.duties


def _can_be(
    each: _Promise, returned: bool, unclear: Sequence[_Promise], others_silent: bool
) -> frozenset[Outcome]:
    nobody = not each.by.names and not each.by.is_open
    if nobody or (not each.to.names - each.by.names and not each.to.is_open):
        return frozenset({SET_ASIDE})
    # Whoever is not named among those who owe it may be the one to whom it is owed.
    to_others = len(each.to.names - each.by.names) > each.by.further
    is_a_case = to_others and not each.to.may_be_none and not each.by.may_be_none
    can_be: set[Outcome] = set() if is_a_case else {SET_ASIDE}
    if returned:
        return frozenset(can_be | {DOES_NOT})
    can_be.add(COUNTS)
    silent = others_silent or isinstance(each.proposal.reciprocal_of, NotStated)
    if silent or each.by.is_open or each.to.is_open or any(_may_return(other, each) for other in unclear):
        can_be.add(DOES_NOT)
    return frozenset(can_be)


def _may_return(other: _Promise, each: _Promise) -> bool:
    if other.proposal.id == each.proposal.id:
        return False
    by_creditor = other.by.is_open or bool(other.by.names & (each.to.names - each.by.names))
    return by_creditor and (other.to.is_open or bool(other.to.names & each.by.names))
