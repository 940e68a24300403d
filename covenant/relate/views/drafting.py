"""Pages on which a draft is worked on, until it is shown to all who would be in it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import NotAllowed, NotFound, NotPossible, PartyView
from covenant.relate import actions, rules
from covenant.relate.acting_forms import WhyForm
from covenant.relate.forms import (
    BeginForm,
    BehaviourForm,
    BodiesForm,
    PersonForm,
    PromiseForm,
    WordsForm,
    without,
)
from covenant.relate.types import Agreement, Version, Words
from covenant.relate.views.pages import agreement_at, form_page, get_or_post, open_at


def _near(place: UUID, also: Version | None = None) -> list[PartyView]:
    """The bodies of a place that can consent, and those that are in a draft already."""
    found = {party.id: party for party in places.parties(place=place) if party.sector.signs}
    found |= {m.party.id: m.party for m in (also.members if also else ()) if m.party and not m.is_person}
    return sorted(found.values(), key=lambda party: party.name)


@get_or_post
def begin(request: HttpRequest, place: str) -> HttpResponse:
    """Begin a working relationship agreement in a place."""
    actor, where = places.actor(request.user.pk), places.place(place)
    check_can_convene(actor, where.id)
    form = BeginForm(request.POST or None, bodies=_near(where.id), initial={"template": "worked"})

    def do() -> str:
        said = dict(form.cleaned_data)
        bodies = [UUID(body) for body in said.pop("bodies")]
        actions.begin(by=actor, place=where.id, bodies=bodies, at=timezone.now(), **said)
        return _("The draft is there. Now name the people.")

    lead = _(
        "A working relationship agreement says how people who commission help, people who give it and people "
        "who know it from their own lives will work with each other."
    )
    then = ("relate:agreement", form["slug"].value())
    title = _("Begin a working relationship agreement")
    return form_page(request, form, do, then=then, title=title, lead=lead, caption=where.name, place=where)


@get_or_post
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """Word everything of a draft but its people, behaviours and promises."""
    actor, found, draft = open_at(request, slug)
    form = WordsForm(request.POST or None, inside=draft.members, initial=WordsForm.values(draft.words))

    def do() -> str:
        actions.word(by=actor, agreement=found.id, change=form.apply, at=timezone.now())
        return _("The draft is worded anew.")

    return _page(request, found, form, do, _("Word the draft"))


def _page(request: HttpRequest, found: Agreement, form: object, do: object, title: str) -> HttpResponse:
    """Afterwards the draft is shown: on the agreement’s page, or on its own page."""
    draft = found.open
    then: tuple[object, ...] = ("relate:agreement", found.slug)
    if draft is not None and found.active is not None:
        then = ("relate:version", found.slug, draft.number)
    return form_page(request, form, do, then=then, title=title, agreement=found)  # type: ignore[arg-type]


@get_or_post
def bodies(request: HttpRequest, slug: str) -> HttpResponse:
    """Say between which bodies a draft is."""
    actor, found, draft = open_at(request, slug)
    chosen = [str(m.party.id) for m in draft.members if m.party and not m.is_person]
    near = _near(found.place.id, draft)
    form = BodiesForm(request.POST or None, bodies=near, initial={"bodies": chosen})

    def do() -> str:
        said = [UUID(body) for body in form.cleaned_data["bodies"]]
        actions.set_bodies(by=actor, agreement=found.id, bodies=said, at=timezone.now())
        return _("The bodies are kept.")

    return _page(request, found, form, do, _("Between which bodies"))


@get_or_post
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Name somebody in a draft."""
    actor, found, draft = open_at(request, slug)
    check_can_convene(actor, found.place.id)
    form = PersonForm(request.POST or None, bodies=[m for m in draft.members if not m.is_person])

    def do() -> str:
        actions.name_person(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("The person is named. They consent for themself, once the draft is shown for consent.")

    return _page(request, found, form, do, _("Name a person"))


@require_POST
def drop_person(request: HttpRequest, slug: str, member: UUID) -> HttpResponse:
    actor, found, _draft = open_at(request, slug)
    actions.drop_person(by=actor, agreement=found.id, member=member, at=timezone.now())
    return redirect("relate:agreement", slug)


@get_or_post
def behaviour(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """Add a behaviour with its examples to a draft, or word one anew."""
    actor, found, draft = open_at(request, slug)
    pairs = [(p.name, b) for p in draft.words.principles for b in p.behaviours if b.key == key]
    if key and not pairs:
        raise NotFound(_("There is no such behaviour in this draft."))
    initial = {}
    for name, old in pairs:
        said = {each: getattr(old, each) for each in ("text", "good", "bad", "constraint")}
        initial = {"principle": name, **said}
    form = BehaviourForm(request.POST or None, initial=initial)

    def do() -> str:
        change = lambda words: form.apply(words, key)  # noqa: E731
        actions.word(by=actor, agreement=found.id, change=change, at=timezone.now())
        return _("The behaviour is kept.")

    return _page(request, found, form, do, _("A principle and a behaviour"))


@get_or_post
def promise(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """Add a promise to a draft, or word one anew."""
    actor, found, draft = open_at(request, slug)
    old = draft.words.promise(key) if key else None
    if key and old is None:
        raise NotFound(_("There is no such promise in this draft."))
    others = [each for each in draft.words.promises if each.key != key]
    initial = {name: getattr(old, name) for name in PromiseForm.base_fields} if old else {}
    form = PromiseForm(request.POST or None, inside=draft.members, others=others, initial=initial)

    def do() -> str:
        change = lambda words: form.apply(words, key)  # noqa: E731
        actions.word(by=actor, agreement=found.id, change=change, at=timezone.now())
        return _("The promise is kept.")

    return _page(request, found, form, do, _("A promise"))


@require_POST
def drop(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take a behaviour or a promise out of a draft."""
    actor, found, draft = open_at(request, slug)
    if draft.words.promise(key) is None and key not in {each.key for each in draft.words.behaviours}:
        raise NotFound(_("There is no such behaviour or promise in this draft."))

    def change(words: Words) -> Words:
        principles = [without(each, key) for each in words.principles]
        promises = [p for p in words.promises if p.key != key]
        return replace(
            words,
            principles=tuple(each for each in principles if each.behaviours),
            promises=tuple(replace(p, reciprocal_of="") if p.reciprocal_of == key else p for p in promises),
        )

    actions.word(by=actor, agreement=found.id, change=change, at=timezone.now())
    return redirect("relate:agreement", slug)


@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a draft to all who would be in it."""
    actor, found, _draft = open_at(request, slug)
    actions.propose(by=actor, agreement=found.id, at=timezone.now())
    messages.success(request, _("It waits for every consent. Its words cannot change any more."))
    return redirect("relate:agreement", slug)


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    actor, found = agreement_at(request, slug)
    actions.withdraw(by=actor, agreement=found.id, at=timezone.now())
    messages.success(request, _("The version is withdrawn. What was in force stays so."))
    return redirect("relate:agreement", slug)


@get_or_post
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a change of what is in force, perhaps out of a learning cycle (`?cycle=`)."""
    actor, found = agreement_at(request, slug)
    if not rules.sees_draft(actor, found, timezone.localdate()):
        raise NotAllowed(_("Only a convenor of this place, or a member of this agreement, can do this."))
    if found.open is not None:
        raise NotPossible(_("A version of this agreement is open already: finish or withdraw it first."))
    asked = request.GET.get("cycle", "")
    cycle = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    form = WhyForm(request.POST or None)

    def do() -> str:
        why = form.cleaned_data["why"]
        actions.propose_change(by=actor, agreement=found.id, why=why, cycle=cycle, at=timezone.now())
        return _("The change is begun: word the draft, then show it for consent.")

    return _page(request, found, form, do, _("Propose a change"))
