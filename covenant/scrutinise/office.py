"""Who holds the office of scrutineer on a day: for how long, how independent, and what ends it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from covenant.place.rules import can_convene
from covenant.place.types import Actor, NotAllowed, NotPossible, PartyView
from covenant.scrutinise.desk import MotionView
from covenant.scrutinise.rules import day
from covenant.scrutinise.stages import Motion, Office, office

LONGEST_TERM = 3  # years


def check_term(starts: date, ends: date, today: date) -> None:
    """Raise unless this is a fixed term that can be: begun within a year, and never longer than allowed.

    Examples
    --------
    >>> check_term(date(2026, 3, 1), date(2029, 2, 28), date(2026, 2, 1))
    """
    if not today <= starts <= today + timedelta(days=366):
        raise NotPossible("A term starts today or later, and within a year.")
    if ends < starts:
        raise NotPossible("A term ends on or after the day on which it starts.")
    leap = (starts.month, starts.day) == (2, 29)
    if ends >= starts.replace(year=starts.year + LONGEST_TERM, day=28 if leap else starts.day):
        raise NotPossible(f"A term lasts at most {LONGEST_TERM} years: then the parties appoint anew.")


def check_no_overlap(starts: date, ends: date, others: Iterable[tuple[date, date]]) -> None:
    """Raise where a covenant would have two scrutineers on one day."""
    if any(starts <= until and since <= ends for since, until in others):
        raise NotPossible("The covenant has a scrutineer on some of these days already: one at a time.")


def check_independent(
    person: Actor, place: UUID, parties: Iterable[PartyView], first: date, last: date
) -> None:
    """Raise where a person speaks for a party of the covenant on any of these days, or convenes it."""
    if why := _dependence(person, place, parties, first, last):
        raise NotPossible(why)


def check_still_independent(
    scrutineer: Actor, place: UUID, parties: Iterable[PartyView], today: date
) -> None:
    """Raise where a scrutineer came to speak for a party, or to convene: then they cannot act today."""
    if why := _dependence(scrutineer, place, parties, today, today):
        raise NotAllowed(
            f"{why} Until that ends, nothing can be done as its scrutineer. "
            "You can lay it down on the page of the parties."
        )


def _dependence(person: Actor, place: UUID, parties: Iterable[PartyView], first: date, last: date) -> str:
    names = {party.id: party.name for party in parties}
    for mandate in person.mandates:
        if mandate.party in names and mandate.starts <= last and first <= mandate.ends:
            return (
                "A scrutineer speaks for no party of the covenant, and this person holds a mandate of "
                f"{names[mandate.party]}."
            )
    return "The convenor of a covenant cannot be its scrutineer." if can_convene(person, place) else ""


def offices(motions: Sequence[MotionView], today: date) -> list[tuple[MotionView, Office]]:
    """Every appointment among some proposals, as it stands on a day."""
    removed = {m.removes for m in motions if m.removes and m.state is Motion.CARRIED}
    return [
        (m, office(m.state, m.terms.starts, m.terms.ends, m.id in removed, today))
        for m in motions
        if m.removes is None
    ]


@dataclass(frozen=True)
class Held:
    """An appointment that was carried."""

    id: UUID
    person: UUID
    starts: date
    ends: date
    removed: bool


def check_holds_office(held: Iterable[Held], today: date) -> UUID:
    """The appointment by which somebody acts as scrutineer today.

    Raises
    ------
    NotAllowed
        Where they hold none: they never did, their term has not begun or has ended, or they were removed.
    """
    why = "Only the scrutineer whom the parties of this covenant appointed together can do this."
    for each in held:
        stands = office(Motion.CARRIED, each.starts, each.ends, each.removed, today)
        if stands is Office.IN_OFFICE:
            return each.id
        why = {
            Office.REMOVED: "The parties of this covenant have removed you as its scrutineer.",
            Office.TO_BEGIN: f"Your term as scrutineer begins on {day(each.starts)}.",
        }.get(stands, f"Your term as scrutineer ended on {day(each.ends)}.")
    raise NotAllowed(why)


def check_acts(
    actor: Actor,
    offices: Iterable[tuple[MotionView, Office]],
    place: UUID,
    parties: Iterable[PartyView],
    today: date,
) -> None:
    """Raise, with the reason, where the actor cannot act as scrutineer today."""
    held = [
        Held(m.id, m.terms.person, m.terms.starts, m.terms.ends, stands is Office.REMOVED)
        for m, stands in offices
        if m.state is Motion.CARRIED and m.terms.person == actor.user
    ]
    check_holds_office(held, today)
    check_still_independent(actor, place, parties, today)


def can_act(
    actor: Actor,
    offices: Iterable[tuple[MotionView, Office]],
    place: UUID,
    parties: Iterable[PartyView],
    today: date,
) -> bool:
    try:
        check_acts(actor, offices, place, parties, today)
    except NotAllowed:
        return False
    return True
