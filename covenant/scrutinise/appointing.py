"""Writes that appoint and remove a scrutineer, by all signing parties together. Reached through `actions`."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from covenant.agree import reads as agree
from covenant.agree.rules import check_hash
from covenant.agree.types import InForce
from covenant.place import actions as people
from covenant.place import reads as places
from covenant.place.rules import check_one_side, on_both_sides
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, Sector, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal
from covenant.scrutinise import models, office, rules
from covenant.scrutinise.desk import Terms
from covenant.scrutinise.hashes import removal_hash, terms_hash
from covenant.scrutinise.rules import MOTIONS, check_said, next_state
from covenant.scrutinise.stages import Motion


def propose_scrutineer(
    *,
    by: Actor,
    covenant: UUID,
    email: str,
    name: str,
    statement: str,
    interests: str,
    contact: str = "",
    starts: date,
    ends: date,
    at: datetime,
) -> UUID:
    """Put a person to all signing parties as scrutineer of their covenant; returns the proposal's id."""
    now, today = _in_force(covenant), day_of(at)
    mandate = rules.check_can_propose(by, now.place, now.parties, today)
    office.check_term(starts, ends, today)
    said = {
        "name": check_said(name, "Say who it is."),
        "statement": check_said(statement, "Say what the person declares of their independence."),
        "interests": check_said(interests, "Say which interests they declare, or that there are none."),
        "contact": contact.strip(),
    }
    with writing():
        person = people.add_person(email=email, name=said["name"])
        office.check_independent(places.actor(person), now.place, now.parties, starts, ends)
        office.check_no_overlap(starts, ends, _terms_held(covenant))
        salt, needed = secrets.token_bytes(32), [party.id for party in now.parties]
        terms = Terms(person=person, starts=starts, ends=ends, **said)
        sealed = seal(str(person), salt)
        hash = terms_hash(covenant, needed, sealed, terms)
        row = _propose(by, now, mandate.party if mandate else None, hash, at)
        models.Appointment.objects.create(
            proposal=row, person_id=person, starts=starts, ends=ends, salt=salt, **said
        )
        body = {
            "covenant": str(covenant),
            "hash": hash,
            "parties": sorted(map(str, needed)),
            "person": sealed,
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
        }
        append(kind="scrutineer.proposed", subject=row.id, body=body, at=at)
    return row.id


def propose_removal(*, by: Actor, appointment: UUID, reason: str, at: datetime) -> UUID:
    """Put it to all signing parties to remove their scrutineer, for a reason that everyone can read."""
    with writing():
        held = models.Appointment.objects.select_related("proposal").filter(proposal=appointment).first()
        if held is None:
            raise NotFound("There is no such appointment.")
        now, today = _in_force(held.proposal.covenant_id), day_of(at)
        mandate = rules.check_can_propose_removal(by, now.parties, today)
        said = check_said(reason, "Say why: the reason is published.")
        _check_can_be_removed(held, today)
        needed = [party.id for party in now.parties]
        hash = removal_hash(appointment, needed, said)
        row = _propose(by, now, mandate.party, hash, at)
        models.Removal.objects.create(proposal=row, appointment=held, reason=said)
        body = {"appointment": str(appointment), "hash": hash, "parties": sorted(map(str, needed))}
        append(kind="removal.proposed", subject=row.id, body=body, at=at)
    return row.id


def forget_person(*, person: UUID) -> int:
    """Erase from appointments what tells of a person who was erased; returns how many appointments.

    Their findings stand, signed by the scrutineer of that term. The hash that the parties consented to stands
    in the record; without these words nobody can make it again.
    """
    with writing():
        rows = models.Appointment.objects.filter(person=person)
        return rows.update(name="", statement="", interests="", contact="", salt=b"")


def consent(*, by: Actor, proposal: UUID, party: UUID, hash: str, at: datetime) -> Motion:
    """Consent for a party to exactly what was shown; the last consent needed carries it.

    Consenting again changes nothing. Returns where the proposal stands afterwards.
    """
    with writing():
        row, now, needed = _open(proposal)
        if by.user and row.consents.filter(party=party, user=by.user).exists():
            return Motion(row.state)
        mandate = rules.check_can_consent(by, party, needed, day_of(at))
        after = next_state(MOTIONS, Motion(row.state), "carry")
        if row.consents.filter(party=party).exists():
            raise NotPossible("Somebody else has consented for your party already.")
        check_hash(hash, row.hash)
        rules.check_same_parties(needed, [each.id for each in now.parties])
        consented_for = row.consents.filter(user=mandate.user).values_list("party__sector", flat=True)
        side = next(each.sector for each in now.parties if each.id == party)
        check_one_side(on_both_sides(side, [Sector(each) for each in consented_for]))
        _check_still_possible(row, now, needed, day_of(at))
        salt = secrets.token_bytes(32)
        models.Consent.objects.create(
            proposal=row,
            party_id=party,
            user_id=mandate.user,
            mandate_id=mandate.id,
            hash=hash,
            at=at,
            salt=salt,
        )
        body = {
            "party": str(party),
            "mandate": str(mandate.id),
            "hash": hash,
            "person": seal(str(mandate.user), salt),
        }
        append(kind=f"{_what(row)}.consented", subject=row.id, body=body, at=at)
        if row.consents.count() == len(needed):
            _decide(row, after, at)
            done = "scrutineer.removed" if _is_removal(row) else "scrutineer.appointed"
            append(kind=done, subject=row.id, body={"covenant": str(now.covenant), "hash": row.hash}, at=at)
    return Motion(row.state)


def refuse_proposal(*, by: Actor, proposal: UUID, party: UUID, reason: str, at: datetime) -> None:
    """Refuse for a party, with a reason that everyone can read; the proposal ends."""
    said = check_said(reason, "Say why: the other parties need to know whom you could agree to.")
    with writing():
        row, _now, needed = _open(proposal)
        rules.check_can_consent(by, party, needed, day_of(at))
        after = next_state(MOTIONS, Motion(row.state), "refuse")
        if row.consents.filter(party=party).exists():
            raise NotPossible("Your party has consented already.")
        row.refused_for_id, row.refusal = party, said
        _decide(row, after, at)
        append(
            kind=f"{_what(row)}.refused",
            subject=row.id,
            body={"party": str(party)},
            sealed={"reason": said},
            at=at,
        )


def withdraw_proposal(*, by: Actor, proposal: UUID, at: datetime) -> None:
    """Take back a proposal that not all have consented to yet."""
    with writing():
        row, now, _needed = _open(proposal)
        rules.check_can_withdraw(by, now.place, row.put_for_id, day_of(at))
        _decide(row, next_state(MOTIONS, Motion(row.state), "withdraw"), at)
        append(kind=f"{_what(row)}.withdrawn", subject=row.id, body={"hash": row.hash}, at=at)


def acting(*, by: Actor, covenant: UUID, today: date) -> UUID:
    """The appointment by which somebody acts as scrutineer of a covenant today; raises where they may not.

    Asked at every act: a term ends, a removal is carried and a mandate is given while a person is in office.
    """
    held = [each for each in _held(covenant) if each.person == by.user]
    id = office.check_holds_office(held, today)
    now = _in_force(covenant)
    office.check_still_independent(by, now.place, now.parties, today)
    return id


def sitting(*, covenant: UUID, today: date) -> tuple[UUID, UUID] | None:
    """The appointment of whoever can act as scrutineer today, and who it is; None for nobody."""
    for each in _held(covenant):
        if not each.starts <= today <= each.ends:
            continue
        try:
            acting(by=places.actor(each.person), covenant=covenant, today=today)
        except (NotAllowed, NotPossible):
            continue
        return each.id, each.person
    return None


def _in_force(covenant: UUID) -> InForce:
    """What is in force; raises where nothing is, since then nobody can appoint or act."""
    found = agree.in_force(covenant)
    if found is None:
        raise NotPossible("No version of this covenant is in force, so it has no parties who could do this.")
    return found


def _held(covenant: UUID) -> list[office.Held]:
    """Every appointment to a covenant that was carried, the earliest first."""
    gone = models.Removal.objects.filter(appointment=OuterRef("pk"), proposal__state=Motion.CARRIED)
    rows = models.Appointment.objects.filter(proposal__covenant=covenant, proposal__state=Motion.CARRIED)
    fields = ("pk", "person_id", "starts", "ends", "removed")
    found = rows.annotate(removed=Exists(gone)).order_by("starts").values_list(*fields)
    return [office.Held(*each) for each in found]


def _terms_held(covenant: UUID) -> list[tuple[date, date]]:
    return [(each.starts, each.ends) for each in _held(covenant) if not each.removed]


def _propose(by: Actor, now: InForce, put_for: UUID | None, hash: str, at: datetime) -> models.Proposal:
    row = models.Proposal.objects.create(
        covenant_id=now.covenant,
        state=Motion.OPEN,
        hash=hash,
        proposed_by_id=by.user,
        put_for_id=put_for,
        proposed_at=at,
    )
    row.needed.set([party.id for party in now.parties])  # type: ignore[misc]
    return row


def _open(id: UUID) -> tuple[models.Proposal, InForce, list[UUID]]:
    """A proposal, what is in force now, and whose consent was asked."""
    row = models.Proposal.objects.select_related("appointment", "removal__appointment").filter(id=id).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    return row, _in_force(row.covenant_id), list(row.needed.values_list("id", flat=True))


def _is_removal(row: models.Proposal) -> bool:
    return hasattr(row, "removal")


def _what(row: models.Proposal) -> str:
    return "removal" if _is_removal(row) else "scrutineer"


def _decide(row: models.Proposal, state: Motion, at: datetime) -> None:
    row.state, row.decided_at = state, at
    row.save()


def _check_still_possible(row: models.Proposal, now: InForce, needed: Sequence[UUID], today: date) -> None:
    """What held when it was proposed must hold at every consent, and the words must be those proposed."""
    if _is_removal(row):
        words = removal_hash(row.removal.appointment_id, needed, row.removal.reason)
        check_hash(words, row.hash)
        _check_can_be_removed(row.removal.appointment, today)
        return
    of = row.appointment
    terms = Terms(of.person_id, of.name, of.statement, of.interests, of.contact, of.starts, of.ends)
    sealed = seal(str(of.person_id), bytes(of.salt))
    check_hash(terms_hash(now.covenant, needed, sealed, terms), row.hash)
    if today > of.ends:
        raise NotPossible("The term that was proposed is over: propose another.")
    office.check_independent(
        places.actor(of.person_id), now.place, now.parties, max(today, of.starts), of.ends
    )
    office.check_no_overlap(of.starts, of.ends, _terms_held(now.covenant))


def _check_can_be_removed(held: models.Appointment, today: date) -> None:
    if held.proposal.state != Motion.CARRIED or today > held.ends:
        raise NotPossible("This person is not the scrutineer, so there is nobody to remove.")
    if held.removals.filter(proposal__state=Motion.CARRIED).exists():
        raise NotPossible("The parties have removed this scrutineer already.")
