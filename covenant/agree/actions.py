"""Writes on a covenant: drafting, proposing, consenting, refusing."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from covenant.agree import reads, rules
from covenant.agree.engine import Content, consent_needed, content_hash
from covenant.agree.models import Clause, Commitment, Covenant, Ground, Refusal, Signature, Version
from covenant.agree.types import GroundKind, Resources, VersionState
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.rules import check_can_convene, check_one_side, check_slug, on_both_sides
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, Sector, Tier, day_of
from covenant.record.actions import append, writing
from covenant.record.types import WORDS, seal


def start_covenant(
    *, by: Actor, place: UUID, title: str, slug: str, purpose: str, parties: Sequence[UUID], at: datetime
) -> UUID:
    """Begin a covenant with an empty draft between these parties; returns the draft's id."""
    check_can_convene(by, place)
    check_slug(slug)
    rules.check_address(slug)
    _check_parties(parties)
    with writing():
        if Covenant.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a covenant with the address “{slug}” already.")
        covenant = Covenant.objects.create(title=title, slug=slug, place_id=place, made_at=at)
        draft = Version.objects.create(
            covenant=covenant, number=1, state=VersionState.DRAFT, purpose=purpose, made_at=at
        )
        draft.parties.set(parties)  # type: ignore[arg-type]
        append(kind="covenant.begun", subject=covenant.id, body={"title": title, "place": str(place)}, at=at)
    return draft.id


def draft_change(*, by: Actor, covenant: UUID, why: str, at: datetime) -> UUID:
    """Begin a new draft that says what the version in force says; returns its id."""
    with writing():
        row = Covenant.objects.filter(id=covenant).first()
        if row is None:
            raise NotFound("There is no covenant at this address.")
        check_can_convene(by, row.place_id)
        if row.versions.filter(state__in=[VersionState.DRAFT, VersionState.PROPOSED]).exists():
            raise NotPossible("There is an open version already: finish or withdraw it first.")
        old = (
            row.versions.filter(state=VersionState.IN_FORCE).first()
            or row.versions.order_by("-number").first()
        )
        if old is None:
            raise NotPossible("This covenant has no version to start from.")
        number = (row.versions.aggregate(Max("number"))["number__max"] or 0) + 1
        draft = Version.objects.create(
            covenant=row, number=number, state=VersionState.DRAFT, purpose=old.purpose, why=why, made_at=at
        )
        draft.parties.set(old.parties.all())
        for clause in old.clauses.prefetch_related("creditors", "grounds"):
            _copy_clause(clause, draft)
    return draft.id


def _copy_clause(clause: Clause, draft: Version) -> None:
    creditors, grounds = list(clause.creditors.all()), list(clause.grounds.order_by("id"))
    copy = Clause.objects.create(
        version=draft,
        commitment_id=clause.commitment_id,
        debtor_id=clause.debtor_id,
        text=clause.text,
        measure=clause.measure,
        due=clause.due,
        tier=clause.tier,
        outcome=clause.outcome,
        resources=clause.resources,
    )
    copy.creditors.set(creditors)
    for ground in grounds:
        Ground.objects.create(
            clause=copy,
            kind=ground.kind,
            statement_id=ground.statement_id,
            citation=ground.citation,
            text=ground.text,
            source=ground.source,
        )


def word_clause(
    *,
    by: Actor,
    version: UUID,
    clause: UUID | None = None,
    debtor: UUID,
    creditors: Sequence[UUID],
    text: str,
    measure: str,
    due: date,
    tier: Tier,
    outcome: str,
    resources: Resources = Resources.NOT_STATED,
) -> UUID:
    """Write a new commitment into a draft, or word one of its commitments anew; returns the clause's id."""
    named = {party.id: party for party in places.parties(ids=[debtor, *creditors])}
    if not {debtor, *creditors} <= set(named):
        raise NotFound("One of these parties is not known.")
    rules.check_clause(named[debtor], [named[creditor] for creditor in creditors])
    with writing():
        draft = _draft(by, version)
        if clause is None:
            last = draft.covenant.commitments.aggregate(Max("number"))["number__max"] or 0
            commitment = Commitment.objects.create(covenant=draft.covenant, number=last + 1)
            row = Clause(version=draft, commitment=commitment)
        else:
            row = _clause(draft, clause)
        row.debtor_id, row.text, row.measure = debtor, text, measure
        row.due, row.tier, row.outcome, row.resources = due, tier, outcome, resources
        row.save()
        row.creditors.set(creditors)  # type: ignore[arg-type]
    return row.id


def drop_clause(*, by: Actor, version: UUID, clause: UUID) -> None:
    """Take a commitment out of a draft. To take it out of what is in force needs consent like any change."""
    with writing():
        _clause(_draft(by, version), clause).delete()


def cite_statement(*, by: Actor, version: UUID, clause: UUID, kind: GroundKind, statement: UUID) -> None:
    """Ground a commitment on what was heard, as it stands now: the citation is frozen."""
    if not kind.is_heard:
        raise NotPossible("A need or evidence is cited with its text and source.")
    citation = listen.citation(statement)
    with writing():
        row = _clause(_draft(by, version), clause)
        if row.grounds.filter(statement=statement).exists():
            return
        Ground.objects.create(clause=row, kind=kind, statement_id=statement, citation=citation.as_json())


def cite_source(*, by: Actor, version: UUID, clause: UUID, kind: GroundKind, text: str, source: str) -> None:
    """Ground a commitment on a need or on evidence, with the source where a reader finds it."""
    if kind.is_heard:
        raise NotPossible("Common ground and dissent are cited from a conversation.")
    if not (text.strip() and source.strip()):
        raise NotPossible("Say what the need or evidence is, and where a reader finds it.")
    with writing():
        Ground.objects.create(
            clause=_clause(_draft(by, version), clause), kind=kind, text=text.strip(), source=source.strip()
        )


def forget_words(*, at: datetime) -> int:
    """Erase from citations the words that whoever said them took back; returns how many citations.

    What was signed was signed over the seals of the words, so every version still has its hash.
    """
    with writing():
        rows = list(Ground.objects.filter(statement__text="").exclude(citation__text=""))
        for row in rows:
            row.citation = {**row.citation, **dict.fromkeys(WORDS, "")}
            row.save(update_fields=["citation"])
            append(kind="citation.erased", subject=row.clause.commitment_id, body={}, at=at)
    return len(rows)


def propose(*, by: Actor, version: UUID, at: datetime) -> str:
    """Show a draft for signing: from now on its words stand under its hash, which is returned."""
    with writing():
        row = _draft(by, version)
        new = reads.content_of(version)
        rules.check_can_propose(new)
        row.state = rules.next_state(VersionState(row.state), "propose")
        row.hash, row.proposed_at = content_hash(new), at
        row.save()
        needed = consent_needed(_in_force(row.covenant_id), new)
        row.needed.set(needed)  # type: ignore[arg-type]
        body = {"covenant": str(row.covenant_id), "number": row.number, "hash": row.hash}
        append(kind="version.proposed", subject=version, body=body, at=at)
    return row.hash


def withdraw(*, by: Actor, version: UUID, at: datetime) -> None:
    """Take back a draft, or a version that not all have signed yet."""
    with writing():
        row = _version(version)
        check_can_convene(by, row.covenant.place_id)
        row.state = rules.next_state(VersionState(row.state), "withdraw")
        row.ended_at = at
        row.save()
        append(kind="version.withdrawn", subject=version, body={"number": row.number}, at=at)


def sign(*, by: Actor, version: UUID, party: UUID, hash: str, at: datetime) -> VersionState:
    """Consent for a party to exactly what was shown; the last consent needed puts the version in force.

    Signing again changes nothing. Returns the state of the version afterwards.
    """
    with writing():
        row = _version(version)
        if by.user and row.signatures.filter(party=party, user=by.user).exists():
            return VersionState(row.state)
        mandate = rules.check_can_sign(by, party, _needed(row), day_of(at))
        if row.signatures.filter(party=party).exists():
            raise NotPossible("Somebody else has signed this version for your party already.")
        signed_for = row.signatures.filter(user=mandate.user).values_list("party__sector", flat=True)
        side = places.parties(ids=[party])[0].sector
        check_one_side(on_both_sides(side, [Sector(each) for each in signed_for]))
        after = rules.next_state(VersionState(row.state), "complete")  # refuses what is no longer open
        rules.check_hash(hash, row.hash)
        rules.check_hash(content_hash(reads.content_of(version)), row.hash)
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
        append(kind="version.signed", subject=version, body=body, at=at)
        if row.signatures.count() == row.needed.count():
            _put_in_force(row, after, at)
    return VersionState(row.state)


def _put_in_force(row: Version, state: VersionState, at: datetime) -> None:
    for old in row.covenant.versions.filter(state=VersionState.IN_FORCE):
        old.state, old.ended_at = rules.next_state(VersionState(old.state), "supersede"), at
        old.save()
    row.state, row.in_force_at = state, at
    row.save()
    append(kind="version.in_force", subject=row.id, body={"number": row.number, "hash": row.hash}, at=at)


def refuse(*, by: Actor, version: UUID, party: UUID, reason: str, at: datetime) -> None:
    """Refuse a version for a party, with a reason that everyone can read; the version in force stands."""
    if not reason.strip():
        raise NotPossible("Say why: the other parties need to know what to change.")
    with writing():
        row = _version(version)
        mandate = rules.check_can_sign(by, party, _needed(row), day_of(at))
        if row.signatures.filter(party=party).exists():
            raise NotPossible("Your party has signed this version already.")
        row.state, row.ended_at = rules.next_state(VersionState(row.state), "refuse"), at
        row.save()
        Refusal.objects.create(
            version=row, party_id=party, user_id=mandate.user, reason=reason.strip(), at=at
        )
        said = {"reason": reason.strip()}
        append(kind="version.refused", subject=version, body={"party": str(party)}, sealed=said, at=at)


def _check_parties(parties: Sequence[UUID]) -> None:
    found = places.parties(ids=parties)
    if len(found) != len(set(parties)):
        raise NotFound("One of these parties is not known.")
    if not all(party.sector.signs for party in found):
        raise NotPossible("Residents are no party: promises are made to them, and nobody signs for them.")


# The stubs know only whole-number keys in a many-to-many relation: hence the three ignores above.
def _in_force(covenant: UUID) -> Content | None:
    id = (
        Version.objects.filter(covenant=covenant, state=VersionState.IN_FORCE)
        .values_list("id", flat=True)
        .first()
    )
    return reads.content_of(id) if id else None


def _needed(row: Version) -> list[UUID]:
    return list(row.needed.values_list("id", flat=True))


def _version(id: UUID) -> Version:
    row = Version.objects.select_related("covenant").filter(id=id).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    return row


def _draft(by: Actor, id: UUID) -> Version:
    row = _version(id)
    if not rules.can_convene(by, row.covenant.place_id):
        raise NotAllowed("Only a convenor of this place can draft its covenants.")
    rules.check_is_draft(VersionState(row.state))
    return row


def _clause(draft: Version, id: UUID) -> Clause:
    row = draft.clauses.filter(id=id).first()
    if row is None:
        raise NotFound("There is no such commitment in this draft.")
    return row
