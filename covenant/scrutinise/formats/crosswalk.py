"""Reads what earlier documents held, and finds what a programme has not been set beside yet.

The format is documented in docs/standard/lineage.md; `KEYS` is what that page is held to. No rule reads it: a
programme's own `lineage` says what it makes of each item.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

from covenant.scrutinise.formats.faults import Reader, Table
from covenant.scrutinise.formats.readings import plain
from covenant.scrutinise.formats.shown import shown
from covenant.scrutinise.programme import NOT_STATED, Inherited, NotStated

FORMAT = "covenant-lineage/1"
KEYS: dict[str, tuple[str, ...]] = {
    "file": ("format", "documents"),
    "documents": ("id", "year", "title", "by", "sources", "unknown", "items"),
    "items": ("id", "theme", "text", "source", "mark"),
}
MOST_SOURCES = 50


class Mark(Enum):
    """How far a fact about an earlier document can be relied on."""

    READ = "read in a source"
    MEMORY = "from memory"  # check before quoting


@dataclass(frozen=True)
class EarlierItem:
    """Something that an earlier document held, in words of our own; `id` is once in the whole crosswalk."""

    id: str
    theme: str | NotStated
    text: str
    source: str | NotStated = NOT_STATED
    mark: Mark = Mark.MEMORY


@dataclass(frozen=True)
class EarlierDocument:
    """A document that later ones build on, drop or answer; `unknown` says what is not known of it here."""

    id: str
    year: int
    title: str
    by: str | NotStated
    items: tuple[EarlierItem, ...]
    sources: tuple[str, ...] = ()
    unknown: str | NotStated = NOT_STATED


def read_crosswalk(path: Path | None = None) -> tuple[EarlierDocument, ...]:
    """Read the house's crosswalk, or a file's, oldest first. Raises FaultyFile with every fault in it."""
    reader = Reader(path or Path("lineage.toml"))
    file: Table
    if path is None:
        house = resources.files("covenant.scrutinise").joinpath("lineage.toml").read_text(encoding="utf-8")
        file = tomllib.loads(house)
    else:
        file = reader.parse()
    reader.unknown(file, KEYS["file"], "")
    if file.get("format") != FORMAT:
        reader.fault("", "format", shown(file.get("format")), repr(FORMAT))
    tables = reader.tables(file, "documents", "")
    documents = [
        _document(reader, number, table)
        for number, table in enumerate(() if isinstance(tables, NotStated) else tables, start=1)
    ]
    if not documents and not reader.faults:
        reader.fault("", "documents", "none", "at least one [[documents]] table")
    _once(reader, "documents", [document.id for document in documents])
    _once(reader, "items", [item.id for document in documents for item in document.items])
    reader.stop_at_faults()
    return tuple(sorted(documents, key=lambda document: document.year))


def unanswered(
    documents: Sequence[EarlierDocument],
    programme_year: int,
    rows: Collection[Inherited] | NotStated,
) -> tuple[EarlierDocument, ...]:
    """The items of earlier documents of which a programme's lineage says nothing at all.

    Civic meaning: nobody has looked yet whether the programme takes these up, so nothing follows from it: the
    words for it are "not looked for yet".

    Parameters
    ----------
    documents : as `read_crosswalk` gives them.
    programme_year : only documents of the years before it are earlier.
    rows : the programme's lineage, which names a document and an item by their ids.

    Returns
    -------
    tuple of EarlierDocument
        Each with those of its items that have no row, whatever a row's relation; none without any.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> pumps = EarlierItem("pumps", "water", "A pump each.")
    >>> reeds = EarlierItem("reeds", "water", "Cut the reeds.")
    >>> plan = EarlierDocument("plan", 2031, "The Plan", "the parish", (pumps, reeds))
    >>> found = unanswered([plan], 2040, [Inherited("pumps", "plan", "A pump each.")])
    >>> [(document.id, item.id) for document in found for item in document.items]
    [('plan', 'reeds')]
    """
    looked_for = set() if isinstance(rows, NotStated) else {(row.document, row.item) for row in rows}
    left = [
        replace(
            document,
            items=tuple(item for item in document.items if (document.id, item.id) not in looked_for),
        )
        for document in documents
        if document.year < programme_year
    ]
    return tuple(document for document in left if document.items)


def as_json(documents: Sequence[EarlierDocument]) -> dict[str, Any]:
    """Write a crosswalk as plain data for `json.dumps`, with the keys of the file.

    >>> as_json([EarlierDocument("plan", 2031, "The Plan", NOT_STATED, ())])["documents"][0]["by"]
    'not stated'
    """
    return {"format": FORMAT, "documents": [plain(document) for document in documents]}


def _document(reader: Reader, number: int, table: Table) -> EarlierDocument:
    id = table.get("id")
    place = f"documents[{number}]" + (f" ({id})" if isinstance(id, str) and len(id) <= 60 else "")
    reader.unknown(table, KEYS["documents"], place)
    tables = reader.tables(table, "items", place)
    sources = _sources(reader, table, place)
    return EarlierDocument(
        reader.required(table, "id", place, 60),
        _year(reader, table, place),
        reader.required(table, "title", place, 500),
        reader.text(table, "by", place, 500),
        tuple(
            _item(reader, f"{place}, items[{n}]", found, bool(sources))
            for n, found in enumerate(() if isinstance(tables, NotStated) else tables, start=1)
        ),
        sources,
        reader.text(table, "unknown", place),
    )


def _item(reader: Reader, place: str, table: Table, has_sources: bool) -> EarlierItem:
    reader.unknown(table, KEYS["items"], place)
    mark = reader.choice(table, "mark", place, Mark)
    source = reader.text(table, "source", place, 500)
    if mark is Mark.READ and isinstance(source, NotStated) and not has_sources:
        reader.fault(
            place, "mark", repr(mark.value), "a source of the item or its document, or 'from memory'"
        )
    return EarlierItem(
        reader.required(table, "id", place, 60),
        reader.text(table, "theme", place, 200),
        reader.required(table, "text", place),
        source,
        Mark.MEMORY if isinstance(mark, NotStated) else mark,
    )


def _year(reader: Reader, table: Table, place: str) -> int:
    year = table.get("year")
    if isinstance(year, int) and not isinstance(year, bool) and 1000 <= year <= 9999:
        return year
    reader.fault(place, "year", shown(year), "a year of four digits")
    return 1000


def _sources(reader: Reader, table: Table, place: str) -> tuple[str, ...]:
    value = table.get("sources", [])
    if not isinstance(value, list) or len(value) > MOST_SOURCES:
        reader.fault(place, "sources", shown(value), f"a list of at most {MOST_SOURCES} texts")
        return ()
    numbered = {f"sources[{n}]": source for n, source in enumerate(value, start=1)}
    return tuple(reader.required(numbered, key, place, 500) for key in numbered)


def _once(reader: Reader, place: str, ids: Sequence[str]) -> None:
    for id, times in Counter(ids).items():
        if id and times > 1:
            reader.fault(place, "id", f"{shown(id)} {times} times", "each id once")
