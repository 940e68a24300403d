"""Pages through which covenants leave and enter as files, and the unilateral pledges of a place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from covenant.agree import exporting, importing, planning, pledged, pledging, reads
from covenant.agree.exchange_forms import LARGEST, DraftForm, ImportForm, PledgeForm
from covenant.agree.formats import standard
from covenant.agree.formats.faults import Fault, NotValid
from covenant.agree.types import GroundKind
from covenant.place import reads as places
from covenant.place.rules import can_convene, check_can_convene
from covenant.place.types import NotFound, NotPossible, PlaceView

MOST_SHOWN = 200  # faults on a page
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@require_safe
def covenant_json(request: HttpRequest, slug: str) -> HttpResponse:
    """A covenant as a file of the Open Covenant Standard; with `?names=yes` who signed, for a convenor."""
    actor, now = places.actor(request.user.pk), timezone.now()
    names = request.GET.get("names") == "yes"
    found = exporting.covenant_file(slug, asked_by=actor, today=timezone.localdate(), at=now, names=names)
    if not found["covenant"]["versions"]:
        raise NotFound(_("There is no covenant at this address."))
    return _file(standard.write(found), slug)


@get_or_post
def import_(request: HttpRequest, place: str) -> HttpResponse:
    """Hand in a file, see what would be made of it, and make a draft."""
    actor, where = places.actor(request.user.pk), places.place(place)
    check_can_convene(actor, where.id)
    if request.method == "POST" and "document" in request.POST:
        return _make(request, where)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = planning.file_from(
                file.name or "", file.read(), place=where, day_first=form.cleaned_data["day_first"]
            )
            plan = planning.plan(found.file, place=where.id)
        except NotValid as refusal:
            return _asked(request, form, where, refusal.faults)
        document = standard.compact(planning.alone(found.file))
        if len(document) > LARGEST:
            said = _(
                "This is too much for the page. Whoever runs this site can import it at the command line."
            )
            return _asked(request, form, where, [Fault("", said)])
        title, address = plan.content.title[:200], planning.address_of(plan.content.title)
        words = {"title": title, "slug": address, "purpose": plan.content.purpose, "document": document}
        notes = [*found.notes, *plan.notes]
        return render(
            request,
            "agree/import_preview.html",
            {"place": where, "plan": plan, "notes": notes, "form": DraftForm(initial=words)},
        )
    return _asked(request, form, where, ())


def _asked(request: HttpRequest, form: ImportForm, where: PlaceView, faults: Any) -> HttpResponse:
    """The page on which a file is handed in, with what is wrong with the one before."""
    context = {
        "form": form,
        "place": where,
        "faults": faults[:MOST_SHOWN],
        "more": max(0, len(faults) - MOST_SHOWN),
        "n": len(faults),
    }
    status = HTTPStatus.BAD_REQUEST if faults or form.errors else HTTPStatus.OK
    return render(request, "agree/import.html", context, status=status)


def _make(request: HttpRequest, where: PlaceView) -> HttpResponse:
    """Make the draft. What the page carried is read anew: it may be anything by now."""
    form = DraftForm(request.POST)
    form.is_valid()
    try:
        file = standard.read(form.data.get("document", "").encode("utf-8", "surrogatepass"))
        plan = planning.plan(file, place=where.id)
    except NotValid as refusal:
        return _asked(request, ImportForm(), where, refusal.faults)
    if not form.errors:
        words = {name: form.cleaned_data[name] for name in ("title", "slug", "purpose")}
        actor = places.actor(request.user.pk)
        try:
            importing.import_draft(by=actor, place=where.id, file=file, at=timezone.now(), **words)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is made. Nobody has signed it here."))
            return redirect("agree:draft", slug=words["slug"])
    context = {"place": where, "plan": plan, "notes": plan.notes, "form": form}
    return render(request, "agree/import_preview.html", context, status=HTTPStatus.BAD_REQUEST)


# ------------------------------------------------------------------------------------------- pledges


@require_safe
def pledges(request: HttpRequest, place: str) -> HttpResponse:
    """What bodies of a place said that they would do, to nobody who agreed to it."""
    where = places.place(place)
    context = {"place": where, "pledges": pledged.pledges(where.id), "most": pledged.MOST_SHOWN}
    return render(request, "agree/pledges.html", context)


@require_safe
def pledges_json(request: HttpRequest, place: str) -> HttpResponse:
    """The same as a file of the Open Covenant Standard."""
    where = places.place(place)
    return _file(standard.write(pledged.pledges_file(where)), f"{where.slug}-pledges")


@get_or_post
def pledge(request: HttpRequest, place: str, id: UUID) -> HttpResponse:
    """One pledge, and for whoever convenes a draft, how it becomes the ground of a commitment."""
    actor, found = places.actor(request.user.pk), pledged.pledge(id)
    if found.place_slug != place:
        raise NotFound(_("There is no pledge at this address."))
    convenes = can_convene(actor, found.place)
    if request.method == "POST":
        check_can_convene(actor, found.place)
    choices = reads.clauses_in_drafts(asked_by=actor) if convenes else []
    if request.method == "POST" and not choices:
        raise NotPossible(_("There is no open draft of a covenant that you convene."))
    form = PledgeForm(request.POST or None, clauses=choices)
    if request.method == "POST" and form.is_valid():
        slug, _sep, chosen = form.cleaned_data["clause"].partition("/")
        if not chosen:
            return redirect("agree:new_clause", slug=slug)
        draft = reads.covenant(slug, asked_by=actor, today=timezone.localdate()).open_version
        if draft is None:
            raise NotFound(_("There is no open draft of this covenant that you may see."))
        kind = GroundKind(form.cleaned_data["kind"])
        pledging.cite_pledge(by=actor, version=draft.id, clause=UUID(chosen), kind=kind, pledge=id)
        return redirect("agree:draft", slug=slug)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"pledge": found, "form": form, "convenes": convenes, "choices": choices}
    return render(request, "agree/pledge.html", context, status=status)
