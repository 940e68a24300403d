"""Writes where no consent is asked: a party leaves, or another takes its place. Reached through `actions`.

Nothing fetters a public body's discretion, and nobody is held against their will: a party may leave with
notice and a reason. What it leaves behind is shown from the day of the notice on.
"""

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.agree import reads, rules
from covenant.agree.consenting import look_again, make_version, put_in_force
from covenant.agree.leaving import Left, leave, succeed
from covenant.agree.models import Covenant, Departure, Reaffirmed, Succession, Version
from covenant.agree.settling import can_be
from covenant.agree.types import InForce, VersionState
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal


def depart(*, by: Actor, covenant: UUID, party: UUID, reason: str, leaves: date, at: datetime) -> UUID:
    """Give notice for a party that it leaves a covenant on a day; returns the id of the notice.

    Parameters
    ----------
    reason
        Why: everyone can read it.
    leaves
        The first day on which it is bound no more: today at the earliest.
    """
    with writing():
        now = _in_force(covenant)
        mandate = rules.check_can_leave(by, party, {each.id for each in now.parties}, day_of(at))
        rules.check_notice(reason, leaves, day_of(at))
        if Departure.objects.filter(covenant=covenant, party=party, done_at=None).exists():
            raise NotPossible("This party has given notice already.")
        salt = secrets.token_bytes(32)
        row = Departure.objects.create(
            covenant_id=covenant,
            party_id=party,
            user_id=mandate.user,
            reason=reason.strip(),
            given_at=at,
            leaves=leaves,
            salt=salt,
        )
        body = {"party": str(party), "leaves": leaves.isoformat(), "person": seal(str(mandate.user), salt)}
        append(kind="party.leaves", subject=covenant, body=body, sealed={"reason": reason.strip()}, at=at)
        if leaves <= day_of(at):
            _leave(row, at)
    return row.id


def stay(*, by: Actor, departure: UUID, at: datetime) -> None:
    """Take back the notice of a party that has not left yet."""
    with writing():
        row = _departure(departure)
        rules.check_speaks_for(by, row.party_id, day_of(at))
        append(kind="party.stays", subject=row.covenant_id, body={"party": str(row.party_id)}, at=at)
        row.reaffirmed.all().delete()
        row.delete()


def reaffirm(*, by: Actor, departure: UUID, commitment: UUID, at: datetime) -> None:
    """Say for its debtor that a commitment stands, though what it was promised in return for ends."""
    with writing():
        row = _departure(departure)
        left = _left(row)
        clause = next((each for each in left.lapses if each.commitment == commitment), None)
        if clause is None:
            raise NotPossible("This commitment does not end with the departure: it stands anyway.")
        mandate = rules.check_speaks_for(by, clause.debtor.id, day_of(at))
        rules.check_owes_alone(clause)
        Reaffirmed.objects.create(departure=row, commitment_id=commitment, user_id=mandate.user, at=at)
        body = {"party": str(clause.debtor.id), "departure": str(row.party_id)}
        append(kind="commitment.reaffirmed", subject=commitment, body=body, at=at)


def name_successor(
    *,
    by: Actor,
    covenant: UUID,
    old: UUID,
    new: UUID,
    basis: str,
    source: str,
    takes_effect: date,
    at: datetime,
) -> UUID:
    """Say which body takes another's place, by what order or act; returns the id. It must still accept."""
    with writing():
        row = Covenant.objects.filter(id=covenant).first()
        if row is None:
            raise NotFound("There is no covenant at this address.")
        rules.check_can_name_successor(by, row.place_id, (old, new), day_of(at))
        now = _in_force(covenant)
        found = {each.id: each for each in places.parties(ids=[old, new])}
        rules.check_succession(found.get(old), found.get(new), {each.id for each in now.parties})
        if not (basis.strip() and source.strip()):
            raise NotPossible(
                "Say by what order or act it takes the other's place, and where a reader finds it."
            )
        if Succession.objects.filter(covenant=covenant, old=old, done_at=None).exists():
            raise NotPossible("A successor is named for this party already.")
        made = Succession.objects.create(
            covenant=row,
            old_id=old,
            new_id=new,
            basis=basis.strip(),
            source=source.strip(),
            takes_effect=takes_effect,
            named_at=at,
        )
        body = {"old": str(old), "new": str(new), "takes_effect": takes_effect.isoformat()}
        said = {"basis": basis.strip(), "source": source.strip()}
        append(kind="successor.named", subject=covenant, body=body, sealed=said, at=at)
    return made.id


def accept_succession(*, by: Actor, succession: UUID, at: datetime) -> None:
    """Accept for the new body what the old one owed and was owed: nobody is bound by another's word."""
    with writing():
        row = Succession.objects.filter(id=succession, done_at=None).first()
        if row is None:
            raise NotFound("There is no such succession, or it has taken effect.")
        if row.accepted_at is not None:
            raise NotPossible("This succession has been accepted already.")
        mandate = rules.check_speaks_for(by, row.new_id, day_of(at))
        row.accepted_at, row.user_id, row.salt = at, mandate.user, secrets.token_bytes(32)
        row.save()
        body = {"new": str(row.new_id), "old": str(row.old_id), "person": seal(str(mandate.user), row.salt)}
        append(kind="successor.accepted", subject=row.covenant_id, body=body, at=at)
        if row.takes_effect <= day_of(at):
            _succeed(row, at)


def move_due(*, at: datetime) -> int:
    """Let those leave whose notice is over, and those succeed whose day has come; returns how many."""
    today, done = day_of(at), 0
    with writing():
        for row in Departure.objects.filter(done_at=None, leaves__lte=today).order_by("leaves", "given_at"):
            _leave(row, at)
            done += 1
        due = Succession.objects.filter(done_at=None, takes_effect__lte=today, accepted_at__isnull=False)
        for each in due.order_by("takes_effect", "named_at"):
            _succeed(each, at)
            done += 1
    return done


def _leave(row: Departure, at: datetime) -> None:
    left = _left(row) if _is_bound(row.covenant_id, row.party_id) else None
    row.done_at = at
    row.save()
    if left:
        _become(row.covenant_id, left, "departure", {"left": str(row.party_id)}, at)


def _succeed(row: Succession, at: datetime) -> None:
    row.done_at = at
    row.save()
    if _is_bound(row.covenant_id, row.old_id):
        (new,) = places.parties(ids=[row.new_id])
        content = reads.content_of(_in_force(row.covenant_id).version)
        told = {"old": str(row.old_id), "new": str(row.new_id)}
        _become(row.covenant_id, succeed(content, row.old_id, new), "succession", told, at)


def _become(covenant: UUID, left: Left, came_by: str, told: dict[str, Any], at: datetime) -> None:
    """Put in force what remains; a covenant that binds no two sides any more has ended."""
    if can_be(left.content):
        row = make_version(covenant=covenant, content=left.content, at=at)
        row.came_by = came_by
        put_in_force(row=row, state=VersionState.IN_FORCE, told=told, at=at)
    else:
        old = Version.objects.get(covenant=covenant, state=VersionState.IN_FORCE)
        old.state, old.ended_at = rules.next_state(VersionState(old.state), "end"), at
        old.save()
        append(kind="covenant.ended", subject=covenant, body={"number": old.number, **told}, at=at)
    look_again(covenant=covenant, at=at)


def _left(row: Departure) -> Left:
    content = reads.content_of(_in_force(row.covenant_id).version)
    standing = set(row.reaffirmed.values_list("commitment_id", flat=True))
    return leave(content, row.party_id, standing=standing)


def _is_bound(covenant: UUID, party: UUID) -> bool:
    now = reads.in_force(covenant)
    return now is not None and any(each.id == party for each in now.parties)


def _in_force(covenant: UUID) -> InForce:
    now = reads.in_force(covenant)
    if now is None:
        raise NotPossible("No version of this covenant is in force, so nobody is bound by it.")
    return now


def _departure(id: UUID) -> Departure:
    row = Departure.objects.filter(id=id, done_at=None).first()
    if row is None:
        raise NotFound("There is no such notice, or the party has left.")
    return row
