"""What stands in the cells of a spreadsheet, and how its columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

MOST_ROWS = 10_000  # rows of a sheet that hold anything


class Keeper(Protocol):
    """Whoever keeps what is wrong with a file: where, in which column, what was found, what was expected."""

    def fault(self, place: str, key: str, found: str, expected: str) -> None: ...

    def stop(self, place: str, key: str, found: str, expected: str) -> NoReturn: ...


@dataclass(frozen=True)
class Odd:
    """A cell that cannot be taken as it stands: what is in it, and what should be."""

    found: str
    expected: str


Cells = Mapping[int, Any]  # what is in the columns of a row, from 0 on; empty cells are left out
Grid = list[tuple[int, Cells]]  # the rows of a sheet that hold anything, with their numbers from 1 on


def plain(text: str) -> str:
    """A text as it stands if it can be printed on one line, otherwise with its control characters spelt out.

    >>> plain("Wells"), plain("a\\x1b[31m")
    ('Wells', "'a\\\\x1b[31m'")
    """
    return text if text.isprintable() else repr(text)


def letters(column: int) -> str:
    """A column as spreadsheets call it.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name
