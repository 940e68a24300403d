"""What every write of this slice does: find what it is about, keep who did it. Reached through `actions`."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from covenant.place import reads as places
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotFound, PartyView, day_of
from covenant.record.actions import append
from covenant.record.types import seal
from covenant.weigh import rules
from covenant.weigh.models import Act, Appraisal, Option, PartyAct
from covenant.weigh.types import AppraisalState


def keep_act(
    made: Act | PartyAct,
    by: Actor,
    mandate: HeldMandate | None,
    at: datetime,
    *,
    kind: str,
    subject: UUID,
    body: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> None:
    """Keep what somebody did, and its entry of the record, in which their name is sealed."""
    if by.user is None:
        raise NotAllowed("Sign in to do this.")
    made.user_id, made.at, made.salt = by.user, at, secrets.token_bytes(32)
    if mandate:
        made.party_id, made.mandate_id = mandate.party, mandate.id
    made.save()
    party = {"party": str(mandate.party)} if mandate else {}
    told = {**party, **(body or {}), "person": seal(str(by.user), made.salt)}
    append(kind=kind, subject=subject, body=told, sealed=sealed, at=at)


def appraisal_row(id: UUID) -> Appraisal:
    """A decision by its id."""
    row = Appraisal.objects.filter(id=id).first()
    if row is None:
        raise NotFound("There is no such decision.")
    return row


def open_appraisal(by: Actor, id: UUID, at: datetime) -> Appraisal:
    """A decision to which the actor may contribute and in which things can still change."""
    row = appraisal_row(id)
    rules.check_can_contribute(by, row.place_id, bodies_of(row), day_of(at))
    rules.check_is_open(AppraisalState(row.state))
    return row


def option_row(row: Appraisal, id: UUID) -> Option:
    """An option of a decision."""
    option = row.options.filter(id=id).first()
    if option is None:
        raise NotFound("There is no such option in this decision.")
    return option


def bodies_of(row: Appraisal) -> list[PartyView]:
    """The bodies that weigh a decision."""
    return [places.party_view(party) for party in row.bodies.all()]
