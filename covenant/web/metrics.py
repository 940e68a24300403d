"""Counts of what the server does, for whoever keeps it running: no person, no address, no id is in them.

The counts of requests lie in memory that all processes of this machine share, so that any of them can tell
them. How the record and the work stand is asked of the database at that moment.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.views.decorators.http import require_safe

from covenant.listen import reads as listen
from covenant.record import reads as record
from covenant.web.shared import Shared

STATUSES = (
    *(200, 204, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 429, 500, 503),
    0,  # any other
)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
_PAIR, _NUMBER = struct.Struct("<Qd"), struct.Struct("<Q")


class Requests:
    """How many requests there were by page and status, how long they took, how often work failed."""

    def __init__(self) -> None:
        self.routes = [*sorted(set(_names(get_resolver()))), "static", "none", "unnamed"]
        self._row = {name: row for row, name in enumerate(self.routes)}
        self._column = {status: column for column, status in enumerate(STATUSES)}
        self._times = len(self.routes) * len(STATUSES) * _PAIR.size
        self._failures = self._times + (len(BUCKETS) + 1) * _NUMBER.size
        layout = hashlib.sha256(repr((self.routes, STATUSES, BUCKETS)).encode()).hexdigest()[:12]
        self._shared = Shared(
            settings.HOME / "metrics",
            kind=f"covenant metrics {layout}".encode(),
            size=self._failures + _NUMBER.size,
        )

    def count(self, route: str, status: int, seconds: float) -> None:
        row = self._row.get(route, len(self.routes) - 1)
        column = self._column.get(status, len(STATUSES) - 1)
        at = (row * len(STATUSES) + column) * _PAIR.size
        bucket = next((n for n, most in enumerate(BUCKETS) if seconds <= most), len(BUCKETS))
        with self._shared.held():
            n, total = _PAIR.unpack_from(self._shared.bytes, at)
            _PAIR.pack_into(self._shared.bytes, at, n + 1, total + seconds)
            self._one_more(self._times + bucket * _NUMBER.size)

    def fail(self) -> None:
        with self._shared.held():
            self._one_more(self._failures)

    def _one_more(self, at: int) -> None:
        (n,) = _NUMBER.unpack_from(self._shared.bytes, at)
        _NUMBER.pack_into(self._shared.bytes, at, n + 1)

    def lines(self) -> Iterator[str]:
        with self._shared.held():
            kept = bytes(self._shared.bytes)
        pairs = list(_PAIR.iter_unpack(kept[: self._times]))
        told = [
            (f'route="{name}",status="{status or "other"}"', *pairs[row * len(STATUSES) + column])
            for row, name in enumerate(self.routes)
            for column, status in enumerate(STATUSES)
        ]
        yield from _head("requests_total", "counter", "Requests by page and status.")
        yield from (f"covenant_requests_total{{{which}}} {n}" for which, n, _ in told if n)
        yield from _head("request_seconds_total", "counter", "Seconds that they took, in all.")
        yield from (f"covenant_request_seconds_total{{{which}}} {total:.6f}" for which, n, total in told if n)
        yield from _head("request_duration_seconds", "histogram", "How long one request took.")
        buckets = [n for (n,) in _NUMBER.iter_unpack(kept[self._times : self._failures])]
        so_far = 0
        for most, n in zip([*BUCKETS, "+Inf"], buckets, strict=True):
            so_far += n
            yield f'covenant_request_duration_seconds_bucket{{le="{most}"}} {so_far}'
        yield f"covenant_request_duration_seconds_sum {sum(total for _, _, total in told):.6f}"
        yield f"covenant_request_duration_seconds_count {so_far}"
        yield from _number("work_failures_total", "Pieces of work that failed.", kept[self._failures :])


def _number(name: str, help: str, kept: bytes) -> Iterator[str]:
    yield from _head(name, "counter", help)
    yield f"covenant_{name} {_NUMBER.unpack(kept)[0]}"


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP covenant_{name} {help}"
    yield f"# TYPE covenant_{name} {kind}"


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _names(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{space}{each.name}"


@cache
def requests() -> Requests:
    """The counts of this machine, opened once in each process."""
    return Requests()


def answered(route: str, status: int, seconds: float) -> None:
    """Count a request, where counts are asked for."""
    if settings.METRICS_TOKEN:
        requests().count(route, status, seconds)


def work_failed() -> None:
    """Count a piece of work that failed."""
    if settings.METRICS_TOKEN:
        requests().fail()


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The counts as Prometheus reads them, for whoever shows the token; without one set there is no page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    shown = request.headers.get("Authorization", "").encode(errors="replace")
    if not hmac.compare_digest(shown, f"Bearer {settings.METRICS_TOKEN}".encode()):
        refused = HttpResponse("a token is needed\n", "text/plain", status=HTTPStatus.UNAUTHORIZED)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    text = "\n".join([*requests().lines(), *_as_it_stands(), ""])
    response = HttpResponse(text, "text/plain; version=0.0.4; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _as_it_stands() -> Iterator[str]:
    now, waiting, tip = timezone.now(), record.waiting(), record.tip()
    oldest = (now - waiting.oldest).total_seconds() if waiting.oldest else 0
    signed = (now - datetime.fromisoformat(tip.at)).total_seconds() if tip.at else 0
    told = {
        "votes": (listen.votes_kept(), "Votes that are kept, changed ones included."),
        "record_entries": (record.size(), "Entries of the record that have a place."),
        "record_entries_waiting": (waiting.without_place, "Entries that wait for their place."),
        "record_entries_unsigned": (waiting.unsigned, "Entries that no signed checkpoint covers yet."),
        "record_oldest_unsigned_seconds": (max(0, oldest), "How long the oldest of them has waited."),
        "record_checkpoint_age_seconds": (max(0, signed), "How long ago the newest checkpoint was signed."),
        "record_checkpoint_entries": (tip.size, "Entries that it covers."),
        "results_due": (len(listen.due(settled_before=now)), "Conversations whose results are due."),
    }
    for name, (value, help) in told.items():
        yield from _head(name, "gauge", help)
        yield f"covenant_{name} {value:g}" if isinstance(value, float) else f"covenant_{name} {value}"
