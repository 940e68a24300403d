"""A line of the log about each request, and its count: what was asked for by name, never by whom.

The method, the name of the page (not its path, in which an id may stand), the status, how long it took, and a
random id that the answer bears too, so that somebody can quote it who met a fault. Of pages on which somebody
raises a concern, or looks how theirs stands, there is no line and no count: not even when, or how often.
"""

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from covenant.web import metrics

log = logging.getLogger("covenant.access")
UNTOLD = frozenset({"concern:raise", "concern:case"})
KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


class AccessMiddleware:
    """The outermost: gives each request an id, and writes a line about it when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        id = secrets.token_hex(6)
        response["X-Request-Id"] = id
        name = route(request)
        if name in UNTOLD:
            return response
        method = request.method if request.method in KNOWN else "OTHER"
        log.info("%s %s %d %.1f ms %s", method, name, response.status_code, seconds * 1000, id)
        metrics.answered(name, response.status_code, seconds)
        return response


def route(request: HttpRequest) -> str:
    """The name of a page, which says nothing about whose it is; "static" or "none" where it has no name."""
    found = request.resolver_match
    if found is not None:
        return found.view_name or "unnamed"
    return "static" if request.path.startswith("/static/") else "none"
