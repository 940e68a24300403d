"""Pages that read many slices: the home page, a place, a covenant, and the trace both ways."""

from collections import Counter
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.agree import reads as agree
from covenant.agree.rules import can_convene, can_see_draft
from covenant.agree.types import CovenantView, VersionState
from covenant.innovate import reads as innovate
from covenant.keep import reads as keep
from covenant.keep.pictures import health
from covenant.keep.rules import can_report
from covenant.keep.types import Kept, Standing
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.types import Actor
from covenant.profile import reads as profiles
from covenant.record import reads as record
from covenant.relate import reads as relate
from covenant.scrutinise import reads as scrutinise
from covenant.weigh import reads as weigh


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    conversations = listen.conversations()
    context = {
        "places": places.in_use(also={each.place for each in conversations}),
        "all_places": places.how_many(),
        "conversations": conversations,
        "covenants": agree.covenants(),
        "notices": [n for n in innovate.notices(today=timezone.localdate()) if n.kind.shouts],
    }
    return render(request, "home.html", context)


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said and promised in a place."""
    found, actor = places.place(slug), places.actor(request.user.pk)
    context = {
        "place": found,
        "conversations": listen.conversations(place=found.id, asked_by=actor),
        "covenants": agree.covenants(place=found.id),
        "drafts": agree.drafts(place=found.id, asked_by=actor, today=timezone.localdate()),
        "convenes": can_convene(actor, found.id),
        "profile": profiles.summary(found),
        "areas": innovate.areas(place=found.id, asked_by=actor, today=timezone.localdate()),
        "notices": innovate.notices(place=found.id, today=timezone.localdate()),
        "agreements": relate.agreements(place=found.id, asked_by=actor, today=timezone.localdate()),
    }
    return render(request, "place.html", context)


@require_safe
def covenant(request: HttpRequest, slug: str) -> HttpResponse:
    """A covenant as it stands: what each side promised, and how each promise is kept."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    found = agree.covenant(slug, asked_by=actor, today=today)
    shown = found.shown
    kept = (
        keep.kept({clause.commitment: clause.due for clause in shown.clauses}, today=today) if shown else {}
    )
    counts = Counter(state.standing for state in kept.values())
    reading = scrutinise.reading(shown.id) if shown else None
    context = {
        "covenant": found,
        "version": shown,
        "rows": [(clause, kept[clause.commitment]) for clause in shown.clauses] if shown else [],
        "counts": [(standing, counts[standing]) for standing in Standing if counts[standing]],
        "picture": health(counts, _counted(counts)) if found.in_force else "",
        "questions": len(reading.questions) if reading else None,
        "findings": scrutinise.open_findings(found.id),
        "may_draft": _may_draft(actor, found, today),
        "sees_drafts": can_see_draft(
            actor, found.place, [p.id for p in shown.parties] if shown else [], today
        ),
    }
    return render(request, "covenant.html", context)


def _may_draft(actor: Actor, covenant: CovenantView, today: date) -> bool:
    """Whether the actor could begin a draft: as convenor, or for a party that has none open."""
    drafting = {version.author.id for version in covenant.open_versions if version.author}
    parties = covenant.in_force.parties if covenant.in_force else ()
    if can_convene(actor, covenant.place) and not covenant.open_version:
        return True
    return any(party.id not in drafting and actor.mandate_for(party.id, today) for party in parties)


def _counted(counts: Counter[Standing]) -> str:
    said = ", ".join(f"{standing.label.lower()}: {count}" for standing, count in counts.items())
    return _("Commitments by where they stand. %(counts)s") % {"counts": said}


@require_safe
def commitment(request: HttpRequest, id: UUID) -> HttpResponse:
    """The trace of a commitment: back to what was said, forward to what was done."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    found = agree.commitment(id)
    number, state, clause = next(
        (wording for wording in found.wordings if wording[1] is VersionState.IN_FORCE), found.wordings[0]
    )
    covenant = agree.covenant(found.covenant_slug, asked_by=actor, today=today, also=(number,))
    version = next(version for version in covenant.versions if version.number == number)
    kept: Kept = keep.kept({id: clause.due}, today=today)[id]
    reading = scrutinise.reading(version.id)
    context = {
        "commitment": found,
        "clause": clause,
        "covenant": covenant,
        "version": version,
        "in_force": state is VersionState.IN_FORCE,
        "kept": kept,
        "questions": [q for q in reading.questions if f"C{found.number}" in q.proposals] if reading else [],
        "findings": [f for f in scrutinise.open_findings(found.covenant) if id in f.commitments],
        "entries": record.told(id),
        "areas": innovate.areas(serving=id, asked_by=actor, today=today),
        "may_report": state is VersionState.IN_FORCE and can_report(actor, clause.debtor.id, today),
    }
    return render(request, "commitment.html", context)


@require_safe
def statement(request: HttpRequest, id: UUID) -> HttpResponse:
    """The trace of a statement: how it stands, and what became of it."""
    actor = places.actor(request.user.pk)
    found = listen.statement(id, asked_by=actor)
    context = {
        "statement": found,
        "citation": listen.latest_citation(id),
        "answers": agree.commitments_on(id),
        "ideas": weigh.ideas_citing(id),
        "decisions": weigh.became_of(id),
        "place_slug": weigh.slug_for_ideas(found.place, asked_by=actor, today=timezone.localdate()),
        "convenes": bool(agree.clauses_in_drafts(asked_by=actor)),
    }
    return render(request, "statement.html", context)
