"""What every answer forbids, how much may be sent, how long somebody stays signed in."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

Answer = Callable[[HttpRequest], HttpResponseBase]
NOTHING_OF = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi")
NOT_EITHER = ("payment", "usb", "browsing-topics", "publickey-credentials-get", "screen-wake-lock")
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in (*NOTHING_OF, *NOT_EITHER)),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
SEEN, BEGAN = "seen", "began"  # in a session: moments, as seconds since 1970
OFTEN = 600  # seconds after which it is noted again that somebody is there
UNTOLD = ("/concerns/raise/", "/concerns/case/")  # ends of addresses on which it never is


class HardeningMiddleware:
    """Puts the headers on, refuses what is too large, and lets nobody keep a page that is somebody's own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_own(request) and "public" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not (told.isascii() and told.isdigit() and len(told) < 16):
            return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
        if int(told) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)


def is_own(request: HttpRequest) -> bool:
    """Whether the answer may be this person's alone: they are signed in, take part, or have a message."""
    cookies = request.COOKIES
    return (
        settings.SESSION_COOKIE_NAME in cookies
        or settings.PARTICIPANT_COOKIE_NAME in cookies
        or Notes.cookie_name in cookies
    )


class SessionMiddleware:
    """Signs out whoever was away for long, and everybody some days after they signed in.

    On the pages where somebody may raise a concern, or look how theirs stands, nothing is asked of a session
    and nothing is noted in it: the moment would be kept with the person.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = not request.path.endswith(UNTOLD)
        if told and settings.SESSION_COOKIE_NAME in request.COOKIES and "_auth_user_id" in request.session:
            now, session = int(timezone.now().timestamp()), request.session
            began = session.setdefault(BEGAN, now)
            seen = session.setdefault(SEEN, now)
            idle, all_in_all = now - seen, now - began
            if idle > settings.SESSION_IDLE_AGE or all_in_all > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif idle > OFTEN:
                session[SEEN] = now
        return self.get_response(request)


class _Cookie(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class Notes(FallbackStorage):
    """What the next page says, in a cookie of this host alone."""

    cookie_name = _Cookie.cookie_name
    storage_classes = (_Cookie, SessionStorage)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); not there where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    ends = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    address = request.build_absolute_uri()
    said = (
        f"Contact: {settings.SECURITY_CONTACT}\n"
        f"Expires: {ends}\nPreferred-Languages: en\nCanonical: {address}\n"
    )
    return HttpResponse(said, "text/plain; charset=utf-8")
