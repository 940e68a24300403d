"""Questions about places, parties and people."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, When

from covenant.place.models import Grant, Mandate, Party, Place, User
from covenant.place.types import (
    ERASED_HOST,
    PUBLIC,
    Actor,
    GrantView,
    HeldMandate,
    MandateView,
    NotFound,
    PartyView,
    PlacesFound,
    PlaceView,
    Role,
    Sector,
    Tier,
)


def actor(user: UUID | None) -> Actor:
    """The roles and mandates of a signed-in person, in two queries; the public where there is none."""
    if user is None:
        return PUBLIC
    mandates = Mandate.objects.filter(user=user, user__is_active=True)
    return Actor(
        user=user,
        grants=frozenset(_granted(user)),
        mandates=tuple(HeldMandate(m.id, m.user_id, m.party_id, m.starts, m.ends) for m in mandates),
    )


def _granted(user: UUID) -> Iterator[tuple[Role, UUID]]:
    """Each role of a person with its place, and with the places within it: the database walks down."""
    parameter = Grant._meta.get_field("user").get_db_prep_value(user, connection)
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN, [parameter])
        for role, place in cursor.fetchall():
            yield Role(role), place if isinstance(place, UUID) else UUID(place)


# UNION, not UNION ALL: what was found already is not looked at again, so that no ring of places is endless.
_WITHIN = """
WITH RECURSIVE held(role, place) AS (
    SELECT place_grant.role, place_grant.place_id FROM place_grant
    JOIN place_user ON place_user.id = place_grant.user_id
    WHERE place_grant.user_id = %s AND place_user.is_active
    UNION
    SELECT held.role, place_place.id FROM place_place JOIN held ON place_place.parent_id = held.place
)
SELECT role, place FROM held
"""


def place(slug: str) -> PlaceView:
    """A place by its address, with the places that it lies in; one query, however many places there are.

    Raises
    ------
    NotFound
        Where there is none.
    """
    row = Place.objects.select_related(_ABOVE).filter(slug=slug).first()
    if row is None:
        raise NotFound(f"There is no place with the address “{slug}”.")
    return _place_view(row)


HIGHEST = 10  # places within each other, more than there are tiers
_ABOVE = "__".join(["parent"] * HIGHEST)


def coded(codes: Collection[str]) -> list[PlaceView]:
    """The places with these codes of the Office for National Statistics; one query."""
    rows = Place.objects.select_related(_ABOVE).filter(gss__in=[code for code in codes if code])
    return [_place_view(row) for row in rows.order_by("name")]


def places(*, ids: Collection[UUID] | None = None) -> list[PlaceView]:
    """Every place, or those with certain ids, by name, with the places that each lies in; one query."""
    if ids is not None:
        rows = Place.objects.select_related(_ABOVE).filter(id__in=ids).order_by("name")
        return [_place_view(row) for row in rows]
    rows_of_all = Place.objects.order_by("name").values_list("id", "slug", "name", "tier", "gss", "parent_id")
    alone, parent = {}, {}
    for id, slug, name, tier, gss, above in rows_of_all:
        alone[id], parent[id] = PlaceView(id, slug, name, Tier(tier), gss), above
    return [replace(view, within=tuple(_chain(id, alone, parent))) for id, view in alone.items()]


def _chain(
    id: UUID, alone: Mapping[UUID, PlaceView], parent: Mapping[UUID, UUID | None]
) -> Iterator[PlaceView]:
    above = parent[id]
    for _ in range(HIGHEST):
        if above is None:
            return
        yield alone[above]
        above = parent[above]


def how_many() -> int:
    """How many places there are."""
    return Place.objects.count()


def in_use(*, also: Collection[UUID] = ()) -> list[PlaceView]:
    """Where something happens: places with a party or somebody who has a role there, and those given."""
    used = Exists(Party.objects.filter(place=OuterRef("pk"))) | Exists(
        Grant.objects.filter(place=OuterRef("pk"))
    )
    rows = Place.objects.select_related(_ABOVE).filter(used | Q(id__in=also)).order_by("name")
    return [_place_view(row) for row in rows]


def search(words: str, *, most: int = 50) -> PlacesFound:
    """The places in whose name these words are, or with this code; those that begin so first; two queries."""
    words = " ".join(words.split())
    rows = Place.objects.filter(Q(name__icontains=words) | Q(gss__iexact=words))
    begins = Case(When(name__istartswith=words, then=0), default=1)
    order = (begins, "name", "id")
    # First which, then what lies above those: not above every place that was found.
    shown = Place.objects.filter(id__in=rows.order_by(*order).values("id")[:most])
    found = shown.select_related(_ABOVE).order_by(*order)
    return PlacesFound(tuple(_place_view(row) for row in found), rows.count())


def _place_view(row: Place) -> PlaceView:
    """A row whose parents were read with it."""
    chain: list[PlaceView] = []
    above = row
    while above.parent_id and len(chain) < HIGHEST and above.parent is not None:
        above = above.parent
        chain.append(PlaceView(above.id, above.slug, above.name, Tier(above.tier), above.gss))
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


def still_named(ids: Collection[UUID]) -> list[str]:
    """Of some people, the addresses of those who were not erased."""
    rows = User.objects.filter(id__in=ids).exclude(email__endswith=f"@{ERASED_HOST}")
    return list(rows.values_list("email", flat=True))


def not_seen_since(day: datetime, *, but: Collection[UUID]) -> list[str]:
    """The addresses of people who hold no role and no mandate, and did not sign in since a moment.

    `but` are those who are needed for what other slices know of.
    """
    rows = User.objects.filter(grants=None, mandates=None, last_login__lt=day, is_active=True)
    rows = rows.exclude(id__in=but)
    return list(rows.values_list("email", flat=True))


def grants(*, place: UUID | None = None) -> list[GrantView]:
    """Who holds which roles, here or everywhere, for whoever runs the machine; one query."""
    rows = Grant.objects.select_related("user", "place").order_by("place__slug", "role", "user__email")
    if place is not None:
        rows = rows.filter(place=place)
    return [
        GrantView(row.id, row.user.name, row.user.email, row.user.is_active, Role(row.role), row.place.slug)
        for row in rows
    ]
