"""Pages on ways to answer: for members, by link, on paper; contacts of bodies, meetings of trustees."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from covenant.agree import actions, reads, signing_reads
from covenant.agree.drafting_pages import actor_of, form_page, get_or_post
from covenant.agree.signing_forms import (
    CheckForm,
    ContactForm,
    MandateForm,
    PaperForm,
    SignAsForm,
    WaitForm,
)
from covenant.agree.signing_types import AskKind, Reply
from covenant.agree.types import CovenantView, VersionState, VersionView
from covenant.agree.version_parts import named_parts, parts_asked, sent
from covenant.agree.views import said_of_state, to_version
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, MandateView, NotAllowed, NotFound, NotPossible, PartyView
from covenant.record import reads as record


def _shown(request: HttpRequest, slug: str, number: int) -> tuple[Actor, CovenantView, VersionView]:
    """A version that was shown for signing; whoever asks."""
    actor = actor_of(request)
    covenant = reads.covenant(slug, asked_by=actor, today=timezone.localdate(), also=(number,))
    found = next((version for version in covenant.versions if version.number == number), None)
    if found is None or not found.hash:
        raise NotFound(_("There is no such version of this covenant."))
    return actor, covenant, found


def _waited_for(
    request: HttpRequest, slug: str, number: int, party: UUID
) -> tuple[Actor, CovenantView, VersionView, PartyView]:
    """A version that can be signed, and a party that has not answered, for whoever speaks for it today."""
    actor, covenant, version = _shown(request, slug, number)
    found = next((each for each in version.needed if each.id == party), None)
    if found is None:
        raise NotFound(_("This version does not ask that party for its consent."))
    if actor.mandate_for(party, timezone.localdate()) is None:
        raise NotAllowed(_("You hold no mandate to speak for this party today."))
    if version.state is not VersionState.PROPOSED or found not in version.missing:
        raise NotPossible(_("Your party has answered this version, or it can no longer be answered."))
    return actor, covenant, version, found


@get_or_post
def sign_as(request: HttpRequest, slug: str, number: int, party: UUID) -> HttpResponse:
    """Sign for a party, and say for whom: for itself, or for members who were asked."""
    actor, covenant, version, found = _waited_for(request, slug, number, party)
    asked, before = parts_asked(covenant, version, party)
    parts = named_parts(asked, whole=before is not None)
    form = SignAsForm(sent(request), parts=parts, initial={"hash": version.hash})
    if request.method == "POST" and form.is_valid():
        try:
            state = actions.sign_as(
                by=actor,
                version=version.id,
                party=party,
                hash=form.cleaned_data["hash"],
                said=form.said,
                refusing=form.refusing,
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            receipt = record.leaf_about(version.id, "version.signed", party=str(party))
            messages.success(request, said_of_state(state), extra_tags=receipt)
            return to_version(covenant, version)
    context = {"covenant": covenant, "version": version, "party": found, "asked": asked, "before": before}
    return form_page(request, "agree/sign_as.html", form, context)


@get_or_post
def wait(request: HttpRequest, slug: str, number: int, party: UUID) -> HttpResponse:
    """Say for a party when its trustees meet."""
    actor, covenant, version, found = _waited_for(request, slug, number, party)
    form = WaitForm(sent(request))
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["meets"]
        try:
            actions.wait_for_trustees(by=actor, version=version.id, party=party, meets=day, at=timezone.now())
        except NotPossible as refusal:
            form.add_error("meets", str(refusal))
        else:
            messages.success(request, _("The day is shown beside your party, and nobody reminds it before."))
            return to_version(covenant, version)
    return form_page(
        request, "agree/wait.html", form, {"covenant": covenant, "version": version, "party": found}
    )


@get_or_post
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask a named person of a party, by a link that works once; for convenors."""
    actor, covenant, version = _convened(request, slug, number)
    held, names = _mandates(version)
    today = timezone.localdate()
    held = [each for each in held if each.starts <= today <= each.ends]
    form = MandateForm(sent(request), mandates=held, names=names)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_sign(
                by=actor, version=version.id, mandate=form.cleaned_data["mandate"], at=timezone.now()
            )
        except NotPossible as refusal:
            form.add_error("mandate", str(refusal))
        else:
            messages.success(request, _("The link is on its way to this person, and to nobody else."))
            return redirect("agree:ask", slug=slug, number=number)
    signing = reads.signing(version.id, asked_by=actor, today=today)
    context = {"covenant": covenant, "version": version, "signing": signing, "mandates": held}
    return form_page(request, "agree/ask.html", form, context)


@get_or_post
def paper(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Record an answer that was given on paper; for convenors."""
    actor, covenant, version = _convened(request, slug, number)
    held, names = _mandates(version)
    form = PaperForm(sent(request), mandates=held, names=names)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            id = actions.record_paper(
                by=actor,
                version=version.id,
                mandate=words["mandate"],
                reply=Reply(words["reply"]),
                said=form.said,
                reason=words["reason"],
                signed_on=words["signed_on"],
                kept_at=words["kept_at"],
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded. It counts once another side has countersigned it."))
            return redirect("agree:check_paper", slug=slug, id=id)
    context = {"covenant": covenant, "version": version, "mandates": held}
    return form_page(request, "agree/paper.html", form, context)


@get_or_post
def check_paper(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """A paper as everyone can read of it, and the form for those of another side who may countersign it."""
    actor = actor_of(request)
    covenant = reads.covenant(slug, asked_by=actor, today=timezone.localdate())
    found, number, others = signing_reads.paper(id, covenant=covenant.id)
    mine = [each for each in others if actor.mandate_for(each.id, timezone.localdate())]
    if request.method == "POST" and not mine:
        raise NotAllowed(_("Only somebody with a mandate from a party of another side countersigns a paper."))
    form = CheckForm(sent(request), parties=mine)
    if request.method == "POST" and form.is_valid() and _checked(actor, id, form):
        messages.success(request, _("What you found is in the record."))
        return redirect("agree:version", slug=slug, number=number)
    context = {
        "covenant": covenant,
        "number": number,
        "paper": found,
        "may_check": found.waits and bool(mine),
        "minutes": AskKind.COUNTERSIGN.minutes,
    }
    return form_page(request, "agree/check_paper.html", form, context)


def _checked(actor: Actor, paper: UUID, form: CheckForm) -> bool:
    """Whether what was said of a paper could stand; where not, the form says why."""
    words, at = form.cleaned_data, timezone.now()
    as_party, reason = words["as_party"], words["reason"]
    try:
        if words["accept"] == "yes":
            actions.countersign(by=actor, paper=paper, as_party=as_party, at=at)
        else:
            actions.not_accept(by=actor, paper=paper, as_party=as_party, reason=reason, at=at)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    except NotAllowed:  # of the signatory: the actor was asked about before
        form.add_error(None, _("The mandate of whoever signed the paper has ended, so it cannot count."))
    return not form.errors


@get_or_post
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """Where each party is told who signs for it; for convenors."""
    actor = actor_of(request)
    covenant = reads.covenant(slug, asked_by=actor, today=timezone.localdate())
    check_can_convene(actor, covenant.place)
    parties = signing_reads.parties_shown(covenant.id)
    form: forms.Form = ContactForm(sent(request), parties=parties)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_contact(by=actor, covenant=covenant.id, at=timezone.now(), **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The contact is kept. The body is told there who signs for it."))
            return redirect("agree:contacts", slug=slug)
    known = signing_reads.contacts(covenant.id, covenant.place, asked_by=actor)
    missing = [each for each in parties if each.id not in {one.party.id for one in known}]
    return form_page(
        request, "agree/contacts.html", form, {"covenant": covenant, "known": known, "missing": missing}
    )


def _convened(request: HttpRequest, slug: str, number: int) -> tuple[Actor, CovenantView, VersionView]:
    """A version that can be answered, for convenors of its place."""
    actor, covenant, version = _shown(request, slug, number)
    check_can_convene(actor, covenant.place)
    if version.state is not VersionState.PROPOSED:
        raise NotPossible(_("This version cannot be answered any more."))
    return actor, covenant, version


def _mandates(version: VersionView) -> tuple[list[MandateView], dict[UUID, str]]:
    """Who spoke or speaks for the parties that have not answered, and the names of those."""
    names = {party.id: party.name for party in version.missing}
    return places.mandates(parties=names), names
