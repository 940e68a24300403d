"""Money in and out of bodies by year: revenue outturn, and core spending power."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from covenant.profile.formats.definitions import Dataset, datasets
from covenant.profile.formats.rows import Row, Table, fault
from covenant.profile.types import BodyFacts, BodyKind, LineFacts, Parsed

CLASSES = {
    "UA": BodyKind.UNITARY,
    "SD": BodyKind.DISTRICT,
    "SC": BodyKind.COUNTY,
    "MD": BodyKind.METROPOLITAN,
    "L": BodyKind.LONDON,
    "O": BodyKind.OTHER,
}
_YEAR = re.compile(r"((?:19|20)\d\d)-(\d\d)")
_COLUMN = re.compile(r"(?:19|20)\d\d")
SLIP, FEW, SMALLEST = 100, 30, 20_000_000  # times; bodies; pence: what no median of real bodies lies under
LARGEST = 500_000_000_000  # pence: what none lies over


def read_outturn(path: Path) -> Parsed:
    """Revenue outturn: a row for each body and year, a column for each line, thousands of pounds."""
    found = datasets()["outturn"]
    table = _table(path, ("ecode", "ons_code", "local_authority", "class", "year"), found)
    bodies: dict[str, BodyFacts] = {}
    lines: list[LineFacts] = []
    seen: dict[tuple[str, int], int] = {}
    for row in table:
        body, year = _outturn_body(row), _financial_year(row)
        _once(row, seen, (body.code, year), "ecode")
        bodies[body.code] = body
        for purpose in found.lines:
            if purpose in table.columns:
                pence = row.pence(purpose, found.unit, found.most)
                if pence is not None:
                    lines.append(_line(found, body.code, purpose, year, pence, row.number))
    _check_units(table, lines, found.check)
    return _parsed(table, found, tuple(bodies.values()), lines)


def read_spending_power(path: Path) -> Parsed:
    """Core spending power: a row for each body, a column for the end of each year, millions of pounds."""
    found = datasets()["spending_power"]
    table = _table(path, ("ons_code", "ons_name", "class"), found)
    years = [name for name in table.columns if _COLUMN.fullmatch(name)]
    if not years:
        fault(
            table.file,
            "row 1",
            "no column for a year",
            "columns such as 2012, in which a financial year ends",
        )
    lines: list[LineFacts] = []
    bodies: dict[str, BodyFacts] = {}
    seen: dict[tuple[str, int], int] = {}
    for row in table:
        code = row.gss("ons_code")
        _once(row, seen, (code, 0), "ons_code")
        bodies[code] = BodyFacts(code, row.text("ons_name", 200, needed=True))
        for column in years:
            pence = row.pence(column, found.unit, found.most)
            if pence is not None:
                lines.append(_line(found, code, "spending_power", int(column) - 1, pence, row.number))
    _check_units(table, lines, "spending_power")
    return _parsed(table, found, tuple(bodies.values()), lines)


def read_components(path: Path) -> Parsed:
    """Core spending power by component: a row for each body and start of a year, millions of pounds."""
    found = datasets()["spending_power_components"]
    table = _table(path, ("ons_code", "authority", "year", *found.lines), found)
    lines: list[LineFacts] = []
    bodies: dict[str, BodyFacts] = {}
    seen: dict[tuple[str, int], int] = {}
    empty = 0
    for row in table:
        code, name, year = _component_key(row)
        sums = {purpose: row.pence(purpose, found.unit, found.most) for purpose in found.lines}
        if not any(
            sums.values()
        ):  # a body under its former or later name, in years in which it was not there
            empty += 1
            continue
        _once(row, seen, (code or name, year), "ons_code")
        if code:
            bodies[code] = BodyFacts(code, name)
        for purpose, pence in sums.items():
            if pence is not None:
                line = _line(found, code, purpose, year, pence, row.number)
                lines.append(line if code else replace(line, named=name))
    _check_units(table, lines, "sfa")
    notes = (f"Rows that are nought throughout, and were passed over: {empty}.",) if empty else ()
    return replace(_parsed(table, found, tuple(bodies.values()), lines), notes=notes)


def _component_key(row: Row) -> tuple[str, str, int]:
    year = row.raw("year")
    if not _COLUMN.fullmatch(year):
        row.bad("year", repr(year[:40]), "the year in which a financial year starts, such as 2015")
    return row.gss("ons_code", needed=False), row.text("authority", 200, needed=True), int(year)


def _table(path: Path, columns: tuple[str, ...], found: Dataset) -> Table:
    table = Table(path)
    missing = [name for name in columns if name not in table.columns]
    if missing:
        fault(table.file, "row 1", f"no column {missing[0]!r}", f"the columns of {found.facts.title!r}")
    return table


def _parsed(table: Table, found: Dataset, bodies: tuple[BodyFacts, ...], lines: list[LineFacts]) -> Parsed:
    source = found.source(file=table.file, sha256=table.sha256, rows=table.n)
    if not lines:
        fault(table.file, "", "no sum of money", "at least one")
    return Parsed(source=replace(source, dataset=found.key), bodies=bodies, lines=tuple(lines))


def _line(found: Dataset, code: str, purpose: str, year: int, pence: int, row: int) -> LineFacts:
    line = found.lines[purpose]
    signed = -pence if line.negated else pence
    return LineFacts(code, purpose, year, signed, row, line.direction, found.kind, found.term, found.basis)


def _outturn_body(row: Row) -> BodyFacts:
    kind = row.raw("class")
    if kind not in CLASSES:
        row.bad("class", repr(kind[:40]), f"one of {', '.join(CLASSES)}")
    ecode, gss = row.text("ecode", 12, needed=True), row.gss("ons_code", needed=False)
    name = row.text("local_authority", 200, needed=True)
    for ending in (" UA", " CC"):
        name = name.removesuffix(ending)
    # Blank: the body was gone before the codes of 2014. It goes by the code of its returns instead.
    return BodyFacts(gss or ecode, name, CLASSES[kind], ecode)


def _financial_year(row: Row) -> int:
    value = row.raw("year")
    found = _YEAR.fullmatch(value)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        row.bad("year", repr(value[:40]), "a financial year such as 2010-11")
    return int(found[1])


def _once(row: Row, seen: dict[tuple[str, int], int], key: tuple[str, int], column: str) -> None:
    if key in seen:
        row.bad(column, f"{key[0]} again, which row {seen[key]} has", "each body once a year")
    seen[key] = row.number


def _check_units(table: Table, lines: list[LineFacts], purpose: str) -> None:
    """Refuse a file, or a year of a body, that looks as if it were in another unit."""
    by_body: dict[str, list[LineFacts]] = defaultdict(list)
    for line in lines:
        if line.purpose == purpose and line.pence:
            by_body[line.code or line.named].append(line)
    for found in by_body.values():
        for line, usual in _slips(found):
            said = f"a sum {SLIP} times or more off what this body has in other years (£{usual / 100:,.0f})"
            fault(table.file, f"row {line.row}, column {purpose}", said, "sums in one unit")
    sums = [abs(line.pence) for found in by_body.values() for line in found]
    if len(by_body) < FEW:
        return
    half = median(sums)
    if not SMALLEST <= half <= LARGEST:
        beyond, wanted = ("under", "larger") if half < SMALLEST else ("over", "smaller")
        said = f"half of all bodies {beyond} £{half / 100:,.0f}"
        fault(table.file, f"column {purpose}", said, f"{wanted} sums: is the file in another unit?")


def _slips(lines: list[LineFacts]) -> Iterator[tuple[LineFacts, float]]:
    usual = median(abs(line.pence) for line in lines)
    for line in lines:
        if len(lines) > 2 and max(abs(line.pence) / usual, usual / abs(line.pence)) >= SLIP:
            yield line, usual
