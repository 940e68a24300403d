"""Writes about replays: who may have results worked out again, that they ask, what came of it.

Reached through `actions`.
"""

import secrets
from datetime import date, datetime
from uuid import UUID

from covenant.listen import rules
from covenant.listen.audit import Replayed
from covenant.listen.heard import text_of
from covenant.listen.models import Conversation, Replay, ReplayGrant, Snapshot
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal


def grant_replays(
    *, by: Actor, conversation: UUID, email: str, until: date, reason: str, at: datetime
) -> UUID:
    """Allow an analyst of the place to have a conversation's results worked out again, until a day.

    An administrator does, and nobody for themself. The record tells until when, and who and why sealed.
    """
    with writing():
        row = Conversation.objects.filter(id=conversation).first()
        if row is None:
            raise NotFound("There is no conversation at this address.")
        rules.check_can_grant_replays(by, row.place_id)
        person = places.person(email)
        if person is None:
            raise NotPossible(f"Nobody signs in here with the address {email}.")
        rules.check_grant(by, places.actor(person), row.place_id, day_of(at), until)
        why, salt = rules.reason(reason), secrets.token_bytes(32)
        grant = ReplayGrant.objects.create(
            conversation=row, person_id=person, until=until, reason=why, salt=salt, given_at=at
        )
        body = {
            "grant": str(grant.id),
            "person": seal({"grant": str(grant.id), "person": str(person)}, salt),
            "until": until.isoformat(),
        }
        append(kind="replay.granted", subject=conversation, body=body, sealed={"reason": why}, at=at)
    return grant.id


def ask_replay(*, by: Actor, snapshot: UUID, at: datetime) -> UUID:
    """Ask that published results be worked out again; a job does it, and the record tells what came of it."""
    with writing():
        row = Snapshot.objects.select_related("conversation").filter(id=snapshot).first()
        if row is None:
            raise NotFound("There are no such results.")
        rules.check_can_replay(by, row.conversation.place_id)
        held = ReplayGrant.objects.filter(person=by.user, conversation=row.conversation_id)
        grant = held.filter(until__gte=day_of(at)).order_by("-until").first()
        if grant is None:
            raise NotPossible("No administrator allowed you to replay the results of this conversation now.")
        replay, _new = Replay.objects.get_or_create(
            grant=grant, snapshot=row, done_at=None, defaults={"asked_at": at}
        )
    return replay.id


def keep_replay(*, replay: UUID, outcome: Replayed, at: datetime) -> bool:
    """Keep what came of a replay, in the record as well; False where it was kept already."""
    told = outcome.as_json()
    with writing():
        mine = Replay.objects.filter(id=replay, done_at=None)
        row = mine.select_related("grant").first()
        if row is None:
            return False
        body = {"grant": str(row.grant_id), **told}
        append(kind="replay.done", subject=row.grant.conversation_id, body=body, at=at)
        mine.update(done_at=at, outcome=text_of(told))
    return True
