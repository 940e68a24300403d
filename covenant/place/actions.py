"""Writes: places, parties, roles, mandates."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from covenant.place import rules
from covenant.place.models import Grant, Mandate, Party, Place, User
from covenant.place.types import (
    ERASED_HOST,
    OPERATOR,
    Actor,
    NewPlace,
    NotFound,
    NotPossible,
    Role,
    Sector,
    Tier,
)
from covenant.record.actions import append, count_anew, erased, writing
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
        body = {"name": name, "tier": tier.value, "gss": gss, **_who(None)}
        append(kind="place.added", subject=place.id, body=body, at=at)
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
            count_anew(table=Place)
            body = {**told, "n": len(rows), **_who(None)}
            append(kind="places.added", subject=told.get("sha256", ""), body=body, at=at)
    return len(rows)


def _new_place(new: NewPlace, taken: set[str]) -> Place:
    """A row whose address nobody has: where the name is taken, the code stands behind it."""
    slug = new.slug if new.slug not in taken else f"{new.slug[:40].rstrip('-')}-{new.gss.lower()}"
    taken.add(slug)
    return Place(slug=slug, name=new.name[:200], tier=new.tier, gss=new.gss)


def grant(
    *, by: Actor | None, email: str, name: str = "", role: Role, place: UUID, reason: str = "", at: datetime
) -> UUID:
    """Give a person a role in a place. `by` is None at the command line of the machine itself."""
    if by is not None:
        rules.check_can_grant(by, place)
    rules.check_role(role)
    rules.check_email(email)
    rules.check_reason(reason)
    with writing():
        user, salt = _person(email, name), secrets.token_bytes(32)
        row, new = Grant.objects.get_or_create(user=user, role=role, place_id=place, defaults={"salt": salt})
        if new:
            whose = {"grant": str(row.id), "person": seal(str(user.id), salt)}
            body = {"role": role.value, **whose, **_who(by, salt)}
            append(kind="role.granted", subject=place, body=body, sealed={"why": reason}, at=at)
    return user.id


def revoke(*, by: Actor | None, email: str, role: Role, place: UUID, reason: str, at: datetime) -> None:
    """Take a role from a person, there where it was given; the record says why."""
    if by is not None:
        rules.check_can_grant(by, place)
    rules.check_reason(reason, needed=True)
    with writing():
        row = Grant.objects.filter(user__email=email.strip().lower(), role=role, place=place).first()
        if row is None:
            raise NotFound("Nobody with this address was given this role in this place.")
        body = {"role": role.value, "grant": str(row.id), **_who(by, row.salt)}
        append(kind="role.revoked", subject=place, body=body, sealed={"why": reason}, at=at)
        row.delete()


def close_account(*, email: str, reason: str, at: datetime) -> None:
    """Let a person sign in no more, and sign them out at once; their roles and mandates give no power.

    Done by whoever runs the machine, at its command line. What the person signed stands.
    """
    rules.check_reason(reason, needed=True)
    with writing():
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise NotFound("Nobody here has this address.")
        if not user.is_active:
            raise NotPossible("This account is closed already.")
        user.is_active = False
        _end_sessions(user)
        body = {
            "grants": sorted(map(str, user.grants.values_list("id", flat=True))),
            "mandates": sorted(map(str, user.mandates.values_list("id", flat=True))),
            **_who(None),
        }
        append(kind="account.closed", subject="account", body=body, sealed={"why": reason}, at=at)


def erase_person(*, email: str, reason: str, at: datetime) -> UUID:
    """Erase a person's name and address; returns their id, which tells nobody anything any more.

    What they did for a body stands, done by somebody who held a mandate: the office and who gave it are the
    body's to tell. Their account is closed, their mandates end, their roles go, and nobody can open the seals
    of their name in the record. Done by whoever runs the machine, at its command line.
    """
    rules.check_reason(reason, needed=True)
    with writing():
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise NotFound("Nobody here has this address.")
        over = at.astimezone(LONDON).date() - timedelta(days=1)
        for mandate in Mandate.objects.filter(user=user):
            mandate.starts, mandate.ends = min(mandate.starts, over), min(mandate.ends, over)
            mandate.salt = b""
            mandate.save()
        for row in Grant.objects.filter(user=user):
            body = {"role": row.role, "grant": str(row.id)}
            append(kind="role.laid_down", subject=row.place_id, body=body, at=at)
            row.delete()
        user.name, user.is_active = "", False
        user.email = f"{user.id}@{ERASED_HOST}"
        user.last_login = None
        _end_sessions(user)
        append(kind="person.erased", subject="person", body=_who(None), sealed={"why": reason}, at=at)
        erased(what="person", id=user.id)
    return user.id


def sign_out_everywhere(*, by: Actor) -> None:
    """End every session of the person who acts. This gives and takes no power, so the record is not told."""
    if by.user is not None:
        with writing():
            _end_sessions(User.objects.get(id=by.user))


def _end_sessions(user: User) -> None:
    """A session holds a hash over what stands in the place of a password: with another one, none holds."""
    user.set_unusable_password()
    user.save()


def _who(by: Actor | None, salt: bytes | memoryview | None = None) -> dict[str, str]:
    """Who acts, as the record tells it: the role, and of a person no more than a seal."""
    if by is None:
        return {"by": OPERATOR}
    sealed = {"by_person": seal(str(by.user), bytes(salt))} if salt else {}
    return {"by": Role.ADMINISTRATOR.value, **sealed}


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
            body = {"role": role.value, "grant": str(row.id)}
            append(kind="role.laid_down", subject=row.place_id, body=body, at=at)
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
