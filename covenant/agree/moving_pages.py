"""Pages on who leaves a covenant, and who takes whose place in it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from covenant.agree import actions, reads, rules
from covenant.agree.drafting_pages import actor_of, form_page, get_or_post
from covenant.agree.moving_forms import LeaveForm, SuccessorForm
from covenant.agree.types import CovenantView
from covenant.place import reads as places
from covenant.place.types import Actor, NotAllowed, NotPossible, PartyView


def _covenant(request: HttpRequest, slug: str) -> tuple[Actor, CovenantView]:
    actor = actor_of(request)
    return actor, reads.covenant(slug, asked_by=actor, today=timezone.localdate())


def _bound(covenant: CovenantView) -> tuple[PartyView, ...]:
    if covenant.in_force is None:
        raise NotPossible(_("No version of this covenant is in force, so nobody is bound by it."))
    return covenant.in_force.parties


@require_safe
def moves(request: HttpRequest, slug: str) -> HttpResponse:
    """Between whom a covenant is, who leaves it and with what effect, and who takes whose place."""
    actor, covenant = _covenant(request, slug)
    today, now = timezone.localdate(), covenant.in_force
    parties = now.parties if now else ()
    context = {
        "covenant": covenant,
        "parties": parties,
        "mandates": places.mandates(parties=[party.id for party in parties]),
        "departures": [
            (
                each,
                actor.mandate_for(each.party.id, today) is not None and each.done_at is None,
                [
                    (clause, not clause.together and actor.mandate_for(clause.debtor.id, today) is not None)
                    for clause in each.lapses
                ],
            )
            for each in reads.departures(covenant.id, reads.content(covenant.title, now) if now else None)
        ],
        "successions": [
            (each, each.accepted_at is None and actor.mandate_for(each.new.id, today) is not None)
            for each in reads.successions(covenant.id)
        ],
        "may_leave": any(actor.mandate_for(party.id, today) for party in parties),
        "may_name": bool(parties) and (rules.can_convene(actor, covenant.place) or bool(actor.mandates)),
        "today": today,
    }
    return render(request, "agree/moves.html", context)


@get_or_post
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give notice for a party that it leaves."""
    actor, covenant = _covenant(request, slug)
    today = timezone.localdate()
    mine = [party for party in _bound(covenant) if actor.mandate_for(party.id, today)]
    if not mine:
        raise NotAllowed(_("Only a person with a mandate from a party can give notice for it."))
    if (named := request.POST.get("party")) and named not in {str(party.id) for party in mine}:
        raise NotAllowed(_("Only a person with a mandate from a party can give notice for it."))
    form = LeaveForm(request.POST or None, parties=mine)
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        try:
            actions.depart(
                by=actor,
                covenant=covenant.id,
                party=UUID(words["party"]),
                reason=words["reason"],
                leaves=words["leaves"],
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The notice is in the record, and everyone can read it."))
            return redirect("agree:moves", slug=slug)
    return form_page(request, "agree/leave.html", form, {"covenant": covenant})


@require_POST
def stay(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Take back the notice of a party that has not left yet."""
    actions.stay(by=actor_of(request), departure=id, at=timezone.now())
    messages.success(request, _("The notice is taken back: the party stays."))
    return redirect("agree:moves", slug=slug)


@require_POST
def reaffirm(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Say for its debtor that a commitment stands, though what it was promised in return for ends."""
    try:
        commitment = UUID(request.POST.get("commitment", ""))
    except ValueError:
        raise NotPossible(_("Say which commitment stands.")) from None
    actions.reaffirm(by=actor_of(request), departure=id, commitment=commitment, at=timezone.now())
    messages.success(request, _("The commitment stands, whoever leaves."))
    return redirect("agree:moves", slug=slug)


@get_or_post
def successor(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which body takes another's place."""
    actor, covenant = _covenant(request, slug)
    bound = _bound(covenant)
    mine = [mandate.party for mandate in actor.mandates if mandate.holds_on(timezone.localdate())]
    rules.check_can_name_successor(actor, covenant.place, mine or [covenant.id], timezone.localdate())
    others = {party.id: party for party in (*places.parties(place=covenant.place), *places.parties(ids=mine))}
    form = SuccessorForm(
        request.POST or None, old=bound, new=sorted(others.values(), key=lambda party: party.name)
    )
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        words["old"], words["new"] = UUID(words["old"]), UUID(words["new"])
        try:
            actions.name_successor(by=actor, covenant=covenant.id, at=timezone.now(), **words)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The successor is named. It takes the place once it has accepted."))
            return redirect("agree:moves", slug=slug)
    return form_page(request, "agree/successor.html", form, {"covenant": covenant})


@require_POST
def accept(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Accept for the new body what the old one owed and was owed."""
    actions.accept_succession(by=actor_of(request), succession=id, at=timezone.now())
    messages.success(
        request, _("Accepted: the new body takes the place on the day on which it takes effect.")
    )
    return redirect("agree:moves", slug=slug)
