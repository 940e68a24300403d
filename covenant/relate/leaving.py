"""Writes of leaving and coming, so that clients are never without somebody. Reached through `actions`."""

from datetime import date, datetime, timedelta
from uuid import UUID

from covenant.place.types import Actor, NotAllowed, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.relate import models, reads, rules
from covenant.relate.drafting import let_go, seat_person
from covenant.relate.seats import acting, member_of
from covenant.relate.types import Agreement, ChangeKind, PersonRole, VersionState


def leave(
    *, by: Actor, agreement: UUID, member: UUID, last_day: date, carer: UUID, reason: str, at: datetime
) -> UUID:
    """Give notice for a body, or leave as a named person; returns the id of the departure.

    Until the last day, which is the last on which the leaver is bound, and until somebody comes, `carer` is
    the body that looks after the clients concerned. Everyone else is asked to accept how it stands then. With
    a body leave the people who work for it, on the same day, unless they left before.
    """
    if not reason.strip():
        raise NotPossible("Say why: the others and the clients need to know. Name no private person.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        who = member_of(found, member)
        acting(by, found, member, at)
        rules.check_bound(member, found)
        if any(each.member == member and each.last_day for each in found.changes):
            raise NotPossible("This member’s leaving was announced already.")
        days = found.shown.words.exit.notice_days
        rules.check_last_day(last_day, day_of(at), days, person=who.is_person)
        rules.check_carer(found.member(carer), found, last_day, member)
        made = _depart(found, member, last_day, carer, reason.strip(), at)
        if not who.is_person:
            for each in found.members:
                goes = each.is_person and each.party and who.party and each.party.id == who.party.id
                if goes and each.id in found.bound:
                    _goes_along(found, each.id, last_day, carer, at)
    return made


def _depart(
    found: Agreement, member: UUID, last_day: date, carer: UUID | None, reason: str, at: datetime
) -> UUID:
    row = models.Change.objects.create(
        version_id=found.shown.id,
        kind=ChangeKind.DEPARTURE,
        member_id=member,
        last_day=last_day,
        carer_id=carer,
        reason=reason,
        announced_at=at,
    )
    body = {"change": str(row.id), "member": str(member), "last_day": last_day.isoformat()}
    body |= {"carer": str(carer)} if carer else {}
    append(kind="relation.left", subject=found.id, body=body, sealed={"why": reason}, at=at)
    return row.id


def _goes_along(found: Agreement, person: UUID, last_day: date, carer: UUID, at: datetime) -> None:
    """A person leaves with the body that they work for; whoever leaves before that stays with their day."""
    known = next((each.last_day for each in found.changes if each.member == person and each.last_day), None)
    if known is None:
        _depart(found, person, last_day, carer, "The body that they work for leaves.", at)
    elif known > last_day:
        row = models.Change.objects.get(member=person, kind=ChangeKind.DEPARTURE)
        row.last_day, row.carer_id = last_day, carer
        row.save()
        body = {"change": str(row.id), "member": str(person), "last_day": last_day.isoformat()}
        append(kind="relation.left", subject=found.id, body={**body, "carer": str(carer)}, at=at)


def name_replacement(
    *,
    by: Actor,
    agreement: UUID,
    replaces: UUID | None,
    email: str,
    name: str,
    role: PersonRole,
    party: UUID | None,
    at: datetime,
) -> UUID:
    """Name somebody who would come, often in the place of one who leaves; returns the id of the arrival.

    They are let in when they and everyone who is bound have accepted: the words of the active version, with
    them. To change the words as well, propose a change and name them in it.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        members = [each for each in found.members if each.id in found.bound]
        if not rules.can_see_draft(by, found.place.id, members, day_of(at)):
            raise NotAllowed("Only a convenor of this place, or a member of this agreement, can do this.")
        if found.active is None or not found.bound:
            raise NotPossible("Nobody can come into an agreement that is not active.")
        if replaces is not None and not any(c.member == replaces and c.last_day for c in found.changes):
            raise NotPossible("Somebody is replaced once their leaving was announced.")
        coming = {c.member for c in found.changes if c.kind is ChangeKind.ARRIVAL and c.needed}
        inside = [*members, *(each for each in found.members if each.id in coming)]
        member = seat_person(found=found, members=inside, email=email, name=name, role=role, party=party)
        row = models.Change.objects.create(
            version_id=found.active.id,
            kind=ChangeKind.ARRIVAL,
            member=member,
            replaces_id=replaces,
            announced_at=at,
        )
        body = {"change": str(row.id), "member": str(member.id), "role": role.value, "person": member.seal}
        append(kind="relation.replacement_named", subject=agreement, body=body, at=at)
    return row.id


def forget_person(*, person: UUID, at: datetime) -> None:
    """Somebody is erased: they leave every agreement, and nobody can open the seals of who they were.

    The body that they worked for looks after the clients concerned; where there is none, the page says that
    nobody is named yet. Answers of a round that is open go.
    """
    over = day_of(at) - timedelta(days=1)
    with writing():
        rows = list(models.Member.objects.filter(user=person))
        for agreement in {row.agreement_id for row in rows}:
            found = reads.agreement_of(agreement, today=day_of(at))
            for row in rows:
                if row.agreement_id != agreement or row.id not in found.bound:
                    continue
                body = next(
                    (m.id for m in found.members
                     if not m.is_person and m.party and m.party.id == row.party_id and m.id in found.bound),
                    None,
                )  # fmt: skip
                models.Change.objects.filter(member=row, kind=ChangeKind.DEPARTURE).update(last_day=over)
                if not any(each.member == row.id and each.last_day for each in found.changes):
                    _depart(found, row.id, over, body, "Is no longer part of it.", at)
            _take_out(found, {row.id for row in rows}, at)
        models.Member.objects.filter(user=person).update(salt=b"", shows_name=False)
        models.Answered.objects.filter(user=person, round__closed_at=None).delete()


def _take_out(found: Agreement, members: set[UUID], at: datetime) -> None:
    """A draft goes on without them; a version that waits for their consent is withdrawn: it cannot come."""
    if found.open is None or not members & {each.id for each in found.open.members}:
        return
    row = models.Version.objects.get(id=found.open.id)
    if found.open.state is VersionState.DRAFT:
        row.members.remove(*models.Member.objects.filter(id__in=members))
        let_go(row=row)
        return
    row.state = rules.next_state(found.open.state, "withdraw")
    row.save()
    append(kind="relation.withdrawn", subject=found.id, body={"number": row.number}, at=at)
