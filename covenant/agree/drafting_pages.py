"""Pages on which a covenant is drafted: by the convenor, or by a party that proposes something else."""

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
from covenant.agree.forms import (
    ChangeForm,
    CiteForm,
    ClauseForm,
    CovenantForm,
    FrameForm,
    PartiesForm,
    ProposeForm,
    SourceForm,
)
from covenant.agree.starts import starts
from covenant.agree.types import ClauseView, CovenantView, GroundKind, Resources, VersionState, VersionView
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, PartyView, Tier

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def actor_of(request: HttpRequest) -> Actor:
    return places.actor(request.user.pk)


def form_page(request: HttpRequest, template: str, form: forms.Form, context: dict) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def _drafted(request: HttpRequest, slug: str, number: int | None) -> tuple[Actor, CovenantView, VersionView]:
    """The draft with a number, or else the convenor's, for those who may see it."""
    actor = actor_of(request)
    covenant = reads.covenant(slug, asked_by=actor, today=timezone.localdate())
    drafts = [v for v in covenant.open_versions if v.state is VersionState.DRAFT]
    found = next((v for v in drafts if (v.number == number if number else v.author is None)), None)
    if found is None:
        raise NotFound(_("There is no open draft of this covenant that you may see."))
    return actor, covenant, found


def _edited(request: HttpRequest, slug: str, number: int | None) -> tuple[Actor, CovenantView, VersionView]:
    """The same, for those who may work on it."""
    actor, covenant, version = _drafted(request, slug, number)
    author = version.author.id if version.author else None
    rules.check_can_draft(actor, covenant.place, author, timezone.localdate())
    return actor, covenant, version


def _to_draft(covenant: CovenantView, version: VersionView) -> HttpResponse:
    return redirect("agree:draft", slug=covenant.slug, number=version.number)


@get_or_post
def start(request: HttpRequest, place: str) -> HttpResponse:
    """Begin a covenant in a place."""
    actor, where = actor_of(request), places.place(place)
    check_can_convene(actor, where.id)
    form = CovenantForm(request.POST or None, parties=places.parties(place=where.id))
    if request.method == "POST" and form.is_valid():
        words: dict[str, Any] = {name: form.cleaned_data[name] for name in ("title", "slug", "purpose")}
        parties = [UUID(party) for party in form.cleaned_data["parties"]]
        chosen = next((each for each in starts() if each.key == form.cleaned_data["start"]), None)
        words["sections"] = chosen.sections if chosen else {}
        try:
            actions.start_covenant(by=actor, place=where.id, parties=parties, at=timezone.now(), **words)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agree:draft", slug=words["slug"])
    return form_page(request, "agree/start.html", form, {"place": where})


@require_safe
def draft(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """An open draft, for those who work on it."""
    actor, covenant, version = _drafted(request, slug, number)
    author = version.author.id if version.author else None
    edits = rules.can_draft(actor, covenant.place, author, timezone.localdate())
    context = {"covenant": covenant, "version": version, "edits": edits, "form": ProposeForm()}
    return render(request, "agree/draft.html", context)


@get_or_post
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a new draft: from the version in force, or from one that is shown for signing, to counter it."""
    actor, today = actor_of(request), timezone.localdate()
    countered = _number(request.GET.get("counters", ""))
    covenant = reads.covenant(slug, asked_by=actor, today=today, also=[countered] if countered else ())
    answered = next((v for v in covenant.versions if v.number == countered), None) if countered else None
    authors = _authors(actor, covenant, answered)
    if not authors:
        raise NotAllowed(_("Only a convenor of this place, or somebody who speaks for a party, can do this."))
    if (named := request.POST.get("author")) and named not in dict(authors):
        raise NotAllowed(_("You can propose a change only as convenor, or for a party that you speak for."))
    form = ChangeForm(request.POST or None, authors=authors)
    if request.method == "POST" and form.is_valid():
        author = form.cleaned_data["author"]
        try:
            made = actions.draft_change(
                by=actor,
                covenant=covenant.id,
                why=form.cleaned_data["why"],
                party=None if author == CONVENOR else UUID(author),
                counters=answered.id if answered else None,
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            _title, draft = reads.version(made)
            return _to_draft(covenant, draft)
    context = {"covenant": covenant, "answered": answered}
    return form_page(request, "agree/change.html", form, context)


CONVENOR = "convenor"


def _authors(actor: Actor, covenant: CovenantView, answered: VersionView | None) -> list[tuple[str, str]]:
    """For whom the actor may draft: as convenor, and for each party that they speak for."""
    found = [(CONVENOR, _("The convenor"))] if rules.can_convene(actor, covenant.place) else []
    bound = {p.id: p for v in (covenant.in_force, answered) if v for p in v.parties}
    today = timezone.localdate()
    return found + [(str(id), p.name) for id, p in bound.items() if actor.mandate_for(id, today)]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


@get_or_post
def frame(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Write what a draft is for, its sections and its term."""
    actor, covenant, version = _edited(request, slug, number)
    form = FrameForm(request.POST or None, initial=FrameForm.values(version))
    if request.method == "POST" and form.is_valid():
        try:
            actions.word_frame(
                by=actor,
                version=version.id,
                purpose=form.cleaned_data["purpose"],
                sections=form.sections(),
                term=form.term(),
                today=timezone.localdate(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_draft(covenant, version)
    return form_page(request, "agree/frame.html", form, {"covenant": covenant, "version": version})


@get_or_post
def parties(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Say between whom a draft would be."""
    actor, covenant, version = _edited(request, slug, number)
    form = PartiesForm(
        request.POST or None,
        parties=_known(covenant, version),
        initial={"parties": [str(party.id) for party in version.parties]},
    )
    if request.method == "POST" and form.is_valid():
        chosen = [UUID(party) for party in form.cleaned_data["parties"]]
        try:
            actions.set_parties(by=actor, version=version.id, parties=chosen, today=timezone.localdate())
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_draft(covenant, version)
    return form_page(request, "agree/parties.html", form, {"covenant": covenant, "version": version})


def _known(covenant: CovenantView, version: VersionView) -> list[PartyView]:
    """The bodies of the place, and those of the draft that are of another."""
    found = {party.id: party for party in (*places.parties(place=covenant.place), *version.parties)}
    return sorted(found.values(), key=lambda party: party.name)


@get_or_post
def clause(
    request: HttpRequest, slug: str, number: int | None = None, id: UUID | None = None
) -> HttpResponse:
    """Write a commitment into a draft, or word one anew; `?statement=` cites that statement with it."""
    actor, covenant, version = _edited(request, slug, number)
    today = timezone.localdate()
    old = _clause(version, id) if id else None
    residents = [party for party in places.parties(place=covenant.place) if not party.sector.signs]
    form = ClauseForm(
        request.POST or None,
        parties=[*version.parties, *residents],
        others=[each for each in version.clauses if each.id != id],
        initial=ClauseForm.values(old) if old else {"tier": Tier.DISTRICT, "resources": Resources.NOT_STATED},
    )
    cited = _cited(request)
    statement = listen.citation(cited[1]) if cited else None  # raises before anything is written
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.word_clause(by=actor, version=version.id, clause=id, today=today, **form.words())
            if cited:
                kind, heard = cited
                actions.cite_statement(
                    by=actor, version=version.id, clause=made, kind=kind, statement=heard, today=today
                )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_draft(covenant, version)
    context = {"covenant": covenant, "version": version, "clause": old, "statement": statement}
    return form_page(request, "agree/clause.html", form, context)


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
def drop(request: HttpRequest, slug: str, id: UUID, number: int | None = None) -> HttpResponse:
    """Take a commitment out of a draft."""
    actor, covenant, version = _edited(request, slug, number)
    actions.drop_clause(by=actor, version=version.id, clause=id, today=timezone.localdate())
    return _to_draft(covenant, version)


@get_or_post
def source(request: HttpRequest, slug: str, id: UUID, number: int | None = None) -> HttpResponse:
    """Ground a commitment on a need or on evidence."""
    actor, covenant, version = _edited(request, slug, number)
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
            today=timezone.localdate(),
        )
        return _to_draft(covenant, version)
    context = {"covenant": covenant, "version": version, "clause": _clause(version, id)}
    return form_page(request, "agree/source.html", form, context)


@get_or_post
def cite(request: HttpRequest, statement: UUID) -> HttpResponse:
    """Answer a statement with a commitment of a draft: an existing one, or a new one."""
    actor = actor_of(request)
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
        _actor, _covenant, version = _drafted(request, slug, None)
        actions.cite_statement(
            by=actor, version=version.id, clause=UUID(chosen), kind=kind, statement=statement
        )
        return redirect("agree:draft", slug=slug)
    return form_page(request, "agree/cite.html", form, {"statement": citation})


@require_POST
def propose(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a draft for signing."""
    actor, covenant, version = _edited(request, slug, number)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        context = {"covenant": covenant, "version": version, "edits": True}
        return form_page(request, "agree/draft.html", form, context)
    answer_by = form.cleaned_data["answer_by"]
    actions.propose(by=actor, version=version.id, answer_by=answer_by, at=timezone.now())
    messages.success(request, _("The version can now be signed. Its words cannot change any more."))
    return redirect("agree:version", slug=slug, number=version.number)


def _clause(version: VersionView, id: UUID) -> ClauseView:
    found = next((clause for clause in version.clauses if clause.id == id), None)
    if found is None:
        raise NotFound(_("There is no such commitment in this draft."))
    return found
