"""Writes of learning cycles: a question, what is observed, what is changed for it. See `actions`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.relate import models, reads, rules
from covenant.relate.seats import acting, told
from covenant.relate.types import EntryKind


def ask(*, by: Actor, agreement: UUID, member: UUID, question: str, at: datetime) -> int:
    """Begin a learning cycle with a question; returns its number. The words are public."""
    if not question.strip():
        raise NotPossible("Ask what you want to learn.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        rules.check_bound(member, found)
        given = acting(by, found, member, at)
        last = models.Cycle.objects.filter(agreement=agreement).aggregate(Max("number"))["number__max"]
        row = models.Cycle.objects.create(
            agreement_id=agreement, number=(last or 0) + 1, question=question.strip(), **given
        )
        body = {"number": row.number, **told(row)}
        append(kind="relation.asked", subject=agreement, body=body, sealed={"question": row.question}, at=at)
    return row.number


def answer(
    *, by: Actor, agreement: UUID, number: int, member: UUID, kind: EntryKind, text: str, at: datetime
) -> None:
    """Add what was observed on a question, or what is done otherwise because of what was observed."""
    if not text.strip():
        raise NotPossible("Say what you saw, or what is done otherwise now.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        rules.check_bound(member, found)
        given = acting(by, found, member, at)
        cycle = models.Cycle.objects.filter(agreement=agreement, number=number).first()
        if cycle is None:
            raise NotFound("There is no learning cycle with this number.")
        observed = cycle.entries.filter(kind=EntryKind.OBSERVATION).exists()
        if kind is EntryKind.ADAPTATION and not observed:
            raise NotPossible("First say what was observed: an adaptation rests on that.")
        row = models.Entry.objects.create(cycle=cycle, kind=kind, text=text.strip(), **given)
        name = "relation.observed" if kind is EntryKind.OBSERVATION else "relation.adapted"
        body = {"number": number, **told(row)}
        append(kind=name, subject=agreement, body=body, sealed={"text": row.text}, at=at)
