"""What single concerns hold, for those who may open them: by code, by passphrase, or as who was asked.

Reached through `reads`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from covenant.agree.types import CovenantView
from covenant.concern import models, rules, sealing
from covenant.concern.keying import in_use
from covenant.concern.raising import of_code
from covenant.concern.types import (
    Asked,
    CaseView,
    Criterion,
    DeskLine,
    Offer,
    OfferView,
    Outcome,
    Rung,
    Said,
    Standing,
    Words,
)
from covenant.place.reads import party_view
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible
from covenant.scrutinise.actions import acting

WAITING = [Offer.OFFERED, Offer.CONSENTED]


def acts(actor: Actor, covenant: UUID, *, today: date) -> bool:
    """Whether somebody acts as scrutineer of a covenant today."""
    try:
        acting(by=actor, covenant=covenant, today=today)
    except (NotAllowed, NotPossible):
        return False
    return True


def rung_of(row: models.Concern) -> Rung | None:
    """The rung on which a concern stands; None before the first."""
    return Rung(row.rung) if row.rung else None


def before_parties(*, but: UUID | None = None) -> dict[UUID, int]:
    """How many concerns each party has before it: those on a rung, joined ones as one."""
    rows = models.Concern.objects.filter(standing__in=rules.OPEN).exclude(rung="")
    found: dict[UUID, set[UUID]] = {}
    for id, joined, party in rows.values_list("id", "joined", "parties"):
        if party is not None and (joined or id) != but:
            found.setdefault(party, set()).add(joined or id)
    return {party: len(ids) for party, ids in found.items()}


def is_stuck(row: models.Concern, today: date) -> bool:
    """Whether a concern that was admitted is beyond its clock."""
    if Standing(row.standing) not in rules.OPEN or row.admitted_on is None:
        return False
    return today > rules.due(rung_of(row), row.since or row.admitted_on)


def case(code: bytes, *, today: date) -> CaseView:
    """All that whoever holds the code of a case may see of it, opened with the key that follows from it."""
    row = of_code(code=code)
    secret = sealing.secret_of_code(code)
    steps = list(row.steps.order_by("number").prefetch_related("shown_to"))
    offer = next((step for step in steps if step.state in WAITING), None)
    taken = [step.batch for step in steps if step.state == Offer.TAKEN]
    letters = list(row.letters.select_related("key").order_by("number"))
    key = in_use(covenant=row.covenant_id, today=today)
    open_ = row.standing in (Standing.RECEIVED, Standing.ADMITTED)
    stale = open_ and any(letter.key_id != (key.id if key else None) for letter in letters)
    rung = rung_of(row)
    by = _look_by(row, rung) if open_ else None
    return CaseView(
        covenant_slug=row.covenant.slug,
        covenant_title=row.covenant.title,
        standing=Standing(row.standing),
        rung=rung,
        outcome=Outcome(row.outcome) if row.outcome else None,
        test=Criterion(row.criterion) if row.criterion else None,
        raised_on=row.raised_on,
        look_by=by,
        stuck=by is not None and today > by,
        joined=row.joined_id is not None,
        openly=hasattr(row, "openly"),
        letters=tuple(_words(letter, sealing.unseal(letter.sealed, secret)) for letter in letters),
        offer=_offer(offer, secret) if offer else None,
        said=_said(taken),
        finding=row.finding_id,
        unreadable=stale,
        sealable=stale and key is not None,
    )


def _look_by(row: models.Concern, rung: Rung | None) -> date | None:
    if row.admitted_on is None:
        return row.raised_on and row.raised_on + timedelta(days=rules.LOOK_DAYS)
    return rules.due(rung, row.since or row.admitted_on)


def _offer(step: models.Step, secret: str) -> OfferView:
    words = sealing.unseal(step.sealed, secret)
    names = tuple(sorted(party.name for party in step.shown_to.all()))
    return OfferView(step.id, Rung(step.rung), Offer(step.state), str(words.get("statement", "")), names)


def _words(letter: models.Letter, words: dict[str, Any]) -> Words:
    return Words(
        letter.id,
        letter.number,
        letter.from_raiser,
        letter.day,
        str(words.get("about", "")),
        str(words.get("text") or words.get("happened", "")),
        str(words.get("right", "")),
    )


def _said(batches: Sequence[UUID]) -> tuple[Said, ...]:
    rows = models.Said.objects.filter(batch__in=batches).select_related("party").order_by("day", "number")
    return tuple(Said(row.party.name, row.text, row.day) for row in rows)


def desk(covenant: UUID, *, asked_by: Actor, today: date) -> tuple[DeskLine, ...]:
    """Every concern that is open, or withdrawn and not noted; for the scrutineer, and without words."""
    acting(by=asked_by, covenant=covenant, today=today)
    key, before = in_use(covenant=covenant, today=today), before_parties()
    rows = models.Concern.objects.filter(covenant=covenant).exclude(standing=Standing.CLOSED)
    rows = rows.select_related("openly__party", "finding").prefetch_related(
        "parties",
        Prefetch("letters", models.Letter.objects.order_by("number").defer("sealed")),
        Prefetch("steps", models.Step.objects.order_by("number").defer("sealed")),
    )
    found = []
    for row in rows.order_by("raised_on", "id"):
        parties = tuple(sorted(map(party_view, row.parties.all()), key=lambda party: party.name))
        offer = next((s for s in row.steps.all() if s.state in WAITING), None)
        dropped = row.finding is not None and row.finding.closed_at and not row.finding.signed_at
        rung = rung_of(row)
        openly = getattr(row, "openly", None)
        received = row.standing == Standing.RECEIVED and row.raised_on is not None
        late = received and today > row.raised_on + timedelta(days=rules.LOOK_DAYS)  # type: ignore[operator]
        found.append(
            DeskLine(
                id=row.id,
                standing=Standing(row.standing),
                rung=rung,
                raised_on=row.raised_on,
                stuck=late or is_stuck(row, today),
                queued=row.standing == Standing.ADMITTED
                and not row.rung
                and bool(rules.at_the_cap(parties, before)),
                readable=key is not None and all(letter.key_id == key.id for letter in row.letters.all()),
                openly_by=openly.party.name if openly else "",
                joined_to=row.joined_id,
                offer=Offer(offer.state) if offer else None,
                offered=Rung(offer.rung) if offer else None,
                parties=parties,
                finding=row.finding_id,
                next_rung=Rung.FINDING if rung is Rung.FINDING and dropped else rules.LADDER[rung],
            )
        )
    return tuple(found)


def opened(
    concern: UUID, *, covenant: UUID, passphrase: str, asked_by: Actor, today: date
) -> tuple[Words, ...]:
    """What stands in those letters of a concern whose keys the passphrase opens.

    After a change of key it may open some and not others.

    Raises
    ------
    NotAllowed
        Whoever asks does not act as scrutineer today.
    WrongPassphrase, Unreadable
        It opens none of these keys.
    """
    acting(by=asked_by, covenant=covenant, today=today)
    rows = models.Letter.objects.filter(concern=concern, concern__covenant=covenant)
    letters = list(rows.select_related("key").order_by("number"))
    secrets: dict[UUID, str] = {}
    refused: NotPossible | None = None
    for key in {each.key for each in letters}:
        try:
            secrets[key.id] = sealing.unlock(key.locked, passphrase)
        except sealing.WrongPassphrase as wrong:
            refused = wrong
        except sealing.Unreadable as damaged:
            refused = refused or damaged
    if refused is not None and not secrets:
        raise refused
    found = [each for each in letters if each.key_id in secrets]
    return tuple(_words(each, sealing.unseal(each.sealed, secrets[each.key_id])) for each in found)


def sealed_letter(letter: UUID, *, covenant: UUID, asked_by: Actor, today: date) -> bytes:
    """A letter as it is kept, to be opened elsewhere; for the scrutineer."""
    acting(by=asked_by, covenant=covenant, today=today)
    row = models.Letter.objects.filter(id=letter, concern__covenant=covenant).first()
    if row is None:
        raise NotFound("There is no such letter.")
    return bytes(row.sealed)


def letters(concern: UUID, *, covenant: UUID) -> list[tuple[UUID, int, bool, date]]:
    """The letters of a concern: id, number, whether of who raised it, and the day."""
    rows = models.Letter.objects.filter(concern=concern, concern__covenant=covenant).order_by("number")
    return list(rows.values_list("id", "number", "from_raiser", "day"))


def earlier_keys(covenant: UUID, *, person: UUID | None) -> list[tuple[UUID, int, date]]:
    """The keys of a person here whose secret half is kept, the newest first; one query."""
    rows = models.Key.objects.filter(covenant=covenant, appointment__person=person).exclude(locked=b"")
    return list(rows.order_by("-number").values_list("id", "number", "made_on"))


def asked(covenant: CovenantView, *, asked_by: Actor, today: date) -> tuple[Asked, ...]:
    """What is before those who are asked at a rung, for those before whom it is; joined ones once."""
    is_scrutineer = acts(asked_by, covenant.id, today=today)
    rows = models.Step.objects.filter(
        concern__covenant=covenant.id, state=Offer.TAKEN, concern__standing__in=rules.OPEN
    )
    rows = rows.exclude(rung=Rung.FINDING)  # that is a draft on the desk of scrutiny, with its own replies
    rows = rows.select_related("concern").prefetch_related("shown_to", "concern__parties")
    found: dict[UUID, models.Step] = {}
    for row in rows.order_by("-taken_on", "id"):
        ids = [party.id for party in row.shown_to.all()]
        if rules.can_see_asked(asked_by, Rung(row.rung), ids, covenant.place, is_scrutineer, today):
            found.setdefault(row.batch, row)
    said: dict[UUID, list[Said]] = {}
    answers = models.Said.objects.filter(batch__in=found).select_related("party").order_by("number")
    for each in answers:
        said.setdefault(each.batch, []).append(Said(each.party.name, each.text, each.day))
    return tuple(_asked(row, tuple(said.get(batch, ()))) for batch, row in found.items())


def _asked(row: models.Step, said: tuple[Said, ...]) -> Asked:
    rung, day = Rung(row.rung), row.taken_on or row.offered_on
    shown, concerned = (
        tuple(sorted(map(party_view, rows), key=lambda party: party.name))
        for rows in (row.shown_to.all(), row.concern.parties.all())
    )
    return Asked(row.batch, rung, day, rules.due(rung, day), row.statement, shown, concerned, said)
