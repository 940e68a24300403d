"""Who acts as which member, and on what: asked by every write. See `actions`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from covenant.place.types import Actor, HeldMandate, NotAllowed, NotFound, NotPossible, day_of
from covenant.relate import models, reads, rules
from covenant.relate.types import Agreement, Change, Member, Version


def member_of(agreement: Agreement, member: UUID) -> Member:
    found = agreement.member(member)
    if found is None:
        raise NotFound("There is no such member of this agreement.")
    return found


def acting(by: Actor, agreement: Agreement, member: UUID, at: datetime) -> dict[str, Any]:
    """Who acts as a member, as rows keep it; raise unless they may."""
    mandate = rules.check_acts_as(by, member_of(agreement, member), day_of(at))
    return acted(by, member, mandate, at)


def acted(by: Actor, member: UUID, mandate: HeldMandate | None, at: datetime) -> dict[str, Any]:
    return {
        "member_id": member,
        "user_id": by.user,
        "mandate_id": mandate.id if mandate else None,
        "at": at,
    }


def told(row: models.Act) -> dict[str, str]:
    """Who acted, as the record tells it: the member, and the mandate of whoever acts for a body."""
    return {"member": str(row.member_id), **({"mandate": str(row.mandate_id)} if row.mandate_id else {})}


def change_of(found: Agreement, change: UUID) -> Change:
    what = next((each for each in found.changes if each.id == change), None)
    if what is None:
        raise NotFound("Nobody leaves or comes in this way.")
    return what


def editable(by: Actor, agreement: UUID, at: datetime) -> tuple[Agreement, Version]:
    """An agreement and its open version; raise unless the actor may work on it."""
    found = reads.agreement_of(agreement, today=day_of(at))
    if not rules.sees_draft(by, found, day_of(at)):
        raise NotAllowed("Only a convenor of this place, or a member of this agreement, can do this.")
    if found.open is None:
        raise NotPossible("There is no open draft of this agreement. Propose a change first.")
    return found, found.open
