from http import HTTPStatus
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenant.place import actions, reads, rules
from covenant.place.forms import MandateForm, PartyForm
from covenant.place.types import NotFound, NotPossible, Role, Sector


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Look for a place by its name or its code."""
    words = request.GET.get("q", "")[:200].strip()
    return render(request, "place/index.html", {"words": words, "found": reads.search(words)})


@require_safe
def parties(request: HttpRequest, slug: str) -> HttpResponse:
    """The bodies of a place, and who may sign for each."""
    actor, place = reads.actor(request.user.pk), reads.place(slug)
    found = reads.parties(place=place.id)
    given = {
        key: list(some)
        for key, some in groupby(reads.mandates(parties=[p.id for p in found]), lambda m: m.party)
    }
    context = {
        "place": place,
        "parties": [(party, given.get(party.id, [])) for party in found],
        "convenes": rules.can_convene(actor, place.id),
        "own": {mandate.id for mandate in actor.mandates},
        "roles": sorted(role.value for role, where in actor.grants if where == place.id),
        "today": timezone.localdate(),
    }
    return render(request, "place/parties.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_party(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a body that may take part in covenants of the place."""
    actor, place = reads.actor(request.user.pk), reads.place(slug)
    rules.check_can_convene(actor, place.id)
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        words["sector"] = Sector(words["sector"])
        try:
            actions.add_party(by=actor, place=place.id, at=timezone.now(), **words)
        except NotPossible as refusal:
            form.add_error("slug", str(refusal))
        else:
            return redirect("places:parties", slug=slug)
    context = {"place": place, "form": form, "title": _("Add a party")}
    return render(request, "place/form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def give_mandate(request: HttpRequest, slug: str, party: str) -> HttpResponse:
    """Record who may sign and report for a party."""
    actor, place = reads.actor(request.user.pk), reads.place(slug)
    rules.check_can_convene(actor, place.id)
    found = next((row for row in reads.parties(place=place.id) if row.slug == party), None)
    if found is None:
        raise NotFound(_("There is no such party in this place."))
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_mandate(by=actor, party=found.id, at=timezone.now(), **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("places:parties", slug=slug)
    title = _("Who may sign for %(party)s") % {"party": found.name}
    return render(
        request, "place/form.html", {"place": place, "form": form, "title": title}, status=_status(form)
    )


@require_POST
def lay_down(request: HttpRequest, slug: str) -> HttpResponse:
    """Give up a mandate or a role that one holds."""
    actor, place = reads.actor(request.user.pk), reads.place(slug)
    try:
        if "mandate" in request.POST:
            actions.lay_down_mandate(by=actor, mandate=UUID(request.POST["mandate"]), at=timezone.now())
        else:
            role = Role(request.POST.get("role", ""))
            actions.lay_down_role(by=actor, role=role, place=place.id, at=timezone.now())
    except ValueError:
        raise NotFound(_("There is no such mandate or role.")) from None
    messages.success(request, _("You have laid it down. This is in the record."))
    return redirect("places:parties", slug=slug)


def _status(form: PartyForm | MandateForm) -> int:
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
