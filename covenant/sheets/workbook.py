"""The sheets of an .xlsx workbook, read within bounds of time and memory.

The libraries for it take a workbook as it comes: a few kilobytes make them claim gigabytes or minutes (see
docs/adr/0011). This takes texts, numbers, days and truth values out of sheets, and no more.
Formulas are refused, never worked out; nothing outside the file is ever looked at.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from covenant.sheets.package import Package, Refused
from covenant.sheets.types import MOST_ROWS, Grid, Keeper, Odd, letters, plain

LONGEST_CELL, LAST_COLUMN = 32_767, 16_384
_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_AT = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
SPELT_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class SheetName:
    """A sheet as the workbook names it, and the part that holds it."""

    written: str
    part: str
    is_visible: bool
    is_there: bool


class Workbook:
    """A workbook out of its bytes.

    Raises
    ------
    What `reader.stop` raises, where the workbook cannot be read whole and within bounds. What is wrong with
    one cell is left to those who know its heading: the cell holds an `Odd`.
    """

    def __init__(self, reader: Keeper, content: bytes) -> None:
        self.package = Package(reader, content)
        self.sheets, self._epoch = _sheets(self.package)
        self._strings, self._days = _strings(self.package), _days(self.package)

    def rows(self, sheet: SheetName, name: str) -> Grid:
        """The rows of a sheet that hold anything; faults call it `name`."""
        found = Sheet(self.package, name, self._strings, self._days, self._epoch)
        self.package.read(sheet.part, found.start, found.end, found.text)
        return found.grid


def _main(tag: str) -> str:
    space, _, name = tag.rpartition(" ")
    return name if space in _MAIN else ""


def _sheets(package: Package) -> tuple[list[SheetName], datetime.date]:
    """The sheets, and the day before the first one of the workbook's calendar."""
    targets, named = {}, []
    epoch = datetime.date(1899, 12, 30)

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_PACKAGE} Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        nonlocal epoch
        if _main(tag) == "sheet":
            id = next((attributes[key] for space in _RELATIONS if (key := f"{space} id") in attributes), "")
            named.append((attributes.get("name", ""), id, attributes.get("state", "visible")))
        elif _main(tag) == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            epoch = datetime.date(1904, 1, 1)

    package.read("xl/_rels/workbook.xml.rels", relation)
    package.read("xl/workbook.xml", sheet)
    found = []
    for written, id, state in named:
        part = posixpath.normpath(posixpath.join("/xl", targets.get(id, ""))).lstrip("/")
        found.append(SheetName(written, part, state == "visible", part in package.parts))
    return found, epoch


def _strings(package: Package) -> list[str]:
    """The texts that cells share."""
    strings: list[str] = []
    pieces: list[str] = []
    inside, beside = False, 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, beside
        name = _main(tag)
        if name == "si":
            pieces.clear()
        beside += name == "rPh"  # how a text is pronounced
        inside = name == "t" and not beside

    def end(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, beside
        name = _main(tag)
        if name == "si":
            strings.append("".join(pieces))
        beside -= name == "rPh"
        inside = False

    package.read("xl/sharedStrings.xml", start, end, lambda text: pieces.append(text) if inside else None)
    return strings


def _days(package: Package) -> list[bool]:
    """For each style of a cell, whether its number is a day."""
    codes = dict.fromkeys((14, 15, 16, 17, 22), "yyyy-mm-dd")
    styles: list[bool] = []
    within = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal within
        name, number = _main(tag), attributes.get("numFmtId", "")
        known = int(number) if re.fullmatch("[0-9]{1,6}", number) else 0
        if name in ("cellXfs", "cellStyleXfs"):
            within = name
        elif name == "numFmt":
            codes[known] = attributes.get("formatCode", "")[:200]
        elif name == "xf" and within == "cellXfs":
            bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", codes.get(known, ""))
            styles.append(bool(re.search("[yYdD]", bare)))

    package.read("xl/styles.xml", start)
    return styles


class Sheet:
    """Takes a sheet's rows from the parser, cell by cell."""

    def __init__(
        self, package: Package, name: str, strings: list[str], days: list[bool], epoch: datetime.date
    ) -> None:
        self.package, self.name, self.strings, self.days, self.epoch = package, name, strings, days, epoch
        self.grid: Grid = []
        self.row, self.column = 0, -1
        self.cells: dict[int, Any] = {}
        self.kind, self.style = "n", 0
        self.pieces: list[str] = []
        self.length, self.inside, self.formula = 0, False, False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match _main(tag):
            case "row":
                said = attributes.get("r", "")
                number = int(said) if re.fullmatch("[0-9]{1,7}", said) else self.row + 1
                if number <= self.row:
                    raise Refused(f"row {number} after row {self.row}", "rows in order")
                self.row, self.column, self.cells = number, -1, {}
            case "c":
                self._begin(attributes)
            case "f":
                self.formula = True
            case "v" | "t":
                self.inside = True
            case "mergeCell":
                ref = attributes.get("ref", "")[:20]
                self.package.reader.fault(
                    f"{self.name}, cells {ref}", "", "merged cells", "each cell for itself"
                )

    def _begin(self, attributes: dict[str, str]) -> None:
        column = self.column + 1
        if at := _AT.fullmatch(attributes.get("r", "")):
            column = 0
            for letter in at[1]:
                column = 26 * column + ord(letter) - ord("A") + 1
            column -= 1
        if column <= self.column or column >= LAST_COLUMN:
            raise Refused(f"row {self.row}: column {letters(column)} not in order", "columns in order")
        self.column, self.kind = column, attributes.get("t", "n")
        style = attributes.get("s", "0")
        self.style = int(style) if re.fullmatch("[0-9]{1,6}", style) else 0
        self.pieces, self.length, self.formula = [], 0, False

    def text(self, text: str) -> None:
        if self.inside:
            self.length += len(text)
            if self.length <= LONGEST_CELL:
                self.pieces.append(text)

    def end(self, tag: str, _: dict[str, str]) -> None:
        match _main(tag):
            case "v" | "t":
                self.inside = False
            case "c":
                value = self._value("".join(self.pieces))
                if value is not None and not (isinstance(value, str) and not value.strip()):
                    self.cells[self.column] = value
                self.pieces = []
            case "row" if self.cells:
                self.grid.append((self.row, self.cells))
                if len(self.grid) > MOST_ROWS + 1:
                    raise Refused(f"row {self.row}: more than {MOST_ROWS:,} rows", "no more in one sheet")

    def _value(self, text: str) -> Any:
        """What is in the cell that ends here."""
        if self.formula:
            return Odd("a formula", "its value: copy it and paste the value only")
        if self.kind == "s":
            known = re.fullmatch("[0-9]{1,7}", text) and int(text) < len(self.strings)
            text = self.strings[int(text)] if known else ""
            self.length = len(text)
        if self.length > LONGEST_CELL:
            return Odd(f"a text of {self.length:,} letters", f"at most {LONGEST_CELL:,}")
        self.package.takes(text)
        match self.kind:
            case "s" | "inlineStr" | "str":
                return SPELT_OUT.sub(lambda found: chr(int(found[1], 16)), text)
            case "b":
                return text == "1"
            case "e":
                return Odd(f"the error {plain(text[:20])}", "a value")
            case "d":
                return text[:10]
        return self._number(text) if text else None

    def _number(self, text: str) -> Any:
        try:
            number = float(text) if len(text) < 40 else float("nan")
        except ValueError:
            number = float("nan")
        if not -1e15 < number < 1e15:
            return Odd("a number beyond all use", "a value")
        if self.style < len(self.days) and self.days[self.style] and 61 <= number < 2_900_000:
            day = self.epoch + datetime.timedelta(days=int(number))
            return day if number.is_integer() else f"{day} with a time of day"
        return int(number) if number.is_integer() else Decimal(repr(number))
