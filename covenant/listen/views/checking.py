"""What anyone can check, what an analyst can have replayed, and the codes that were posted to households."""

import csv
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenant.listen import actions, reads, retally, rules
from covenant.listen.forms import CodesForm, GrantForm
from covenant.listen.views.reading import harmless
from covenant.listen.views.who import actor
from covenant.place.types import NotPossible

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def counted(request: HttpRequest, slug: str) -> HttpResponse:
    """The counted sets, how to check them, what came of replays, how well those who answered are known."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    place = conversation.place
    context = {
        "conversation": conversation,
        "may_replay": rules.can_replay(who, place) or rules.can_grant_replays(who, place),
        "sets": reads.sets(conversation.id),
        "replays": [replay for replay in reads.replays(conversation.id) if replay.outcome],
        "levels": reads.levels(conversation.id),
    }
    return render(request, "listen/counted.html", context)


@require_safe
def counted_set(request: HttpRequest, slug: str, snapshot: UUID) -> HttpResponse:
    """The file of a counted set: what is published once never changes."""
    found = reads.conversation(slug, asked_by=actor(request))
    text = reads.set_text(found.id, snapshot)
    return _file(text, f"{slug}-counted-{snapshot}.jsonl", "application/jsonl")


@require_safe
def figures(request: HttpRequest, slug: str, snapshot: UUID) -> HttpResponse:
    """Published results that need not be the newest, byte for byte."""
    found = reads.conversation(slug, asked_by=actor(request))
    text = reads.figures_of(found.id, snapshot)
    return _file(text, f"{slug}-figures-{snapshot}.json", "application/json")


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The program that counts anew, to keep: it needs nothing else of ours."""
    return _file(Path(retally.__file__).read_text(encoding="utf-8"), "retally.py", "text/x-python")


def _file(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@get_or_post
@never_cache
def replays(request: HttpRequest, slug: str) -> HttpResponse:
    """For an analyst whom an administrator allowed it: have results worked out again."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    grants = reads.grants(conversation.id, asked_by=who)
    if request.method == "POST":
        try:
            snapshot = UUID(request.POST.get("snapshot", ""))
        except ValueError:
            raise NotPossible(_("Choose the results to replay.")) from None
        actions.ask_replay(by=who, snapshot=snapshot, at=timezone.now())
        messages.success(request, _("Asked for. What comes of it stands here soon, and in the record."))
        return redirect("listen:replays", slug=slug)
    return _replays(request, conversation, grants, GrantForm())


@require_POST
def grant(request: HttpRequest, slug: str) -> HttpResponse:
    """For an administrator: allow an analyst replays until a day, for a reason that everyone can read."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    rules.check_can_grant_replays(who, conversation.place)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            actions.grant_replays(
                by=who, conversation=conversation.id, at=timezone.now(), **form.cleaned_data
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Allowed. It is in the record."))
            return redirect("listen:replays", slug=slug)
    return _replays(request, conversation, reads.grants(conversation.id, asked_by=who), form)


def _replays(
    request: HttpRequest,
    conversation: reads.ConversationView,
    grants: Iterable[reads.GrantView],
    form: GrantForm,
) -> HttpResponse:
    who, today = actor(request), timezone.localdate()
    context = {
        "conversation": conversation,
        "grants": grants,
        "allowed": any(each.person == who.user and today <= each.until for each in grants),
        "sets": reads.sets(conversation.id),
        "results": reads.results(conversation.id),
        "replays": reads.replays(conversation.id),
        "may_grant": rules.can_grant_replays(who, conversation.place),
        "form": form,
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "listen/replays.html", context, status=status)


@get_or_post
@never_cache
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    """For a convenor: make codes to post to households. They come as a file, once, and are not kept."""
    who = actor(request)
    conversation = reads.conversation(slug, asked_by=who)
    rules.check_can_convene(who, conversation.place)
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.issue_codes(
                by=who, conversation=conversation.id, at=timezone.now(), **form.cleaned_data
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _codes_file(slug, form.cleaned_data["area"], made)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"conversation": conversation, "form": form, "issued": reads.issued(conversation.id)}
    return render(request, "listen/codes.html", context, status=status)


def _codes_file(slug: str, area: str, made: Iterable[str]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-codes.csv"'
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    table = csv.writer(response)
    table.writerow(["code", "area"])
    table.writerows([code, harmless(area)] for code in made)
    return response
