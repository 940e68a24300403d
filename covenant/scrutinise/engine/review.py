"""Asks about reviews that were due and did not happen, and about due days that passed in silence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from covenant.scrutinise.engine.cases import weighed
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, said, told
from covenant.scrutinise.programme import Day, Kind, NotStated, Programme, Proposal
from covenant.scrutinise.types import Evidence, Metric, Question, Threshold, Unasked

OVERDUE = Subject(
    "review.overdue",
    "review",
    "due for review, and not reviewed since",
    "programme",
    "with a day for its review",
    "The day of the review and what it found; or the day to which it was moved, by whom and why.",
)
SILENT = Subject(
    "review.silent",
    "review",
    "due, and not reported on since",
    "commitment",
    "whose day has come",
    "What was done, with the evidence; or that it was not done, and why.",
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find a review whose day has passed, and commitments whose day has passed without a word.

    Civic meaning: agreements of this kind died of silence. This asks when a day that the parties set
    themselves has gone by and nobody has said what happened.

    A day has passed on the day after it, counted on the day on which the programme is read (`as_of`). A
    commitment is spoken of where somebody reported on it on its day or later, or reported how it ended,
    whenever that was; any other report before its day says how it went.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "review".

    Returns
    -------
    tuple of Question or Unasked
        For the review of the whole and for single commitments, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "review".

    Examples
    --------
    >>> from fractions import Fraction
    >>> due = datetime.date(2031, 3, 1)
    >>> wells = Programme("Wells", as_of=datetime.date(2031, 3, 2), review_due=due, last_review=None)
    >>> [found.id for found in ask(wells, {"review": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['review.overdue']
    """
    made = [each for each in programme.proposals if each.kind is Kind.COMMITMENT]
    threshold = thresholds["review"]
    return (
        verdict(OVERDUE, [_review(programme)], threshold, _overdue),
        verdict(SILENT, [_commitment(each, programme.as_of) for each in made], threshold, _silent),
    )


def _overdue(metric: Metric) -> str:
    return "The day set for its review has passed, and no review since then is recorded. When is it reviewed?"


def _silent(metric: Metric) -> str:
    one = metric.count == 1
    return (
        f"Of {many(metric.n, 'commitment')} whose day has come, {metric.count} "
        f"{'has' if one else 'have'} not been reported on since. What became of {'it' if one else 'them'}?"
    )


def _review(programme: Programme) -> Case:
    days = {"review_due": programme.review_due, "last_review": programme.last_review}
    says = tuple(Evidence(None, name, told(day)) for name, day in days.items())
    return _passed(None, {**days, "as_of": programme.as_of}, says)


def _commitment(proposal: Proposal, as_of: datetime.date | NotStated) -> Case:
    days = {"due": proposal.due, "last_reported": proposal.last_reported}
    says = tuple(said(proposal, name) for name in (*days, "ended"))
    return _passed(proposal.id, {**days, "as_of": as_of, "ended": proposal.ended}, says)


def _passed(id: str | None, days: Mapping[str, Day], says: tuple[Evidence, ...]) -> Case:
    """Whether a day has passed in silence: every answer that is still possible."""
    return weighed(id, days, _ways(days), lambda stated: _outcome(*stated.values()), says)


def _outcome(
    due: datetime.date | None,
    spoken: datetime.date | None,
    as_of: datetime.date,
    ended: datetime.date | None = None,
) -> Outcome:
    if due is None or as_of <= due:
        return SET_ASIDE
    return DOES_NOT if ended is not None or (spoken is not None and spoken >= due) else COUNTS


def _ways(days: Mapping[str, Day]) -> dict[str, list[Any]]:
    """For each of these days every day that can matter.

    Only the order of the days matters, so that days next to a stated one stand for all.
    """
    stated = [day for day in days.values() if isinstance(day, datetime.date)] or [datetime.date(2000, 1, 1)]
    beside = [day + datetime.timedelta(days=apart) for day in stated for apart in (-2, -1, 0, 1, 2)]
    # There always is a day of reading.
    return {name: beside if name == "as_of" else [*beside, None] for name in days}
