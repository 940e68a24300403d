"""The rows of a table of commitments, out of a CSV file, a workbook or a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from covenant.agree.formats.docx import tables as tables_of_document
from covenant.agree.formats.faults import MOST_FAULTS, Fault, NotValid
from covenant.sheets.delimited import read_csv
from covenant.sheets.types import Grid
from covenant.sheets.workbook import Workbook

MOST_BYTES = 5_000_000
FORMS = ".csv, .xlsx or .docx"


class _Keeper:
    """Keeps what is wrong with a file as a whole."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, place: str, key: str, found: str, expected: str) -> None:
        at = ", ".join(part for part in (place, key) if part)
        self.faults.append(
            Fault(at if at.isprintable() else ascii(at), f"Found {found}; expected {expected}.")
        )
        if len(self.faults) >= MOST_FAULTS:
            raise NotValid(self.faults)

    def stop(self, place: str, key: str, found: str, expected: str) -> NoReturn:
        self.fault(place, key, found, expected)
        raise NotValid(self.faults)


def read_grids(name: str, content: bytes) -> list[Grid]:
    """The tables in a file, by the end of its name: the only one of a CSV file, the visible sheets, or all.

    Raises
    ------
    NotValid
        Where the file cannot be read whole and within bounds.
    """
    keeper = _Keeper()
    if len(content) > MOST_BYTES:
        keeper.stop("", "", f"more than {MOST_BYTES:,} bytes", "a smaller file")
    read = _FORMS.get(name.rpartition(".")[2].lower())
    if read is None:
        keeper.stop("", "", "a name with another ending", f"a table in {FORMS}, or a covenant in .json")
    grids = read(keeper, content)
    if keeper.faults:
        raise NotValid(keeper.faults)
    return [grid for grid in grids if grid]


def _csv(keeper: _Keeper, content: bytes) -> list[Grid]:
    return [read_csv(keeper, "", "", content)]


def _workbook(keeper: _Keeper, content: bytes) -> list[Grid]:
    book = Workbook(keeper, content)
    seen = [sheet for sheet in book.sheets if sheet.is_visible and sheet.is_there]
    return [book.rows(sheet, f"sheet {sheet.written[:40]!a}") for sheet in seen[:20]]


_FORMS: dict[str, Callable[[_Keeper, bytes], list[Grid]]] = {
    "csv": _csv,
    "xlsx": _workbook,
    "docx": tables_of_document,
}
