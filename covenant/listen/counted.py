"""Questions about what was counted: the sets, one's own votes in them, replays. Reached through `reads`."""

import json
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from covenant.listen import ballots, rules
from covenant.listen.audit import GrantView, Level, OwnTag, Replayed, ReplayView, SetView, Standing, ToReplay
from covenant.listen.engine.suppression import MINIMUM, veil
from covenant.listen.heard import State
from covenant.listen.models import (
    Code,
    Conversation,
    CountedSet,
    Participant,
    Replay,
    ReplayGrant,
    Snapshot,
    Vote,
)
from covenant.place.types import Actor, NotFound, day_of
from covenant.record import reads as record


def sets(conversation: UUID) -> list[SetView]:
    """The counted sets of a conversation, the newest first; in one query."""
    return [_set_view(row) for row in _sets(conversation).defer("text")]


def set_text(conversation: UUID, snapshot: UUID) -> str:
    """The file of a counted set, byte for byte as the record's hash of it was made.

    Raises
    ------
    NotFound
        None was published with these results.
    """
    text = _sets(conversation).filter(snapshot=snapshot).values_list("text", flat=True).first()
    if text is None:
        raise NotFound("No counted set was published with these results.")
    return text


def figures_of(conversation: UUID, snapshot: UUID) -> str:
    """Published results that need not be the newest, byte for byte as the record's hash of them was made."""
    rows = Snapshot.objects.filter(conversation=conversation, id=snapshot)
    text = rows.values_list("figures", flat=True).first()
    if text is None:
        raise NotFound("There are no such results.")
    return text


def standing(participant: UUID) -> Standing:
    """Where each of one's own votes stands in the newest counted set; in three queries."""
    mine = Vote.objects.filter(participant=participant, current=True)
    votes = list(mine.values_list("statement_id", "value", "salt", "entry", "participant__conversation"))
    newest = _sets(votes[0][4]).first() if votes else None
    if newest is None:
        return Standing(None, {})
    entries, places = newest.snapshot.entries, record.places([entry for *_, entry, _of in votes])
    own = {}
    for statement, value, salt, entry, conversation in votes:
        place = places.get(entry)
        if salt is not None and place is not None and place < entries:
            tag = ballots.tag_counted(
                conversation=conversation,
                entries=entries,
                statement=statement,
                value=value,
                salt=bytes(salt),
            )
            own[statement] = OwnTag(tag, ballots.find(newest.text, tag))
    return Standing(_set_view(newest), own)


def levels(conversation: UUID) -> list[Level]:
    """How many of those who answered are known how well; None where it would tell of too few."""
    voted = Participant.objects.filter(
        Exists(Vote.objects.filter(participant=OuterRef("pk"), current=True)), conversation=conversation
    )
    counts = dict(voted.order_by().values_list("level").annotate(Count("id")))
    found = [counts.get(level, 0) for level in range(rules.TOP_LEVEL + 1)]
    hidden = veil(found, [0 < n < MINIMUM for n in found])
    return [Level(level, None if hidden[level] else n) for level, n in enumerate(found)]


def erased(conversation: UUID) -> tuple[int, int]:
    """How many answers of a conversation are gone, as the record tells; and the row of its last change."""
    return Conversation.objects.values_list("erased", "changed").get(id=conversation)


def issued(conversation: UUID) -> list[tuple[str, int]]:
    """How many codes were made for which area, the first first."""
    rows = Code.objects.filter(conversation=conversation).values("batch", "area").annotate(n=Count("id"))
    return [(row["area"], row["n"]) for row in rows.order_by("batch")]


def set_is_due(conversation: UUID, *, votes: int, now: datetime) -> bool:
    """Whether new results of so many votes are published with the counted set."""
    row = Conversation.objects.get(id=conversation)
    newest = _sets(conversation).values_list("snapshot__votes", "snapshot__made_at").first()
    return rules.publishes_set(votes, now, before=newest, is_over=_is_over(row, day_of(now)))


def without_last_set(today: date) -> set[UUID]:
    """The conversations that are over and have results, of which the newest came without a counted set."""
    rows = Conversation.objects.exclude(state=State.DRAFT).filter(counted__gt=0)
    known = CountedSet.objects.filter(
        snapshot__conversation=OuterRef("pk"), snapshot__entries=OuterRef("counted")
    )
    return {row.id for row in rows.filter(~Exists(known)) if _is_over(row, today)}


def replays(conversation: UUID) -> list[ReplayView]:
    """Every replay of a conversation's results, the newest first; who asked is not told."""
    rows = Replay.objects.filter(snapshot__conversation=conversation).select_related("snapshot")
    return [
        ReplayView(
            row.id,
            row.snapshot_id,
            row.snapshot.made_at,
            row.snapshot.entries,
            row.asked_at,
            Replayed.of(json.loads(row.outcome)) if row.done_at else None,
        )
        for row in rows.order_by("-asked_at", "-id")
    ]


def grants(conversation: UUID, *, asked_by: Actor) -> list[GrantView]:
    """Who may have results replayed: all of them for an administrator, one's own for an analyst."""
    place = Conversation.objects.values_list("place_id", flat=True).get(id=conversation)
    rows = ReplayGrant.objects.filter(conversation=conversation).select_related("person")
    if not rules.can_grant_replays(asked_by, place):
        rules.check_can_replay(asked_by, place)
        rows = rows.filter(person=asked_by.user)
    return [
        GrantView(row.id, row.person_id, row.person.name or row.person.email, row.until, row.reason)
        for row in rows.order_by("-given_at", "-id")
    ]


def replays_due() -> list[UUID]:
    """The replays that were asked for and are not done, the longest waiting first."""
    return list(Replay.objects.filter(done_at=None).order_by("asked_at", "id").values_list("id", flat=True))


def replay_asked(id: UUID) -> ToReplay:
    """What a replay is to find again."""
    row = Replay.objects.select_related("snapshot__conversation").get(id=id)
    of = row.snapshot
    since = of.conversation.erased - of.erased
    return ToReplay(of.id, of.conversation_id, of.entries, of.figures, of.votes, of.engine, since)


def _sets(conversation: UUID) -> QuerySet[CountedSet]:
    rows = CountedSet.objects.filter(snapshot__conversation=conversation).select_related(
        "snapshot__conversation"
    )
    return rows.defer("snapshot__figures", "snapshot__full", "snapshot__priorities").order_by(
        F("snapshot__entries").desc()
    )


def _set_view(row: CountedSet) -> SetView:
    of = row.snapshot
    return SetView(
        of.id, of.made_at, of.entries, of.votes, of.erased, of.conversation.erased - of.erased, row.sha256
    )


def _is_over(row: Conversation, today: date) -> bool:
    return row.state == State.CLOSED or (row.closes is not None and row.closes < today)
