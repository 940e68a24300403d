"""Reads a table row by row, within bounds, and says where it is wrong: file, row, column."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NoReturn

# A file larger than any real one is refused before it can cost time or memory.
MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 40_000_000, 200_000, 200, 2_000
MOST_FIGURE = 1_000_000_000
NOT_STATED = frozenset(["", "..", "nan", "NaN", "NA", "-", ":", "[x]", "not stated"])
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,40})?(e-?\d{1,2})?", re.ASCII)
_GSS = re.compile(r"[A-Z][0-9]{8}")


class BadFile(Exception):
    """A file that cannot be used: where it is wrong, in one line."""


def fault(file: str, where: str, found: str, expected: str) -> NoReturn:
    """Refuse a file with one line."""
    said = f"{file}: {where + ': ' if where else ''}found {found}; expected {expected}"
    raise BadFile("".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in said))


def shown(value: object) -> str:
    """A value as a fault shows it.

    >>> shown("x" * 50)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"
    """
    text = str(value)
    return repr(text[:40] + ("..." if len(text) > 40 else ""))


def content(path: Path) -> tuple[bytes, str]:
    """The bytes of a file, unpacked where it is packed, and the SHA-256 of the file as it stands."""
    try:
        if path.exists() and not path.is_file():
            fault(path.name, "", "no regular file", "a file")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        data = raw
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as packed:
                data = packed.read(MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        fault(path.name, "", "a damaged gzip file", "a whole one")
    except OSError as error:
        fault(path.name, "", f"a file that cannot be read ({error.strerror or error})", "a file")
    except ValueError:
        fault(repr(str(path)), "", "a path that no file can have", "a file")
    if max(len(raw), len(data)) > MOST_BYTES:
        fault(path.name, "", f"more than {MOST_BYTES:,} bytes", f"at most {MOST_BYTES:,}")
    return data, hashlib.sha256(raw).hexdigest()


def text_of(path: Path, data: bytes) -> str:
    """UTF-8 text, without a byte-order mark and without NUL."""
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        fault(path.name, f"row {row}", "a NUL byte", "text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        fault(path.name, f"row {row}", "bytes that are not UTF-8", "UTF-8 text")


class Row:
    """One row: values by column, each checked as it is taken."""

    __slots__ = ("_cells", "file", "number")

    def __init__(self, file: str, number: int, cells: dict[str, str]) -> None:
        self.file, self.number, self._cells = file, number, cells

    def bad(self, column: str, found: str, expected: str) -> NoReturn:
        fault(self.file, f"row {self.number}, column {column}", found, expected)

    def raw(self, column: str) -> str:
        if column not in self._cells:
            fault(self.file, "row 1", f"no column {shown(column)}", "every column that such a file has")
        return self._cells[column].strip()

    def text(self, column: str, most: int = 300, *, needed: bool = False) -> str:
        """A text on one line; empty where it is not stated."""
        value = " ".join(self.raw(column).split())
        if needed and value in NOT_STATED:
            self.bad(column, "nothing", "a text")
        if len(value) > most:
            self.bad(column, f"{len(value):,} letters", f"at most {most:,}")
        if not value.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in value):
            self.bad(column, f"{shown(value)} with control characters", "a text without them")
        return "" if value in NOT_STATED else value

    def gss(self, column: str, *, needed: bool = True) -> str:
        """A code of the Office for National Statistics."""
        value = self.raw(column)
        if value in NOT_STATED and not needed:
            return ""
        if not _GSS.fullmatch(value):
            self.bad(column, shown(value), "a code of a capital letter and eight figures, such as E06000001")
        return value

    def number_text(self, column: str) -> str:
        """A number as it is written; empty where it is not stated, which is not nought."""
        value = self.raw(column)
        if value in NOT_STATED:
            return ""
        if not _NUMBER.fullmatch(value):
            self.bad(column, shown(value), "a number such as 1234.5, or '..' where it is not stated")
        return value

    def figure(self, column: str, low: int = -MOST_FIGURE, high: int = MOST_FIGURE) -> str:
        """A number within bounds, as it is written; empty where it is not stated."""
        value = self.number_text(column)
        if value and not low <= Decimal(value) <= high:
            self.bad(column, shown(value), f"a number from {low:,} to {high:,}")
        return value

    def whole(self, column: str) -> int | None:
        value = self.figure(column, 0)
        if value and Decimal(value) % 1:
            self.bad(column, shown(value), "a whole number")
        return int(Decimal(value)) if value else None

    def pence(self, column: str, unit: int, most: int) -> int | None:
        """A sum that is written in pounds, thousands or millions; at most so many of them."""
        value = self.number_text(column)
        if not value:
            return None
        sum_ = Decimal(value)
        if abs(sum_) > most:
            told = {1: "pounds", 1000: "thousands of pounds", 1_000_000: "millions of pounds"}[unit]
            self.bad(column, shown(value), f"at most {most:,} {told}: is the file in another unit?")
        return int((sum_ * unit * 100).to_integral_value(ROUND_HALF_UP))


class Table:
    """A CSV file, plain or packed with gzip, whose columns are known."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        data, self.sha256 = content(path)
        csv.field_size_limit(MOST_LETTERS * 50)  # it is the whole process's: others may have set it
        self._reader = csv.reader(io.StringIO(text_of(path, data), newline=""))
        try:
            self.columns = [cell.strip() for cell in next(self._reader, [])]
        except csv.Error as error:
            fault(self.file, "row 1", f"no CSV ({error})", "a row of column names")
        if not any(self.columns):
            fault(self.file, "row 1", "nothing", "a row of column names")
        if len(self.columns) > MOST_COLUMNS:
            fault(self.file, "row 1", f"{len(self.columns):,} columns", f"at most {MOST_COLUMNS}")
        twice = next((name for name in self.columns if name and self.columns.count(name) > 1), None)
        if twice:
            fault(self.file, "row 1", f"the column {shown(twice)} twice", "each column once")
        self.n = 0

    def has(self, columns: Collection[str]) -> bool:
        return set(columns) <= set(self.columns)

    def __iter__(self) -> Iterator[Row]:
        width = len(self.columns)
        try:
            for number, cells in enumerate(self._reader, 2):
                if number > MOST_ROWS + 1:
                    fault(self.file, f"row {number:,}", "more rows", f"at most {MOST_ROWS:,}")
                if not cells:
                    continue
                if len(cells) != width:
                    fault(self.file, f"row {number}", f"{len(cells)} cells", f"{width}, as in the first row")
                if max(map(len, cells)) > MOST_LETTERS * 10:
                    fault(self.file, f"row {number}", "a cell of endless length", "shorter ones")
                self.n += 1
                yield Row(self.file, number, dict(zip(self.columns, cells, strict=True)))
        except csv.Error as error:
            fault(self.file, f"row {self.n + 2}", f"no CSV ({error})", "a row of cells")
