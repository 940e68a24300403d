"""Pages on which the scrutineer acts on one concern."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from covenant.concern import actions, reads, rules
from covenant.concern.desk_pages import Page, acting_on, line_of
from covenant.concern.forms import (
    AdmitForm,
    CloseForm,
    JoinForm,
    OfferForm,
    RefuseForm,
    WriteForm,
    done,
    parties_as_choices,
)
from covenant.concern.types import Criterion, DeskLine, Outcome, Standing
from covenant.concern.views import get_or_post
from covenant.place.types import NotPossible


def _page(
    request: HttpRequest,
    of: Page,
    line: DeskLine,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: str,
    intro: str,
    button: str,
    said: str,
) -> HttpResponse:
    """A page with one form about a concern."""
    slug = of[1].slug
    if request.method == "POST" and done(form, act):
        messages.success(request, said)
        return redirect("concern:desk", slug=slug)
    context = {
        "covenant": of[1],
        "line": line,
        "form": form,
        "title": title,
        "intro": intro,
        "button": button,
    }
    return render(request, "concern/form.html", context, status=400 if form.errors else 200)


@never_cache
@get_or_post
def admit(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Admit a concern."""
    of = actor, covenant = acting_on(request, slug)
    line, version = line_of(covenant, id, actor), covenant.in_force
    clauses = version.clauses if version else ()
    form = AdmitForm(
        request.POST or None,
        parties=parties_as_choices(p for p in (version.parties if version else ()) if p.sector.signs),
        commitments=[(str(c.commitment), f"{c.number}. {c.text}") for c in clauses],
    )

    def act() -> None:
        parties, about = form.cleaned_data["parties"], form.cleaned_data["commitment"]
        actions.admit(
            by=actor,
            concern=id,
            parties=[UUID(party) for party in parties],
            commitment=UUID(about) if about else None,
            at=timezone.now(),
        )

    tests = " ".join(f"{number}. {each.label}." for number, each in enumerate(Criterion, 1))
    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Admit this concern"),
        intro=_("The tests: %(tests)s") % {"tests": tests},
        button=_("Admit it"),
        said=_("It is admitted. Offer the first rung to whoever raised it."),
    )


@never_cache
@get_or_post
def refuse(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Do not admit a concern, by a test that is named."""
    of = actor, covenant = acting_on(request, slug)
    line, form = line_of(covenant, id, actor), RefuseForm(request.POST or None)

    def act() -> None:
        words = form.cleaned_data
        actions.refuse(
            by=actor,
            concern=id,
            criterion=Criterion(words["criterion"]),
            text=words["text"],
            at=timezone.now(),
        )

    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Do not admit this concern"),
        intro=_(
            "The test is counted in public. The reason is read by whoever raised it, and by nobody else."
        ),
        button=_("Do not admit it"),
        said=_("It is closed, and whoever raised it can read why."),
    )


@never_cache
@get_or_post
def write(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Write to whoever raised it."""
    of = actor, covenant = acting_on(request, slug)
    line, form = line_of(covenant, id, actor), WriteForm(request.POST or None)

    def act() -> None:
        actions.write(by=actor, concern=id, text=form.cleaned_data["text"], at=timezone.now())

    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Write to whoever raised it"),
        intro=_("They read it when they come back with their case code: nobody can send them a message."),
        button=_("Seal and send"),
        said=_("It is sealed to whoever raised it."),
    )


@never_cache
@get_or_post
def offer(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Offer the next rung to whoever raised it."""
    of = actor, covenant = acting_on(request, slug)
    line, form = line_of(covenant, id, actor), OfferForm(request.POST or None)
    if line.next_rung is None:
        raise NotPossible(_("This is the last rung: a finding is before the parties, or published."))

    def act() -> None:
        words = form.cleaned_data
        actions.offer(by=actor, concern=id, at=timezone.now(), **words)

    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Offer the next rung: %(rung)s") % {"rung": line.next_rung.label},
        intro=_("Whoever raised it sees these words first. Nobody else does unless they consent."),
        button=_("Offer it"),
        said=_("It is offered to whoever raised it."),
    )


@require_POST
def climb(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Take a concern to the rung that was consented to."""
    actor, covenant = acting_on(request, slug)
    line_of(covenant, id, actor)
    rung = actions.climb(by=actor, concern=id, at=timezone.now())
    messages.success(request, _("It has come to: %(rung)s.") % {"rung": rung.label})
    return redirect("concern:concern", slug=slug, id=id)


@never_cache
@get_or_post
def join(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Join a concern to another about the same thing."""
    of = actor, covenant = acting_on(request, slug)
    line = line_of(covenant, id, actor)
    lines = reads.desk(covenant.id, asked_by=actor, today=timezone.localdate())
    others = [
        (str(each.id), each.mark)
        for each in lines
        if each.id != id and each.standing is Standing.ADMITTED and each.joined_to is None
    ]
    form = JoinForm(request.POST or None, others=others)

    def act() -> None:
        actions.join(by=actor, concern=id, to=UUID(form.cleaned_data["to"]), at=timezone.now())

    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Join this concern to another"),
        intro=_("They are offered rungs together and counted as one. Each who raised one consents alone."),
        button=_("Join them"),
        said=_("They are joined."),
    )


@never_cache
@get_or_post
def close(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Close a concern, or note that it was withdrawn."""
    of = actor, covenant = acting_on(request, slug)
    line = line_of(covenant, id, actor)
    gone = line.standing is Standing.WITHDRAWN
    form = CloseForm(request.POST or None, initial={"outcome": Outcome.WITHDRAWN if gone else None})

    def act() -> None:
        words = form.cleaned_data
        actions.close(
            by=actor, concern=id, outcome=Outcome(words["outcome"]), text=words["text"], at=timezone.now()
        )

    days = {"days": rules.KEPT_DAYS}
    return _page(
        request,
        of,
        line,
        form,
        act,
        title=_("Close this concern"),
        intro=_("How it ended is counted in public. What was written is deleted %(days)s days from now.")
        % days,
        button=_("Close it"),
        said=_("It is closed."),
    )
