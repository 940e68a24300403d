"""The sheets of a programme in a spreadsheet, taken to the tables of a programme file and back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from covenant.scrutinise.formats.faults import MEANING, MOST_IN_ALL, NONE, Reader, Table
from covenant.scrutinise.formats.keys import DAYS, FORMAT, KEYS, LISTS, PEOPLE, PLACED
from covenant.scrutinise.formats.places import LONGEST_WHERE, Row
from covenant.sheets.package import WORKBOOK
from covenant.sheets.types import Cells, Grid, Odd, letters
from covenant.sheets.workbook import SheetName, Workbook

SHEETS: dict[str, tuple[str, ...]] = {
    "programme": ("format", *KEYS["programme"], "ends", "heard", "lineage"),
    "coding": KEYS["coding"],
    "ends": KEYS["ends"],
    "actors": ("id", *KEYS["actors"]),
    "proposals": KEYS["proposals"],
    "duties": ("proposal", *KEYS["duties"]),
    "heard": KEYS["heard"],
    "lineage": KEYS["lineage"],
    "where": ("table", "id", "field", "where"),
}
MOST_COLUMNS = 200
_LISTED = ("ends", "heard", "lineage")  # tables of which the sheet `programme` can say that there are none


def read_workbook(reader: Reader, content: bytes) -> dict[str, Grid]:
    """The rows of each sheet of a programme, out of a workbook's bytes.

    Raises
    ------
    FaultyFile
        Where the workbook cannot be read whole and within bounds. What is wrong with one cell is left to
        those who know its header: the cell holds an `Odd`.
    """
    book = Workbook(reader, content)
    chosen: dict[str, SheetName] = {}
    for sheet in book.sheets:
        name, place = sheet.written.strip().lower(), f"sheet {sheet.written[:60]!r}"
        if not sheet.is_visible:
            reader.fault(place, "", "a hidden sheet", "sheets that can be seen: show or delete it")
        elif name not in SHEETS:
            reader.fault(place, "", "an unknown sheet", reader.one_of(name[:99], SHEETS))
        elif name in chosen:
            reader.fault(place, "", "a second sheet of this name", "each sheet once")
        elif not sheet.is_there:
            reader.stop(place, "", "a sheet whose part is missing", WORKBOOK)
        else:
            chosen[name] = sheet
    return {name: book.rows(sheet, name) for name, sheet in chosen.items()}


def tables_from(reader: Reader, grids: Mapping[str, Grid], title: str) -> Table:
    """The tables of a programme file, out of its sheets; what is wrong with a cell is kept by the reader.

    Parameters
    ----------
    grids : the rows of each sheet, by the sheet's name.
    title : what the programme is called where there is no sheet `programme`: its file's name.
    """
    rows = {name: _rows(reader, name, grids.get(name, [])) for name in SHEETS}
    file: dict[str, Any] = {"format": FORMAT, "programme": {"title": title}}
    for name in ("programme", "coding"):
        if rows[name]:
            file[name] = rows[name][0]
        for row in rows[name][1:]:
            reader.fault(row.place, "", "a further row", "one row under the header")
    _head(reader, file, rows)
    proposals, duties = rows["proposals"], rows["duties"]
    numbered = _duties(reader, proposals, duties)
    file["actors"] = _actors(reader, rows, "actors" in grids)
    named = {
        "ends": {str(number): row for number, row in enumerate(rows["ends"], start=1)},
        "actors": {id: row for id, row in file["actors"].items() if isinstance(row, Row)},
        "proposals": _by_id(proposals),
        "duties": numbered,
        "heard": _by_id(rows["heard"]),
        "lineage": {str(number): row for number, row in enumerate(rows["lineage"], start=1)},
    }
    _wheres(reader, rows["where"], named)
    if proposals:
        file["proposals"] = proposals
    return file


def _rows(reader: Reader, name: str, grid: Grid) -> list[Row]:
    """The rows of a sheet under its header, each cell under its key."""
    if not grid:
        return []
    (top, header), *below = grid
    place = f"{name}, row {top}"
    if header and max(header) >= MOST_COLUMNS:
        reader.stop(place, f"column {letters(max(header))}", "a value", f"at most {MOST_COLUMNS} columns")
    keys: dict[int, str] = {}
    for column, value in sorted(header.items()):
        key = re.sub(r"\s+", "_", str(value).strip().lower()) if isinstance(value, str) else ""
        at = f"column {letters(column)}"
        if key in keys.values():
            reader.fault(place, at, f"{key!r} a second time", "each header once")
        elif key not in SHEETS[name]:
            shown = value.found if isinstance(value, Odd) else repr(str(value)[:60])
            reader.fault(place, at, f"the header {shown}", reader.one_of(key[:99], SHEETS[name]))
        else:
            keys[column] = key
    reader.columns[name] = {key: f"column {letters(column)} ({key})" for column, key in keys.items()}
    return [_row(reader, name, number, cells, keys, set(header)) for number, cells in below]


def _row(
    reader: Reader, name: str, number: int, cells: Cells, keys: Mapping[int, str], headed: set[int]
) -> Row:
    row = Row(f"{name}, row {number}")
    beyond = sorted(set(cells) - headed)
    if beyond:
        found = f"a value in column {letters(beyond[0])}, which has no header"
        reader.fault(row.place, "", found, "values only under headers")
    for column, key in keys.items():
        value = cells.get(column)
        if isinstance(value, Odd):
            reader.fault(row.place, key, value.found, value.expected)
        elif (taken := _taken(key, value)) is not None:
            row[key] = taken
    return row


def _taken(key: str, value: Any) -> Any:
    """A cell as a programme file would have it; None where it is empty. "None" is taken for "none" here."""
    if isinstance(value, datetime.date):
        days = key in ("date", "as_of", "review_due", "last_review", *DAYS)
        return value if days else _taken(key, value.isoformat())
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value if key == "n" else _taken(key, str(value))
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    if text.lower() in MEANING:
        return text.lower()
    if key == "n" and re.fullmatch(r"[0-9]{1,12}", text):
        return int(text)
    if key in LISTS:
        return [word.strip() for word in text.split(";") if word.strip()]
    return text


def _head(reader: Reader, file: dict[str, Any], rows: Mapping[str, list[Row]]) -> None:
    """What the sheet `programme` says of the file: its format, and of which tables there are none."""
    head = file["programme"]
    if isinstance(head, Row):
        file["format"] = head.pop("format", None)
    for name in _LISTED:
        said = head.pop(name, MEANING[1])
        if said not in MEANING:
            reader.fault(head.place, name, repr(str(said)[:60]), f"'none', or rows in the sheet {name!r}")
        if rows[name]:
            file[name] = rows[name]
            if said == NONE:
                reader.fault(head.place, name, f"'none', and rows in the sheet {name!r}", "one of the two")
        else:
            file[name] = said


def _by_id(rows: list[Row]) -> dict[str, Row]:
    return {row["id"]: row for row in rows if isinstance(row.get("id"), str)}


def _duties(reader: Reader, proposals: list[Row], duties: list[Row]) -> dict[str, Row]:
    """Put each duty into its proposal; each of them by its proposal's id and its number there."""
    by_id = _by_id(proposals)
    for row in proposals:
        if (said := row.get("duties", NONE)) not in MEANING:
            reader.fault(row.place, "duties", repr(str(said)[:60]), "'none', or rows in the sheet 'duties'")
            del row["duties"]
    numbered: dict[str, Row] = {}
    of: dict[str, list[Row]] = {}
    for duty in duties:
        id = duty.pop("proposal", None)
        if not isinstance(id, str) or id not in by_id:
            found = "nothing" if id is None else f"{str(id)[:60]!r}, which is no proposal's id"
            reader.fault(duty.place, "proposal", found, reader.one_of(str(id)[:99], by_id))
            continue
        of.setdefault(id, []).append(duty)
        numbered[f"{id}/{len(of[id])}"] = duty
    for id, own in of.items():
        if by_id[id].get("duties") == NONE:
            reader.fault(
                by_id[id].place, "duties", "'none', and rows in the sheet 'duties'", "one of the two"
            )
        else:
            by_id[id]["duties"] = own
    return numbered


def _actors(reader: Reader, rows: Mapping[str, list[Row]], declared: bool) -> dict[str, Table]:
    """Actors by their ids. Without a sheet of them, each word for one is a name, and nothing else is said."""
    actors: dict[str, Table] = {}
    if not declared:
        return {name: {"name": name} for name in _names(rows) if name not in ("unnamed", "")}
    for row in rows["actors"]:
        id = row.pop("id", None)
        if not isinstance(id, str):
            reader.fault(row.place, "id", "nothing", "an id, by which proposals speak of this actor")
        elif id in actors:
            reader.fault(row.place, "id", f"{id[:60]!r} once more", "each of them once")
        else:
            actors[id] = row
    return actors


def _names(rows: Mapping[str, list[Row]]) -> dict[str, None]:
    """Every word in a cell that lists actors, in the order in which they stand there."""
    cells = [(row, PEOPLE) for row in rows["proposals"]] + [(row, ("on",)) for row in rows["duties"]]
    found = (row[key] for row, keys in cells for key in keys if isinstance(row.get(key), list))
    return dict.fromkeys(name for names in found for name in names[:MOST_IN_ALL])


def _wheres(reader: Reader, rows: list[Row], named: Mapping[str, Mapping[str, Row]]) -> None:
    """Put into each row where the source says its fields, one by one."""
    whole = {id(row): row["where"] for table in named.values() for row in table.values() if "where" in row}
    for row in rows:
        name, field = str(row.get("table")), str(row.get("field"))
        if name not in named:
            reader.fault(row.place, "table", repr(name[:60]), reader.one_of(name[:99], named))
            continue
        about = named[name].get(row.get("id", ""))
        if about is None:
            found = f"{str(row.get('id', ''))[:60]!r}, which is in no row of the sheet {name!r}"
            reader.fault(row.place, "id", found, reader.one_of(str(row.get("id"))[:99], named[name]))
        elif field not in PLACED[name]:
            reader.fault(row.place, "field", repr(field[:60]), reader.one_of(field[:99], PLACED[name]))
        elif id(about) in whole:
            reader.fault(
                row.place, "where", f"a place, and one for the whole row of {name!r}", "one of the two"
            )
        elif field in (places := about.setdefault("where", {})):
            reader.fault(row.place, "field", f"{field!r} of this once more", "each of them once")
        elif place := reader.required(row, "where", row.place, LONGEST_WHERE):
            places[field] = place


def grids_of(file: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """The sheets of a programme, each with its header first, out of the tables of a programme file.

    >>> wells = {"title": "Wells"}
    >>> grids = grids_of({"format": "f", "programme": wells, "proposals": [{"id": "1", "owner": ["a", "b"]}]})
    >>> grids["proposals"][0].index("owner"), [cell for cell in grids["proposals"][1] if cell]
    (23, ['1', 'a; b'])
    """
    rows: dict[str, list[Table]] = {name: [] for name in SHEETS}
    nothing = {name: NONE for name in _LISTED if file.get(name) == NONE}
    rows["programme"] = [{"format": file["format"], **file["programme"], **nothing}]
    if file.get("coding"):
        rows["coding"] = [file["coding"]]
    rows["actors"] = [{"id": id, **table} for id, table in file.get("actors", {}).items()]
    for name in ("ends", "proposals", "heard", "lineage"):
        rows[name] = list(file[name]) if file.get(name, NONE) != NONE else []
    for proposal in rows["proposals"]:
        if proposal.get("duties", NONE) != NONE:
            rows["duties"] += [{"proposal": proposal["id"], **duty} for duty in proposal["duties"]]
        if isinstance(places := proposal.get("where"), dict):
            about = {"table": "proposals", "id": proposal["id"]}
            rows["where"] += [{**about, "field": key, "where": place} for key, place in places.items()]
    return {
        name: [list(keys), *([_written(table.get(key)) for key in keys] for table in rows[name])]
        for name, keys in SHEETS.items()
    }


def _written(value: Any) -> str:
    if value is None or isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
        return ""  # what has rows of its own elsewhere
    return "; ".join(value) if isinstance(value, list) else str(value)
