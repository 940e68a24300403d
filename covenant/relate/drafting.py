"""Writes on drafts: beginning, wording, naming people, showing for consent. Reached through `actions`."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from covenant.place import actions as place_actions
from covenant.place import reads as places
from covenant.place.rules import check_can_convene, check_email, check_slug
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal
from covenant.relate import models, reads, rules
from covenant.relate.engine.starting import starting_words
from covenant.relate.engine.wording import content_hash
from covenant.relate.formats import words_data, words_from
from covenant.relate.seats import editable
from covenant.relate.types import Agreement, Member, PersonRole, Version, VersionState, Words


def begin(
    *,
    by: Actor,
    place: UUID,
    slug: str,
    title: str,
    purpose: str,
    client_group: str,
    template: str,
    bodies: Collection[UUID],
    at: datetime,
) -> UUID:
    """Begin an agreement in a place; returns its id. Few see it until a version of it is proposed."""
    check_can_convene(by, place)
    check_slug(slug)
    words = starting_words(template, title=title.strip(), purpose=purpose, client_group=client_group)
    rules.check_words(words, ())
    with writing():
        if models.Agreement.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a working relationship agreement with the address “{slug}” already.")
        row = models.Agreement.objects.create(slug=slug, place_id=place, begun_at=at)
        version = models.Version.objects.create(
            agreement=row, number=1, state=VersionState.DRAFT, words=words_data(words), made_at=at
        )
        _seat(version, bodies, at)
        append(kind="relation.begun", subject=row.id, body={"place": str(place)}, at=at)
    return row.id


def _seat(version: models.Version, bodies: Collection[UUID], at: datetime) -> None:
    """Let exactly these bodies be in a draft; one that is in the agreement keeps its place in it."""
    found = places.parties(ids=bodies)
    if len(found) != len(set(bodies)):
        raise NotFound("One of these bodies is not known.")
    if not all(party.sector.signs for party in found):
        raise NotPossible("Nobody signs for residents: name people with lived experience instead.")
    gone = models.Change.objects.filter(kind="departure", last_day__lt=day_of(at)).values("member")
    seated = models.Member.objects.filter(agreement=version.agreement_id, user=None).exclude(id__in=gone)
    known = {row.party_id: row for row in seated}
    rows = [
        known.get(party.id)
        or models.Member.objects.create(agreement_id=version.agreement_id, party_id=party.id)
        for party in found
    ]
    people = version.members.filter(user__isnull=False)
    if people.exclude(party=None).exclude(party__in=[party.id for party in found]).exists():
        raise NotPossible("Somebody is named who works for a body that would go: take them out first.")
    version.members.set([*rows, *people])


def _draft(by: Actor, agreement: UUID, at: datetime) -> tuple[Agreement, Version, models.Version]:
    found, version = editable(by, agreement, at)
    rules.check_is_draft(version.state)
    return found, version, models.Version.objects.get(id=version.id)


def word(*, by: Actor, agreement: UUID, change: Callable[[Words], Words], at: datetime) -> None:
    """Word the open draft anew: `change` is given its words and returns those that take their place.

    Two who work on different parts at once both keep what they wrote.
    """
    with writing():
        found, version, row = _draft(by, agreement, at)
        words = change(version.words)
        rules.check_words(words, version.members)
        row.words = words_data(words)
        row.save()
        _told(found, version, at)


def set_bodies(*, by: Actor, agreement: UUID, bodies: Collection[UUID], at: datetime) -> None:
    """Say which bodies the open draft is between."""
    with writing():
        found, version, row = _draft(by, agreement, at)
        _seat(row, bodies, at)
        let_go(row=row)
        _told(found, version, at)


def let_go(*, row: models.Version) -> None:
    """Whoever is no member any more is promised nothing, promises nothing, and sits in no forum."""
    words = words_from(row.words)
    inside = {str(id) for id in row.members.values_list("id", flat=True)}
    promises = tuple(p for p in words.promises if p.by in inside and p.to in {*inside, "clients"})
    kept = {promise.key for promise in promises}
    promises = tuple(p if p.reciprocal_of in kept else replace(p, reciprocal_of="") for p in promises)
    members = tuple(id for id in words.forum.members if id in inside)
    forum = replace(words.forum, members=members, quorum=min(words.forum.quorum, max(1, len(members))))
    row.words = words_data(replace(words, promises=promises, forum=forum))
    row.save()


def name_person(
    *, by: Actor, agreement: UUID, email: str, name: str, role: PersonRole, party: UUID | None, at: datetime
) -> UUID:
    """Name somebody in the open draft; returns the id of the member. They sign in and consent themselves."""
    with writing():
        found, version, row = _draft(by, agreement, at)
        check_can_convene(by, found.place.id)
        member = seat_person(
            found=found, members=version.members, email=email, name=name, role=role, party=party
        )
        row.members.add(member)
        body = {"member": str(member.id), "role": role.value, "person": member.seal}
        append(kind="relation.person_named", subject=agreement, body=body, at=at)
    return member.id


def seat_person(
    *,
    found: Agreement,
    members: Collection[Member],
    email: str,
    name: str,
    role: PersonRole,
    party: UUID | None,
) -> models.Member:
    """A new place in an agreement for a person, who gets an address to sign in by."""
    check_email(email)
    if not name.strip():
        raise NotPossible("Give the person’s name.")
    if party is not None and party not in {m.party.id for m in members if m.party and not m.is_person}:
        raise NotPossible("The body that somebody works for is one of this agreement.")
    person = place_actions.add_person(email=email, name=name.strip())
    if any(member.user == person for member in members):
        raise NotPossible("This person is named already: everybody takes part once.")
    salt = secrets.token_bytes(32)
    return models.Member.objects.create(
        agreement_id=found.id,
        user_id=person,
        party_id=party,
        role=role,
        salt=salt,
        seal=seal(str(person), salt),
    )


def drop_person(*, by: Actor, agreement: UUID, member: UUID, at: datetime) -> None:
    """Take somebody out of the open draft; what they are in by an active version stays."""
    with writing():
        found, version, row = _draft(by, agreement, at)
        check_can_convene(by, found.place.id)
        dropped = next((m for m in version.members if m.id == member and m.is_person), None)
        if dropped is None:
            raise NotFound("Nobody like that is named in this draft.")
        row.members.remove(models.Member.objects.get(id=member))
        let_go(row=row)
        append(kind="relation.person_dropped", subject=agreement, body={"member": str(member)}, at=at)


def _told(found: Agreement, version: Version, at: datetime) -> None:
    append(kind="relation.worded", subject=found.id, body={"number": version.number}, at=at)


def propose(*, by: Actor, agreement: UUID, at: datetime) -> str:
    """Show the open draft to all who would be in it; returns the hash under which it stands from now."""
    with writing():
        found, version, row = _draft(by, agreement, at)
        gone = {c.member for c in found.changes if c.last_day and c.last_day < day_of(at)}
        rules.check_can_propose(version.words, version.members, gone)
        row.state = rules.next_state(version.state, "propose")
        row.hash, row.proposed_at = content_hash(version.words, version.members), at
        row.save()
        body = {"number": row.number, "hash": row.hash}
        append(kind="relation.proposed", subject=agreement, body=body, at=at)
    return row.hash


def withdraw(*, by: Actor, agreement: UUID, at: datetime) -> None:
    """Take back a draft, or a version that not all have consented to; what is active stays so."""
    with writing():
        _found, version = editable(by, agreement, at)
        row = models.Version.objects.get(id=version.id)
        row.state = rules.next_state(version.state, "withdraw")
        row.save()
        append(kind="relation.withdrawn", subject=agreement, body={"number": row.number}, at=at)


def propose_change(*, by: Actor, agreement: UUID, why: str, cycle: int | None = None, at: datetime) -> UUID:
    """Begin a new draft from how things stand: from the active version, or from the newest there is.

    Those who have left are not in it, and those who came since are. `cycle` is the number of the learning
    cycle whose adaptation it is.
    """
    if not why.strip():
        raise NotPossible("Say why: the others need to know.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        if not rules.sees_draft(by, found, day_of(at)):
            raise NotAllowed("Only a convenor of this place, or a member of this agreement, can do this.")
        if found.open is not None:
            raise NotPossible("A version of this agreement is open already: finish or withdraw it first.")
        learnt = models.Cycle.objects.filter(agreement=agreement, number=cycle).first() if cycle else None
        if cycle and (learnt is None or not learnt.entries.filter(kind="adaptation").exists()):
            raise NotPossible("A change comes from a learning cycle once that has an adaptation.")
        number = models.Version.objects.filter(agreement=agreement).aggregate(Max("number"))["number__max"]
        row = models.Version.objects.create(
            agreement_id=agreement,
            number=number + 1,
            state=VersionState.DRAFT,
            words=words_data(found.shown.words),
            why=why.strip(),
            cycle=learnt,
            made_at=at,
        )
        gone = {c.member for c in found.changes if c.last_day and c.last_day < day_of(at)}
        row.members.set(found.bound or {m.id for m in found.shown.members} - gone)  # type: ignore[arg-type]
        let_go(row=row)
        said = {"why": why.strip()}
        body = {"number": row.number, "cycle": cycle or 0}
        append(kind="relation.change_begun", subject=agreement, body=body, sealed=said, at=at)
    return row.id
