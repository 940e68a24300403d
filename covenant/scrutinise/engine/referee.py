"""Puts every rule to a programme, and keeps what each asks and what it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from covenant.scrutinise.engine import (
    consultation,
    deliverability,
    direction,
    duty,
    finance,
    gaps,
    heard,
    lineage,
    parity,
    reciprocity,
    review,
    sides,
    silos,
    tiers,
    youth,
)
from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.sectors import parts
from covenant.scrutinise.engine.wording import CAVEAT
from covenant.scrutinise.programme import Programme
from covenant.scrutinise.types import Question, Reading, Threshold, Unasked

# Kept with every reading: a change to what any rule asks or counts changes it.
ENGINE = "referee/2"
RULES = {
    "direction": direction.ask,
    "consultation": consultation.ask,
    "duty": duty.ask,
    "parity": parity.ask,
    "youth": youth.ask,
    "tiers": tiers.ask,
    "silos": silos.ask,
    "lineage": lineage.ask,
    "deliverability": deliverability.ask,
    "finance": finance.ask,
    "sides": sides.ask,
    "reciprocity": reciprocity.ask,
    "heard": heard.ask,
    "review": review.ask,
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> Reading:
    """Read a programme of proposals, or a covenant as one, and ask what does not fit together in it.

    Civic meaning: shows anyone the questions that a careful reader would have to ask, with the words on which
    they rest. It asks; it never finds.

    Parameters
    ----------
    programme : read, never changed; what it does not state is NOT_STATED.
    thresholds : by rule, for every one of RULES, each with the reason for it.

    Returns
    -------
    Reading
        Questions, what was not asked and why, each sector's parts and who is named at each tier: a function
        of the arguments alone.

    Raises
    ------
    ValueError
        Where two proposals share an id, an end names a proposal that is not there, or a threshold is missing.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Duty, Funding, Proposal
    >>> wells = Programme("Wells", proposals=(Proposal("P1", duties=(Duty(funding=Funding.NONE),)),))
    >>> half = Threshold(1, Fraction(1, 2), "an example")
    >>> reading = ask(wells, {rule: half for rule in (*RULES, *gaps.READS)})
    >>> [question.id for question in reading.questions]
    ['duty.unfunded']
    """
    _check(programme, thresholds)
    found = [answer for rule in RULES.values() for answer in rule(programme, thresholds)]
    return Reading(
        ENGINE,
        programme.title,
        programme.source,
        programme.date,
        tuple(answer for answer in found if isinstance(answer, Question)),
        gaps.find(programme, thresholds),
        tuple(answer for answer in found if isinstance(answer, Unasked)),
        parts(programme),
        CAVEAT,
        tiers.named(programme),
    )


def _check(programme: Programme, thresholds: Mapping[str, Threshold]) -> None:
    absent = sorted({*RULES, *gaps.READS} - set(thresholds))
    if absent:
        raise ValueError(f"no threshold for {', '.join(absent)}")
    ids = Counter(proposal.id for proposal in programme.proposals)
    twice = sorted(id for id, times in ids.items() if times > 1)
    if twice:
        raise ValueError(f"more than one proposal is called {', '.join(twice)}")
    unknown = sorted({id for end in stated(programme.ends) for id in end.for_proposals} - set(ids))
    if unknown:
        raise ValueError(f"an end is declared for {', '.join(unknown)}, which is no proposal here")
