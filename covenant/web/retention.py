"""How long what is personal is kept, field by field, and the job that keeps to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

from covenant.agree import actions as agree
from covenant.concern import actions as concern
from covenant.listen import actions as listen
from covenant.place import reads as places
from covenant.record import actions as record
from covenant.record import reads as records
from covenant.relate import reads as relations
from covenant.scrutinise import reads as scrutineers
from covenant.web import erasing

KIND = "retention.kept"  # the entry that tells how much went


@dataclass(frozen=True)
class Rule:
    """Something personal, how long it is kept, and what removes it: that returns how much it removed."""

    name: str
    what: StrPromise
    days: int
    remove: Callable[[datetime, datetime], int]  # (what is before this moment, now)


RULES = (
    Rule(
        "sessions",
        _("Sessions of people who signed in, from when they ended"),
        0,
        lambda before, now: Session.objects.filter(expire_date__lt=before).delete()[0],
    ),
    Rule(
        "arrivals",
        _("At which moment a vote came in, beside its entry of the record; the day stays"),
        30,
        lambda before, now: record.tell_days_alone(before=before),
    ),
    Rule(
        "times",
        _("At which moments somebody joined, was shown a statement and answered it; the day stays"),
        30,
        lambda before, now: listen.keep_days_alone(before=before),
    ),
    Rule(
        "codes",
        _("Posted codes, from when their conversation was over; the counts stay"),
        90,
        lambda before, now: listen.drop_codes(before=before),
    ),
    Rule(
        "concerns",
        _("What was written on a concern, from when it was closed; counts and published findings stay"),
        90,
        lambda before, now: concern.drop_sealed(before=before),
    ),
    Rule(
        "links",
        _("To whom a one-time link was sent, and its hash, from when it ended; that a body was asked stays"),
        30,
        lambda before, now: agree.drop_links(before=before),
    ),
    Rule(
        "people",
        _("Names and addresses of people without any role or mandate, from when they last signed in"),
        730,
        lambda before, now: _erase_unseen(before, now),
    ),
)


def run_due(now: datetime) -> int:
    """Once a day, remove what has been kept long enough, and tell the record how much of what went."""
    last = records.newest(KIND)
    if last is not None and last > now - timedelta(days=1):
        return 0
    gone = {rule.name: rule.remove(now - timedelta(days=rule.days), now) for rule in RULES}
    with record.writing():
        record.append(kind=KIND, subject="retention", body=gone, at=now)
    return 1


def _erase_unseen(before: datetime, now: datetime) -> int:
    needed = scrutineers.officeholders(now.date()) | relations.officeholders()
    people = places.not_seen_since(before, but=needed)
    for email in people:
        erasing.erase_person(email=email, reason="Not seen for two years, without role or mandate", at=now)
    return len(people)
