"""The pages of the record, and its files as they are kept: any web server could serve them as well."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from covenant.record import keys as held
from covenant.record import kinds, reads
from covenant.record.engine.tiles import parse_path
from covenant.record.types import MAXIMUM_MERGE_DELAY

A_PAGE = 30
A_CHUNK = 1000  # entries of the download that are read at a time
PLAIN = "text/plain; charset=utf-8"
CHANGING = {"checkpoint": PLAIN, "keys.json": "application/json", "witnesses": PLAIN}
FOR_EVER = "public, max-age=31536000, immutable"
VERIFIER = Path(__file__).with_name("verify_record.py")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest entries, a page at a time, and how the record stands."""
    count = reads.size()
    text = request.GET.get("before", str(count))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404
    before = min(int(text), count)
    start = max(0, before - A_PAGE)
    shown = list(reads.entries(start=start, count=before - start))[::-1]
    context = {
        "entries": [(kinds.name(entry.kind), entry) for entry in shown],
        "count": count,
        "older": start if start else None,
    }
    if "before" not in request.GET:
        context |= _standing(request)
    return render(request, "record/index.html", context)


def _standing(request: HttpRequest) -> dict[str, object]:
    """What is signed, by whom it was seen, and whether what was promised is kept now."""
    waiting, now = reads.waiting(), timezone.now()
    oldest = max(0, int((now - waiting.oldest).total_seconds())) if waiting.oldest else 0
    return {
        "tip": reads.tip(),
        "origin": settings.RECORD_ORIGIN,
        "delay": MAXIMUM_MERGE_DELAY,
        "waiting": waiting,
        "oldest": oldest,
        "late": oldest > MAXIMUM_MERGE_DELAY,
        "witnesses": reads.witnesses(),
        "in_use": [key for key in _keys() if key.standing is held.Standing.IN_USE],
        "address": request.build_absolute_uri(request.path),
        "verifier": VERIFIER.exists(),
    }


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that sign the record, how each stands, and what to do when they change."""
    found = [(key, {e.kind: e.leaf for e in reads.about(key.id)}) for key in _keys()]
    context = {
        "keys": [
            (key, told.get(f"key.{key.standing.value}", told.get("key.added", ""))) for key, told in found
        ],
        "origin": settings.RECORD_ORIGIN,
    }
    return render(request, "record/keys.html", context)


def _keys() -> list[held.Held]:
    """The keys as they are published; none where that list cannot be read."""
    try:
        return held.load(settings.RECORD_FILES)
    except held.KeyFault:
        return []


@require_safe
def entries(request: HttpRequest) -> StreamingHttpResponse:
    """Every entry that has a place, one a line: for reading; what is signed are the bundles."""
    response = StreamingHttpResponse(_lines(reads.size()), content_type="application/jsonl")
    response["Content-Disposition"] = 'attachment; filename="entries.jsonl"'
    return response


def _lines(end: int) -> Iterator[str]:
    """A chunk at a time: a slow reader holds no query open."""
    for start in range(0, end, A_CHUNK):
        for entry in reads.entries(start=start, count=min(A_CHUNK, end - start)):
            told = {"index": entry.index, "leaf": entry.leaf, "data": entry.data}
            yield json.dumps(told, ensure_ascii=False) + "\n"


@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """The stand-alone verifier, to run on a machine of one's own."""
    if not VERIFIER.exists():
        raise Http404
    return FileResponse(VERIFIER.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")


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
