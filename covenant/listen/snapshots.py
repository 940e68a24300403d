"""Questions about published results, and what a statement can be cited with. Reached through `reads`."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from covenant.listen import ground, rules
from covenant.listen.heard import Citation, Moderation, Results, SharedStatement, State
from covenant.listen.models import Conversation, Snapshot, Statement
from covenant.place.types import PUBLIC, Actor, NotFound, NotPossible


def results(conversation: UUID) -> Results | None:
    """The newest published results; None where there are none yet."""
    row = _newest(conversation).defer("full", "priorities").first()
    return _results(row, row.figures) if row else None


def published(conversation: UUID) -> str:
    """The newest results, byte for byte as the record's hash of them was made.

    Raises
    ------
    NotFound
        There are none yet.
    """
    text = _newest(conversation).values_list("figures", flat=True).first()
    if text is None:
        raise NotFound("There are no results yet: they come soon after the first votes.")
    return text


def full_figures(conversation: UUID, *, asked_by: Actor) -> Results:
    """The newest results without suppression, for an analyst of the place."""
    place = Conversation.objects.filter(id=conversation).values_list("place_id", flat=True).first()
    if place is None:
        raise NotFound("There is no conversation at this address.")
    rules.check_can_see_full_figures(asked_by, place)
    row = _newest(conversation).defer("figures", "priorities").first()
    if row is None:
        raise NotFound("There are no results yet: they come soon after the first votes.")
    return _results(row, row.full)


def citation(statement: UUID) -> Citation:
    """What a statement says now, complete enough to be frozen; in two queries.

    Raises
    ------
    NotFound
        There is no such statement in a conversation that everyone can see.
    NotPossible
        It is not in any published results yet, or was hidden.
    """
    row = Statement.objects.select_related("conversation").filter(id=statement).first()
    if row is None or not rules.can_see(PUBLIC, row.conversation.place_id, State(row.conversation.state)):
        raise NotFound("There is no statement at this address.")
    found = results(row.conversation_id) if row.moderation == Moderation.SHOWN else None
    line = ground.row_of(found.figures, str(statement)) if found else None
    if found is None or line is None:
        raise NotPossible("There are no results on this statement yet: they come soon after the first votes.")
    divisive = {each["statement"] for each in found.figures["divisive"]}
    share = line["share"] or {"value": None, "low": None, "high": None}
    return Citation(
        statement=statement,
        number=row.number,
        text=row.text,
        language=row.conversation.language,
        conversation=row.conversation_id,
        conversation_slug=row.conversation.slug,
        conversation_title=row.conversation.title,
        place=row.conversation.place_id,
        snapshot=found.id,
        made_at=found.made_at,
        entries=found.entries,
        participants=found.figures["participants"]["total"],
        agrees=line["agrees"],
        disagrees=line["disagrees"],
        passes=line["passes"],
        share=ground.thousandths(share["value"]),
        low=ground.thousandths(share["low"]),
        high=ground.thousandths(share["high"]),
        groups=ground.groups(found.figures, line),
        kinds=ground.kinds(line, divisive),
        salt=line.get("salt", ""),
        seal=line.get("seal", ""),
    )


def latest_citation(statement: UUID) -> Citation | None:
    """What a statement says now; None where there are no results on it."""
    try:
        return citation(statement)
    except (NotFound, NotPossible):
        return None


def common_ground(conversations: Collection[UUID]) -> list[SharedStatement]:
    """What everyone shares in the newest published results of some conversations; in two queries.

    Returns
    -------
    list of SharedStatement
        By conversation, then in the order of its statements. A conversation without results has none yet.
    """
    newest = Snapshot.objects.filter(conversation=OuterRef("pk")).order_by("-entries").values("pk")[:1]
    rows = Conversation.objects.filter(id__in=conversations).order_by("slug")
    slugs = dict(rows.annotate(newest=Subquery(newest)).values_list("newest", "slug"))
    found = []
    for id, figures in Snapshot.objects.filter(id__in=slugs).values_list("id", "figures"):
        content = json.loads(figures)
        divisive = {each["statement"] for each in content["divisive"]}
        found += [
            SharedStatement(UUID(line["id"]), slugs[id], line["text"], line["seen"])
            for line in content["statements"]
            if "common ground" in ground.kinds(line, divisive)
        ]
    return sorted(found, key=lambda each: each.conversation)


def _newest(conversation: UUID) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(conversation=conversation).order_by("-entries")[:1]


def _results(row: Snapshot, figures: str) -> Results:
    content: dict[str, Any] = json.loads(figures)
    return Results(row.id, row.made_at, row.entries, row.engine, content)
