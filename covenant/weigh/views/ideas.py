"""Ideas: what anyone can read of them, and how they are written."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import NotAllowed, NotPossible, PartyView
from covenant.weigh import actions, reads, rules
from covenant.weigh.forms import AN_ID, GroundForm, IdeaForm
from covenant.weigh.types import Voice
from covenant.weigh.views.pages import form_page, get_or_post


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The ideas of a place, and the decisions in which they are weighed."""
    actor, place = places.actor(request.user.pk), places.place(slug)
    near = reads.bodies_of(actor, place)
    context = {
        "place": place,
        "ideas": reads.ideas(place=place.id),
        "appraisals": reads.appraisals(place=place.id),
        "writes": bool(rules.voices(actor, place.id, near, timezone.localdate())),
        "convenes": can_convene(actor, place.id),
    }
    return render(request, "weigh/ideas.html", context)


@require_safe
def idea(request: HttpRequest, id: UUID) -> HttpResponse:
    """An idea: what it says, what it stands on, and which options take it up."""
    actor, found = places.actor(request.user.pk), reads.idea(id)
    author = found.author.id if found.author else None
    may = rules.may_change_idea(actor, found.place.id, author, found.writer, timezone.localdate())
    context = {"idea": found, "place": found.place, "may_change": may and not found.is_withdrawn}
    return render(request, "weigh/idea.html", context)


@get_or_post
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write an idea in a place; a statement that it answers may stand in the address."""
    actor, place = places.actor(request.user.pk), places.place(slug)
    near = reads.bodies_of(actor, place)
    voices = rules.voices(actor, place.id, near, timezone.localdate())
    if not voices:
        raise NotAllowed(_("Ideas are written by those who hold a role or a mandate in this place."))
    _check_author(request.POST.get("author", ""), voices)
    answers = request.GET.get("statement", "")[:200]
    voice, party = voices[0]
    initial = {"statements": answers, "author": str(party.id) if party else voice.value}
    form = IdeaForm(request.POST or None, voices=voices, initial=initial)
    made: list[UUID] = []

    def do() -> str:
        voice, party = form.author_of()
        kind, statements, source = form.grounds()
        words = {name: form.cleaned_data[name] for name in ("title", "text")}
        made.append(
            actions.write_idea(
                by=actor, place=place.id, voice=voice, party=party, kind=kind, statements=statements,
                source=source, at=timezone.now(), **words,
            )
        )  # fmt: skip
        return _("The idea is written. Anyone can read it now.")

    lead = _(
        "An idea answers something that was heard, or a need that a source tells of. It is public as soon as "
        "you keep it, and stands in the record."
    )
    response = form_page(
        request, form, do, then=("weigh:ideas", slug), title=_("Write an idea"), lead=lead,
        caption=place.name, back=reverse("weigh:ideas", args=[slug]),
    )  # fmt: skip
    return redirect("weigh:idea", made[0]) if made else response


def _check_author(named: str, voices: Sequence[tuple[Voice, PartyView | None]]) -> None:
    """Raise where somebody would write for a body or in a role that is not theirs."""
    mine = {str(party.id) if party else voice.value for voice, party in voices}
    if named not in mine and (AN_ID.fullmatch(named) or named in (Voice.HEARD, Voice.ROLE)):
        raise NotAllowed(_("You hold no mandate today for a body that can do this."))


@get_or_post
def ground(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let an idea stand on more."""
    actor, found = places.actor(request.user.pk), reads.idea(id)
    author = found.author.id if found.author else None
    if not rules.may_change_idea(actor, found.place.id, author, found.writer, timezone.localdate()):
        raise NotAllowed(_("Only whoever wrote this idea, or the convenor, can do this."))
    if found.is_withdrawn:
        raise NotPossible(_("This idea was withdrawn."))
    form = GroundForm(request.POST or None)

    def do() -> str:
        kind, statements, source = form.grounds()
        now = timezone.now()
        for statement in statements:
            actions.cite_statement(by=actor, idea=id, kind=kind, statement=statement, at=now)
        if source:
            actions.cite_source(by=actor, idea=id, kind=kind, said=source, at=now)
        return _("It stands with the idea.")

    return form_page(
        request, form, do, then=("weigh:idea", id), title=_("What the idea stands on"), caption=found.title,
        back=reverse("weigh:idea", args=[id]),
    )  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.withdraw_idea(by=places.actor(request.user.pk), idea=id, at=timezone.now())
    messages.success(request, _("The idea is withdrawn. It stays readable, and is marked so."))
    return redirect("weigh:idea", id)
