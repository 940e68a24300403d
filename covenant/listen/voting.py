"""Writes of those who take part: each is given statements by chance, one at a time, and answers them.

Every statement shown is kept with the chance with which it was drawn. Reached through `actions`.
"""

import json
import random
import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from uuid_utils.compat import uuid7

from covenant.listen import rules
from covenant.listen.ballots import seal_cast
from covenant.listen.engine.draw import default_priority, draw
from covenant.listen.heard import COUNTED, Answered, Moderation, Outcome, Started, State
from covenant.listen.models import Conversation, Exposure, Participant, Snapshot, Statement, Vote
from covenant.place.types import NotFound, NotPossible, day_of
from covenant.record.actions import append, writing


def start(*, conversation: UUID, level: int = 0, at: datetime, rng: random.Random) -> Started:
    """Join a conversation as someone new, and be given a first statement."""
    rules.check_level(level)
    with writing():
        row = Conversation.objects.filter(id=conversation).first()
        if row is None:
            raise NotFound("There is no conversation at this address.")
        _check_open(row, at)
        participant = Participant.objects.create(conversation=row, level=level, joined_at=at)
        return Started(participant.id, _draw(participant, at, rng))


def answer(*, participant: UUID, exposure: UUID, value: int, at: datetime, rng: random.Random) -> Answered:
    """Vote on the statement that an exposure showed, and be given the next one.

    Sent again with the same value it changes nothing; with another value it is a change of mind. Where a
    moderator hid the statement meanwhile, nothing is counted and the next one comes.
    """
    said = rules.vote(value)
    with writing():
        shown = _exposure(participant, exposure)
        _check_open(shown.participant.conversation, at)
        visible = shown.statement.moderation == Moderation.SHOWN
        if visible:
            _cast(shown.participant, shown.statement_id, said, shown, at)
        return Answered(visible, _next(shown.participant, at, rng))


def skip(*, participant: UUID, exposure: UUID, at: datetime, rng: random.Random) -> UUID | None:
    """Leave a statement for later, and be given the next: its exposure, or None where nothing is left.

    A statement that was skipped comes again only when there is no other.
    """
    with writing():
        shown = _exposure(participant, exposure)
        _check_open(shown.participant.conversation, at)
        _end(shown, Outcome.SKIPPED, at)
        return _next(shown.participant, at, rng, avoid=shown.statement_id)


def resume(*, participant: UUID, at: datetime, rng: random.Random) -> UUID | None:
    """Come back: be given what stands open, or a new statement where there is one now."""
    with writing():
        who = _participant(participant)
        _check_open(who.conversation, at)
        return _next(who, at, rng)


def change_vote(*, participant: UUID, statement: UUID, value: int, at: datetime) -> None:
    """Change one's mind on a statement that one has voted on; the earlier vote is kept as superseded."""
    said = rules.vote(value)
    with writing():
        who = _participant(participant)
        _check_open(who.conversation, at)
        old = (
            Vote.objects.filter(participant=who, statement=statement, current=True)
            .select_related("statement")
            .first()
        )
        if old is None:
            raise NotFound("You have not voted on this statement.")
        if old.statement.moderation != Moderation.SHOWN:
            raise NotPossible("This statement is hidden now: your vote on it stays as it is.")
        _cast(who, statement, said, None, at)


def _check_open(conversation: Conversation, at: datetime) -> None:
    rules.check_takes_part(State(conversation.state), conversation.opens, conversation.closes, day_of(at))


def _participant(id: UUID) -> Participant:
    row = Participant.objects.select_related("conversation").filter(id=id).first()
    if row is None:
        raise NotFound("You have not begun to take part in this conversation.")
    return row


def _exposure(participant: UUID, id: UUID) -> Exposure:
    rows = Exposure.objects.select_related("statement", "participant__conversation")
    row = rows.filter(id=id, participant=participant).first()
    if row is None:
        raise NotFound("This statement was not shown to you.")
    return row


def _cast(
    participant: Participant, statement: UUID, said: int, exposure: Exposure | None, at: datetime
) -> None:
    """Count a vote, unless it says what the current one says; then end what is open on this statement."""
    mine = Vote.objects.filter(participant=participant, statement=statement)
    old = mine.filter(current=True).first()
    if old is None or old.value != said:
        if old is not None:
            mine.filter(current=True).update(current=False)
        id, salt = uuid7(), secrets.token_bytes(32)
        conversation, level = participant.conversation_id, participant.level
        sealed = seal_cast(conversation=conversation, statement=statement, value=said, level=level, salt=salt)
        body = {"vote": sealed, "first": old is None}
        entry = append(kind=COUNTED, subject=conversation, body=body, at=at)
        Vote.objects.create(
            id=id,
            participant=participant,
            statement_id=statement,
            value=said,
            cast_at=at,
            level=participant.level,
            salt=salt,
            exposure=exposure,
            entry=entry.id,
        )
    answered = Q(statement=statement, outcome=Outcome.OPEN)
    if exposure is not None:
        answered |= Q(id=exposure.id)
    ended = Exposure.objects.filter(answered, participant=participant).exclude(outcome=Outcome.VOTED)
    ended.update(outcome=Outcome.VOTED, ended_at=at)


def _end(exposure: Exposure, outcome: Outcome, at: datetime) -> None:
    """End an exposure that is still open; one that has ended stays as it ended."""
    Exposure.objects.filter(id=exposure.id, outcome=Outcome.OPEN).update(outcome=outcome, ended_at=at)


def _next(
    participant: Participant, at: datetime, rng: random.Random, avoid: UUID | None = None
) -> UUID | None:
    """The exposure that stands open; where its statement was hidden, or none is open, a new one is drawn."""
    standing = (
        Exposure.objects.filter(participant=participant, outcome=Outcome.OPEN)
        .select_related("statement")
        .first()
    )
    if standing is not None:
        if standing.statement.moderation == Moderation.SHOWN:
            return standing.id
        _end(standing, Outcome.WITHDRAWN, at)
    return _draw(participant, at, rng, avoid)


def _draw(
    participant: Participant, at: datetime, rng: random.Random, avoid: UUID | None = None
) -> UUID | None:
    voted = Vote.objects.filter(participant=participant, current=True).values("statement")
    shown = Statement.objects.filter(conversation=participant.conversation_id, moderation=Moderation.SHOWN)
    left = list(shown.exclude(id__in=voted).order_by("number").values_list("id", flat=True))
    passed_over = Exposure.objects.filter(participant=participant, outcome=Outcome.SKIPPED)
    skipped = set(passed_over.values_list("statement_id", flat=True))
    candidates = [id for id in left if id not in skipped] or [id for id in left if id != avoid]
    if not candidates:
        return None
    newest = Snapshot.objects.filter(conversation=participant.conversation_id).order_by("-entries")
    snapshot = newest.values_list("id", "priorities").first()
    known = json.loads(snapshot[1]) if snapshot else {}
    chosen, probability = draw([known.get(str(id), default_priority()) for id in candidates], rng)
    row = Exposure.objects.create(
        participant=participant,
        statement_id=candidates[chosen],
        shown_at=at,
        probability=probability,
        candidates=len(candidates),
        snapshot_id=snapshot[0] if snapshot else None,
    )
    return row.id
