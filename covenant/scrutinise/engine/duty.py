"""Asks about duties with no money or not all of it behind them, with no cost put on them, or not for long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from covenant.scrutinise.engine.backing import backing, of_these, stated_duties
from covenant.scrutinise.engine.cases import weighed
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, told
from covenant.scrutinise.programme import NOT_STATED, Age, Costing, Duty, Funding, NotStated, Programme, Span
from covenant.scrutinise.types import Evidence, Figure, Metric, Question, Threshold, Unasked

Fields = Mapping[str, Any]
_WAYS: dict[str, tuple[Enum, ...]] = {
    "age": tuple(Age),
    "costing": tuple(Costing),
    "funding": tuple(Funding),
    "funded_for": tuple(Span),
}
_SOME = (Funding.FUNDED, Funding.PARTLY)


def _unfunded(duty: Fields) -> Outcome:
    if duty["funding"] is Funding.NOT_NEEDED:
        return SET_ASIDE
    return COUNTS if duty["funding"] is Funding.NONE else DOES_NOT


def _part_funded(duty: Fields) -> Outcome:
    if duty["funding"] not in _SOME:
        return SET_ASIDE
    return COUNTS if duty["funding"] is Funding.PARTLY else DOES_NOT


def _uncosted(duty: Fields) -> Outcome:
    if duty["age"] is not Age.NEW:
        return SET_ASIDE
    return COUNTS if duty["costing"] is Costing.NOT_COSTED else DOES_NOT


def _short(duty: Fields) -> Outcome:
    if duty["funding"] not in _SOME:
        return SET_ASIDE
    return COUNTS if duty["funded_for"] is Span.PART else DOES_NOT


@dataclass(frozen=True)
class _Asks:
    """One question: what it is about, the fields it reads and how, and its words."""

    subject: Subject
    fields: tuple[str, ...]
    read: Callable[[Fields], Outcome]
    states: str
    said: str
    question: str


_QUESTIONS = (
    _Asks(
        Subject(
            "duty.unfunded",
            "duty",
            "stated to have no funding",
            "duty",
            "whose funding is stated",
            "What it costs, and what money, people or other means will carry it, for as long as it lasts; or "
            "that it needs none, and why.",
        ),
        ("funding",),
        _unfunded,
        "The source states whether there is money for {duties}",
        "said to have no funding",
        "With what are those on whom {they_fall} to carry {them}?",
    ),
    _Asks(
        Subject(
            "duty.part-funded",
            "duty",
            "stated to be funded in part",
            "duty",
            "stated to have some money",
            "What it costs, what part is covered, and from where the rest will come for as long as it lasts.",
        ),
        ("funding",),
        _part_funded,
        "The source states that there is money for {duties}",
        "said to be funded only in part",
        "With what are those on whom {they_fall} to carry {them}?",
    ),
    _Asks(
        Subject(
            "duty.uncosted",
            "duty",
            "new, and stated not to be costed",
            "duty",
            "that the programme makes",
            "What it will cost those on whom it falls, each year and to begin with, and who worked that out; "
            "or that it costs nothing, and why.",
        ),
        ("age", "costing"),
        _uncosted,
        "The source states whether a cost is put on {new_duties}",
        "said not to be costed",
        "What will {they} cost those on whom {they_fall}?",
    ),
    _Asks(
        Subject(
            "duty.short",
            "duty",
            "stated to have money for less long than it lasts",
            "duty",
            "stated to have some money",
            "With what it will be carried when that money ends, or when the duty itself is to end.",
        ),
        ("funding", "funded_for"),
        _short,
        "The source states for how long there is money for {duties}",
        "said to have it for less long than {they_last}",
        "What will carry {them} after that?",
    ),
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find duties that the source says are unfunded, funded in part, not costed, or funded for less long.

    Civic meaning: a duty with nothing behind it is a promise that somebody else is left to keep. Only what
    the source says in so many words counts: a duty about whose funding it is silent is a limit, never a
    fault. A duty that the source says needs no money is set aside; so is one without any money where the
    question is whether what there is covers the duty, or lasts as long. Cost is asked about only where the
    programme makes the duty: what was there before has its cost already. A source that says for how long the
    money is there says that there is some.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "duty" (least count in duties).

    Returns
    -------
    tuple of Question or Unasked
        For duties without funding, funded in part, not costed and funded for less long, in this order.

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
    beside = backing(programme)
    return tuple(_ask(programme, asks, thresholds["duty"], beside) for asks in _QUESTIONS)


def _ask(
    programme: Programme, asks: _Asks, threshold: Threshold, beside: tuple[Figure, ...]
) -> Question | Unasked:
    read = [(_case(asks, id, place, duty), duty) for id, place, duty in stated_duties(programme)]
    counted = [duty for case, duty in read if case.can_be == {COUNTS}]
    untold = [
        Case(frozenset(Outcome), 1, ((proposal.id, "duties"),), any_number=True)
        for proposal in programme.proposals
        if isinstance(proposal.duties, NotStated)
    ]
    figures = (*of_these(counted), *beside)
    return verdict(
        asks.subject, [*(case for case, _ in read), *untold], threshold, partial(_text, asks), beside=figures
    )


def _text(asks: _Asks, metric: Metric) -> str:
    one = metric.count == 1
    words = {
        "duties": many(metric.n, "duty"),
        "new_duties": many(metric.n, "new duty"),
        "they": "it" if one else "they",
        "them": "it" if one else "them",
        "they_fall": "it falls" if one else "they fall",
        "they_last": "it lasts" if one else "they last",
    }
    return (
        f"{asks.states.format(**words)}; of these, {metric.count} {'is' if one else 'are'} "
        f"{asks.said.format(**words)}. {asks.question.format(**words)}"
    )


def _case(asks: _Asks, proposal: str, place: int, duty: Duty) -> Case:
    fields = {field: getattr(duty, field) for field in asks.fields}
    says = tuple(
        Evidence(proposal, f"duties {place}, {field}", told(getattr(duty, field)), duty.where)
        for field in ("text", "on", *asks.fields)
    )
    ways: dict[str, tuple[Enum, ...]] = dict(_WAYS)
    if duty.funded_for is not NOT_STATED:
        ways["funding"] = _SOME
    return weighed(proposal, fields, ways, asks.read, says, under=f"duties {place}, ")
