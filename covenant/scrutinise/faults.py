"""Takes values out of a TOML file, and keeps everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from covenant.scrutinise.programme import NOT_STATED, NotStated

# A file larger than any real one is refused before it can cost time or memory.
MOST_BYTES, MOST_LETTERS, MOST_MENTIONS = 2_000_000, 5_000, 20_000
MOST_TABLES, MOST_IN_ALL = 2_000, 10_000
MOST_GUESSES = 100
NONE = "none"
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
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


def shown(value: Any) -> str:
    """A value as a fault shows it: short, on one line, without control characters.

    >>> shown("a\\nb"), shown(3), shown([1, 2]), shown(None)
    ("'a\\\\nb'", 'the number 3', 'a list of 2', 'nothing')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value[:60]) + ("..." if len(value) > 60 else "")
        case int() | Decimal():
            usual = Decimal(value).is_finite() and -(10**12) < value < 10**12
            return f"the number {value}" if usual else "a number beyond all use"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def printable(text: str) -> str:
    """A text as it stands if it can be printed on one line, otherwise with its control characters spelt out.

    >>> printable("Wells"), printable("a\\x1b[31m")
    ('Wells', "'a\\\\x1b[31m'")
    """
    return text if text.isprintable() else repr(text)


class Reader:
    """Takes values out of one file's tables. What is faulty reads as not stated, so that reading goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.mentions = 0
        self.listed = 0

    def fault(self, place: str, key: str, found: str, expected: str) -> None:
        """Keep a fault."""
        self.faults.append(
            Fault(printable(str(self.path)), printable(place), printable(key), found, expected)
        )

    def stop(self, place: str, key: str, found: str, expected: str) -> NoReturn:
        """Keep a fault after which it makes no sense to read on."""
        self.fault(place, key, found, expected)
        raise FaultyFile(self.faults)

    def stop_at_faults(self) -> None:
        """Refuse the file if anything was wrong with it."""
        if self.faults:
            raise FaultyFile(self.faults)

    def parse(self) -> Table:
        """The file's tables, or the one reason for which it has none."""
        expected = "a TOML file"
        try:
            if self.path.exists() and not self.path.is_file():
                self.stop("", "", "no regular file", expected)
            with self.path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            text = content[:MOST_BYTES].decode("utf-8-sig") if len(content) <= MOST_BYTES else ""
        except OSError as error:
            self.stop("", "", f"a file that cannot be read ({error.strerror or error})", expected)
        except UnicodeDecodeError as error:
            self.stop(f"byte {error.start + 1}", "", "bytes that are not UTF-8", "UTF-8 text")
        except ValueError:  # a null byte in the path
            self.stop("", "", "a path that no file can have", expected)
        if len(content) > MOST_BYTES:
            self.stop("", "", f"more than {MOST_BYTES:,} bytes", f"at most {MOST_BYTES:,}")
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
        if any(unicodedata.category(letter) == "Cc" or letter in _TURNS_TEXT_AROUND for letter in words):
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
        value = table.get(key, NOT_STATED.value)
        if value in (NOT_STATED.value, NONE):
            return NOT_STATED if value == NOT_STATED.value else ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self.fault(place, key, shown(value), "a list of ids, 'none' or 'not stated'")
            return NOT_STATED
        self.mentions += len(value)
        if self.mentions > MOST_MENTIONS:
            self.stop(place, key, f"more than {MOST_MENTIONS:,} ids in lists", "no more in one file")
        for id, times in Counter(value).items():
            if id not in known:
                self.fault(place, key, f"{shown(id)}, which is not declared", self.one_of(id, known))
            elif times > 1:
                self.fault(place, key, f"{shown(id)} {times} times", "each id once")
        return tuple(value)

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
