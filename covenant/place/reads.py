"""Questions about places, parties and people."""

from collections.abc import Collection
from uuid import UUID

from covenant.place.models import Grant, Mandate, Party, Place, User
from covenant.place.types import (
    PUBLIC,
    Actor,
    HeldMandate,
    MandateView,
    NotFound,
    PartyView,
    PlaceView,
    Role,
    Sector,
    Tier,
)


def actor(user: UUID | None) -> Actor:
    """The roles and mandates of a signed-in person, in three queries; the public where there is none."""
    if user is None:
        return PUBLIC
    granted = Grant.objects.filter(user=user, user__is_active=True).values_list("role", "place_id")
    held = [(Role(role), place) for role, place in granted]
    mandates = Mandate.objects.filter(user=user, user__is_active=True)
    return Actor(
        user=user,
        grants=frozenset(_with_places_within(held)) if held else frozenset(),
        mandates=tuple(HeldMandate(m.id, m.user_id, m.party_id, m.starts, m.ends) for m in mandates),
    )


def _with_places_within(held: list[tuple[Role, UUID]]) -> set[tuple[Role, UUID]]:
    children: dict[UUID | None, list[UUID]] = {}
    for place, parent in Place.objects.values_list("id", "parent_id"):
        children.setdefault(parent, []).append(place)
    found = set()
    for role, start in held:
        below = [start]
        while below:
            place = below.pop()
            if (role, place) not in found:
                found.add((role, place))
                below += children.get(place, [])
    return found


def place(slug: str) -> PlaceView:
    """A place by its address.

    Raises
    ------
    NotFound
        Where there is none.
    """
    found = [view for view in places() if view.slug == slug]
    if not found:
        raise NotFound(f"There is no place with the address “{slug}”.")
    return found[0]


def places() -> list[PlaceView]:
    """Every place, with the places that it lies in; one query."""
    rows = {row.id: row for row in Place.objects.order_by("name")}
    return [_place_view(row, rows) for row in rows.values()]


def _place_view(row: Place, rows: dict[UUID, Place]) -> PlaceView:
    chain: list[PlaceView] = []
    above = row.parent_id
    while above and len(chain) < 10:
        parent = rows[above]
        chain.append(PlaceView(parent.id, parent.slug, parent.name, Tier(parent.tier), parent.gss))
        above = parent.parent_id
    return PlaceView(row.id, row.slug, row.name, Tier(row.tier), row.gss, tuple(chain))


def parties(*, place: UUID | None = None, ids: Collection[UUID] | None = None) -> list[PartyView]:
    """The parties of a place, or those with certain ids, by name."""
    rows = Party.objects.order_by("name")
    if place is not None:
        rows = rows.filter(place=place)
    if ids is not None:
        rows = rows.filter(id__in=ids)
    return [party_view(row) for row in rows]


def party_view(row: Party) -> PartyView:
    """A party as other slices hold it, from a row that they joined to one of theirs."""
    return PartyView(row.id, row.slug, row.name, Sector(row.sector), row.kind, row.org_id, row.place_id)


def mandates(*, parties: Collection[UUID]) -> list[MandateView]:
    """Who may sign for certain parties. This is public: a signature is worth its mandate."""
    rows = Mandate.objects.filter(party__in=parties).select_related("user").order_by("party", "starts")
    return [
        MandateView(row.id, row.party_id, row.user.name, row.office, row.given_by, row.starts, row.ends)
        for row in rows
    ]


def person(email: str) -> UUID | None:
    """The id of the person with an address, for whoever runs the machine; None where there is none."""
    return User.objects.filter(email=email.strip().lower()).values_list("id", flat=True).first()
