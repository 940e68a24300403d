"""Questions about what people say. Nobody can ask for another's votes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.query import RawQuerySet
from django.utils import timezone

from covenant.listen import rules, sql
from covenant.listen.audit import GrantView
from covenant.listen.counted import (
    erased,
    figures_of,
    grants,
    issued,
    levels,
    replay_asked,
    replays,
    replays_due,
    set_is_due,
    set_text,
    sets,
    standing,
    without_last_set,
)
from covenant.listen.heard import (
    COUNTED,
    Citation,
    ConversationView,
    ExposureView,
    GroupCount,
    Inputs,
    Moderation,
    OwnVote,
    Part,
    Results,
    State,
    StatementView,
)
from covenant.listen.inputs import votes_for_engine, votes_up_to
from covenant.listen.mine import all_of_mine, still_here
from covenant.listen.models import Conversation, Statement, Vote
from covenant.listen.receipts import OwnReceipt, all_own_receipts, last_answered, own_receipt
from covenant.listen.snapshots import (
    citation,
    common_ground,
    full_figures,
    latest_citation,
    published,
    results,
)
from covenant.listen.types import Vote as Value
from covenant.place.types import PUBLIC, Actor, NotFound, day_of
from covenant.record import reads as record

__all__ = [
    "Citation",
    "ConversationView",
    "ExposureView",
    "GrantView",
    "GroupCount",
    "Inputs",
    "Moderation",
    "OwnReceipt",
    "OwnVote",
    "Part",
    "Results",
    "State",
    "StatementView",
    "all_of_mine",
    "all_own_receipts",
    "citation",
    "common_ground",
    "conversation",
    "conversations",
    "due",
    "erased",
    "figures_of",
    "full_figures",
    "grants",
    "issued",
    "last_answered",
    "latest_citation",
    "levels",
    "own_receipt",
    "own_votes",
    "part",
    "published",
    "replay_asked",
    "replays",
    "replays_due",
    "results",
    "set_is_due",
    "set_text",
    "sets",
    "shown",
    "standing",
    "statement",
    "statements",
    "still_here",
    "votes_for_engine",
    "votes_kept",
    "votes_up_to",
    "waiting",
]


def conversations(
    *, place: UUID | None = None, asked_by: Actor = PUBLIC, today: date | None = None
) -> list[ConversationView]:
    """The conversations of a place, or all of them, that this actor may know of, open ones first."""
    where = "" if place is None else "WHERE talk.place_id = %s "
    rows = _conversations(
        where + "ORDER BY talk.made_at DESC, talk.title", *(() if place is None else (place,))
    )
    views = [
        _conversation_view(row, asked_by, today or timezone.localdate())
        for row in rows
        if rules.can_see(asked_by, row.place_id, State(row.state))
    ]
    return sorted(views, key=lambda view: not view.takes_part)


def conversation(slug: str, *, asked_by: Actor = PUBLIC, today: date | None = None) -> ConversationView:
    """A conversation by its address, in one query.

    Raises
    ------
    NotFound
        There is none, or it is a draft that this actor may not see.
    """
    row = next(iter(_conversations("WHERE talk.slug = %s", slug)), None)
    if row is None or not rules.can_see(asked_by, row.place_id, State(row.state)):
        raise NotFound("There is no conversation at this address.")
    return _conversation_view(row, asked_by, today or timezone.localdate())


def statement(id: UUID, *, asked_by: Actor = PUBLIC) -> StatementView:
    """One statement. Those that are hidden or wait for a moderator are for those who may moderate alone."""
    row = Statement.objects.select_related("conversation").filter(id=id).first()
    if row is not None:
        place = row.conversation.place_id
        visible = rules.can_see(asked_by, place, State(row.conversation.state))
        if visible and (row.moderation == Moderation.SHOWN or rules.can_moderate(asked_by, place)):
            return _statement_view(row)
    raise NotFound("There is no statement at this address, or it is not shown.")


def statements(conversation: UUID) -> list[StatementView]:
    """Every statement that is shown, by number."""
    rows = Statement.objects.filter(conversation=conversation, moderation=Moderation.SHOWN)
    return [_statement_view(row) for row in rows.select_related("conversation").order_by("number")]


def shown(conversation: UUID) -> list[tuple[str, int, str]]:
    """Id, number and text of every statement that is shown, by number: light, for pages that list them."""
    rows = sql.ask(sql.STATEMENTS, conversation)
    return [(str(sql.uuid(id)), number, text) for id, number, text in rows]


def waiting(conversation: UUID, *, asked_by: Actor) -> tuple[list[StatementView], list[StatementView]]:
    """For a moderator: the statements that wait, oldest first, and those looked at, newest first."""
    place = Conversation.objects.values_list("place_id", flat=True).filter(id=conversation).first()
    if place is None:
        raise NotFound("There is no conversation at this address.")
    rules.check_can_moderate(asked_by, place)
    rows = (
        Statement.objects.filter(conversation=conversation).select_related("conversation").order_by("number")
    )
    views = [_statement_view(row) for row in rows]
    pending = [view for view in views if view.moderation is Moderation.PENDING]
    return pending, [view for view in views if view.moderation is not Moderation.PENDING][::-1]


def part(participant: UUID) -> Part:
    """How far a participant has come, and what stands before them; in one query.

    Raises
    ------
    NotFound
        There is no such participant.
    """
    rows = sql.ask(sql.PART, participant)
    if not rows:
        raise NotFound("You have not begun to take part.")
    conversation, answered, total, skipped, suggested, shown, *statement = rows[0]
    before = None
    if shown is not None:
        id, number, text, moderation = statement
        before = ExposureView(sql.uuid(shown), sql.uuid(id), number, text, moderation == Moderation.SHOWN)
    return Part(participant, sql.uuid(conversation), answered, total, skipped, suggested, before)


def own_votes(participant: UUID) -> list[OwnVote]:
    """One's own votes, the latest first: the key is the participant's id, which nobody else has."""
    rows = Vote.objects.filter(participant=participant, current=True).select_related("statement")
    return [
        OwnVote(
            row.statement_id,
            row.statement.number,
            row.statement.text,
            Value(row.value),
            row.cast_at,
            row.statement.moderation == Moderation.SHOWN,
        )
        for row in rows.order_by("-entry", "-id")
    ]


def votes_kept() -> int:
    """How many votes are kept in all, those included that a later one took the place of."""
    return Vote.objects.count()


def due(*, settled_before: datetime) -> list[UUID]:
    """Conversations of which the results no longer say all that was said, the longest waiting first.

    Those of which results were made after `settled_before` wait a little longer.
    """
    rows = Conversation.objects.exclude(state=State.DRAFT)
    rows = rows.filter(Q(counted_at=None) | Q(counted_at__lte=settled_before))
    rows = rows.order_by(F("counted_at").asc(nulls_first=True), "id")
    found = list(rows.values_list("id", "counted", "changed", "loaded_at"))
    last = without_last_set(day_of(settled_before))
    voted = record.touched({str(id): counted for id, counted, *_ in found}, [COUNTED])
    places = record.places([changed for _, _, changed, _ in found if changed >= 0])

    def is_due(id: UUID, counted: int, changed: int, loaded: bool) -> bool:
        place = places.get(changed)
        stands_beyond = place is not None and place >= counted
        return str(id) in voted or id in last or (stands_beyond and (counted > 0 or loaded))

    return [
        id for id, counted, changed, loaded_at in found if is_due(id, counted, changed, loaded_at is not None)
    ]


def _conversations(which: str, *given: UUID | str) -> RawQuerySet:
    """Conversations with the name of their place and with counts."""
    return Conversation.objects.raw(sql.CONVERSATIONS + which, [sql.held(each) for each in given])


def _conversation_view(row: Any, actor: Actor, today: date) -> ConversationView:
    state = State(row.state)
    return ConversationView(
        id=row.id,
        slug=row.slug,
        title=row.title,
        introduction=row.introduction,
        source=row.source,
        language=row.language,
        state=state,
        place=row.place_id,
        place_name=row.place_name,
        place_slug=row.place_slug,
        opens=row.opens,
        closes=row.closes,
        loaded_at=row.loaded_at,
        takes_part=rules.takes_part(state, row.opens, row.closes, today),
        has_closed=state is State.CLOSED or (row.closes is not None and row.closes < today),
        may_moderate=rules.can_moderate(actor, row.place_id),
        may_convene=rules.can_convene(actor, row.place_id),
        statements=row.shown,
        waiting=row.pending,
        newest=sql.uuid(row.newest) if row.newest else None,
        codes_issued=row.codes_issued,
        codes_used=row.codes_used,
    )


def _statement_view(row: Statement) -> StatementView:
    of = row.conversation
    return StatementView(
        id=row.id,
        conversation=of.id,
        conversation_slug=of.slug,
        conversation_title=of.title,
        language=of.language,
        place=of.place_id,
        number=row.number,
        text=row.text,
        is_seed=row.is_seed,
        is_meta=row.is_meta,
        moderation=Moderation(row.moderation),
        reason=row.reason,
        made_at=row.made_at,
    )
