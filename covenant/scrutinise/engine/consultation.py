"""Asks about consultation that is promised, and that the source itself says has no means, time or owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from covenant.scrutinise.engine.cases import SAID, weighed
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, said
from covenant.scrutinise.programme import Programme, Proposal
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked


@dataclass(frozen=True)
class _Need:
    """Something that a promised consultation needs to happen: its field, and the words for it."""

    subject: Subject
    field: str
    whether: str
    none: str
    asks: str


def _need(name: str, metric: str, whether: str, none: str, asks: str, would_answer: str) -> _Need:
    which = f"that promises consultation and says {whether}"
    subject = Subject(f"consultation.{name}", "consultation", metric, "proposal", which, would_answer)
    return _Need(subject, f"consultation_{name}", whether, none, asks)


_NEEDS = (
    _need(
        "means",
        "consultation promised and said to have no means",
        "whether there are means for it",
        "it says that there are none",
        "With what are people to be consulted?",
        "What money, people and places there are for it, and whose they are; or that it needs none, and why.",
    ),
    _need(
        "time",
        "consultation promised and said to have no time",
        "whether there is a time for it",
        "it says that there is none",
        "When are people to be consulted?",
        "From when to when people can answer, and that what they say comes before the decision; or what "
        "leaves no time for it.",
    ),
    _need(
        "owner",
        "consultation promised and said to be nobody's to see to",
        "whether anybody is to see to it",
        "it says that nobody is",
        "Who is to see to it that people are consulted?",
        "Who sees to it, and to whom people can turn where it does not happen.",
    ),
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find promises to consult for which the source itself rules out means, a time or an owner.

    Civic meaning: a promise to ask people that nobody can keep costs them their trust. Only what the source
    says in so many words counts: a promise about whose means it is silent is a limit, never a fault. A
    proposal that promises no consultation is set aside; whether it should is for the rule about direction.
    Whether people have been consulted already is not asked here: a promise may be for later.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "consultation" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        For the means, the time and the owner, in this order.

    Raises
    ------
    KeyError
        Where there is no threshold called "consultation".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor
    >>> promised = Proposal("P1", consultation_promised=(Actor("Pump Row"),), consultation_means="")
    >>> wells = Programme("Wells", proposals=(promised,))
    >>> [found.id for found in ask(wells, {"consultation": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['consultation.means']
    """
    threshold = thresholds["consultation"]
    return tuple(
        verdict(
            need.subject,
            [_case(proposal, need.field) for proposal in programme.proposals],
            threshold,
            partial(_text, need),
        )
        for need in _NEEDS
    )


def _text(need: _Need, metric: Metric) -> str:
    of = "that one" if metric.n == 1 else f"{metric.count} of these"
    return (
        f"The source promises consultation, and says {need.whether}, in {many(metric.n, 'proposal')}; in "
        f"{of}, {need.none}. {need.asks}"
    )


def _case(proposal: Proposal, field: str) -> Case:
    fields = {name: getattr(proposal, name) for name in ("consultation_promised", field)}
    return weighed(
        proposal.id,
        fields,
        dict.fromkeys(fields, SAID),
        lambda stated: _kept(bool(stated["consultation_promised"]), bool(stated[field])),
        tuple(said(proposal, name) for name in fields),
    )


def _kept(promised: bool, has_what_it_needs: bool) -> Outcome:
    if not promised:
        return SET_ASIDE
    return DOES_NOT if has_what_it_needs else COUNTS
