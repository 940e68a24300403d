"""Finds whether those who hold a power stand only above those whom it affects."""

from __future__ import annotations

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Outcome
from covenant.scrutinise.programme import Actor, Actors, NotStated

_FARTHEST = Actor("whoever may hold it", Sector.STATE, Tier.NATION)
_NEAREST = Actor("whoever may be affected", Sector.RESIDENTS, Tier.NEIGHBOURHOOD)


def standing(holders: Actors, affected: Actors) -> frozenset[Outcome]:
    """Find whether every holder of a power stands above everybody affected: every answer still possible.

    Civic meaning: a power is near people where one of them, or a body no farther from the street than they
    are, has a part in it.

    A holder stands above where its tier is strictly above that of everybody affected, unless it is itself one
    of them (by name) or a resident. What is not stated is filled in any way, names excepted.

    Parameters
    ----------
    holders, affected : as the source states them.

    Returns
    -------
    frozenset of Outcome
        COUNTS where all may stand above, DOES_NOT where one may not, SET_ASIDE where nobody may hold it or
        nobody may be affected. A single outcome is certain.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> street = (Actor("Residents of Pump Row", Sector.RESIDENTS, Tier.NEIGHBOURHOOD),)
    >>> standing((Actor("Marl Council", Sector.STATE, Tier.DISTRICT),), street) == {COUNTS}
    True
    """
    if holders == () or affected == ():
        return frozenset({SET_ASIDE})
    if isinstance(holders, NotStated) or isinstance(affected, NotStated):
        open_holders = (_FARTHEST,) if isinstance(holders, NotStated) else holders
        open_affected = (_NEAREST,) if isinstance(affected, NotStated) else affected
        could = all(_could_stand_above(holder, open_affected) for holder in open_holders)
        return frozenset({DOES_NOT, SET_ASIDE} | ({COUNTS} if could else set()))
    can_be = set()
    if all(_could_stand_above(holder, affected) for holder in holders):
        can_be.add(COUNTS)
    if not all(_must_stand_above(holder, affected) for holder in holders):
        can_be.add(DOES_NOT)
    return frozenset(can_be)


def _could_stand_above(holder: Actor, affected: tuple[Actor, ...]) -> bool:
    if holder.sector is Sector.RESIDENTS or _is_one_of(holder, affected):
        return False
    stands = _tier(holder, Tier.NATION)
    return all(_is_above(stands, _tier(actor, Tier.NEIGHBOURHOOD)) for actor in affected)


def _must_stand_above(holder: Actor, affected: tuple[Actor, ...]) -> bool:
    if isinstance(holder.sector, NotStated) or not _could_stand_above(holder, affected):
        return False
    stands = _tier(holder, Tier.NEIGHBOURHOOD)
    return all(_is_above(stands, _tier(actor, Tier.NATION)) for actor in affected)


def _is_one_of(holder: Actor, affected: tuple[Actor, ...]) -> bool:
    return not isinstance(holder.name, NotStated) and holder.name in {actor.name for actor in affected}


def _tier(actor: Actor, otherwise: Tier) -> Tier:
    return otherwise if isinstance(actor.tier, NotStated) else actor.tier


def _is_above(tier: Tier, other: Tier) -> bool:
    nearest_first = list(Tier)
    return nearest_first.index(tier) > nearest_first.index(other)
