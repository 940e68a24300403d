"""Asks about what was heard and is not answered, and about commitments that answer nothing that was heard."""

from __future__ import annotations

from collections.abc import Mapping

from covenant.scrutinise.engine.cases import SAID, stated, weighed
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, said
from covenant.scrutinise.programme import Heard, Kind, NotStated, Programme, Proposal
from covenant.scrutinise.types import Evidence, Metric, Question, Threshold, Unasked

UNANSWERED = Subject(
    "heard.unanswered",
    "heard",
    "heard, and answered by no commitment",
    "thing",
    "that was heard",
    "The commitment that answers it; or what was decided about it, and why nothing is promised.",
)
UNFOUNDED = Subject(
    "heard.answers-nothing",
    "heard",
    "an answer to nothing that was heard, to no need and to no evidence",
    "commitment",
    "of which it is stated what it answers",
    "What it answers: something that people said, a need, or evidence, and where a reader finds it.",
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Set what people said against what is promised, both ways.

    Civic meaning: people who were asked want to know what became of what they said; and a promise that
    answers nothing makes a reader ask whose wish it is.

    Majorities are not the only reason for a commitment: one that rests on a need or on evidence that it
    names (`rests_on`) answers something. What was heard is what the programme lists as heard.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "heard".

    Returns
    -------
    tuple of Question or Unasked
        For what is not answered and for what answers nothing, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "heard".

    Examples
    --------
    >>> from fractions import Fraction
    >>> wells = Programme("Wells", heard=(Heard("S1", "mend the pump", 412),),
    ...     proposals=(Proposal("C1", kind=Kind.COMMITMENT, answers=(), rests_on="a survey of pumps"),))
    >>> [found.id for found in ask(wells, {"heard": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['heard.unanswered']
    """
    made = [each for each in programme.proposals if each.kind is Kind.COMMITMENT]
    threshold = thresholds["heard"]
    return (
        verdict(UNANSWERED, _things(programme, made), threshold, _unanswered),
        verdict(UNFOUNDED, [_commitment(each) for each in made], threshold, _unfounded),
    )


def _unanswered(metric: Metric) -> str:
    they = "it" if metric.count == 1 else "they"
    return (
        f"Of {many(metric.n, 'thing')} that people were heard to say, {metric.count} "
        f"{'is' if metric.count == 1 else 'are'} answered by no commitment. What becomes of what {they} "
        f"{'asks' if metric.count == 1 else 'ask'} for?"
    )


def _unfounded(metric: Metric) -> str:
    return (
        f"Of {many(metric.n, 'commitment')} of which it is stated what {'it' if metric.n == 1 else 'they'} "
        f"{'answers' if metric.n == 1 else 'answer'}, {metric.count} "
        f"{'answers' if metric.count == 1 else 'answer'} nothing that was heard, no need and no evidence. "
        f"Why {'is it' if metric.count == 1 else 'are they'} promised?"
    )


def _things(programme: Programme, made: list[Proposal]) -> list[Case]:
    if isinstance(programme.heard, NotStated):
        return [Case(frozenset(Outcome), 1, ((None, "heard"),), any_number=True)]
    answered = {id for each in made for id in stated(each.answers)}
    silent = tuple((each.id, "answers") for each in made if isinstance(each.answers, NotStated))
    return [_thing(thing, thing.id in answered, silent) for thing in programme.heard]


def _thing(thing: Heard, is_answered: bool, silent: tuple[tuple[str | None, str], ...]) -> Case:
    n = "" if isinstance(thing.n, NotStated) else f" ({thing.n} answered it)"
    says = (Evidence(None, "heard", f"“{thing.text}”{n}", thing.where),)
    if is_answered:
        return Case(frozenset({DOES_NOT}), 1, (), says)
    return Case(frozenset({COUNTS, DOES_NOT} if silent else {COUNTS}), 1, silent[:1], says)


def _commitment(proposal: Proposal) -> Case:
    fields = {"answers": proposal.answers, "rests_on": proposal.rests_on}
    return weighed(
        proposal.id,
        fields,
        dict.fromkeys(fields, SAID),
        lambda told: DOES_NOT if told["answers"] or told["rests_on"] else COUNTS,
        tuple(said(proposal, field) for field in fields),
    )
