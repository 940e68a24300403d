"""Pages of scrutiny that everyone can read: what is asked, what became of it, and what was found."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from covenant.agree import reads as agree
from covenant.agree.types import CovenantView, VersionState, VersionView
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, day_of
from covenant.record import reads as record
from covenant.scrutinise import reads, rules
from covenant.scrutinise.desk import FindingView, Question, Scrutiny, Sheet
from covenant.scrutinise.engine.fields import in_words
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.forms import PlaceForm
from covenant.scrutinise.pictures import key, matrix
from covenant.scrutinise.published import as_data
from covenant.scrutinise.trend import Line, Trend, trend

Of = tuple[Actor, CovenantView, Scrutiny, date]
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 25


def _version(request: HttpRequest, slug: str, number: int) -> tuple[CovenantView, VersionView]:
    actor = places.actor(request.user.pk)
    covenant = agree.covenant(slug, asked_by=actor, today=timezone.localdate(), also=(number,))
    found = next(
        (version for version in covenant.versions if version.number == number and version.hash), None
    )
    if found is None:
        raise Http404
    return covenant, found


@require_safe
def questions(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the referee asks of a version, and what it does not ask and why."""
    covenant, version = _version(request, slug, number)
    reading = reads.reading(version.id)
    pages = {f"C{clause.number}": clause.commitment for clause in version.clauses}
    context = {
        "covenant": covenant,
        "version": version,
        "reading": reading,
        "gaps": _gaps(reading.gaps) if reading else [],
        "questions": [
            (
                asked.question,
                *(
                    [(each, pages.get(each["proposal"]), in_words(each["field"])) for each in rows]
                    for rows in (asked.question["evidence"], asked.question["against"])
                ),
            )
            for asked in (reading.questions if reading else ())
        ],
    }
    return render(request, "scrutinise/questions.html", context)


def _gaps(found: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Gaps as sentences; those that speak of the same commitments in one, with what was not found on each."""
    alike: dict[tuple[int, int], list[str]] = {}
    alone: list[tuple[str, list[str]]] = []
    for gap in found:
        if gap["metric"]["unit"].startswith("share of commitments"):
            alike.setdefault((gap["metric"]["count"], gap["metric"]["n"]), []).append(gap["what"])
        else:
            alone.append((gap["text"], []))
    joined = [
        (_("For %(count)d of %(n)d commitments nothing was found on:") % {"count": count, "n": n}, whats)
        for (count, n), whats in alike.items()
    ]
    return [*joined, *alone]


@require_safe
def thresholds(request: HttpRequest) -> HttpResponse:
    """From where on each rule asks on this site, and why."""
    found = read_thresholds(settings.THRESHOLDS)
    rows = [(rule, each, f"{float(each.least_share):.0%}".rstrip("%")) for rule, each in found.items()]
    context = {"rows": rows, "own": settings.THRESHOLDS is not None}
    return render(request, "scrutinise/thresholds.html", context)


@require_safe
def data(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """The same as data."""
    _covenant, version = _version(request, slug, number)
    reading = reads.reading(version.id)
    if reading is None:
        raise Http404
    return JsonResponse(reading.whole, json_dumps_params={"ensure_ascii": False, "indent": 1})


def of_covenant(request: HttpRequest, slug: str, *also: int) -> Of:
    """Who asks, the covenant, all of its scrutiny that they may see, and the day.

    `also` are the numbers of versions of which the words are needed.
    """
    actor, today = places.actor(request.user.pk), timezone.localdate()
    covenant = agree.covenant(slug, asked_by=actor, today=today, also=also)
    return actor, covenant, reads.scrutiny(covenant, asked_by=actor, today=today), today


def form_page(
    request: HttpRequest, form: forms.Form, covenant: CovenantView, *, title: str, intro: str, button: str
) -> HttpResponse:
    """A page with one form about the scrutiny of a covenant."""
    context = {"form": form, "covenant": covenant, "title": title, "intro": intro, "button": button}
    return render(request, "scrutinise/form.html", context, status=400 if form.errors else 200)


def a_finding(found: Scrutiny, id: UUID) -> FindingView:
    finding = next((each for each in found.findings if each.id == id), None)
    if finding is None:
        raise NotFound(_("There is no finding at this address."))
    return finding


def sheets(
    covenant: CovenantView, found: Scrutiny, today: date
) -> list[tuple[VersionView, Sheet, list[tuple[Question, int]]]]:
    """Each version that was shown for signing, its questions, and for how many days each has waited."""
    versions = {version.id: version for version in covenant.versions}

    def waits(question: Question) -> int:
        return (today - day_of(question.asked_at)).days

    return [(versions[s.version], s, [(q, waits(q)) for q in s.questions]) for s in found.sheets]


@require_safe
def scrutiny(request: HttpRequest, slug: str) -> HttpResponse:
    """Who scrutinises a covenant, what is asked of it, what became of each question, and what was found."""
    actor, covenant, found, today = of_covenant(request, slug)
    parties = covenant.in_force.parties if covenant.in_force else ()
    change = _trend(covenant, found)
    shown = sheets(covenant, found, today)
    context = {
        "covenant": covenant,
        "found": found,
        "sheets": shown,
        "first": covenant.in_force.id if covenant.in_force else next((v.id for v, *_rest in shown), None),
        "trend": change,
        "lines": [(line, _marks(line)) for line in change.lines],
        "picture": matrix(change, _said(change), _words()),
        "words": _words(),
        "may_propose": bool(parties)
        and (bool(rules.speaks_for(actor, parties, today)) or rules.can_convene(actor, covenant.place)),
        "may_remove": bool(rules.speaks_for(actor, parties, today)),
        "today": today,
        "days": rules.REPLY_DAYS,
    }
    return render(request, "scrutinise/scrutiny.html", context)


def _trend(covenant: CovenantView, found: Scrutiny) -> Trend:
    """Over the versions that were in force, and the one that is open: what was refused changed nothing."""
    counted = {v.id for v in covenant.versions if v.in_force_at or v.state is VersionState.PROPOSED}
    return trend([sheet for sheet in reversed(found.sheets) if sheet.version in counted])


def _marks(line: Line) -> list[str]:
    return [_words()[key(became, done)] for became, done in zip(line.cells, line.mended, strict=True)]


def _words() -> dict[str, str]:
    return {
        "waiting": _("asked, waits"),
        "taken up": _("taken up"),
        "answered": _("answered"),
        "set aside": _("set aside"),
        "finding": _("finding, open"),
        "mended": _("finding, mended"),
        "not asked": _("not asked"),
    }


def _said(change: Trend) -> str:
    newest = change.columns[-1] if change.columns else None
    if newest is None:
        return ""
    said = _(
        "A row for each of %(lines)s questions, a column for each of %(n)s versions. "
        "Of version %(number)s, %(asked)s are asked. The table below says the same."
    )
    counts = {"n": len(change.columns), "lines": len(change.lines)}
    return said % {**counts, "number": newest.number, "asked": newest.asked}


@require_safe
def scrutiny_data(request: HttpRequest, slug: str) -> JsonResponse:
    """The same as data."""
    _actor, covenant, found, today = of_covenant(request, slug)
    whole = as_data(covenant.slug, covenant.title, found, _trend(covenant, found), today)
    return JsonResponse(whole, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def finding(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """A finding with the replies beside it; a draft for those whom it concerns."""
    actor, covenant, found, today = of_covenant(request, slug)
    shown = a_finding(found, id)
    texts = {line.id: line.text for line in agree.commitments(ids=[id for id, _n in shown.commitments])}
    context = {
        "covenant": covenant,
        "finding": shown,
        "commitments": [(id, number, texts.get(id, "")) for id, number in shown.commitments],
        "acts": found.acts,
        "may_reply": rules.speaks_for(actor, shown.parties, today)
        if "reply" in rules.FINDINGS[shown.stage]
        else [],
        "today": today,
        "question": next((q for s in found.sheets for q in s.questions if q.taken == shown.question), None),
        "sheet": next((s for s in found.sheets if any(q.taken == shown.question for q in s.questions)), None),
        "entries": record.told(id),
    }
    return render(request, "scrutinise/finding.html", context)


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Every finding that was signed, the newest first, of one place or of all."""
    everywhere = places.places()
    form = PlaceForm(request.GET, places=[(place.slug, place.name) for place in everywhere])
    chosen = form.cleaned_data["place"] if form.is_valid() else ""
    within = [p.id for p in everywhere if chosen in (p.slug, *(above.slug for above in p.within))]
    asked = request.GET.get("page", "1")
    page = min(max(int(asked), 1), 10_000) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    count, some = reads.findings_signed(
        places=within if chosen else None, first=(page - 1) * A_PAGE, most=A_PAGE
    )
    context = {
        "form": form,
        "chosen": chosen,
        "findings": some,
        "count": count,
        "page": page,
        "more": page * A_PAGE < count,
    }
    return render(request, "scrutinise/findings.html", context)
