"""Questions about what the referee asked. Everyone may see all of it.

What became of each, and the scrutineer's desk, is in `docket`; others find all of it here.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from covenant.scrutinise.appointing import sitting
from covenant.scrutinise.desk import Row
from covenant.scrutinise.docket import findings_signed, open_findings, scrutiny
from covenant.scrutinise.models import Appointment, Reading
from covenant.scrutinise.stages import Answer

__all__ = [
    "Answer",
    "Asked",
    "Published",
    "Row",
    "findings_signed",
    "open_findings",
    "read_until",
    "reading",
    "scrutiny",
    "sitting",
]


def officeholders(day: date) -> set[UUID]:
    """The people whose term as a scrutineer, in office or proposed, ends on a day or after it."""
    return set(Appointment.objects.filter(ends__gte=day).values_list("person_id", flat=True))


@dataclass(frozen=True)
class Asked:
    """One question as it was published, with the ids of the proposals that its evidence is from."""

    id: str
    question: dict[str, Any]
    proposals: frozenset[str]


@dataclass(frozen=True)
class Published:
    """A published reading, as it was published."""

    engine: str
    hash: str
    asked_at: datetime
    as_of: date
    stood_until: date
    questions: tuple[Asked, ...]
    gaps: tuple[dict[str, Any], ...]
    unasked: tuple[dict[str, Any], ...]
    whole: dict[str, Any]


def reading(version: UUID) -> Published | None:
    """The newest reading of a version of a covenant; None while the referee has not read it yet."""
    row = Reading.objects.filter(version=version).order_by("-asked_at", "-as_of").first()
    if row is None:
        return None
    whole = json.loads(row.reading)
    questions = tuple(
        Asked(q["id"], q, frozenset(item["proposal"] for item in q["evidence"] if item["proposal"]))
        for q in whole["questions"]
    )
    return Published(
        row.engine,
        row.hash,
        row.asked_at,
        row.as_of,
        row.stood_until,
        questions,
        tuple(whole.get("gaps", ())),  # no reading by referee/1 has any
        tuple(whole["unasked"]),
        whole,
    )


def read_until(*, engine: str) -> dict[UUID, date]:
    """The versions of covenants that an engine has read, and the last day on which it did."""
    rows = Reading.objects.filter(engine=engine).values("version").annotate(last=Max("stood_until"))
    return dict(rows.values_list("version", "last"))
