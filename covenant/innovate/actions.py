"""Writes on innovation areas: drafting, consenting, ending, measuring, evaluating."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max

from covenant.agree import reads as agree
from covenant.agree.rules import check_hash
from covenant.innovate import models, reads, rules
from covenant.innovate.engine import freedom_hash
from covenant.innovate.models import Area, Freedom
from covenant.innovate.types import (
    NEVER_WAIVED,
    AreaView,
    AreaWording,
    FreedomState,
    FreedomView,
    Verdict,
    Wording,
    figure,
)
from covenant.place import reads as places
from covenant.place.rules import check_can_convene, check_one_side, check_slug
from covenant.place.types import Actor, HeldMandate, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal


def begin_area(*, by: Actor, place: UUID, slug: str, words: AreaWording, at: datetime) -> UUID:
    """Begin an area in a place and places within it; few see it until a freedom in it is proposed."""
    check_can_convene(by, place)
    check_slug(slug)
    with writing():
        if Area.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is an innovation area with the address “{slug}” already.")
        row = Area(slug=slug, place_id=place, made_at=at)
        _word_area(row, words)
        append(kind="area.begun", subject=row.id, body={"place": str(place)}, at=at)
    return row.id


def word_area(*, by: Actor, area: UUID, words: AreaWording, at: datetime) -> None:
    """Word an area anew, as long as no freedom of it was proposed: consents are given to these words too."""
    with writing():
        row = _convened(by, area)
        if row.freedoms.exclude(hash="").exists():
            raise NotPossible("A freedom of this area was proposed, so the area's words cannot change.")
        _word_area(row, words)
        for view in reads.area_of(area, today=day_of(at)).freedoms:
            if view.state is FreedomState.DRAFT:
                named = {party.id: party for party in view.parties}
                rules.check_wording(view.words, words.starts, words.sunset, named)
        append(kind="area.worded", subject=area, body={}, at=at)


def _word_area(row: Area, words: AreaWording) -> None:
    open_to = {p.id for p in places.places() if row.place_id in (p.id, *(above.id for above in p.within))}
    rules.check_area(row.slug, words, open_to)
    if not _parties([words.convenor])[words.convenor].sector.signs:
        raise NotPossible("Nobody acts for residents: name the body that convenes the area.")
    if len(agree.commitments(ids=words.grounds)) != len(set(words.grounds)):
        raise NotFound("One of these commitments is not known.")
    row.title, row.purpose, row.convenor_id = words.title.strip(), words.purpose.strip(), words.convenor
    row.starts, row.sunset = words.starts, words.sunset
    row.save()
    row.places.set(words.places)  # type: ignore[arg-type]
    row.grounds.set(words.grounds)  # type: ignore[arg-type]


# The stubs know only whole-number keys in a many-to-many relation: hence the ignores above and below.
def draft_freedom(*, by: Actor, area: UUID, words: Wording, renews: UUID | None = None, at: datetime) -> UUID:
    """Draft a freedom in an area; returns its id. One that renews another waits for its evaluation."""
    with writing():
        of = _convened(by, area)
        if renews is not None:
            rules.check_may_follow(words, (), reads.earlier(_freedom(renews).id), ())
        number = (of.freedoms.aggregate(Max("number"))["number__max"] or 0) + 1
        row = Freedom(area=of, number=number, state=FreedomState.DRAFT, renews_id=renews, made_at=at)
        row.never_waived = NEVER_WAIVED
        _word(row, words)
        append(kind="freedom.drafted", subject=row.id, body={"area": str(area), "number": number}, at=at)
    return row.id


def word_freedom(*, by: Actor, freedom: UUID, words: Wording, at: datetime) -> None:
    """Word a draft anew."""
    with writing():
        row = _freedom(freedom)
        check_can_convene(by, row.area.place_id)
        rules.check_is_draft(FreedomState(row.state))
        _word(row, words)
        append(kind="freedom.worded", subject=freedom, body={}, at=at)


def _word(row: Freedom, words: Wording) -> None:
    named = _parties([words.granter, *words.users, words.evaluator])
    rules.check_wording(words, row.area.starts, row.area.sunset, named)
    for name in ("title", "waived", "source", "safeguards", "hypothesis", "changes_for", "measure", "unit"):
        setattr(row, name, getattr(words, name).strip())
    row.target, row.failure = words.target.strip(), words.failure.strip()
    row.granter_id, row.evaluator_id = words.granter, words.evaluator
    row.baseline, row.baseline_n = words.baseline.value, words.baseline.n
    row.baseline_source, row.baseline_dated = words.baseline.source.strip(), words.baseline.dated
    row.starts, row.sunset, row.evaluation_due = words.starts, words.sunset, words.evaluation_due
    row.save()
    row.users.set(words.users)  # type: ignore[arg-type]


def propose(*, by: Actor, freedom: UUID, at: datetime) -> str:
    """Show a draft to those whose consent it takes; returns the hash under which its words stand from now."""
    with writing():
        row = _freedom(freedom)
        check_can_convene(by, row.area.place_id)
        after = rules.next_state(FreedomState(row.state), "propose")
        area, view = _check_may_hold(row, day_of(at))
        row.state, row.hash, row.proposed_at = after, freedom_hash(area, view), at
        row.save()
        body = {"area": str(row.area_id), "number": row.number, "hash": row.hash}
        append(kind="freedom.proposed", subject=freedom, body=body, at=at)
    return row.hash


def _check_may_hold(row: Freedom, today: date) -> tuple[AreaView, FreedomView]:
    """All that a freedom says; raise where it could hold no day, or renews one that was not evaluated."""
    area = reads.area_of(row.area_id, today=today)
    view = _in(area, row.id)
    rules.check_in_time(view.words.sunset, today)
    granted = reads.granted_before(granter=view.words.granter, users=view.words.users)
    renewed = reads.earlier(row.renews_id) if row.renews_id else None
    rules.check_may_follow(view.words, reads.touching(area.places), renewed, granted)
    return area, view


def withdraw(*, by: Actor, freedom: UUID, at: datetime) -> None:
    """Take back a draft, or a proposal that not all have consented to yet."""
    with writing():
        row = _freedom(freedom)
        check_can_convene(by, row.area.place_id)
        row.state = rules.next_state(FreedomState(row.state), "withdraw")
        row.save()
        append(kind="freedom.withdrawn", subject=freedom, body={"number": row.number}, at=at)


def consent(*, by: Actor, freedom: UUID, party: UUID, hash: str, at: datetime) -> FreedomState:
    """Consent for a party to exactly what was shown; the last consent that it takes grants the freedom.

    Consenting again changes nothing. Returns the state of the freedom afterwards.
    """
    with writing():
        row, today = _freedom(freedom), day_of(at)
        if by.user and row.consents.filter(party=party, user=by.user).exists():
            return FreedomState(row.state)
        needed = _needed(row)
        mandate = rules.check_can_consent(by, party, needed, today)
        if row.consents.filter(party=party).exists():
            raise NotPossible("Somebody else has consented for your party already.")
        others = set(row.consents.filter(user=mandate.user).values_list("party_id", flat=True))
        check_one_side(bool(others) and row.granter_id in {party, *others})
        after = rules.next_state(FreedomState(row.state), "grant")  # refuses what is no longer open
        area, view = _check_may_hold(row, today)
        check_hash(hash, row.hash)
        check_hash(freedom_hash(area, view), row.hash)
        given = models.Consent(freedom=row, hash=hash)
        _act(
            given,
            mandate,
            at,
            kind="freedom.consented",
            subject=row.id,
            body={"mandate": str(mandate.id), "hash": hash},
        )
        if row.consents.count() == len(needed):
            row.state, row.granted_at = after, at
            row.save()
            append(kind="freedom.granted", subject=row.id, body={"hash": row.hash}, at=at)
    return FreedomState(row.state)


def refuse(*, by: Actor, freedom: UUID, party: UUID, reason: str, at: datetime) -> None:
    """Refuse a freedom for a party, with a reason that everyone can read."""
    _end(by, freedom, party, "refuse", "freedom.refused", reason, at)


def end_early(*, by: Actor, freedom: UUID, party: UUID, reason: str, at: datetime) -> None:
    """End a freedom before its sunset, at once: any party whose consent it took can, with its reasons."""
    _end(by, freedom, party, "end", "freedom.ended", reason, at)


def _end(by: Actor, freedom: UUID, party: UUID, act: str, kind: str, reason: str, at: datetime) -> None:
    if not reason.strip():
        raise NotPossible("Say why: the other parties and residents need to know.")
    with writing():
        row, today = _freedom(freedom), day_of(at)
        mandate = rules.check_can_consent(by, party, _needed(row), today)
        after = rules.next_state(FreedomState(row.state), act)
        if act == "refuse" and row.consents.filter(party=party).exists():
            raise NotPossible("Your party has consented already.")
        if act == "end":
            rules.check_in_time(row.sunset, today)
        row.state = after
        row.save()
        ending = models.Ending(freedom=row, reason=reason.strip())
        _act(ending, mandate, at, kind=kind, subject=row.id, sealed={"reason": reason.strip()})


def measure(
    *,
    by: Actor,
    freedom: UUID,
    party: UUID,
    dated: date,
    value: Decimal,
    n: int | None,
    source: str,
    url: str = "",
    note: str = "",
    at: datetime,
) -> None:
    """Report a figure of the measure for a party, with its date, its n and where a reader finds it."""
    with writing():
        row, today = _freedom(freedom), day_of(at)
        mandate = rules.check_has_part(by, party, [*_needed(row), row.evaluator_id], today)
        rules.check_was_granted(FreedomState(row.state))
        rules.check_measurement(value, n, source, url, dated, today)
        made = models.Measurement(
            freedom=row, dated=dated, value=value, n=n, source=source.strip(), url=url, note=note.strip()
        )
        body: dict[str, Any] = {"dated": dated.isoformat(), "value": figure(value), "n": n}
        said = {"source": made.source, "url": url, "note": made.note}
        _act(made, mandate, at, kind="freedom.measured", subject=row.id, body=body, sealed=said)


def evaluate(
    *, by: Actor, freedom: UUID, verdict: Verdict, figures: str, learnt: str, url: str = "", at: datetime
) -> None:
    """Publish, for the body that was named for it, whether the hypothesis held and what was learnt."""
    with writing():
        row = _freedom(freedom)
        state = FreedomState(row.state)
        mandate = rules.check_can_evaluate(by, row.evaluator_id, state, row.starts, row.sunset, day_of(at))
        if hasattr(row, "evaluation"):
            raise NotPossible(
                "The evaluation is published already: what is to be said of it stands beside it."
            )
        first = max(row.starts, day_of(row.granted_at)) if row.granted_at else row.starts
        measured = row.measurements.filter(dated__gte=first).exists()
        rules.check_verdict(verdict, figures, learnt, measured)
        rules.check_address_of_source(url)
        made = models.Evaluation(
            freedom=row, verdict=verdict, figures=figures.strip(), learnt=learnt.strip(), url=url
        )
        body = {"verdict": verdict.value}
        said = {"figures": made.figures, "learnt": made.learnt, "url": url}
        _act(made, mandate, at, kind="freedom.evaluated", subject=row.id, body=body, sealed=said)


def reply(*, by: Actor, freedom: UUID, party: UUID, text: str, at: datetime) -> None:
    """Reply to an evaluation for a party: the reply stands beside it, and changes nothing in it."""
    if not text.strip():
        raise NotPossible("Say what your party has to say.")
    with writing():
        row = _freedom(freedom)
        mandate = rules.check_has_part(by, party, [*_needed(row), row.evaluator_id], day_of(at))
        if not hasattr(row, "evaluation"):
            raise NotPossible("There is no evaluation to reply to yet.")
        made = models.Reply(evaluation=row.evaluation, text=text.strip())
        _act(made, mandate, at, kind="freedom.replied", subject=row.id, sealed={"text": made.text})


def _act(
    made: models.Act,
    mandate: HeldMandate,
    at: datetime,
    *,
    kind: str,
    subject: UUID,
    body: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> None:
    """Keep what somebody did for a party, and its entry of the record, in which their name is sealed."""
    made.party_id, made.user_id, made.mandate_id = mandate.party, mandate.user, mandate.id
    made.at, made.salt = at, secrets.token_bytes(32)
    made.save(force_insert=True)
    told = {"party": str(mandate.party), **(body or {}), "person": seal(str(mandate.user), made.salt)}
    append(kind=kind, subject=subject, body=told, sealed=sealed, at=at)


def _parties(ids: Sequence[UUID]) -> dict[UUID, Any]:
    found = {party.id: party for party in places.parties(ids=ids)}
    if not set(ids) <= set(found):
        raise NotFound("One of these parties is not known.")
    return found


def _needed(row: Freedom) -> list[UUID]:
    return [row.granter_id, *row.users.values_list("id", flat=True)]


def _convened(by: Actor, area: UUID) -> Area:
    row = Area.objects.filter(id=area).first()
    if row is None:
        raise NotFound("There is no innovation area at this address.")
    check_can_convene(by, row.place_id)
    return row


def _freedom(id: UUID) -> Freedom:
    row = Freedom.objects.select_related("area").filter(id=id).first()
    if row is None:
        raise NotFound("There is no freedom at this address.")
    return row


def _in(area: AreaView, id: UUID) -> FreedomView:
    return next(freedom for freedom in area.freedoms if freedom.id == id)
