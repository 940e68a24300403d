"""The simulated profile of the demo place, taken in by the same action as a published file."""

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from covenant.profile import actions
from covenant.profile.types import (
    Basis,
    BodyFacts,
    BodyKind,
    Direction,
    FigureFacts,
    Kind,
    LineFacts,
    OrganisationFacts,
    Parsed,
    Service,
    SourceFacts,
    Term,
)

WORDS = Path(__file__).with_name("demo_profile.toml")
INCOME = ("revenue_support_grant", "council_tax_requirement")


def seed_profile(at: datetime) -> None:
    """Keep the profile of the demo place."""
    raw = WORDS.read_bytes()
    words = tomllib.loads(raw.decode())
    sha256 = hashlib.sha256(raw).hexdigest()
    code = words["body"]["code"]
    bodies = (
        BodyFacts(words["body"]["above"], words["body"]["above_name"], BodyKind.COMBINED, register=True),
        BodyFacts(code, words["body"]["name"], BodyKind.DISTRICT, provides="district", register=True),
    )
    services = tuple(Service(int(number), text, "district") for number, text in words["services"].items())
    parts: dict[str, dict[str, Any]] = {
        "competences": {"bodies": bodies, "services": services},
        "outturn": {"lines": _money(words["money"], code)},
        "towns_fund": {"lines": (_award(words["award"], code),)},
        "need": {"figures": _figures(words, code)},
        "organisations": {"organisations": _organisations(words["organisations"]["rows"], code)},
    }
    parsed = [Parsed(_source(words, dataset, sha256), **part) for dataset, part in parts.items()]
    actions.load(parsed=parsed, at=at)


TITLES = {
    "competences": "Services of a district",
    "outturn": "Net current expenditure of Aldermere District Council",
    "towns_fund": "An award to Aldermere",
    "need": "Figures about Aldermere",
    "organisations": "Organisations of Aldermere",
}


def _source(words: dict[str, Any], dataset: str, sha256: str) -> SourceFacts:
    return SourceFacts(
        dataset=f"{dataset}/demo",
        title=f"{TITLES[dataset]} (simulated)",
        publisher=words["publisher"],
        licence=words["licence"],
        vintage=words["vintage"],
        about="Nothing here is real: the figures are made up, to show what such a file would give.",
        link="",
        file=WORDS.name,
        sha256=sha256,
        rows=1,
    )


def _money(words: dict[str, list[int]], code: str) -> tuple[LineFacts, ...]:
    years = words["years"]
    return tuple(
        LineFacts(
            code=code,
            purpose=purpose,
            year=year,
            pence=thousands * 100_000,
            row=row,
            direction=Direction.INCOME if purpose in INCOME else Direction.SPEND,
            kind=Kind.REVENUE,
            term=Term.ANNUAL,
            basis=Basis.NET,
        )
        for row, (purpose, sums) in enumerate(words.items())
        if purpose != "years"
        for year, thousands in zip(years, sums, strict=True)
    )


def _award(words: dict[str, Any], code: str) -> LineFacts:
    return LineFacts(
        code=code,
        purpose="town_deal",
        year=None,
        pence=words["pence"],
        row=1,
        direction=Direction.INCOME,
        kind=Kind.CAPITAL,
        term=Term.ONE_OFF,
        basis=Basis.GROSS,
        item=words["item"],
        payer=words["payer"],
    )


def _figures(words: dict[str, Any], code: str) -> tuple[FigureFacts, ...]:
    plain = (
        FigureFacts(code, measure, "", vintage, row, value=value)
        for row, (measure, (vintage, value)) in enumerate(words["figures"].items(), 1)
    )
    need = (
        FigureFacts(code, "deprivation", "overall", year, row, value=score, share=share, rank=rank, n=n)
        for row, (year, (score, share, rank, n)) in enumerate(words["deprivation"].items(), 1)
    )
    return (*plain, *need)


def _organisations(rows: list[list[Any]], code: str) -> tuple[OrganisationFacts, ...]:
    return tuple(
        OrganisationFacts(
            org_id=f"XX-DEMO-{number:02}",
            name=name,
            kind=kind,
            code=code,
            row=number,
            income=100 * pounds if pounds else None,
            income_year="simulated",
        )
        for number, (name, kind, pounds) in enumerate(rows, 1)
    )
