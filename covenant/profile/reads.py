"""Questions about a place's profile. All of it is public; a page takes one call, of few queries."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from covenant.place import reads as places
from covenant.place.types import NotFound, PlaceView, Tier
from covenant.profile import rules
from covenant.profile.accounts import Account, beside, one_off_of, series_of
from covenant.profile.engine import succession
from covenant.profile.engine.size import SIZES, band
from covenant.profile.formats.competences import SEES_TO
from covenant.profile.formats.definitions import deflator
from covenant.profile.models import Body, Figure, Line, Organisation, Service, Source, Succession
from covenant.profile.models import Likeness as LikenessRow
from covenant.profile.shown import (
    BodyView,
    Crowd,
    FigureView,
    Likeness,
    Near,
    Profile,
    Related,
    Series,
    SourceView,
    Summary,
)
from covenant.profile.types import BodyKind, Change, SourceFacts, Term
from covenant.profile.types import Service as ServiceView
from covenant.profile.types import Succession as SuccessionView


def profile(slug: str, *, base: str = "") -> Profile:
    """All that is known of a place, with sums also in the prices of a financial year.

    Raises
    ------
    NotFound
        Where there is no such place.
    """
    return _profile(places.place(slug), "", base)


def profile_of_predecessor(slug: str, code: str, *, base: str = "") -> Profile:
    """The profile of a body that went into a place's, under the place where it is found now."""
    place = places.place(slug)
    family = succession.family(place.gss, _successions())
    if code not in {kin.code for kin in (*family.before, *family.after)}:
        raise NotFound(f"{code} is no body that went into {place.name}, or that it went into.")
    return _profile(place, code, base)


def profile_of_code(code: str, *, base: str = "") -> Profile:
    """By a GSS code, an e-code, or the address of a place: also of bodies that are no more."""
    found = places.coded([code])
    if found:
        return _profile(found[0], "", base)
    body = Body.objects.filter(Q(code=code) | Q(ecode=code)).first()
    if body is None:
        return _profile(places.place(code), "", base)
    # Bodies without a place of their own have no page: they are shown as they stand.
    return _profile(PlaceView(body.id, "", body.name, Tier.DISTRICT, body.code), body.code, base)


def summary(place: PlaceView) -> Summary | None:
    """A place's profile in a few figures; None where nothing is known of it. Three queries."""
    if not place.gss:
        return None
    people = Figure.objects.filter(code=place.gss, measure="population").order_by("-vintage").first()
    body = (
        Body.objects.filter(code=place.gss)
        .annotate(
            lines=Count("line", filter=Q(line__term=Term.ANNUAL.value)),
            awards=Count("line", filter=Q(line__term=Term.ONE_OFF.value)),
        )
        .first()
    )
    organisations = _organisations([place.gss]).values("org_id").distinct().count()
    if body is None and people is None and not organisations:
        return None
    return Summary(
        body=body.name if body else "",
        population=int(people.value) if people and people.value is not None else None,
        population_year=people.vintage if people else "",
        organisations=organisations,
        lines=body.lines if body else 0,
        awards=body.awards if body else 0,
    )


def place_of(slug: str) -> PlaceView:
    """The place with an address."""
    return places.place(slug)


def organisations(place: PlaceView) -> list[tuple[str, str, str, str, str]]:
    """The organisations of a place by name: identifier, name, kind, size, code of their ward or district."""
    rows = _organisations([place.gss] if place.gss else []).order_by("name", "source")
    found = {row.org_id: (row.org_id, row.name, row.kind, band(row.income), row.code) for row in rows}
    return list(found.values())


def _profile(place: PlaceView, code: str, base: str) -> Profile:
    """At most fourteen queries, whatever the place."""
    levels = deflator().levels
    family = succession.family(code or place.gss or "none", _successions())
    likeness = None if code else LikenessRow.objects.filter(code__in=family.same).first()
    near = [(each[0], each[1]) for each in likeness.found["nearest"]] if likeness else []
    above = [] if code else [each.gss for each in place.within if each.gss]
    kin = [each.code for each in (*family.before, *family.after)]
    known = Known([*family.same, *above, *kin, *(code for code, _ in near)])
    sources = _sources()
    figures = _figures(family.same, sources)
    body = next((known.bodies[each] for each in family.same if each in known.bodies), None)
    seen_to = {each.number: each for each in _seen_to(body.provides if body else "", _services())}
    people = _newest(figures, "population")
    account = Account(
        kind=BodyKind(body.kind) if body else BodyKind.OTHER,
        codes=family.same,
        sources=sources,
        services=seen_to,
        people=people.value if people else None,
        levels=levels,
        base=rules.base_year(base, levels.keys()),
    )
    lines = list(Line.objects.filter(body__in=known.ids(family.same)))
    services = series_of(lines, account, "service")
    one_off = one_off_of(lines, account)
    crowds, organisations_here, listed = _crowds(family.same)
    totals, income = series_of(lines, account, "total"), series_of(lines, account, "income")
    series = (*services, *totals, *income)
    used = {each.source.id for each in series} | {each.source.id for each in one_off} | listed
    used |= {each.source.id for each in figures}
    if seen_to:
        used |= {each.id for each in sources.values() if each.facts.dataset.startswith("competences/")}
    matched = {each.number for line in services for each in line.services}
    return Profile(
        place=place,
        body=known.view(body.code) if body else None,
        base=account.base,
        bases=tuple(sorted(levels)),
        years=tuple(sorted({point.year for each in series for point in each.points})),
        state=tuple(known.view(each) for each in above if each in known.bodies),
        crowds=crowds,
        organisations=organisations_here,
        figures=tuple(figures),
        services=services,
        totals=totals,
        income=income,
        one_off=one_off,
        likeness=_likeness(likeness, known) if likeness else None,
        beside=beside(services, _sums(near, services, known), _people(near), near),
        before=known.related(family.before),
        after=known.related(family.after),
        sources=tuple(each for each in sources.values() if each.id in used),
        other_services=tuple(each for number, each in seen_to.items() if number not in matched),
    )


class Known:
    """The bodies of some codes, their places, and which of them have an account; three queries."""

    def __init__(self, codes: list[str]) -> None:
        self.bodies = {row.code: row for row in Body.objects.filter(code__in=codes)}
        self.slugs = {view.gss: view.slug for view in places.coded(codes)}
        with_lines = Body.objects.filter(Exists(Line.objects.filter(body=OuterRef("pk"))), code__in=codes)
        self.accounts = set(with_lines.values_list("code", flat=True))

    def ids(self, codes: Iterable[str]) -> list[UUID]:
        return [self.bodies[code].id for code in codes if code in self.bodies]

    def view(self, code: str, name: str = "") -> BodyView:
        """A body; one of which only the name is known where no file speaks of it."""
        row = self.bodies.get(code)
        slug = self.slugs.get(code, "")
        if row is None:
            return BodyView(code, name, BodyKind.OTHER, "", slug)
        return BodyView(row.code, row.name, BodyKind(row.kind), row.provides, slug, row.starts, row.ends)

    def related(self, kin: Iterable[succession.Kin]) -> tuple[Related, ...]:
        return tuple(
            Related(
                self.view(each.code, each.name),
                each.via.change,
                each.via.on,
                each.generation,
                each.code in self.accounts,
            )
            for each in kin
        )


def _successions() -> list[SuccessionView]:
    rows = Succession.objects.values_list("old", "old_name", "new", "new_name", "change", "on")
    return [
        SuccessionView(old, old_name, new, new_name, Change(change), on)
        for old, old_name, new, new_name, change, on in rows
    ]


def _sources() -> dict[UUID, SourceView]:
    rows = Source.objects.order_by("dataset")
    names = [field.name for field in dataclasses.fields(SourceFacts)]
    return {
        row.id: SourceView(row.id, SourceFacts(*(getattr(row, name) for name in names)), number)
        for number, row in enumerate(rows, 1)
    }


def _figures(codes: Iterable[str], sources: dict[UUID, SourceView]) -> list[FigureView]:
    rows = Figure.objects.filter(code__in=codes).order_by("measure", "vintage", "id")
    return [
        FigureView(
            measure=row.measure,
            part=row.part,
            vintage=row.vintage,
            value=None if row.value is None else float(row.value),
            share=None if row.share is None else float(row.share),
            rank=row.rank,
            n=row.n,
            words=row.words,
            row=row.row,
            source=sources[row.source_id],
        )
        for row in rows
    ]


def _newest(figures: list[FigureView], measure: str) -> FigureView | None:
    found = [each for each in figures if each.measure == measure and each.value]
    return max(found, key=lambda each: each.vintage, default=None)


def _services() -> list[ServiceView]:
    rows = Service.objects.order_by("number").values_list("number", "text", "tier")
    return [ServiceView(*row) for row in rows]


def _seen_to(provides: str, services: Iterable[ServiceView]) -> list[ServiceView]:
    """The services of the tiers that such a body provides."""
    tiers = SEES_TO.get(provides, frozenset())
    return [each for each in services if each.tier in tiers]


def _organisations(codes: Iterable[str]) -> QuerySet[Organisation]:
    """Those of these places, and of the wards within them."""
    codes = list(codes)
    return Organisation.objects.filter(Q(code__in=codes) | Q(around__in=codes))


def _crowds(codes: Iterable[str]) -> tuple[tuple[Crowd, ...], int, set[UUID]]:
    """Organisations by kind and size, how many in all, and who lists them; each once, whoever lists it."""
    rows = _organisations(codes).order_by("-income_year", "source")
    columns = ("org_id", "kind", "income", "source_id")
    found: dict[str, tuple[str, int | None]] = {}
    sources = set()
    for org_id, kind, income, source in rows.values_list(*columns):
        sources.add(source)
        found.setdefault(org_id, (kind, income))
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, income in found.values():
        by_kind[kind][band(income)] += 1
    crowds = [
        Crowd(kind, sizes.total(), tuple((size, sizes[size]) for size in SIZES))
        for kind, sizes in by_kind.items()
    ]
    return tuple(sorted(crowds, key=lambda each: (-each.n, each.kind))), len(found), sources


def _likeness(row: LikenessRow, known: Known) -> Likeness:
    found = row.found
    return Likeness(
        kind=BodyKind(found["kind"]),
        n=found["n"],
        features=tuple((name, here, mean) for name, here, mean in found["features"]),
        nearest=tuple(
            Near(code, name, known.slugs.get(code, ""), distance, share)
            for code, name, distance, share in found["nearest"]
        ),
        quartiles=tuple(found["quartiles"]),
    )


def _sums(
    near: list[tuple[str, str]], services: Iterable[Series], known: Known
) -> dict[tuple[str, str, int], int]:
    """What lines come to in similar places, in the last year of each and from the same source."""
    wanted = {(each.source.id, each.points[-1].year) for each in services}
    if not near or not wanted:
        return {}
    codes = {row.id: code for code, row in known.bodies.items()}
    rows = Line.objects.filter(
        body__in=known.ids(code for code, _ in near),
        term=Term.ANNUAL.value,
        year__in={year for _, year in wanted},
    )
    return {
        (codes[body], purpose, year or 0): pence
        for source, body, purpose, year, pence in rows.values_list(
            "source", "body", "purpose", "year", "pence"
        )
        if (source, year) in wanted
    }


def _people(near: list[tuple[str, str]]) -> dict[str, float]:
    rows = Figure.objects.filter(code__in=[code for code, _ in near], measure="population", value__gt=0)
    return {code: float(value or 0) for code, value in rows.order_by("vintage").values_list("code", "value")}
