from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from covenant.record import formats, reads

A_PAGE = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest entries, a page at a time."""
    count, tip = reads.tip()
    text = request.GET.get("before", str(count))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404
    before = min(int(text), count)
    start = max(0, before - A_PAGE)
    shown = list(reads.entries(start=start, count=before - start))[::-1]
    context = {"entries": shown, "count": count, "tip": tip, "older": start if start else None}
    return render(request, "record/index.html", context)


@require_safe
def entries(request: HttpRequest) -> StreamingHttpResponse:
    """The whole record as `entries.jsonl`."""
    response = StreamingHttpResponse(
        (formats.line(entry) for entry in reads.entries()), content_type="application/jsonl"
    )
    response["Content-Disposition"] = 'attachment; filename="entries.jsonl"'
    return response
