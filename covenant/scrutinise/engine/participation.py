"""Finds how far those affected take part in a proposal: consulted or not, as promised and as evidenced.

The levels are those of the IAP2 spectrum of public participation, in their order; `NONE` stands before them.

Reference: International Association for Public Participation, Spectrum of Public Participation.
"""

from __future__ import annotations

from typing import Final

from covenant.scrutinise.engine.distance import held
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.wording import said
from covenant.scrutinise.programme import NOT_STATED, NotStated, Participation, Power, Proposal

Level = Participation | NotStated
LEVELS: Final = tuple(Participation)
_HEIGHT = {level: height for height, level in enumerate(LEVELS)}
_PROMISED, _EVIDENCED = "participation_promised", "participation_evidenced"


def unheard(proposal: Proposal) -> Case:
    """A proposal decided only from above as a case of one that is put to nobody, before or after."""
    decided = held(proposal, Power.DECIDES)
    if COUNTS not in decided.can_be:
        return Case(frozenset({SET_ASIDE}), decided.fields, decided.missing, decided.evidence)
    perhaps_near = {SET_ASIDE} if len(decided.can_be) > 1 else set()
    fields = ("consultation_held", "consultation_promised")
    consulted = [getattr(proposal, field) for field in fields]
    if any(not isinstance(actors, NotStated) and actors for actors in consulted):
        heard = {DOES_NOT}
    else:
        heard = {COUNTS, DOES_NOT} if NOT_STATED in consulted else {COUNTS}
    return Case(
        frozenset(perhaps_near | heard),
        decided.fields + 2,
        decided.missing + _missing(proposal, *fields),
        decided.evidence + tuple(said(proposal, field) for field in fields),
    )


def at_most_consulted(promised: Level) -> frozenset[Outcome]:
    """Whether those affected are promised no more than to be consulted: every answer still possible.

    >>> at_most_consulted(Participation.CONSULT) == {COUNTS}
    True
    >>> at_most_consulted(Participation.INVOLVE) == {DOES_NOT}
    True
    """
    most = _HEIGHT[Participation.CONSULT]
    return frozenset(COUNTS if _HEIGHT[level] <= most else DOES_NOT for level in _levels(promised))


def less_than_promised(promised: Level, evidenced: Level) -> frozenset[Outcome]:
    """Whether less participation is evidenced than was promised: every answer still possible.

    Where the source promises none, there is nothing to bear out.

    >>> less_than_promised(Participation.INVOLVE, Participation.INFORM) == {COUNTS}
    True
    >>> less_than_promised(Participation.NONE, NOT_STATED) == {SET_ASIDE}
    True
    """
    return frozenset(
        SET_ASIDE if level is Participation.NONE else COUNTS if _HEIGHT[done] < _HEIGHT[level] else DOES_NOT
        for level in _levels(promised)
        for done in _levels(evidenced)
    )


def little_promised(proposal: Proposal) -> Case:
    """A proposal as a case of one that promises those affected no more than to be consulted."""
    can_be = at_most_consulted(proposal.participation_promised)
    return Case(can_be, 1, _missing(proposal, _PROMISED), (said(proposal, _PROMISED),))


def not_borne_out(proposal: Proposal) -> Case:
    """A proposal as a case of one that evidences less participation than it promises."""
    can_be = less_than_promised(proposal.participation_promised, proposal.participation_evidenced)
    fields = (_PROMISED, _EVIDENCED)
    return Case(can_be, 2, _missing(proposal, *fields), tuple(said(proposal, field) for field in fields))


def _levels(level: Level) -> tuple[Participation, ...]:
    return LEVELS if isinstance(level, NotStated) else (level,)


def _missing(proposal: Proposal, *fields: str) -> tuple[tuple[str | None, str], ...]:
    return tuple((proposal.id, field) for field in fields if getattr(proposal, field) is NOT_STATED)
