"""Days as people write them in tables."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

FIRST, LAST = 2000, 2100
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})", re.ASCII)
_FIGURES = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


class NoDay(ValueError):
    """What stands there is no day that everybody reads alike; the message says why and how to write it."""


def day(value: Any, *, day_first: bool = False) -> date:
    """The day that a cell holds.

    Parameters
    ----------
    day_first
        Whether somebody stated that in this file the day stands before the month, and that years of two
        figures are of this century.

    Raises
    ------
    NoDay
        Where it is none, or may be read as another one.

    Examples
    --------
    >>> day("2026-06-30"), day("30 June 2026"), day("30/06/2026")
    (datetime.date(2026, 6, 30), datetime.date(2026, 6, 30), datetime.date(2026, 6, 30))
    >>> day("03/04/26", day_first=True)
    datetime.date(2026, 4, 3)
    """
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    written = " ".join(str(value).split())
    if found := _ISO.fullmatch(written):
        return _made(written, *map(int, found.groups()))
    if found := _NAMED.fullmatch(written):
        month = _month(found[2])
        if month:
            return _made(written, int(found[3]), month, int(found[1]))
    elif found := _FIGURES.fullmatch(written):
        return _from_figures(written, int(found[1]), int(found[3]), found[4], day_first)
    raise NoDay(f"“{written[:40]}” is no day: write it as 2026-06-30 or 30 June 2026.")


def _month(written: str) -> int:
    name = written.lower()
    found = [number for number, each in enumerate(MONTHS, start=1) if each.startswith(name)]
    return found[0] if len(found) == 1 else 9 if name == "sept" else 0


def _from_figures(written: str, one: int, two: int, year: str, day_first: bool) -> date:
    if len(year) == 2 and not day_first:
        raise NoDay(f"“{written}” has a year of two figures: write the year with four.")
    if two > 12 >= one:
        raise NoDay(f"“{written}” has the month before the day: write it as 2026-06-30 or 30 June 2026.")
    if one <= 12 and two <= 12 and one != two and not day_first:
        raise NoDay(
            f"“{written}” may be a day of {MONTHS[two - 1].title()} or of {MONTHS[one - 1].title()}: "
            "write it as 2026-06-30, or say that days stand before months."
            if one and two
            else f"“{written}” is no day of the calendar."
        )
    return _made(written, int(year) + (2000 if len(year) == 2 else 0), two, one)


def _made(written: str, year: int, month: int, day_: int) -> date:
    try:
        return _within(date(year, month, day_))
    except ValueError as fault:
        if isinstance(fault, NoDay):
            raise
        raise NoDay(f"“{written[:40]}” is no day of the calendar.") from None


def _within(found: date) -> date:
    if not FIRST <= found.year <= LAST:
        raise NoDay(f"The year {found.year} is not between {FIRST} and {LAST}.")
    return found
