"""The referee's work: to read every version that was shown for signing, and what is in force once a day."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from covenant.agree import reads as agree
from covenant.agree.types import VersionState, VersionView
from covenant.keep import reads as keep
from covenant.keep.types import Progress
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.types import Tier
from covenant.scrutinise import actions, reads
from covenant.scrutinise.covenants import Around, conversations, programme
from covenant.scrutinise.engine import referee
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.readings import as_json
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import NOT_STATED, Heard


def run_due(now: datetime) -> int:
    """Read what has not been read yet, or not today; returns how many readings were published."""
    read, today = reads.read_until(engine=referee.ENGINE), timezone.localdate(now)
    due = [
        id
        for id, state in agree.versions_shown()
        if id not in read or (state is VersionState.IN_FORCE and read[id] < today)
    ]
    if not due:
        return 0
    thresholds, tiers = (
        read_thresholds(settings.THRESHOLDS),
        {place.id: place.tier for place in places.places()},
    )
    done = 0
    for id in due:
        title, version = agree.version(id)
        reading = referee.ask(programme(title, version, _around(version, tiers, today)), thresholds)
        done += actions.publish_reading(
            version=id,
            hash=version.hash,
            engine=referee.ENGINE,
            reading=json.dumps(as_json(reading), ensure_ascii=False),
            questions=len(reading.questions),
            as_of=today,
            at=now,
        )
    return done


def faults() -> list[str]:
    """What is wrong with the thresholds that this site has set, a line each; none where it has set none."""
    try:
        read_thresholds(settings.THRESHOLDS)
    except FaultyFile as faulty:
        return list(faulty.lines())
    return []


def _around(version: VersionView, tiers: Mapping[UUID, Tier], today: date) -> Around:
    shared = listen.common_ground(conversations(version))
    kept = keep.kept({clause.commitment: clause.due for clause in version.clauses}, today=today)
    last = {id: timezone.localdate(state.reports[0].at) for id, state in kept.items() if state.reports}
    return Around(
        tiers,
        today,
        tuple(
            Heard(str(each.id), each.text, NOT_STATED if each.seen is None else each.seen, each.conversation)
            for each in shared
        ),
        last,
        {id: day for id, day in last.items() if kept[id].reports[0].progress is not Progress.UNDER_WAY},
    )
