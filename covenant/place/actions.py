"""Writes: places, parties, roles, mandates."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from covenant.place import rules
from covenant.place.models import Grant, Mandate, Party, Place, User
from covenant.place.types import Actor, NewPlace, NotFound, NotPossible, Role, Sector, Tier
from covenant.record.actions import append, writing
from covenant.record.types import seal

LONDON = ZoneInfo("Europe/London")


def add_place(
    *, name: str, slug: str, tier: Tier, gss: str = "", within: UUID | None = None, at: datetime
) -> UUID:
    """Add a place. Done by whoever runs the machine, at its command line."""
    rules.check_slug(slug)
    rules.check_gss(gss)
    if not name.strip():
        raise NotPossible("Give the place a name.")
    with writing():
        if Place.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a place with the address “{slug}” already.")
        if gss and Place.objects.filter(gss=gss).exists():
            raise NotPossible(f"There is a place with the code {gss} already.")
        place = Place.objects.create(name=name, slug=slug, tier=tier, gss=gss, parent_id=within)
        append(
            kind="place.added", subject=place.id, body={"name": name, "tier": tier.value, "gss": gss}, at=at
        )
    return place.id


def add_places(*, places: Sequence[NewPlace], told: Mapping[str, Any], at: datetime) -> int:
    """Add many places with codes at once, as whoever runs the machine does; returns how many were new.

    A place whose code is here already stays as it is: its name, its address, and what it lies in, because
    roles reach from a place to those within it. One entry of the record tells of all, with what is `told`.
    """
    for each in places:
        rules.check_slug(each.slug)
        rules.check_gss(each.gss)
    with writing():
        known = dict(Place.objects.exclude(gss="").values_list("gss", "id"))
        taken = set(Place.objects.values_list("slug", flat=True))
        rows = {each.gss: _new_place(each, taken) for each in places if each.gss not in known}
        known |= {gss: row.id for gss, row in rows.items()}
        for each in places:
            if each.gss not in rows or not each.within:
                continue
            if each.within not in known:
                raise NotPossible(f"{each.name} lies in {each.within}, which is no place here.")
            rows[each.gss].parent_id = known[each.within]
        if rows:
            Place.objects.bulk_create(rows.values(), batch_size=500)
            append(kind="places.added", subject=told.get("sha256", ""), body={**told, "n": len(rows)}, at=at)
    return len(rows)


def _new_place(new: NewPlace, taken: set[str]) -> Place:
    """A row whose address nobody has: where the name is taken, the code stands behind it."""
    slug = new.slug if new.slug not in taken else f"{new.slug[:40].rstrip('-')}-{new.gss.lower()}"
    taken.add(slug)
    return Place(slug=slug, name=new.name[:200], tier=new.tier, gss=new.gss)


def grant(*, by: Actor | None, email: str, name: str = "", role: Role, place: UUID, at: datetime) -> UUID:
    """Give a person a role in a place. `by` is None at the command line of the machine itself."""
    if by is not None:
        rules.check_can_grant(by, place)
    rules.check_role(role)
    rules.check_email(email)
    with writing():
        user = _person(email, name)
        _, new = Grant.objects.get_or_create(user=user, role=role, place_id=place)
        if new:
            append(kind="role.granted", subject=place, body={"role": role.value}, at=at)
    return user.id


def add_person(*, email: str, name: str) -> UUID:
    """Let a person sign in by their address, where they cannot yet; by itself this gives them no power."""
    rules.check_email(email)
    with writing():
        return _person(email, name).id


def add_party(
    *,
    by: Actor,
    place: UUID,
    name: str,
    slug: str,
    sector: Sector,
    kind: str = "",
    org_id: str = "",
    at: datetime,
) -> UUID:
    """Add a body that may take part in covenants of a place."""
    rules.check_can_convene(by, place)
    rules.check_slug(slug)
    with writing():
        if Party.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a party with the address “{slug}” already.")
        party = Party.objects.create(
            name=name, slug=slug, sector=sector, kind=kind, org_id=org_id, place_id=place
        )
        body = {"name": name, "sector": sector.value, "kind": kind, "org_id": org_id}
        append(kind="party.added", subject=party.id, body=body, at=at)
    return party.id


def give_mandate(
    *,
    by: Actor,
    party: UUID,
    email: str,
    name: str,
    office: str,
    given_by: str,
    starts: date,
    ends: date,
    at: datetime,
) -> UUID:
    """Record who may sign and report for a party: in what office, by whose decision, until when."""
    of = Party.objects.filter(id=party).first()
    if of is None:
        raise NotFound("There is no such party.")
    rules.check_can_convene(by, of.place_id)
    rules.check_email(email)
    rules.check_mandate(Sector(of.sector), starts, ends)
    with writing():
        person, salt = _person(email, name), secrets.token_bytes(32)
        mandate = Mandate.objects.create(
            party_id=party,
            user=person,
            office=office,
            given_by=given_by,
            starts=starts,
            ends=ends,
            recorded_by_id=by.user,
            salt=salt,
        )
        body = {
            "party": str(party),
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
            "person": seal(person.name, salt),
        }
        said = {"office": office, "given_by": given_by}
        append(kind="mandate.given", subject=mandate.id, body=body, sealed=said, at=at)
    return mandate.id


def lay_down_mandate(*, by: Actor, mandate: UUID, at: datetime) -> None:
    """Give up a mandate that one holds, at once: nobody speaks for a party against their own will."""
    with writing():
        row = Mandate.objects.filter(id=mandate).first()
        if row is None:
            raise NotFound("There is no such mandate.")
        rules.check_is_own(by, row.user_id)
        over = at.astimezone(LONDON).date() - timedelta(days=1)
        if row.ends <= over:
            raise NotPossible("This mandate has ended already.")
        row.starts, row.ends = min(row.starts, over), over
        row.save()
        append(kind="mandate.laid_down", subject=mandate, body={"party": str(row.party_id)}, at=at)


def lay_down_role(*, by: Actor, role: Role, place: UUID, at: datetime) -> None:
    """Give up a role that one holds in a place, wherever above it the role was given."""
    rules.check_holds(by, role, place)
    with writing():
        within: set[UUID] = set()
        above: UUID | None = place
        while above and above not in within:
            within.add(above)
            above = Place.objects.filter(id=above).values_list("parent_id", flat=True).first()
        for row in Grant.objects.filter(user=by.user, role=role, place__in=within):
            append(kind="role.laid_down", subject=row.place_id, body={"role": role.value}, at=at)
            row.delete()


def _person(email: str, name: str) -> User:
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        return User.objects.create_user(address, name)
    if name and not user.name:
        user.name = name
        user.save(update_fields=["name"])
    return user
