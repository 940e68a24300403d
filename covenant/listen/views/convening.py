"""For convenors and moderators: a new conversation, and what becomes of statements."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from covenant.listen import actions, reads, rules
from covenant.listen.forms import ConversationForm, ModerateForm, SuggestForm
from covenant.listen.views.who import actor
from covenant.place import reads as places
from covenant.place.types import NotFound, NotPossible

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def new(request: HttpRequest, place: str) -> HttpResponse:
    """Draft a conversation; it is looked over on the next page, and opened there."""
    who, where = actor(request), places.place(place)
    rules.check_can_convene(who, where.id)
    form = ConversationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.begin_conversation(by=who, place=where.id, at=timezone.now(), **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("listen:moderate", slug=form.cleaned_data["slug"])
    return _page(request, "listen/new.html", form, {"place": where})


@get_or_post
def moderate(request: HttpRequest, slug: str) -> HttpResponse:
    """The statements that wait, those that were looked at, and a form to add one."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    pending, seen = reads.waiting(conversation.id, asked_by=who)
    form = SuggestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_statement(
                by=who, conversation=conversation.id, text=form.cleaned_data["text"], at=timezone.now()
            )
        except NotPossible as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The statement is added."))
            return redirect("listen:moderate", slug=slug)
    context = {"conversation": conversation, "pending": pending, "seen": seen}
    return _page(request, "listen/moderate.html", form, context)


@get_or_post
def moderate_one(request: HttpRequest, slug: str, statement: UUID) -> HttpResponse:
    """Show a statement, or hide it with a reason."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    rules.check_can_moderate(who, conversation.place)
    found = reads.statement(statement, asked_by=who)
    if found.conversation != conversation.id:
        raise NotFound(_("There is no such statement in this conversation."))
    form = ModerateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.moderate(
            by=who,
            statement=statement,
            shown=form.cleaned_data["shown"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        messages.success(request, _("Done. It is in the record."))
        return redirect("listen:moderate", slug=slug)
    return _page(
        request, "listen/moderate_one.html", form, {"conversation": conversation, "statement": found}
    )


@require_POST
def turn(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Open a conversation, or close it."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    done = actions.take_votes if act == "open" else actions.close_conversation
    done(by=who, conversation=conversation.id, at=timezone.now())
    return redirect("listen:moderate", slug=slug)


def _page(request: HttpRequest, template: str, form: forms.Form, context: dict) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)
