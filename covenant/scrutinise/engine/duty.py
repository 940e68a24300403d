"""Asks about duties that the source itself says have no money, or not all of it, behind them."""

from __future__ import annotations

from collections.abc import Mapping

from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import listed, many
from covenant.scrutinise.programme import (
    Age,
    Costing,
    Duty,
    Funding,
    NotStated,
    Programme,
)
from covenant.scrutinise.types import (
    Evidence,
    Figure,
    Metric,
    Question,
    Threshold,
    Unasked,
)

UNFUNDED = Subject(
    "duty.unfunded",
    "duty",
    "stated to have no funding",
    "duty",
    "whose funding is stated",
    "What it costs, and what money, people or other means will carry it, for as long as it lasts; or that it "
    "needs none, and why.",
)
PART_FUNDED = Subject(
    "duty.part-funded",
    "duty",
    "stated to be funded in part",
    "duty",
    "stated to have some money",
    "What it costs, what part is covered, and where the rest will come from, for as long as it lasts.",
)
_AMONG = {
    Funding.NONE: {Funding.NONE, Funding.PARTLY, Funding.FUNDED},
    Funding.PARTLY: {Funding.PARTLY, Funding.FUNDED},
}
_STATES = {
    Funding.NONE: "The source states whether there is money for {}",
    Funding.PARTLY: "The source states that there is money for {}",
}
_SAID = {Funding.NONE: "said to have no funding", Funding.PARTLY: "said to be funded only in part"}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find duties that the source says are unfunded or funded in part.

    Civic meaning: a duty with nothing behind it is a promise that somebody else is left to keep. Only what
    the source says in so many words counts: a duty about whose funding it is silent is a limit, never a
    fault. A duty that the source says needs no money is set aside; so is one without any money where the
    question is whether what there is covers the duty.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by question; this reads "duty" (least count in duties).

    Returns
    -------
    tuple of Question or Unasked
        For duties without funding and for duties funded in part, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "duty".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Proposal
    >>> wells = Programme("Wells", proposals=(
    ...     Proposal("P1", duties=(Duty("mend the pump", funding=Funding.NONE), Duty("paint it"))),))
    >>> found = ask(wells, {"duty": Threshold(1, Fraction(0), "an example")})[0]
    >>> found.id, found.metric.count, found.metric.n, found.metric.undetermined
    ('duty.unfunded', 1, 1, 1)
    """
    threshold = thresholds["duty"]
    return (
        _ask(programme, UNFUNDED, Funding.NONE, threshold),
        _ask(programme, PART_FUNDED, Funding.PARTLY, threshold),
    )


def _ask(programme: Programme, subject: Subject, sought: Funding, threshold: Threshold) -> Question | Unasked:
    def text(metric: Metric) -> str:
        one = metric.count == 1
        return (
            f"{_STATES[sought].format(many(metric.n, 'duty'))}; of these, {metric.count} "
            f"{'is' if one else 'are'} {_SAID[sought]}. With what are those on whom "
            f"{'it falls to carry it' if one else 'they fall to carry them'}?"
        )

    return verdict(subject, _cases(programme, sought), threshold, text, beside=_beside(programme, sought))


def _cases(programme: Programme, sought: Funding) -> list[Case]:
    cases = []
    for proposal in programme.proposals:
        if isinstance(proposal.duties, NotStated):
            cases.append(Case(frozenset(Outcome), 1, ((proposal.id, "duties"),), any_number=True))
            continue
        for place, duty in enumerate(proposal.duties, start=1):
            cases.append(_case(proposal.id, place, duty, sought))
    return cases


def _case(proposal: str, place: int, duty: Duty, sought: Funding) -> Case:
    if isinstance(duty.funding, NotStated):
        return Case(frozenset(Outcome), 1, ((proposal, f"duties {place}, funding"),))
    text = "not stated what" if isinstance(duty.text, NotStated) else duty.text
    says = (
        Evidence(proposal, f"duties {place}, text", text, duty.where),
        Evidence(proposal, f"duties {place}, on", listed(duty.on), duty.where),
        Evidence(proposal, f"duties {place}, funding", duty.funding.value, duty.where),
    )
    if duty.funding not in _AMONG[sought]:
        return Case(frozenset({SET_ASIDE}), 1, (), says)
    return Case(frozenset({COUNTS if duty.funding is sought else DOES_NOT}), 1, (), says)


def _beside(programme: Programme, sought: Funding) -> list[Figure]:
    counted = [
        duty
        for proposal in programme.proposals
        if not isinstance(proposal.duties, NotStated)
        for duty in proposal.duties
        if duty.funding is sought
    ]
    ages = [duty.age for duty in counted]
    costings = [duty.costing for duty in counted]
    n = len(counted)
    return [
        Figure("of these, new", ages.count(Age.NEW), n),
        Figure("of these, existing before", ages.count(Age.EXISTING), n),
        Figure("of these, costed", costings.count(Costing.COSTED), n),
        Figure("of these, stated not to be costed", costings.count(Costing.NOT_COSTED), n),
    ]
