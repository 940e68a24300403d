"""Finds which sectors have a part in which proposals, as far as the source tells."""

from __future__ import annotations

from covenant.place.types import Sector
from covenant.scrutinise.engine.groups import SECTORS, carries, some
from covenant.scrutinise.programme import Actors, Programme, Proposal
from covenant.scrutinise.types import Part

PARTS = {
    "starts": "started_by",
    "defines the problem": "problem_defined_by",
    "decides": "decided_by",
    "controls the money": "money_controlled_by",
    "may opt out": "may_opt_out",
    "may end it": "may_end",
    "carries duties": "duties",
    "is affected": "affected",
    "is a party": "parties",
}


def among(actors: Actors, sector: Sector) -> bool | None:
    """Whether a sector is among some actors; None where the source leaves it open.

    >>> from covenant.scrutinise.programme import Actor
    >>> among((), Sector.STATE), among((Actor("Marl Council"),), Sector.STATE)
    (False, None)
    """
    return some(actors, SECTORS[sector])


def parts(programme: Programme) -> tuple[Part, ...]:
    """Count each sector's part in each power, the duties, the effects and as a party.

    Civic meaning: shows side by side who has the say and who has the work. It is no quota and has no right
    answer.

    Parameters
    ----------
    programme : read, never changed.

    Returns
    -------
    tuple of Part
        For each sector and part: in how many proposals the sector has it, out of the n where it can be told.

    Raises
    ------
    Nothing: whatever is not stated is left out of n.

    Examples
    --------
    >>> from covenant.scrutinise.programme import Actor
    >>> council = Actor("Marl Council", Sector.STATE)
    >>> found = parts(Programme("Wells", proposals=(Proposal("P1", decided_by=(council,)), Proposal("P2"))))
    >>> [(part.sector.value, part.count, part.n) for part in found if part.part == "decides"]
    [('state', 1, 1), ('civil society', 0, 1), ('business', 0, 1), ('residents', 0, 1)]
    """
    found = []
    for sector in Sector:
        for name, field in PARTS.items():
            has = [_has(proposal, field, sector) for proposal in programme.proposals]
            found.append(Part(sector, name, has.count(True), len(has) - has.count(None)))
    return tuple(found)


def _has(proposal: Proposal, field: str, sector: Sector) -> bool | None:
    if field == "duties":
        return carries(proposal, SECTORS[sector])
    return among(getattr(proposal, field), sector)
