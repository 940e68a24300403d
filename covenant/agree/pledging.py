"""Writes on unilateral pledges, and on what cites them. Part of `actions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from covenant.agree import pledged
from covenant.agree.drafting import cite_source
from covenant.agree.formats.pledges import Pledged
from covenant.agree.formats.whom import folded
from covenant.agree.models import Pledge
from covenant.agree.types import GroundKind
from covenant.place import reads as places
from covenant.place.types import Actor
from covenant.record.actions import append, writing


@dataclass(frozen=True)
class Loaded:
    """What became of the pledges in a file."""

    loaded: int
    known: int  # they were here already
    nowhere: tuple[Pledged, ...]  # no place here has the code that they give


def load_pledges(
    *,
    pledges: Sequence[Pledged],
    publisher: str = "",
    licence: str = "",
    sha256: str,
    place: UUID | None = None,
    at: datetime,
) -> Loaded:
    """Take in pledges that others collected, as whoever runs the machine does.

    The same twice changes nothing. A pledge is in force nowhere and binds nobody: it is what somebody said.

    Parameters
    ----------
    publisher, licence
        Of whoever collected them, where the file does not say.
    sha256
        Of the file, for the record.
    place
        Where those are whose row gives no code.
    """
    with writing():
        by_code = {each.gss: each.id for each in places.coded([pledge.gss for pledge in pledges])}
        where = {pledge: by_code.get(pledge.gss, None if pledge.gss else place) for pledge in pledges}
        bodies = {(each.place, folded(each.name)): each.id for each in places.parties() if each.sector.signs}
        digests = {pledge.digest: pledge for pledge in pledges if where[pledge] is not None}
        known = set(Pledge.objects.filter(digest__in=digests).values_list("digest", flat=True))
        rows = [
            Pledge(
                place_id=home,
                party_id=bodies.get((home, folded(each.by))),
                by=each.by,
                text=each.text,
                about=each.about,
                said=each.said,
                source=each.source,
                source_name=each.source_name,
                publisher=each.publisher or publisher,
                licence=each.licence or licence,
                digest=digest,
                loaded_at=at,
            )
            for digest, each in digests.items()
            if digest not in known and (home := where[each]) is not None
        ]
        Pledge.objects.bulk_create(rows, batch_size=200)
        if rows:
            body = {"sha256": sha256, "loaded": len(rows), "publisher": publisher, "licence": licence}
            append(kind="pledges.loaded", subject=sha256, body=body, at=at)
    nowhere = tuple(pledge for pledge in pledges if where[pledge] is None)
    return Loaded(len(rows), len(pledges) - len(nowhere) - len(rows), nowhere)


def cite_pledge(
    *,
    by: Actor,
    version: UUID,
    clause: UUID,
    kind: GroundKind,
    pledge: UUID,
    today: date | None = None,
) -> None:
    """Ground a commitment of a draft on what a body pledged by itself, with its source."""
    found = pledged.pledge(pledge)
    text = f"{found.by} pledged by itself: {found.text}"
    cite_source(by=by, version=version, clause=clause, kind=kind, text=text, source=found.cited, today=today)
