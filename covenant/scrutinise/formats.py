"""Reads programme files and thresholds, naming every fault at once, and writes a reading as plain data.

The format is documented in docs/standard/programme.md; `KEYS` and `CHOICES` are what that page is held to.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from covenant.place.types import Sector, Tier
from covenant.scrutinise.types import (
    NOT_STATED,
    Actor,
    Actors,
    Age,
    Costing,
    Direction,
    Duty,
    End,
    Funding,
    Kind,
    LevelReason,
    NotStated,
    Programme,
    Proposal,
    Reading,
    Threshold,
)

FORMAT = "covenant-programme/1"
READING = "covenant-reading/1"
NONE, UNNAMED = "none", "unnamed"

KEYS: dict[str, tuple[str, ...]] = {
    "the file": ("format", "programme", "ends", "actors", "proposals"),
    "programme": ("title", "source", "date"),
    "ends": ("wording", "direction", "where", "for_proposals"),
    "actors": ("name", "sector", "tier", "where"),
    "proposals": (
        "id", "text", "kind", "started_by", "decided_by", "money_controlled_by", "affected", "parties",
        "instrument", "consultation_promised", "consultation_held", "duties", "level_reasons", "where",
    ),
    "duties": ("text", "on", "age", "costing", "funding", "where"),
}  # fmt: skip
CHOICES: dict[str, type[Enum]] = {
    "direction": Direction,
    "sector": Sector,
    "tier": Tier,
    "kind": Kind,
    "age": Age,
    "costing": Costing,
    "funding": Funding,
    "level_reasons": LevelReason,
}
THRESHOLD_KEYS = ("least_count", "least_share", "reason")
PEOPLE = ("started_by", "decided_by", "money_controlled_by", "affected", "parties", "consultation_promised",
          "consultation_held")  # fmt: skip

# A file larger than any real programme is refused before it can cost time or memory.
MOST_BYTES, MOST_LETTERS, MOST_OF_ANY, MOST_MENTIONS = 2_000_000, 5_000, 2_000, 20_000
MOST_GUESSES = 100
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No key of the format has so many parts, and the parser's time grows with their square.
_LONG_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++\s*+\.\s*+){30,}")

Chosen = TypeVar("Chosen", bound=Enum)
Table = Mapping[str, Any]


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

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def read_programme(path: Path) -> Programme:
    """Read a programme file. Raises FaultyFile with every fault in it."""
    reader = _Reader(path)
    programme = _programme(reader, _parse(path, reader))
    reader.stop_at_faults()
    return programme


def read_thresholds(path: Path | None = None) -> dict[str, Threshold]:
    """Read the house's thresholds, overridden by those of a file. Raises FaultyFile with every fault in it."""
    standard = resources.files("covenant.scrutinise").joinpath("thresholds.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(standard, parse_float=Decimal)
    reader = _Reader(path or Path("thresholds.toml"))
    if path is not None:
        own = _parse(path, reader)
        reader.unknown(own, tuple(tables), "the file")
        tables.update({rule: own[rule] for rule in tables if rule in own})
    thresholds = {rule: _threshold(reader, rule, table) for rule, table in tables.items()}
    reader.stop_at_faults()
    return thresholds


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading as plain data for `json.dumps`; the same reading always gives the same data.

    >>> as_json(Reading("referee/1", "Wells", NOT_STATED, NOT_STATED, (), (), (), "a caveat"))["source"]
    'not stated'
    """
    return {"format": READING, **_plain(reading)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value


def _parse(path: Path, reader: _Reader) -> Table:
    expected = "a programme file in TOML"
    try:
        if path.exists() and not path.is_file():
            reader.stop("", "", "no regular file", expected)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            reader.stop("", "", f"more than {MOST_BYTES:,} bytes", f"at most {MOST_BYTES:,}")
        text = content.decode("utf-8-sig")
        if found := _LONG_KEY.search(text):
            line = text.count("\n", 0, found.start()) + 1
            reader.stop(f"line {line}", "", "a key of 30 parts or more", "keys of at most three parts")
        return tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        reader.stop("", "", f"a file that cannot be read ({error.strerror or error})", expected)
    except UnicodeDecodeError as error:
        reader.stop(f"byte {error.start + 1}", "", "bytes that are not UTF-8", "UTF-8 text")
    except RecursionError:
        reader.stop("", "", "tables or lists nested too deeply", expected)
    except ValueError as error:  # TOMLDecodeError, and what tomllib lets through, such as an endless number
        if isinstance(error, FaultyFile):
            raise
        reader.stop("", "", f"no valid TOML ({_printable(str(error))})", expected)
    raise AssertionError("unreachable: stop raises")
