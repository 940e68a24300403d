"""Pages on which the parties appoint and remove their scrutineer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from covenant.place.types import NotFound, NotPossible
from covenant.scrutinise import actions, rules
from covenant.scrutinise.desk import MotionView, Scrutiny
from covenant.scrutinise.forms import AppointForm, ReasonForm, done
from covenant.scrutinise.stages import Motion, Office
from covenant.scrutinise.views import form_page, get_or_post, of_covenant


@get_or_post
def appoint(request: HttpRequest, slug: str) -> HttpResponse:
    """Put somebody to all signing parties as their scrutineer."""
    actor, covenant, _found, today = of_covenant(request, slug)
    parties = covenant.in_force.parties if covenant.in_force else ()
    rules.check_can_propose(actor, covenant.place, parties, today)
    form = AppointForm(request.POST or None)

    def act() -> UUID:
        words = form.cleaned_data
        return actions.propose_scrutineer(by=actor, covenant=covenant.id, at=timezone.now(), **words)

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Every signing party can now consent to exactly these words."))
        return redirect("scrutinise:scrutiny", slug=slug)
    intro = _(
        "Everyone who signed the covenant must consent to exactly what you write here. It cannot be changed "
        "afterwards; it can be withdrawn and proposed anew."
    )
    title, button = _("Propose a scrutineer"), _("Put it to the parties")
    return form_page(request, form, covenant, title=title, intro=intro, button=button)


@get_or_post
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Put it to all signing parties to remove their scrutineer."""
    actor, covenant, found, today = of_covenant(request, slug)
    parties = covenant.in_force.parties if covenant.in_force else ()
    rules.check_can_propose_removal(actor, parties, today)
    held = removable(found)
    if held is None:
        raise NotPossible(_("This covenant has no scrutineer who could be removed."))
    form = ReasonForm(request.POST or None)

    def act() -> UUID:
        reason = form.cleaned_data["reason"]
        return actions.propose_removal(by=actor, appointment=held.id, reason=reason, at=timezone.now())

    if request.method == "POST" and done(form, act):
        messages.success(
            request, _("The scrutineer stays in office until every signing party has consented.")
        )
        return redirect("scrutinise:scrutiny", slug=slug)
    intro = _("The reason is published at once. It takes the consent of every signing party; one can refuse.")
    title = _("Propose to remove %(name)s as scrutineer") % {"name": held.terms.name}
    return form_page(request, form, covenant, title=title, intro=intro, button=_("Put it to the parties"))


def removable(found: Scrutiny) -> MotionView | None:
    """The appointment that can be ended early: one in office, or else one that is to begin."""
    stands = (Office.IN_OFFICE, Office.TO_BEGIN)
    return found.scrutineer or next((motion for motion, office in found.offices if office in stands), None)


@require_safe
def proposal(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """The exact words that are put to the parties, who has consented, and the forms for those who may."""
    return _proposal_page(request, slug, id, ReasonForm())


def _proposal_page(request: HttpRequest, slug: str, id: UUID, form: ReasonForm) -> HttpResponse:
    actor, covenant, found, today = of_covenant(request, slug)
    motion = _motion(found, id)
    is_open = motion.state is Motion.OPEN
    context = {
        "covenant": covenant,
        "motion": motion,
        "may_consent": rules.speaks_for(actor, motion.missing, today) if is_open else [],
        "may_withdraw": is_open
        and rules.can_withdraw(actor, covenant.place, motion.put_for.id if motion.put_for else None, today),
        "form": form,
    }
    return render(request, "scrutinise/proposal.html", context, status=400 if form.errors else 200)


@require_POST
def consent(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Consent for a party to the words whose hash the page showed."""
    actor, covenant, found, _today = of_covenant(request, slug)
    motion = _motion(found, id)
    hash, at = request.POST.get("hash", ""), timezone.now()
    after = actions.consent(by=actor, proposal=id, party=_party(request, motion), hash=hash, at=at)
    carried = _("You were the last to consent: it is done.")
    messages.success(request, carried if after is Motion.CARRIED else _("You have consented for your party."))
    return redirect("scrutinise:proposal", slug=covenant.slug, id=id)


@require_POST
def refuse(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    actor, covenant, found, _today = of_covenant(request, slug)
    motion, form = _motion(found, id), ReasonForm(request.POST)
    party = _party(request, motion)
    if not form.is_valid():
        return _proposal_page(request, slug, id, form)
    reason = form.cleaned_data["reason"]
    actions.refuse_proposal(by=actor, proposal=id, party=party, reason=reason, at=timezone.now())
    messages.success(request, _("Your refusal and its reason stand on this page."))
    return redirect("scrutinise:proposal", slug=covenant.slug, id=id)


@require_POST
def withdraw(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    actor, _covenant, found, _today = of_covenant(request, slug)
    actions.withdraw_proposal(by=actor, proposal=_motion(found, id).id, at=timezone.now())
    messages.success(request, _("The proposal is withdrawn."))
    return redirect("scrutinise:scrutiny", slug=slug)


def _motion(found: Scrutiny, id: UUID) -> MotionView:
    motions = (*(motion for motion, _office in found.offices), *found.removals)
    motion = next((each for each in motions if each.id == id), None)
    if motion is None:
        raise NotFound(_("There is no such proposal about this covenant."))
    return motion


def _party(request: HttpRequest, motion: MotionView) -> UUID:
    named = request.POST.get("party", "")
    found = next((party.id for party in motion.needed if str(party.id) == named), None)
    if found is None:
        raise NotPossible(_("Say for which party you act."))
    return found
