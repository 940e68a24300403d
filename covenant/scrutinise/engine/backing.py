"""Counts duties by whether they are new and by what stands behind them; decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from covenant.scrutinise.programme import NOT_STATED, Age, Costing, Duty, Funding, NotStated, Programme
from covenant.scrutinise.types import Figure

_AGES: dict[Age | NotStated, str] = {
    Age.NEW: "new",
    Age.EXISTING: "existing before",
    NOT_STATED: "not stated whether new",
}
_BEHIND: dict[Funding | NotStated, str] = {
    Funding.FUNDED: "funded",
    Funding.PARTLY: "funded in part",
    Funding.NONE: "no funding",
    Funding.NOT_NEEDED: "no funding needed",
    NOT_STATED: "funding not stated",
}


def stated_duties(programme: Programme) -> list[tuple[str, int, Duty]]:
    """Each stated duty, with its proposal's id and its place there."""
    return [
        (proposal.id, place, duty)
        for proposal in programme.proposals
        if not isinstance(proposal.duties, NotStated)
        for place, duty in enumerate(proposal.duties, start=1)
    ]


def backing(programme: Programme) -> tuple[Figure, ...]:
    """Count the duties that are stated, by whether they are new and by what stands behind them.

    Not stated is a kind of its own here, and nothing in these figures decides a question.

    >>> from covenant.scrutinise.programme import Proposal
    >>> wells = Programme("Wells", proposals=(Proposal("P1", duties=(Duty("mend the pump", age=Age.NEW),)),))
    >>> [(figure.name, figure.count, figure.n) for figure in backing(wells)]
    [('of all duties: new, funding not stated', 1, 1)]
    """
    duties = [duty for _, _, duty in stated_duties(programme)]
    kinds = Counter((duty.age, duty.funding) for duty in duties)
    return tuple(
        Figure(f"of all duties: {new}, {behind}", kinds[age, funding], len(duties))
        for age, new in _AGES.items()
        for funding, behind in _BEHIND.items()
        if kinds[age, funding]
    )


def of_these(counted: Sequence[Duty]) -> list[Figure]:
    """Count the duties that a question counts, by age and by cost."""
    ages = [duty.age for duty in counted]
    costings = [duty.costing for duty in counted]
    n = len(counted)
    return [
        Figure("of these, new", ages.count(Age.NEW), n),
        Figure("of these, existing before", ages.count(Age.EXISTING), n),
        Figure("of these, costed", costings.count(Costing.COSTED), n),
        Figure("of these, stated not to be costed", costings.count(Costing.NOT_COSTED), n),
    ]
