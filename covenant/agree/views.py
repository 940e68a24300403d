"""Pages on which a version is read, compared and answered."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from covenant.agree import actions, reads, rules
from covenant.agree.differences import clause_differences, frame_differences
from covenant.agree.engine import Content, changed_clauses, content_fields
from covenant.agree.forms import RefuseForm
from covenant.agree.showing import PartShown, parts_shown
from covenant.agree.signing_types import Capacity, CapacitySaid
from covenant.agree.types import CovenantView, VersionState, VersionView
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, NotPossible
from covenant.record import reads as record


def _covenant(request: HttpRequest, slug: str, *also: int) -> tuple[Actor, CovenantView]:
    actor = places.actor(request.user.pk)
    return actor, reads.covenant(slug, asked_by=actor, today=timezone.localdate(), also=also)


@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    actor, covenant = _covenant(request, slug)
    actions.withdraw(by=actor, version=_version(covenant, number).id, at=timezone.now())
    messages.success(request, _("The version is withdrawn. What was in force stands."))
    return redirect("covenant", slug=slug)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version in full: its words, its hash, who answered, and the form for those who may."""
    actor, covenant = _covenant(request, slug, number)
    shown = _version(covenant, number)
    if shown.state is VersionState.DRAFT:
        return redirect("agree:draft", slug=slug, number=number)
    return render(request, "agree/version.html", _version_context(actor, covenant, shown, RefuseForm()))


@require_safe
def compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """What one version says otherwise than another, in words anyone can read."""
    _actor, covenant = _covenant(request, slug, number, other)
    before, after = _version(covenant, number), _version(covenant, other)
    old, new = (reads.content(covenant.title, view) for view in (before, after))
    context = {
        "covenant": covenant,
        "before": before,
        "after": after,
        "frame": frame_differences(old, new),
        "clauses": [
            (becomes or was, clause_differences(was, becomes), was is None, becomes is None)
            for was, becomes in changed_clauses(old, new)
        ],
    }
    return render(request, "agree/compare.html", context)


@require_safe
def signatures(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The words of a version, its signatures and their proofs, as a file that anyone can check offline."""
    _actor, covenant = _covenant(request, slug, number)
    shown = _version(covenant, number)
    if shown.state is VersionState.DRAFT:
        return redirect("agree:draft", slug=slug, number=number)
    words = content_fields(reads.content(covenant.title, shown))
    text = record.signatures_file(version=shown.id, title=covenant.title, words=words)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}-signatures.json"'
    return response


def _version_context(actor: Actor, covenant: CovenantView, shown: VersionView, form: RefuseForm) -> dict:
    today = timezone.localdate()
    proposed = shown.state is VersionState.PROPOSED
    may_sign = [p for p in shown.missing if actor.mandate_for(p.id, today)] if proposed else []
    base = next((v for v in covenant.versions if v.number == shown.base), None) if shown.base else None
    now = covenant.in_force if proposed else base
    contents: list[Content | None] = [
        reads.content(covenant.title, view) if view else None for view in (base, shown, now)
    ]
    found = parts_shown(contents[0], contents[1], contents[2], shown) if contents[1] else []
    author = shown.author.id if shown.author else None
    speaks = {p.id: p for v in (shown, covenant.in_force) if v for p in v.parties}
    return {
        "covenant": covenant,
        "version": shown,
        "signing": reads.signing(shown.id, asked_by=actor, today=today),
        "convenes": rules.can_convene(actor, covenant.place),
        "may_sign": [(party, _asked(found, party.id)) for party in may_sign],
        "edits": rules.can_draft(actor, covenant.place, author, today),
        "may_counter": proposed
        and (rules.can_convene(actor, covenant.place) or any(actor.mandate_for(id, today) for id in speaks)),
        "parts": found,
        "before": base,
        "settled_by": next((v for v in covenant.versions if v.settles == shown.number), None),
        "form": form,
        "entries": record.told(shown.id),
    }


def _asked(found: list[PartShown], party: UUID) -> list[PartShown]:
    return [part for part in found if party in part.part.needed]


@require_POST
def sign(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Consent for a party to the version whose hash the page showed, but for the parts that it refuses."""
    actor, covenant = _covenant(request, slug)
    shown = _version(covenant, number)
    party = _party(request, shown)
    refused = {
        name.removeprefix(REFUSES): str(reason).strip()[:LONGEST_REASON]
        for name, reason in request.POST.items()
        if name.startswith(REFUSES) and str(reason).strip()
    }
    state = actions.sign_as(
        by=actor,
        version=shown.id,
        party=party,
        hash=request.POST.get("hash", ""),
        said=CapacitySaid(Capacity.ITSELF) if request.POST.get("capacity") == Capacity.ITSELF else None,
        refusing=refused,
        at=timezone.now(),
    )
    receipt = record.leaf_about(shown.id, "version.signed", party=str(party))
    messages.success(request, said_of_state(state), extra_tags=receipt)
    return redirect("agree:version", slug=slug, number=number)


REFUSES, LONGEST_REASON = "refuses-", 2000


def said_of_state(state: VersionState) -> str:
    """What somebody reads who has just signed."""
    if state is VersionState.IN_FORCE:
        return _("You were the last to sign: the covenant is in force.")
    if state is VersionState.IN_PART:
        return _("You were the last to answer: what was agreed is in force, and the rest stays as it was.")
    return _("You have signed this version.")


@require_POST
def refuse(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    actor, covenant = _covenant(request, slug, number)
    shown = _version(covenant, number)
    form = RefuseForm(request.POST)
    party = _party(request, shown)
    if not form.is_valid():
        context = _version_context(actor, covenant, shown, form)
        return render(request, "agree/version.html", context, status=HTTPStatus.BAD_REQUEST)
    reason = form.cleaned_data["reason"]
    actions.refuse(by=actor, version=shown.id, party=party, reason=reason, at=timezone.now())
    receipt = record.leaf_about(shown.id, "version.refused", party=str(party))
    messages.success(request, _("Your refusal and its reason are in the record."), extra_tags=receipt)
    return redirect("agree:version", slug=slug, number=number)


def to_version(covenant: CovenantView, version: VersionView) -> HttpResponse:
    return redirect("agree:version", slug=covenant.slug, number=version.number)


def _party(request: HttpRequest, version: VersionView) -> UUID:
    named = request.POST.get("party", "")
    found = next((party.id for party in version.needed if str(party.id) == named), None)
    if found is None:
        raise NotPossible(_("Say for which party you act."))
    return found


def _version(covenant: CovenantView, number: int) -> VersionView:
    found = next((version for version in covenant.versions if version.number == number), None)
    if found is None:
        raise NotFound(_("There is no such version of this covenant."))
    return found
