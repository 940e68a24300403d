"""Takes one proposal with its duties out of a programme file's tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from covenant.scrutinise.formats.faults import Reader, Table
from covenant.scrutinise.formats.keys import DAYS, KEYS, PEOPLE, PROPOSALS, SAID, WORDS
from covenant.scrutinise.formats.places import fields_found_at, found_at, place_of
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Actors,
    Age,
    Costing,
    Duty,
    Finance,
    Funding,
    Kind,
    LevelReason,
    NotStated,
    Participation,
    Proposal,
    Span,
    Work,
)


def proposal_of(
    reader: Reader,
    number: int,
    table: Table,
    actors: Mapping[str, Actor],
    proposals: Collection[str],
    heard: Collection[str],
) -> Proposal:
    """The proposal that a table holds; it names actors, other proposals and what was heard by their ids."""
    id = table.get("id")
    named = f" ({id})" if isinstance(id, str) and len(id) <= 60 else ""
    place = place_of(table, f"proposals[{number}]{named}")
    reader.unknown(table, KEYS["proposals"], place)
    kind = reader.choice(table, "kind", place, Kind)
    fields: dict[str, Any] = {key: _people(reader, table, key, place, actors) for key in PEOPLE}
    fields |= {key: reader.said(table, key, place) for key in SAID}
    fields |= {key: reader.words(table, key, place) for key in WORDS}
    fields |= {key: _others(reader, table, key, place, proposals) for key in PROPOSALS}
    fields |= {key: reader.day(table, key, place) for key in DAYS}
    return Proposal(
        id=reader.name(table, "id", place),
        text=reader.text(table, "text", place),
        kind=Kind.PROPOSAL if isinstance(kind, NotStated) else kind,
        participation_promised=reader.choice(table, "participation_promised", place, Participation),
        participation_evidenced=reader.choice(table, "participation_evidenced", place, Participation),
        duties=_duties(reader, table, place, actors),
        finance=reader.choice(table, "finance", place, Finance),
        answers=reader.ids(table, "answers", place, heard),
        level_reasons=_level_reasons(reader, table, place),
        where=fields_found_at(reader, table, place),
        **fields,
    )


def _people(reader: Reader, table: Table, key: str, place: str, actors: Mapping[str, Actor]) -> Actors:
    ids = reader.ids(table, key, place, actors)
    return ids if isinstance(ids, NotStated) else tuple(actors.get(id, Actor()) for id in ids)


def _others(
    reader: Reader, table: Table, key: str, place: str, proposals: Collection[str]
) -> tuple[str, ...] | NotStated:
    """Other proposals by their ids."""
    ids = reader.ids(table, key, place, proposals)
    if not isinstance(ids, NotStated) and table.get("id") in ids:
        reader.fault(place, key, "the proposal's own id", "ids of other proposals")
    return ids


def _level_reasons(reader: Reader, table: Table, place: str) -> tuple[LevelReason, ...]:
    known = {reason.value: reason for reason in LevelReason}
    given = reader.ids(table, "level_reasons", place, known)
    return () if isinstance(given, NotStated) else tuple(known[word] for word in given if word in known)


def _duties(
    reader: Reader, table: Table, place: str, actors: Mapping[str, Actor]
) -> tuple[Duty, ...] | NotStated:
    tables = reader.tables(table, "duties", place)
    if isinstance(tables, NotStated):
        return NOT_STATED
    return tuple(_duty(reader, each, f"{place}, duties[{n}]", actors) for n, each in enumerate(tables, 1))


def _duty(reader: Reader, table: Table, place: str, actors: Mapping[str, Actor]) -> Duty:
    place = place_of(table, place)
    reader.unknown(table, KEYS["duties"], place)
    return Duty(
        text=reader.text(table, "text", place),
        on=_people(reader, table, "on", place, actors),
        age=reader.choice(table, "age", place, Age),
        costing=reader.choice(table, "costing", place, Costing),
        funding=reader.choice(table, "funding", place, Funding),
        where=found_at(reader, table, "duties", place),
        funded_for=reader.choice(table, "funded_for", place, Span),
        work=reader.choice(table, "work", place, Work),
    )
