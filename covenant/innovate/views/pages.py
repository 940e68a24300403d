"""What the pages of innovation areas share: finding what they are about, and forms that lose nothing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenant.innovate import reads
from covenant.innovate.types import AreaView, FreedomView
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, NotPossible

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def area_at(request: HttpRequest, slug: str) -> tuple[Actor, AreaView]:
    actor = places.actor(request.user.pk)
    return actor, reads.area(slug, asked_by=actor, today=timezone.localdate())


def freedom_at(request: HttpRequest, slug: str, number: int) -> tuple[Actor, AreaView, FreedomView]:
    actor, area = area_at(request, slug)
    found = next((freedom for freedom in area.freedoms if freedom.number == number), None)
    if found is None:
        raise NotFound(_("There is no such freedom in this area."))
    return actor, area, found


def form_page(
    request: HttpRequest, form: forms.Form, do: Callable[[], str], *, then: tuple[Any, ...], **context: Any
) -> HttpResponse:
    """A page with one form: what it sends is done, or shown again with what is wrong and nothing lost."""
    if request.method == "POST" and form.is_valid():
        try:
            said = do()
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(*then)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "innovate/form.html", {"form": form, **context}, status=status)
