"""Who provides what: services by providing tier, and the tier of each authority."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from covenant.profile.formats.definitions import datasets
from covenant.profile.formats.rows import Row, Table, fault
from covenant.profile.types import BodyFacts, Parsed, Service

SERVICES = ("LGSL", "Description", "Providing Tier")
AUTHORITIES = ("gss", "tier_id", "name")
TIERS = {"county/unitary": "county", "district/unitary": "district", "all": "all"}
PROVIDES = {"1": "county", "2": "district", "3": "unitary"}
# What a body provides, by the tier of the service: a unitary authority does both parts.
SEES_TO = {
    "county": frozenset(["county", "all"]),
    "district": frozenset(["district", "all"]),
    "unitary": frozenset(["county", "district", "all"]),
}


def read(path: Path) -> Parsed:
    """Read the list of services, or the list of authorities; which one it is its columns tell."""
    table = Table(path)
    facts = datasets()["competences"]
    if table.has(SERVICES):
        services = _services(table)
        source = facts.source(file=table.file, sha256=table.sha256, rows=table.n)
        return Parsed(source=replace(source, dataset="competences/services"), services=services)
    if table.has(AUTHORITIES):
        bodies = tuple(body for row in table if (body := _body(row)))
        title = "The tier of each local authority"
        source = facts.source(file=table.file, sha256=table.sha256, rows=table.n, title=title)
        return Parsed(source=replace(source, dataset="competences/authorities"), bodies=bodies)
    return fault(
        table.file, "row 1", "columns of no known list", f"{', '.join(SERVICES)}, or {', '.join(AUTHORITIES)}"
    )


def _services(table: Table) -> tuple[Service, ...]:
    found: dict[int, Service] = {}
    for row in table:
        number, tier = row.whole("LGSL"), row.raw("Providing Tier")
        if number is None or number in found:
            row.bad("LGSL", f"{number or 'nothing'}{' again' if number else ''}", "each number once")
        if tier not in TIERS:
            row.bad("Providing Tier", repr(tier[:40]), f"one of {', '.join(TIERS)}")
        found[number] = Service(number, _plain(row.text("Description", needed=True)), TIERS[tier])
    return tuple(found.values())


def _plain(text: str) -> str:
    """What the service is about, without how a page asks for it.

    >>> _plain("Find out more about recycling collections")
    'Recycling collections'
    """
    for start in (
        "Find out more about ",
        "Find out about ",
        "Find out how to ",
        "Find out abut ",
        "Find out ",
    ):
        if text.startswith(start):
            text = text.removeprefix(start).strip()
            break
    return text[:1].upper() + text[1:]


def _body(row: Row) -> BodyFacts | None:
    gss, tier = row.gss("gss", needed=False), row.raw("tier_id")
    if tier not in PROVIDES:
        row.bad("tier_id", repr(tier[:40]), f"one of {', '.join(PROVIDES)}")
    name = row.text("name", 200, needed=True)
    return BodyFacts(gss, name, provides=PROVIDES[tier], also=(name,)) if gss else None
