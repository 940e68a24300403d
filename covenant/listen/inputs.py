"""The reads that give the engine what results are a function of. Reached through `reads`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from covenant.listen.ballots import Ballot
from covenant.listen.heard import Inputs, Moderation
from covenant.listen.models import Conversation, Statement, Vote
from covenant.listen.types import Statement as Line
from covenant.listen.types import Votes
from covenant.record import reads as record

GONE = "statement.erased"
# Whether a decision moderates a statement out.
TOLD = {"statement.shown": False, "statement.hidden": True, GONE: True}


def votes_for_engine(conversation: UUID) -> Inputs:
    """Every vote and statement of a conversation up to the newest entry of the record that has a place.

    Votes that arrive while this is read, or wait for their place, are left out, so that the same place in the
    record gives the same votes again. Participants are in the order of their first vote; a statement that
    waits for a moderator counts as moderated out.
    """
    return votes_up_to(conversation, record.size())


def votes_up_to(conversation: UUID, entries: int) -> Inputs:
    """What the first entries of the record tell of a conversation, as long as nothing of it was erased."""
    row = Conversation.objects.get(id=conversation)
    rows = list(_before(Statement.objects.filter(conversation=conversation), entries).order_by("number"))
    out = _moderated_out(rows, entries)
    lines = tuple(Line(id=str(s.id), text=s.text, out=out[s.id], meta=s.is_meta) for s in rows)
    salts = {str(s.id): bytes(s.salt) for s in rows if s.salt is not None}
    place = {s.id: j for j, s in enumerate(rows)}
    people: dict[UUID, int] = {}
    columns: tuple[list[int], list[int], list[int]] = ([], [], [])
    cast = _cast(conversation, entries).values_list("participant_id", "statement_id", "value")
    for participant, statement, value in cast.iterator():
        columns[0].append(people.setdefault(participant, len(people)))
        columns[1].append(place[statement])
        columns[2].append(value)
    who, what, said = (np.array(column, np.int64) for column in columns)
    votes = Votes.of(who, what, said, n_participants=len(people), n_statements=len(lines))
    return Inputs(conversation, row.title, row.introduction, row.counted, entries, lines, votes, salts)


def ballots(said: Inputs) -> list[Ballot]:
    """The votes that count, each with its salt, people and statements by their numbers in what was said.

    This is what the counted set is made from; nothing but that may ask for it.
    """
    place = {UUID(statement.id): j for j, statement in enumerate(said.statements)}
    people: dict[UUID, int] = {}
    last: dict[tuple[int, int], tuple[int, bytes | None]] = {}
    cast = _cast(said.conversation, said.entries).values_list(
        "participant_id", "statement_id", "value", "salt"
    )
    for participant, statement, value, salt in cast.iterator():
        cell = people.setdefault(participant, len(people)), place[statement]
        last[cell] = value, None if salt is None else bytes(salt)
    return [(person, number, value, salt) for (person, number), (value, salt) in last.items()]


def _cast(conversation: UUID, entries: int) -> QuerySet[Vote]:
    return _before(Vote.objects.filter(statement__conversation=conversation), entries).order_by("id")


def _before(rows: QuerySet[Any], entries: int) -> QuerySet[Any]:
    """Those of which the record tells before a place."""
    return rows.filter(Exists(record.ids_before(entries).filter(id=OuterRef("entry"))))


def _moderated_out(rows: Sequence[Statement], entries: int) -> dict[UUID, bool]:
    """Whether each statement was moderated out, by the last decision before a place in the record.

    Where there was none before it, it stood as it was added; how a loaded one stood follows from what was
    decided first.
    """
    decided = record.decisions([str(row.id) for row in rows], list(TOLD))
    out = {}
    for row in rows:
        kinds = decided.get(str(row.id), [])
        before = [kind for index, kind in kinds if index is not None and index < entries]
        if before:
            out[row.id] = TOLD[before[-1]]
        elif not kinds:
            out[row.id] = row.moderation != Moderation.SHOWN
        elif row.salt is not None or GONE in [kind for _, kind in kinds]:
            out[row.id] = not row.is_seed
        else:
            out[row.id] = not TOLD[kinds[0][1]]
    return out
