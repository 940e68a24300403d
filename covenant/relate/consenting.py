"""Writes of consent: to a version as a whole, and to somebody's leaving or coming. See `actions`."""

from datetime import datetime
from uuid import UUID

from covenant.agree.rules import check_hash
from covenant.place.rules import check_one_side, on_both_sides
from covenant.place.types import Actor, NotPossible, Sector, day_of
from covenant.record.actions import append, writing
from covenant.relate import models, reads, rules
from covenant.relate.engine.wording import content_hash
from covenant.relate.seats import acting, change_of, member_of, told
from covenant.relate.types import Agreement, Change, ChangeKind, Member, Version, VersionState


def consent(
    *, by: Actor, agreement: UUID, member: UUID, hash: str, shows_name: bool = False, at: datetime
) -> VersionState:
    """Consent to exactly the version that was shown; the last consent makes it active.

    Consenting again changes nothing. Returns the state of the version afterwards.

    Parameters
    ----------
    shows_name
        Whether everyone may see the name of the person who consents for themself.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        version = _proposed(found)
        who = member_of(found, member)
        if who.id not in {each.id for each in version.members}:
            raise NotPossible("Whoever is not in this version has nothing to consent to.")
        given = acting(by, found, member, at)
        if any(each.member == member for each in version.consents):
            return version.state
        _check_one_side(found, version, who, by.user)
        check_hash(hash, version.hash)
        check_hash(content_hash(version.words, version.members), version.hash)
        row = models.Consent.objects.create(version_id=version.id, hash=hash, **given)
        if who.is_person:
            models.Member.objects.filter(id=member).update(shows_name=shows_name)
        body = {"number": version.number, "hash": hash, **told(row)}
        append(kind="relation.consented", subject=agreement, body=body, at=at)
        if {each.id for each in version.missing} == {member}:
            _activate(found, version, at)
            return VersionState.ACTIVE
    return version.state


def _proposed(found: Agreement) -> Version:
    if found.open is None or found.open.state is not VersionState.PROPOSED:
        raise NotPossible("No version of this agreement waits for consent.")
    return found.open


def _check_one_side(found: Agreement, version: Version, who: Member, user: UUID | None) -> None:
    """Nobody consents for bodies of both sides of the same words."""
    if who.party is None or who.is_person:
        return
    rows = models.Consent.objects.filter(version=version.id, change=None, user=user, member__user=None)
    others = [Sector(each) for each in rows.values_list("member__party__sector", flat=True)]
    check_one_side(on_both_sides(who.party.sector, others))


def _activate(found: Agreement, version: Version, at: datetime) -> None:
    today = day_of(at)
    gone = {c.member for c in found.changes if c.last_day and c.last_day < today}
    if gone & {member.id for member in version.members}:
        raise NotPossible("Somebody in this version has left since. It is to be withdrawn and drafted anew.")
    if found.active is not None:
        state = rules.next_state(found.active.state, "supersede")
        models.Version.objects.filter(id=found.active.id).update(state=state)
    row = models.Version.objects.get(id=version.id)
    row.state, row.active_at = rules.next_state(version.state, "activate"), at
    row.save()
    body = {"number": version.number, "hash": version.hash}
    append(kind="relation.in_force", subject=found.id, body=body, at=at)


def refuse(*, by: Actor, agreement: UUID, member: UUID, reason: str, at: datetime) -> None:
    """Refuse the version that waits for consent; what is active stays so. The reason is public."""
    if not reason.strip():
        raise NotPossible("Say why: the others need to know.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        version = _proposed(found)
        if member not in {each.id for each in version.members}:
            raise NotPossible("Whoever is not in this version has nothing to refuse.")
        acting(by, found, member, at)
        row = models.Version.objects.get(id=version.id)
        row.state = rules.next_state(version.state, "refuse")
        row.refused_by_id, row.refused_because = member, reason.strip()
        row.save()
        body = {"number": version.number, "member": str(member)}
        append(kind="relation.refused", subject=agreement, body=body, sealed={"why": reason.strip()}, at=at)


def accept(
    *,
    by: Actor,
    agreement: UUID,
    change: UUID,
    member: UUID,
    hash: str,
    shows_name: bool = False,
    at: datetime,
) -> None:
    """Accept how the agreement stands without somebody who leaves, or with somebody who comes.

    The last acceptance that an arrival takes, the newcomer's own among them, lets them in. Accepting again
    changes nothing, unless a day has changed since: then it is accepted anew.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        what = change_of(found, change)
        given = acting(by, found, member, at)
        if member in what.accepted:
            return
        if found.active is None or member not in what.needed:
            raise NotPossible("This does not wait for you to accept it.")
        check_hash(hash, what.hash)
        row, _made = models.Consent.objects.update_or_create(
            version_id=found.active.id,
            change_id=change,
            member_id=member,
            defaults={"hash": hash, **given},
        )
        kind = what.kind.value
        body = {"change": str(change), "kind": kind, "hash": hash, **told(row)}
        append(kind="relation.accepted", subject=agreement, body=body, at=at)
        if what.kind is ChangeKind.ARRIVAL and member == what.member:
            models.Member.objects.filter(id=member).update(shows_name=shows_name)
        if what.kind is ChangeKind.ARRIVAL and what.missing == {member}:
            _let_in(agreement, what, at)


def _let_in(agreement: UUID, what: Change, at: datetime) -> None:
    models.Change.objects.filter(id=what.id).update(settled_at=at)
    body = {"change": str(what.id), "member": str(what.member)}
    append(kind="relation.joined", subject=agreement, body=body, at=at)


def settle_arrivals(*, at: datetime) -> int:
    """Let in whoever waits for nobody any more, since those who had not accepted left; returns how many."""
    rows = models.Change.objects.filter(
        kind=ChangeKind.ARRIVAL, settled_at=None, refused_by=None, version__state=VersionState.ACTIVE
    )
    done = 0
    for agreement in sorted(set(rows.values_list("version__agreement", flat=True))):
        with writing():
            found = reads.agreement_of(agreement, today=day_of(at))
            for what in found.changes if found.bound else ():
                if what.kind is ChangeKind.ARRIVAL and what.needed and not what.missing:
                    _let_in(agreement, what, at)
                    done += 1
    return done


def refuse_arrival(
    *, by: Actor, agreement: UUID, change: UUID, member: UUID, reason: str, at: datetime
) -> None:
    """Refuse somebody who would come, or refuse to come. Nobody can refuse that somebody leaves."""
    if not reason.strip():
        raise NotPossible("Say why: the others need to know.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        what = change_of(found, change)
        acting(by, found, member, at)
        if what.kind is not ChangeKind.ARRIVAL or member not in what.needed:
            raise NotPossible("There is nobody here whom you could refuse.")
        models.Change.objects.filter(id=change).update(refused_by=member, refused_because=reason.strip())
        body = {"change": str(change), "member": str(member)}
        said = {"why": reason.strip()}
        append(kind="relation.arrival_refused", subject=agreement, body=body, sealed=said, at=at)
