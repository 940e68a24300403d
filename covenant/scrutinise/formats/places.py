"""Where something stands: in the file that somebody filled in, and in the source that they coded."""

from __future__ import annotations

from typing import Any

from covenant.scrutinise.formats.faults import Reader, Table
from covenant.scrutinise.formats.keys import PLACED
from covenant.scrutinise.programme import NOT_STATED, NotStated

LONGEST_WHERE = 1_000


class Row(dict[str, Any]):
    """A table that was a row of a spreadsheet, with its place as a person sees it."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


def place_of(table: Table, otherwise: str) -> str:
    """Where a table stands in the file: its row in a spreadsheet, or else what it is called."""
    return table.place if isinstance(table, Row) else otherwise


def found_at(reader: Reader, table: Table, name: str, place: str) -> str | NotStated:
    """Where the source says what a table holds: one text, which names the fields if they are told apart."""
    if not isinstance(table.get("where"), dict):
        return reader.text(table, "where", place, LONGEST_WHERE)
    pairs = _pairs(reader, table, name, place)
    words = "; ".join(f"{key}: {where}" for key, where in pairs)
    if len(words) > LONGEST_WHERE:
        reader.fault(place, "where", f"{len(words):,} letters in all", f"at most {LONGEST_WHERE:,}")
    return words or NOT_STATED


def _pairs(reader: Reader, table: Table, name: str, place: str) -> tuple[tuple[str, str], ...]:
    where, within = reader.table(table, "where", place), f"{place}, where"
    reader.unknown(where, PLACED[name], within)
    return tuple(
        (key, reader.required(where, key, within, LONGEST_WHERE)) for key in PLACED[name] if key in where
    )


def fields_found_at(reader: Reader, table: Table, place: str) -> tuple[tuple[str, str], ...]:
    """Where the source says each field of a proposal: one text is for every field that is stated."""
    if isinstance(table.get("where", {}), dict):
        return _pairs(reader, table, "proposals", place)
    where = reader.text(table, "where", place, LONGEST_WHERE)
    if isinstance(where, NotStated):
        return ()
    silent = NOT_STATED.value
    return tuple((key, where) for key in PLACED["proposals"] if table.get(key, silent) != silent)
