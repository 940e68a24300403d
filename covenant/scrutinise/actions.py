"""Writes of the referee: what it asked, published. It asks; only a scrutineer's signed act is a finding.

Appointing a scrutineer is in `appointing`, what they do in `taking` and
`finding`; others find all of it here.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from covenant.record.actions import append, writing
from covenant.scrutinise.appointing import (
    consent,
    propose_removal,
    propose_scrutineer,
    refuse_proposal,
    withdraw_proposal,
)
from covenant.scrutinise.finding import (
    drop_finding,
    mend_finding,
    reply,
    show_finding,
    sign_finding,
)
from covenant.scrutinise.models import Reading
from covenant.scrutinise.taking import ask_own, deal_with, note_asked

__all__ = [
    "ask_own",
    "consent",
    "deal_with",
    "drop_finding",
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
    *, version: UUID, hash: str, engine: str, reading: str, questions: int, at: datetime
) -> bool:
    """Publish what an engine asked of a version; False where that engine's reading is there already."""
    with writing():
        if Reading.objects.filter(version=version, engine=engine).exists():
            return False
        Reading.objects.create(version_id=version, hash=hash, engine=engine, reading=reading, asked_at=at)
        note_asked(version=version, reading=reading, at=at)
        body = {
            "version": hash,
            "engine": engine,
            "questions": questions,
            "sha256": sha256(reading.encode()).hexdigest(),
        }
        append(kind="questions.asked", subject=version, body=body, at=at)
    return True
