"""Erases people, and erases again whom a backup brought back: that is noted outside the database."""

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from covenant.concern import actions as concern
from covenant.listen import actions as listen
from covenant.listen import reads as listened
from covenant.place import actions as place
from covenant.place import reads as places
from covenant.record import actions as recording
from covenant.record import reads as record
from covenant.relate import actions as relate
from covenant.scrutinise import actions as scrutinise


def erase_again(now: datetime) -> int:
    """Erase whoever was erased before and is here nevertheless; returns how many.

    Asked after a restore, and where a worker starts: a database may have been put back by hand.
    """
    participants = listened.still_here(record.erasures("participant"))
    for participant in participants:
        listen.erase_participant(participant=participant, at=now)
    people = places.still_named(record.erasures("person"))
    for person in people:
        erase_person(email=person, reason="A backup had brought it back", at=now)
    return len(participants) + len(people)


def erase_person(*, email: str, reason: str, at: datetime) -> None:
    """Erase a person's name and address from every slice; what they did for a body stands, without them."""
    with recording.writing():
        person = place.erase_person(email=email, reason=reason, at=at)
        scrutinise.forget_person(person=person)
        concern.forget_person(person=person)
        relate.forget_person(person=person, at=at)
        _drop_sessions(email.strip().lower(), person)


def _drop_sessions(email: str, person: UUID) -> None:
    """Sessions hold the address with which somebody signed in or asked for a code: all of them are read."""
    theirs = [
        row.session_key
        for row in Session.objects.iterator(chunk_size=500)
        if email in (told := str(row.get_decoded())).lower() or str(person) in told
    ]
    Session.objects.filter(session_key__in=theirs).delete()
