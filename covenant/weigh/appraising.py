"""Writes of decisions until they are judged: words, options, what is weighed. Reached through `actions`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.weigh import rules
from covenant.weigh.acting import appraisal_row, bodies_of, keep_act, open_appraisal, option_row
from covenant.weigh.models import Appraisal, Consideration, Discarding, Ground, Idea, Option
from covenant.weigh.showing import option_view
from covenant.weigh.types import (
    AppraisalState,
    AppraisalWords,
    ConsiderationKind,
    CostKind,
    OptionWords,
    Source,
)

WORDS = ("title", "what", "payer", "benefits", "tradeoffs", "gains", "loses", "legal")
SUMS = ("once_low", "once_high", "yearly_low", "yearly_high", "price_year")


def begin_appraisal(
    *, by: Actor, place: UUID, words: AppraisalWords, nothing: tuple[str, str], at: datetime
) -> UUID:
    """Begin a decision in a place; returns its id.

    `nothing` is the short name and the description of doing nothing, which is its first option.
    """
    check_can_convene(by, place)
    with writing():
        row = Appraisal(place_id=place, state=AppraisalState.OPEN, made_at=at)
        _word(row, words, at)
        title, what = nothing
        option = Option.objects.create(
            appraisal=row, number=1, is_nothing=True, title=title, what=what, cost=CostKind.NOT_STATED
        )
        append(kind="appraisal.begun", subject=row.id, body={"place": str(place)}, sealed=_said(row), at=at)
        _add_cost(row, option, at)
    return row.id


def word_appraisal(*, by: Actor, appraisal: UUID, words: AppraisalWords, at: datetime) -> None:
    """Word a decision anew, as long as it is open."""
    with writing():
        row = appraisal_row(appraisal)
        check_can_convene(by, row.place_id)
        rules.check_is_open(AppraisalState(row.state))
        _word(row, words, at)
        append(kind="appraisal.worded", subject=row.id, body={}, sealed=_said(row), at=at)


def _word(row: Appraisal, words: AppraisalWords, at: datetime) -> None:
    bodies = places.parties(ids=words.bodies)
    if len(bodies) != len(set(words.bodies)):
        raise NotFound("One of these bodies is not known.")
    rules.check_words(words, bodies, today=day_of(at), before=row.decide_by)
    if row.options.exists():
        dropped = {body.id for body in bodies_of(row)} - set(words.bodies)
        if row.considerations.filter(weighings__party__in=dropped).exists():
            raise NotPossible("A body that has weighed something already stays among those that weigh.")
        if row.interests.filter(party__in=dropped).exists():
            raise NotPossible("A body that has declared an interest stays among those that weigh.")
    row.title, row.asks, row.outcome = words.title.strip(), words.asks.strip(), words.outcome.strip()
    base = words.baseline
    row.decide_by, row.baseline, row.baseline_unit = words.decide_by, base.value, base.unit.strip()
    row.baseline_dated, row.baseline_source = base.dated, base.source.strip()
    row.save()
    row.bodies.set(words.bodies)  # type: ignore[arg-type]


def _said(row: Appraisal) -> dict[str, Any]:
    return {"title": row.title, "asks": row.asks, "outcome": row.outcome}


def word_option(
    *, by: Actor, appraisal: UUID, option: UUID | None = None, words: OptionWords, at: datetime
) -> UUID:
    """Add an option to a decision, or word one anew; returns its id.

    What the ideas that it takes up stand on is weighed from now on: nothing that was heard is forgotten.
    """
    rules.check_option(words)
    with writing():
        row = open_appraisal(by, appraisal, at)
        if option is None:
            number = (row.options.aggregate(Max("number"))["number__max"] or 0) + 1
            found = Option(appraisal=row, number=number)
        else:
            found = option_row(row, option)
            if hasattr(found, "discarding"):
                raise NotPossible("This option was discarded: its words stay as they were.")
        for name in WORDS:
            setattr(found, name, getattr(words, name).strip())
        cost = words.cost
        found.cost, found.cost_source = cost.kind, cost.source.strip()
        for name in SUMS:
            setattr(found, name, getattr(cost, name))
        found.save()
        ideas = list(Idea.objects.filter(id__in=words.ideas, place=row.place_id))
        if len(ideas) != len(set(words.ideas)):
            raise NotFound("One of these ideas is not known in this place.")
        found.ideas.set(ideas)
        body = {"number": found.number, "appraisal": str(row.id), "cost": cost.as_json()["kind"]}
        told = {**{name: getattr(found, name) for name in WORDS}, "costs": cost.as_json()}
        if option is None:
            append(kind="option.written", subject=found.id, body=body, sealed=told, at=at)
            _add_cost(row, found, at)
        else:
            append(kind="option.worded", subject=found.id, body=body, sealed=told, at=at)
        _take_grounds(row, ideas, at)
    return found.id


def discard_option(
    *, by: Actor, appraisal: UUID, option: UUID, party: UUID | None = None, reason: str, at: datetime
) -> None:
    """Discard an option with the reason, for a body or as the convenor: it stays visible with both."""
    with writing():
        row = appraisal_row(appraisal)
        mandate = rules.check_can_act_for(by, row.place_id, party, bodies_of(row), day_of(at))
        rules.check_is_open(AppraisalState(row.state))
        found = option_row(row, option)
        rules.check_can_discard(option_view(found), reason)
        keep_act(
            Discarding(option=found, reason=reason.strip()), by, mandate, at, kind="option.discarded",
            subject=found.id, body={"number": found.number}, sealed={"reason": reason.strip()},
        )  # fmt: skip


def add_consideration(
    *,
    by: Actor,
    appraisal: UUID,
    kind: ConsiderationKind,
    statement: UUID | None = None,
    said: Source | None = None,
    at: datetime,
) -> None:
    """Add something to what is weighed: a statement as it stands now, evidence, or equality."""
    with writing():
        row = open_appraisal(by, appraisal, at)
        if kind is ConsiderationKind.COST:
            raise NotPossible("The cost of every option is among what is weighed already.")
        if kind is ConsiderationKind.HEARD:
            if statement is None:
                raise NotPossible("Say which statement was heard.")
            if not row.considerations.filter(statement=statement).exists():
                _add_heard(row, statement, listen.citation(statement).as_json(), at)
            return
        if said is None:
            raise NotPossible("Say what it is, and where a reader finds it.")
        rules.check_source(said, needs_link=False)
        _add(row, kind, at, text=said.text.strip(), source=said.source.strip(), url=said.url)


def _add_cost(row: Appraisal, option: Option, at: datetime) -> None:
    _add(row, ConsiderationKind.COST, at, option=option)


def _add_heard(row: Appraisal, statement: UUID, citation: dict[str, Any], at: datetime) -> None:
    _add(row, ConsiderationKind.HEARD, at, statement_id=statement, citation=citation)


def _take_grounds(row: Appraisal, ideas: Iterable[Idea], at: datetime) -> None:
    """Weigh what ideas stand on, each once."""
    heard = set(row.considerations.values_list("statement", flat=True))
    known = set(row.considerations.values_list("text", "source"))
    for ground in Ground.objects.filter(idea__in=list(ideas)).order_by("id"):
        if ground.statement_id:
            if ground.statement_id not in heard:
                heard.add(ground.statement_id)
                _add_heard(row, ground.statement_id, ground.citation, at)
        elif (ground.text, ground.source) not in known:
            known.add((ground.text, ground.source))
            said = {"text": ground.text, "source": ground.source, "url": ground.url}
            _add(row, ConsiderationKind.EVIDENCE, at, **said)


def _add(row: Appraisal, kind: ConsiderationKind, at: datetime, **what: Any) -> None:
    number = (row.considerations.aggregate(Max("number"))["number__max"] or 0) + 1
    made = Consideration.objects.create(appraisal=row, number=number, kind=kind, **what)
    body: dict[str, Any] = {"number": number, "kind": kind.value}
    if made.statement_id:
        body |= {"statement": str(made.statement_id), "snapshot": made.citation["snapshot"]}
    if made.option is not None:
        body["option"] = made.option.number
    sealed = {"text": made.text, "source": made.source, "url": made.url} if made.text else None
    append(kind="consideration.added", subject=row.id, body=body, sealed=sealed, at=at)
