"""Where a proposal, an appointment, a question, a finding and a reply can stand."""

from datetime import date
from enum import StrEnum


class Motion(StrEnum):
    """Where a proposal to appoint or to remove a scrutineer stands."""

    OPEN = "waits for consent"
    CARRIED = "carried"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Office(StrEnum):
    """Where an appointment stands on a day. Worked out from consents and dates, never stored."""

    PROPOSED = "proposed"
    NOT_APPOINTED = "not appointed"
    TO_BEGIN = "term has not begun"
    IN_OFFICE = "in office"
    ENDED = "term ended"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Became(StrEnum):
    """What became of a question."""

    WAITING = "waiting"
    TAKEN_UP = "taken up"
    ANSWERED = "answered"
    SET_ASIDE = "set aside"
    FINDING = "finding"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Stage(StrEnum):
    """Where a finding stands."""

    SHOWN = "draft before the parties"
    SIGNED = "open"
    MENDED = "mended"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_public(self) -> bool:
        return self in (Stage.SIGNED, Stage.MENDED, Stage.SUPERSEDED)


class Answer(StrEnum):
    """How a party replies to a finding: accept, explain or fix."""

    ACCEPT = "accept"
    EXPLAIN = "explain"
    FIX = "fix"

    @property
    def label(self) -> str:
        return {"accept": "Accepts it", "explain": "Explains", "fix": "Says that it is mended"}[self.value]


def office(state: Motion, starts: date, ends: date, removed: bool, today: date) -> Office:
    """Where an appointment stands on a day.

    Examples
    --------
    >>> term = date(2026, 1, 1), date(2026, 12, 31)
    >>> office(Motion.CARRIED, *term, False, date(2026, 12, 31)).value
    'in office'
    >>> office(Motion.CARRIED, *term, False, date(2027, 1, 1)).value
    'term ended'
    """
    if state is not Motion.CARRIED:
        return Office.PROPOSED if state is Motion.OPEN else Office.NOT_APPOINTED
    if removed:
        return Office.REMOVED
    if today < starts:
        return Office.TO_BEGIN
    return Office.IN_OFFICE if today <= ends else Office.ENDED
