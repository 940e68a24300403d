"""What the pages of ideas and decisions share: finding what they are about, and forms that lose nothing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, PartyView
from covenant.weigh import reads, rules
from covenant.weigh.shown import AppraisalView

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def appraisal_at(request: HttpRequest, id: UUID) -> tuple[Actor, AppraisalView]:
    return places.actor(request.user.pk), reads.appraisal(id)


def acts_for(actor: Actor, found: AppraisalView) -> tuple[PartyView | None, ...]:
    """For whom the actor may weigh: bodies whose mandate they hold today, and None for the convenor."""
    mine: tuple[PartyView | None, ...] = tuple(
        body for body, _mandate in rules.mandates_in(actor, found.bodies, timezone.localdate())
    )
    return (*mine, None) if can_convene(actor, found.place.id) else mine


def check_contributes(actor: Actor, found: AppraisalView) -> None:
    """Raise unless the actor may work on a decision and it is open."""
    rules.check_can_contribute(actor, found.place.id, found.bodies, timezone.localdate())
    rules.check_is_open(found.state)


def check_named(request: HttpRequest, mine: tuple[PartyView | None, ...], convenor: str) -> None:
    """Raise where somebody sends the name of a body for which they may not act."""
    named = request.POST.get("party")
    may = {str(party.id) if party else convenor for party in mine}
    if not may or (named and named not in may):
        raise NotAllowed(_("You hold no mandate today for a body that can do this."))


def form_page(
    request: HttpRequest, form: forms.Form, do: Callable[[], str], *, then: tuple[Any, ...], **context: Any
) -> HttpResponse:
    """A page with one form: what it sends is done, or shown again with what is wrong and nothing lost."""
    if request.method == "POST" and form.is_valid():
        try:
            said = do()
        except (NotFound, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(*then)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "weigh/form.html", {"form": form, **context}, status=status)
