"""Grants in the 360Giving Data Standard. Of an individual no name, title or purpose is kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NoReturn

from covenant.profile.formats.definitions import Dataset, datasets
from covenant.profile.formats.rows import MOST_ROWS, content, fault, shown, text_of
from covenant.profile.types import LineFacts, OrganisationFacts, Parsed

NEEDED = ("id", "currency", "amountAwarded", "awardDate", "fundingOrganization")
UNUSED = ("title", "description")  # the standard requires them too, and nothing of them is kept
AREAS = frozenset(
    ["UA", "NMD", "MD", "LONB", "CA", "WD", "CTY"]
)  # types of code from which a district is found
INDIVIDUAL = "an individual"
YEARS = range(1900, 2100)  # as of every other account: what is outside was mistyped
_GSS = re.compile(r"[A-Z][0-9]{8}")
_PERSON = re.compile(r"\bindividual", re.IGNORECASE)
# What funders call their recipients, in a few words: the first that is found in theirs.
KINDS = (
    ("community interest", "Community interest company"),
    ("benefit society", "Co-operative or community benefit society"),
    ("co-operative", "Co-operative or community benefit society"),
    ("registered society", "Co-operative or community benefit society"),
    ("provident", "Co-operative or community benefit society"),
    ("charit", "Charity"),
    ("trust", "Charity"),
    ("unincorporated", "Unincorporated group"),
    ("universit", "University, college or school"),
    ("school", "University, college or school"),
    ("company", "Company"),
    ("partnership", "Company"),
)


class _Grant:
    """One grant, from which values are taken and checked."""

    def __init__(self, file: str, number: int, value: Any) -> None:
        self.file, self.number = file, number
        if not isinstance(value, dict):
            fault(file, f"grant {number}", shown(value), "an object")
        self.value: Mapping[str, Any] = value
        for key in NEEDED:
            if value.get(key) in (None, "", []):
                self.bad(key, "nothing", "a value: the standard requires it")

    def bad(self, key: str, found: str, expected: str) -> NoReturn:
        fault(self.file, f"grant {self.number}, {key}", found, expected)

    def pence(self) -> int:
        amount = self.value["amountAwarded"]
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            self.bad("amountAwarded", shown(amount), "a number of pounds")
        if not Decimal(amount).is_finite() or abs(Decimal(amount)) > 10_000_000_000:
            self.bad("amountAwarded", "a sum beyond all use", "at most ten thousand million")
        return int((Decimal(amount) * 100).to_integral_value(ROUND_HALF_UP))

    def year(self) -> int:
        """The financial year of the award, by the year in which it starts."""
        value = str(self.value["awardDate"])
        try:
            day = datetime.fromisoformat(value).date()
        except ValueError:
            self.bad("awardDate", shown(value), "a date such as 2020-03-31")
        if day.year not in YEARS:
            self.bad("awardDate", shown(value), f"a year from {YEARS[0]} to {YEARS[-1]}")
        return day.year if day >= date(day.year, 4, 1) else day.year - 1

    def organisation(self, key: str) -> Mapping[str, Any]:
        """The first of the organisations of a field."""
        found = self.value.get(key)
        first = found[0] if isinstance(found, list) and found else found
        if not isinstance(first, dict) or not isinstance(first.get("name"), str):
            self.bad(key, shown(first), "an organisation with a name")
        return first

    def words(self, key: str, value: Any, most: int = 200) -> str:
        text = " ".join(str(value or "").split())[:most]
        return "".join(letter for letter in text if letter.isprintable())

    def programme(self) -> str:
        found = self.value.get("grantProgramme")
        first = found[0] if isinstance(found, list) and found else {}
        return self.words("grantProgramme", first.get("title") if isinstance(first, dict) else "")

    def area(self) -> str:
        """The code of a ward or district: the recipient's, or else that of those who benefit."""
        stated = [("recipientDistrictGeoCode", self.value.get("recipientDistrictGeoCode"), True)]
        for key in ("recipientOrganization", "beneficiaryLocation"):
            entries = self.value.get(key)
            for entry in entries if isinstance(entries, list) else []:
                inner = (
                    entry.get("location", [])
                    if key == "recipientOrganization" and isinstance(entry, dict)
                    else [entry]
                )
                stated += [
                    (key, each.get("geoCode"), str(each.get("geoCodeType")) in AREAS)
                    for each in (inner if isinstance(inner, list) else [])
                    if isinstance(each, dict)
                ]
        return next(
            (code for _, code, fits in stated if fits and isinstance(code, str) and _GSS.fullmatch(code)), ""
        )


def read(path: Path, *, name: str = "", publisher: str = "", licence: str = "") -> Parsed:
    """Read a 360Giving JSON file; what the standard requires is required."""
    data, sha256 = content(path)
    found = datasets()["grants"]
    grants = _grants(path, text_of(path, data))
    lines: list[LineFacts] = []
    organisations: dict[str, OrganisationFacts] = {}
    seen: dict[str, int] = {}
    left: Counter[str] = Counter()
    lacking = 0
    for number, value in enumerate(grants, 1):
        grant = _Grant(path.name, number, value)
        id = str(grant.value["id"])
        if id in seen:
            grant.bad("id", f"{shown(id)} again, which grant {seen[id]} has", "each grant once")
        seen[id] = number
        lacking += any(not grant.value.get(key) for key in UNUSED)
        if grant.value["currency"] != "GBP":
            left[f"in {shown(grant.value['currency'])}, not pounds"] += 1
            continue
        line, organisation = _line(grant, found)
        if not line.code:
            left[
                "to individuals without a place" if line.purpose == "individual" else "without a district"
            ] += 1
            continue
        lines.append(line)
        if organisation:
            organisations.setdefault(organisation.org_id, organisation)
    funders = sorted({line.payer for line in lines})
    source = found.source(
        file=path.name,
        sha256=sha256,
        rows=len(grants),
        publisher=publisher or ", ".join(funders[:5]) + (" and others" if len(funders) > 5 else ""),
        licence=licence,
        vintage=_vintage(lines),
    )
    stem = name or path.name.split(".")[0]
    notes = tuple(f"Grants {why}: {n} of {len(grants)}, left out." for why, n in sorted(left.items()))
    if lacking:
        notes += (f"Grants without a title or description, which the standard requires: {lacking}.",)
    return Parsed(
        source=replace(source, dataset=f"grants/{stem}"[:100]),
        lines=tuple(lines),
        organisations=tuple(organisations.values()),
        notes=notes,
    )


def _grants(path: Path, text: str) -> list[Any]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except RecursionError:
        fault(path.name, "", "lists or objects nested too deeply", "a 360Giving file")
    except (ValueError, ArithmeticError) as error:  # the latter: an exponent without end
        fault(path.name, "", f"no JSON ({error})", "a 360Giving file")
    grants = found.get("grants") if isinstance(found, dict) else None
    if not isinstance(grants, list):
        fault(path.name, "", "no list of grants", 'a 360Giving file: {"grants": [...]}')
    if len(grants) > MOST_ROWS:
        fault(path.name, "", f"{len(grants):,} grants", f"at most {MOST_ROWS:,}")
    return grants


def _line(grant: _Grant, found: Dataset) -> tuple[LineFacts, OrganisationFacts | None]:
    """The sum, and the recipient where it is an organisation with an identifier and a place."""
    funder = grant.words("fundingOrganization", grant.organisation("fundingOrganization")["name"])
    to_person = "recipientIndividual" in grant.value
    recipient = {} if to_person else grant.organisation("recipientOrganization")
    kind = str(recipient.get("organisationType") or "")
    to_person = to_person or bool(_PERSON.search(kind) or _PERSON.search(str(recipient.get("name"))))
    purpose, area = ("individual" if to_person else "grant"), grant.area()
    name = INDIVIDUAL if to_person else grant.words("name", recipient["name"])
    line = LineFacts(
        code=area,
        purpose=purpose,
        year=grant.year(),
        pence=grant.pence(),
        row=grant.number,
        direction=found.lines[purpose].direction,
        kind=found.kind,
        term=found.term,
        basis=found.basis,
        item="" if to_person else grant.programme(),
        payer=funder,
        payee=name,
    )
    org_id = str(recipient.get("id") or "")
    if to_person or not area or not org_id.startswith("GB-") or len(org_id) > 60:
        return line, None
    if not org_id.isprintable():
        grant.bad("recipientOrganization", f"the id {shown(org_id)}", "an org-id such as GB-CHC-1234567")
    return line, OrganisationFacts(org_id, name, _kind(kind, org_id), area, grant.number)


def _kind(said: str, org_id: str) -> str:
    said = said.lower()
    found = next((kind for word, kind in KINDS if word in said), "")
    return found or ("Charity" if org_id.startswith(("GB-CHC", "GB-SC", "GB-NIC")) else "Kind not stated")


def _vintage(lines: list[LineFacts]) -> str:
    found = sorted({line.year for line in lines if line.year is not None})
    return (
        f"awards of {found[0]}-{(found[0] + 1) % 100:02} to {found[-1]}-{(found[-1] + 1) % 100:02}"
        if found
        else ""
    )
