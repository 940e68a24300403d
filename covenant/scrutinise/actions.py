"""Writes of the referee: what it asked, published. It asks; only a scrutineer's signed act is a finding.

Appointing a scrutineer is in `appointing`, what they do in `taking` and
`finding`; others find all of it here.
"""

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from covenant.record.actions import append, writing
from covenant.scrutinise.appointing import (
    acting,
    consent,
    forget_person,
    propose_removal,
    propose_scrutineer,
    refuse_proposal,
    withdraw_proposal,
)
from covenant.scrutinise.finding import (
    drop_finding,
    hold_finding,
    mend_finding,
    reply,
    show_finding,
    sign_finding,
)
from covenant.scrutinise.models import Reading
from covenant.scrutinise.taking import ask_own, deal_with, note_asked

__all__ = [
    "acting",
    "ask_own",
    "consent",
    "deal_with",
    "drop_finding",
    "forget_person",
    "hold_finding",
    "mend_finding",
    "propose_removal",
    "propose_scrutineer",
    "publish_reading",
    "refuse_proposal",
    "reply",
    "show_finding",
    "sign_finding",
    "withdraw_proposal",
]


def publish_reading(
    *, version: UUID, hash: str, engine: str, reading: str, questions: int, as_of: date, at: datetime
) -> bool:
    """Publish what an engine asked of a version on a day; False where it asked the same before.

    Where the engine's newest reading of the version says the same, it is marked as standing until that day.
    """
    with writing():
        newest = Reading.objects.filter(version=version, engine=engine).order_by("-as_of").first()
        if newest and (newest.reading == reading or newest.as_of >= as_of):
            newest.stood_until = max(newest.stood_until, as_of)
            newest.save(update_fields=["stood_until"])
            return False
        Reading.objects.create(
            version_id=version,
            hash=hash,
            engine=engine,
            reading=reading,
            asked_at=at,
            as_of=as_of,
            stood_until=as_of,
        )
        note_asked(version=version, reading=reading, at=at)
        body = {
            "version": hash,
            "engine": engine,
            "as_of": as_of.isoformat(),
            "questions": questions,
            "sha256": sha256(reading.encode()).hexdigest(),
        }
        append(kind="questions.asked", subject=version, body=body, at=at)
    return True
