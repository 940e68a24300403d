"""Who may do what with places, parties, roles and mandates."""

from datetime import date
from uuid import UUID

from covenant.place.types import Actor, NotAllowed, NotPossible, Role, Sector


def check_can_convene(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is a convenor of the place."""
    if not can_convene(actor, place):
        raise NotAllowed("Only a convenor of this place can do this.")


def can_convene(actor: Actor, place: UUID) -> bool:
    return actor.has_role(Role.CONVENOR, place)


def check_can_grant(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is an administrator of the place."""
    if not actor.has_role(Role.ADMINISTRATOR, place):
        raise NotAllowed("Only an administrator of this place can give roles.")


def check_mandate(sector: Sector, starts: date, ends: date) -> None:
    """Raise unless such a mandate can be: nobody signs for residents, and it ends after it starts."""
    if not sector.signs:
        raise NotPossible(
            "Nobody signs for residents: promises are made to them, and they can ask about each."
        )
    if ends < starts:
        raise NotPossible("A mandate ends on or after the day on which it starts.")
