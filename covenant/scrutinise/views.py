from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.agree import reads as agree
from covenant.agree.types import CovenantView, VersionView
from covenant.place import reads as places
from covenant.scrutinise import reads


def _version(request: HttpRequest, slug: str, number: int) -> tuple[CovenantView, VersionView]:
    actor = places.actor(request.user.pk)
    covenant = agree.covenant(slug, asked_by=actor, today=timezone.localdate())
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
                [(item, pages.get(item["proposal"])) for item in asked.question["evidence"]],
                [(item, pages.get(item["proposal"])) for item in asked.question["against"]],
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
def data(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """The same as data."""
    _covenant, version = _version(request, slug, number)
    reading = reads.reading(version.id)
    if reading is None:
        raise Http404
    return JsonResponse(reading.whole, json_dumps_params={"ensure_ascii": False, "indent": 1})
