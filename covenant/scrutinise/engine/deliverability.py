"""Asks about proposals that the source itself says have nobody, no day, no measure, no money or no way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from covenant.scrutinise.engine.cases import ruled_out
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many
from covenant.scrutinise.programme import Programme
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked

_RULE = "deliverability"
# By field: what the question is about, what the source says, that there is none of it, and what is asked.
_ASKS = {
    "owner": (
        Subject(
            f"{_RULE}.owner",
            _RULE,
            "said to be owned by nobody",
            "proposal",
            "of which it is stated whether anybody owns it",
            "Who answers for it from now on, by name or by office, and who takes over when they leave.",
        ),
        "whether anybody is to see that {they} {happen}",
        "said to have nobody",
        "Who will see that {they} {happen}?",
    ),
    "deadline": (
        Subject(
            f"{_RULE}.deadline",
            _RULE,
            "said to have no deadline",
            "proposal",
            "of which it is stated whether it has a deadline",
            "The day or the year by which it is to be done, or when that will be set and by whom; or why it "
            "has no end.",
        ),
        "whether there is a day for {them}",
        "said to have none",
        "By when can people expect {them}?",
    ),
    "measure": (
        Subject(
            f"{_RULE}.measure",
            _RULE,
            "said to have no measure",
            "proposal",
            "of which it is stated whether it is measured",
            "What will be looked at, by whom and when, to tell whether it has worked; people's own accounts "
            "are a measure too.",
        ),
        "whether there is a measure by which to judge {them}",
        "said to have none",
        "How will people tell whether {they} {work}?",
    ),
    "money": (
        Subject(
            f"{_RULE}.money",
            _RULE,
            "said to come with no money",
            "proposal",
            "of which it is stated whether money comes with it",
            "What money, people or other means carry it, and from where; or that it needs none, and why.",
        ),
        "whether money comes with {them}",
        "said to come with none",
        "With what will {they} be done?",
    ),
    "route": (
        Subject(
            f"{_RULE}.route",
            _RULE,
            "said to have no way past what stands against it",
            "proposal",
            "of which it is stated how it gets past what stands against it",
            "What has held such things up before, habits, rules or interests, and what is done about each; "
            "or why nothing stands in the way.",
        ),
        "whether there is a way past what has held such things up before",
        "said to have none",
        "What will carry {them} past habit, complexity and delay?",
    ),
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find proposals for which the source rules out what it takes to happen.

    Civic meaning: a proposal becomes real when somebody sees to it, by a day, with money, past what has
    stopped it before, and so that people can tell whether it worked. Each of the five is asked about for
    itself; no number of them is added up to a score.

    Only what the source rules out counts. A proposal about which it is silent is a limit, never a fault. A
    source that says why none is needed states something, and does not count.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "deliverability" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        For the owner, the deadline, the measure, the money and the route, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "deliverability".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Proposal
    >>> wells = Programme("Wells", proposals=(Proposal("P1", deadline="", measure="a dry cellar"),))
    >>> [found.id for found in ask(wells, {"deliverability": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['deliverability.deadline']
    """
    return tuple(
        verdict(
            subject,
            [ruled_out(proposal, field) for proposal in programme.proposals],
            thresholds[_RULE],
            partial(_text, field),
        )
        for field, (subject, *_) in _ASKS.items()
    )


def _text(field: str, metric: Metric) -> str:
    _, whether, none, question = _ASKS[field]
    return (
        f"The source says of {many(metric.n, 'proposal')} {whether.format(**_words(metric.n))}; of these, "
        f"{metric.count} {'is' if metric.count == 1 else 'are'} {none}. "
        f"{question.format(**_words(metric.count))}"
    )


def _words(count: int) -> dict[str, str]:
    if count == 1:
        return {"they": "it", "them": "it", "happen": "happens", "work": "works"}
    return {"they": "they", "them": "them", "happen": "happen", "work": "work"}
