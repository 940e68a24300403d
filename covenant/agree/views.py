from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenant.agree import actions, reads, rules
from covenant.agree.engine import Content, changed_clauses, content_fields
from covenant.agree.forms import ChangeForm, CiteForm, ClauseForm, CovenantForm, RefuseForm, SourceForm
from covenant.agree.types import ClauseView, CovenantView, GroundKind, Resources, VersionState, VersionView
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotFound, NotPossible, Tier
from covenant.record import reads as record

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _actor(request: HttpRequest) -> Actor:
    return places.actor(request.user.pk)


def _covenant(request: HttpRequest, slug: str) -> tuple[Actor, CovenantView]:
    actor = _actor(request)
    return actor, reads.covenant(slug, asked_by=actor, today=timezone.localdate())


def _form_page(request: HttpRequest, template: str, form: forms.Form, context: dict) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


@get_or_post
def start(request: HttpRequest, place: str) -> HttpResponse:
    """Begin a covenant in a place."""
    actor, where = _actor(request), places.place(place)
    check_can_convene(actor, where.id)
    form = CovenantForm(request.POST or None, parties=places.parties(place=where.id))
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("title", "slug", "purpose")}
        parties = [UUID(party) for party in form.cleaned_data["parties"]]
        try:
            actions.start_covenant(by=actor, place=where.id, parties=parties, at=timezone.now(), **words)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agree:draft", slug=words["slug"])
    return _form_page(request, "agree/start.html", form, {"place": where})


@require_safe
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The open draft, for those who work on it."""
    actor, covenant = _covenant(request, slug)
    version = _open_draft(covenant)
    convenes = rules.can_convene(actor, covenant.place)
    return render(
        request, "agree/draft.html", {"covenant": covenant, "version": version, "convenes": convenes}
    )


@get_or_post
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a new draft from the version in force."""
    actor, covenant = _covenant(request, slug)
    check_can_convene(actor, covenant.place)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            actions.draft_change(by=actor, covenant=covenant.id, why=why, at=timezone.now())
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agree:draft", slug=slug)
    return _form_page(request, "agree/change.html", form, {"covenant": covenant})


@get_or_post
def clause(request: HttpRequest, slug: str, id: UUID | None = None) -> HttpResponse:
    """Write a commitment into the draft, or word one anew; `?statement=` cites that statement with it."""
    actor, covenant = _covenant(request, slug)
    check_can_convene(actor, covenant.place)
    version = _open_draft(covenant)
    old = _clause(version, id) if id else None
    residents = [party for party in places.parties(place=covenant.place) if not party.sector.signs]
    form = ClauseForm(
        request.POST or None,
        parties=[*version.parties, *residents],
        initial=ClauseForm.values(old) if old else {"tier": Tier.DISTRICT, "resources": Resources.NOT_STATED},
    )
    cited = _cited(request)
    statement = listen.citation(cited[1]) if cited else None  # raises before anything is written
    if request.method == "POST" and form.is_valid():
        words: dict[str, Any] = dict(form.cleaned_data)
        words["debtor"], words["tier"] = UUID(words["debtor"]), Tier(words["tier"])
        words["resources"] = Resources(words["resources"])
        words["creditors"] = [UUID(party) for party in words["creditors"]]
        try:
            made = actions.word_clause(by=actor, version=version.id, clause=id, **words)
            if cited:
                kind, heard = cited
                actions.cite_statement(by=actor, version=version.id, clause=made, kind=kind, statement=heard)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agree:draft", slug=slug)
    context = {"covenant": covenant, "clause": old, "statement": statement}
    return _form_page(request, "agree/clause.html", form, context)


def _cited(request: HttpRequest) -> tuple[GroundKind, UUID] | None:
    if "statement" not in request.GET:
        return None
    try:
        kind, statement = GroundKind(request.GET.get("kind", "")), UUID(request.GET["statement"])
    except ValueError:
        raise NotFound(_("There is no such statement.")) from None
    if not kind.is_heard:
        raise NotFound(_("There is no such statement."))
    return kind, statement


@require_POST
def drop(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Take a commitment out of the draft."""
    actor, covenant = _covenant(request, slug)
    actions.drop_clause(by=actor, version=_open_draft(covenant).id, clause=id)
    return redirect("agree:draft", slug=slug)


@get_or_post
def source(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Ground a commitment on a need or on evidence."""
    actor, covenant = _covenant(request, slug)
    check_can_convene(actor, covenant.place)
    version = _open_draft(covenant)
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        actions.cite_source(
            by=actor,
            version=version.id,
            clause=id,
            kind=GroundKind(found["kind"]),
            text=found["text"],
            source=found["source"],
        )
        return redirect("agree:draft", slug=slug)
    context = {"covenant": covenant, "clause": _clause(version, id)}
    return _form_page(request, "agree/source.html", form, context)


@get_or_post
def cite(request: HttpRequest, statement: UUID) -> HttpResponse:
    """Answer a statement with a commitment of a draft: an existing one, or a new one."""
    actor = _actor(request)
    rules.check_convenes(actor)
    citation = listen.citation(statement)
    choices = reads.clauses_in_drafts(asked_by=actor)
    form = CiteForm(request.POST or None, clauses=[(value, label) for value, label in choices])
    if not choices:
        raise NotPossible(_("There is no open draft of a covenant that you convene."))
    if request.method == "POST" and form.is_valid():
        slug, _sep, chosen = form.cleaned_data["clause"].partition("/")
        kind = GroundKind(form.cleaned_data["kind"])
        if not chosen:
            query = urlencode({"statement": statement, "kind": kind.value})
            return redirect(f"{reverse('agree:new_clause', args=[slug])}?{query}")
        version = _open_draft(reads.covenant(slug, asked_by=actor, today=timezone.localdate()))
        actions.cite_statement(
            by=actor, version=version.id, clause=UUID(chosen), kind=kind, statement=statement
        )
        return redirect("agree:draft", slug=slug)
    return _form_page(request, "agree/cite.html", form, {"statement": citation})


@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft for signing."""
    actor, covenant = _covenant(request, slug)
    version = _open_draft(covenant)
    actions.propose(by=actor, version=version.id, at=timezone.now())
    messages.success(request, _("The version can now be signed. Its words cannot change any more."))
    return redirect("agree:version", slug=slug, number=version.number)


@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    actor, covenant = _covenant(request, slug)
    actions.withdraw(by=actor, version=_version(covenant, number).id, at=timezone.now())
    messages.success(request, _("The version is withdrawn. What was in force stands."))
    return redirect("covenant", slug=slug)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version in full: its words, its hash, who signed, and the form for those who may sign."""
    actor, covenant = _covenant(request, slug)
    shown = _version(covenant, number)
    if shown.state is VersionState.DRAFT:
        return redirect("agree:draft", slug=slug)
    return render(request, "agree/version.html", _version_context(actor, covenant, shown, RefuseForm()))


@require_safe
def signatures(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The words of a version, its signatures and their proofs, as a file that anyone can check offline."""
    _actor, covenant = _covenant(request, slug)
    shown = _version(covenant, number)
    if shown.state is VersionState.DRAFT:
        return redirect("agree:draft", slug=slug)
    words = content_fields(Content(covenant.title, shown.purpose, shown.parties, shown.clauses))
    text = record.signatures_file(version=shown.id, title=covenant.title, words=words)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}-signatures.json"'
    return response


def _version_context(actor: Actor, covenant: CovenantView, shown: VersionView, form: RefuseForm) -> dict:
    today = timezone.localdate()
    may_sign = [party for party in shown.missing if actor.mandate_for(party.id, today)]
    before = next((v for v in covenant.versions if v.number < shown.number and v.in_force_at), None)
    content = [
        Content(covenant.title, view.purpose, view.parties, view.clauses) if view else None
        for view in (before, shown)
    ]
    return {
        "covenant": covenant,
        "version": shown,
        "may_sign": may_sign if shown.state is VersionState.PROPOSED else [],
        "convenes": rules.can_convene(actor, covenant.place),
        "changes": changed_clauses(content[0], content[1]) if before and content[1] else [],
        "before": before,
        "form": form,
        "entries": record.told(shown.id),
    }


@require_POST
def sign(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Consent for a party to the version whose hash the page showed."""
    actor, covenant = _covenant(request, slug)
    shown = _version(covenant, number)
    party = _party(request, shown)
    state = actions.sign(
        by=actor, version=shown.id, party=party, hash=request.POST.get("hash", ""), at=timezone.now()
    )
    in_force = _("You were the last to sign: the covenant is in force.")
    said = in_force if state is VersionState.IN_FORCE else _("You have signed this version.")
    receipt = record.leaf_about(shown.id, "version.signed", party=str(party))
    messages.success(request, said, extra_tags=receipt)
    return redirect("agree:version", slug=slug, number=number)


@require_POST
def refuse(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    actor, covenant = _covenant(request, slug)
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


def _open_draft(covenant: CovenantView) -> VersionView:
    found = covenant.open_version
    if found is None or found.state is not VersionState.DRAFT:
        raise NotFound(_("There is no open draft of this covenant that you may see."))
    return found


def _clause(version: VersionView, id: UUID) -> ClauseView:
    found = next((clause for clause in version.clauses if clause.id == id), None)
    if found is None:
        raise NotFound(_("There is no such commitment in this draft."))
    return found
