"""Erases people, and erases again whom a backup brought back: that is noted outside the database."""

from datetime import datetime

from covenant.listen import actions as listen
from covenant.listen import reads as listened
from covenant.place import actions as place
from covenant.place import reads as places
from covenant.record import reads as record
from covenant.scrutinise import actions as scrutinise


def erase_again(now: datetime) -> int:
    """Erase whoever was erased before and is here nevertheless; returns how many."""
    participants = listened.still_here(record.erasures("participant"))
    for participant in participants:
        listen.erase_participant(participant=participant, at=now)
    people = places.still_named(record.erasures("person"))
    for person in people:
        erase_person(email=person, reason="A backup had brought it back", at=now)
    return len(participants) + len(people)


def erase_person(*, email: str, reason: str, at: datetime) -> None:
    """Erase a person's name and address from every slice; what they did for a body stands, without them."""
    person = place.erase_person(email=email, reason=reason, at=at)
    scrutinise.forget_person(person=person)
