"""Towns Fund awards: once, for a project of a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from covenant.profile.formats.definitions import Dataset, datasets
from covenant.profile.formats.rows import Row, Table, fault
from covenant.profile.types import Kind, LineFacts, Parsed

COLUMNS = ("fund", "index_code", "place", "organisation", "project", "rdel", "cdel", "total")
FUNDS = {"Town Deal": "town_deal", "Future High Streets Fund": "high_streets"}


def read(path: Path) -> Parsed:
    """Read a table with a row for each award, in pounds: RDEL (revenue), CDEL (capital) and their total."""
    table, found = Table(path), datasets()["towns_fund"]
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        fault(table.file, "row 1", f"no column {missing[0]!r}", f"the columns {', '.join(COLUMNS)}")
    lines: list[LineFacts] = []
    seen: dict[str, int] = {}
    notes: list[str] = []
    for row in table:
        code = row.text("index_code", 40, needed=True)
        if code in seen:
            row.bad("index_code", f"{code} again, which row {seen[code]} has", "each award once")
        seen[code] = row.number
        sums = {name: row.pence(name, 1, found.most) for name in ("rdel", "cdel", "total")}
        lines += _lines(row, found, sums)
        if (parts := (sums["rdel"] or 0) + (sums["cdel"] or 0)) and parts != sums["total"]:
            notes.append(
                f"Row {row.number} ({code}): the parts do not add up to the total; the parts are kept."
            )
    source = found.source(file=table.file, sha256=table.sha256, rows=table.n)
    return Parsed(source=replace(source, dataset=found.key), lines=tuple(lines), notes=tuple(notes))


def _lines(row: Row, found: Dataset, sums: dict[str, int | None]) -> Iterator[LineFacts]:
    fund = row.raw("fund")
    if fund not in FUNDS:
        row.bad("fund", repr(fund[:40]), f"one of {', '.join(FUNDS)}")
    parts = [(Kind.REVENUE, sums["rdel"]), (Kind.CAPITAL, sums["cdel"])]
    if not any(pence for _, pence in parts):  # only the total is stated, or nothing was awarded
        parts = [(Kind.UNSTATED, sums["total"])]
    line = found.lines[FUNDS[fund]]
    place, project = row.text("place", 100), row.text("project", 200)
    for kind, pence in parts:
        if pence:
            yield LineFacts(
                code="",
                purpose=FUNDS[fund],
                year=None,
                pence=pence,
                row=row.number,
                direction=line.direction,
                kind=kind,
                term=found.term,
                basis=found.basis,
                item=f"{place}: {project}" if place else project,
                payer=fund,
                named=row.text("organisation", 200, needed=True),
            )
