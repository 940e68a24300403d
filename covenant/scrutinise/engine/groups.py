"""Tells whether somebody is of a group: a sector, small bodies, local bodies, young people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from covenant.place.types import Sector, Tier
from covenant.scrutinise.programme import Actor, Actors, Duty, NotStated, Proposal, Size, Young


@dataclass(frozen=True)
class Group:
    """Those of whom each named fact is one of some values; `nobody` says in words that none is there."""

    id: str
    name: str
    nobody: str
    facts: tuple[tuple[str, frozenset[Enum]], ...]

    def has(self, actor: Actor) -> bool | None:
        """Whether an actor is of the group; None where the source leaves it open.

        >>> SMALL.has(Actor(size=Size.SMALL)), SMALL.has(Actor("Marl Council", Sector.STATE))
        (None, False)
        """
        told: bool | None = True
        for fact, values in self.facts:
            value = getattr(actor, fact)
            if isinstance(value, NotStated):
                told = None
            elif value not in values:
                return False
        return told

    @property
    def besides(self) -> tuple[str, ...]:
        """What makes the group, apart from the sector and the tier that are shown of everybody."""
        return tuple(fact for fact, _ in self.facts if fact not in ("sector", "tier"))


_BODIES = ("sector", frozenset(set(Sector) - {Sector.RESIDENTS}))
_LOCAL = frozenset({Tier.NEIGHBOURHOOD, Tier.PARISH, Tier.DISTRICT})


def _sector(sector: Sector, name: str, nobody: str) -> Group:
    return Group(sector.value.replace(" ", "-"), name, nobody, (("sector", frozenset({sector})),))


SECTORS: Final = {
    Sector.STATE: _sector(Sector.STATE, "the state", "nobody from the state"),
    Sector.CIVIL_SOCIETY: _sector(Sector.CIVIL_SOCIETY, "civil society", "nobody from civil society"),
    Sector.BUSINESS: _sector(Sector.BUSINESS, "business", "no business"),
    Sector.RESIDENTS: _sector(Sector.RESIDENTS, "residents", "no resident"),
}
# Residents are people, not bodies; and a public body is never small for want of an income of its own.
SMALL: Final = Group(
    "small-bodies",
    "small bodies",
    "no small body",
    (
        ("sector", frozenset({Sector.CIVIL_SOCIETY, Sector.BUSINESS})),
        ("size", frozenset({Size.SMALL})),
    ),
)
LOCAL: Final = Group("local-bodies", "local bodies", "no local body", (_BODIES, ("tier", _LOCAL)))
YOUNG: Final = Group("young", "young people", "no young person", (("young", frozenset({Young.YES})),))
TIERS: Final = {
    tier: Group(tier.value, f"bodies at the {tier.value}", "no body", (_BODIES, ("tier", frozenset({tier}))))
    for tier in Tier
}


def some(actors: Actors, group: Group) -> bool | None:
    """Whether anybody of a group is among some actors; None where the source leaves it open.

    >>> some((), LOCAL), some((Actor("Marl Council", Sector.STATE),), LOCAL)
    (False, None)
    """
    return None if isinstance(actors, NotStated) else any_of([group.has(actor) for actor in actors])


def any_of(told: list[bool | None]) -> bool | None:
    """Whether one of several is so; None where none is and one may be.

    >>> any_of([False, None]), any_of([None, True]), any_of([])
    (None, True, False)
    """
    return True if True in told else None if None in told else False


def carried(proposal: Proposal) -> list[tuple[str, Actors, Duty]]:
    """Each field that says who carries a duty; a single one where there is none, or none is stated.

    >>> [field for field, _, _ in carried(Proposal("P1", duties=(Duty(), Duty())))]
    ['duties 1, on', 'duties 2, on']
    """
    if isinstance(proposal.duties, NotStated):
        return [("duties", proposal.duties, Duty())]
    if not proposal.duties:
        return [("duties", (), Duty())]
    return [(f"duties {place}, on", duty.on, duty) for place, duty in enumerate(proposal.duties, start=1)]


def carries(proposal: Proposal, group: Group) -> bool | None:
    """Whether a group carries a duty of a proposal; None where the source leaves it open.

    >>> carries(Proposal("P1", duties=()), SMALL)
    False
    """
    return any_of([some(on, group) for _, on, _ in carried(proposal)])
