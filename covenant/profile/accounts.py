"""Puts the sums of a body into lines over years, with their breaks; what comes once stands apart."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from covenant.profile.engine.realterms import in_prices_of
from covenant.profile.engine.series import moved
from covenant.profile.formats.definitions import dataset_of
from covenant.profile.models import Line
from covenant.profile.rules import FEWEST_PEOPLE
from covenant.profile.shown import Award, Beside, OneOff, Point, Series, SourceView
from covenant.profile.types import BodyKind, Direction, Kind, Service, Term


@dataclass(frozen=True)
class Account:
    """What is needed beside the sums: prices, people, what the body provides."""

    kind: BodyKind
    codes: Collection[str]  # under which the body goes or went
    sources: Mapping[UUID, SourceView]
    services: Mapping[int, Service]  # that the body provides
    people: float | None
    levels: Mapping[int, float]
    base: int


def series_of(lines: Iterable[Line], account: Account, group: str) -> tuple[Series, ...]:
    """The lines of one part of an account ("service", "total", "income"), as the definitions order them."""
    by_line: dict[tuple[UUID, str], list[Line]] = defaultdict(list)
    for each in lines:
        if each.term == Term.ANNUAL.value:
            by_line[each.source_id, each.purpose].append(each)
    found = []
    for id, source in account.sources.items():
        for purpose, line in dataset_of(source.facts.dataset).lines.items():
            rows = by_line.get((id, purpose), [])
            # A line that is nought in every year is none of this body's.
            if line.group == group and any(row.pence for row in rows):
                found.append(_series(purpose, rows, source, account))
    return tuple(found)


def _series(purpose: str, rows: Sequence[Line], source: SourceView, account: Account) -> Series:
    dataset = dataset_of(source.facts.dataset)
    line, breaks = dataset.lines[purpose], dataset.breaks_of(purpose, account.kind, account.codes)
    points = tuple(
        Point(row.year, row.pence, in_prices_of(row.pence, row.year, account.base, account.levels), row.row)
        for row in sorted(rows, key=lambda each: each.year or 0)
        if row.year is not None
    )
    never = dataset.never.get(purpose, "")
    return Series(
        purpose=purpose,
        label=line.label,
        about=line.about,
        direction=line.direction,
        points=points,
        breaks=tuple(each for each in breaks if points[0].year < each.year <= points[-1].year),
        moved=None if never else moved(points, breaks),
        never=never,
        per_head=round(points[-1].cash / account.people) if account.people else None,
        source=source,
        services=tuple(account.services[n] for n in line.services if n in account.services),
    )


def one_off_of(lines: Iterable[Line], account: Account) -> tuple[OneOff, ...]:
    """Money that comes once, by source, purpose and kind: a picture each. Of individuals sums alone."""
    by_kind: dict[tuple[UUID, str, str], list[Line]] = defaultdict(list)
    for each in lines:
        if each.term == Term.ONE_OFF.value:
            by_kind[each.source_id, each.purpose, each.kind].append(each)
    found = []
    for (id, purpose, kind), rows in sorted(
        by_kind.items(), key=lambda each: (account.sources[each[0][0]].number, *each[0][1:])
    ):
        individual = purpose == "individual"
        if individual and len(rows) < FEWEST_PEOPLE:
            continue
        awards = tuple(_award(row, account) for row in sorted(rows, key=lambda each: -each.pence))
        found.append(
            OneOff(
                source=account.sources[id],
                label=dataset_of(account.sources[id].facts.dataset).lines[purpose].label,
                kind=Kind(kind),
                awards=() if individual else awards,
                n=len(rows),
                total=sum(row.pence for row in rows),
            )
        )
    return tuple(found)


def _award(row: Line, account: Account) -> Award:
    real = in_prices_of(row.pence, row.year, account.base, account.levels)
    return Award(row.item, row.payer, row.payee, row.year, row.pence, real, row.row)


def beside(
    here: Iterable[Series],
    sums: Mapping[tuple[str, str, int], int],
    people: Mapping[str, float],
    near: Sequence[tuple[str, str]],
) -> tuple[Beside, ...]:
    """What a line comes to per head here and in similar places, in the same year.

    `sums` by code, purpose and year; `people` by code; `near` the codes and names of the similar places.
    """
    found = []
    for each in here:
        year = each.points[-1].year
        others = tuple(
            (name, round(sums[code, each.purpose, year] / people[code]))
            for code, name in near
            if (code, each.purpose, year) in sums and people.get(code)
        )
        # What keeps two years of a line apart for ever keeps two places apart: how many schools have left it.
        if each.never or each.per_head is None or not others or each.direction is not Direction.SPEND:
            continue
        values = [value for _, value in others]
        found.append(
            Beside(
                each.label,
                year,
                each.per_head,
                min(values),
                round(median(values)),
                max(values),
                len(values),
                others,
            )
        )
    return tuple(found)
