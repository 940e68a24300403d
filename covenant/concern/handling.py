"""Writes of the scrutineer on concerns, and of the parties that are asked. Reached through `actions`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Max

from covenant.agree import reads as agree
from covenant.agree.types import VersionView
from covenant.concern import models, rules, sealing
from covenant.concern.cases import rung_of
from covenant.concern.keying import in_use
from covenant.concern.publishing import draft_left_alone, publish
from covenant.concern.raising import drop_offers, post
from covenant.concern.reads import before_parties
from covenant.concern.rules import next_offer, next_rung, next_standing
from covenant.concern.types import Criterion, Offer, Outcome, Rung, Standing
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.scrutinise.actions import acting, drop_finding


def admit(
    *, by: Actor, concern: UUID, parties: Sequence[UUID], commitment: UUID | None = None, at: datetime
) -> None:
    """Admit a concern, as one that these parties could put right."""
    with writing():
        row = _of(by, concern, at)
        row.standing = next_standing(Standing(row.standing), "admit")
        version = _in_force(row)
        if not parties:
            raise NotPossible("Say which parties could put it right: that is one of the tests.")
        if not set(parties) <= {party.id for party in version.parties if party.sector.signs}:
            raise NotPossible("Only parties of the version in force can be asked to put it right.")
        if commitment is not None and commitment not in {clause.commitment for clause in version.clauses}:
            raise NotPossible("This is no commitment of the version in force.")
        row.admitted_on, row.commitment_id = day_of(at), commitment
        row.save()
        row.parties.set(sorted(set(parties)))  # type: ignore[arg-type]
        append(kind="concern.admitted", subject=row.id, body={"covenant": str(row.covenant_id)}, at=at)


def refuse(*, by: Actor, concern: UUID, criterion: Criterion | None, text: str, at: datetime) -> None:
    """Do not admit a concern: the test is named, and the reason sealed to whoever raised it."""
    failed = rules.check_test(criterion)
    said = rules.check_text(text, "Say why to whoever raised it: they alone read it.")
    with writing():
        row = _of(by, concern, at)
        row.standing = next_standing(Standing(row.standing), "refuse")
        post(concern=row, key=_key(row, at), words={"text": said}, from_raiser=False, at=at)
        row.criterion = failed
        _close(row, Outcome.REFUSED, at)
        body = {"covenant": str(row.covenant_id), "test": failed.value}
        append(kind="concern.refused", subject=row.id, body=body, at=at)


def write(*, by: Actor, concern: UUID, text: str, at: datetime) -> None:
    """Write to whoever raised it: sealed, and read with the case code alone."""
    said = rules.check_text(text, "Write what whoever raised it is to read.")
    with writing():
        row = _of(by, concern, at)
        next_standing(Standing(row.standing), "write")
        post(concern=row, key=_key(row, at), words={"text": said}, from_raiser=False, at=at)


def join(*, by: Actor, concern: UUID, to: UUID, at: datetime) -> None:
    """Join a concern to another about the same thing; each who raised one still consents for themselves."""
    with writing():
        row, other = _of(by, concern, at), _of(by, to, at)
        if row.id == other.id or row.covenant_id != other.covenant_id:
            raise NotPossible("A concern is joined to another one about the same covenant.")
        if other.standing != Standing.ADMITTED or other.joined_id or row.joined_id or row.others.exists():
            raise NotPossible(
                "A concern is joined to one that was admitted; neither may be joined to another already."
            )
        parties = set(other.parties.values_list("id", flat=True))
        alike = parties == set(row.parties.values_list("id", flat=True))
        if row.rung and not (alike and row.commitment_id == other.commitment_id):
            raise NotPossible(
                "It is on a rung before other parties, or about another commitment: "
                "it cannot be joined any more."
            )
        row.standing = next_standing(Standing(row.standing), "join")
        row.admitted_on = row.admitted_on or day_of(at)
        row.joined, row.commitment_id = other, other.commitment_id
        row.save()
        row.parties.set(sorted(parties))  # type: ignore[arg-type]
        drop_offers(concern=row)
        append(kind="concern.joined", subject=row.id, body={"to": str(other.id)}, at=at)


def offer(*, by: Actor, concern: UUID, statement: str, checked: bool, at: datetime) -> UUID:
    """Offer the next rung to whoever raised it, and to those of joined concerns that stand on the same one.

    They see the words and before whom these would come; nobody else sees them until they consent. What was
    offered before is dropped, consented or not. Returns the batch.
    """
    said = rules.check_public_words(statement, "Word what those at the next rung are to read.")
    if not checked:
        raise NotPossible("Read the words once more, and tick that they give nobody away.")
    with writing():
        row = _of(by, concern, at)
        next_standing(Standing(row.standing), "offer")
        key = _key(row, at)
        rung = next_rung(rung_of(row), finding_dropped=_dropped(row))
        shown_to, batch = _audience(row, rung), uuid4()
        for each in _group(row):
            _offer(each, rung, said, shown_to, batch, key, at)
    return batch


def _offer(
    row: models.Concern,
    rung: Rung,
    said: str,
    shown_to: Sequence[UUID],
    batch: UUID,
    key: models.Key,
    at: datetime,
) -> None:
    drop_offers(concern=row)
    last = row.steps.aggregate(last=Max("number"))["last"] or 0
    made = models.Step.objects.create(
        concern=row,
        batch=batch,
        number=last + 1,
        rung=rung,
        state=Offer.OFFERED,
        key=key,
        sealed=sealing.seal({"statement": said}, [key.recipient, row.recipient]),
        offered_on=day_of(at),
    )
    made.shown_to.set(shown_to)  # type: ignore[arg-type]


def climb(*, by: Actor, concern: UUID, at: datetime) -> Rung:
    """Take a concern to the rung to which whoever raised it consented; its words come before those asked.

    On the last rung the words become a draft of a finding, to which the parties concerned can reply first.
    """
    with writing():
        row = _of(by, concern, at)
        next_standing(Standing(row.standing), "climb")
        step = row.steps.filter(state=Offer.CONSENTED).first()
        if step is None:
            raise NotPossible("Whoever raised it has not consented to the next rung.")
        rung = next_rung(rung_of(row), finding_dropped=_dropped(row))
        if step.rung != rung:
            raise NotPossible("They consented to another rung: offer them the next one.")
        if not row.rung:
            concerned = [places.party_view(party) for party in row.parties.all()]
            rules.check_cap(concerned, before_parties(but=row.joined_id or row.id))
        step.state = next_offer(Offer(step.state), "climb")
        step.taken_on = day_of(at)
        step.save(update_fields=["state", "taken_on"])
        row.rung, row.since = rung, day_of(at)
        if rung is Rung.FINDING:
            row.finding_id = publish(by=by, concern=row, step=step, version=_in_force(row), at=at)
        row.save()
        shown = sorted(map(str, step.shown_to.values_list("id", flat=True)))
        append(kind="concern.climbed", subject=row.id, body={"rung": rung.value, "parties": shown}, at=at)
    return rung


def say(*, by: Actor, batch: UUID, party: UUID, text: str, at: datetime) -> None:
    """Say for a party that was asked what it does, or why not: who was asked and who raised it read it."""
    said = rules.check_public_words(text, "Say in a sentence or two what your party does, or why not.")
    with writing():
        taken = models.Step.objects.filter(batch=batch, state=Offer.TAKEN).exclude(rung=Rung.FINDING)
        step = taken.filter(concern__standing__in=rules.OPEN).first()
        if step is None:
            raise NotFound("There is no open concern with these words.")
        shown = set(step.shown_to.values_list("id", flat=True))
        mandate = rules.check_can_say(by, party, shown, day_of(at))
        earlier = models.Said.objects.filter(batch=batch)
        if earlier.filter(party=party, text=said).exists():
            return
        models.Said.objects.create(
            batch=batch,
            number=(earlier.aggregate(last=Max("number"))["last"] or 0) + 1,
            party_id=party,
            user_id=mandate.user,
            mandate_id=mandate.id,
            text=said,
            day=day_of(at),
        )


def close(*, by: Actor, concern: UUID, outcome: Outcome, text: str = "", at: datetime) -> None:
    """Close a concern, or note that it was withdrawn; the reason is sealed to whoever raised it."""
    with writing():
        row = _of(by, concern, at)
        withdrawn = row.standing == Standing.WITHDRAWN
        row.standing = next_standing(Standing(row.standing), "note" if withdrawn else "close")
        if withdrawn != (outcome is Outcome.WITHDRAWN) or outcome is Outcome.REFUSED:
            raise NotPossible("That is not how this one ended: only who raised it can withdraw it.")
        if outcome is Outcome.FOUND and not (row.finding and row.finding.signed_at):
            raise NotPossible(
                "The finding is not signed yet: sign it first, once the parties had their time."
            )
        if not withdrawn:
            said = rules.check_text(text, "Say to whoever raised it how it ended: they alone read it.")
            post(concern=row, key=_key(row, at), words={"text": said}, from_raiser=False, at=at)
        elif (draft := draft_left_alone(concern=row)) is not None:
            drop_finding(by=by, finding=draft, reason="The concern was withdrawn.", at=at)
        _close(row, outcome, at)
        append(kind="concern.closed", subject=row.id, body={"outcome": outcome.value}, at=at)


def _close(row: models.Concern, outcome: Outcome, at: datetime) -> None:
    row.outcome, row.closed_on = outcome, day_of(at)
    row.save()
    drop_offers(concern=row)


def _of(by: Actor, concern: UUID, at: datetime) -> models.Concern:
    """A concern, for the scrutineer in office and for nobody else."""
    row = models.Concern.objects.select_related("finding").filter(id=concern).first()
    if row is None:
        raise NotFound("There is no such concern.")
    acting(by=by, covenant=row.covenant_id, today=day_of(at))
    return row


def _key(row: models.Concern, at: datetime) -> models.Key:
    key = in_use(covenant=row.covenant_id, today=day_of(at))
    if key is None:
        raise NotPossible("Make a key first: what you write is sealed to it and to whoever raised it.")
    return key


def _in_force(row: models.Concern) -> VersionView:
    now = agree.in_force(row.covenant_id)
    if now is None:
        raise NotPossible(
            "No version of this covenant is in force, so nobody can be asked anything under it."
        )
    return agree.version(now.version)[1]


def _audience(row: models.Concern, rung: Rung) -> list[UUID]:
    version = _in_force(row)
    signs = {party.id for party in version.parties if party.sector.signs}
    clause = next((c for c in version.clauses if c.commitment == row.commitment_id), None)
    bound = {party.id for party in (clause.debtor, *clause.creditors)} & signs if clause else set()
    concerned = set(row.parties.values_list("id", flat=True))
    return sorted(rules.audience(rung, concerned, bound, signs))


def _group(row: models.Concern) -> list[models.Concern]:
    """The concern, and those joined with it that stand on the same rung: each climbs by its own consent."""
    lead = row.joined_id or row.id
    rows = models.Concern.objects.filter(standing=Standing.ADMITTED, rung=row.rung)
    return [*rows.filter(id=lead), *rows.filter(joined=lead)]


def _dropped(row: models.Concern) -> bool:
    return row.finding is not None and row.finding.closed_at is not None and row.finding.signed_at is None
