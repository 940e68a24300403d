"""Finds how far those affected take part in a proposal: consulted or not, as promised and as evidenced.

The levels are those of the IAP2 spectrum of public participation, in their order; `NONE` stands before them.

Reference: International Association for Public Participation, Spectrum of Public Participation.
"""

from __future__ import annotations

from collections.abc import Callable

from covenant.scrutinise.engine.cases import SAID, weighed
from covenant.scrutinise.engine.distance import held
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.wording import said
from covenant.scrutinise.programme import Participation, Power, Proposal

_HEIGHT = {level: height for height, level in enumerate(Participation)}
_PROMISED, _EVIDENCED = "participation_promised", "participation_evidenced"


def unheard(proposal: Proposal) -> Case:
    """A proposal decided only from above as a case of one that is put to nobody, before or after."""
    decided = held(proposal, Power.DECIDES)
    if COUNTS not in decided.can_be:
        return Case(frozenset({SET_ASIDE}), decided.fields, decided.missing, decided.evidence)
    perhaps_near = {SET_ASIDE} if len(decided.can_be) > 1 else set()
    fields = ("consultation_held", "consultation_promised")
    heard = weighed(
        proposal.id,
        {field: getattr(proposal, field) for field in fields},
        dict.fromkeys(fields, SAID),
        lambda stated: DOES_NOT if any(stated.values()) else COUNTS,
        tuple(said(proposal, field) for field in fields),
    )
    return Case(
        heard.can_be | perhaps_near,
        decided.fields + heard.fields,
        decided.missing + heard.missing,
        decided.evidence + heard.evidence,
    )


def little_promised(proposal: Proposal) -> Case:
    """A proposal as a case of one that promises those affected no more than to be consulted.

    >>> little_promised(Proposal("P1", participation_promised=Participation.CONSULT)).can_be == {COUNTS}
    True
    """
    most = _HEIGHT[Participation.CONSULT]
    return _weighed(proposal, lambda promised: COUNTS if _HEIGHT[promised] <= most else DOES_NOT, _PROMISED)


def not_borne_out(proposal: Proposal) -> Case:
    """A proposal as a case of one that evidences less participation than it promises.

    Where the source promises none, there is nothing to bear out.

    >>> not_borne_out(Proposal("P1", participation_promised=Participation.NONE)).can_be == {SET_ASIDE}
    True
    """

    def read(promised: Participation, evidenced: Participation) -> Outcome:
        if promised is Participation.NONE:
            return SET_ASIDE
        return COUNTS if _HEIGHT[evidenced] < _HEIGHT[promised] else DOES_NOT

    return _weighed(proposal, read, _PROMISED, _EVIDENCED)


def _weighed(proposal: Proposal, read: Callable[..., Outcome], *fields: str) -> Case:
    stated = {field: getattr(proposal, field) for field in fields}
    says = tuple(said(proposal, field) for field in fields)
    ways = dict.fromkeys(fields, tuple(Participation))
    return weighed(proposal.id, stated, ways, lambda levels: read(*levels.values()), says)
