"""Questions about ideas and decisions. All of it is public; who may act is told by `rules`."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, PartyView, PlaceView
from covenant.weigh import rules
from covenant.weigh.models import Appraisal, Consideration, Ground, Idea, Judgement, Option
from covenant.weigh.showing import NO_SUCH, appraisal_of, baseline, idea_view
from covenant.weigh.shown import AppraisalLine, AppraisalView, IdeaLine, IdeaView
from covenant.weigh.types import (
    Answer,
    AppraisalState,
    Became,
    Followed,
    GroundKind,
    Judged,
    JudgementState,
    Voice,
)


def ideas(*, place: UUID) -> list[IdeaLine]:
    """The ideas of a place, the newest first; two queries."""
    return _lines(Idea.objects.filter(place=place))


def ideas_citing(statement: UUID) -> list[IdeaLine]:
    """The ideas that answer a statement, the newest first; two queries."""
    cited = Ground.objects.filter(statement=statement).values("idea")
    return [line for line in _lines(Idea.objects.filter(id__in=cited)) if not line.is_withdrawn]


def _lines(rows: QuerySet[Idea]) -> list[IdeaLine]:
    grounds = Prefetch("grounds", Ground.objects.order_by("id").only("idea", "kind"))
    return [
        IdeaLine(
            id=row.id,
            title=row.title,
            author=row.party.name if row.party else "",
            voice=Voice(row.voice),
            kinds=tuple(dict.fromkeys(GroundKind(each.kind) for each in row.grounds.all())),
            made_at=row.at,
            is_withdrawn=row.withdrawn_at is not None,
        )
        for row in rows.select_related("party").prefetch_related(grounds).order_by("-at", "-id")
    ]


def bodies_of(actor: Actor, place: PlaceView) -> list[PartyView]:
    """The bodies whose mandate somebody holds, of a place, around it and within it; two queries.

    A mandate may be over: ask it for a day.
    """
    if not actor.mandates:
        return []
    held = places.parties(ids={mandate.party for mandate in actor.mandates})
    chains = {p.id: {p.id, *(above.id for above in p.within)} for p in _places(held)}
    above = {place.id, *(each.id for each in place.within)}
    return [party for party in held if party.place in above or place.id in chains[party.place]]


def _places(parties: list[PartyView]) -> list[PlaceView]:
    return places.places(ids={party.place for party in parties})


def slug_for_ideas(place: UUID, *, asked_by: Actor, today: date) -> str:
    """The address of a place, for somebody who may write an idea there; at most three queries."""
    if asked_by.user is None:
        return ""
    where = places.places(ids=[place])[0]
    return where.slug if rules.voices(asked_by, place, bodies_of(asked_by, where), today) else ""


def near_parties(place: UUID) -> list[PartyView]:
    """Every body that signs, of a place, of what it lies in and of what lies in it; two queries."""
    every = places.places()
    chains = {p.id: {p.id, *(above.id for above in p.within)} for p in every}
    near = {id for id, chain in chains.items() if place in chain} | chains.get(place, set())
    return [party for party in places.parties() if party.sector.signs and party.place in near]


def idea(id: UUID) -> IdeaView:
    """An idea with what it stands on and the options that take it up; five queries.

    Raises
    ------
    NotFound
        There is none.
    """
    options = Option.objects.select_related("appraisal").prefetch_related(
        Prefetch("judgements", Judgement.objects.defer("content"))
    )
    row = (
        Idea.objects.select_related("party")
        .prefetch_related(
            Prefetch("grounds", Ground.objects.order_by("id")),
            Prefetch("options", options.order_by("appraisal__made_at", "number")),
        )
        .filter(id=id)
        .first()
    )
    if row is None:
        raise NotFound("There is no idea at this address.")
    return idea_view(row)


def appraisals(*, place: UUID) -> list[AppraisalLine]:
    """The decisions of a place, those to make first, then the newest; one query."""
    rows = Appraisal.objects.filter(place=place).annotate(n=Count("options")).order_by("-made_at", "-id")
    lines = [
        AppraisalLine(row.id, row.title, AppraisalState(row.state), row.decide_by, row.n) for row in rows
    ]
    return sorted(lines, key=lambda line: line.state not in (AppraisalState.OPEN, AppraisalState.PUT))


def appraisal(id: UUID) -> AppraisalView:
    """A decision with all that is weighed in it; a fixed number of queries.

    Raises
    ------
    NotFound
        There is none.
    """
    return appraisal_of(id)


def judgement_content(appraisal: UUID, number: int) -> tuple[dict[str, Any], str]:
    """What was put for signing, word for word but for what was erased since, and its hash; one query.

    Raises
    ------
    NotFound
        There is no such judgement.
    """
    row = Judgement.objects.filter(appraisal=appraisal, number=number).first()
    if row is None:
        raise NotFound(NO_SUCH)
    return row.content, row.hash


def judged(place: UUID) -> list[Judged]:
    """What was chosen in a place, the newest first: what a commitment can come from; six queries."""
    return [_judged(row) for row in _made().filter(appraisal__place=place)]


def option(id: UUID) -> Judged:
    """An option that was chosen by a judgement that was made.

    Raises
    ------
    NotFound
        There is no such option, or it was not chosen.
    """
    row = _made().filter(option=id).first()
    if row is None:
        raise NotFound("No judgement has chosen this option.")
    return _judged(row)


def _made() -> QuerySet[Judgement]:
    heard = (
        Consideration.objects.filter(statement__isnull=False)
        .order_by("number")
        .only("appraisal", "statement")
    )
    return (
        Judgement.objects.filter(state=JudgementState.MADE)
        .select_related("option", "appraisal")
        .defer("content")
        .prefetch_related(
            "signatures__party",
            "dissents__party",
            Prefetch("appraisal__considerations", heard),
        )
        .order_by("-ended_at", "-id")
    )


def _judged(row: Judgement) -> Judged:
    of = row.appraisal
    if row.ended_at is None:
        raise NotFound("No judgement has chosen this option.")
    return Judged(
        option=row.option_id,
        option_number=row.option.number,
        option_title=row.option.title,
        option_what=row.option.what,
        appraisal=of.id,
        appraisal_title=of.title,
        asks=of.asks,
        place=of.place_id,
        outcome=of.outcome,
        baseline=baseline(of),
        judgement=row.id,
        hash=row.hash,
        made_at=row.ended_at,
        signed_by=tuple(sorted(each.party.name for each in row.signatures.all())),
        dissented=tuple(sorted(each.party.name for each in row.dissents.all())),
        heard=tuple(each.statement_id for each in of.considerations.all() if each.statement_id),
    )


def became_of(statement: UUID) -> list[Became]:
    """What became of a statement in each decision in which it was weighed, the newest first; one query."""
    rows = Consideration.objects.filter(statement=statement).select_related("appraisal")
    return [
        Became(
            row.appraisal.id,
            row.appraisal.title,
            AppraisalState(row.appraisal.state),
            Answer(Followed(row.followed), row.because) if row.followed else None,
        )
        for row in rows.order_by("-appraisal__made_at", "-id")
    ]
