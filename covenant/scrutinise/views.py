from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
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


@require_safe
def data(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """The same as data."""
    _covenant, version = _version(request, slug, number)
    reading = reads.reading(version.id)
    if reading is None:
        raise Http404
    return JsonResponse(reading.whole, json_dumps_params={"ensure_ascii": False, "indent": 1})
