"""Questions about working relationship agreements. A draft is seen only by those who may work on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from covenant.place.reads import party_view
from covenant.place.types import Actor, NotFound, PlaceView, Tier
from covenant.relate import models, rules
from covenant.relate.engine.wording import change_hash
from covenant.relate.formats import words_from
from covenant.relate.types import (
    Agreement,
    AgreementLine,
    Change,
    ChangeKind,
    Consent,
    Member,
    PersonRole,
    Standing,
    Version,
    VersionState,
)

UNKNOWN = "There is no working relationship agreement at this address."


def agreements(
    *, place: UUID | None = None, asked_by: Actor, today: date, drafts: bool = True
) -> list[AgreementLine]:
    """The agreements of a place, or all, by their titles, as far as the actor may see them; three queries."""
    shown = models.Version.objects.filter(agreement=OuterRef("pk")).exclude(hash="")
    rows = models.Agreement.objects.annotate(was_shown=Exists(shown)).prefetch_related(
        "versions", Prefetch("versions__members", models.Member.objects.select_related("party"))
    )
    if place is not None:
        rows = rows.filter(place=place)
    found = []
    for row in rows:
        newest = max(row.versions.all(), key=lambda version: version.number)
        members = [_member(each, {}) for each in newest.members.all()]
        if not row.was_shown and not (drafts and rules.can_see_draft(asked_by, row.place_id, members, today)):
            continue
        versions = sorted((v for v in row.versions.all() if v.hash or not row.was_shown), key=_weight)
        found.append(AgreementLine(row.slug, versions[-1].words["title"], row.place_id, not row.was_shown))
    return sorted(found, key=lambda line: (line.title.casefold(), line.slug))


def _weight(version: models.Version) -> tuple[bool, int]:
    return version.state == VersionState.ACTIVE, version.number


def agreement(slug: str, *, asked_by: Actor, today: date) -> Agreement:
    """An agreement with the versions and the names that the actor may see; a fixed number of queries.

    Raises
    ------
    NotFound
        Where there is none, or none that the actor may know of.
    """
    row = models.Agreement.objects.select_related("place").filter(slug=slug).first()
    if row is None:
        raise NotFound(UNKNOWN)
    found = _agreement(row, today)
    if not rules.sees_draft(asked_by, found, today):
        found = public(found)
        if not found.versions:
            raise NotFound(UNKNOWN)
    return found


def agreement_of(id: UUID, *, today: date) -> Agreement:
    """An agreement with all of it, for acts, which ask who acts themselves."""
    row = models.Agreement.objects.select_related("place").filter(id=id).first()
    if row is None:
        raise NotFound(UNKNOWN)
    return _agreement(row, today)


def public(found: Agreement) -> Agreement:
    """As everybody may see it: no draft, nobody who is in a draft alone, no name but of those who said so."""
    versions = tuple(version for version in found.versions if version.hash)
    known = {member.id for version in versions for member in version.members}
    known |= {change.member for change in found.changes}
    members = tuple(member for member in found.members if member.id in known)
    return _nameless(replace(found, versions=versions, members=members))


def _nameless(found: Agreement) -> Agreement:
    """Without the names of those who did not say that everyone may see theirs."""
    hidden = {m.id: m if m.shows_name else replace(m, name="") for m in found.members}
    versions = tuple(
        replace(version, members=tuple(hidden[member.id] for member in version.members))
        for version in found.versions
    )
    return replace(found, members=tuple(hidden.values()), versions=versions)


def _agreement(row: models.Agreement, today: date) -> Agreement:
    member_rows = models.Member.objects.filter(agreement=row).select_related("party", "user").order_by("id")
    members = _numbered([_member(each, {each.user_id: str(each.user)}) for each in member_rows])
    version_rows = list(
        models.Version.objects.filter(agreement=row)
        .select_related("cycle")
        .prefetch_related(Prefetch("members", models.Member.objects.only("id")))
        .order_by("-number")
    )
    consents = list(models.Consent.objects.filter(version__agreement=row).order_by("at", "id"))
    versions = tuple(_version(each, members, consents) for each in version_rows)
    active = next((each for each in versions if each.state is VersionState.ACTIVE), None)
    change_rows = models.Change.objects.filter(version__agreement=row).select_related("version")
    changes = tuple(
        _change(each, active, members, consents) for each in change_rows.order_by("announced_at", "id")
    )
    bound = _bound(active, members, changes, today)
    changes = tuple(replace(each, needed=_needed(each, active, changes, bound)) for each in changes)
    bodies = [id for id in bound if not members[id].is_person]
    vacant = rules.vacant(members[id] for id in bound) if active else ()
    waits = any(_waits(each, active, today) for each in changes)
    proposed = any(each.state is VersionState.PROPOSED for each in versions)
    standing = rules.standing(active is not None, proposed, len(bodies), waits, bool(vacant))
    place = PlaceView(row.place.id, row.place.slug, row.place.name, Tier(row.place.tier), row.place.gss)
    if standing is Standing.ENDED:
        bound = frozenset()
    everyone = tuple(members.values())
    inside = _inside(versions, active, changes, bound)
    return Agreement(row.id, row.slug, place, versions, everyone, changes, standing, bound, vacant, inside)


def _numbered(members: Iterable[Member]) -> dict[UUID, Member]:
    """Members by their ids; people whom nothing but their names would tell apart get numbers."""
    alike: dict[str, list[Member]] = {}
    found = {member.id: member for member in members}
    for member in found.values():
        alike.setdefault(member.office, []).append(member)
    for same in alike.values():
        for number, member in enumerate(same, 1):
            if member.is_person and len(same) > 1:
                found[member.id] = replace(member, number=number)
    return found


def _member(row: models.Member, names: Mapping[UUID | None, str]) -> Member:
    return Member(
        row.id,
        party_view(row.party) if row.party else None,
        row.user_id,
        PersonRole(row.role) if row.role else None,
        row.seal,
        names.get(row.user_id, "") if row.user_id else "",
        row.shows_name,
    )


def _version(
    row: models.Version, members: Mapping[UUID, Member], consents: Sequence[models.Consent]
) -> Version:
    given = [each for each in consents if each.version_id == row.id and each.change_id is None]
    inside = sorted((members[each.id] for each in row.members.all()), key=lambda m: (m.is_person, m.id))
    return Version(
        number=row.number,
        id=row.id,
        state=VersionState(row.state),
        hash=row.hash,
        words=words_from(row.words),
        members=tuple(inside),
        consents=tuple(Consent(each.member_id, each.hash, each.at) for each in given),
        why=row.why,
        cycle=row.cycle.number if row.cycle else None,
        proposed_at=row.proposed_at,
        active_at=row.active_at,
        refused_by=row.refused_by_id,
        refused_because=row.refused_because,
    )


def _change(
    row: models.Change,
    active: Version | None,
    members: Mapping[UUID, Member],
    consents: Sequence[models.Consent],
) -> Change:
    told = {
        "change": str(row.id),
        "kind": row.kind,
        "member": members[row.member_id].signed_as,
        "last_day": row.last_day.isoformat() if row.last_day else "",
        "carer": str(row.carer_id or ""),
        "replaces": str(row.replaces_id or ""),
    }
    hash = change_hash(active.hash, told) if active else ""
    return Change(
        id=row.id,
        kind=ChangeKind(row.kind),
        member=row.member_id,
        version=row.version.number,
        replaces=row.replaces_id,
        last_day=row.last_day,
        carer=row.carer_id,
        reason=row.reason,
        announced_at=row.announced_at,
        settled_at=row.settled_at,
        refused_by=row.refused_by_id,
        refused_because=row.refused_because,
        hash=hash,
        accepted=frozenset(
            each.member_id for each in consents if each.change_id == row.id and each.hash == hash
        ),
    )


def _bound(
    active: Version | None, members: Mapping[UUID, Member], changes: Iterable[Change], today: date
) -> frozenset[UUID]:
    """Who is in the active version, or came since, and has not left by today: nor has their body."""
    if active is None:
        return frozenset()
    inside = {member.id for member in active.members}
    for change in changes:
        if change.kind is ChangeKind.ARRIVAL and change.settled_at and change.version == active.number:
            inside.add(change.member)
    gone = {c.member for c in changes if c.last_day and c.last_day < today}
    stay = inside - gone
    bodies = {members[id].party for id in stay if not members[id].is_person}
    return frozenset(id for id in stay if members[id].party is None or members[id].party in bodies)


def _inside(
    versions: Sequence[Version], active: Version | None, changes: Sequence[Change], bound: frozenset[UUID]
) -> frozenset[UUID]:
    """Who may work on drafts: who is bound, is in the version that is open, or is asked to come in.

    Before any version was active those of the newest may. Whoever has left may not.
    """
    working = (VersionState.DRAFT, VersionState.PROPOSED)
    newest = versions[0] if versions and (active is None or versions[0].state in working) else None
    found = bound | {member.id for member in newest.members} if newest else bound
    coming = {c.member for c in changes if c.kind is ChangeKind.ARRIVAL and c.needed}
    left = {c.member for c in changes if c.last_day} - bound
    return found - left | coming


def _needed(
    change: Change, active: Version | None, changes: Iterable[Change], bound: frozenset[UUID]
) -> frozenset[UUID]:
    """Whose acceptance a change takes: everyone's who is bound, of a departure but the leaver's.

    A departure that the active version has in its words takes nobody's; nor does it take the acceptance of
    somebody who came when it was known.
    """
    if active is None:
        return frozenset()
    if change.kind is ChangeKind.ARRIVAL:
        is_open = change.version == active.number and change.settled_at is None and not change.refused_by
        return bound | {change.member} if is_open else frozenset()
    arrived = {
        c.member: c.settled_at
        for c in changes
        if c.kind is ChangeKind.ARRIVAL and c.settled_at and c.version == active.number
    }
    inside = {member.id for member in active.members} | arrived.keys()
    if change.member not in inside:
        return frozenset()
    later = {id for id, at in arrived.items() if at and at >= change.announced_at}
    return bound - later - {change.member}


def _waits(change: Change, active: Version | None, today: date) -> bool:
    """Whether somebody has left and not all have accepted how it stands without them."""
    left = change.kind is ChangeKind.DEPARTURE and change.last_day is not None and change.last_day < today
    return active is not None and left and bool(change.missing)


def officeholders() -> set[UUID]:
    """The people who are named in an agreement that is in force or open: their names are needed."""
    states = (VersionState.DRAFT, VersionState.PROPOSED, VersionState.ACTIVE)
    rows = models.Version.objects.filter(state__in=states, members__user__isnull=False)
    arrivals = models.Change.objects.filter(
        kind=ChangeKind.ARRIVAL, refused_by=None, version__state=VersionState.ACTIVE
    )
    gone = set(models.Change.objects.filter(kind=ChangeKind.DEPARTURE).values_list("member", flat=True))
    named = dict(rows.values_list("members", "members__user"))
    named |= dict(arrivals.values_list("member", "member__user"))
    return {user for member, user in named.items() if user and member not in gone}
