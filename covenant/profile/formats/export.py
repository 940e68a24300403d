"""A profile as data, and sums as people read them."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from enum import Enum
from typing import Any

from covenant.profile.shown import Profile, Series

FORMAT = "covenant-profile/1"
RISKY = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "body",
    "line",
    "year",
    "direction",
    "kind",
    "term",
    "cash_pence",
    "real_pence",
    "prices_of",
    "item",
    "payer",
    "payee",
    "source",
    "file",
    "sha256",
    "row",
)


def year_name(year: int | None) -> str:
    """
    >>> year_name(2010), year_name(1999), year_name(None)
    ('2010-11', '1999-00', 'not stated')
    """
    return "not stated" if year is None else f"{year}-{(year + 1) % 100:02}"


def pounds(pence: int | None) -> str:
    """A sum in figures that can be read at a glance.

    >>> pounds(1_075_100_000), pounds(-84_800_000), pounds(12_345), pounds(None)
    ('£10.75m', '−£848k', '£123', 'not stated')
    """
    if pence is None:
        return "not stated"
    sign, whole = ("−" if pence < 0 else ""), abs(pence) / 100
    if whole >= 999_500_000:
        return f"{sign}£{whole / 1e9:.2f}bn"
    if whole >= 999_500:
        return f"{sign}£{whole / 1e6:.2f}m"
    if whole >= 1_000:
        return f"{sign}£{whole / 1e3:.0f}k"
    return f"{sign}£{whole:.0f}"


def per_head(pence: int | None) -> str:
    """A sum per head, in whole pounds.

    >>> per_head(163_650), per_head(-1_240), per_head(None)
    ('£1,637', '−£12', 'not stated')
    """
    if pence is None:
        return "not stated"
    pounds_ = round(abs(pence) / 100 + 1e-9)
    return f"{'−' if pence < 0 and pounds_ else ''}£{pounds_:,}"


def percent(first: int | None, last: int | None) -> str:
    """By how much of the first sum the last is more or less; none of one that is nought, or to or from less.

    >>> percent(1_000, 640), percent(100, 150), percent(0, 5), percent(56, -74), percent(None, 5)
    ('−36%', '+50%', '', '', '')
    """
    if first is None or last is None or first <= 0 or last < 0:
        return ""
    share = round(100 * (last - first) / first)
    return f"{'−' if share < 0 else '+' if share else ''}{abs(share)}%"


def as_json(profile: Profile) -> dict[str, Any]:
    """All of a profile as plain data: the same profile always gives the same data."""
    return {"format": FORMAT, **_plain(profile)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, int | float | str) else str(value)


def ledger_csv(profile: Profile) -> str:
    """Every sum of a profile, with its source and row there; no text that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(profile):
        writer.writerow(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell for cell in row]
        )
    return out.getvalue()


def _rows(profile: Profile) -> Iterator[tuple[Any, ...]]:
    code = profile.body.code if profile.body else profile.place.gss
    for series in (*profile.services, *profile.totals, *profile.income):
        yield from _series(code, series, profile.base)
    for one_off in profile.one_off:
        facts = one_off.source.facts
        for award in one_off.awards:
            year = "" if award.year is None else year_name(award.year)
            head = (code, facts.title, year, "income", one_off.kind.value, "one-off", award.cash)
            real = ("", "") if award.real is None else (award.real, year_name(profile.base))
            words = (award.item, award.payer, award.payee)
            yield (*head, *real, *words, facts.title, facts.file, facts.sha256, award.row)


def _series(code: str, series: Series, base: int) -> Iterator[tuple[Any, ...]]:
    facts = series.source.facts
    for point in series.points:
        head = (
            code,
            series.label,
            year_name(point.year),
            series.direction.value,
            "revenue",
            "annual",
            point.cash,
        )
        real = ("", "") if point.real is None else (point.real, year_name(base))
        yield (*head, *real, "", "", "", facts.title, facts.file, facts.sha256, point.row)
