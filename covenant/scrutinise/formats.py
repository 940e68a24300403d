"""Reads programme files and thresholds, naming every fault at once, and writes a reading as plain data.

The format is documented in docs/standard/programme.md; `KEYS` and `CHOICES` are what that page is held to.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from covenant.place.types import Sector, Tier
from covenant.scrutinise.faults import NONE, Fault, FaultyFile, Reader, Table, shown
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Actors,
    Age,
    Costing,
    Direction,
    Duty,
    End,
    Funding,
    Kind,
    LevelReason,
    NotStated,
    Programme,
    Proposal,
)
from covenant.scrutinise.types import Reading, Threshold

__all__ = ["CHOICES", "KEYS", "Fault", "FaultyFile", "as_json", "read_programme", "read_thresholds"]

FORMAT = "covenant-programme/1"
READING = "covenant-reading/1"
UNNAMED = "unnamed"  # an actor whom the source mentions without saying who it is

PEOPLE = (
    "started_by",
    "decided_by",
    "money_controlled_by",
    "affected",
    "parties",
    "consultation_promised",
    "consultation_held",
)
KEYS: dict[str, tuple[str, ...]] = {
    "file": ("format", "programme", "ends", "actors", "proposals"),
    "programme": ("title", "source", "date"),
    "ends": ("wording", "direction", "where", "for_proposals"),
    "actors": ("name", "sector", "tier", "where"),
    "proposals": ("id", "text", "kind", *PEOPLE, "instrument", "duties", "level_reasons", "where"),
    "duties": ("text", "on", "age", "costing", "funding", "where"),
}
CHOICES: dict[str, type[Enum]] = {
    "direction": Direction,
    "sector": Sector,
    "tier": Tier,
    "kind": Kind,
    "age": Age,
    "costing": Costing,
    "funding": Funding,
    "level_reasons": LevelReason,
}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read_programme(path: Path) -> Programme:
    """Read a programme file. Raises FaultyFile with every fault in it."""
    reader = Reader(path)
    file = reader.parse()
    reader.unknown(file, KEYS["file"], "")
    if file.get("format") != FORMAT:
        reader.fault("", "format", shown(file.get("format")), repr(FORMAT))
    head = reader.table(file, "programme", "")
    reader.unknown(head, KEYS["programme"], "programme")
    actors = _actors(reader, file)
    proposals = _proposals(reader, file, actors)
    programme = Programme(
        reader.required(head, "title", "programme", 500),
        reader.text(head, "source", "programme"),
        _date(reader, head),
        _ends(reader, file, {proposal.id for proposal in proposals}),
        proposals,
    )
    reader.stop_at_faults()
    return programme


def read_thresholds(path: Path | None = None) -> dict[str, Threshold]:
    """Read the house's thresholds, or a file's in place of them. Raises FaultyFile with every fault in it."""
    house = resources.files("covenant.scrutinise").joinpath("thresholds.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(house, parse_float=Decimal)
    reader = Reader(path or Path("thresholds.toml"))
    if path is not None:
        own = reader.parse()
        reader.unknown(own, tables, "")
        tables.update({rule: reader.table(own, rule, "") for rule in tables if rule in own})
    thresholds = {rule: _threshold(reader, rule, table) for rule, table in tables.items()}
    reader.stop_at_faults()
    return thresholds


def as_json(reading: Reading) -> dict[str, Any]:
    """Write a reading as plain data for `json.dumps`; the same reading always gives the same data.

    >>> as_json(Reading("referee/2", "Wells", NOT_STATED, NOT_STATED, (), (), (), (), "a caveat"))["source"]
    'not stated'
    """
    return {"format": READING, **_plain(reading)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value


def _date(reader: Reader, head: Table) -> str | NotStated:
    value = head.get("date", NOT_STATED.value)
    if value == NOT_STATED.value:
        return NOT_STATED
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            date.fromisoformat(value + "2001-01-01"[len(value) :])
            return value
        except ValueError:
            pass  # a month or a day that no calendar has: refused below
    reader.fault("programme", "date", shown(value), "a date, 'YYYY-MM-DD', 'YYYY-MM', 'YYYY' or 'not stated'")
    return NOT_STATED


def _actors(reader: Reader, file: Table) -> dict[str, Actor]:
    actors = {UNNAMED: Actor()}
    for id, table in reader.table(file, "actors", "").items():
        place = f"actors.{id}"
        if id in (NONE, UNNAMED, NOT_STATED.value):
            reader.fault("actors", id, "a word with a meaning of its own", "another id")
        if not isinstance(table, dict):
            reader.fault("actors", id, shown(table), f"a table [actors.{id}]")
            table = {}
        reader.unknown(table, KEYS["actors"], place)
        actors[id] = Actor(
            reader.text(table, "name", place, 200),
            reader.choice(table, "sector", place, Sector),
            reader.choice(table, "tier", place, Tier),
            reader.text(table, "where", place, 200),
        )
    return actors


def _ends(reader: Reader, file: Table, proposals: set[str]) -> tuple[End, ...] | NotStated:
    tables = reader.tables(file, "ends", "")
    if isinstance(tables, NotStated):
        return NOT_STATED
    return tuple(_end(reader, f"ends[{n}]", table, proposals) for n, table in enumerate(tables, start=1))


def _end(reader: Reader, place: str, table: Table, proposals: set[str]) -> End:
    reader.unknown(table, KEYS["ends"], place)
    narrower = reader.ids(table, "for_proposals", place, sorted(proposals))
    if narrower == ():
        reader.fault(place, "for_proposals", "'none'", "ids of proposals; without the key it is for all")
    return End(
        reader.required(table, "wording", place, 1_000),
        reader.choice(table, "direction", place, Direction),
        reader.text(table, "where", place, 200),
        () if isinstance(narrower, NotStated) else narrower,
    )


def _proposals(reader: Reader, file: Table, actors: dict[str, Actor]) -> tuple[Proposal, ...]:
    tables = reader.tables(file, "proposals", "")
    if isinstance(tables, NotStated) or not tables:
        if not reader.faults or reader.faults[-1].key != "proposals":
            reader.fault("", "proposals", "none", "at least one [[proposals]] table")
        return ()
    found = tuple(_proposal(reader, n, table, actors) for n, table in enumerate(tables, start=1))
    for id, times in Counter(proposal.id for proposal in found).items():
        if id and times > 1:
            reader.fault("proposals", "id", f"{shown(id)} {times} times", "each id once")
    return found


def _proposal(reader: Reader, number: int, table: Table, actors: dict[str, Actor]) -> Proposal:
    id = table.get("id")
    place = f"proposals[{number}]" + (f" ({id})" if isinstance(id, str) and len(id) <= 60 else "")
    reader.unknown(table, KEYS["proposals"], place)
    kind = reader.choice(table, "kind", place, Kind)
    people: dict[str, Any] = {key: _people(reader, table, key, place, actors) for key in PEOPLE}
    return Proposal(
        id=reader.required(table, "id", place, 60),
        text=reader.text(table, "text", place),
        kind=Kind.PROPOSAL if isinstance(kind, NotStated) else kind,
        instrument=reader.text(table, "instrument", place),
        duties=_duties(reader, table, place, actors),
        level_reasons=_level_reasons(reader, table, place),
        where=_where(reader, table, place),
        **people,
    )


def _people(reader: Reader, table: Table, key: str, place: str, actors: dict[str, Actor]) -> Actors:
    ids = reader.ids(table, key, place, actors)
    return ids if isinstance(ids, NotStated) else tuple(actors.get(id, Actor()) for id in ids)


def _level_reasons(reader: Reader, table: Table, place: str) -> tuple[LevelReason, ...]:
    known = {reason.value: reason for reason in LevelReason}
    given = reader.ids(table, "level_reasons", place, known)
    return () if isinstance(given, NotStated) else tuple(known[word] for word in given if word in known)


def _where(reader: Reader, table: Table, place: str) -> tuple[tuple[str, str], ...]:
    where = reader.table(table, "where", place)
    fields = [key for key in KEYS["proposals"] if key not in ("id", "kind", "duties", "where")]
    reader.unknown(where, fields, f"{place}, where")
    return tuple((key, reader.required(where, key, f"{place}, where", 200)) for key in fields if key in where)


def _duties(
    reader: Reader, table: Table, place: str, actors: dict[str, Actor]
) -> tuple[Duty, ...] | NotStated:
    tables = reader.tables(table, "duties", place)
    if isinstance(tables, NotStated):
        return NOT_STATED
    return tuple(
        _duty(reader, found, f"{place}, duties[{n}]", actors) for n, found in enumerate(tables, start=1)
    )


def _duty(reader: Reader, table: Table, place: str, actors: dict[str, Actor]) -> Duty:
    reader.unknown(table, KEYS["duties"], place)
    return Duty(
        reader.text(table, "text", place),
        _people(reader, table, "on", place, actors),
        reader.choice(table, "age", place, Age),
        reader.choice(table, "costing", place, Costing),
        reader.choice(table, "funding", place, Funding),
        reader.text(table, "where", place, 200),
    )


def _threshold(reader: Reader, rule: str, table: Table) -> Threshold:
    reader.unknown(table, [field.name for field in dataclasses.fields(Threshold)], rule)
    count: Any = table.get("least_count")
    share: Any = table.get("least_share")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        reader.fault(rule, "least_count", shown(count), "a whole number from 1 on")
        count = 1
    is_number = isinstance(share, int | Decimal) and not isinstance(share, bool)
    is_share = is_number and Decimal(share).is_finite() and 0 <= share <= 1
    # A Decimal may have a thousand million places, which a remainder rounds away and a Fraction writes out.
    if not is_share or 0 < share < Decimal("0.0001") or share * 10_000 % 1:
        reader.fault(rule, "least_share", shown(share), "a number from 0 to 1 with at most four decimals")
        share = 0
    return Threshold(count, Fraction(share), reader.required(table, "reason", rule, 1_000))
