"""Finds what was not found where it would matter: no fault, and it may be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from covenant.place.types import Tier
from covenant.scrutinise.engine.backing import stated_duties
from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.tiers import mentioned
from covenant.scrutinise.engine.wording import NOT_FOUND, many
from covenant.scrutinise.programme import (
    NOT_STATED,
    Inherited,
    Kind,
    NotStated,
    Participation,
    Programme,
    Proposal,
    Relation,
)
from covenant.scrutinise.types import Gap, Metric, Threshold

Matters = Callable[[Proposal], bool]


@dataclass(frozen=True)
class _Sought:
    """A field that a reader would look for, and the proposals for which it matters."""

    rule: str
    field: str
    what: str  # "who is to own it"
    matters: Matters


def _always(proposal: Proposal) -> bool:
    return True


def _promises_to_ask(proposal: Proposal) -> bool:
    return not isinstance(proposal.consultation_promised, NotStated) and bool(proposal.consultation_promised)


def _promises_a_part(proposal: Proposal) -> bool:
    promised = proposal.participation_promised
    return not isinstance(promised, NotStated) and promised is not Participation.NONE


def _is_promise(proposal: Proposal) -> bool:
    return proposal.kind is Kind.COMMITMENT


SOUGHT = (
    _Sought("direction", "started_by", "who first asked for it", _always),
    _Sought("direction", "problem_defined_by", "who said what the problem is", _always),
    _Sought("direction", "decided_by", "who decides", _always),
    _Sought("direction", "money_controlled_by", "who controls the money", _always),
    _Sought("direction", "may_opt_out", "who may opt out", _always),
    _Sought("direction", "may_end", "who may end it", _always),
    _Sought("direction", "participation_promised", "what part those affected will have", _always),
    _Sought("direction", "participation_evidenced", "what part those affected had", _promises_a_part),
    _Sought("consultation", "consultation_held", "who was asked before it was proposed", _always),
    _Sought("consultation", "consultation_means", "by what means people will be asked", _promises_to_ask),
    _Sought("consultation", "consultation_time", "when people will be asked", _promises_to_ask),
    _Sought("consultation", "consultation_owner", "who sees to it that people are asked", _promises_to_ask),
    _Sought("parity", "enforced_by", "who can call it in when it is not done", _always),
    _Sought("tiers", "power_held_by", "who holds the power that it needs", _always),
    _Sought("deliverability", "owner", "who is to see it done", _always),
    _Sought("deliverability", "deadline", "by when", _always),
    _Sought("deliverability", "measure", "how anybody will tell that it was done", _always),
    _Sought("deliverability", "money", "what it costs, or what money is meant for it", _always),
    _Sought("deliverability", "route", "what happens when it stalls", _always),
    _Sought("reciprocity", "reciprocal_of", "what it returns, or what is promised in return", _is_promise),
    _Sought("heard", "answers", "what it answers", _is_promise),
)

READS = ("gaps", "tiers", "lineage")  # the thresholds that it asks for


def find(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Gap, ...]:
    """Find what a reader would look for and does not find in what was recorded.

    Civic meaning: a document's silences are worth knowing, and are no fault: what was not found may stand
    elsewhere, may have been overlooked, or may not belong there.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "gaps" for fields and duties (least count in proposals or duties),
        "tiers" for tiers at which nobody is named (residents are somebody, other than in `tiers.named`),
        and "lineage" for what earlier documents held.

    Returns
    -------
    tuple of Gap
        Fields in the order of their rules, then duties, tiers and earlier documents.

    Raises
    ------
    KeyError
        Where one of these thresholds is missing.

    Examples
    --------
    >>> from fractions import Fraction
    >>> wells = Programme("Wells", proposals=(Proposal("P1", deadline="by May"), Proposal("P2")))
    >>> half = Threshold(1, Fraction(1, 2), "an example")
    >>> found = find(wells, {"gaps": half, "tiers": half, "lineage": half})
    >>> [(gap.id, gap.metric.count, gap.metric.n) for gap in found if gap.rule == "deliverability"][:2]
    [('gaps.owner', 2, 2), ('gaps.deadline', 1, 2)]
    """
    fields = [_field(programme, sought, thresholds["gaps"]) for sought in SOUGHT]
    others = [
        _funding(programme, thresholds["gaps"]),
        _tiers(programme, thresholds["tiers"]),
        _lineage(programme, thresholds["lineage"]),
    ]
    return tuple(gap for gap in (*fields, *others) if gap is not None)


def _field(programme: Programme, sought: _Sought, threshold: Threshold) -> Gap | None:
    matters = [each for each in programme.proposals if sought.matters(each)]
    silent = [each.id for each in matters if isinstance(getattr(each, sought.field), NotStated)]
    noun = "commitment" if all(map(_is_promise, matters)) else "proposal"
    return _gap(
        f"gaps.{sought.field.replace('_', '-')}",
        sought.rule,
        f"For {len(silent)} of {many(len(matters), noun)} nothing was found on {sought.what}. "
        "Where does it stand?",
        Metric(f"nothing found on {sought.what}", None, f"share of {noun}s", len(silent), len(matters), 0),
        threshold,
        sought.what,
        silent,
        f"Where the source says {sought.what}.",
    )


def _funding(programme: Programme, threshold: Threshold) -> Gap | None:
    duties = stated_duties(programme)
    silent = [id for id, _, duty in duties if isinstance(duty.funding, NotStated)]
    return _gap(
        "gaps.funding",
        "duty",
        f"For {len(silent)} of {many(len(duties), 'duty')} nothing was found on the money for it. "
        "What stands behind them?",
        Metric("nothing found on the money", None, "share of duties", len(silent), len(duties), 0),
        threshold,
        "the money for a duty",
        list(dict.fromkeys(silent)),
        "Where the source says what money, people or other means carry each duty.",
    )


def _tiers(programme: Programme, threshold: Threshold) -> Gap | None:
    at = {actor.tier for each in programme.proposals for actor in mentioned(each)} - {NOT_STATED}
    if not at:
        return None
    absent = [tier for tier in Tier if tier not in at]
    words = ", ".join(tier.label.lower() for tier in absent)
    return _gap(
        "gaps.tiers",
        "tiers",
        f"Nobody at {'this tier' if len(absent) == 1 else 'these tiers'} was found named: {words}. "
        "What part is theirs?",
        Metric("tiers at which nobody was found named", None, "share of tiers", len(absent), len(Tier), 0),
        threshold,
        "somebody at a tier",
        [tier.value for tier in absent],
        "Where the source names somebody at that tier; or why nobody there has a part in it.",
    )


def _lineage(programme: Programme, threshold: Threshold) -> Gap | None:
    told = [row for row in stated(programme.lineage) if not isinstance(row.relation, NotStated)]
    lost = [row for row in told if row.relation is Relation.NOT_FOUND]
    return _gap(
        "gaps.lineage",
        "lineage",
        f"Of {many(len(told), 'thing')} that earlier documents held, {len(lost)} "
        f"{'was' if len(lost) == 1 else 'were'} found neither taken up nor answered: {_quoted(lost)}. "
        "What becomes of them?",
        Metric("found neither taken up nor answered", None, "share of things", len(lost), len(told), 0),
        threshold,
        "what an earlier document held",
        [row.item for row in lost],
        "Where the source takes it up, or says why it does not.",
    )


def _quoted(rows: list[Inherited]) -> str:
    shown = "; ".join(f"{row.text} ({row.document})" for row in rows[:5])
    return f"{shown}; and {len(rows) - 5} more" if len(rows) > 5 else shown


def _gap(
    id: str,
    rule: str,
    text: str,
    metric: Metric,
    threshold: Threshold,
    what: str,
    about: list[str],
    would_answer: str,
) -> Gap | None:
    if metric.count < threshold.least_count or metric.count < threshold.least_share * metric.n:
        return None
    share = Metric(metric.name, metric.count / metric.n, metric.unit, metric.count, metric.n, 0)
    return Gap(id, rule, text, share, threshold, what, tuple(about), would_answer, NOT_FOUND)
