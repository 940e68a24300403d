"""Sums of different years in the prices of one."""

from collections.abc import Mapping

VERSION = "realterms/1"


def financial_years(calendar: Mapping[int, float]) -> dict[int, float]:
    """The price level of each financial year, from that of calendar years.

    A financial year has three quarters of the calendar year in which it starts and one of the next.

    Parameters
    ----------
    calendar
        A deflator by calendar year, on any base.

    Returns
    -------
    dict[int, float]
        The deflator by the year in which the financial year starts; only where both calendar years are known.

    Examples
    --------
    >>> financial_years({2010: 100.0, 2011: 104.0})
    {2010: 101.0}
    """
    return {
        year: 0.75 * value + 0.25 * calendar[year + 1]
        for year, value in calendar.items()
        if year + 1 in calendar
    }


def in_prices_of(pence: int, year: int | None, base: int, levels: Mapping[int, float]) -> int | None:
    """What a sum of one financial year would be in the prices of another.

    Parameters
    ----------
    pence
        The sum in cash.
    year, base
        The financial year of the sum, and that whose prices are wanted, by the years in which they start.
    levels
        From `financial_years`.

    Returns
    -------
    int or None
        Pence, to the nearest; None where the sum has no year, or a year has no price level.

    Examples
    --------
    >>> in_prices_of(1000, 2010, 2011, {2010: 100.0, 2011: 102.5})
    1025
    >>> in_prices_of(1000, None, 2011, {2011: 102.5}) is None
    True

    Reference
    ---------
    HM Treasury, GDP deflators at market prices: how to use them.
    """
    if year is None or year not in levels or base not in levels:
        return None
    return round(pence * levels[base] / levels[year])
