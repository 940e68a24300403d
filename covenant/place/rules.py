"""Who may do what with places, parties, roles and mandates."""

import re
from collections.abc import Collection
from datetime import date
from uuid import UUID

from covenant.place.types import Actor, NotAllowed, NotPossible, Role, Sector

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
GSS = re.compile(r"[A-Z][0-9]{8}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def check_slug(slug: str) -> None:
    """Raise unless this can be an address: pages link to it, and it never changes."""
    if not SLUG.fullmatch(slug) or len(slug) > 50:
        raise NotPossible(
            "An address has lower-case letters, figures and single hyphens between them, at most 50 in all."
        )


def check_gss(gss: str) -> None:
    """Raise unless this is a code of the Office for National Statistics, or none."""
    if gss and not GSS.fullmatch(gss):
        raise NotPossible(f"“{gss}” is no GSS code: one has a capital letter and eight figures.")


def check_email(email: str) -> None:
    """Raise unless a code to sign in with could be sent there."""
    if not EMAIL.fullmatch(email.strip()):
        raise NotPossible(f"“{email}” is no email address.")


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


LONGEST_REASON = 500  # characters


def check_reason(reason: str, *, needed: bool = False) -> None:
    """Raise unless this can stand beside an entry of the record, where everybody reads it."""
    if needed and not reason.strip():
        raise NotPossible("Say why: the reason stands beside the act in the public record.")
    if "@" in reason or len(reason) > LONGEST_REASON or not all(map(str.isprintable, reason)):
        raise NotPossible(
            f"A reason is public: one line of at most {LONGEST_REASON} characters, with no email "
            "address in it. Name no person."
        )


def check_role(role: Role) -> None:
    """Raise where nobody can grant a role, and say how it comes about."""
    if role is Role.SCRUTINEER:
        raise NotPossible(
            "Nobody can grant this: a scrutineer is appointed for a covenant by all its signing parties "
            "together, for a fixed term, on the covenant’s page about scrutiny."
        )


def check_is_own(actor: Actor, person: UUID) -> None:
    """Raise unless the actor is the person: nobody gives up what another holds."""
    if actor.user != person:
        raise NotAllowed("Only the person who holds a mandate can lay it down.")


def check_holds(actor: Actor, role: Role, place: UUID) -> None:
    """Raise unless the actor holds a role in a place."""
    if not actor.has_role(role, place):
        raise NotAllowed("You do not hold this role here.")


def on_both_sides(side: Sector, spoken_for: Collection[Sector]) -> bool:
    """Whether somebody who spoke for these would speak for the state and for another side."""
    return any((each is Sector.STATE) is not (side is Sector.STATE) for each in spoken_for)


def check_one_side(speaks_for_both: bool) -> None:
    """Raise where somebody would consent for both sides of the same words."""
    if speaks_for_both:
        raise NotPossible(
            "You have consented to this for the other side: nobody agrees with themself. "
            "Somebody else with a mandate must do so for this party."
        )


def check_mandate(sector: Sector, starts: date, ends: date) -> None:
    """Raise unless such a mandate can be: nobody signs for residents, and it ends after it starts."""
    if not sector.signs:
        raise NotPossible(
            "Nobody signs for residents: promises are made to them, and they can ask about each."
        )
    if ends < starts:
        raise NotPossible("A mandate ends on or after the day on which it starts.")
