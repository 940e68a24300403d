"""The read that gives the engine what results are a function of. Reached through `reads`."""

from uuid import UUID

import numpy as np

from covenant.listen.heard import Inputs, Moderation
from covenant.listen.models import Conversation, Statement, Vote
from covenant.listen.types import Statement as Line
from covenant.listen.types import Votes
from covenant.record import reads as record
from covenant.record.actions import writing


def votes_for_engine(conversation: UUID) -> Inputs:
    """Every vote and statement of a conversation up to the newest entry of the record that has a place.

    Votes that arrive while this is read, or wait for their place, are left out, so that the same place in the
    record gives the same votes again. Participants are in the order of their first vote; a statement that
    waits for a moderator counts as moderated out.
    """
    with writing():  # no vote is counted and no statement moderated between these reads
        entries, last, waiting = record.size(), record.last_id(), record.without_place()
        row = Conversation.objects.get(id=conversation)
        rows = list(Statement.objects.filter(conversation=conversation).order_by("number"))
    lines = tuple(
        Line(id=str(s.id), text=s.text, out=s.moderation != Moderation.SHOWN, meta=s.is_meta) for s in rows
    )
    place = {s.id: j for j, s in enumerate(rows)}
    cast = Vote.objects.filter(statement__conversation=conversation, entry__lte=last).order_by("id")
    cast = cast.exclude(entry__in=waiting)
    people: dict[UUID, int] = {}
    columns: tuple[list[int], list[int], list[int]] = ([], [], [])
    for participant, statement, value in cast.values_list(
        "participant_id", "statement_id", "value"
    ).iterator():
        columns[0].append(people.setdefault(participant, len(people)))
        columns[1].append(place[statement])
        columns[2].append(value)
    who, what, said = (np.array(column, np.int64) for column in columns)
    votes = Votes.of(who, what, said, n_participants=len(people), n_statements=len(lines))
    return Inputs(conversation, row.title, row.introduction, row.counted, entries, lines, votes)
