"""Writes: answers on paper, recorded by the convenor and countersigned by another side. See `actions`."""

from datetime import date, datetime
from uuid import UUID

from covenant.agree import rules
from covenant.agree import signing_rules as signing
from covenant.agree.asking import note_ask
from covenant.agree.capacity import sign_as
from covenant.agree.consenting import refuse
from covenant.agree.models import Version
from covenant.agree.signing_models import Paper
from covenant.agree.signing_types import AskKind, Capacity, CapacitySaid, Reply, Way
from covenant.agree.standing import checkers_of, has_answered, speaking
from covenant.agree.types import VersionState
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing


def record_paper(
    *,
    by: Actor,
    version: UUID,
    mandate: UUID,
    reply: Reply,
    said: CapacitySaid | None,
    reason: str = "",
    signed_on: date,
    kept_at: str,
    at: datetime,
) -> UUID:
    """Record, as convenor, what the holder of a mandate answered on paper; it does not count yet.

    Returns
    -------
    UUID
        Of the paper, to be countersigned.
    """
    with writing():
        row = _version(version)
        check_can_convene(by, row.covenant.place_id)
        today = day_of(at)
        rules.check_open(VersionState(row.state), row.answer_by, today)
        found, user = _signatory(row, mandate, signed_on)
        if found not in row.needed.values_list("id", flat=True):
            raise NotPossible("This version does not change anything that this party owes or is owed.")
        if has_answered(version=version, party=found):
            raise NotPossible("This party has answered this version already.")
        if Paper.objects.filter(version=row, party=found, checked_at=None).exists():
            raise NotPossible("A paper of this party waits to be countersigned already.")
        proposed = day_of(row.proposed_at) if row.proposed_at else today
        signing.check_paper(reply, reason, kept_at, signed_on, proposed_on=proposed, today=today)
        if reply is Reply.SIGN and said is None:
            raise NotPossible("Say for whom the body signs: for itself, or for members who were asked.")
        said = said if reply is Reply.SIGN else None
        signing.check_capacity(said)
        paper = Paper.objects.create(
            version=row,
            party_id=found,
            mandate_id=mandate,
            user_id=user,
            hash=row.hash,
            reply=reply,
            reason=reason.strip() if reply is Reply.REFUSE else "",
            capacity=said.capacity if said else Capacity.ITSELF,
            asked=said.asked if said else None,
            answered=said.answered if said else None,
            how=said.how.strip() if said else "",
            signed_on=signed_on,
            kept_at=kept_at.strip(),
            recorded_by_id=signing.person(by),
            recorded_at=at,
        )
        body = {"party": str(found), "mandate": str(mandate), "hash": row.hash, "reply": reply.value}
        body |= {"signed_on": signed_on.isoformat()}
        words = {"kept_at": paper.kept_at} | ({"reason": paper.reason} if paper.reason else {})
        append(kind="paper.recorded", subject=version, body=body, sealed=words, at=at)
    return paper.id


def countersign(*, by: Actor, paper: UUID, as_party: UUID, at: datetime) -> VersionState:
    """Say, for a party of another side, that the paper is what it is said to be: from now on it counts.

    Returns
    -------
    VersionState
        Of the version afterwards.
    """
    with writing():
        row = _paper(paper)
        _check(by, row, as_party, at)
        mandate = by.mandate_for(as_party, day_of(at))
        row.checked_by_id, row.checked_at = as_party, at
        row.checked_mandate_id = mandate.id if mandate else None
        row.checked_user_id = by.user
        row.save()
        body = {"party": str(row.party_id), "by": str(as_party), "mandate": str(row.checked_mandate_id)}
        append(kind="paper.countersigned", subject=row.version_id, body=body, at=at)
        note_ask(party=as_party, kind=AskKind.COUNTERSIGN, version=row.version_id, at=at)
        who = speaking(user=row.user_id, party=row.party_id, mandate=row.mandate_id)
        if row.reply == Reply.REFUSE:
            refuse(by=who, version=row.version_id, party=row.party_id, reason=row.reason, at=at)
            row.version.refresh_from_db()
            return VersionState(row.version.state)
        return sign_as(
            by=who,
            version=row.version_id,
            party=row.party_id,
            hash=row.hash,
            said=CapacitySaid(Capacity(row.capacity), row.asked, row.answered, row.how),
            way=Way.PAPER,
            paper=row.id,
            at=at,
        )


def not_accept(*, by: Actor, paper: UUID, as_party: UUID, reason: str, at: datetime) -> None:
    """Say, for a party of another side, why a paper is not countersigned: it counts as nothing."""
    if not reason.strip():
        raise NotPossible("Say why: the convenor needs to know what is wrong with the paper.")
    with writing():
        row = _paper(paper)
        _check(by, row, as_party, at)
        mandate = by.mandate_for(as_party, day_of(at))
        row.checked_by_id, row.checked_at, row.not_accepted = as_party, at, reason.strip()
        row.checked_mandate_id = mandate.id if mandate else None
        row.checked_user_id = by.user
        row.save()
        body = {"party": str(row.party_id), "by": str(as_party)}
        words = {"reason": row.not_accepted}
        append(kind="paper.not_accepted", subject=row.version_id, body=body, sealed=words, at=at)
        note_ask(party=as_party, kind=AskKind.COUNTERSIGN, version=row.version_id, at=at)


def _check(by: Actor, row: Paper, as_party: UUID, at: datetime) -> None:
    if row.checked_at is not None:
        raise NotPossible("Somebody has looked at this paper already.")
    signing.check_can_countersign(
        by,
        as_party=as_party,
        allowed=checkers_of(paper=row),
        recorded_by=row.recorded_by_id,
        signed_by=row.user_id,
        today=day_of(at),
    )


def _signatory(row: Version, mandate: UUID, signed_on: date) -> tuple[UUID, UUID]:
    """The party and the person of a mandate that held on the day on which the paper was signed."""
    ids = {*row.parties.values_list("id", flat=True), *row.needed.values_list("id", flat=True)}
    found = next((m for m in places.mandates(parties=ids) if m.id == mandate), None)
    if found is None:
        raise NotFound("There is no such mandate of a party to this version.")
    if not found.starts <= signed_on <= found.ends:
        raise NotPossible("This mandate did not hold on the day on which the paper was signed.")
    return found.party, Paper(mandate_id=mandate).mandate.user_id


def _paper(id: UUID) -> Paper:
    rows = Paper.objects.select_related("version__covenant", "party", "mandate", "user")
    row = rows.filter(id=id).first()
    if row is None:
        raise NotFound("There is no such paper.")
    return row


def _version(id: UUID) -> Version:
    row = Version.objects.select_related("covenant").filter(id=id).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    return row
