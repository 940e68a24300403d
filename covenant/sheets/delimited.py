"""The rows of a CSV file, with a comma, a semicolon or a tab between the cells."""

from __future__ import annotations

import csv
import io
import re

from covenant.sheets.types import MOST_ROWS, Grid, Keeper, Odd, plain

LONGEST_CELL = 32_767
_BEGINS_A_FORMULA = re.compile(r"'*[=+\-@]")
SAVE = 'UTF-8 text: save it as "CSV UTF-8"'


def read_csv(reader: Keeper, name: str, file: str, content: bytes) -> Grid:
    """The rows of a CSV file that hold anything; faults call them those of `name`, and the whole `file`."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        reader.stop(file, "", "UTF-16 text", SAVE)
    if 0 in content:
        reader.stop(file, f"byte {content.index(0) + 1}", "a null byte", "a CSV file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reader.stop(file, f"line {line}", "bytes that are not UTF-8", SAVE)
    grid: Grid = []
    number = 0
    csv.field_size_limit(4 * LONGEST_CELL)  # it is the whole process's: others may have set it
    rows = csv.reader(io.StringIO(text, ""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(rows, start=1):
            filled = {column: _read(cell) for column, cell in enumerate(cells) if cell and not cell.isspace()}
            if filled:
                grid.append((number, filled))
            if len(grid) > MOST_ROWS + 1:
                reader.stop(name, f"row {number}", f"more than {MOST_ROWS:,} rows", "no more in one sheet")
    except csv.Error as error:
        reader.stop(f"{name}, row {number + 1}", "", f"no valid CSV: {plain(str(error))}", "CSV")
    return grid


def _delimiter(text: str) -> str:
    """What stands between the cells: what parts the first row into most of them."""
    first = next((line for line in io.StringIO(text[:100_000], "") if line.strip()), "")
    return max(",;\t", key=lambda each: len(next(csv.reader([first], delimiter=each), ())))


def _read(cell: str) -> str | Odd:
    if len(cell) > LONGEST_CELL:
        return Odd(f"a text of {len(cell):,} letters", f"at most {LONGEST_CELL:,}")
    return cell[1:] if cell.startswith("'") and _BEGINS_A_FORMULA.match(cell) else cell


def csv_of(rows: list[list[str]]) -> bytes:
    """Rows as a CSV file that a spreadsheet opens without taking any cell for a formula.

    A cell that would begin one gets an apostrophe before it, which reading takes away again.

    >>> csv_of([["id", "text"], ["1", "=1+1"], ["2", "well; pump"]])
    b"\\xef\\xbb\\xbfid,text\\r\\n1,'=1+1\\r\\n2,well; pump\\r\\n"
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerows([("'" if _BEGINS_A_FORMULA.match(cell) else "") + cell for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
