"""Asks about value without return, return without value, and sources of money that do not meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from covenant.scrutinise.engine.cases import SAID, weighed
from covenant.scrutinise.engine.pairs import Bond, apart
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, said
from covenant.scrutinise.programme import Finance, NotStated, Programme, Proposal
from covenant.scrutinise.types import Figure, Metric, Question, Threshold, Unasked

_NO_RETURN = Subject(
    "finance.value-without-return",
    "finance",
    "of public value, with money that is to come back, and said to bring no return",
    "proposal",
    "of public value whose money is to come back",
    "What return is planned, over how long, and who bears a loss; or who lends without a return, and why.",
)
_NO_VALUE = Subject(
    "finance.return-without-value",
    "finance",
    "with money that is to come back with a return, and said to bring no public value",
    "proposal",
    "whose money is to come back with a return",
    "What good it is to do, for whom, and how that will be told; or why public money or powers stand behind "
    "it all the same.",
)
_APART = Subject(
    "finance.apart",
    "finance",
    "to the same end, from sources that do not meet",
    "pair",
    "of proposals that share an outcome",
    "Which sources could pay for both, who could bring them together, and what that would save; or what "
    "keeps them apart.",
)
_WAYS = {"finance": tuple(Finance), "public_value": SAID, "investor_return": SAID}
_ASKS = {
    _NO_RETURN: (
        "{bring} public value from money that is to come back, and {state} whether it earns a return; of "
        "these, {are} said to earn none. What brings that money in?"
    ),
    _NO_VALUE: (
        "{rest} on money that is to come back with a return, and {state} whether public value comes of it; "
        "of these, {are} said to bring none. What good {do} the public?"
    ),
}
_MONEY = Bond("outcomes", "money_from", "pooled_with", joined_without=True)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set public value and return beside each other, and sources of money that serve the same end.

    Civic meaning: what is good for a place and what pays back those who invest in it belong together; and
    several pots of money for one end do more together than apart.

    What is valued, or earns a return, is declared: it makes the question arise, as an end that is declared
    bottom-up does. Where the source rules out both, nothing stands beside anything, and neither is asked.

    Two proposals are a pair where they share an outcome, in whatever case it is written. Their money meets
    where they share a source or where either names the other as pooled with it. One that the source says has
    no source of money is in no pair, unless it is pooled with the other.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "finance" (least count in proposals, or in pairs of them).

    Returns
    -------
    tuple of Question or Unasked
        For value without return, return without value and money apart, in this order; for the last, bounds
        as `pairs.apart` has them.

    Raises
    ------
    KeyError
        Where there is no threshold called "finance".

    Examples
    --------
    >>> from fractions import Fraction
    >>> wells = Programme("Wells", proposals=(
    ...     Proposal("P1", finance=Finance.REPAID, public_value="dry cellars", investor_return=""),))
    >>> [found.id for found in ask(wells, {"finance": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['finance.value-without-return']
    """
    threshold = thresholds["finance"]
    reads = {
        _NO_RETURN: partial(_set_beside, "public_value", "investor_return"),
        _NO_VALUE: partial(_set_beside, "investor_return", "public_value"),
    }
    alone = [
        verdict(
            subject,
            [_case(proposal, read) for proposal in programme.proposals],
            threshold,
            partial(_text, subject),
            beside=_beside(programme),
        )
        for subject, read in reads.items()
    ]
    return (*alone, _apart(programme, threshold))


def _text(subject: Subject, metric: Metric) -> str:
    end = "s" if metric.n == 1 else ""
    words = {
        "bring": f"bring{end}",
        "rest": f"rest{end}",
        "state": f"state{end}",
        "are": f"{metric.count} {'is' if metric.count == 1 else 'are'}",
        "do": "does it do" if metric.count == 1 else "do they do",
    }
    return f"{many(metric.n, 'proposal')} {_ASKS[subject].format(**words)}"


def _set_beside(declared: str, other: str, fields: Mapping[str, Any]) -> Outcome:
    if fields["finance"] is Finance.SPENT or not fields[declared]:
        return SET_ASIDE
    return DOES_NOT if fields[other] else COUNTS


def _case(proposal: Proposal, read: Callable[[Mapping[str, Any]], Outcome]) -> Case:
    fields = {field: getattr(proposal, field) for field in _WAYS}
    return weighed(proposal.id, fields, _WAYS, read, tuple(said(proposal, field) for field in _WAYS))


def _beside(programme: Programme) -> list[Figure]:
    stated = [p.finance for p in programme.proposals if not isinstance(p.finance, NotStated)]
    return [
        Figure(f"of all that state it, {kind.value}", stated.count(kind), len(stated)) for kind in Finance
    ]


def _apart(programme: Programme, threshold: Threshold) -> Question | Unasked:
    proposals = programme.proposals
    cases, beside = apart(proposals, _MONEY)
    silent = sum(isinstance(each.outcomes, NotStated) for each in proposals)
    figure = Figure("proposals of which it is not stated what is to come of them", silent, len(proposals))
    return verdict(_APART, cases, threshold, _apart_text, beside=[figure, *beside])


def _apart_text(metric: Metric) -> str:
    share = "shares an outcome and tells" if metric.n == 1 else "share an outcome and tell"
    each = "this pair" if metric.count == 1 else "each pair"
    return (
        f"{many(metric.n, 'pair')} of proposals {share} whether their money meets; that of {metric.count} "
        "does not: no source pays for both, and neither is pooled with the other. Where could the money of "
        f"{each} meet?"
    )
