"""What a person sees when a rule says no: the rule's own words, never a bare error."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

from covenant.place.types import NotAllowed, NotFound, NotPossible

METHODS = ("GET", "HEAD", "POST")


class NulMiddleware:
    """400 for NUL, which is in no text and which PostgreSQL refuses; forms refuse it in their own words.

    It stands before all that asks the database: a cookie names a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET
        said = [request.path, *request.COOKIES.values(), *asked, *(v for _, vs in asked.lists() for v in vs)]
        if any("\x00" in each for each in said):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


class RefusalMiddleware:
    """A rule's refusal as a page: 403 this actor may not, 409 nobody can as things stand, 404 not here.

    405 for a method that an address does not know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method != "HEAD":
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Ours say which methods they know; a library's views of Django's kind would take PUT for POST."""
        if hasattr(view, "view_class") and request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            if request.method == "GET" and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return render(request, "refused.html", {"reason": exception}, status=HTTPStatus.FORBIDDEN)
        if isinstance(exception, NotPossible):
            return render(request, "refused.html", {"reason": exception}, status=HTTPStatus.CONFLICT)
        if isinstance(exception, NotFound):
            return render(request, "404.html", {"reason": exception}, status=HTTPStatus.NOT_FOUND)
        return None
