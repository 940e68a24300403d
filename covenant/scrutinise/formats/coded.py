"""What a programme file holds, whatever its form: tables in, a programme and a word on its coding out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from covenant.place.types import Sector, Tier
from covenant.scrutinise.formats.faults import UNNAMED, Reader, Table
from covenant.scrutinise.formats.keys import FORMAT, KEYS
from covenant.scrutinise.formats.places import found_at, place_of
from covenant.scrutinise.formats.proposals import proposal_of
from covenant.scrutinise.formats.shown import shown
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    End,
    Heard,
    Inherited,
    NotStated,
    Programme,
    Relation,
    Size,
    Young,
)

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True)
class Coding:
    """Who coded a source, when, by which edition of the guide, and what they wish to say about it."""

    coder: str | NotStated = NOT_STATED
    date: str | NotStated = NOT_STATED
    guide: str | NotStated = NOT_STATED
    notes: str | NotStated = NOT_STATED


@dataclass(frozen=True)
class Coded:
    """All that a programme file holds: the programme, its coding, and every actor by its id."""

    programme: Programme
    coding: Coding = Coding()
    actors: tuple[tuple[str, Actor], ...] = ()


def coded(reader: Reader, file: Table) -> Coded:
    """Take a programme out of a file's tables. Raises FaultyFile with every fault in it."""
    reader.unknown(file, KEYS["file"], "")
    head = reader.table(file, "programme", "")
    if file.get("format") != FORMAT:
        reader.fault(place_of(head, ""), "format", shown(file.get("format")), repr(FORMAT))
    actors = _actors(reader, file)
    heard = _heard(reader, file)
    tables = _listed(reader, file, "proposals")
    ids = [id for table in tables or () if isinstance(id := table.get("id"), str)]
    known = dict.fromkeys(" ".join(id.split()) for id in ids)
    answered = [] if isinstance(heard, NotStated) else [each.id for each in heard]
    proposals = tuple(
        proposal_of(reader, n, table, actors, known, answered) for n, table in enumerate(tables or (), 1)
    )
    if not proposals and not any(fault.key == "proposals" for fault in reader.faults):
        reader.fault("", "proposals", "none", "at least one proposal")
    _once(reader, tables or (), "proposals", "id", [proposal.id for proposal in proposals])
    ends, lineage = _ends(reader, file, known), _lineage(reader, file, known)
    place = place_of(head, "programme")
    reader.unknown(head, KEYS["programme"], place)
    programme = Programme(
        title=reader.required(head, "title", place, 500),
        source=reader.text(head, "source", place),
        date=_date(reader, head, place),
        ends=ends,
        proposals=proposals,
        heard=heard,
        lineage=lineage,
        as_of=_as_of(reader, head, place),
        review_due=reader.day(head, "review_due", place),
        last_review=reader.day(head, "last_review", place),
    )
    coding = _coding(reader, file)
    reader.stop_at_faults()
    return Coded(programme, coding, tuple((id, actor) for id, actor in actors.items() if id != UNNAMED))


def _listed(reader: Reader, file: Table, name: str) -> tuple[Table, ...] | None:
    """A list of tables; None where it is not stated."""
    tables = reader.tables(file, name, "")
    return None if isinstance(tables, NotStated) else tables


def _once(reader: Reader, tables: Collection[Table], name: str, key: str, ids: list[str]) -> None:
    times = Counter(ids)
    seen: set[str] = set()
    for n, (table, id) in enumerate(zip(tables, ids, strict=True), start=1):
        if id and times[id] > 1 and id in seen:
            reader.fault(place_of(table, f"{name}[{n}]"), key, f"{shown(id)} once more", "each of them once")
        seen.add(id)


def _date(reader: Reader, table: Table, place: str) -> str | NotStated:
    value = table.get("date", NOT_STATED.value)
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
    reader.fault(place, "date", shown(value), "a date, 'YYYY-MM-DD', 'YYYY-MM', 'YYYY' or 'not stated'")
    return NOT_STATED


def _as_of(reader: Reader, head: Table, place: str) -> date | NotStated:
    day = reader.day(head, "as_of", place)
    if day is None:
        reader.fault(place, "as_of", "'none'", "a day 'YYYY-MM-DD' or 'not stated'")
        return NOT_STATED
    return day


def _coding(reader: Reader, file: Table) -> Coding:
    table = reader.table(file, "coding", "")
    place = place_of(table, "coding")
    reader.unknown(table, KEYS["coding"], place)
    coder, guide = reader.text(table, "coder", place, 200), reader.text(table, "guide", place, 200)
    return Coding(coder, _date(reader, table, place), guide, reader.text(table, "notes", place))


def _actors(reader: Reader, file: Table) -> dict[str, Actor]:
    actors = {UNNAMED: Actor()}
    for id, table in reader.table(file, "actors", "").items():
        place = place_of(table, f"actors.{id}")
        if id == UNNAMED:
            reader.fault(place, "id", f"{id!r}, a word with a meaning of its own", "another name")
        reader.can_be_called(id, place, "id")
        if not isinstance(table, dict):
            reader.fault("actors", id, shown(table), f"a table [actors.{id}]")
            table = {}
        reader.unknown(table, KEYS["actors"], place)
        actors[id] = Actor(
            name=reader.text(table, "name", place, 200),
            sector=reader.choice(table, "sector", place, Sector),
            tier=reader.choice(table, "tier", place, Tier),
            where=found_at(reader, table, "actors", place),
            size=reader.choice(table, "size", place, Size),
            young=reader.choice(table, "young", place, Young),
        )
    return actors


def _ends(reader: Reader, file: Table, proposals: Collection[str]) -> tuple[End, ...] | NotStated:
    tables = _listed(reader, file, "ends")
    if tables is None:
        return NOT_STATED
    return tuple(_end(reader, n, table, proposals) for n, table in enumerate(tables, start=1))


def _end(reader: Reader, number: int, table: Table, proposals: Collection[str]) -> End:
    place = place_of(table, f"ends[{number}]")
    reader.unknown(table, KEYS["ends"], place)
    narrower = reader.ids(table, "for_proposals", place, proposals)
    if narrower == ():
        reader.fault(place, "for_proposals", "'none'", "ids of proposals; without the key it is for all")
    return End(
        wording=reader.required(table, "wording", place, 1_000),
        direction=reader.choice(table, "direction", place, Direction),
        where=found_at(reader, table, "ends", place),
        for_proposals=() if isinstance(narrower, NotStated) else narrower,
    )


def _heard(reader: Reader, file: Table) -> tuple[Heard, ...] | NotStated:
    tables = _listed(reader, file, "heard")
    if tables is None:
        return NOT_STATED
    found = []
    for number, table in enumerate(tables, start=1):
        place = place_of(table, f"heard[{number}]")
        reader.unknown(table, KEYS["heard"], place)
        id, text = reader.name(table, "id", place), reader.required(table, "text", place)
        where = found_at(reader, table, "heard", place)
        found.append(Heard(id, text, reader.whole(table, "n", place), where))
    _once(reader, tables, "heard", "id", [each.id for each in found])
    return tuple(found)


def _lineage(reader: Reader, file: Table, proposals: Collection[str]) -> tuple[Inherited, ...] | NotStated:
    tables = _listed(reader, file, "lineage")
    if tables is None:
        return NOT_STATED
    found = []
    for number, table in enumerate(tables, start=1):
        place = place_of(table, f"lineage[{number}]")
        reader.unknown(table, KEYS["lineage"], place)
        by = reader.ids(table, "by", place, proposals)
        found.append(
            Inherited(
                item=reader.required(table, "item", place, 200),
                document=reader.required(table, "document", place, 500),
                text=reader.required(table, "text", place),
                relation=reader.choice(table, "relation", place, Relation),
                by=() if isinstance(by, NotStated) else by,
                where=found_at(reader, table, "lineage", place),
            )
        )
    names = [f"{each.item} of {each.document}" if each.item else "" for each in found]
    _once(reader, tables, "lineage", "item", names)
    return tuple(found)
