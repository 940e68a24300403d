"""When figures hold together: what an option costs, and where an outcome stands today."""

import re
from datetime import date

from covenant.place.types import NotPossible
from covenant.weigh.types import Baseline, Cost, CostKind

LARGEST = 10**14  # pence: a million million pounds, more than any place has
YEARS = range(2000, 2201)  # what is outside was mistyped
PRICE_YEAR = re.compile(r"(\d{4})(?:/(\d{2}))?")


def check_baseline(base: Baseline, today: date) -> None:
    """Raise unless a baseline is whole, or is not known at all."""
    if base.value is None:
        if base.unit.strip() or base.dated or base.source.strip():
            raise NotPossible("Give the figure of the baseline as well, or leave all of it out.")
        return
    if not (base.unit.strip() and base.dated and base.source.strip()):
        raise NotPossible("A baseline has a figure, a unit, a date and a source.")
    check_dated(base.dated, today)


def check_dated(day: date, today: date) -> None:
    """Raise unless a baseline can be of a day."""
    if day > today or day.year < 1900:
        raise NotPossible("A baseline is of today or of a day before, and not from before 1900.")


def check_cost(cost: Cost) -> None:
    """Raise unless a cost is whole: figures with their prices and source, or a word and why."""
    pairs = ((cost.once_low, cost.once_high), (cost.yearly_low, cost.yearly_high))
    some = [pence for pair in pairs for pence in pair if pence is not None]
    if cost.kind is not CostKind.FIGURES:
        if some or cost.price_year:
            raise NotPossible("There are figures of a cost: choose “Figures”, or leave them out.")
        if cost.is_stated and not cost.source.strip():
            raise NotPossible("Say how you know what it costs, or why nobody knows.")
        return
    if not some:
        raise NotPossible("Give the cost in figures: once, or a year, or both.")
    for low, high in pairs:
        if (low is None) is not (high is None) or (low is not None and high is not None and low > high):
            raise NotPossible("A cost goes from a lower figure to a higher one, or is one figure.")
    if not all(0 <= pence <= LARGEST for pence in some):
        raise NotPossible("A cost is no less than nothing and no more than £1,000,000,000,000.")
    check_price_year(cost.price_year)
    if not cost.source.strip():
        raise NotPossible("Say where the figures come from.")


def check_price_year(year: str) -> None:
    """Raise unless this names a year of prices: 2026, or the financial year 2026/27."""
    found = PRICE_YEAR.fullmatch(year)
    first = int(found[1]) if found else 0
    follows = not (found and found[2]) or int(found[2]) == (first + 1) % 100
    if first not in YEARS or not follows:
        raise NotPossible("Say of what year the prices are: 2026, or the financial year 2026/27.")
