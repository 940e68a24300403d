"""The write that takes back what someone said, and what is told of them. Reached through `actions`.

The record keeps its entries: they held seals, and with the salts erased nobody can open them.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import TruncDay

from covenant.listen.heard import CLOSED, ERASED, Moderation, State, text_of
from covenant.listen.models import Code, Conversation, Exposure, Participant, Snapshot, Statement, Vote
from covenant.listen.wordings import without_words
from covenant.place.types import NotFound
from covenant.record import reads as record
from covenant.record.actions import append, erase_openings, erased, writing

TAKEN_BACK = "Whoever wrote it took it back"
TIMES: dict[Any, tuple[str, ...]] = {
    Participant: ("joined_at",),
    Exposure: ("shown_at", "ended_at"),
    Vote: ("cast_at",),
}


def erase_participant(*, participant: UUID, at: datetime) -> tuple[int, int]:
    """Erase everything that a participant said: their answers, what they were shown, the words they added.

    Answers of others to their words stay, and are counted no more. Results are made again without what was
    erased; earlier ones stand and say how much was erased since.

    Returns
    -------
    (int, int)
        How many answers counted and are gone, and how many statements.
    """
    with writing():
        who = Participant.objects.filter(id=participant).first()
        if who is None:
            raise NotFound("There is nobody here whose answers could be erased.")
        answers = Vote.objects.filter(participant=who, current=True).count()
        Vote.objects.filter(participant=who).delete()
        Exposure.objects.filter(participant=who).delete()
        statements = list(Statement.objects.filter(author=who))
        for statement in statements:
            _erase_words(statement, at)
        body = {"answers": answers, "statements": len(statements)}
        entry = append(kind=ERASED, subject=who.conversation_id, body=body, at=at)
        Conversation.objects.filter(id=who.conversation_id).update(
            erased=F("erased") + answers, changed=entry.id
        )
        who.delete()
        erased(what="participant", id=participant)
    return answers, len(statements)


def keep_days_alone(*, before: datetime) -> int:
    """Forget at which moments people joined, were shown statements and answered them; the day stays.

    Returns how many rows told more.
    """
    done = 0
    with writing():
        for model, names in TIMES.items():
            for name in names:
                day = TruncDay(name, tzinfo=UTC)
                rows = model.objects.filter(**{f"{name}__lt": before}).exclude(**{name: day})
                done += rows.update(**{name: day})
    return done


def drop_codes(*, before: datetime) -> int:
    """Delete the codes of conversations that were over before a moment; returns how many.

    One is over when its last day has passed, or when somebody closed it and has not opened it again.
    """
    with writing():
        closed = set(Conversation.objects.filter(state=State.CLOSED).values_list("id", flat=True))
        told = record.last_of(CLOSED, [str(id) for id in closed])
        by_hand = [id for id in closed if str(id) in told and told[str(id)] < before]
        over = Conversation.objects.filter(Q(closes__lt=before) | Q(id__in=by_hand))
        return Code.objects.filter(conversation__in=over).delete()[0]


def _erase_words(row: Statement, at: datetime) -> None:
    """Empty a statement everywhere: in the rows, and in all results that quote it."""
    row.text, row.salt, row.author_id = "", None, None
    row.moderation, row.reason = Moderation.HIDDEN, TAKEN_BACK
    row.save()
    erase_openings(leaves=[entry.leaf for entry in record.about(row.id)])  # why it was hidden may quote it
    quoting = Snapshot.objects.filter(conversation=row.conversation_id, full__contains=str(row.id))
    for snapshot in quoting.iterator(chunk_size=1):  # each may be large
        for name in ("figures", "full"):
            told = without_words(json.loads(getattr(snapshot, name)), str(row.id))
            setattr(snapshot, name, text_of(told))
        snapshot.save(update_fields=["figures", "full"])
    body = {"conversation": str(row.conversation_id), "number": row.number}
    append(kind="statement.erased", subject=row.id, body=body, at=at)
