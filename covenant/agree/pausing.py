"""Writes: a party answers after its trustees have met. Reached through `actions`."""

from datetime import date, datetime
from uuid import UUID

from covenant.agree import rules, signing_rules
from covenant.agree.models import Version
from covenant.agree.signing_models import Pause
from covenant.agree.types import VersionState
from covenant.place.types import Actor, NotFound, day_of
from covenant.record.actions import append, writing


def wait_for_trustees(*, by: Actor, version: UUID, party: UUID, meets: date, at: datetime) -> None:
    """Say for a party on which day its trustees meet, or, once, that they meet on a later one."""
    with writing():
        row = Version.objects.filter(id=version).first()
        if row is None:
            raise NotFound("There is no version of a covenant at this address.")
        needed = list(row.needed.values_list("id", flat=True))
        mandate = rules.check_can_sign(by, party, needed, day_of(at))
        pause = Pause.objects.filter(version=version, party=party).first()
        signing_rules.check_pause(
            meets,
            day_of(at),
            before=pause.meets if pause else None,
            moved=pause is not None and pause.moved_from is not None,
            answered=row.signatures.filter(party=party).exists() or row.refusals.filter(party=party).exists(),
            state=VersionState(row.state),
        )
        if pause is None:
            Pause.objects.create(version=row, party_id=party, user_id=mandate.user, meets=meets, at=at)
        else:
            pause.moved_from, pause.meets, pause.at = pause.meets, meets, at
            pause.save()
        if row.answer_by and row.answer_by < meets:
            Version.objects.filter(id=version).update(answer_by=meets)
        body = {"party": str(party), "meets": meets.isoformat()}
        append(kind="party.waits", subject=version, body=body, at=at)
