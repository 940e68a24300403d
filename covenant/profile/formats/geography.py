"""Codes, names and successors of areas, from the tables in which they are published."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from covenant.place.types import NewPlace, Tier
from covenant.profile.formats.definitions import datasets
from covenant.profile.formats.rows import NOT_STATED, Row, Table, fault
from covenant.profile.types import BodyFacts, BodyKind, Change, FigureFacts, Parsed, Succession

NATIONS = {
    "England": "E92000001",
    "Wales": "W92000004",
    "Scotland": "S92000003",
    "Northern Ireland": "N92000002",
}
KINDS = {
    "NMD": BodyKind.DISTRICT,
    "UA": BodyKind.UNITARY,
    "MD": BodyKind.METROPOLITAN,
    "LBO": BodyKind.LONDON,
    "CC": BodyKind.LONDON,
    "CTY": BodyKind.COUNTY,
    "COMB": BodyKind.COMBINED,
    "SRA": BodyKind.COMBINED,
    "WPA": BodyKind.WELSH,
    "SCO": BodyKind.SCOTTISH,
    "NID": BodyKind.NORTHERN_IRISH,
}
HIERARCHY = (
    "lsoa21_code",
    "ward24_code",
    "ltla24_code",
    "county_code",
    "combined_authority_gss",
    "region24_code",
)
REGISTER = ("local-authority-code", "gss-code", "replaced-by", "former-gss-codes", "local-authority-type")
CODES = ("LADCD", "LADNM", "LADCD_ACTIVE", "LADNM_ACTIVE")
RURALITY = ("ltla24_code", "ruc21_code", "classification")


def read(path: Path, *, wards: bool = False) -> Parsed:
    """Read one file of geography; which one it is its columns tell."""
    table = Table(path)
    readers: list[tuple[tuple[str, ...], Callable[[Table], Parsed]]] = [
        (HIERARCHY, lambda found: _hierarchy(found, wards)),
        (REGISTER, _register),
        (CODES, _codes),
        (RURALITY, _rurality),
    ]
    for columns, reader in readers:
        if table.has(columns):
            return reader(table)
    return fault(
        table.file,
        "row 1",
        "columns of no known table of geography",
        "those that covenant/profile/README.md names",
    )


def slug_of(name: str) -> str:
    """An address from a name.

    >>> slug_of("King’s Lynn and West Norfolk"), slug_of("Ynys Môn")
    ('kings-lynn-and-west-norfolk', 'ynys-mon')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", ""))[:50].strip("-") or "place"


def _parsed(table: Table, dataset: str, title: str, **parts: tuple) -> Parsed:
    facts = datasets()["geography"].source(file=table.file, sha256=table.sha256, rows=table.n, title=title)
    return Parsed(source=replace(facts, dataset=f"geography/{dataset}"), **parts)


def _hierarchy(table: Table, wards: bool) -> Parsed:
    """From small areas up to the nation: every place on the way, and how many small areas it has."""
    places: dict[str, NewPlace] = {}
    areas: Counter[str] = Counter()
    rows: dict[str, int] = {}
    for row in table:
        nation = row.text("country", needed=True)
        if nation not in NATIONS:
            row.bad("country", repr(nation), f"one of {', '.join(NATIONS)}")
        for gss, place in _chain(row, nation, wards):
            places.setdefault(gss, place)
            areas[gss] += 1
            rows.setdefault(gss, row.number)
    figures = (
        FigureFacts(gss, "neighbourhoods", "", "2021", rows[gss], value=str(n)) for gss, n in areas.items()
    )
    title = "Small areas of 2021 in wards, districts, counties, combined authorities and regions of 2024"
    dataset = "hierarchy-wards" if wards else "hierarchy"
    return _parsed(table, dataset, title, places=tuple(places.values()), figures=tuple(figures))


def _chain(row: Row, nation: str, wards: bool) -> Iterator[tuple[str, NewPlace]]:
    """The places of one row, the largest first, each within the one before."""
    within = NATIONS[nation]
    yield within, NewPlace(slug_of(nation), nation, Tier.NATION, within)
    levels = [
        ("region24_code", "region24_name", Tier.REGION, ""),
        ("combined_authority_gss", "combined_authority", Tier.COUNTY, ""),
        ("county_code", "county_name", Tier.COUNTY, " County Council"),
        ("ltla24_code", "ltla24_name", Tier.DISTRICT, ""),
    ]
    if wards:
        levels.append(("ward24_code", "ward24_name", Tier.NEIGHBOURHOOD, ""))
    district = ""
    for code, name, tier, ending in levels:
        gss = row.gss(code, needed=tier in (Tier.DISTRICT, Tier.NEIGHBOURHOOD))
        if not gss:
            continue
        called = row.text(name, 200, needed=True).removesuffix(ending)
        slug = slug_of(f"{called} {district}") if tier is Tier.NEIGHBOURHOOD else slug_of(called)
        if tier is Tier.REGION:
            slug = slug_of(f"{called} region")
        district = called if tier is Tier.DISTRICT else district
        yield gss, NewPlace(slug, called, tier, gss, within)
        within = gss


def _register(table: Table) -> Parsed:
    """The register of local authorities: who there is and was, and what each was replaced by."""
    rows = list(table)
    gss_of = {row.raw("local-authority-code"): row.raw("gss-code") for row in rows}
    bodies: list[BodyFacts] = []
    figures: list[FigureFacts] = []
    successions: list[Succession] = []
    places: list[NewPlace] = []
    starts = {row.raw("local-authority-code"): _day(row, "start-date") for row in rows}
    names = {row.raw("local-authority-code"): row.text("nice-name", 200) for row in rows}
    for row in rows:
        gss = row.gss("gss-code", needed=False)
        if not gss:
            continue
        bodies.append(_body(row, gss, gss_of))
        for measure, column, vintage in (("population", "pop-2020", "2020"), ("area", "area", "2020")):
            if column in table.columns and (value := row.figure(column, 0)):
                figures.append(FigureFacts(gss, measure, "", vintage, row.number, value=value))
        for new in filter(None, row.raw("replaced-by").split(",")):
            if new not in gss_of:
                row.bad("replaced-by", repr(new), "a code of the column local-authority-code")
            on = starts[new] or _day(row, "end-date")
            old_name = row.text("nice-name", 200)
            successions.append(Succession(gss, old_name, gss_of[new], names[new], Change.MERGED, on))
        for old in filter(None, row.raw("former-gss-codes").split(",")):
            name = row.text("nice-name", 200)
            successions.append(Succession(old.strip(), name, gss, name, Change.RECODED))
        nation = row.raw("nation")
        if row.raw("current-authority") == "True" and nation in ("Scotland", "Northern Ireland"):
            places += _north(row, gss, nation)
    title = "Local authorities of the United Kingdom, now and before"
    return _parsed(
        table,
        "register",
        title,
        places=tuple(dict.fromkeys(places)),
        bodies=tuple(bodies),
        figures=tuple(figures),
        successions=tuple(successions),
    )


def _north(row: Row, gss: str, nation: str) -> Iterator[NewPlace]:
    """A district that no table of English and Welsh small areas has."""
    yield NewPlace(slug_of(nation), nation, Tier.NATION, NATIONS[nation])
    name = row.text("nice-name", 200, needed=True)
    yield NewPlace(slug_of(name), name, Tier.DISTRICT, gss, NATIONS[nation])


def _body(row: Row, gss: str, gss_of: dict[str, str]) -> BodyFacts:
    kind = row.raw("local-authority-type")
    if kind not in KINDS:
        row.bad("local-authority-type", repr(kind), f"one of {', '.join(KINDS)}")
    above = (gss_of.get(row.raw(column), "") for column in ("county-la", "combined-authority"))
    others = (row.text("official-name", 200), *row.text("alt-names", 2000).split(","))
    name = row.text("nice-name", 200, needed=True)
    return BodyFacts(
        code=gss,
        name=name,
        kind=KINDS[kind],
        ecode=row.text("ecode", 12),
        also=tuple(dict.fromkeys(other.strip() for other in others if other.strip() not in ("", name))),
        within=tuple(code for code in above if code),
        starts=_day(row, "start-date"),
        ends=_day(row, "end-date"),
        register=True,
    )


def _day(row: Row, column: str) -> date | None:
    value = row.raw(column)
    if value in NOT_STATED:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        row.bad(column, repr(value[:40]), "a date such as 2023-04-01")


def _codes(table: Table) -> Parsed:
    """Codes beside those that stand for the same land now; without dates."""
    pairs = [
        (
            row.gss("LADCD"),
            row.text("LADNM", 200),
            row.gss("LADCD_ACTIVE", needed=False),
            row.text("LADNM_ACTIVE", 200),
        )
        for row in table
    ]
    into = Counter(new for old, _, new, _ in pairs if old != new)
    successions = [
        Succession(old, was, new, now, Change.RECODED if was == now and into[new] == 1 else Change.MERGED)
        for old, was, new, now in pairs
        if new and old != new
    ]
    return _parsed(
        table, "codes", "Codes of districts and those that stand for them now", successions=tuple(successions)
    )


def _rurality(table: Table) -> Parsed:
    figures = [
        FigureFacts(
            row.gss("ltla24_code"),
            "rurality",
            row.text("ruc21_code", 10),
            "2021",
            row.number,
            words=row.text("classification", 100, needed=True),
        )
        for row in table
    ]
    return _parsed(
        table, "rurality", "Rural-urban classification of 2021, by district of 2024", figures=tuple(figures)
    )
