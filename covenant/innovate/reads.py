"""Questions about innovation areas. A draft is seen only by those who may work on it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from covenant.agree import reads as agree
from covenant.agree.rules import can_see_draft
from covenant.agree.types import CommitmentLine, SignatureView
from covenant.innovate import rules
from covenant.innovate.models import Area, Consent, Freedom, Measurement, Reply
from covenant.innovate.types import (
    AreaLine,
    AreaView,
    Baseline,
    Earlier,
    Ending,
    Evaluation,
    FreedomState,
    FreedomView,
    Notice,
    NoticeKind,
    Standing,
    Verdict,
    Wording,
)
from covenant.innovate.types import Measurement as MeasurementView
from covenant.innovate.types import Reply as ReplyView
from covenant.place import reads as places
from covenant.place.reads import party_view
from covenant.place.types import Actor, NotFound, PartyView, PlaceView, Tier

GRANTED = [FreedomState.GRANTED, FreedomState.ENDED]


def area(slug: str, *, asked_by: Actor, today: date) -> AreaView:
    """An area with every freedom that the actor may see; a fixed number of queries."""
    row = _areas(Area.objects.filter(slug=slug)).first()
    if row is None:
        raise NotFound("There is no innovation area at this address.")
    found = _area_view(row, today)
    seen = tuple(f for f in found.freedoms if f.hash or _may_see(found, f.parties, asked_by, today))
    if not (seen or _may_see(found, (), asked_by, today)):
        raise NotFound("There is no innovation area at this address.")
    return replace(found, freedoms=seen)


def _may_see(area: AreaView, parties: Iterable[PartyView], actor: Actor, today: date) -> bool:
    named = [area.convenor.id, *(party.id for party in parties)]
    return can_see_draft(actor, area.place.id, named, today)


def area_of(id: UUID, *, today: date) -> AreaView:
    """An area with all its freedoms, drafts among them: for acts, which ask who acts themselves."""
    row = _areas(Area.objects.filter(id=id)).first()
    if row is None:
        raise NotFound("There is no innovation area at this address.")
    return _area_view(row, today)


def areas(
    *, place: UUID | None = None, serving: UUID | None = None, asked_by: Actor, today: date
) -> list[AreaLine]:
    """Every area, or those of a place or that serve a commitment; drafts for those who may see them."""
    rows = _in_place(Area.objects.select_related("place", "convenor").order_by("title"), place, "")
    if serving is not None:
        rows = rows.filter(grounds=serving)
    freedoms = Freedom.objects.select_related("granter", "evaluator").prefetch_related("users")
    found = []
    for row in rows.prefetch_related("places", Prefetch("freedoms", freedoms)):
        every = list(row.freedoms.all())
        shown = [freedom for freedom in every if freedom.hash]
        named = [row.convenor_id, *(id for freedom in every for id in _named(freedom))]
        if shown or can_see_draft(asked_by, row.place_id, named, today):
            found.append(_line(row, shown, today))
    return found


def _named(freedom: Freedom) -> list[UUID]:
    return [freedom.granter_id, freedom.evaluator_id, *(user.id for user in freedom.users.all())]


def _line(row: Area, shown: Sequence[Freedom], today: date) -> AreaLine:
    return AreaLine(
        slug=row.slug,
        title=row.title,
        place_name=row.place.name,
        place_names=tuple(sorted(place.name for place in row.places.all())),
        starts=row.starts,
        sunset=row.sunset,
        in_force=sum(_standing(freedom, today) is Standing.IN_FORCE for freedom in shown),
        freedoms=len(shown),
        is_draft=not shown,
    )


def notices(*, place: UUID | None = None, today: date) -> list[Notice]:
    """What readers are told unasked, the most pressing first: freedoms past or near their sunset."""
    told = Q(evaluation__isnull=True) & (Q(sunset__lt=today) | Q(evaluation_due__lt=today))
    near = Q(state=FreedomState.GRANTED, sunset__range=(today, today + rules.NEAR))
    rows = Freedom.objects.filter(state__in=GRANTED).filter(told | near)
    rows = rows.select_related("area", "evaluator", "evaluation")
    return in_order(_notice(row, today) for row in _in_place(rows, place, "area__"))


def in_order(notices: Iterable[Notice | None]) -> list[Notice]:
    """Notices by how pressing they are: past a date, the longest ago first; before one, the nearest."""
    kinds = list(NoticeKind)
    return sorted(
        filter(None, notices),
        key=lambda n: (kinds.index(n.kind), -n.days if n.kind.shouts else n.days, n.area_title, n.number),
    )


def _in_place(rows: QuerySet, place: UUID | None, of: str) -> QuerySet:
    if place is None:
        return rows
    return rows.filter(Q(**{f"{of}place": place}) | Q(**{f"{of}places": place})).distinct()


def granted_before(*, granter: UUID, users: Iterable[UUID]) -> list[Earlier]:
    """The freedoms that a body granted to one of these bodies."""
    rows = Freedom.objects.filter(state__in=GRANTED, granter=granter, users__in=list(users))
    return [_earlier(row) for row in _for_earlier(rows.distinct())]


def touching(of: Iterable[PlaceView]) -> set[UUID]:
    """Some places, those that they lie in and those within them: what holds in one holds there too."""
    here = {place.id for place in of}
    chains = [(each.id, *(above.id for above in each.within)) for each in places.places()]
    above = {id for chain in chains if chain[0] in here for id in chain}
    return above | {chain[0] for chain in chains if here.intersection(chain)}


def earlier(id: UUID) -> Earlier:
    """A freedom as far as it matters to one that renews it."""
    return _earlier(_for_earlier(Freedom.objects.filter(id=id)).get())


def _for_earlier(rows: QuerySet[Freedom]) -> QuerySet[Freedom]:
    return rows.select_related("area", "evaluation").prefetch_related("users", "area__places")


def _earlier(row: Freedom) -> Earlier:
    places = frozenset(place.id for place in row.area.places.all())
    return Earlier(row.number, row.area.title, _words(row), places, hasattr(row, "evaluation"))


def _areas(rows: QuerySet[Area]) -> QuerySet[Area]:
    joined = ("area", "granter", "evaluator", "renews", "ending__party")
    judged = ("evaluation__party", "evaluation__user", "evaluation__mandate")
    freedoms = (
        Freedom.objects.order_by("number")
        .select_related(*joined, *judged)
        .prefetch_related(
            "users",
            Prefetch("consents", Consent.objects.select_related("party", "user", "mandate").order_by("at")),
            Prefetch(
                "measurements", Measurement.objects.select_related("party").order_by("dated", "at", "id")
            ),
            Prefetch("evaluation__replies", Reply.objects.select_related("party").order_by("at", "id")),
        )
    )
    return rows.select_related("place", "convenor").prefetch_related(
        "places", "grounds", Prefetch("freedoms", freedoms)
    )


def _area_view(row: Area, today: date) -> AreaView:
    return AreaView(
        id=row.id,
        slug=row.slug,
        title=row.title,
        purpose=row.purpose,
        place=_place(row.place),
        places=tuple(sorted((_place(place) for place in row.places.all()), key=lambda place: place.name)),
        convenor=party_view(row.convenor),
        starts=row.starts,
        sunset=row.sunset,
        grounds=_grounds(row),
        freedoms=tuple(_freedom_view(freedom, today) for freedom in row.freedoms.all()),
    )


def _grounds(row: Area) -> tuple[CommitmentLine, ...]:
    return tuple(agree.commitments(ids=[commitment.id for commitment in row.grounds.all()]))


def _place(row: Any) -> PlaceView:
    return PlaceView(row.id, row.slug, row.name, Tier(row.tier), row.gss)


def _standing(row: Freedom, today: date) -> Standing:
    return rules.standing(FreedomState(row.state), row.starts, row.sunset, today)


def _freedom_view(row: Freedom, today: date) -> FreedomView:
    return FreedomView(
        id=row.id,
        number=row.number,
        state=FreedomState(row.state),
        standing=_standing(row, today),
        hash=row.hash,
        words=_words(row),
        granter=party_view(row.granter),
        users=tuple(sorted((party_view(user) for user in row.users.all()), key=lambda party: party.name)),
        evaluator=party_view(row.evaluator),
        never_waived=row.never_waived,
        renews=row.renews.number if row.renews else None,
        consents=tuple(
            SignatureView(
                party_view(c.party), c.user.name, c.mandate.office, c.mandate.given_by, c.hash, c.at
            )
            for c in row.consents.all()
        ),
        ending=_ending(row),
        measurements=tuple(
            MeasurementView(party_view(m.party), m.dated, m.value, m.n, m.source, m.url, m.note, m.at)
            for m in row.measurements.all()
        ),
        evaluation=_evaluation(row),
        notice=_notice(row, today),
        proposed_at=row.proposed_at,
        granted_at=row.granted_at,
    )


def _words(row: Freedom) -> Wording:
    return Wording(
        title=row.title,
        waived=row.waived,
        source=row.source,
        granter=row.granter_id,
        users=tuple(sorted(user.id for user in row.users.all())),
        safeguards=row.safeguards,
        hypothesis=row.hypothesis,
        changes_for=row.changes_for,
        measure=row.measure,
        unit=row.unit,
        baseline=Baseline(row.baseline, row.baseline_n, row.baseline_source, row.baseline_dated),
        target=row.target,
        failure=row.failure,
        starts=row.starts,
        sunset=row.sunset,
        evaluator=row.evaluator_id,
        evaluation_due=row.evaluation_due,
    )


def _ending(row: Freedom) -> Ending | None:
    if not hasattr(row, "ending"):
        return None
    return Ending(party_view(row.ending.party), row.ending.reason, row.ending.at)


def _evaluation(row: Freedom) -> Evaluation | None:
    if not hasattr(row, "evaluation"):
        return None
    made = row.evaluation
    return Evaluation(
        verdict=Verdict(made.verdict),
        figures=made.figures,
        learnt=made.learnt,
        url=made.url,
        party=party_view(made.party),
        person=made.user.name,
        office=made.mandate.office,
        at=made.at,
        replies=tuple(ReplyView(party_view(r.party), r.text, r.at) for r in made.replies.all()),
    )


def _notice(row: Freedom, today: date) -> Notice | None:
    state, evaluated = FreedomState(row.state), hasattr(row, "evaluation")
    kind = rules.notice_kind(state, row.sunset, row.evaluation_due, evaluated, today)
    if kind is None:
        return None
    since = row.evaluation_due if kind is NoticeKind.OVERDUE else row.sunset
    return Notice(
        kind=kind,
        area_slug=row.area.slug,
        area_title=row.area.title,
        number=row.number,
        title=row.title,
        days=abs((today - since).days),
        sunset=row.sunset,
        ended=state is FreedomState.ENDED,
        evaluator=row.evaluator.name,
        evaluation_due=row.evaluation_due,
        due_passed=today > row.evaluation_due,
    )
