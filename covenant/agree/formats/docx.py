"""The tables of a .docx document, read within bounds of time and memory: texts, and no more.

What takes a document apart lies in `covenant.sheets.package`: nothing outside the file is looked at.
"""

from __future__ import annotations

from covenant.sheets.package import Package, Refused
from covenant.sheets.types import MOST_ROWS, Grid, Keeper, Odd

LONGEST_CELL, MOST_COLUMNS, MOST_TABLES = 32_767, 200, 200
DOCUMENT = "a .docx document"
_WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_NOT_THERE = ("moveFrom", "del", "txbxContent", "pict")  # what was taken out, and what stands beside the text


def tables(reader: Keeper, content: bytes) -> list[Grid]:
    """The tables of a document, each as its rows.

    Raises what `reader.stop` raises, where the document cannot be read whole and within bounds.
    """
    package = Package(reader, content, main="word/document.xml", what=DOCUMENT)
    found = _Tables(package)
    package.read("word/document.xml", found.start, found.end, found.text)
    return found.grids


class _Tables:
    """Takes the cells from the parser as they come."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.grids: list[Grid] = []
        self.depth, self.absent, self.rows, self.row, self.column = 0, 0, 0, 0, -1
        self.inside, self.merged, self.length = False, False, 0
        self.pieces: list[str] = []
        self.cells: dict[int, object] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space not in _WORDS:
            return
        self.absent += name in _NOT_THERE
        value = next((text for key, text in attributes.items() if key.rpartition(" ")[2] == "val"), "")
        match name:
            case "tbl":
                self.depth += 1
                if self.depth > 1:
                    raise Refused("a table within a table", "each table for itself")
                if len(self.grids) == MOST_TABLES:
                    raise Refused(f"more than {MOST_TABLES} tables", "the table of commitments alone")
                self.grids.append([])
                self.row = 0
            case "tr" if self.depth:
                self.row, self.column, self.cells, self.rows = self.row + 1, -1, {}, self.rows + 1
                if self.rows > MOST_ROWS:
                    raise Refused(f"more than {MOST_ROWS:,} rows", "no more in one document")
            case "tc" if self.depth:
                self.column += 1
                self.pieces, self.length, self.merged = [], 0, False
                if self.column >= MOST_COLUMNS:
                    raise Refused(f"more than {MOST_COLUMNS} columns", "fewer")
            case "vMerge" | "hMerge":
                self.merged = True
            case "gridSpan":
                self.merged = self.merged or value not in ("", "0", "1")
            case "t" if self.depth:
                self.inside = not self.absent
            case "tab" | "br" | "cr" if self.depth and not self.absent:
                self.text(" " if name == "tab" else "\n", within=True)

    def text(self, text: str, *, within: bool = False) -> None:
        if self.inside or within:
            self.length += len(text)
            if self.length <= LONGEST_CELL:
                self.pieces.append(text)

    def end(self, tag: str, _: dict[str, str]) -> None:
        space, _sep, name = tag.rpartition(" ")
        if space not in _WORDS:
            return
        self.absent -= name in _NOT_THERE
        match name:
            case "t":
                self.inside = False
            case "p" if self.depth and not self.absent:
                self.text("\n", within=True)
            case "tc" if self.depth:
                self._cell()
            case "tr" if self.depth and self.cells:
                self.grids[-1].append((self.row, self.cells))
            case "tbl":
                self.depth -= 1

    def _cell(self) -> None:
        text = "".join(self.pieces).strip()
        self.pieces = []
        if self.merged:
            self.cells[self.column] = Odd("merged cells", "each cell for itself: split them")
        elif self.length > LONGEST_CELL:
            self.cells[self.column] = Odd(f"a text of {self.length:,} letters", f"at most {LONGEST_CELL:,}")
        elif text:
            self.package.takes(text)
            self.cells[self.column] = text
