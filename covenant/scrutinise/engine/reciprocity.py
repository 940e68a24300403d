"""Asks about promises between the sides of a covenant for which nothing is promised in return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from covenant.place.types import Sector
from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.groups import carried
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import burden, many, said
from covenant.scrutinise.programme import Actors, Kind, NotStated, Programme, Proposal
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked

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
    linked = {id for each in promises for id in stated(each.proposal.reciprocal_of)}
    silent = [each.proposal.id for each in promises if isinstance(each.proposal.reciprocal_of, NotStated)]
    cases = []
    for each in promises:
        linked_to = bool(stated(each.proposal.reciprocal_of)) or each.proposal.id in linked
        owing = {
            to for to in each.others.names | each.others.perhaps for by in each.by.names if (to, by) in owed
        }
        returned = linked_to or not owing.isdisjoint(each.others.names) or each.others.only_among(owing)
        others_silent = any(id != each.proposal.id for id in silent[:2])
        cases.append(_case(each, returned, promises, others_silent))
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
    """Bodies by name, those that may be meant, and how many others: any number where a list is not stated."""

    names: frozenset[str]
    perhaps: frozenset[str]
    further: float

    @property
    def is_open(self) -> bool:
        return self.further > 0 or bool(self.perhaps)

    def without(self, others: frozenset[str]) -> _Bodies:
        return _Bodies(self.names - others, self.perhaps - others, self.further)

    def only_among(self, others: set[str]) -> bool:
        """Whether whoever is meant is one of these."""
        return not self.further and self.names | self.perhaps <= others

    def may_meet(self, other: _Bodies) -> bool:
        """Whether one body may be among both."""
        mine, theirs = self.names | self.perhaps, other.names | other.perhaps
        if self.further or other.further:
            return bool((mine or self.further) and (theirs or other.further))
        return not mine.isdisjoint(theirs)


@dataclass(frozen=True)
class _Promise:
    proposal: Proposal
    by: _Bodies
    to: _Bodies  # residents apart

    @property
    def others(self) -> _Bodies:
        """Those who could promise something in return: not those who made it themselves."""
        return self.to.without(self.by.names)


def _promise(proposal: Proposal) -> _Promise:
    by = _bodies([on for _, on, _ in carried(proposal)])
    return _Promise(proposal, by, _bodies([proposal.affected], but=Sector.RESIDENTS))


def _bodies(lists: Iterable[Actors], but: Sector | None = None) -> _Bodies:
    names, perhaps, further = set(), set(), 0.0
    for actors in lists:
        if isinstance(actors, NotStated):
            further = inf
            continue
        for actor in actors:
            if but is not None and actor.sector is but:
                continue
            if isinstance(actor.name, NotStated):
                further += 1
            elif but is not None and isinstance(actor.sector, NotStated):
                perhaps.add(actor.name)
            else:
                names.add(actor.name)
    return _Bodies(frozenset(names), frozenset(perhaps - names), further)


def _case(each: _Promise, returned: bool, promises: Sequence[_Promise], others_silent: bool) -> Case:
    proposal = each.proposal
    fields = {"duties, on": each.by.is_open, "affected": each.to.is_open}
    missing = [(proposal.id, field) for field, is_open in fields.items() if is_open]
    if isinstance(proposal.reciprocal_of, NotStated):
        missing.append((proposal.id, "reciprocal_of"))
    says = (
        *(burden(proposal, *each) for each in carried(proposal)),
        said(proposal, "affected"),
        said(proposal, "reciprocal_of"),
    )
    return Case(_can_be(each, returned, promises, others_silent), 3, tuple(missing), says)


def _can_be(
    each: _Promise, returned: bool, promises: Sequence[_Promise], others_silent: bool
) -> frozenset[Outcome]:
    by, to = each.by, each.others
    if not (by.names or by.further) or not (to.names or to.is_open):
        return frozenset({SET_ASIDE})
    # Whoever is not named among those who owe it may be the one to whom it is owed.
    can_be: set[Outcome] = set() if len(to.names) > by.further else {SET_ASIDE}
    if returned:
        return frozenset(can_be | {DOES_NOT})
    silent = others_silent or isinstance(each.proposal.reciprocal_of, NotStated)
    may_return = (
        other for other in promises if other is not each and other.by.without(by.names).may_meet(to)
    )
    if silent or any(other.to.may_meet(by) for other in may_return):
        can_be.add(DOES_NOT)
    return frozenset(can_be | {COUNTS})
