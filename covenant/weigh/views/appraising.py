"""What a convenor and the bodies that weigh do until a judgement is put for signing."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import NotFound
from covenant.weigh import actions, reads, rules
from covenant.weigh.appraising_forms import AppraisalForm, ConsiderationForm, OptionForm
from covenant.weigh.shown import AppraisalView, IdeaLine, OptionView
from covenant.weigh.types import ConsiderationKind, Source
from covenant.weigh.views.pages import (
    acts_for,
    appraisal_at,
    check_contributes,
    check_named,
    form_page,
    get_or_post,
)
from covenant.weigh.weighing_forms import CONVENOR, ReasonForm, WithdrawForm


@get_or_post
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a decision in a place."""
    actor, place = places.actor(request.user.pk), places.place(slug)
    check_can_convene(actor, place.id)
    parties, today = reads.near_parties(place.id), timezone.localdate()
    form = AppraisalForm(request.POST or None, parties=parties, today=today)
    made: list[UUID] = []

    def do() -> str:
        nothing = (_("Do nothing"), _("Leave things as they are. The other options are compared with this."))
        made.append(
            actions.begin_appraisal(
                by=actor, place=place.id, words=form.words(), nothing=nothing, at=timezone.now()
            )
        )
        return _("The decision is there, with doing nothing as its first option. Now add another.")

    lead = _(
        "Ask while it can still be decided either way. Options, costs, reasons and what was heard stand on "
        "one page, and are signed before anything is decided."
    )
    response = form_page(
        request, form, do, then=("weigh:ideas", slug), title=_("Begin an options appraisal"), lead=lead,
        caption=place.name, back=reverse("weigh:ideas", args=[slug]),
    )  # fmt: skip
    return redirect("weigh:appraisal", made[0]) if made else response


def page(request: HttpRequest, form: Any, do: Any, found: AppraisalView, **context: Any) -> HttpResponse:
    """A page with one form about a decision."""
    back = reverse("weigh:appraisal", args=[found.id])
    then, caption = ("weigh:appraisal", found.id), found.words.title
    return form_page(request, form, do, then=then, caption=caption, back=back, **context)


@get_or_post
def word(request: HttpRequest, id: UUID) -> HttpResponse:
    """Word a decision anew."""
    actor, found = appraisal_at(request, id)
    check_can_convene(actor, found.place.id)
    rules.check_is_open(found.state)
    form = AppraisalForm(
        request.POST or None,
        parties=reads.near_parties(found.place.id),
        today=timezone.localdate(),
        before=found.words.decide_by,
        initial=AppraisalForm.values(found),
    )

    def do() -> str:
        actions.word_appraisal(by=actor, appraisal=id, words=form.words(), at=timezone.now())
        return _("The decision is worded anew.")

    return page(request, form, do, found, title=_("Word the decision anew"))


def _ideas(found: AppraisalView, option: OptionView | None) -> list[IdeaLine]:
    taken = {id for id, _title in option.ideas} if option else set()
    lines = reads.ideas(place=found.place.id)
    return [line for line in lines if not line.is_withdrawn or line.id in taken]


@get_or_post
def add_option(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add an option to a decision."""
    return _option(request, id, None)


@get_or_post
def word_option(request: HttpRequest, id: UUID, option: UUID) -> HttpResponse:
    """Word an option anew."""
    return _option(request, id, option)


def _option(request: HttpRequest, id: UUID, option: UUID | None) -> HttpResponse:
    actor, found = appraisal_at(request, id)
    check_contributes(actor, found)
    known = _known(found, option) if option else None
    initial = OptionForm.values(known) if known else None
    form = OptionForm(request.POST or None, ideas=_ideas(found, known), initial=initial)

    def do() -> str:
        actions.word_option(by=actor, appraisal=id, option=option, words=form.words(), at=timezone.now())
        return _("The option is kept. What its ideas stand on is among what is weighed.")

    title = _("Word option %(n)d anew") % {"n": known.number} if known else _("Add an option")
    return page(request, form, do, found, title=title)


def _known(found: AppraisalView, option: UUID) -> OptionView:
    known = next((each for each in found.options if each.id == option), None)
    if known is None:
        raise NotFound(_("There is no such option in this decision."))
    return known


@get_or_post
def discard(request: HttpRequest, id: UUID, option: UUID) -> HttpResponse:
    """Discard an option with the reason."""
    actor, found = appraisal_at(request, id)
    mine, known = acts_for(actor, found), _known(found, option)
    check_named(request, mine, CONVENOR)
    rules.check_is_open(found.state)
    rules.check_can_discard(known, _("not said yet"))
    form = ReasonForm(request.POST or None, acts_for=mine)

    def do() -> str:
        party, reason = form.acting(), form.cleaned_data["reason"]
        actions.discard_option(
            by=actor, appraisal=id, option=option, party=party, reason=reason, at=timezone.now()
        )
        return _("The option is discarded. It stays on the page, with the reason.")

    lead = _("A discarded option stays visible with its reason. It cannot be taken up again; write it anew.")
    title = _("Discard option %(n)d: %(title)s") % {"n": known.number, "title": known.words.title}
    return page(request, form, do, found, title=title, lead=lead, warns=_("Discard it"))


@get_or_post
def consider(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add something to what is weighed."""
    actor, found = appraisal_at(request, id)
    check_contributes(actor, found)
    form = ConsiderationForm(request.POST or None)

    def do() -> str:
        said, now = form.cleaned_data, timezone.now()
        kind = ConsiderationKind(said["kind"])
        if kind is ConsiderationKind.HEARD:
            for citation in said["statements"]:
                actions.add_consideration(
                    by=actor, appraisal=id, kind=kind, statement=citation.statement, at=now
                )
        else:
            source = Source(said["text"], said["source"], said["url"])
            actions.add_consideration(by=actor, appraisal=id, kind=kind, said=source, at=now)
        return _("It is among what is weighed.")

    return page(request, form, do, found, title=_("Add something to weigh"))


@get_or_post
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a decision up."""
    actor, found = appraisal_at(request, id)
    check_can_convene(actor, found.place.id)
    rules.check_is_open(found.state)
    form = WithdrawForm(request.POST or None)

    def do() -> str:
        reason = form.cleaned_data["reason"]
        actions.withdraw(by=actor, appraisal=id, reason=reason, at=timezone.now())
        return _("The decision is withdrawn. Everything that was weighed stays readable.")

    lead = _("It will not be decided here. Nothing that was weighed is lost.")
    return page(request, form, do, found, title=_("Withdraw the decision"), lead=lead, warns=_("Withdraw it"))
