"""Organisations of a place: a table of our own, which README.md documents."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from covenant.profile.formats.definitions import datasets
from covenant.profile.formats.rows import Table, fault
from covenant.profile.types import OrganisationFacts, Parsed

COLUMNS = ("org_id", "name", "kind", "income", "income_year", "place")
_ORG_ID = re.compile(r"[A-Z]{2}-[A-Z]{2,8}-[A-Za-z0-9._-]{1,40}")
MOST_INCOME = 100_000_000_000  # pounds a year


def read(path: Path, *, name: str = "", publisher: str = "", licence: str = "") -> Parsed:
    """Read a table with a row for each organisation."""
    table = Table(path)
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        fault(table.file, "row 1", f"no column {missing[0]!r}", f"the columns {', '.join(COLUMNS)}")
    found: dict[str, OrganisationFacts] = {}
    for row in table:
        org_id = row.text("org_id", 60, needed=True)
        if not _ORG_ID.fullmatch(org_id):
            row.bad("org_id", repr(org_id), "an org-id such as GB-CHC-1234567")
        if org_id in found:
            row.bad("org_id", f"{org_id} again, which row {found[org_id].row} has", "each organisation once")
        income = row.pence("income", 1, MOST_INCOME)
        if income is not None and income < 0:
            row.bad("income", repr(row.raw("income")), "nothing under nought")
        found[org_id] = OrganisationFacts(
            org_id=org_id,
            name=row.text("name", 200, needed=True),
            kind=row.text("kind", 60, needed=True),
            code=row.gss("place"),
            row=row.number,
            income=income,
            income_year=row.text("income_year", 10),
        )
    source = datasets()["organisations"].source(
        file=table.file, sha256=table.sha256, rows=table.n, publisher=publisher, licence=licence
    )
    stem = name or table.file.split(".")[0]
    return Parsed(
        source=replace(source, dataset=f"organisations/{stem}"[:100]), organisations=tuple(found.values())
    )
