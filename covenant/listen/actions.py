"""Writes: conversations, statements and their moderation, results.

Taking part is in `voting`, taking it back in `erasing`, codes in `issuing`, replays in `replaying`, loading
in `loading`; others find all of it here.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from uuid_utils.compat import uuid7

from covenant.listen import models, rules
from covenant.listen.ballots import CountedSet
from covenant.listen.erasing import drop_codes, erase_participant, keep_days_alone
from covenant.listen.heard import CLOSED, Moderation, State, text_of
from covenant.listen.issuing import issue_codes, start_with_code, use_code
from covenant.listen.loading import load_conversation
from covenant.listen.models import Conversation, Participant, Snapshot, Statement
from covenant.listen.replaying import ask_replay, grant_replays, keep_replay
from covenant.listen.voting import answer, change_vote, resume, skip, start
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import committed, seal

__all__ = [
    "add_statement",
    "answer",
    "ask_replay",
    "begin_conversation",
    "change_vote",
    "close_conversation",
    "drop_codes",
    "erase_participant",
    "grant_replays",
    "issue_codes",
    "keep_days_alone",
    "keep_replay",
    "load_conversation",
    "moderate",
    "open_conversation",
    "publish_snapshot",
    "resume",
    "skip",
    "start",
    "start_with_code",
    "take_votes",
    "use_code",
]


def begin_conversation(
    *,
    by: Actor,
    place: UUID,
    title: str,
    slug: str,
    introduction: str,
    statements: Sequence[str] = (),
    language: str = "en",
    opens: date | None = None,
    closes: date | None = None,
    at: datetime,
) -> UUID:
    """Draft a conversation with the statements that it starts with; only they see it until it is opened."""
    rules.check_can_convene(by, place)
    rules.check_dates(opens, closes)
    rules.check_slug(slug)
    with writing():
        if Conversation.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a conversation with the address “{slug}” already.")
        row = Conversation.objects.create(
            slug=slug,
            place_id=place,
            title=title,
            introduction=introduction,
            language=language,
            state=State.DRAFT,
            opens=opens,
            closes=closes,
            made_at=at,
        )
        append(kind="conversation.begun", subject=row.id, body={"title": title, "place": str(place)}, at=at)
        for text in statements:
            add_statement(by=by, conversation=row.id, text=text, at=at)
    return row.id


def open_conversation(
    *,
    by: Actor,
    place: UUID,
    title: str,
    slug: str,
    introduction: str,
    statements: Sequence[str],
    language: str = "en",
    opens: date | None = None,
    closes: date | None = None,
    at: datetime,
) -> UUID:
    """Begin a conversation and let people take part, from now or from the day on which it opens."""
    with writing():
        id = begin_conversation(
            by=by,
            place=place,
            title=title,
            slug=slug,
            introduction=introduction,
            statements=statements,
            language=language,
            opens=opens,
            closes=closes,
            at=at,
        )
        take_votes(by=by, conversation=id, at=at)
    return id


def take_votes(*, by: Actor, conversation: UUID, at: datetime) -> None:
    """Open a conversation that was drafted, or open a closed one again."""
    _turn(by, conversation, "open", "conversation.opened", at)


def close_conversation(*, by: Actor, conversation: UUID, at: datetime) -> None:
    """Take no more votes and statements; what was said stands."""
    _turn(by, conversation, "close", CLOSED, at)


def _turn(by: Actor, conversation: UUID, act: str, kind: str, at: datetime) -> None:
    with writing():
        row = _conversation(by, conversation)
        rules.check_can_convene(by, row.place_id)
        state = rules.next_state(State(row.state), act)
        if act == "open" and not row.statements.filter(moderation=Moderation.SHOWN).exists():
            raise NotPossible("Add at least one statement first: people need something to answer.")
        append(kind=kind, subject=conversation, body={"title": row.title}, at=at)
        Conversation.objects.filter(id=conversation).update(state=state)


def add_statement(
    *, by: Actor | UUID, conversation: UUID, text: str, is_meta: bool = False, at: datetime
) -> UUID:
    """Add a statement: a participant's waits for a moderator; a convenor's or moderator's is shown at once.

    Parameters
    ----------
    by
        An actor, or the id of a participant of this conversation.
    is_meta
        Whether it speaks of the conversation itself; such statements shape no groups.
    """
    text = rules.wording(text)
    with writing():
        author = by if isinstance(by, UUID) else None
        row = _conversation(by, conversation)
        if isinstance(by, Actor):
            rules.check_can_moderate(by, row.place_id)
        else:
            rules.check_takes_part(State(row.state), row.opens, row.closes, day_of(at))
            rules.check_waiting(row.statements.filter(author=by, moderation=Moderation.PENDING).count())
        others = row.statements.exclude(moderation=Moderation.HIDDEN)
        rules.check_new(text, list(others.values_list("text", flat=True)))
        number = (row.statements.aggregate(Max("number"))["number__max"] or 0) + 1
        id, salt = uuid7(), secrets.token_bytes(32)
        body = {
            "conversation": str(conversation),
            "number": number,
            "seed": author is None,
            "text": seal(text, salt),
        }
        entry = append(kind="statement.added", subject=id, body=body, at=at)
        Statement.objects.create(
            id=id,
            conversation=row,
            number=number,
            text=text,
            is_seed=author is None,
            is_meta=is_meta and author is None,
            moderation=Moderation.PENDING if author else Moderation.SHOWN,
            made_at=at,
            author_id=author,
            salt=salt,
            entry=entry.id,
        )
        if author is None:
            _mark_due(conversation, entry.id)
    return id


def moderate(*, by: Actor, statement: UUID, shown: bool, reason: str = "", at: datetime) -> None:
    """Show a statement, or hide it for a reason that everyone can read; votes on it are kept either way."""
    with writing():
        row = Statement.objects.select_related("conversation").filter(id=statement).first()
        if row is None or not rules.can_see(by, row.conversation.place_id, State(row.conversation.state)):
            raise NotFound("There is no statement at this address.")
        rules.check_can_moderate(by, row.conversation.place_id)
        rules.check_reason(shown, reason)
        after, why = Moderation.SHOWN if shown else Moderation.HIDDEN, reason.strip()
        if (row.moderation, row.reason) == (after, why):
            return
        body = {"conversation": str(row.conversation_id), "number": row.number}
        entry = append(
            kind=f"statement.{after.value}", subject=statement, body=body, sealed={"reason": why}, at=at
        )
        row.moderation, row.reason = after, why
        row.save(update_fields=["moderation", "reason"])
        _mark_due(row.conversation_id, entry.id)


def publish_snapshot(
    *,
    conversation: UUID,
    after: int,
    entries: int,
    engine: str,
    figures: dict[str, Any],
    full: dict[str, Any],
    priorities: dict[str, float],
    votes: int = 0,
    erased: int = 0,
    changed: int | None = None,
    counted: CountedSet | None = None,
    at: datetime,
) -> UUID | None:
    """Publish results, unless others were published since this run began: then nothing is written.

    Nor is anything where something was erased or moderated meanwhile: the results would tell of it still.

    Parameters
    ----------
    after
        How many entries of the record the results counted that stood when the run began.
    entries
        How many these count.
    figures, full
        For everyone, and for an analyst.
    priorities
        Of each statement by its id, for the draw of the next one to show.
    votes
        How many votes count: of each person the last on each statement.
    erased
        How many answers of the conversation were erased before.
    changed
        The row of the entry that last changed what results say, where that is to be so still.
    counted
        The votes as tags, where they are published with these results.
    """
    public = text_of(figures)
    with writing():
        mine = Conversation.objects.filter(id=conversation, counted=after, erased=erased)
        mine = mine if changed is None else mine.filter(changed=changed)
        if not mine.update(counted=entries, counted_at=at):
            return None
        row = Snapshot.objects.create(
            conversation_id=conversation,
            made_at=at,
            entries=entries,
            votes=votes,
            erased=erased,
            engine=engine,
            figures=public,
            full=text_of(full),
            priorities=text_of(priorities),
        )
        if counted is not None:
            models.CountedSet.objects.create(snapshot=row, sha256=counted.sha256, text=counted.text)
        body = {
            "conversation": str(conversation),
            "entries": entries,
            "engine": engine,
            "figures": hashlib.sha256(text_of(committed(figures)).encode()).hexdigest(),
            "votes": votes,
            "set": counted.sha256 if counted else None,
        }
        append(kind="snapshot.published", subject=row.id, body=body, at=at)
    return row.id


def _mark_due(conversation: UUID, entry: int) -> None:
    """Results are to be made again, where there are any: without a vote there are none to make."""
    Conversation.objects.filter(id=conversation).update(changed=entry)


def _conversation(by: Actor | UUID, id: UUID) -> Conversation:
    """The conversation, if this actor or participant may know of it."""
    row = Conversation.objects.filter(id=id).first()
    if row is not None:
        if isinstance(by, UUID):
            known = Participant.objects.filter(id=by, conversation=id).exists()
        else:
            known = rules.can_see(by, row.place_id, State(row.state))
        if known:
            return row
    raise NotFound("There is no conversation at this address.")
