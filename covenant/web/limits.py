"""How often one connection or one person may do a thing: counted on this machine, and soon forgotten.

No address is kept, not even a hash of one. A table holds bare counts; which count is whose follows from a key
that is drawn at random each day and written over the next, so that nobody can ask later who was here. The
table is shared by every process of this machine. Several machines count each for itself.
"""

import secrets
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from covenant.web.addresses import client, household
from covenant.web.shared import Shared

A_MINUTE, AN_HOUR, A_DAY = 60, 3600, 86_400
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class Limit:
    """At most so many of a thing in so many seconds."""

    name: str
    most: int
    seconds: int


# By connection: a library or a village hall is one, and may hold a hundred people at once.
STARTS = Limit("starts", 240, AN_HOUR)
VOTES_FROM = Limit("votes from", 1_800, A_MINUTE)
STATEMENTS_FROM = Limit("statements from", 120, AN_HOUR)
CODES_FROM = Limit("codes from", 20, A_MINUTE)
TRIES_FROM = Limit("tries from", 60, A_MINUTE)
SEARCHES = Limit("searches", 120, A_MINUTE)
DOWNLOADS = Limit("downloads", 30, A_MINUTE)
FORMS_FROM = Limit("forms from", 600, A_MINUTE)
# By person: the cookie of a participant or of somebody who signed in, or the address that a code is sent to.
VOTES_OF = Limit("votes of", 120, A_MINUTE)
STATEMENTS_OF = Limit("statements of", 20, AN_HOUR)
CODES_FOR = Limit("codes for", 5, 15 * A_MINUTE)

LIMITS = (
    *(STARTS, VOTES_FROM, STATEMENTS_FROM, CODES_FROM, TRIES_FROM, SEARCHES, DOWNLOADS, FORMS_FROM),
    *(VOTES_OF, STATEMENTS_OF, CODES_FOR),
)
_PLACE_OF = {limit.name: number for number, limit in enumerate(LIMITS)}
Whose = Callable[[HttpRequest], str]


def _connection(request: HttpRequest) -> str:
    return household(client(request.META, proxies=settings.PROXIES))


def _person(request: HttpRequest) -> str:
    """A cookie, whoever made it: one that nobody was given opens nothing, so it need not be verified here."""
    cookies = request.COOKIES
    return cookies.get(settings.PARTICIPANT_COOKIE_NAME) or cookies.get(settings.SESSION_COOKIE_NAME) or ""


def _mailbox(request: HttpRequest) -> str:
    return request.POST.get("email", "")[:320].strip().lower()


_VOTE = ((VOTES_OF, _person), (VOTES_FROM, _connection))
_FORM: tuple[tuple[Limit, Whose], ...] = ((FORMS_FROM, _connection),)
_DOWNLOAD = ((DOWNLOADS, _connection),)
ASKED: dict[str, tuple[tuple[Limit, Whose], ...]] = {
    "places:index": ((SEARCHES, _connection),),
    "account_mine": _DOWNLOAD,
    "agree:signatures": _DOWNLOAD,
    "agree:file": _DOWNLOAD,
    "listen:counted_set": _DOWNLOAD,
    "listen:figures": _DOWNLOAD,
    "listen:mine": _DOWNLOAD,
    "listen:own_receipts": _DOWNLOAD,
    "listen:results": _DOWNLOAD,
    "listen:statements_csv": _DOWNLOAD,
    "profile:data": _DOWNLOAD,
    "profile:ledger": _DOWNLOAD,
    "profile:organisations": _DOWNLOAD,
    "record:entries": _DOWNLOAD,
    "weigh:matrix": _DOWNLOAD,
}
SENT: dict[str, tuple[tuple[Limit, Whose], ...]] = {
    "concern:case": ((TRIES_FROM, _connection),),
    "concern:raise": ((STATEMENTS_FROM, _connection),),
    "listen:start": ((STARTS, _connection),),
    "listen:answer": _VOTE,
    "listen:resume": _VOTE,
    "listen:change": _VOTE,
    "listen:code": ((TRIES_FROM, _connection),),
    "listen:suggest": ((STATEMENTS_OF, _person), (STATEMENTS_FROM, _connection)),
    "account_request_login_code": ((CODES_FROM, _connection), (CODES_FOR, _mailbox)),
    "account_login": ((CODES_FROM, _connection), (CODES_FOR, _mailbox)),
    "account_signup": ((CODES_FROM, _connection), (CODES_FOR, _mailbox)),
    "account_confirm_login_code": ((TRIES_FROM, _connection),),
}


class Counts:
    """The table: of each limit three rows of places, each a window of time and a count.

    Whose place it is follows from the day's key; two who share a place in one row hardly ever share one in
    the others, and the smallest count holds. What shared places can do is refuse too early, never too late.
    """

    ROWS, PLACES = 3, 1 << 16
    HEAD = struct.Struct("<Q32s")  # the day, and its key
    PLACE = struct.Struct("<II")  # the window, counted from 1970, and how often in it

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    @classmethod
    def size(cls) -> int:
        return cls.HEAD.size + len(LIMITS) * cls.ROWS * cls.PLACES * cls.PLACE.size

    def wait(self, asked: Sequence[tuple[Limit, str]], *, now: float, times: float = 1) -> int:
        """Count one more of each, unless one is spent; returns for how many seconds to wait, 0 for none.

        Parameters
        ----------
        asked
            Limits, each with whom it counts.
        now
            Seconds since 1970.
        times
            The limits of this machine, as a multiple of those of the house.
        """
        with self._shared.held():
            key = self._key(int(now) // A_DAY)
            found = [(limit, list(self._places(key, limit, who))) for limit, who in asked]
            for limit, places in found:
                window = int(now) // limit.seconds
                if min(self._count(place, window) for place in places) >= limit.most * times:
                    return max(1, ceil((window + 1) * limit.seconds - now))
            for limit, places in found:
                window = int(now) // limit.seconds
                for place in places:
                    count = min(self._count(place, window) + 1, 0xFFFF_FFFF)
                    self.PLACE.pack_into(self._shared.bytes, place, window & 0xFFFF_FFFF, count)
        return 0

    def _key(self, day: int) -> bytes:
        kept, key = self.HEAD.unpack_from(self._shared.bytes)
        if kept != day:
            key = secrets.token_bytes(32)
            self.HEAD.pack_into(self._shared.bytes, 0, day, key)
        return bytes(key)

    def _places(self, key: bytes, limit: Limit, who: str) -> Iterable[int]:
        drawn = blake2b(who.encode(errors="replace"), digest_size=4 * self.ROWS, key=key).digest()
        first = self.HEAD.size + _PLACE_OF[limit.name] * self.ROWS * self.PLACES * self.PLACE.size
        for row in range(self.ROWS):
            place = int.from_bytes(drawn[row * 4 : row * 4 + 4], "little") % self.PLACES
            yield first + (row * self.PLACES + place) * self.PLACE.size

    def _count(self, place: int, window: int) -> int:
        kept, count = self.PLACE.unpack_from(self._shared.bytes, place)
        return int(count) if kept == window & 0xFFFF_FFFF else 0


@cache
def counts() -> Counts:
    """The table of this machine, opened once in each process."""
    return Counts(Shared(settings.HOME / "limits", kind=b"covenant limits 1", size=Counts.size()))


class LimitMiddleware:
    """Refuses for a while what comes too often; the page holds what was typed, to be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        limits = ASKED.get(route) if request.method in SAFE else SENT.get(route, _FORM)
        if not limits or not settings.LIMITS or (route == "places:index" and not request.GET.get("q")):
            return None
        asked = [(limit, whose) for limit, find in limits if (whose := find(request))]
        seconds = counts().wait(asked, now=time.time(), times=settings.LIMITS)
        return too_many(request, seconds) if seconds else None


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that asks to wait, with a form that sends what was typed once more."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    context = {
        "minutes": ceil(seconds / A_MINUTE),
        "sent": request.method not in SAFE,
        "typed": typed,
        "words": [value for _name, value in typed if " " in value.strip()],
    }
    response = render(request, "too_many.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
