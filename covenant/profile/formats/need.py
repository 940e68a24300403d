"""Need: the indices of deprivation by district, each year's apart from every other's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from covenant.profile.formats.definitions import datasets
from covenant.profile.formats.rows import Row, Table, fault
from covenant.profile.types import FigureFacts, Parsed

OVERALL = "overall"
PARTS = {
    OVERALL: "All kinds together",
    "income": "Income",
    "employment": "Employment",
    "education": "Education, skills and training",
    "health": "Health and disability",
    "crime": "Crime",
    "housing": "Barriers to housing and services",
    "environment": "Living environment",
}
_2019 = {
    OVERALL: "",
    "income": "Income_",
    "employment": "Employment_",
    "education": "Education_",
    "health": "Health_",
    "crime": "Crime_",
    "housing": "Housing_and_Access_",
    "environment": "Environment_",
}
_2025 = {
    OVERALL: "imd",
    "income": "income",
    "employment": "employment",
    "education": "education_skills_and_training",
    "health": "health_deprivation_and_disability",
    "crime": "crime",
    "housing": "barriers_to_housing_and_services",
    "environment": "living_environment",
}
_SHARE = "proportion_of_lso_as_in_most_deprived_10_percent_nationally"
YEARS = ("2004", "2007", "2010", "2015", "2019", "2025")


def read(path: Path, year: str = "") -> Parsed:
    """Read one year's indices by district. The columns tell 2025; the file's name, or `year`, the others."""
    table = Table(path)
    if table.has(["ltla24_code", "imd_average_score"]):
        year, code, figures = "2025", "ltla24_code", _newest
    else:
        code = next(
            (name for name in table.columns if name.startswith("ltla") and name.endswith("_code")), ""
        )
        if not code or not table.has(["Score", "Proportion"]):
            fault(
                table.file,
                "row 1",
                "columns of no known indices",
                "ltla.._code, Score and Proportion, or those of 2025",
            )
        year = year or next((each for each in YEARS if f"imd{each}" in table.file), "")
        figures = _older
    if year not in YEARS:
        fault(
            table.file,
            "",
            f"no year ({year!r})",
            f"one of {', '.join(YEARS)}, in the file's name or with --as",
        )
    seen: dict[str, int] = {}
    rows = list(table)
    for row in rows:
        gss = row.gss(code)
        if gss in seen:
            row.bad(code, f"{gss} again, which row {seen[gss]} has", "each district once")
        seen[gss] = row.number
    found = tuple(figure for row in rows for figure in figures(row, row.gss(code), year, table))
    source = datasets()["need"].source(
        file=table.file,
        sha256=table.sha256,
        rows=table.n,
        vintage=year,
        title=f"Indices of Deprivation {year}, by district",
    )
    return Parsed(source=replace(source, dataset=f"need/{year}"), figures=_ranked(found, len(rows)))


def _newest(row: Row, gss: str, year: str, table: Table) -> list[FigureFacts]:
    return [
        FigureFacts(
            gss,
            "deprivation",
            part,
            year,
            row.number,
            value=row.figure(f"{name}_average_score"),
            share=row.figure(f"{name}_{_SHARE}", 0, 1),
            rank=row.whole(f"{name}_rank_of_average_score"),
        )
        for part, name in _2025.items()
        if f"{name}_average_score" in table.columns
    ]


def _older(row: Row, gss: str, year: str, table: Table) -> list[FigureFacts]:
    return [
        FigureFacts(
            gss,
            "deprivation",
            part,
            year,
            row.number,
            value=row.figure(f"{name}Score"),
            share=row.figure(f"{name}Proportion", 0, 1),
        )
        for part, name in _2019.items()
        if f"{name}Score" in table.columns
    ]


def _ranked(figures: tuple[FigureFacts, ...], n: int) -> tuple[FigureFacts, ...]:
    """Each with of how many its rank is; a rank that the file lacks is that of the score in it."""
    found = []
    by_part: dict[str, list[float]] = {}
    for each in figures:
        by_part.setdefault(each.part, []).append(float(each.value) if each.value else -1e9)
    place = {
        part: {value: rank for rank, value in reversed(list(enumerate(sorted(values, reverse=True), 1)))}
        for part, values in by_part.items()
    }
    for each in figures:
        rank = each.rank if each.rank or not each.value else place[each.part][float(each.value)]
        found.append(replace(each, rank=rank, n=n))
    return tuple(found)
