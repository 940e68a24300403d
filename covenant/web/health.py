"""Whether the server can do its work, for whatever looks after it: a word, and no data."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from covenant.record import reads as record
from covenant.record.types import MAXIMUM_MERGE_DELAY


@require_safe
@never_cache
def page(request: HttpRequest) -> JsonResponse:
    """200 where all is well; else 503, and which part fails."""
    failing = list(faults(timezone.now()))
    if failing:
        told = {"status": "failing", "failing": failing}
        return JsonResponse(told, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def faults(now: datetime) -> Iterator[str]:
    """The parts that fail: the database, or the record where it lags behind what is published."""
    try:
        oldest = record.waiting().oldest
    except DatabaseError:
        yield "database"
        return
    if oldest is not None and (now - oldest).total_seconds() > MAXIMUM_MERGE_DELAY:
        yield "record"
