"""What bodies do: weigh, answer what was heard, declare interests, sign a judgement or dissent from it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import NotPossible
from covenant.weigh import actions, rules
from covenant.weigh.formats import what
from covenant.weigh.shown import Consideration
from covenant.weigh.types import AppraisalState
from covenant.weigh.views.appraising import page
from covenant.weigh.views.pages import acts_for, appraisal_at, check_contributes, check_named, get_or_post
from covenant.weigh.weighing_forms import (
    CONVENOR,
    AnswersForm,
    InterestForm,
    JudgementForm,
    ReasonForm,
    WeighForm,
)


@get_or_post
def weigh(request: HttpRequest, id: UUID, party: UUID | None = None) -> HttpResponse:
    """Weigh everything for a body, or as the convenor: what is left open can be weighed another day."""
    actor, found = appraisal_at(request, id)
    rules.check_can_act_for(actor, found.place.id, party, found.bodies, timezone.localdate())
    rules.check_is_open(found.state)
    rows = [(each, what(found, each), *_weighed(each, party)) for each in found.considerations]
    form = WeighForm(request.POST or None, rows=rows)

    def do() -> str:
        actions.weigh(by=actor, appraisal=id, party=party, weights=form.weights(), at=timezone.now())
        return _("It is on the page and in the record. Until the judgement you can weigh anew.")

    name = next((body.name for body in found.bodies if body.id == party), _("the convenor"))
    lead = _(
        "Say of each how much it weighs and why. “None” is an answer, and needs a reason too. Leave “Not "
        "yet” where you have not come to it."
    )
    return page(request, form, do, found, title=_("Weigh for %(name)s") % {"name": name}, lead=lead)


def _weighed(each: Consideration, party: UUID | None) -> tuple[str, str]:
    one = next((w for w in each.weighed if (w.party.id if w.party else None) == party), None)
    return (one.weight.value, one.reason) if one else ("", "")


@get_or_post
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer each thing that was heard: followed or not, and why."""
    actor, found = appraisal_at(request, id)
    check_contributes(actor, found)
    rows = [(each, what(found, each), *_answered(each)) for each in found.considerations if each.is_heard]
    if not rows:
        raise NotPossible(_("Nothing that was heard is among what is weighed yet."))
    form = AnswersForm(request.POST or None, rows=rows)

    def do() -> str:
        actions.answer(by=actor, appraisal=id, answers=form.answers(), at=timezone.now())
        return _("The answers are on the page. They are signed with the judgement.")

    lead = _("Who said something is owed an answer, the more so where it is not followed.")
    return page(request, form, do, found, title=_("Answer what was heard"), lead=lead)


def _answered(each: Consideration) -> tuple[str, str]:
    return (each.answer.followed.value, each.answer.because) if each.answer else ("", "")


@get_or_post
def interest(request: HttpRequest, id: UUID) -> HttpResponse:
    """Declare an interest for a body, or as the convenor."""
    actor, found = appraisal_at(request, id)
    mine = acts_for(actor, found)
    check_named(request, mine, CONVENOR)
    rules.check_is_open(found.state)
    form = InterestForm(request.POST or None, acts_for=mine)

    def do() -> str:
        said = form.cleaned_data["text"]
        actions.declare_interest(by=actor, appraisal=id, party=form.acting(), text=said, at=timezone.now())
        return _("It is declared, for everyone to read.")

    return page(request, form, do, found, title=_("Declare an interest"))


@get_or_post
def put(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a judgement for signing."""
    actor, found = appraisal_at(request, id)
    check_can_convene(actor, found.place.id)
    rules.check_is_open(found.state)
    options = [option for option in found.options if not option.discarded]
    form = JudgementForm(request.POST or None, options=options)

    def do() -> str:
        option, reason = UUID(form.cleaned_data["option"]), form.cleaned_data["reason"]
        actions.put(by=actor, appraisal=id, option=option, reason=reason, at=timezone.now())
        return _("The judgement is put for signing. Nothing in it can change now.")

    lead = _(
        "Everything on the page is frozen under one hash. Each body then signs it, or dissents beside it."
    )
    title = _("Put a judgement for signing")
    return page(request, form, do, found, title=title, lead=lead, warns=_("Put it for signing"))


@require_POST
def take_back(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.take_back(by=places.actor(request.user.pk), appraisal=id, at=timezone.now())
    messages.success(request, _("The judgement is taken back. What is weighed can change again."))
    return redirect("weigh:appraisal", id)


@require_POST
def sign(request: HttpRequest, id: UUID) -> HttpResponse:
    """Sign for a body the judgement whose hash the page showed."""
    actor, found = appraisal_at(request, id)
    named = request.POST.get("party", "")
    party = next((body.id for body in found.bodies if str(body.id) == named), None)
    if party is None:
        raise NotPossible(_("Say for which body you act."))
    hash = request.POST.get("hash", "")
    state = actions.sign(by=actor, appraisal=id, party=party, hash=hash, at=timezone.now())
    messages.success(request, _said(state))
    return redirect("weigh:appraisal", id)


def _said(state: AppraisalState) -> str:
    if state is AppraisalState.JUDGED:
        return _("You were the last to answer: it is decided.")
    if state is AppraisalState.OPEN:
        return _("You were the last to answer: it is not agreed, and not decided.")
    return _("Your answer is in the record. The other bodies have still to answer.")


@get_or_post
def dissent(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record a body's dissent beside the judgement that is put for signing."""
    actor, found = appraisal_at(request, id)
    mine = tuple(body for body in acts_for(actor, found) if body)
    check_named(request, mine, CONVENOR)
    if found.state is not AppraisalState.PUT:
        raise NotPossible(_("No judgement is put for signing here."))
    form = ReasonForm(request.POST or None, acts_for=mine)

    def do() -> str:
        party, reason = form.acting(), form.cleaned_data["reason"]
        if party is None:
            raise NotPossible(_("Say for which body you act."))
        return _said(actions.dissent(by=actor, appraisal=id, party=party, reason=reason, at=timezone.now()))

    lead = _("Your reason stands beside the judgement, never inside it. Nobody can change it afterwards.")
    return page(request, form, do, found, title=_("Dissent"), lead=lead, warns=_("Record the dissent"))
