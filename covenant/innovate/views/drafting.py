"""What a convenor does: areas and freedoms until they are proposed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from covenant.agree import reads as agree
from covenant.innovate import actions, rules
from covenant.innovate.forms import (
    AreaForm,
    FreedomForm,
)
from covenant.innovate.types import NEVER_WAIVED, AreaView, FreedomView
from covenant.innovate.views.pages import area_at, form_page, freedom_at, get_or_post
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotPossible, PartyView


@get_or_post
def begin(request: HttpRequest, place: str) -> HttpResponse:
    """Begin an innovation area in a place."""
    actor, where = places.actor(request.user.pk), places.place(place)
    check_can_convene(actor, where.id)
    form = _area_form(request, where.id, initial={"places": [str(where.id)]})

    def do() -> str:
        slug = form.cleaned_data["slug"]
        actions.begin_area(by=actor, place=where.id, slug=slug, words=form.words(), at=timezone.now())
        return _("The area is there. Now draft its first freedom.")

    then = ("innovate:area", form["slug"].value())
    lead = _(
        "An innovation area is one or more places in which bodies try something for a time that a rule would "
        "not allow, and show what came of it."
    )
    return form_page(
        request, form, do, then=then, title=_("Begin an innovation area"), lead=lead, caption=where.name
    )


@get_or_post
def word_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Word an area anew before anything in it was proposed."""
    actor, found = area_at(request, slug)
    check_can_convene(actor, found.place.id)
    form = _area_form(request, found.place.id, initial=AreaForm.values(found))
    del form.fields["slug"]

    def do() -> str:
        actions.word_area(by=actor, area=found.id, words=form.words(), at=timezone.now())
        return _("The area is worded anew.")

    return form_page(
        request, form, do, then=("innovate:area", slug), title=_("Word the area anew"), area=found
    )


def _area_form(request: HttpRequest, place: UUID, initial: dict[str, object]) -> AreaForm:
    within = [p for p in places.places() if place in (p.id, *(above.id for above in p.within))]
    return AreaForm(
        request.POST or None,
        places=within,
        parties=_parties(place),
        commitments=agree.commitments(places=[p.id for p in within]),
        initial=initial,
    )


def _parties(place: UUID) -> list[PartyView]:
    """Every body of a place, of those within it and of those that it lies in: any of them may hold a rule."""
    every = places.places()
    above = next((p.within for p in every if p.id == place), ())
    near = {p.id for p in (*above, *every) if p in above or place in (p.id, *(up.id for up in p.within))}
    return [party for party in places.parties() if party.sector.signs and party.place in near]


@get_or_post
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a freedom."""
    actor, found = area_at(request, slug)
    return _draft(request, actor, found, None)


@get_or_post
def renew(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Draft a freedom that renews one whose evaluation is published."""
    actor, found_area, found = freedom_at(request, slug, number)
    check_can_convene(actor, found_area.place.id)
    if found.evaluation is None:
        raise NotPossible(_("No freedom is renewed before its evaluation is published."))
    return _draft(request, actor, found_area, found)


def _draft(request: HttpRequest, actor: Actor, area: AreaView, renewed: FreedomView | None) -> HttpResponse:
    check_can_convene(actor, area.place.id)
    initial = FreedomForm.values(renewed) if renewed else {"starts": area.starts, "sunset": area.sunset}
    for name in ("starts", "sunset", "evaluation_due") if renewed else ():
        initial.pop(name)
    form = FreedomForm(request.POST or None, parties=_parties(area.place.id), initial=initial)

    def do() -> str:
        renews = renewed.id if renewed else None
        actions.draft_freedom(by=actor, area=area.id, words=form.words(), renews=renews, at=timezone.now())
        return _("The freedom is drafted. Nobody has consented to it yet.")

    title = _("Renew freedom %(n)d") % {"n": renewed.number} if renewed else _("Draft a freedom")
    return form_page(
        request,
        form,
        do,
        then=("innovate:area", area.slug),
        title=title,
        area=area,
        never_waived=NEVER_WAIVED,
    )


@get_or_post
def word(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Word a draft anew."""
    actor, found_area, found = freedom_at(request, slug, number)
    check_can_convene(actor, found_area.place.id)
    rules.check_is_draft(found.state)
    form = FreedomForm(
        request.POST or None, parties=_parties(found_area.place.id), initial=FreedomForm.values(found)
    )

    def do() -> str:
        actions.word_freedom(by=actor, freedom=found.id, words=form.words(), at=timezone.now())
        return _("The draft is worded anew.")

    then = ("innovate:freedom", slug, number)
    return form_page(
        request,
        form,
        do,
        then=then,
        title=_("Word the freedom anew"),
        area=found_area,
        never_waived=NEVER_WAIVED,
    )


@require_POST
def propose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a draft to those whose consent it takes."""
    actor, _found, found = freedom_at(request, slug, number)
    actions.propose(by=actor, freedom=found.id, at=timezone.now())
    messages.success(request, _("The freedom is proposed. Its words cannot change any more."))
    return redirect("innovate:freedom", slug, number)


@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    actor, _found, found = freedom_at(request, slug, number)
    actions.withdraw(by=actor, freedom=found.id, at=timezone.now())
    messages.success(request, _("The freedom is withdrawn."))
    return redirect("innovate:area", slug)
