"""Turns a rule's count into a question, or into the reason for which it is not asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from covenant.scrutinise.engine.tally import SET_ASIDE, Case, Tally, tally
from covenant.scrutinise.engine.wording import LAW, many
from covenant.scrutinise.types import (
    Evidence,
    Figure,
    Metric,
    Question,
    Threshold,
    Unasked,
    Why,
)


@dataclass(frozen=True)
class Subject:
    """What one question is about: what it measures, of which cases, and what would answer it."""

    id: str
    rule: str
    metric: str
    noun: str
    which: str
    would_answer: str


def verdict(
    subject: Subject,
    cases: Sequence[Case],
    threshold: Threshold,
    text: Callable[[Metric], str],
    *,
    declared: tuple[Evidence, ...] = (),
    set_aside: tuple[Evidence, ...] = (),
    beside: Sequence[Figure] = (),
) -> Question | Unasked:
    """Ask where the threshold is met; otherwise say why nothing is asked.

    Civic meaning: a reader can tell a programme that gives no cause for a question from one that does not say
    enough to ask it.

    Parameters
    ----------
    subject, cases, threshold : what is asked about, what is read, and from where on it is asked.
    text : the question in plain English, from its metric.
    declared : what the programme declares that makes the question arise.
    set_aside : what the source says that takes proposals out of it.
    beside : counts that help to judge it.

    Returns
    -------
    Question or Unasked

    Raises
    ------
    ValueError
        Where a case has no possible outcome.

    Examples
    --------
    >>> from fractions import Fraction
    >>> about = Subject("x", "x", "such", "proposal", "that there are", "a reason")
    >>> verdict(about, [], Threshold(2, Fraction(0), "two make a pair"), lambda metric: "Why?").why.value
    'too few cases'
    """
    found = tally(cases, threshold, name=subject.metric, unit=f"share of {many(0, subject.noun)[2:]}")
    if found.asked:
        return Question(
            subject.id,
            subject.rule,
            text(found.metric),
            found.metric,
            threshold,
            declared + found.for_asking,
            set_aside + found.against,
            tuple(beside),
            subject.would_answer,
            found.limits,
            found.reach,
            LAW,
        )
    possible = sum(case.times for case in cases if case.can_be != {SET_ASIDE})
    unbounded = any(case.any_number for case in cases)
    why, words = _why(found, None if unbounded else possible, threshold, subject)
    return Unasked(subject.id, subject.rule, why, words, found.metric, threshold, found.limits, found.reach)


def not_declared(subject: Subject, threshold: Threshold, text: str) -> Unasked:
    """A question that cannot arise, since it rests on a declaration which the programme does not make."""
    nothing = tally([], threshold, name=subject.metric, unit=f"share of {many(0, subject.noun)[2:]}")
    limits = replace(
        nothing.limits, says="It rests on what the programme declares, which nobody can fill in."
    )
    return Unasked(
        subject.id, subject.rule, Why.NOT_DECLARED, text, nothing.metric, threshold, limits, nothing.reach
    )


def _why(found: Tally, possible: int | None, threshold: Threshold, subject: Subject) -> tuple[Why, str]:
    """Why nothing is asked of the cases that are possible: None where the source leaves open how many."""
    metric, least = found.metric, threshold.least_count
    if possible == 0:
        return Why.TOO_FEW, f"There is no {subject.noun} {subject.which} to which this applies."
    if possible is not None and possible < least:
        words = (
            f"It takes at least {many(least, subject.noun)} {subject.which}; there can be only {possible}."
        )
        return Why.TOO_FEW, words
    if possible is None:
        of = "those that there may be"
    else:
        of = f"{many(1, subject.noun)} that may be one" if possible == 1 else f"{possible} that may be such"
    if metric.n < least:
        words = (
            f"It takes at least {many(least, subject.noun)} {subject.which}; of {of}, {metric.n} can be told."
        )
        return Why.NOT_ENOUGH_STATED, words
    name = metric.name[0].upper() + metric.name[1:]
    words = f"{name}: {metric.count} of the {many(metric.n, subject.noun)} that can be told"
    share = f" and {float(threshold.least_share):.0%}" if threshold.least_share else ""
    return Why.UNDER_THRESHOLD, f"{words}; it is asked from {least}{share} on."
