"""Pages of what people do together: the forum, learning, pulses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible
from covenant.relate import actions, rules, together
from covenant.relate.acting_forms import (
    DecisionForm,
    EntryForm,
    PulseForm,
    QuestionForm,
    RoundForm,
    VoteForm,
)
from covenant.relate.types import Agreement, Member, Standing
from covenant.relate.views.pages import agreement_at, bound_as, form_page, get_or_post


def _mine(actor: Actor, found: Agreement) -> list[Member]:
    members = [member for member in found.members if member.id in found.bound]
    return rules.acts_as(actor, members, timezone.localdate())


def _seated(actor: Actor, found: Agreement) -> list[Member]:
    """As which members of the forum somebody may act today."""
    if found.standing is not Standing.IN_FORCE:
        return []
    return [m for m in _mine(actor, found) if str(m.id) in found.shown.words.forum.members]


@get_or_post
def forum(request: HttpRequest, slug: str) -> HttpResponse:
    """What was put to the forum, and a form for those who sit in it."""
    actor, found = agreement_at(request, slug)
    seats, today = _seated(actor, found), timezone.localdate()
    if request.method == "POST" and not seats:
        raise NotAllowed(_("Only those who sit in the forum of an agreement in force can do this."))
    form = DecisionForm(request.POST or None, mine=seats)

    def do() -> str:
        actions.propose_decision(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("It is put to the forum.")

    rows = [
        (each, [m for m in seats if m.id not in each.voted] if each.outcome == "open" else [])
        for each in together.decisions(found, today=today)
    ]
    names = {str(member.id): member.shown for member in found.members}
    context = {
        "agreement": found,
        "words": found.shown.words,
        "seats": seats,
        "rows": rows,
        "sitting": [names[id] for id in found.shown.words.forum.members if id in names],
    }
    return form_page(request, form, do, then=("relate:forum", slug), template="relate/forum.html", **context)


@get_or_post
def vote(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Vote on what was put to the forum."""
    actor, found = agreement_at(request, slug)
    seats, today = _seated(actor, found), timezone.localdate()
    if not seats:
        raise NotAllowed(_("Only those who sit in the forum of an agreement in force can do this."))
    decision = next((d for d in together.decisions(found, today=today) if d.number == number), None)
    if decision is None:
        raise NotFound(_("Nothing with this number was put to the forum."))
    seats = [member for member in seats if member.id not in decision.voted]
    if decision.outcome != "open" or not seats:
        raise NotPossible(_("You have voted on this, or votes are no longer taken."))
    form = VoteForm(request.POST or None, mine=seats)

    def do() -> str:
        actions.vote(by=actor, agreement=found.id, number=number, at=timezone.now(), **form.said())
        return _("Your vote is counted.")

    return form_page(
        request, form, do, then=("relate:forum", slug), title=_("Vote"), agreement=found,
        caption=decision.matter, quoted=decision.text,
    )  # fmt: skip


@get_or_post
def learning(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions that people want to learn about, what they saw, and what they changed for it."""
    actor, found = agreement_at(request, slug)
    mine = _mine(actor, found)
    if request.method == "POST" and not mine:
        bound_as(actor, found)
    form = QuestionForm(request.POST or None, mine=mine)

    def do() -> str:
        actions.ask(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("The question is asked.")

    names = {member.id: member.shown for member in found.members}
    cycles = [
        (cycle, names[cycle.by], [(entry, names[entry.by]) for entry in cycle.entries])
        for cycle in together.cycles(found)
    ]
    context = {"agreement": found, "mine": mine, "cycles": cycles}
    return form_page(
        request, form, do, then=("relate:learning", slug), template="relate/learning.html", **context
    )


@get_or_post
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Add what was observed, or what is done otherwise because of it."""
    actor, found = agreement_at(request, slug)
    mine = bound_as(actor, found)
    cycle = next((each for each in together.cycles(found) if each.number == number), None)
    if cycle is None:
        raise NotFound(_("There is no learning cycle with this number."))
    form = EntryForm(request.POST or None, mine=mine)

    def do() -> str:
        actions.answer(by=actor, agreement=found.id, number=number, at=timezone.now(), **form.said())
        return _("It stands in the learning cycle.")

    return form_page(
        request, form, do, then=("relate:learning", slug), title=_("What was seen, or changed"),
        agreement=found, quoted=cycle.question,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def pulse(request: HttpRequest, slug: str) -> HttpResponse:
    """Results of rounds that are closed, and the questions of the open one for each named person."""
    actor, found = agreement_at(request, slug)
    persons = [member for member in _mine(actor, found) if member.is_person]
    rounds = together.rounds(found)
    asked = next((each for each in rounds if each.is_open), None)
    context = {
        "agreement": found,
        "rounds": [each for each in rounds if not each.is_open],
        "asked": asked,
        "answers": bool(persons),
        "may_open": asked is None and found.standing is Standing.IN_FORCE and (
            rules.can_see_draft(actor, found.place.id, [m for m in found.members if m.id in found.bound],
                                timezone.localdate())
        ),
    }  # fmt: skip
    if request.method == "POST" and not persons:
        raise NotAllowed(_("Only the named people of this agreement answer, each for themself."))
    if asked is None or not persons:
        if request.method == "POST":
            raise NotPossible(_("No round is open."))
        return render(request, "relate/pulse.html", context)
    own = together.own_ratings(found, actor.user)
    behaviours = [behaviour for _principle, behaviour, _band in asked.rows]
    form = PulseForm(request.POST or None, behaviours=behaviours, initial=own)

    def do() -> str:
        actions.rate(by=actor, agreement=found.id, ratings=form.cleaned_data, at=timezone.now())
        return _("Your answers are kept until the round is closed, and then deleted.")

    return form_page(request, form, do, then=("relate:pulse", slug), template="relate/pulse.html", **context)


@get_or_post
def open_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a round of questions about behaviours."""
    actor, found = agreement_at(request, slug)
    bound = [member for member in found.members if member.id in found.bound]
    if not rules.can_see_draft(actor, found.place.id, bound, timezone.localdate()):
        raise NotAllowed(_("Only a convenor of this place, or a member of this agreement, can do this."))
    form = RoundForm(request.POST or None)

    def do() -> str:
        actions.open_round(by=actor, agreement=found.id, at=timezone.now(), **form.cleaned_data)
        return _("The round is open.")

    return form_page(request, form, do, then=("relate:pulse", slug), title=_("Open a round"), agreement=found)
