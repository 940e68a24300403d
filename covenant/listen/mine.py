"""What is kept of whoever takes part, for them alone. Reached through `reads`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from covenant.listen.models import Exposure, Participant, Statement, Vote
from covenant.listen.types import Vote as Value
from covenant.place.types import NotFound


def all_of_mine(participant: UUID) -> dict[str, Any]:
    """Everything that is kept of a participant, of JSON's types: for them alone; in five queries.

    Raises
    ------
    NotFound
        There is nobody with this id.
    """
    who = Participant.objects.select_related("conversation").filter(id=participant).first()
    if who is None:
        raise NotFound("You have not begun to take part in this conversation.")
    votes = Vote.objects.filter(participant=who).select_related("statement").order_by("id")
    shown = Exposure.objects.filter(participant=who).order_by("id")
    mine = Statement.objects.filter(author=who).order_by("id")
    columns = ("statement_id", "shown_at", "probability", "candidates", "outcome", "ended_at")
    return {
        "conversation": who.conversation.title,
        "participant": {"id": str(who.id), "level": who.level, "joined": _moment(who.joined_at)},
        "answers": [
            {
                "statement": vote.statement.text,
                "answer": Value(vote.value).name.lower(),
                "cast": _moment(vote.cast_at),
                "counts": vote.current,
                "level": vote.level,
                "salt": bytes(vote.salt).hex() if vote.salt else None,
            }
            for vote in votes
        ],
        "shown": [
            {
                name: str(value) if value is not None else None
                for name, value in zip(columns, row, strict=True)
            }
            for row in shown.values_list(*columns)
        ],
        "statements": [
            {"text": row.text, "standing": row.moderation, "reason": row.reason, "made": _moment(row.made_at)}
            for row in mine
        ],
    }


def still_here(participants: Collection[UUID]) -> list[UUID]:
    """Of some participants, those who are kept."""
    return list(Participant.objects.filter(id__in=participants).values_list("id", flat=True))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
