"""Asks about groups whose every duty is said to be unpaid."""

from __future__ import annotations

from functools import partial

from covenant.place.types import Sector
from covenant.scrutinise.engine.groups import LOCAL, SECTORS, SMALL, Group, carried, some
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import burden, many, of_them
from covenant.scrutinise.programme import Duty, NotStated, Programme, Proposal, Work
from covenant.scrutinise.types import Evidence, Metric, Question, Threshold, Unasked

# Not residents: what people do as people is mostly unpaid, so the question would be asked of every programme.
# Not the state as such: those whom it employs are paid whatever a source says.
GROUPS = (SECTORS[Sector.CIVIL_SOCIETY], SECTORS[Sector.BUSINESS], SMALL, LOCAL)


def ask(programme: Programme, threshold: Threshold) -> tuple[Question | Unasked, ...]:
    """Find proposals in which a group has duties, and every one of them is said to be unpaid.

    Civic meaning: volunteering is a part of what organisations do; a partner that is wanted only for unpaid
    work is not met as one. A single paid duty in a proposal is enough, and no rate is asked for.

    Parameters
    ----------
    programme : read, never changed.
    threshold : from where on this asks, in proposals.

    Returns
    -------
    tuple of Question or Unasked
        For civil society, business, small bodies and local bodies, in this order.

    Raises
    ------
    Nothing: what is not stated leaves a proposal undetermined.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor
    >>> duty = Duty("mend the pump", (Actor("Pump Guild", Sector.CIVIL_SOCIETY),), work=Work.UNPAID)
    >>> found = ask(Programme("Wells", proposals=(Proposal("P1", duties=(duty,)),)),
    ...     Threshold(1, Fraction(4, 5), "an example"))
    >>> [each.id for each in found if isinstance(each, Question)]
    ['parity.volunteers.civil-society']
    """
    return tuple(_ask(programme, group, threshold) for group in GROUPS)


def _ask(programme: Programme, group: Group, threshold: Threshold) -> Question | Unasked:
    subject = Subject(
        f"parity.volunteers.{group.id}",
        "parity",
        f"duties on {group.name}, all of them unpaid",
        "proposal",
        f"with a duty on {group.name}",
        "What part they have besides unpaid work, and who pays for it; or that those who do the work offered "
        "it as volunteers.",
    )
    cases = [_case(proposal, group) for proposal in programme.proposals]
    return verdict(subject, cases, threshold, partial(_text, group))


def _text(group: Group, metric: Metric) -> str:
    return (
        f"In {many(metric.n, 'proposal')} with a duty on {group.name} the source also says whether the work "
        f"is paid; {of_them(metric.count, metric.n)} all that falls on {group.name} is unpaid. "
        f"What part is there for {group.name} besides unpaid work?"
    )


def _case(proposal: Proposal, group: Group) -> Case:
    if isinstance(proposal.duties, NotStated):
        return Case(frozenset(Outcome), 1, ((proposal.id, "duties"),))
    each = [_outcomes(duty, group) for duty in proposal.duties]
    can_be: set[Outcome] = set()
    if any(DOES_NOT in can for can in each):
        can_be.add(DOES_NOT)
    if any(COUNTS in can for can in each) and all(can != {DOES_NOT} for can in each):
        can_be.add(COUNTS)
    if all(SET_ASIDE in can for can in each):
        can_be.add(SET_ASIDE)
    fields, missing, rows = 0, [], []
    for place, (field, on, duty) in enumerate(carried(proposal), start=1):
        has, work = some(on, group), f"duties {place}, work"
        fields += 1 if has is False else 2
        if has is None:
            missing.append((proposal.id, field))
        if has is not False and isinstance(duty.work, NotStated):
            missing.append((proposal.id, work))
        if has:
            rows.append(burden(proposal, field, on, duty, *group.besides))
            rows.append(Evidence(proposal.id, work, duty.work.value, duty.where))
    return Case(frozenset(can_be), fields, tuple(missing), tuple(rows))


def _outcomes(duty: Duty, group: Group) -> set[Outcome]:
    """What one duty may say: COUNTS where the group carries it unpaid."""
    has = some(duty.on, group)
    if has is False:
        return {SET_ASIDE}
    paid = {COUNTS, DOES_NOT}
    if not isinstance(duty.work, NotStated):
        paid = {COUNTS if duty.work is Work.UNPAID else DOES_NOT}
    return paid if has else {SET_ASIDE, *paid}
