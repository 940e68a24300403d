"""Writes of those who take part: each is given statements by chance, one at a time, and answers them.

Every statement shown is kept with the chance with which it was drawn. Reached through `actions`.
What every vote asks the database stands in `sql`.
"""

import json
import random
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from covenant.listen import rules, sql
from covenant.listen.ballots import seal_cast
from covenant.listen.engine.draw import default_priority, draw
from covenant.listen.heard import COUNTED, Answered, Moderation, Outcome, Started, State, random_id
from covenant.listen.models import Conversation, Exposure, Participant, Snapshot, Vote
from covenant.place.types import NotFound, NotPossible, day_of
from covenant.record.actions import append, writing


@dataclass(frozen=True)
class _Who:
    """Whoever takes part: their random id, in which conversation, and how surely they are one person."""

    id: UUID
    conversation: UUID
    level: int


@dataclass(frozen=True)
class _Shown:
    """A statement as it was shown to someone, and what they say of it now: None where nothing."""

    exposure: UUID | None
    statement: UUID
    visible: bool
    said: int | None


def start(*, conversation: UUID, level: int = 0, at: datetime, rng: random.Random) -> Started:
    """Join a conversation as someone new, and be given a first statement."""
    rules.check_level(level)
    who = _Who(random_id(), conversation, level)
    with writing(only=who.id):
        row = Conversation.objects.filter(id=conversation).first()
        if row is None:
            raise NotFound("There is no conversation at this address.")
        _check_open(row, at)
        Participant.objects.create(id=who.id, conversation=row, level=level, joined_at=at)
        return Started(who.id, _next(who, at, rng))


def answer(*, participant: UUID, exposure: UUID, value: int, at: datetime, rng: random.Random) -> Answered:
    """Vote on the statement that an exposure showed, and be given the next one.

    Sent again with the same value it changes nothing; with another value it is a change of mind. Where a
    moderator hid the statement meanwhile, nothing is counted and the next one comes.
    """
    said = rules.vote(value)
    with writing(only=participant):
        who, shown = _exposure(participant, exposure, at)
        if shown.visible:
            _cast(who, shown, said, at)
        return Answered(shown.visible, _next(who, at, rng))


def skip(*, participant: UUID, exposure: UUID, at: datetime, rng: random.Random) -> UUID | None:
    """Leave a statement for later, and be given the next: its exposure, or None where nothing is left.

    A statement that was skipped comes again only when there is no other.
    """
    with writing(only=participant):
        who, shown = _exposure(participant, exposure, at)
        _end(exposure, Outcome.SKIPPED, at)
        return _next(who, at, rng, avoid=shown.statement)


def resume(*, participant: UUID, at: datetime, rng: random.Random) -> UUID | None:
    """Come back: be given what stands open, or a new statement where there is one now."""
    with writing(only=participant):
        return _next(_participant(participant, at), at, rng)


def change_vote(*, participant: UUID, statement: UUID, value: int, at: datetime) -> None:
    """Change one's mind on a statement that one has voted on; the earlier vote is kept as superseded."""
    said = rules.vote(value)
    with writing(only=participant):
        who = _participant(participant, at)
        mine = Vote.objects.filter(participant=participant, statement=statement, current=True)
        old = mine.select_related("statement").first()
        if old is None:
            raise NotFound("You have not voted on this statement.")
        if old.statement.moderation != Moderation.SHOWN:
            raise NotPossible("This statement is hidden now: your vote on it stays as it is.")
        _cast(who, _Shown(None, statement, True, old.value), said, at)


def _check_open(conversation: Conversation, at: datetime) -> None:
    rules.check_takes_part(State(conversation.state), conversation.opens, conversation.closes, day_of(at))


def _participant(id: UUID, at: datetime) -> _Who:
    row = Participant.objects.select_related("conversation").filter(id=id).first()
    if row is None:
        raise NotFound("You have not begun to take part in this conversation.")
    _check_open(row.conversation, at)
    return _Who(row.id, row.conversation_id, row.level)


def _exposure(participant: UUID, id: UUID, at: datetime) -> tuple[_Who, _Shown]:
    """What was shown to someone, in a conversation that takes answers now."""
    rows = sql.ask(sql.SHOWN, id, participant)
    if not rows:
        raise NotFound("This statement was not shown to you.")
    conversation, level, state, opens, closes, statement, moderation, said = rows[0]
    opened, closed = (date.fromisoformat(day) if day else None for day in (opens, closes))
    rules.check_takes_part(State(state), opened, closed, day_of(at))
    who = _Who(participant, sql.uuid(conversation), level)
    return who, _Shown(id, sql.uuid(statement), moderation == Moderation.SHOWN, said)


def _cast(who: _Who, shown: _Shown, said: int, at: datetime) -> None:
    """Count a vote, unless it says what the current one says; then end what is open on this statement."""
    if shown.said != said:
        first = shown.said is None
        if not first:
            mine = Vote.objects.filter(participant=who.id, statement=shown.statement, current=True)
            mine.update(current=False)
        salt = secrets.token_bytes(32)
        sealed = seal_cast(
            conversation=who.conversation, statement=shown.statement, value=said, level=who.level, salt=salt
        )
        body = {"vote": sealed, "first": first}
        entry = append(kind=COUNTED, subject=who.conversation, body=body, at=at)
        Vote.objects.create(
            participant_id=who.id,
            statement_id=shown.statement,
            value=said,
            cast_at=at,
            level=who.level,
            salt=salt,
            exposure_id=shown.exposure,
            entry=entry.id,
        )
    sql.do(sql.ANSWERED, at, who.id, shown.exposure, shown.statement)


def _end(exposure: UUID, outcome: Outcome, at: datetime) -> None:
    """End an exposure that is still open; one that has ended stays as it ended."""
    Exposure.objects.filter(id=exposure, outcome=Outcome.OPEN).update(outcome=outcome, ended_at=at)


def _next(who: _Who, at: datetime, rng: random.Random, avoid: UUID | None = None) -> UUID | None:
    """The exposure that stands open; where its statement was hidden, or none is open, a new one is drawn."""
    found: dict[str, dict[Any, Any]] = {"shown": {}, "voted": {}, "open": {}, "skipped": {}, "newest": {}}
    rows = sql.ask(sql.STANDING, who.id, who.id, who.conversation, who.conversation)
    for what, statement, row, _number in rows:
        found[what][statement] = row
    for statement, exposure in found["open"].items():
        if statement in found["shown"]:
            return sql.uuid(exposure)
        _end(sql.uuid(exposure), Outcome.WITHDRAWN, at)
    left = [statement for statement in found["shown"] if statement not in found["voted"]]
    passed_over, avoided = found["skipped"], sql.held(avoid)
    candidates = [id for id in left if id not in passed_over] or [id for id in left if id != avoided]
    newest = found["newest"].get(None)
    return _draw(who, [sql.uuid(id) for id in candidates], newest and sql.uuid(newest), at, rng)


def _draw(
    who: _Who, candidates: list[UUID], newest: UUID | None, at: datetime, rng: random.Random
) -> UUID | None:
    """Draw one of these statements by the priorities of the newest results, and keep with what chance."""
    if not candidates:
        return None
    known = _priorities(newest) if newest else {}
    chosen, probability = draw([known.get(id, default_priority()) for id in candidates], rng)
    row = Exposure.objects.create(
        participant_id=who.id,
        statement_id=candidates[chosen],
        shown_at=at,
        probability=probability,
        candidates=len(candidates),
        snapshot_id=newest,
    )
    return row.id


@lru_cache(maxsize=100)
def _priorities(snapshot: UUID) -> dict[UUID, float]:
    """Of each statement, as a snapshot has them: it never changes."""
    text = Snapshot.objects.values_list("priorities", flat=True).get(id=snapshot)
    return {UUID(id): weight for id, weight in json.loads(text).items()}
