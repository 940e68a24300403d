"""Every write on concerns: what nobody but a job does is here, the rest is handed on from its own files.

`raising` holds those of whoever raises a concern, `handling` those of the scrutineer and of who is asked,
`keying` those on keys.
"""

from datetime import date, datetime
from uuid import UUID

from covenant.concern import models, rules
from covenant.concern.handling import admit, climb, close, join, offer, refuse, say, write
from covenant.concern.keying import bring_key, forget_person, look_into_box, make_key, seal_anew
from covenant.concern.raising import (
    answer,
    consent,
    decline,
    hand_over,
    raise_concern,
    raise_openly,
    withdraw,
)
from covenant.concern.types import Offer, Standing
from covenant.place.types import day_of
from covenant.record.actions import append, writing

__all__ = [
    "admit",
    "answer",
    "bring_key",
    "climb",
    "close",
    "consent",
    "decline",
    "drop_sealed",
    "forget_person",
    "hand_over",
    "join",
    "look_into_box",
    "make_key",
    "offer",
    "publish_month",
    "raise_concern",
    "raise_openly",
    "refuse",
    "say",
    "seal_anew",
    "withdraw",
    "write",
]


def publish_month(*, covenant: UUID, month: date, at: datetime) -> bool:
    """Tell how many came in confidence in a month that is over; fewer than three is all that is told of few.

    It is told for every month from the first key on, whether or not there was any. False where it is not over
    yet, or was told before.
    """
    month = rules.month_of(month)
    with writing():
        rows = models.Month.objects.filter(covenant=covenant, month=month)
        after = rules.month_after(month)
        if day_of(at) < after or rows.exists():
            return False
        came = models.Concern.objects.filter(
            covenant=covenant, raised_on__gte=month, raised_on__lt=after, openly=None
        )
        received = rules.told(came.count())
        models.Month.objects.create(covenant_id=covenant, month=month, received=received)
        told = "fewer than 3" if received is None else str(received)
        append(
            kind="concern.counted",
            subject=covenant,
            body={"month": month.isoformat()[:7], "received": told},
            at=at,
        )
    return True


def drop_sealed(*, before: datetime) -> int:
    """Delete what was written on concerns that were closed before a moment; returns how many concerns.

    Counts, outcomes, published findings and what was said in the open, with its day, stay. The case code
    opens nothing from then on.
    """
    with writing():
        rows = models.Concern.objects.filter(
            standing=Standing.CLOSED, closed_on__lt=day_of(before), code__isnull=False
        )
        ids = list(rows.values_list("id", flat=True))
        models.Letter.objects.filter(concern__in=ids).delete()
        steps = models.Step.objects.filter(concern__in=ids)
        still = models.Step.objects.filter(concern__standing__in=rules.OPEN, state=Offer.TAKEN)
        batches = set(steps.values_list("batch", flat=True)) - set(still.values_list("batch", flat=True))
        models.Said.objects.filter(batch__in=batches).delete()
        steps.delete()
        closed = models.Concern.objects.filter(id__in=ids)
        closed.filter(openly=None).update(raised_on=None)
        closed.update(code=None, recipient="")
    return len(ids)
