"""Writes of consent: a version is shown, answered part by part, and settled. Reached through `actions`."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef

from covenant.agree import reads, rules
from covenant.agree.copying import write_clauses, write_sections
from covenant.agree.engine import Content, Part, consent_needed, content_hash, parts
from covenant.agree.models import Departure, PartRefusal, Refusal, Signature, Version
from covenant.agree.settling import Answers, Settled, settle
from covenant.agree.standing import check_not_disowned
from covenant.agree.types import VersionState
from covenant.place import reads as places
from covenant.place.rules import check_one_side, on_both_sides
from covenant.place.types import Actor, NotFound, NotPossible, Sector, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal

DAYS_TO_ANSWER = 56  # eight weeks: boards of trustees meet less often than every month


def propose(*, by: Actor, version: UUID, answer_by: date | None = None, at: datetime) -> str:
    """Show a draft for signing: from now on its words stand under its hash, which is returned.

    Parameters
    ----------
    answer_by
        The last day on which parties can answer: eight weeks from today, unless another is said.
    """
    with writing():
        row = _version(version)
        today = day_of(at)
        rules.check_can_draft(by, row.covenant.place_id, row.author_id, today)
        rules.check_is_draft(VersionState(row.state))
        new = reads.content_of(version)
        rules.check_can_propose(new)
        rules.check_changes_something(_parts(row, new))
        rules.check_answer_by(answer_by, today)
        row.state = rules.next_state(VersionState(row.state), "propose")
        row.hash, row.proposed_at = content_hash(new), at
        row.answer_by = answer_by or today + timedelta(days=DAYS_TO_ANSWER)
        row.save()
        needed = consent_needed(_content(row.base_id), new)
        row.needed.set(needed)  # type: ignore[arg-type]
        body = {"covenant": str(row.covenant_id), "number": row.number, "hash": row.hash}
        append(kind="version.proposed", subject=version, body=body, at=at)
    return row.hash


def withdraw(*, by: Actor, version: UUID, at: datetime) -> None:
    """Take back a draft, or a version that not all have answered yet."""
    with writing():
        row = _version(version)
        rules.check_can_draft(by, row.covenant.place_id, row.author_id, day_of(at))
        row.state = rules.next_state(VersionState(row.state), "withdraw")
        row.ended_at = at
        row.save()
        append(kind="version.withdrawn", subject=version, body={"number": row.number}, at=at)


def sign(
    *,
    by: Actor,
    version: UUID,
    party: UUID,
    hash: str,
    refusing: Mapping[str, str] | None = None,
    at: datetime,
) -> VersionState:
    """Consent for a party to exactly what was shown; the last answer needed settles the version.

    Signing again changes nothing. Returns the state of the version afterwards.

    Parameters
    ----------
    refusing
        The keys of the parts to which the party does not consent, each with the reason, which is public. They
        stay as they are in force; the other parts go on without them.
    """
    with writing():
        row = _version(version)
        if by.user and row.signatures.filter(party=party, user=by.user).exists():
            return VersionState(row.state)
        mandate = rules.check_can_sign(by, party, _needed(row), day_of(at))
        check_not_disowned(mandate=mandate.id)
        _check_first_answer(row, party, "Somebody else has signed this version for your party already.")
        signed_for = row.signatures.filter(user=mandate.user).values_list("party__sector", flat=True)
        side = places.parties(ids=[party])[0].sector
        check_one_side(on_both_sides(side, [Sector(each) for each in signed_for]))
        rules.check_open(VersionState(row.state), row.answer_by, day_of(at))
        rules.check_hash(hash, row.hash)
        new = reads.content_of(version)
        rules.check_hash(content_hash(new), row.hash)
        refused = {key: reason.strip() for key, reason in (refusing or {}).items()}
        rules.check_refuses_parts(refused, [p for p in _parts(row, new) if party in p.needed])
        salt = secrets.token_bytes(32)
        Signature.objects.create(
            version=row,
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
        but = {"but": sorted(refused)} if refused else {}
        append(kind="version.signed", subject=version, body={**body, **but}, at=at)
        for key, reason in refused.items():
            PartRefusal.objects.create(version=row, party_id=party, key=key, reason=reason)
            told = {"party": str(party), "part": key}
            append(kind="part.refused", subject=version, body=told, sealed={"reason": reason}, at=at)
        _settle(row, new, at)
    return VersionState(row.state)


def refuse(*, by: Actor, version: UUID, party: UUID, reason: str, at: datetime) -> None:
    """Refuse for a party every part that needs it, with a reason that everyone can read.

    What does not touch the party goes on without it; what is in force stands.
    """
    if not reason.strip():
        raise NotPossible("Say why: the other parties need to know what to change.")
    with writing():
        row = _version(version)
        mandate = rules.check_can_sign(by, party, _needed(row), day_of(at))
        check_not_disowned(mandate=mandate.id)
        _check_first_answer(row, party, "Your party has signed this version already.")
        rules.check_open(VersionState(row.state), row.answer_by, day_of(at))
        Refusal.objects.create(
            version=row, party_id=party, user_id=mandate.user, reason=reason.strip(), at=at
        )
        said = {"reason": reason.strip()}
        append(kind="version.refused", subject=version, body={"party": str(party)}, sealed=said, at=at)
        _settle(row, reads.content_of(version), at)


def settle_due(*, at: datetime) -> int:
    """Settle every version whose time to answer is over; returns how many."""
    done = 0
    with writing():
        due = Version.objects.filter(state=VersionState.PROPOSED, answer_by__lt=day_of(at))
        for id in list(due.order_by("proposed_at").values_list("id", flat=True)):
            row = _version(id)  # anew: to settle one may have settled the next
            if row.state == VersionState.PROPOSED:
                _settle(row, reads.content_of(id), at, over=True)
                done += 1
    return done


def _settled(row: Version, new: Content, *, over: bool = False) -> Settled:
    """How the parts of a version stand with the answers that are there."""
    partly: dict[UUID, set[str]] = {}
    for party, key in row.part_refusals.values_list("party_id", "key"):
        partly.setdefault(party, set()).add(key)
    left = Departure.objects.filter(
        covenant=row.covenant_id, party=OuterRef("party"), done_at__gte=OuterRef("at")
    )
    answers = Answers(  # who signed and then left has consented to nothing that would bind them again
        consented=frozenset(row.signatures.exclude(Exists(left)).values_list("party_id", flat=True)),
        refused=frozenset(row.refusals.values_list("party_id", flat=True)),
        refused_parts={party: frozenset(keys) for party, keys in partly.items()},
    )
    return settle(
        _parts(row, new),
        answers,
        base=_content(row.base_id),
        proposed=new,
        current=_in_force(row.covenant_id),
        over=over,
    )


def _settle(row: Version, new: Content, at: datetime, *, over: bool = False) -> None:
    """Put in force what all whom it affects have agreed, once nobody's answer is missing."""
    found = _settled(row, new, over=over)
    if found.content is None:
        act = "refuse" if row.refusals.exists() or row.part_refusals.exists() else "lapse"
        row.state, row.ended_at = rules.next_state(VersionState(row.state), act), at
        row.save()
        if act == "lapse":
            append(kind="version.lapsed", subject=row.id, body={"number": row.number}, at=at)
        return
    if found.is_open and not over:
        return
    now = row.covenant.versions.filter(state=VersionState.IN_FORCE).first()
    if found.is_whole and (now.id if now else None) == row.base_id:
        put_in_force(row=row, state=rules.next_state(VersionState(row.state), "complete"), told={}, at=at)
        look_again(covenant=row.covenant_id, at=at)
        return
    row.state, row.ended_at = rules.next_state(VersionState(row.state), "settle"), at
    row.save()
    rest = make_version(covenant=row.covenant_id, content=found.content, at=at)
    rest.settles = row
    told = {"of": str(row.id), "agreed": sorted(found.agreed)}
    put_in_force(row=rest, state=VersionState.IN_FORCE, told=told, at=at)
    look_again(covenant=row.covenant_id, at=at)


def look_again(*, covenant: UUID, at: datetime) -> None:
    """Settle the versions that are open, now that another one is in force: it may have overtaken them."""
    while True:
        rows = Version.objects.filter(covenant=covenant, state=VersionState.PROPOSED)
        for row in rows.select_related("covenant").order_by("proposed_at"):
            _settle(row, reads.content_of(row.id), at)
            if row.state != VersionState.PROPOSED:
                break  # that changed what the others are held to
        else:
            return


def make_version(*, covenant: UUID, content: Content, at: datetime) -> Version:
    """A row that says this; not in force yet."""
    number = Version.objects.filter(covenant=covenant).aggregate(Max("number"))["number__max"] or 0
    row = Version.objects.create(
        covenant_id=covenant,
        number=number + 1,
        state=VersionState.WITHDRAWN,  # until it is put in force: drafts are what people work on
        purpose=content.purpose,
        starts=content.term.starts,
        ends=content.term.ends,
        review=content.term.review,
        made_at=at,
    )
    row.parties.set([party.id for party in content.parties])  # type: ignore[misc]
    write_sections(version=row, sections=content.sections)
    write_clauses(version=row, clauses=content.clauses)
    return row


def put_in_force(*, row: Version, state: VersionState, told: Mapping[str, object], at: datetime) -> None:
    """Let a version take the place of the one in force, under the hash of what it says."""
    for old in row.covenant.versions.filter(state=VersionState.IN_FORCE):
        old.state, old.ended_at = rules.next_state(VersionState(old.state), "supersede"), at
        old.save()
    row.hash = content_hash(reads.content_of(row.id))
    row.state, row.in_force_at = state, at
    row.save()
    body = {"number": row.number, "hash": row.hash, **told}
    append(kind="version.in_force", subject=row.id, body=body, at=at)


def _in_force(covenant: UUID) -> Content | None:
    """What the version in force says."""
    rows = Version.objects.filter(covenant=covenant, state=VersionState.IN_FORCE)
    return _content(rows.values_list("id", flat=True).first())


def _content(id: UUID | None) -> Content | None:
    return reads.content_of(id) if id else None


def _parts(row: Version, new: Content) -> tuple[Part, ...]:
    return parts(_content(row.base_id), new)


def _check_first_answer(row: Version, party: UUID, said: str) -> None:
    if row.signatures.filter(party=party).exists():
        raise NotPossible(said)
    if row.refusals.filter(party=party).exists():
        raise NotPossible("Your party has refused this version already.")


def _needed(row: Version) -> list[UUID]:
    return list(row.needed.values_list("id", flat=True))


def _version(id: UUID) -> Version:
    row = Version.objects.select_related("covenant").filter(id=id).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    return row
