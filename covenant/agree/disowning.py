"""Writes: a body is told who signed for it at first, and may disown that. Reached through `actions`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from covenant.agree import signing_rules as rules
from covenant.agree.asking import note_ask
from covenant.agree.models import Covenant, PartRefusal, Signature, Version
from covenant.agree.signing_models import Contact, Telling
from covenant.agree.signing_types import AskKind
from covenant.agree.standing import first_signatures, telling_of
from covenant.agree.types import VersionState
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing

TOLD_OF = (VersionState.PROPOSED, VersionState.IN_FORCE, VersionState.IN_PART)


def record_contact(*, by: Actor, covenant: UUID, party: UUID, address: str, found: str, at: datetime) -> None:
    """Record where a party of a covenant is told who signed for it, and where that address was found.

    It takes the place of an earlier one. The address itself is not in the record.
    """
    rules.check_contact(address, found)
    with writing():
        row = Covenant.objects.filter(id=covenant).first()
        if row is None:
            raise NotFound("There is no covenant at this address.")
        rules.check_can_record_contact(by, row.place_id, party, day_of(at))
        versions = Version.objects.filter(covenant=row).filter(Q(parties=party) | Q(needed=party))
        if not versions.exists():
            raise NotPossible("This body is no party to this covenant.")
        Contact.objects.update_or_create(
            covenant=row,
            party_id=party,
            defaults={
                "address": address.strip(),
                "found": found.strip(),
                "recorded_by_id": rules.person(by),
                "at": at,
            },
        )
        words = {"found": found.strip()}
        append(kind="contact.recorded", subject=covenant, body={"party": str(party)}, sealed=words, at=at)


def tell_due(*, at: datetime) -> int:
    """Tell every body that can be told of who signed for it for the first time; returns how many.

    The mail with the link is sent by the job, once this is kept.
    """
    contacts = Contact.objects.filter(covenant=OuterRef("version__covenant"), party=OuterRef("party"))
    due = first_signatures(only=True).filter(Exists(contacts), telling=None, version__state__in=TOLD_OF)
    if not due.exists():
        return 0
    done = 0
    with writing():
        for row in due.select_related("version", "user").order_by("at"):
            contact = Contact.objects.get(covenant=row.version.covenant_id, party=row.party_id)
            if not rules.is_independent(
                address=contact.address,
                recorded_by=contact.recorded_by_id,
                signatory=row.user_id,
                signatorys=row.user.email,
            ):
                continue  # that would only tell the signatory
            Telling.objects.create(
                ask_id=note_ask(party=row.party_id, kind=AskKind.CHECK, version=row.version_id, at=at),
                signature=row,
                version_id=row.version_id,
                party_id=row.party_id,
                mandate_id=row.mandate_id,
                user_id=row.user_id,
                hash=row.hash,
                signed_at=row.at,
                sent_to=contact.address,
            )
            done += 1
    return done


def disown(*, token: str, reason: str, at: datetime) -> None:
    """Say for a body, by the link that it was sent, that a signature was not its own.

    Raises
    ------
    NotFound
        Where there is no such link.
    NotPossible
        Where its days are over, or it was disowned already.
    """
    with writing():
        row = telling_of(token)
        rules.check_can_disown(
            reason, until=row.until, disowned=row.disowned_at is not None, today=day_of(at)
        )
        row.disowned_at, row.reason = at, reason.strip()
        row.save(update_fields=["disowned_at", "reason"])
        body = {"party": str(row.party_id), "mandate": str(row.mandate_id), "hash": row.hash}
        words = {"reason": row.reason}
        append(kind="signature.disowned", subject=row.version_id, body=body, sealed=words, at=at)
        disowned(version=row.version_id, party=row.party_id, at=at)
        others = Signature.objects.filter(mandate=row.mandate_id, version__state=VersionState.PROPOSED)
        for version, hash in others.values_list("version_id", "hash"):
            append(
                kind="signature.disowned",
                subject=version,
                body={**body, "hash": hash},
                sealed=words,
                at=at,
            )
            disowned(version=version, party=row.party_id, at=at)


def disowned(*, version: UUID, party: UUID, at: datetime) -> None:
    """Let a signature that was disowned count no more.

    While the version can still be answered, the consent of the party is missing again, and somebody else can
    give it. Where the version is in force, the signature is shown as disowned, and `after_disowning` follows.
    """
    state = Version.objects.values_list("state", flat=True).get(id=version)
    if state == VersionState.PROPOSED:
        PartRefusal.objects.filter(version=version, party=party).delete()
        Signature.objects.filter(version=version, party=party).delete()
    elif state in (VersionState.IN_FORCE, VersionState.IN_PART, VersionState.SUPERSEDED):
        after_disowning(version=version, party=party, at=at)


def after_disowning(*, version: UUID, party: UUID, at: datetime) -> None:
    """What happens to a version that is in force by a consent which the body has disowned.

    By itself nothing: the others have relied on it, so it stands, publicly marked, until the parties change
    it or the body leaves. Whatever else shall follow is called from here, within the act.
    """
