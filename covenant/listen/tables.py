"""CSV files that other people's programs wrote: read strictly, and every fault named by file, row and
column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TRUE = {"1", "true", "t", "yes"}
FALSE = {"", "0", "false", "f", "no"}
LARGEST_CELL = 10_000_000


def plain(text: str) -> str:
    """One line that a terminal shows as it is."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


class FormatError(ValueError):
    """What is wrong with a file, where, and in plain English."""

    def __init__(self, file: str, problem: str, *, row: int | None = None, column: str | None = None) -> None:
        column = plain(column) if column is not None else None
        self.file, self.row, self.column, self.problem = file, row, column, problem
        place = plain(file)
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {problem}")


@dataclass(frozen=True)
class Table:
    """A CSV file as text: its header, and its rows with the line on which each begins."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def find(self, *names: str) -> int | None:
        """The place of a column under any of its names."""
        return next((self.header.index(name) for name in names if name in self.header), None)

    def need(self, *names: str) -> int:
        at = self.find(*names)
        if at is None:
            raise FormatError(self.file, "this column is missing", row=1, column=names[0])
        return at

    def fault(self, row: int, at: int, problem: str) -> FormatError:
        return FormatError(self.file, problem, row=row, column=self.header[at])


def _text(path: Path) -> str:
    """The file as text, whatever its byte-order mark says."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FormatError(path.name, f"this file is not in the folder {path.parent.name}") from None
    except OSError as error:
        raise FormatError(path.name, f"this file cannot be read: {error.strerror}") from None
    if not raw.strip():
        raise FormatError(path.name, "this file is empty", row=1)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise FormatError(path.name, "this is not a text file", row=1) from None
    if (at := raw.find(b"\0")) >= 0:
        raise FormatError(path.name, "this is not a text file", row=raw.count(b"\n", 0, at) + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise FormatError(path.name, "this is not a text file in UTF-8", row=row) from None


def records(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record and the line on which it begins. A record may hold line breaks."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FormatError(path.name, f"this line cannot be read as CSV ({error})", row=line) from None
        if any(cell.strip() for cell in record):
            yield line, tuple(record)
        line = reader.line_num + 1


def read_table(path: Path) -> Table:
    lines = records(path)
    first = next(lines, None)
    if first is None:
        raise FormatError(path.name, "this file is empty", row=1)
    header = tuple(name.strip().lower() for name in first[1])
    for at, name in enumerate(header):
        if name and name in header[:at]:
            raise FormatError(path.name, "this column is there twice", row=first[0], column=name)
    table: list[tuple[int, tuple[str, ...]]] = []
    for line, record in lines:
        if tuple(cell.strip().lower() for cell in record) == header:
            raise FormatError(path.name, "the header is repeated here", row=line, column=header[0])
        if len(record) != len(header):
            at = min(len(record), len(header) - 1)
            problem = f"this row has {len(record)} cells and the header {len(header)}"
            raise FormatError(path.name, problem, row=line, column=header[at])
        table.append((line, record))
    return Table(path.name, header, tuple(table))


def whole(table: Table, row: int, at: int, text: str) -> int:
    """A whole number; `3.0` is one too, as spreadsheets write it."""
    try:
        return int(text.replace("_", "no"))  # Python would read 1_000
    except ValueError:
        pass
    try:
        value = float(text.replace("_", "no"))
    except ValueError:
        value = float("nan")
    if not value.is_integer() or abs(value) > 2**53:
        raise table.fault(row, at, f"{quoted(text)} is not a whole number")
    return int(value)


def quoted(text: str) -> str:
    short = plain(text)
    return f"'{short[:40]}…'" if len(short) > 40 else f"'{short}'"


def identity(table: Table, row: int, at: int, text: str) -> str:
    number = whole(table, row, at, text.strip())
    if number < 0:
        raise table.fault(row, at, f"{quoted(text)} is not an id: ids are whole numbers from 0")
    return str(number)


def vote_value(table: Table, row: int, at: int, text: str) -> int:
    vote = whole(table, row, at, text.strip())
    if vote not in (-1, 0, 1):
        raise table.fault(row, at, f"{quoted(text)} is not a vote: 1 is agree, 0 pass and -1 disagree")
    return vote


def flag(table: Table, row: int, at: int | None, record: tuple[str, ...]) -> bool:
    text = record[at].strip().lower() if at is not None else ""
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise table.fault(row, at or 0, f"{quoted(text)} is neither true nor false")


def milliseconds(table: Table, row: int, at: int, text: str) -> int:
    """Older exports write milliseconds, newer ones seconds: below 10^11 it is seconds (until the year
    5138).
    """
    stamp = whole(table, row, at, text.strip())
    if not 0 <= stamp < 10**14:
        raise table.fault(row, at, f"{quoted(text)} is not a time")
    return stamp if stamp >= 10**11 else stamp * 1000
