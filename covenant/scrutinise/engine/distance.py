"""Finds whether those who hold a power stand only above those whom it affects."""

from __future__ import annotations

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.wording import said
from covenant.scrutinise.programme import NOT_STATED, Actor, Actors, NotStated, Power, Proposal

_HEIGHT = {tier: height for height, tier in enumerate(Tier)}
_FARTHEST = Actor(sector=Sector.STATE, tier=Tier.NATION)  # whoever may hold it
_NEAREST = Actor(sector=Sector.RESIDENTS, tier=Tier.NEIGHBOURHOOD)  # whoever may be affected


def standing(holders: Actors, affected: Actors, *, nobody: Outcome = SET_ASIDE) -> frozenset[Outcome]:
    """Find whether every holder of a power stands above everybody affected: every answer still possible.

    Civic meaning: a power is near people where one of them, or a body no farther from the street than they
    are, has a part in it.

    A holder stands above where its tier is strictly above that of everybody affected, unless it is itself one
    of them (by name) or a resident. What is not stated is filled in any way, names excepted.

    Parameters
    ----------
    holders, affected : as the source states them.
    nobody : what it is where the source says that nobody holds the power.

    Returns
    -------
    frozenset of Outcome
        COUNTS where all may stand above, DOES_NOT where one may not, `nobody` where nobody may hold it,
        SET_ASIDE where nobody may be affected. A single outcome is certain.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> street = (Actor("Residents of Pump Row", Sector.RESIDENTS, Tier.NEIGHBOURHOOD),)
    >>> standing((Actor("Marl Council", Sector.STATE, Tier.DISTRICT),), street) == {COUNTS}
    True
    >>> standing((), street) == {SET_ASIDE}, standing((), street, nobody=COUNTS) == {COUNTS}
    (True, True)
    """
    if affected == ():
        return frozenset({SET_ASIDE})
    perhaps_unaffected = {SET_ASIDE} if isinstance(affected, NotStated) else set()
    if holders == ():
        return frozenset({nobody} | perhaps_unaffected)
    could, must = _above(
        (_FARTHEST,) if isinstance(holders, NotStated) else holders,
        (_NEAREST,) if isinstance(affected, NotStated) else affected,
    )
    perhaps_held = {nobody} if isinstance(holders, NotStated) else set()
    certain = must and not perhaps_held and not perhaps_unaffected
    return frozenset(
        perhaps_unaffected
        | perhaps_held
        | ({COUNTS} if could else set())
        | (set() if certain else {DOES_NOT})
    )


def held(proposal: Proposal, power: Power, *, nobody: Outcome = SET_ASIDE) -> Case:
    """A proposal as a case of a power that is held only from above: see `standing`.

    >>> held(Proposal("P1", decided_by=()), Power.DECIDES).missing
    (('P1', 'affected'),)
    """
    holders, affected = proposal.holders(power), proposal.affected
    missing = []
    if _leaves_open(holders, "sector", "tier"):
        missing.append((proposal.id, power.value))
    if _leaves_open(affected, "tier"):
        missing.append((proposal.id, "affected"))
    says = (said(proposal, power.value), said(proposal, "affected"))
    return Case(standing(holders, affected, nobody=nobody), 2, tuple(missing), says)


def _leaves_open(actors: Actors, *needed: str) -> bool:
    if isinstance(actors, NotStated):
        return True
    return any(getattr(actor, name) is NOT_STATED for actor in actors for name in needed)


def _above(holders: tuple[Actor, ...], affected: tuple[Actor, ...]) -> tuple[bool, bool]:
    """Whether every holder could stand above everybody affected, and whether every one must."""
    names = {actor.name for actor in affected} - {NOT_STATED}
    if any(holder.sector is Sector.RESIDENTS or holder.name in names for holder in holders):
        return False, False
    lowest = max(_height(actor, Tier.NEIGHBOURHOOD) for actor in affected)
    highest = max(_height(actor, Tier.NATION) for actor in affected)
    could = all(_height(holder, Tier.NATION) > lowest for holder in holders)
    must = all(
        _height(holder, Tier.NEIGHBOURHOOD) > highest and not isinstance(holder.sector, NotStated)
        for holder in holders
    )
    return could, must


def _height(actor: Actor, otherwise: Tier) -> int:
    return _HEIGHT[otherwise if isinstance(actor.tier, NotStated) else actor.tier]
