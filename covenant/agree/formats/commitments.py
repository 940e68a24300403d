"""A table of commitments as a file of the standard: every fault at once, with its row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from covenant.agree.formats.days import NoDay, day
from covenant.agree.formats.faults import MOST_FAULTS, MOST_GUESSES, Fault, NotValid, near, shown, unseen
from covenant.agree.formats.whom import Named, folded
from covenant.agree.rules import check_clause
from covenant.agree.types import Resources
from covenant.place.types import NotPossible, PartyView, PlaceView, Tier
from covenant.sheets.types import Cells, Grid, Odd, letters

COLUMNS: dict[str, tuple[str, ...]] = {
    "who owes it": ("debtor", "debtors", "owner", "lead", "responsible", "owed by", "who", "party"),
    "to whom": ("creditor", "creditors", "owed to", "beneficiary", "for whom"),
    "what": ("commitment", "text", "action", "promise", "what will be done"),
    "measure": ("how anyone can tell", "how anyone can tell that it is kept", "indicator", "kpi"),
    "due": ("by when", "deadline", "due date", "date"),
    "outcome": ("what it hopes to change",),
    "evidence": ("evidence rule", "what counts as evidence"),
    "review": ("review date", "reviewed"),
    "baseline": ("where it stands today",),
    "explain": ("comply or explain", "what is explained"),
    "tier": ("where the duty sits", "level"),
    "resources": ("what stands behind it", "money", "funding"),
    "id": ("number", "no", "ref", "reference"),
    "depends on": ("if", "depends", "reciprocal", "in return for"),
}
REQUIRED = ("who owes it", "to whom", "what", "measure", "due", "outcome")
LONGEST = {"what": 2000, "id": 60}  # of the others 1,000
MOST_COMMITMENTS = 2_000
_SPACE = UUID("6d1e1f7a-3f0e-5c55-9d0b-8a4f2f6b7c11")  # under which a row has always the same id
_BY_NAME = {folded(name): key for key, names in COLUMNS.items() for name in (key, *names)}


@dataclass(frozen=True)
class Taken:
    """What a table says: its clauses as a file has them, who is named, and what was not read."""

    clauses: list[dict[str, Any]]
    parties: list[PartyView]
    notes: list[str]


def commitments(
    grids: Sequence[Grid], known: Sequence[PartyView], *, tier: Tier, day_first: bool = False, seed: str = ""
) -> Taken:
    """The commitments in the first of some tables that has headings of ours.

    Parameters
    ----------
    known
        The parties of the place.
    tier
        Where a duty sits, where the table has no column of it.
    day_first
        Whether somebody stated that days stand before months in it.
    seed
        What the commitments' ids are made of, beside their rows.

    Raises
    ------
    NotValid
        With every fault, each with its row and column.
    """
    grid = max(grids, key=lambda each: len(_headed(each[0][1])), default=None)
    if grid is None:
        raise NotValid([Fault("", "There is no table in this file.")])
    return _Reading(grid, Named(known), tier, day_first, seed).taken()


def _headed(cells: Cells) -> dict[int, str]:
    """Which columns have headings of ours."""
    said = {column: _heading(value) for column, value in cells.items()}
    return {column: _BY_NAME[name] for column, name in said.items() if name in _BY_NAME}


def _heading(value: Any) -> str:
    return folded(re.sub(r"[^\w]+", " ", value.replace("_", " "))) if isinstance(value, str) else ""


class _Reading:
    """One table on its way: what is wrong with it is kept while reading goes on."""

    def __init__(self, grid: Grid, named: Named, tier: Tier, day_first: bool, seed: str) -> None:
        (self.top, self.header), *self.below = grid
        self.named, self.tier, self.day_first, self.seed = named, tier, day_first, seed
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.columns: dict[str, int] = {}
        self.rows: dict[str, int] = {}  # of each id that the table gives
        self.links: dict[int, list[str]] = {}
        self.parties: dict[UUID, PartyView] = {}

    def fault(self, row: int, key: str, said: str) -> None:
        column = self.columns.get(key)
        at = f"row {row}" + (f", column {letters(column)} ({key})" if column is not None else "")
        self.faults.append(Fault(at, said))
        if len(self.faults) >= MOST_FAULTS:
            raise NotValid(self.faults)

    def taken(self) -> Taken:
        self._headings()
        if len(self.below) > MOST_COMMITMENTS:
            self.fault(self.top, "", f"There are {len(self.below):,} rows: at most {MOST_COMMITMENTS:,}.")
            raise NotValid(self.faults)
        if not self.below:
            self.fault(self.top, "", "There is no commitment under the headings.")
        clauses = [self._clause(n, row, cells) for n, (row, cells) in enumerate(self.below, start=1)]
        self._linked(clauses)
        if self.faults:
            raise NotValid(sorted(self.faults, key=_row))
        return Taken(clauses, sorted(self.parties.values(), key=lambda party: party.name), self.notes)

    def _headings(self) -> None:
        headed = _headed(self.header)
        for column, value in sorted(self.header.items()):
            key, at = headed.get(column), f"row {self.top}, column {letters(column)}"
            if key is None:
                said = value.found if isinstance(value, Odd) else shown(str(value))
                close = near(_heading(value), list(_BY_NAME)) if len(self.faults) < MOST_GUESSES else ""
                if close:
                    self.faults.append(Fault(at, f"No column is called {said}.{close}"))
                else:
                    self.notes.append(f"Column {letters(column)} ({said}) is not read.")
            elif key in self.columns:
                self.faults.append(Fault(at, f"The column “{key}” is there already."))
            else:
                self.columns[key] = column
        for key in REQUIRED:
            if key not in self.columns:
                self.fault(self.top, "", f"The column “{key}” is missing.")

    def _clause(self, number: int, row: int, cells: Cells) -> dict[str, Any]:
        said = {key: self._text(row, key, cells) for key in COLUMNS if key in self.columns}
        debtors, creditors = self._parties(row, "who owes it", said), self._parties(row, "to whom", said)
        if debtors and creditors:
            try:
                check_clause(debtors[0], creditors, debtors[1:])
            except NotPossible as refusal:
                self.fault(row, "", str(refusal))
        self._names(row, said)
        clause: dict[str, Any] = {
            "commitment": str(uuid5(_SPACE, f"{self.seed}/{row}")),
            "number": number,
            "debtors": [str(party.id) for party in debtors],
            "creditors": [str(party.id) for party in creditors],
            "text": said.get("what", ""),
            "measure": said.get("measure", ""),
            "evidence": said.get("evidence", ""),
            "due": self._day(row, "due", cells),
            "review": self._day(row, "review", cells),
            "tier": self._one_of(row, "tier", said, {t.value: t.label for t in Tier}, self.tier.value),
            "outcome": said.get("outcome", ""),
            "baseline": said.get("baseline", ""),
            "resources": self._one_of(
                row, "resources", said, {r.value: r.label for r in Resources}, Resources.NOT_STATED.value
            ),
            "explain": said.get("explain", ""),
        }
        optional = ("evidence", "review", "baseline", "explain")
        return {name: value for name, value in clause.items() if value or name not in optional}

    def _text(self, row: int, key: str, cells: Cells) -> str:
        value = cells.get(self.columns[key])
        if isinstance(value, Odd):
            self.fault(row, key, f"Found {value.found}; expected {value.expected}.")
            return ""
        if key in ("due", "review"):
            return ""  # read as days
        if isinstance(value, str):
            text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        else:
            text = str(value) if isinstance(value, int | Decimal | date) else ""
        most = LONGEST.get(key, 1000)
        if len(text) > most:
            self.fault(row, key, f"This has {len(text):,} characters: at most {most:,}.")
        if unseen(text):
            self.fault(row, key, "There is a character that no reader sees: take it out.")
        if not text and key in REQUIRED:
            self.fault(row, key, "Nothing stands here.")
        return text

    def _day(self, row: int, key: str, cells: Cells) -> str:
        value = cells.get(self.columns[key]) if key in self.columns else None
        if value is None or isinstance(value, Odd):
            if value is None and key in REQUIRED and key in self.columns:
                self.fault(row, key, "Nothing stands here.")
            return ""
        try:
            return day(value, day_first=self.day_first).isoformat()
        except NoDay as refusal:
            self.fault(row, key, str(refusal))
            return ""

    def _one_of(
        self, row: int, key: str, said: Mapping[str, str], known: Mapping[str, str], empty: str
    ) -> str:
        text = folded(said.get(key, ""))
        found = {folded(word): value for value, label in known.items() for word in (value, label)}
        if not text:
            return empty
        if text not in found:
            words = ", ".join(f"“{value}”" for value in known)
            close = near(text, list(found), guess=len(self.faults) < MOST_GUESSES)
            self.fault(row, key, f"{shown(said[key])} stands here; expected one of {words}.{close}")
        return found.get(text, empty)

    def _parties(self, row: int, key: str, said: Mapping[str, str]) -> list[PartyView]:
        found: list[PartyView] = []
        for name in filter(None, (each.strip() for each in re.split(r"[;\n]", said.get(key, "")))):
            party = self.named.called(name)
            if party is None and folded(name) in ("residents", "all residents", "the residents"):
                party = self.named.residents
            if party is None:
                close = self.named.near(name, guess=len(self.faults) < MOST_GUESSES)
                self.fault(row, key, f"No party of this place is {shown(name)}.{close}")
            elif party in found:
                self.fault(row, key, f"“{party.name}” stands here twice.")
            else:
                found.append(party)
                self.parties[party.id] = party
        return found

    def _names(self, row: int, said: Mapping[str, str]) -> None:
        """What a row is called, and of what it says that it depends on."""
        id = folded(said.get("id", ""))
        if id and id in self.rows:
            self.fault(row, "id", f"{shown(said['id'])} is the id of row {self.rows[id]} already.")
        elif id:
            self.rows[id] = row
        parts = re.split(r"[;,\n]", said.get("depends on", ""))
        self.links[row] = [part for part in map(folded, parts) if part]

    def _linked(self, clauses: list[dict[str, Any]]) -> None:
        made = {row: clause for (row, _), clause in zip(self.below, clauses, strict=True)}
        for row, links in self.links.items():
            found: list[str] = []
            for link in links:
                target = self.rows.get(link)
                if target is None or target == row:
                    why = "It depends on itself." if target == row else f"No row has the id {shown(link)}."
                    self.fault(row, "depends on", why)
                elif made[target]["commitment"] not in found:
                    found.append(made[target]["commitment"])
            if found:
                made[row]["if"] = found


def _row(fault: Fault) -> int:
    found = re.match(r"row ([0-9]+)", fault.at)
    return int(found[1]) if found else 0


def file_of(taken: Taken, *, place: PlaceView, title: str, purpose: str, id: UUID) -> dict[str, Any]:
    """What a table says as a file of the standard, with one draft."""
    return {
        "format": "open-covenant/0.1",
        "place": {
            "name": place.name,
            "tier": place.tier.value,
            **({"gss": place.gss} if place.gss else {}),
        },
        "parties": [
            {
                "id": str(party.id),
                "name": party.name,
                "sector": party.sector.value,
                **({"kind": party.kind} if party.kind else {}),
            }
            for party in taken.parties
        ],
        "covenant": {
            "id": str(id),
            "title": title,
            "versions": [
                {
                    "number": 1,
                    "state": "draft",
                    "purpose": purpose,
                    "parties": [str(party.id) for party in taken.parties if party.sector.signs],
                    "clauses": taken.clauses,
                }
            ],
        },
    }
