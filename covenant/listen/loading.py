"""The write that loads a conversation which was held elsewhere. Reached through `actions`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from uuid_utils.compat import uuid7

from covenant.listen import rules
from covenant.listen.formats import Export
from covenant.listen.heard import Moderation, State, random_id
from covenant.listen.models import Conversation, Participant, Statement, Vote
from covenant.place.types import NotPossible
from covenant.record.actions import append, writing

MODERATED_OUT = "Moderated out where the conversation was held"
A_BATCH = 5000

Cast = tuple[
    int, int, int, int | None, bool
]  # participant, statement, value, milliseconds since 1970, current


def load_conversation(
    *,
    place: UUID,
    slug: str,
    title: str,
    introduction: str,
    source: str,
    language: str,
    state: State,
    export: Export,
    files: Mapping[str, str],
    at: datetime,
) -> UUID:
    """Keep a conversation that was held elsewhere. Done by whoever runs the machine, at its command line.

    One entry of the record tells of it: the hash of each file, and how much was in them. How statements were
    drawn is not known, so no exposures are made; nor is it known when votes were cast, where the export has
    final votes alone.

    Raises
    ------
    NotPossible
        There is a conversation with this slug already.
    """
    rules.check_slug(slug)
    people = [random_id() for _ in export.participants]
    statements = [uuid7() for _ in export.statements]
    casts = list(_casts(export))
    with writing():
        if Conversation.objects.filter(slug=slug).exists():
            raise NotPossible(
                f"There is a conversation with the address “{slug}” already: it is not loaded twice."
            )
        row = Conversation.objects.create(
            slug=slug,
            place_id=place,
            title=title,
            introduction=introduction,
            source=source,
            language=language,
            state=state,
            made_at=at,
            loaded_at=at,
        )
        body = {
            "title": title,
            "place": str(place),
            "files": dict(files),
            "participants": len(people),
            "statements": len(statements),
            "votes": len(casts),
            "answers": sum(current for *_, current in casts),  # those that count
        }
        entry = append(kind="conversation.loaded", subject=row.id, body=body, at=at).id
        Conversation.objects.filter(id=row.id).update(changed=entry if casts else -1)
        known = zip(people, export.participants, strict=True)
        Participant.objects.bulk_create(
            (Participant(id=id, conversation=row, source_id=name) for id, name in known), batch_size=A_BATCH
        )
        Statement.objects.bulk_create(_statements(export, row.id, statements, entry), batch_size=A_BATCH)
        Vote.objects.bulk_create(_votes(casts, people, statements, entry), batch_size=A_BATCH)
    return row.id


def _statements(export: Export, conversation: UUID, ids: list[UUID], entry: int) -> Iterator[Statement]:
    for id, statement in zip(ids, export.statements, strict=True):
        yield Statement(
            id=id,
            conversation_id=conversation,
            number=int(statement.id),
            text=statement.text,
            is_meta=statement.meta,
            moderation=Moderation.HIDDEN if statement.out else Moderation.SHOWN,
            reason=MODERATED_OUT if statement.out else "",
            made_at=datetime.fromtimestamp(statement.created, UTC) if statement.created is not None else None,
            entry=entry,
        )


def _casts(export: Export) -> Iterator[Cast]:
    """Every vote in the order of casting, and whether it is the participant's last on its statement."""
    if export.events is None:
        votes = export.votes
        who = np.repeat(np.arange(votes.n_participants), votes.cast).tolist()
        for person, statement, value in zip(
            who, votes.statements.tolist(), votes.values.tolist(), strict=True
        ):
            yield person, statement, value, None, True
        return
    events = export.events
    cell = events.participants * len(export.statements) + events.statements
    _, from_the_end = np.unique(cell[::-1], return_index=True)
    last = np.zeros(len(cell), np.bool_)
    last[len(cell) - 1 - from_the_end] = True
    columns = (events.participants, events.statements, events.values, events.milliseconds, last)
    yield from zip(*(column.tolist() for column in columns), strict=True)


def _votes(casts: Iterable[Cast], people: list[UUID], statements: list[UUID], entry: int) -> Iterator[Vote]:
    """Rows whose ids rise in the order of casting: that order settles which vote is the last."""
    for person, statement, value, milliseconds, current in casts:
        yield Vote(
            id=uuid7(),
            participant_id=people[person],
            statement_id=statements[statement],
            value=value,
            cast_at=None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC),
            current=current,
            entry=entry,
        )
