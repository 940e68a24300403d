"""Rows as the pages hold them, and how they are read together. Reached through `reads`."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from covenant.place.reads import party_view, places
from covenant.place.types import NotFound, PartyView, PlaceView
from covenant.weigh import models
from covenant.weigh.models import Appraisal, Consideration, Idea, Judgement, Option
from covenant.weigh.shown import (
    AppraisalView,
    Discarded,
    IdeaView,
    Interest,
    JudgementView,
    OptionLine,
    OptionView,
    Signed,
    Weighed,
)
from covenant.weigh.shown import Consideration as ConsiderationView
from covenant.weigh.types import (
    Answer,
    AppraisalState,
    AppraisalWords,
    Baseline,
    ConsiderationKind,
    Cost,
    CostKind,
    Followed,
    Ground,
    GroundKind,
    JudgementState,
    OptionWords,
    Source,
    Voice,
    Weight,
)

NO_SUCH = "There is no decision at this address."


def appraisal_of(id: UUID) -> AppraisalView:
    """A decision with all that is weighed in it; a fixed number of queries.

    Raises
    ------
    NotFound
        There is none.
    """
    row = _whole(Appraisal.objects.filter(id=id)).first()
    if row is None:
        raise NotFound(NO_SUCH)
    return AppraisalView(
        id=row.id,
        place=place_view(row.place_id),
        state=AppraisalState(row.state),
        words=_appraisal_words(row),
        bodies=_by_name([party_view(body) for body in row.bodies.all()]),
        options=tuple(option_view(option) for option in row.options.all()),
        considerations=tuple(_consideration(each) for each in row.considerations.all()),
        interests=tuple(Interest(_party(each), each.text, each.at) for each in row.interests.all()),
        judgements=tuple(_judgement(made) for made in row.judgements.all()),
        made_at=row.made_at,
        withdrawn_why=row.withdrawn_why,
    )


def _whole(rows: QuerySet[Appraisal]) -> QuerySet[Appraisal]:
    options = Option.objects.select_related("discarding__party").prefetch_related("ideas").order_by("number")
    weighings = models.Weighing.objects.select_related("party").order_by("party__name", "id")
    considerations = (
        Consideration.objects.select_related("option")
        .prefetch_related(Prefetch("weighings", weighings))
        .order_by("number")
    )
    return rows.prefetch_related(
        "bodies",
        Prefetch("options", options),
        Prefetch("considerations", considerations),
        Prefetch("interests", models.Interest.objects.select_related("party").order_by("at", "id")),
        Prefetch("judgements", judgements()),
    )


def judgements() -> QuerySet[Judgement]:
    """Judgements with their options and answers, the newest first."""
    joined = ("party", "user", "mandate")
    return (
        Judgement.objects.select_related("option")
        .prefetch_related(
            Prefetch("signatures", models.Signature.objects.select_related(*joined).order_by("at", "id")),
            Prefetch("dissents", models.Dissent.objects.select_related(*joined).order_by("at", "id")),
        )
        .order_by("-number")
    )


def place_view(id: UUID) -> PlaceView:
    """The place of an idea or a decision, with what it lies in."""
    return places(ids=[id])[0]


def _party(act: models.Act) -> PartyView | None:
    return party_view(act.party) if act.party else None


def _by_name(parties: list[PartyView]) -> tuple[PartyView, ...]:
    return tuple(sorted(parties, key=lambda party: party.name))


def baseline(row: Appraisal) -> Baseline:
    """Where the outcome of a decision stood, as far as it is known."""
    return Baseline(row.baseline, row.baseline_unit, row.baseline_dated, row.baseline_source)


def _appraisal_words(row: Appraisal) -> AppraisalWords:
    return AppraisalWords(
        title=row.title,
        asks=row.asks,
        decide_by=row.decide_by,
        bodies=tuple(sorted(body.id for body in row.bodies.all())),
        outcome=row.outcome,
        baseline=baseline(row),
    )


def option_view(row: Option) -> OptionView:
    """An option as it stands, with the ideas that it takes up."""
    out = getattr(row, "discarding", None)
    ideas = sorted(((idea.id, idea.title) for idea in row.ideas.all()), key=lambda each: (each[1], each[0]))
    names = ("title", "what", "payer", "benefits", "tradeoffs", "gains", "loses", "legal")
    sums = ("once_low", "once_high", "yearly_low", "yearly_high", "price_year")
    cost = Cost(
        kind=CostKind(row.cost), source=row.cost_source, **{name: getattr(row, name) for name in sums}
    )
    words = {name: getattr(row, name) for name in names}
    return OptionView(
        id=row.id,
        number=row.number,
        is_nothing=row.is_nothing,
        words=OptionWords(**words, cost=cost, ideas=tuple(id for id, _title in ideas)),
        ideas=tuple(ideas),
        discarded=Discarded(out.reason, _party(out), out.at) if out else None,
    )


def _consideration(row: Consideration) -> ConsiderationView:
    weighed = [
        Weighed(_party(each), Weight(each.weight), each.reason, each.at) for each in row.weighings.all()
    ]
    return ConsiderationView(
        id=row.id,
        number=row.number,
        kind=ConsiderationKind(row.kind),
        statement=row.statement_id,
        citation=row.citation,
        said=Source(row.text, row.source, row.url),
        option=row.option.number if row.option else None,
        weighed=tuple(sorted(weighed, key=lambda each: each.party.name if each.party else "")),
        answer=Answer(Followed(row.followed), row.because) if row.followed else None,
    )


def _judgement(row: Judgement) -> JudgementView:
    return JudgementView(
        id=row.id,
        number=row.number,
        state=JudgementState(row.state),
        option=row.option_id,
        option_number=row.option.number,
        option_title=next(o["title"] for o in row.content["options"] if o["id"] == row.content["chosen"]),
        reason=row.reason,
        hash=row.hash,
        put_at=row.put_at,
        ended_at=row.ended_at,
        signatures=tuple(_signed(each) for each in row.signatures.all()),
        dissents=tuple(_signed(each, each.reason) for each in row.dissents.all()),
    )


def _signed(act: models.Signature | models.Dissent, reason: str = "") -> Signed:
    held = act.mandate
    return Signed(party_view(act.party), act.user.name, held.office, held.given_by, act.at, reason)


def idea_view(row: Idea) -> IdeaView:
    """An idea whose grounds and options were read with it."""
    return IdeaView(
        id=row.id,
        place=place_view(row.place_id),
        title=row.title,
        text=row.text,
        voice=Voice(row.voice),
        author=_party(row),
        writer=row.user_id,
        role=row.role,
        grounds=tuple(
            Ground(
                GroundKind(each.kind),
                each.statement_id,
                each.citation,
                Source(each.text, each.source, each.url),
            )
            for each in row.grounds.all()
        ),
        made_at=row.at,
        is_withdrawn=row.withdrawn_at is not None,
        options=tuple(_option_line(option) for option in row.options.all()),
    )


def _option_line(row: Option) -> OptionLine:
    chosen = any(made.state == JudgementState.MADE for made in row.judgements.all())
    of = row.appraisal
    return OptionLine(row.id, row.number, row.title, of.id, of.title, AppraisalState(of.state), chosen)
