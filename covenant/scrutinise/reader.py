"""Takes values out of a parsed file, one by one, and remembers everything that is wrong with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Any, NoReturn, TypeVar

from covenant.scrutinise.types import NOT_STATED, NotStated

Chosen = TypeVar("Chosen", bound=Enum)
Table = Mapping[str, Any]

MOST_LETTERS = 5_000
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclasses.dataclass(frozen=True)
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


class FaultyFile(ValueError):
    """A file that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def printable(value: object, most: int = 60) -> str:
    """A value as it can stand in a message on one line: no control characters, not too long."""
    text = "".join(
        char if char.isprintable() and char not in _TURNS_TEXT_AROUND else "?" for char in str(value)
    )
    return text if len(text) <= most else text[: most - 1] + "…"


class Reader:
    """The faults of one file, and the ways to take a value out of its tables."""

    def __init__(self, file: str) -> None:
        self.file = printable(file, 200)
        self.faults: list[Fault] = []

    def fault(self, place: str, key: str, found: str, expected: str) -> None:
        self.faults.append(Fault(self.file, printable(place), printable(key), found, expected))

    def stop(self, place: str, key: str, found: str, expected: str) -> NoReturn:
        """Give up at once: nothing more can be read."""
        self.fault(place, key, found, expected)
        raise FaultyFile(self.faults)

    def stop_at_faults(self) -> None:
        if self.faults:
            raise FaultyFile(self.faults)

    def known(self, table: Table, keys: Sequence[str], place: str) -> None:
        """Every key must be one of these: a misspelt one would silently be not stated."""
        for key in table:
            if key not in keys:
                near = get_close_matches(printable(key), keys, 1)
                hint = f"“{near[0]}”, perhaps" if near else "one of " + ", ".join(keys)
                self.fault(place, "", f"the key “{printable(key)}”", hint)

    def tables(self, table: Table, key: str, place: str) -> list[Table]:
        """A list of tables; empty where the key is absent."""
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.fault(place, key, _kind(found), f"tables, each headed [[{key}]]")
            return []
        return found

    def text(self, table: Table, key: str, place: str, *, needed: bool = False) -> str | NotStated:
        """A text, or not stated where the key is absent."""
        found = table.get(key, NOT_STATED)
        if found == NOT_STATED.value or found is NOT_STATED:
            if needed:
                self.fault(place, key, "nothing", "a text")
            return NOT_STATED
        if not isinstance(found, str) or not found.strip():
            self.fault(place, key, _kind(found), "a text that is not empty")
            return NOT_STATED
        if len(found) > MOST_LETTERS:
            self.fault(place, key, f"{len(found):,} letters", f"at most {MOST_LETTERS:,}")
        if any(not (char.isprintable() or char in "\n\t") or char in _TURNS_TEXT_AROUND for char in found):
            self.fault(place, key, "a control character", "plain text")
        return found.strip()

    def choice(self, table: Table, key: str, place: str, among: type[Chosen]) -> Chosen | NotStated:
        """One of an enumeration's values, or not stated."""
        found = table.get(key, NOT_STATED)
        if found is NOT_STATED or found == NOT_STATED.value:
            return NOT_STATED
        for member in among:
            if member.value == found:
                return member
        allowed = ", ".join(f"“{member.value}”" for member in among)
        said = f"“{printable(found)}”" if isinstance(found, str) else _kind(found)
        self.fault(place, key, said, f"one of {allowed} or “{NOT_STATED.value}”")
        return NOT_STATED

    def texts(self, table: Table, key: str, place: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.fault(place, key, _kind(found), "a list of texts")
            return ()
        return tuple(found)


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f"“{printable(value)}”" if value.strip() else "an empty text"
    names = {bool: "true or false", int: "a number", list: "a list", dict: "a table", float: "a number"}
    return names.get(type(value), f"{printable(value)}")
