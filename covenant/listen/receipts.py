"""The receipts of one's own answers, each with what opens it. Reached through `reads`."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from covenant.listen import ballots
from covenant.listen.models import Vote
from covenant.place.types import NotFound
from covenant.record import reads as record


@dataclass(frozen=True)
class OwnReceipt:
    """What a voter keeps of one answer. Whoever sees it sees how they voted."""

    statement: UUID
    number: int
    text: str
    value: int
    view: record.ReceiptView


def own_receipt(participant: UUID, statement: UUID) -> OwnReceipt:
    """The receipt of one's answer to a statement: the one that counts now.

    Raises
    ------
    NotFound
        One has not answered it.
    """
    found = _receipts(_own(participant).filter(statement=statement))
    if not found:
        raise NotFound("You have not answered this statement.")
    return found[0]


def all_own_receipts(participant: UUID) -> list[OwnReceipt]:
    """The receipts of all of one's answers, the latest first; in three queries."""
    return _receipts(_own(participant).order_by("-entry"))


def last_answered(participant: UUID) -> UUID | None:
    """The statement that one answered last."""
    return _own(participant).order_by("-entry").values_list("statement", flat=True).first()


def _own(participant: UUID) -> QuerySet[Vote]:
    """One's votes that count; those without a salt came with a file, and nobody can open them."""
    return Vote.objects.filter(participant=participant, current=True, salt__isnull=False)


def _receipts(rows: QuerySet[Vote]) -> list[OwnReceipt]:
    votes = list(rows.select_related("statement"))
    views = record.own_receipts([vote.entry for vote in votes]) if votes else {}
    return [
        OwnReceipt(
            vote.statement_id,
            vote.statement.number,
            vote.statement.text,
            vote.value,
            _opened(vote, views[vote.entry]),
        )
        for vote in votes
        if vote.entry in views
    ]


def _opened(vote: Vote, view: record.ReceiptView) -> record.ReceiptView:
    opening = ballots.opening(
        conversation=vote.statement.conversation_id,
        statement=vote.statement_id,
        value=vote.value,
        level=vote.level,
        salt=bytes(vote.salt or b""),
    )
    return replace(view, receipt=replace(view.receipt, opening=opening))
