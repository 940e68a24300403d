"""Unilateral pledges that others collected: a CSV file with a row for each, or a file of the standard.

A row that says that no promise was found is no pledge: it is refused, by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from covenant.agree.formats.days import NoDay, day
from covenant.agree.formats.faults import MOST_FAULTS, Fault, NotValid, shown, unseen
from covenant.agree.formats.standard import read
from covenant.agree.formats.tables import read_grids
from covenant.record.types import canonical
from covenant.sheets.types import Cells, Odd, letters

COLUMNS: dict[str, tuple[str, ...]] = {
    "by": ("by", "council", "organisation", "who"),
    "text": ("wording", "text", "pledge", "promise"),
    "gss": ("gss_code", "gss", "gss code"),
    "about": ("scope", "about"),
    "source": ("source_url", "source"),
    "source_name": ("source_name", "source title"),
    "said": ("said", "date", "date_made"),
    "notes": ("notes",),
}
REQUIRED = ("by", "text", "gss")
LONGEST = {
    "by": 200,
    "text": 20_000,
    "gss": 9,
    "about": 200,
    "source": 2000,
    "source_name": 500,
    "notes": 20_000,
}
NO_PROMISE = ("no promise", "none")
_SAYS_NOTHING = ("", "none", "no notes", "notes", "n/a")
_GSS = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True)
class Pledged:
    """A pledge in a file."""

    at: str  # its row, or its JSON pointer
    by: str
    text: str
    gss: str  # of the place; empty where the file does not say
    about: str = ""
    said: date | None = None
    source: str = ""
    source_name: str = ""
    publisher: str = ""
    licence: str = ""

    @property
    def digest(self) -> str:
        """One hash over what it says and who said it."""
        told = [self.gss, self.by, self.about, self.text, self.source]
        return hashlib.sha256(canonical(told)).hexdigest()


@dataclass(frozen=True)
class Refused:
    """A row that is no pledge: where, whose, and why."""

    at: str
    by: str
    why: str


@dataclass(frozen=True)
class PledgesFound:
    pledges: tuple[Pledged, ...]
    refused: tuple[Refused, ...]


def read_pledges(name: str, content: bytes) -> PledgesFound:
    """The pledges in a file, by the end of its name, and the rows that are none.

    Raises
    ------
    NotValid
        Where the file cannot be read, with every fault.
    """
    if PurePath(name).suffix.lower() == ".json":
        return _of_standard(read(content))
    grids = read_grids(name, content)
    if not grids:
        raise NotValid([Fault("", "There is no table in this file.")])
    (top, header), *below = grids[0]
    columns, faults = _columns(top, header)
    if faults:
        raise NotValid(faults)
    found: list[Pledged] = []
    refused: list[Refused] = []
    for row, cells in below:
        said = _row(row, cells, columns, faults)
        if len(faults) >= MOST_FAULTS:
            break
        if said["about"].casefold() in NO_PROMISE or not said["text"]:
            refused.append(Refused(f"row {row}", said["by"], _why(said)))
        else:
            found.append(_pledged(row, said, columns, faults))
    if faults:
        raise NotValid(faults)
    return PledgesFound(tuple(found), tuple(refused))


def _why(said: Mapping[str, str]) -> str:
    why = "The source says that no promise was found."
    if said["about"].casefold() not in NO_PROMISE:
        why = "There are no words of a promise."
    notes = " ".join(said["notes"].split())
    return why if notes.casefold() in _SAYS_NOTHING else f"{why} Its note: {notes[:300]}"


def _columns(top: int, header: Cells) -> tuple[dict[str, int], list[Fault]]:
    known = {name: key for key, names in COLUMNS.items() for name in names}
    columns: dict[str, int] = {}
    for column, value in sorted(header.items()):
        key = known.get(value.strip().lower()) if isinstance(value, str) else None
        if key is not None:
            columns.setdefault(key, column)
    missing = [key for key in REQUIRED if key not in columns]
    said = {"by": "who pledged (by or council)", "text": "the pledge (text or wording)", "gss": "gss_code"}
    return columns, [Fault(f"row {top}", f"The column of {said[key]} is missing.") for key in missing]


def _row(row: int, cells: Cells, columns: Mapping[str, int], faults: list[Fault]) -> dict[str, str]:
    said = dict.fromkeys(COLUMNS, "")
    for key, column in columns.items():
        value, at = cells.get(column), f"row {row}, column {letters(column)} ({key})"
        if isinstance(value, Odd):
            faults.append(Fault(at, f"Found {value.found}; expected {value.expected}."))
            continue
        text = "" if value is None else str(value).replace("\r\n", "\n").strip()
        if len(text) > LONGEST.get(key, 500):
            faults.append(Fault(at, f"This has {len(text):,} characters: at most {LONGEST.get(key, 500):,}."))
        elif unseen(text):
            text = "".join(each for each in text if not unseen(each))
        said[key] = text
    if not said["by"]:
        faults.append(Fault(f"row {row}", "The row does not say who pledged."))
    if said["gss"] and not _GSS.fullmatch(said["gss"]):
        faults.append(Fault(f"row {row}", f"{shown(said['gss'])} is no GSS code."))
    return said


def _pledged(row: int, said: dict[str, str], columns: Mapping[str, int], faults: list[Fault]) -> Pledged:
    dated = None
    if said["said"]:
        try:
            dated = day(said["said"])
        except NoDay as refusal:
            faults.append(Fault(f"row {row}, column {letters(columns['said'])} (said)", str(refusal)))
    return Pledged(
        at=f"row {row}",
        by=said["by"],
        text=said["text"],
        gss=said["gss"],
        about=said["about"],
        said=dated,
        source=said["source"],
        source_name=said["source_name"],
    )


def _of_standard(file: Mapping[str, Any]) -> PledgesFound:
    if not file.get("pledges"):
        raise NotValid([Fault("", "The file holds no pledges.")])
    return PledgesFound(
        tuple(
            Pledged(
                at=f"/pledges/{place}",
                by=each["by"][:200],
                text=each["text"],
                gss=file["place"].get("gss", ""),
                about=each.get("about", "")[:200],
                said=date.fromisoformat(each["said"]) if "said" in each else None,
                source=each.get("source", ""),
                publisher=each.get("publisher", "")[:200],
                licence=each.get("licence", "")[:200],
            )
            for place, each in enumerate(file["pledges"])
        ),
        (),
    )
