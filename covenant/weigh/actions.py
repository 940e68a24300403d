"""Writes of ideas; decisions are begun and filled in `appraising`, judged in `judging`.

Others find all of it here.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.weigh import reads, rules
from covenant.weigh.acting import keep_act
from covenant.weigh.appraising import (
    add_consideration,
    begin_appraisal,
    discard_option,
    word_appraisal,
    word_option,
)
from covenant.weigh.judging import (
    answer,
    declare_interest,
    dissent,
    forget_words,
    put,
    sign,
    take_back,
    weigh,
    withdraw,
)
from covenant.weigh.models import Ground, Idea
from covenant.weigh.types import GroundKind, Source, Voice

__all__ = [
    "add_consideration",
    "answer",
    "begin_appraisal",
    "cite_source",
    "cite_statement",
    "declare_interest",
    "discard_option",
    "dissent",
    "forget_words",
    "put",
    "sign",
    "take_back",
    "weigh",
    "withdraw",
    "withdraw_idea",
    "word_appraisal",
    "word_option",
    "write_idea",
]


def write_idea(
    *,
    by: Actor,
    place: UUID,
    voice: Voice,
    party: UUID | None = None,
    title: str,
    text: str,
    kind: GroundKind,
    statements: Collection[UUID] = (),
    source: Source | None = None,
    at: datetime,
) -> UUID:
    """Write an idea in a place, on statements that were heard or on a named source; returns its id.

    Raises
    ------
    NotAllowed
        The actor may not write for this voice here.
    NotPossible
        It stands on nothing, or a statement cannot be cited so.
    """
    where = next(iter(places.places(ids=[place])), None)
    if where is None:
        raise NotFound("There is no such place.")
    mandate = rules.check_can_write(by, place, voice, party, reads.bodies_of(by, where), day_of(at))
    rules.check_idea(title, text, voice, statements, source)
    role = rules.role_of(by, place) if voice is Voice.ROLE else None
    with writing():
        row = Idea(place_id=place, voice=voice, title=title.strip(), text=text.strip(), role=role or "")
        keep_act(
            row, by, mandate, at, kind="idea.written", subject=row.id,
            body={"place": str(place), "voice": voice.value},
            sealed={"title": row.title, "text": row.text},
        )  # fmt: skip
        for statement in dict.fromkeys(statements):
            _cite(row, kind, statement, at)
        if source:
            _source(row, kind, source, at)
    return row.id


def cite_statement(*, by: Actor, idea: UUID, kind: GroundKind, statement: UUID, at: datetime) -> None:
    """Let an idea stand on something heard as well, as it stands now: the citation is frozen."""
    with writing():
        _cite(_own(by, idea, at), kind, statement, at)


def cite_source(*, by: Actor, idea: UUID, kind: GroundKind, said: Source, at: datetime) -> None:
    """Let an idea stand on a need or on evidence as well."""
    with writing():
        _source(_own(by, idea, at), kind, said, at)


def withdraw_idea(*, by: Actor, idea: UUID, at: datetime) -> None:
    """Take an idea back: it stays readable where options take it up, and is marked so."""
    with writing():
        row = _own(by, idea, at)
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        append(kind="idea.withdrawn", subject=idea, body={}, at=at)


def _cite(row: Idea, kind: GroundKind, statement: UUID, at: datetime) -> None:
    if row.grounds.filter(statement=statement).exists():
        return
    citation = listen.citation(statement)
    rules.check_ground_kind(kind, citation.kinds)
    Ground.objects.create(idea=row, kind=kind, statement_id=statement, citation=citation.as_json())
    body = {"kind": kind.value, "statement": str(statement), "snapshot": str(citation.snapshot)}
    append(kind="idea.grounded", subject=row.id, body=body, at=at)


def _source(row: Idea, kind: GroundKind, said: Source, at: datetime) -> None:
    if kind.is_heard:
        raise NotPossible("Common ground and dissent are cited from a conversation.")
    rules.check_source(said, needs_link=kind is GroundKind.EVIDENCE)
    text, source = said.text.strip(), said.source.strip()
    Ground.objects.create(idea=row, kind=kind, text=text, source=source, url=said.url)
    sealed = {"text": text, "source": source, "url": said.url}
    append(kind="idea.grounded", subject=row.id, body={"kind": kind.value}, sealed=sealed, at=at)


def _own(by: Actor, id: UUID, at: datetime) -> Idea:
    """An idea that the actor wrote, or that their body did, or that was written in a place they convene."""
    row = Idea.objects.filter(id=id).first()
    if row is None:
        raise NotFound("There is no such idea.")
    if not rules.may_change_idea(by, row.place_id, row.party_id, row.user_id, day_of(at)):
        raise NotAllowed("Only whoever wrote this idea, or the convenor, can do this.")
    if row.withdrawn_at:
        raise NotPossible("This idea was withdrawn.")
    return row
