"""Asks about proposals that affect young people and in which none of them has a voice."""

from __future__ import annotations

from collections.abc import Mapping

from covenant.scrutinise.engine.groups import YOUNG, any_of, some
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, of_them, said
from covenant.scrutinise.programme import NotStated, Programme, Proposal
from covenant.scrutinise.types import Metric, Question, Threshold, Unasked

VOICES = (
    "started_by",
    "problem_defined_by",
    "decided_by",
    "consultation_promised",
    "consultation_held",
    "parties",
)
_VOICE = Subject(
    "youth.voice",
    "youth",
    "affects young people, and none of them has a voice",
    "proposal",
    "that affects young people",
    "Which young people, or who for them, asked for it, are asked about it, decide or take part, and where "
    "that is recorded; or why it is better settled without them.",
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find proposals that affect young people and name none of them among those who have a voice.

    Civic meaning: most young people have no vote, so where nobody asks them nobody hears them. Somebody who
    speaks for them is a voice; to be asked is one, whatever comes of it. One voice in one field is enough.

    A proposal counts only where the source says whom it affects, young people among them, and states each of
    the fields in which they could have a voice.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "youth" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        A single one.

    Raises
    ------
    KeyError
        Where there is no threshold called "youth".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor, Young
    >>> pupils = Actor("Pupils of Marl", young=Young.YES)
    >>> alone = Proposal("P1", affected=(pupils,), **dict.fromkeys(VOICES, ()))
    >>> found = ask(Programme("Wells", proposals=(alone, Proposal("P2", affected=(pupils,)))),
    ...     {"youth": Threshold(1, Fraction(0), "an example")})[0]
    >>> found.id, found.metric.count, found.metric.n, found.metric.undetermined
    ('youth.voice', 1, 1, 1)
    """
    cases = [_case(proposal) for proposal in programme.proposals]
    return (verdict(_VOICE, cases, thresholds["youth"], _text),)


def _text(metric: Metric) -> str:
    affect = "affects" if metric.n == 1 else "affect"
    return (
        f"In {many(metric.n, 'proposal')} that {affect} young people it can be told "
        f"whether they have a voice; {of_them(metric.count, metric.n)} no young person, and "
        "nobody who speaks for them, is said to start it, define the problem, decide, be consulted or take "
        "part. How are young people heard?"
    )


def _case(proposal: Proposal) -> Case:
    touched = some(proposal.affected, YOUNG)
    missing = [] if _is_told(proposal, "affected") else ["affected"]
    if touched is False:
        return Case(frozenset({SET_ASIDE}), 1)
    missing += [field for field in VOICES if not _is_told(proposal, field)]
    heard = any_of([some(getattr(proposal, field), YOUNG) for field in VOICES])
    can_be: set[Outcome] = {DOES_NOT} if heard else {COUNTS} if heard is False else {COUNTS, DOES_NOT}
    if touched is None:
        can_be.add(SET_ASIDE)
    says = [said(proposal, field, "young") for field in ("affected", *VOICES)]
    return Case(
        frozenset(can_be), 1 + len(VOICES), tuple((proposal.id, field) for field in missing), tuple(says)
    )


def _is_told(proposal: Proposal, field: str) -> bool:
    """Whether it is wholly stated who of those in a field is young."""
    actors = getattr(proposal, field)
    return not isinstance(actors, NotStated) and all(YOUNG.has(actor) is not None for actor in actors)
