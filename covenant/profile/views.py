"""The page of a place's profile, that of a body which went into it, and their data."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.profile import pictures, reads
from covenant.profile.formats.definitions import deflator
from covenant.profile.formats.export import as_json, ledger_csv, per_head, percent, pounds, year_name
from covenant.profile.formats.need import PARTS
from covenant.profile.shown import FigureView, OneOff, Point, Profile, Series

MOST_AWARDS = 30
LOGARITHM = ", compared as a logarithm"


@dataclass(frozen=True)
class SeriesCard:
    """A line of an account as a page shows it."""

    series: Series
    said: str
    picture: str
    rows: list[tuple[str, str, str, int | None]]
    per_head: str
    last_year: str
    breaks: list[tuple[str, str]]


@dataclass(frozen=True)
class AwardsCard:
    one_off: OneOff
    total: str
    picture: str
    rows: list[tuple[str, str, str, str, str, str, int]]
    more: int


@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """What a place is like, and duties beside money; with ?body=, the account of one that went into it."""
    return _page(request, _found(request, slug))


@require_safe
def data(request: HttpRequest, slug: str) -> JsonResponse:
    """All of a profile as JSON."""
    return JsonResponse(
        as_json(_found(request, slug)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@require_safe
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Every sum of a profile as CSV."""
    name = f'attachment; filename="{slug}-ledger.csv"'
    content = ledger_csv(_found(request, slug))
    return HttpResponse(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_safe
def organisations(request: HttpRequest, slug: str) -> JsonResponse:
    """The organisations of a place by name, as JSON."""
    place = reads.place_of(slug)
    rows = reads.organisations(place)
    found = [dict(zip(("org_id", "name", "kind", "size", "place"), row, strict=True)) for row in rows]
    answer = {"place": place.gss, "n": len(rows), "organisations": found}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _found(request: HttpRequest, slug: str) -> Profile:
    code = request.GET.get("body", "")[:12]
    base = _prices(request)
    return reads.profile_of_predecessor(slug, code, base=base) if code else reads.profile(slug, base=base)


def _prices(request: HttpRequest) -> str:
    return request.GET.get("prices", "")[:4]


def _page(request: HttpRequest, found: Profile) -> HttpResponse:
    people = found.figure("population")
    context = {
        "profile": found,
        "place": found.place,
        "code": request.GET.get("body", "")[:12],
        "prices": year_name(found.base),
        "bases": [(year, year_name(year)) for year in reversed(found.bases)],
        "deflator": deflator().source,
        "people": people,
        "facts": _facts(found),
        "need": _need(found),
        "services": [_series(each, found, net=True) for each in found.services],
        "totals": [_series(each, found) for each in found.totals],
        "income": [_series(each, found) for each in found.income],
        "one_off": [_awards(each) for each in found.one_off],
        "features": _features(found),
        "beside": _beside(found),
        "strips": pictures.among_similar(
            found.beside,
            _("Net spend per head here and in similar places; the table below has the same figures."),
        ),
    }
    return render(request, "profile/profile.html", context)


def _series(series: Series, found: Profile, *, net: bool = False) -> SeriesCard:
    years = _years(series, found)
    said = _said(series, found.base, net)
    return SeriesCard(
        series=series,
        said=said,
        picture=pictures.over_years(series, years, f"{series.label}. {said}"),
        rows=pictures.year_rows(series, years),
        per_head="" if series.per_head is None else per_head(series.per_head),
        last_year=year_name(series.points[-1].year),
        breaks=[(year_name(each.year), each.why) for each in series.breaks],
    )


def _years(series: Series, found: Profile) -> list[int]:
    """The years of one source: from its first to its last, whether this line states them or not."""
    every = (*found.services, *found.totals, *found.income)
    stated = [p.year for each in every if each.source.id == series.source.id for p in each.points]
    return list(range(min(stated), max(stated) + 1))


def _said(series: Series, base: int, net: bool) -> str:
    """In words what became of a line, within the years in which it means the same."""
    moved = series.moved
    if moved is None:
        last = series.points[-1]
        return _("%(sum)s in %(year)s; not compared with other years.") % {
            "sum": pounds(last.cash),
            "year": year_name(last.year),
        }
    words = {
        "from": pounds(moved.first.cash),
        "to": pounds(moved.last.cash),
        "first": year_name(moved.first.year),
        "last": year_name(moved.last.year),
        "share": _share(moved.first.cash, moved.last.cash),
    }
    if moved.first.cash == moved.last.cash:
        cash = _("The same in %(first)s and %(last)s: %(to)s.")
    elif moved.fell:
        cash = (
            _("Net spend fell from %(from)s in %(first)s to %(to)s in %(last)s%(share)s.")
            if net
            else _("It fell from %(from)s in %(first)s to %(to)s in %(last)s%(share)s.")
        )
    else:
        cash = (
            _("Net spend rose from %(from)s in %(first)s to %(to)s in %(last)s%(share)s.")
            if net
            else _("It rose from %(from)s in %(first)s to %(to)s in %(last)s%(share)s.")
        )
    return cash % words + _real(moved.first, moved.last, base)


def _real(first: Point, last: Point, base: int) -> str:
    if first.real is None or last.real is None:
        return " " + _("In real terms: not stated, because there is no price level for one of the years.")
    words = {
        "prices": year_name(base),
        "from": pounds(first.real),
        "to": pounds(last.real),
        "share": _share(first.real, last.real),
    }
    return " " + _("In the prices of %(prices)s: from %(from)s to %(to)s%(share)s.") % words


def _share(first: int, last: int) -> str:
    share = percent(first, last)
    return f" ({share})" if share else ""


def _awards(one_off: OneOff) -> AwardsCard:
    rows = [
        (
            each.item,
            each.payer,
            each.payee,
            year_name(each.year),
            pounds(each.cash),
            pounds(each.real),
            each.row,
        )
        for each in one_off.awards[:MOST_AWARDS]
    ]
    said = _("%(label)s, %(kind)s, once: %(total)s. The table below has the same figures.") % {
        "label": one_off.label,
        "kind": one_off.kind.value,
        "total": pounds(one_off.total),
    }
    more = max(0, len(one_off.awards) - MOST_AWARDS)
    return AwardsCard(one_off, pounds(one_off.total), pictures.awards(one_off, said), rows, more)


def _facts(found: Profile) -> list[tuple[str, str, FigureView, int]]:
    """What the place is like, in rows: what, how much, from where."""
    wanted = [
        ("population", _("People, in the middle of %(vintage)s"), "{:,.0f}"),
        ("area", _("Square kilometres"), "{:,.0f}"),
        ("neighbourhoods", _("Neighbourhoods (lower-layer output areas of %(vintage)s)"), "{:,.0f}"),
        ("rurality", _("Rural or urban, by the classification of %(vintage)s"), ""),
    ]
    rows = []
    for measure, label, form in wanted:
        each = max((f for f in found.figures if f.measure == measure), key=lambda f: f.vintage, default=None)
        if each is not None:
            text = each.words or (form.format(each.value) if each.value is not None else pounds(None))
            row = 0 if measure == "neighbourhoods" else each.row  # counted over many rows
            rows.append((label % {"vintage": each.vintage}, text, each, row))
    return rows


def _need(found: Profile) -> dict[str, object]:
    """The indices of deprivation, years side by side."""
    figures = [each for each in found.figures if each.measure == "deprivation"]
    years = sorted({each.vintage for each in figures})
    by_key = {(each.part, each.vintage): each for each in figures}
    rows = [(label, [by_key.get((part, year)) for year in years]) for part, label in PARTS.items()]
    first = {each.vintage: each for each in reversed(figures)}
    return {
        "years": [(year, first[year].source, first[year].row) for year in years],
        "rows": [row for row in rows if any(row[1])],
    }


def _features(found: Profile) -> list[tuple[str, str, str]]:
    """What similar places are compared by, here and on average; logarithms as what they are of."""
    rows = []
    for name, here, mean in found.likeness.features if found.likeness else ():
        if name.endswith(LOGARITHM):
            rows.append((name, f"{10**here:,.0f}", f"{10**mean:,.0f}"))
        else:
            rows.append((name, f"{here:.2f}", f"{mean:.2f}"))
    return rows


def _beside(found: Profile) -> list[dict[str, object]]:
    return [
        {
            "label": each.label,
            "year": year_name(each.year),
            "here": per_head(each.here),
            "median": per_head(each.median),
            "low": per_head(each.low),
            "high": per_head(each.high),
            "n": each.n,
        }
        for each in found.beside
    ]
