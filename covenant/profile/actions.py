"""Writes: a file is kept as a whole or not at all, and a corrected one takes the place of the one before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from uuid_utils.compat import uuid7

from covenant.place import actions as place
from covenant.profile import rules
from covenant.profile.bodies import Bodies
from covenant.profile.likeness import work_out_likeness
from covenant.profile.models import Figure, Line, Organisation, Service, Source, Succession
from covenant.profile.types import FigureFacts, LineFacts, Loaded, OrganisationFacts, Parsed, SourceFacts
from covenant.record.actions import append, count_anew, writing

BATCH = 2_000
COLUMNS = (
    *("purpose", "year", "pence", "row", "direction", "kind", "term", "basis"),
    *("item", "payer", "payee"),
)
KEPT = (Succession, Service, Line, Figure, Organisation)


def load(*, parsed: Sequence[Parsed], at: datetime, sure: bool = False) -> list[Loaded]:
    """Keep what some files say, all of them or none. Done by whoever runs the machine, at its command line.

    A file whose SHA-256 stands already changes nothing, unless bodies that came since make more of it known.
    Another file of the same dataset replaces it: its entries go, the new ones come, and the record names both
    files. `sure` lets one in that has less than half as many entries.
    """
    with writing():
        done = [_load_one(each, at, sure) for each in parsed]
        if any(each.changed for each in done):
            work_out_likeness()
    return done


def _load_one(parsed: Parsed, at: datetime, sure: bool) -> Loaded:
    facts = parsed.source
    before = Source.objects.filter(dataset=facts.dataset).first()
    if before is not None and before.sha256 == facts.sha256 and not _more_is_known(before, parsed):
        return Loaded(facts.file, facts.dataset, False, False, {}, ("This very file is here already.",))
    was = 0
    if before is not None:
        was = sum(model.objects.filter(source=before).count() for model in KEPT)
        replaced_sha256 = before.sha256
        before.delete()
    new_places = place.add_places(places=parsed.places, told=_told(facts), at=at) if parsed.places else 0
    source = Source.objects.create(imported=at, **_short(facts))
    notes, counts = list(parsed.notes), Counter(places=new_places)
    bodies = Bodies()
    counts["bodies"] = bodies.keep(parsed.bodies)
    lines, unknown = bodies.found_for(parsed.lines)
    if unknown:
        said = ", ".join(f"{name} ({n})" for name, n in unknown.most_common(5))
        notes.append(f"Sums of bodies that are not known here, left out: {unknown.total()}: {said}.")
        if not lines:
            notes.append("Nothing was found: import geography first, then this file again.")
    counts["lines"] = _write_lines(source.id, lines)
    for name, rows in _rows(source.id, parsed, bodies):
        counts[name] = _create(rows)
    now = sum(counts[name] for name in ("successions", "services", "lines", "figures", "organisations"))
    rules.check_can_replace(was, now, sure=sure)
    body: dict[str, Any] = _told(facts) | {
        "counts": {k: n for k, n in sorted(counts.items()) if n},
        "notes": notes,
    }
    if before is not None:
        body["replaces"] = {"sha256": replaced_sha256, "entries": was}
    append(kind="profile.imported", subject=source.id, body=body, at=at)
    return Loaded(facts.file, facts.dataset, True, before is not None, dict(counts), tuple(notes))


def _more_is_known(before: Source, parsed: Parsed) -> bool:
    """Whether bodies that came since would find sums or organisations that this file left out."""
    bodies = Bodies()
    lines, _ = bodies.found_for(parsed.lines)
    if len(lines) > Line.objects.filter(source=before).count():
        return True
    lone = Organisation.objects.filter(source=before, around="").values_list("code", flat=True).distinct()
    return any(bodies.around(code) for code in lone)


def _told(facts: SourceFacts) -> dict[str, Any]:
    names = ("dataset", "title", "publisher", "licence", "vintage", "file", "sha256", "rows")
    return {name: getattr(facts, name) for name in names}


def _short(facts: SourceFacts) -> dict[str, Any]:
    longest = {"title": 300, "publisher": 300, "licence": 200, "vintage": 100, "file": 255}
    words = asdict(facts)
    return {name: value[: longest[name]] if name in longest else value for name, value in words.items()}


def _rows(source: UUID, parsed: Parsed, bodies: Bodies) -> Iterable[tuple[str, list[Any]]]:
    yield (
        "successions",
        [Succession(source_id=source, **asdict(each)) for each in dict.fromkeys(parsed.successions)],
    )
    yield "services", [Service(source_id=source, **asdict(each)) for each in parsed.services]
    yield "figures", [_figure(source, each) for each in parsed.figures]
    yield (
        "organisations",
        [_organisation(source, each, bodies.around(each.code)) for each in parsed.organisations],
    )


def _create(rows: list[Model]) -> int:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    if len(rows) > BATCH:
        count_anew(table=type(rows[0]))
    return len(rows)


def _write_lines(source: UUID, lines: Iterable[tuple[UUID, LineFacts]]) -> int:
    """Sums come in tens of thousands: written straight, in a third of the time of rows of Django."""
    prepare = Line._meta.pk.get_db_prep_value
    of, bodies = prepare(source, connection), {}
    rows = []
    for body, each in lines:
        if body not in bodies:
            bodies[body] = prepare(body, connection)
        values = [getattr(each, name) for name in COLUMNS]
        rows.append([prepare(uuid7(), connection), of, bodies[body], *map(_plain, values)])
    names = ", ".join(connection.ops.quote_name(name) for name in ("id", "source_id", "body_id", *COLUMNS))
    marks = ", ".join(["%s"] * (3 + len(COLUMNS)))
    # Names of our own table and columns; every value is a parameter.
    insert = f"INSERT INTO {Line._meta.db_table} ({names}) VALUES ({marks})"  # noqa: S608  # nosec B608
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)
    if len(rows) > BATCH:
        count_anew(table=Line)
    return len(rows)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _figure(source: UUID, facts: FigureFacts) -> Figure:
    return Figure(
        source_id=source,
        code=facts.code,
        measure=facts.measure,
        part=facts.part,
        vintage=facts.vintage,
        value=_decimal(facts.value, "0.0001"),
        share=_decimal(facts.share, "0.000001"),
        rank=facts.rank,
        n=facts.n,
        words=facts.words,
        row=facts.row,
    )


def _decimal(text: str, places: str) -> Decimal | None:
    return Decimal(text).quantize(Decimal(places)) if text else None


def _organisation(source: UUID, facts: OrganisationFacts, around: str) -> Organisation:
    return Organisation(
        source_id=source,
        org_id=facts.org_id,
        name=facts.name,
        kind=facts.kind,
        code=facts.code,
        around=around,
        income=facts.income,
        income_year=facts.income_year,
        row=facts.row,
    )
