"""What the kinds of file mean, from definitions.toml, and the deflator, from deflator.csv: dated data."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from covenant.profile.engine.realterms import financial_years
from covenant.profile.shown import Break
from covenant.profile.types import Basis, BodyKind, Direction, Kind, SourceFacts, Term


@dataclass(frozen=True)
class Line:
    """One line of an account: what it is called, which way the money goes, where on the page it stands."""

    label: str
    direction: Direction
    group: str  # "service", "total", "income" or "one-off"
    about: str = ""
    negated: bool = False  # the file writes income as a negative sum
    services: tuple[int, ...] = ()  # numbers of the services that it pays for: our own reading


@dataclass(frozen=True)
class BreakOf:
    """A break, the lines that it is of, and the classes or bodies: all where none is named."""

    at: Break
    lines: frozenset[str]
    classes: frozenset[str]
    bodies: frozenset[str]  # GSS codes

    def is_of(self, line: str, kind: BodyKind, codes: Collection[str]) -> bool:
        return (
            line in self.lines
            and (not self.classes or kind.value in self.classes)
            and (not self.bodies or not self.bodies.isdisjoint(codes))
        )


@dataclass(frozen=True)
class Dataset:
    """What one kind of file is."""

    key: str
    facts: SourceFacts
    lines: Mapping[str, Line]
    breaks: tuple[BreakOf, ...]
    never: Mapping[str, str]
    kind: Kind
    term: Term
    basis: Basis
    unit: int  # pounds
    most: int  # of these units, beyond which a sum is a slip
    check: str  # the line by which a year in another unit is noticed

    def breaks_of(self, line: str, kind: BodyKind, codes: Collection[str]) -> tuple[Break, ...]:
        return tuple(each.at for each in self.breaks if each.is_of(line, kind, codes))

    def source(self, *, file: str, sha256: str, rows: int, **words: str) -> SourceFacts:
        """The source row of one file of this kind."""
        stated = {name: value for name, value in words.items() if value}
        return replace(self.facts, file=file, sha256=sha256, rows=rows, **stated)


@cache
def datasets() -> dict[str, Dataset]:
    """Every kind of file, by its key."""
    text = resources.files("covenant.profile").joinpath("definitions.toml").read_text(encoding="utf-8")
    return {key: _dataset(key, table) for key, table in tomllib.loads(text).items()}


def dataset_of(key: str) -> Dataset:
    """The kind of a dataset's key, such as "grants" of "grants/some-file"."""
    return datasets()[key.split("/")[0]]


def _dataset(key: str, table: dict) -> Dataset:
    words = {name: table[name] for name in ("title", "publisher", "licence", "vintage", "about", "link")}
    return Dataset(
        key=key,
        facts=SourceFacts(dataset=key, file="", sha256="", rows=0, **words),
        lines={name: _line(line) for name, line in table.get("lines", {}).items()},
        breaks=tuple(
            BreakOf(
                Break(each["year"], each["why"]),
                *(frozenset(each.get(name, ())) for name in ("lines", "classes", "bodies")),
            )
            for each in table.get("breaks", ())
        ),
        never=table.get("never", {}),
        kind=Kind(table.get("kind", Kind.UNSTATED)),
        term=Term(table.get("term", Term.ANNUAL)),
        basis=Basis(table.get("basis", Basis.UNSTATED)),
        unit=table.get("unit", 1),
        most=table.get("most", 10_000_000_000),
        check=table.get("check", ""),
    )


def _line(table: dict) -> Line:
    return Line(
        label=table["label"],
        direction=Direction(table["direction"]),
        group=table["group"],
        about=table.get("about", ""),
        negated=table.get("negated", False),
        services=tuple(table.get("services", ())),
    )


@dataclass(frozen=True)
class Deflator:
    """The price level of each financial year, and where it comes from."""

    levels: Mapping[int, float]
    source: tuple[str, ...]


@cache
def deflator() -> Deflator:
    """The deflator that comes with this version."""
    text = resources.files("covenant.profile").joinpath("deflator.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    calendar = csv.DictReader(line for line in lines if not line.startswith("#"))
    levels = financial_years({int(row["year"]): float(row["value"]) for row in calendar})
    return Deflator(levels, tuple(line[2:] for line in lines if line.startswith("#")))
