"""What parties do: consent, refuse, end, measure, evaluate, reply."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from covenant.innovate import actions, rules
from covenant.innovate.forms import (
    EvaluationForm,
    MeasurementForm,
    ReasonForm,
    ReplyForm,
)
from covenant.innovate.types import FreedomState, FreedomView, Verdict
from covenant.innovate.views.pages import form_page, freedom_at, get_or_post
from covenant.place.types import NotAllowed, NotPossible, PartyView


@require_POST
def consent(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Consent for a party to the words whose hash the page showed."""
    actor, _found, found = freedom_at(request, slug, number)
    named = request.POST.get("party", "")
    party = next((party.id for party in found.needed if str(party.id) == named), None)
    if party is None:
        raise NotPossible(_("Say for which body you act."))
    hash = request.POST.get("hash", "")
    state = actions.consent(by=actor, freedom=found.id, party=party, hash=hash, at=timezone.now())
    granted = _("You were the last to consent: the freedom is granted.")
    messages.success(request, granted if state is FreedomState.GRANTED else _("You have consented."))
    return redirect("innovate:freedom", slug, number)


def _act(
    request: HttpRequest,
    slug: str,
    number: int,
    kind: type[Any],
    parties: Callable[[FreedomView], tuple[PartyView, ...]],
    do: Callable[..., object],
    **said: Any,
) -> HttpResponse:
    """A page on which somebody acts for a party of a freedom: those for which they hold a mandate today."""
    actor, area, found = freedom_at(request, slug, number)
    mine = rules.acts_for(actor, parties(found), timezone.localdate())
    named = request.POST.get("party")
    if not mine or (named and named not in {str(party.id) for party in mine}):
        raise NotAllowed(_("You hold no mandate today for a body that can do this."))
    form = kind(request.POST or None, parties=mine, initial={"party": str(mine[0].id)})

    def act() -> str:
        words = dict(form.cleaned_data)
        do(by=actor, freedom=found.id, party=UUID(words.pop("party")), at=timezone.now(), **words)
        return _("It is in the record and on this page.")

    then = ("innovate:freedom", slug, number)
    return form_page(request, form, act, then=then, area=area, freedom=found, **said)


@get_or_post
def refuse(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Refuse a proposal for a party whose consent it takes."""
    lead = _("A refusal ends the proposal. Nothing is waived.")
    return _act(
        request, slug, number, ReasonForm, lambda f: f.needed, actions.refuse,
        title=_("Refuse a freedom"), lead=lead, warns=_("Refuse"),
    )  # fmt: skip


@get_or_post
def end_early(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """End a freedom before its sunset for a party that consented to it."""
    lead = _("The freedom ends at once, and the rule applies again. Its evaluation is still owed.")
    return _act(
        request, slug, number, ReasonForm, lambda f: f.needed, actions.end_early,
        title=_("End a freedom early"), lead=lead, warns=_("End it now"),
    )  # fmt: skip


@get_or_post
def measure(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Report a figure for a party of the freedom."""
    lead = _(
        "What you report stands in the public record and cannot be changed; a later figure can correct it."
    )
    return _act(
        request, slug, number, MeasurementForm, lambda f: f.parties, actions.measure,
        title=_("Report a figure"), lead=lead,
    )  # fmt: skip


@get_or_post
def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Reply to an evaluation for a party of the freedom."""
    return _act(
        request, slug, number, ReplyForm, lambda f: f.parties, actions.reply,
        title=_("Reply to the evaluation"),
    )  # fmt: skip


@get_or_post
def evaluate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Publish the evaluation for the body that was named for it."""
    actor, found_area, found = freedom_at(request, slug, number)
    words = found.words
    rules.check_can_evaluate(
        actor, words.evaluator, found.state, words.starts, words.sunset, timezone.localdate()
    )
    form = EvaluationForm(request.POST or None)

    def do() -> str:
        said = dict(form.cleaned_data)
        said["verdict"] = Verdict(said["verdict"])
        actions.evaluate(by=actor, freedom=found.id, at=timezone.now(), **said)
        return _("The evaluation is published.")

    lead = _("You evaluate for %(party)s. Nobody, you included, can change it afterwards.")
    return form_page(
        request, form, do, then=("innovate:freedom", slug, number), area=found_area, freedom=found,
        title=_("Publish the evaluation"), lead=lead % {"party": found.evaluator.name},
    )  # fmt: skip
