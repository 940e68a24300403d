"""Taking part without an account: one statement at a time, one's own votes, a statement of one's own.

A page that is only looked at changes nothing: each step is a form that is sent.
"""

import random
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenant.listen import actions, reads
from covenant.listen.forms import AnswerForm, CodeForm, SuggestForm, VoteForm
from covenant.listen.views.who import participant_in, remember, remembered
from covenant.place.types import NotFound, NotPossible

_chance = random.SystemRandom()


@require_safe
@never_cache
def take_part(request: HttpRequest, slug: str) -> HttpResponse:
    """The statement that stands before this participant; before they start, what taking part means."""
    conversation, part = participant_in(request, slug)
    return render(request, "listen/take_part.html", {"conversation": conversation, "part": part})


@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Join as someone new, unless this browser takes part already."""
    conversation, part = participant_in(request, slug)
    response = _back(slug)
    if part is None:
        try:
            started = actions.start(conversation=conversation.id, at=timezone.now(), rng=_chance)
        except NotPossible as refusal:
            messages.warning(request, str(refusal))
        else:
            remember(response, conversation, started.participant)
    return response


@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Vote on a statement or skip it; the next one comes."""
    participant, form = remembered(request, slug), AnswerForm(request.POST)
    if participant is None:
        messages.warning(request, _("Your answer was not counted: this browser has not begun to take part."))
    elif not form.is_valid():
        messages.warning(request, _("Your answer was not counted: choose agree, disagree or pass."))
    else:
        _done(request, lambda: _answer(request, participant, form))
    return _back(slug)


def _answer(request: HttpRequest, participant: UUID, form: AnswerForm) -> None:
    exposure, value, at = form.cleaned_data["exposure"], form.value, timezone.now()
    if value is None:
        actions.skip(participant=participant, exposure=exposure, at=at, rng=_chance)
        return
    done = actions.answer(participant=participant, exposure=exposure, value=value, at=at, rng=_chance)
    if not done.counted:
        messages.warning(
            request,
            _("A moderator hid that statement while you read it, so your answer was not counted."),
        )


@require_POST
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a statement where none stands open: a new one, or one that was skipped."""
    participant = remembered(request, slug)
    if participant is not None:
        _done(request, lambda: actions.resume(participant=participant, at=timezone.now(), rng=_chance))
    return _back(slug)


@require_safe
@never_cache
def votes(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own votes, which nobody else can see."""
    conversation, part = participant_in(request, slug)
    mine = reads.own_votes(part.participant) if part else []
    stands = reads.standing(part.participant) if part else None
    context = {
        "conversation": conversation,
        "part": part,
        "set": stands.set if stands else None,
        "votes": [(vote, stands.own.get(vote.statement) if stands else None) for vote in mine],
    }
    return render(request, "listen/votes.html", context)


@require_POST
def change(request: HttpRequest, slug: str, statement: UUID) -> HttpResponse:
    """Change one's mind on a statement."""
    participant, form, at = remembered(request, slug), VoteForm(request.POST), timezone.now()
    if participant is None or not form.is_valid():
        messages.warning(request, _("Your answer was not changed."))
    elif _done(
        request,
        lambda: actions.change_vote(participant=participant, statement=statement, value=form.value, at=at),
    ):
        messages.success(request, _("Your answer is changed."))
    return redirect("listen:votes", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """Use a code that came by post: what this browser answers from now on counts as of a posted code."""
    conversation, part = participant_in(request, slug)
    if not conversation.takes_part:
        return _back(slug)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            response = _use_code(slug, conversation, part, form.cleaned_data["code"])
        except NotPossible as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("Thank you. Your answers from now on count as of a posted code."))
            return response
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"conversation": conversation, "part": part, "form": form}
    return render(request, "listen/code.html", context, status=status)


def _use_code(
    slug: str, conversation: reads.ConversationView, part: reads.Part | None, typed: str
) -> HttpResponse:
    response, at = _back(slug), timezone.now()
    if part is not None:
        actions.use_code(participant=part.participant, typed=typed, at=at)
    else:
        started = actions.start_with_code(conversation=conversation.id, typed=typed, at=at, rng=_chance)
        remember(response, conversation, started.participant)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a statement of one's own, which a moderator looks at before others see it."""
    conversation, part = participant_in(request, slug)
    if part is None or not conversation.takes_part:
        return _back(slug)
    form = SuggestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_statement(
                by=part.participant,
                conversation=conversation.id,
                text=form.cleaned_data["text"],
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Thank you. A moderator looks at it before others can answer it."))
            return _back(slug)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"conversation": conversation, "part": part, "form": form}
    return render(request, "listen/suggest.html", context, status=status)


def _done(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it; where it cannot be done, tell why on the next page, and lose nothing."""
    try:
        act()
    except (NotFound, NotPossible) as refusal:
        messages.warning(request, str(refusal))
        return False
    return True


def _back(slug: str) -> HttpResponse:
    return redirect("listen:take_part", slug=slug)
