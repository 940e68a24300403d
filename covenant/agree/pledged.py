"""Questions about unilateral pledges. Part of `reads`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from covenant.agree.formats.standard import FORMAT, filled, party_said
from covenant.agree.models import Pledge
from covenant.place.reads import party_view
from covenant.place.types import NotFound, PartyView, PlaceView

MOST_SHOWN = 500


@dataclass(frozen=True)
class PledgeView:
    """What a body said that it would do: unilateral, unsigned, its performance unknown.

    Nothing here says whether it was kept: nobody was asked, and there is no day on which it is due.
    """

    id: UUID
    place: UUID
    place_slug: str
    place_name: str
    party: PartyView | None
    by: str
    text: str
    about: str
    said: date | None
    source: str
    source_name: str
    publisher: str
    licence: str

    @property
    def is_link(self) -> bool:
        """Whether the source is an address that a browser may open."""
        return self.source.startswith(("https://", "http://"))

    @property
    def cited(self) -> str:
        """Where a reader finds it, short enough for a ground of a commitment."""
        parts = [part for part in (self.source_name, self.source) if part]
        said = ", ".join(parts) or self.publisher or "The pledges of this place"
        return (
            said if len(said) <= 500 else f"{(self.source_name or self.publisher)[:400]} (pledge {self.id})"
        )


def pledges(place: UUID) -> list[PledgeView]:
    """The pledges of a place, by who pledged; one query."""
    rows = Pledge.objects.filter(place=place).select_related("place", "party").order_by("by", "id")
    return [_view(row) for row in rows[:MOST_SHOWN]]


def pledge(id: UUID) -> PledgeView:
    row = Pledge.objects.filter(id=id).select_related("place", "party").first()
    if row is None:
        raise NotFound("There is no pledge at this address.")
    return _view(row)


def _view(row: Pledge) -> PledgeView:
    return PledgeView(
        id=row.id,
        place=row.place_id,
        place_slug=row.place.slug,
        place_name=row.place.name,
        party=party_view(row.party) if row.party else None,
        by=row.by,
        text=row.text,
        about=row.about,
        said=row.said,
        source=row.source,
        source_name=row.source_name,
        publisher=row.publisher,
        licence=row.licence,
    )


def pledges_file(place: PlaceView) -> dict[str, Any]:
    """The pledges of a place as a file of the Open Covenant Standard."""
    found = pledges(place.id)
    bodies = {each.party.id: each.party for each in found if each.party}
    return {
        "format": FORMAT,
        "place": filled(name=place.name, tier=place.tier.value, gss=place.gss),
        "parties": [party_said(bodies[id]) for id in sorted(bodies)],
        "pledges": [
            filled(
                id=each.id,
                by=each.by,
                party=each.party.id if each.party else None,
                text=each.text,
                about=each.about,
                said=each.said,
                source=each.source,
                publisher=each.publisher,
                licence=each.licence,
            )
            for each in found
        ],
    }
