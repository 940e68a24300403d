"""The pages of the record, and its files as they are kept: any web server could serve them as well."""

from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from covenant.record import reads
from covenant.record.engine.tiles import parse_path
from covenant.record.types import MAXIMUM_MERGE_DELAY

A_PAGE = 100
PLAIN = "text/plain; charset=utf-8"
CHANGING = {"checkpoint": PLAIN, "keys.json": "application/json", "witnesses": PLAIN}
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest entries, a page at a time."""
    count = reads.size()
    text = request.GET.get("before", str(count))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404
    before = min(int(text), count)
    start = max(0, before - A_PAGE)
    shown = list(reads.entries(start=start, count=before - start))[::-1]
    context = {
        "entries": shown,
        "count": count,
        "tip": reads.tip(),
        "origin": settings.RECORD_ORIGIN,
        "delay": MAXIMUM_MERGE_DELAY,
        "older": start if start else None,
    }
    return render(request, "record/index.html", context)


@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """The one short file with which a sceptic checks the record, and that needs nothing of ours."""
    program = Path(__file__).with_name("verify_record.py")
    return FileResponse(program.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")


@require_safe
def file(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """A tile, a bundle of entries, the newest checkpoint or the keys. What has a number never changes."""
    if path not in CHANGING and parse_path(path) is None:
        raise Http404
    try:
        opened = (settings.RECORD_FILES / path).open("rb")
    except OSError:
        raise Http404 from None
    if path in CHANGING:
        response: HttpResponse | FileResponse = FileResponse(opened, content_type=CHANGING[path])
        response["Cache-Control"] = "public, max-age=1"
    elif request.headers.get("If-None-Match") == f'"{path}"':
        opened.close()
        response = HttpResponseNotModified()
    else:
        response = FileResponse(opened, content_type="application/octet-stream")
        response["Cache-Control"] = FOR_EVER
    if path not in CHANGING and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        response["ETag"] = f'"{path}"'
    response["Access-Control-Allow-Origin"] = "*"  # whoever checks may do so from a page of their own
    return response
