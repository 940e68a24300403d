"""The referee's work: to read every version that was shown for signing, once with each of its engines."""

import json
from datetime import datetime

from covenant.agree import reads as agree
from covenant.place import reads as places
from covenant.scrutinise import actions, reads
from covenant.scrutinise.covenants import programme
from covenant.scrutinise.engine import referee
from covenant.scrutinise.formats import as_json, read_thresholds


def run_due(now: datetime) -> int:
    """Read what has not been read yet; returns how many readings were published."""
    read = reads.versions_read(engine=referee.ENGINE)
    due = [id for id, _hash in agree.versions_shown() if id not in read]
    if not due:
        return 0
    thresholds, tiers = read_thresholds(), {place.id: place.tier for place in places.places()}
    done = 0
    for id in due:
        title, version = agree.version(id)
        reading = referee.ask(programme(title, version, tiers), thresholds)
        done += actions.publish_reading(
            version=id,
            hash=version.hash,
            engine=referee.ENGINE,
            reading=json.dumps(as_json(reading), ensure_ascii=False),
            questions=len(reading.questions),
            at=now,
        )
    return done
