"""What these pages share: finding what they are about, and forms that lose nothing."""

import re
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

from covenant.place import reads as places
from covenant.place.types import Actor, NotAllowed, NotPossible
from covenant.relate import reads, rules
from covenant.relate.types import Agreement, Member, Version

UUID_LIKE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def agreement_at(request: HttpRequest, slug: str) -> tuple[Actor, Agreement]:
    actor = places.actor(request.user.pk)
    return actor, reads.agreement(slug, asked_by=actor, today=timezone.localdate())


def open_at(request: HttpRequest, slug: str) -> tuple[Actor, Agreement, Version]:
    """An agreement and its draft, for those who may work on it."""
    actor, found = agreement_at(request, slug)
    if not rules.sees_draft(actor, found, timezone.localdate()):
        raise NotAllowed(_("Only a convenor of this place, or a member of this agreement, can do this."))
    if found.open is None:
        raise NotPossible(_("There is no open draft of this agreement. Propose a change first."))
    rules.check_is_draft(found.open.state)
    return actor, found, found.open


def bound_as(actor: Actor, found: Agreement) -> list[Member]:
    """As which members, bound today, somebody may act; raise where there are none."""
    members = [member for member in found.members if member.id in found.bound]
    mine = rules.acts_as(actor, members, timezone.localdate())
    if not mine:
        raise NotAllowed(_("Only members of this agreement, who are bound by it today, can do this."))
    return mine


def form_page(
    request: HttpRequest, form: forms.Form, do: Callable[[], str], *, then: tuple[Any, ...], **context: Any
) -> HttpResponse:
    """A page with one form: what it sends is done, or shown again with what is wrong and nothing lost."""
    _check_acts_as(form)
    if request.method == "POST" and form.is_valid():
        try:
            said = do()
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(*then)
    template = context.pop("template", "relate/form.html")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def _check_acts_as(form: forms.Form) -> None:
    """Raise where somebody sends that they act as a member whom they do not act for."""
    field, said = form.fields.get("member"), form.data.get("member", "")
    if not isinstance(field, forms.ChoiceField) or not UUID_LIKE.fullmatch(said):
        return
    if said not in {str(value) for value, _label in field.choices}:  # type: ignore[misc, union-attr]
        raise NotAllowed(_("You do not act for this member: a person acts for themself, a body by mandate."))
