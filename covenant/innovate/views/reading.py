"""What anyone can read of innovation areas. Nothing here writes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.innovate import reads, rules
from covenant.innovate.formats import area_data
from covenant.innovate.pictures import Bar, measured, timeline
from covenant.innovate.types import FreedomState, FreedomView
from covenant.innovate.views.pages import area_at, freedom_at
from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import Actor, NotAllowed, NotPossible


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every innovation area, and every freedom that is past or near its sunset."""
    today = timezone.localdate()
    context = {
        "areas": reads.areas(asked_by=places.actor(request.user.pk), today=today),
        "notices": reads.notices(today=today),
    }
    return render(request, "innovate/index.html", context)


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """An area with its freedoms over the years."""
    actor, found = area_at(request, slug)
    shown = [freedom for freedom in found.freedoms if freedom.hash]
    bars = [_bar(freedom) for freedom in shown]
    words = "; ".join(f"{bar.label}, {bar.standing.label.lower()}" for bar in bars)
    context = {
        "area": found,
        "notices": reads.in_order(freedom.notice for freedom in shown),
        "picture": SafeString(  # nosec B703  # it escapes every word in it
            timeline(bars, found.starts, found.sunset, timezone.localdate(), words)
        ),
        "convenes": can_convene(actor, found.place.id),
        "can_be_worded": not shown,
    }
    return render(request, "innovate/area.html", context)


def _bar(freedom: FreedomView) -> Bar:
    ends = freedom.words.sunset
    if freedom.ending and freedom.state is FreedomState.ENDED:
        ends = max(timezone.localdate(freedom.ending.at), freedom.holds_from)
    return Bar(f"{freedom.number}. {freedom.words.title}", freedom.holds_from, ends, freedom.standing)


@require_safe
def data(request: HttpRequest, slug: str) -> JsonResponse:
    """Everything that the pages of an area show of what was proposed, as data."""
    _actor, found = area_at(request, slug)
    return JsonResponse(area_data(found), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def freedom(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One freedom in full: its words, its hash, who consented, how it goes and what was learnt."""
    actor, found_area, found = freedom_at(request, slug, number)
    today, state = timezone.localdate(), found.state
    mine = rules.acts_for(actor, found.parties, today)
    needed = rules.acts_for(actor, found.needed, today)
    points = "; ".join(f"{m.dated}: {m.shown}" for m in found.measurements)
    context = {
        "area": found_area,
        "freedom": found,
        "words": found.words,
        "renewed": next((f for f in found_area.freedoms if f.number == found.renews), None),
        "notices": [found.notice] if found.notice else [],
        "picture": SafeString(  # nosec B703  # it escapes every word in it
            measured(found.measurements, found.words, points, (_("Before:"), _("Sunset")))
        ),
        "convenes": can_convene(actor, found_area.place.id),
        "may_consent": [party for party in needed if party in found.missing and _is_open(found)],
        "may_refuse": [
            party for party in needed if party in found.missing and state is FreedomState.PROPOSED
        ],
        "may_end": state is FreedomState.GRANTED and today <= found.words.sunset and bool(needed),
        "may_measure": rules.was_granted(state) and bool(mine),
        "may_evaluate": _may_evaluate(actor, found),
        "evaluation_opens": rules.evaluation_opens(found.words.starts, found.words.sunset),
        "may_reply": bool(found.evaluation and mine),
        "own_evaluator": found.evaluator.id == found.granter.id,
    }
    return render(request, "innovate/freedom.html", context)


def _is_open(freedom: FreedomView) -> bool:
    return freedom.state is FreedomState.PROPOSED and timezone.localdate() <= freedom.words.sunset


def _may_evaluate(actor: Actor, found: FreedomView) -> bool:
    words = found.words
    try:
        rules.check_can_evaluate(
            actor, words.evaluator, found.state, words.starts, words.sunset, timezone.localdate()
        )
    except (NotAllowed, NotPossible):
        return False
    return found.evaluation is None
