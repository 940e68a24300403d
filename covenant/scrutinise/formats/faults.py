"""Takes values out of a file's tables, and keeps everything that is wrong with it."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from covenant.scrutinise.formats.shown import hostile, printable, shown
from covenant.scrutinise.programme import NOT_STATED, Day, NotStated

# A file larger than any real one is refused before it can cost time or memory.
MOST_BYTES, MOST_LETTERS, MOST_MENTIONS = 2_000_000, 5_000, 20_000
MOST_TABLES, MOST_IN_ALL = 2_000, 10_000
MOST_GUESSES, MOST_FAULTS, MOST_SHOWN = 100, 10_000, 100
LONGEST_ID = 60
NONE, UNNAMED = "none", "unnamed"  # the latter: an actor whom the source mentions without saying who it is
MEANING = (NONE, NOT_STATED.value)  # words that say something of themselves, so nothing can be called so
# No format here has keys of so many parts, and the parser's time grows with their square.
_LONG_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++\s*+\.\s*+){30,}")

Chosen = TypeVar("Chosen", bound=Enum)
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: where, what was found and what was expected."""

    file: str
    place: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        at = ", ".join(part for part in (self.place, self.key) if part)
        return f"{self.file}: {at + ': ' if at else ''}found {self.found}; expected {self.expected}"


class FaultyFile(Exception):
    """A file that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))

    def lines(self, most: int = MOST_SHOWN) -> list[str]:
        """The faults, one a line, and how many more there are than anybody would read at once."""
        said = [str(fault) for fault in self.faults[:most]]
        rest = len(self.faults) - most
        if rest > 0:
            said.append(f"{self.faults[0].file}: and {rest:,} {'faults' if rest > 1 else 'fault'} more")
        return said


class Reader:
    """Takes values out of one file's tables. What is faulty reads as not stated, so that reading goes on.

    `columns` says, for each sheet of a spreadsheet, in which column a key stands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: dict[str, dict[str, str]] = {}
        self.faults: list[Fault] = []
        self.mentions = 0
        self.listed = 0

    def fault(self, place: str, key: str, found: str, expected: str) -> None:
        """Keep a fault; beyond any number that could be mended, read no further."""
        file = printable(str(self.path))
        column = self.columns.get(place.partition(",")[0], {}).get(key, key)
        self.faults.append(Fault(file, printable(place), printable(column), found, expected))
        if len(self.faults) >= MOST_FAULTS:
            end = Fault(file, "", "", f"{MOST_FAULTS:,} faults", "fewer: nothing was read from there on")
            raise FaultyFile([*self.faults, end])

    def stop(self, place: str, key: str, found: str, expected: str) -> NoReturn:
        """Keep a fault after which it makes no sense to read on."""
        self.fault(place, key, found, expected)
        raise FaultyFile(self.faults)

    def stop_at_faults(self) -> None:
        """Refuse the file if anything was wrong with it."""
        if self.faults:
            raise FaultyFile(self.faults)

    def content(self, expected: str, most: int = MOST_BYTES, path: Path | None = None) -> bytes:
        """What is in the file, or in another that belongs to it, unless it is larger than any real one."""
        path, within = path or self.path, "" if path in (None, self.path) else path.name
        try:
            if path.exists() and not path.is_file():
                self.stop(within, "", "no regular file", expected)
            with path.open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            found = f"a file that cannot be read ({error.strerror or error})"
            self.stop(within, "", found, expected)
        except ValueError:  # a null byte in the path
            self.stop(within, "", "a path that no file can have", expected)
        if len(content) > most:
            self.stop(within, "", f"more than {most:,} bytes", f"at most {most:,}")
        return content

    def parse(self) -> Table:
        """The file's tables, or the one reason for which it has none."""
        expected = "a TOML file"
        try:
            text = self.content(expected).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.stop(f"byte {error.start + 1}", "", "bytes that are not UTF-8", "UTF-8 text")
        if found := _LONG_KEY.search(text):
            line = text.count("\n", 0, found.start()) + 1
            self.stop(f"line {line}", "", "30 words or more joined by stops", "keys of at most three parts")
        try:
            return tomllib.loads(text, parse_float=Decimal)
        except RecursionError:
            self.stop("", "", "tables or lists nested too deeply", expected)
        # TOMLDecodeError, and what tomllib lets through: numbers without end.
        except (ValueError, ArithmeticError) as error:
            self.stop("", "", f"no valid TOML: {printable(str(error))}", expected)

    def one_of(self, word: str, known: Collection[str]) -> str:
        """What is permitted, and which may be meant. Guesses are dear: a hostile file gets only so many."""
        guess = len(self.faults) < MOST_GUESSES and len(word) <= 60
        close = get_close_matches(word, known, n=1) if guess else []
        listed = ", ".join(repr(name) for name in list(known)[:20]) + (", ..." if len(known) > 20 else "")
        return f"one of {listed}" + (f" (did you mean {close[0]!r}?)" if close else "")

    def unknown(self, table: Table, known: Collection[str], place: str) -> None:
        """Keep a fault for each key that a table may not have."""
        for key in table:
            if key not in known:
                self.fault(place, key, "a key that the format does not have", self.one_of(key, known))

    def text(self, table: Table, key: str, place: str, most: int = MOST_LETTERS) -> str | NotStated:
        """A text, its spaces and line ends made single spaces."""
        value = table.get(key, NOT_STATED.value)
        if value == NOT_STATED.value:
            return NOT_STATED
        if not isinstance(value, str) or not 0 < len(words := " ".join(value.split())) <= most:
            self.fault(place, key, shown(value), f"a text of 1 to {most:,} letters, or 'not stated'")
            return NOT_STATED
        if words.lower() in MEANING:
            self.fault(
                place, key, shown(value), "a text (or 'none' in small letters, where the guide has it)"
            )
            return NOT_STATED
        if hostile(words):
            self.fault(place, key, f"{shown(value)} with control characters", "a text without them")
        return words

    def required(self, table: Table, key: str, place: str, most: int = MOST_LETTERS) -> str:
        """A text that must be stated."""
        before = len(self.faults)
        text = self.text(table, key, place, most)
        if isinstance(text, NotStated):
            if len(self.faults) == before:
                self.fault(place, key, "nothing stated", "a text: this key is required")
            return ""
        return text

    def said(self, table: Table, key: str, place: str) -> str | NotStated:
        """A text, empty where the file says "none"."""
        return "" if table.get(key) == NONE else self.text(table, key, place)

    def name(self, table: Table, key: str, place: str) -> str:
        """A name by which other parts of the file speak of something."""
        before = len(self.faults)
        name = self.required(table, key, place, LONGEST_ID)
        if len(self.faults) == before:
            self.can_be_called(name, place, key)
        return name

    def can_be_called(self, name: str, place: str, key: str) -> bool:
        """Whether a word can be a name; a fault is kept where it cannot."""
        expected = f"a name of 1 to {LONGEST_ID} letters with single spaces"
        if name.lower() in MEANING:
            self.fault(place, key, f"{name!r}, a word with a meaning of its own", "another name")
        elif ";" in name:  # it parts the names in a cell of a spreadsheet
            self.fault(place, key, f"{shown(name)} with a semicolon", "a name without one")
        elif not 0 < len(name) <= LONGEST_ID or name != " ".join(name.split()) or hostile(name):
            self.fault(place, key, shown(name), expected)
        else:
            return True
        return False

    def day(self, table: Table, key: str, place: str) -> Day:
        """A day; None where the file says "none"."""
        value = table.get(key, NOT_STATED.value)
        if value in MEANING:
            return NOT_STATED if value == NOT_STATED.value else None
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass  # a day that no calendar has: refused below
        self.fault(place, key, shown(value), "a day 'YYYY-MM-DD', 'none' or 'not stated'")
        return NOT_STATED

    def whole(self, table: Table, key: str, place: str, most: int = 10**9) -> int | NotStated:
        """A whole number, 0 or more."""
        value = table.get(key, NOT_STATED.value)
        if value == NOT_STATED.value:
            return NOT_STATED
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        self.fault(place, key, shown(value), f"a whole number from 0 to {most:,}, or 'not stated'")
        return NOT_STATED

    def choice(self, table: Table, key: str, place: str, kind: type[Chosen]) -> Chosen | NotStated:
        """One of the values of an enum."""
        value = table.get(key, NOT_STATED.value)
        if value == NOT_STATED.value:
            return NOT_STATED
        known = {str(member.value): member for member in kind}
        if isinstance(value, str) and value in known:
            return known[value]
        self.fault(place, key, shown(value), self.one_of(str(value)[:99], [*known, NOT_STATED.value]))
        return NOT_STATED

    def ids(self, table: Table, key: str, place: str, known: Collection[str]) -> tuple[str, ...] | NotStated:
        """Known ids, each once; none of them only where the file says "none"."""
        found = self.words(table, key, place, "ids", LONGEST_ID)
        for id in () if isinstance(found, NotStated) else found:
            if id not in known:
                self.fault(place, key, f"{shown(id)}, which is not declared", self.one_of(id, known))
        return found

    def words(
        self, table: Table, key: str, place: str, what: str = "texts", most: int = 200
    ) -> tuple[str, ...] | NotStated:
        """Short texts, each once; none of them only where the file says "none"."""
        value = table.get(key, NOT_STATED.value)
        if value in MEANING:
            return NOT_STATED if value == NOT_STATED.value else ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self.fault(place, key, shown(value), f"a list of {what}, 'none' or 'not stated'")
            return NOT_STATED
        self.mentions += len(value)
        if self.mentions > MOST_MENTIONS:
            self.stop(
                place, key, f"more than {MOST_MENTIONS:,} ids and texts in lists", "no more in one file"
            )
        found = Counter(" ".join(item.split()) for item in value)
        for item, times in found.items():
            if not 0 < len(item) <= most or ";" in item or item.lower() in MEANING or hostile(item):
                self.fault(place, key, shown(item), f"{what} of 1 to {most} letters without semicolons")
            elif times > 1:
                self.fault(place, key, f"{shown(item)} {times} times", "each of them once")
        return tuple(found)

    def tables(self, table: Table, key: str, place: str) -> tuple[Table, ...] | NotStated:
        """A list of tables; none of them only where the file says "none"."""
        value = table.get(key, NOT_STATED.value)
        if value in (NOT_STATED.value, NONE):
            return NOT_STATED if value == NOT_STATED.value else ()
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.fault(place, key, shown(value), "a list of tables, 'none' or 'not stated'")
            return NOT_STATED
        if len(value) > MOST_TABLES:
            self.stop(place, key, f"{len(value):,} tables", f"at most {MOST_TABLES:,}")
        self.listed += len(value)
        if self.listed > MOST_IN_ALL:
            self.stop(place, key, f"more than {MOST_IN_ALL:,} tables in lists", "no more in one file")
        return tuple(value)

    def table(self, table: Table, key: str, place: str) -> Table:
        """A single table, empty where there is none."""
        value = table.get(key, {})
        if isinstance(value, dict) and len(value) <= MOST_TABLES:
            return value
        self.fault(place, key, shown(value), f"a table with at most {MOST_TABLES:,} entries")
        return {}
