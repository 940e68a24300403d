"""What every vote and every page of a conversation asks, in SQL that both databases speak.

Everything else is asked through the query builder; here it would cost more than all the rest of a vote.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

Given = UUID | datetime | str | None

# What was shown to someone: the exposure's id, and whose it is.
SHOWN = """
SELECT mine.conversation_id, mine.level, talk.state, CAST(talk.opens AS text), CAST(talk.closes AS text),
    shown.statement_id, statement.moderation, vote.value
FROM listen_exposure AS shown
JOIN listen_participant AS mine ON mine.id = shown.participant_id
JOIN listen_conversation AS talk ON talk.id = mine.conversation_id
JOIN listen_statement AS statement ON statement.id = shown.statement_id
LEFT JOIN listen_vote AS vote
    ON vote.participant_id = mine.id AND vote.statement_id = statement.id AND vote.current
WHERE shown.id = %s AND shown.participant_id = %s
"""

# Ends what is open on a statement that was answered: when, whose, the exposure answered, its statement.
ANSWERED = """
UPDATE listen_exposure SET outcome = 'voted', ended_at = %s
WHERE participant_id = %s AND outcome <> 'voted' AND (id = %s OR (statement_id = %s AND outcome = 'open'))
"""

# What there is to show to someone: twice themselves, twice their conversation.
STANDING = """
SELECT mine.outcome, mine.statement_id, mine.id, 0 FROM listen_exposure AS mine
WHERE mine.participant_id = %s AND mine.outcome IN ('open', 'skipped')
UNION ALL
SELECT 'voted', vote.statement_id, NULL, 0 FROM listen_vote AS vote
WHERE vote.participant_id = %s AND vote.current
UNION ALL
SELECT 'shown', statement.id, NULL, statement.number FROM listen_statement AS statement
WHERE statement.conversation_id = %s AND statement.moderation = 'shown'
UNION ALL
SELECT 'newest', NULL, newest.id, 0 FROM (
    SELECT id FROM listen_snapshot WHERE conversation_id = %s ORDER BY entries DESC LIMIT 1
) AS newest
ORDER BY 4
"""

# How far someone has come, and what stands before them.
PART = """
SELECT mine.conversation_id,
    (
        SELECT COUNT(*) FROM listen_vote AS vote JOIN listen_statement AS said ON said.id = vote.statement_id
        WHERE vote.participant_id = mine.id AND vote.current AND said.moderation = 'shown'
    ),
    (
        SELECT COUNT(*) FROM listen_statement AS said
        WHERE said.conversation_id = mine.conversation_id AND said.moderation = 'shown'
    ),
    (
        SELECT COUNT(DISTINCT skipped.statement_id) FROM listen_exposure AS skipped
        JOIN listen_statement AS said ON said.id = skipped.statement_id
        WHERE skipped.participant_id = mine.id AND skipped.outcome = 'skipped' AND said.moderation = 'shown'
        AND NOT EXISTS (
            SELECT 1 FROM listen_vote AS vote
            WHERE vote.participant_id = mine.id AND vote.statement_id = said.id AND vote.current
        )
    ),
    (SELECT COUNT(*) FROM listen_statement AS own WHERE own.author_id = mine.id),
    shown.id, statement.id, statement.number, statement.text, statement.moderation
FROM listen_participant AS mine
LEFT JOIN listen_exposure AS shown ON shown.participant_id = mine.id AND shown.outcome = 'open'
LEFT JOIN listen_statement AS statement ON statement.id = shown.statement_id
WHERE mine.id = %s
"""

# Every statement of a conversation that is shown.
STATEMENTS = """
SELECT id, number, text FROM listen_statement
WHERE conversation_id = %s AND moderation = 'shown' ORDER BY number
"""

# Conversations, as `Conversation.objects.raw` takes them; which ones is added at the end.
CONVERSATIONS = """
SELECT talk.*, place.name AS place_name, place.slug AS place_slug,
    (
        SELECT COUNT(*) FROM listen_statement AS said
        WHERE said.conversation_id = talk.id AND said.moderation = 'shown'
    ) AS shown,
    (
        SELECT COUNT(*) FROM listen_statement AS said
        WHERE said.conversation_id = talk.id AND said.moderation = 'pending'
    ) AS pending,
    (
        SELECT id FROM listen_snapshot AS counted WHERE counted.conversation_id = talk.id
        ORDER BY counted.entries DESC LIMIT 1
    ) AS newest
FROM listen_conversation AS talk JOIN place_place AS place ON place.id = talk.place_id
"""


def ask(asked: str, *given: Given) -> list[tuple[Any, ...]]:
    """Every row that answers."""
    with connection.cursor() as cursor:
        cursor.execute(asked, [held(each) for each in given])
        return cursor.fetchall()


def do(told: str, *given: Given) -> None:
    """Change rows."""
    with connection.cursor() as cursor:
        cursor.execute(told, [held(each) for each in given])


def held(given: Given) -> Any:
    """An id or a moment as this database holds it."""
    if isinstance(given, datetime):
        return connection.ops.adapt_datetimefield_value(given)
    if isinstance(given, UUID) and not connection.features.has_native_uuid_field:
        return given.hex
    return given


def uuid(held: UUID | str) -> UUID:
    """The id that a database holds so."""
    return held if isinstance(held, UUID) else UUID(held)
