"""Writes of the referee: what it asked, published. It asks; only a scrutineer's signed act is a finding."""

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from covenant.record.actions import append, writing
from covenant.scrutinise.models import Reading


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
        body = {
            "version": hash,
            "engine": engine,
            "as_of": as_of.isoformat(),
            "questions": questions,
            "sha256": sha256(reading.encode()).hexdigest(),
        }
        append(kind="questions.asked", subject=version, body=body, at=at)
    return True
