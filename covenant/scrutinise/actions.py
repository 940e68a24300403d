"""Writes of the referee: what it asked, published. It asks; only a scrutineer's signed act is a finding."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from covenant.record.actions import append, writing
from covenant.scrutinise.models import Reading


def publish_reading(
    *, version: UUID, hash: str, engine: str, reading: str, questions: int, at: datetime
) -> bool:
    """Publish what an engine asked of a version; False where that engine's reading is there already."""
    with writing():
        if Reading.objects.filter(version=version, engine=engine).exists():
            return False
        Reading.objects.create(version_id=version, hash=hash, engine=engine, reading=reading, asked_at=at)
        body = {
            "version": hash,
            "engine": engine,
            "questions": questions,
            "sha256": sha256(reading.encode()).hexdigest(),
        }
        append(kind="questions.asked", subject=version, body=body, at=at)
    return True
