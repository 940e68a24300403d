"""Writes of the scrutineer on questions: take up, answer, set aside, ask. Reached through `actions`."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from covenant.agree import reads as agree
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.scrutinise import models
from covenant.scrutinise.appointing import acting
from covenant.scrutinise.desk import OWN, Asked, Row, asked_in
from covenant.scrutinise.rules import QUESTIONS, check_said, next_state
from covenant.scrutinise.stages import Became, Stage

KINDS = {"take up": "question.taken_up", "answer": "question.answered", "set aside": "question.set_aside"}


def deal_with(
    *, by: Actor, version: UUID, question: str, act: str, reason: str = "", reading: str, at: datetime
) -> UUID:
    """Take up a question, answer it or set it aside, with a public reason; returns the id of its row.

    Parameters
    ----------
    act
        "take up", "answer" or "set aside".
    reading
        The SHA-256 of the reading that the scrutineer was shown. A question that was asked anew in other
        words is looked at anew.
    """
    if act not in KINDS:
        raise NotPossible("Say whether you take the question up, answer it or set it aside.")
    said = (
        reason.strip() if act == "take up" else check_said(reason, "Say why: everyone can read the reason.")
    )
    with writing():
        covenant = agree.covenant_of(version)
        appointment = acting(by=by, covenant=covenant, today=day_of(at))
        row = models.Question.objects.filter(version=version, key=question).first()
        if row is None:
            row = _copied(version, question, reading)
        row.became = next_state(QUESTIONS, Became(row.became), act)
        if row.findings.filter(stage=Stage.SHOWN).exists():
            raise NotPossible("A draft on this question is before the parties: sign it or drop it first.")
        row.save()
        take_step(question=row, appointment=appointment, reason=said, at=at)
        body = {
            "covenant": str(covenant),
            "version": str(version),
            "question": question,
            "engine": row.engine,
            "reading": row.sha256,
        }
        append(kind=KINDS[act], subject=row.id, body=body, sealed={"reason": said}, at=at)
    return row.id


def ask_own(*, by: Actor, version: UUID, text: str, evidence: Sequence[Row] = (), at: datetime) -> UUID:
    """Ask a question of the scrutineer's own about a version, marked as such; returns the id of its row."""
    said = check_said(text, "Say what you ask.")
    for row in evidence:
        check_said(row.says, "Say what the evidence says.")
    with writing():
        covenant = agree.covenant_of(version)
        appointment = acting(by=by, covenant=covenant, today=day_of(at))
        number = models.Question.objects.filter(version=version, rule=OWN).count() + 1
        made = models.Question.objects.create(
            version_id=version,
            key=f"{OWN}.{number}",
            rule=OWN,
            text=said,
            evidence=[row.as_json() for row in evidence],
            asked_at=at,
            became=Became.TAKEN_UP,
        )
        take_step(question=made, appointment=appointment, reason="", at=at)
        body = {"covenant": str(covenant), "version": str(version), "question": made.key}
        append(kind="question.asked", subject=made.id, body=body, sealed={"text": said}, at=at)
    return made.id


def _copied(version: UUID, key: str, reading: str) -> models.Question:
    """The question as the newest reading asks it, frozen with its evidence from now on."""
    row = models.Reading.objects.filter(version=version).order_by("-asked_at", "-as_of").first()
    asked: tuple[Asked, ...] = asked_in(json.loads(row.reading)) if row else ()
    found = next((each for each in asked if each.id == key), None)
    if row is None or found is None:
        raise NotFound("The referee does not ask this of this version.")
    digest = sha256(row.reading.encode()).hexdigest()
    if reading != digest:
        raise NotPossible("The referee has read this version anew since. Look at the question again.")
    kept = models.Since.objects.filter(version=version, key=key)
    since = kept.values_list("asked_at", flat=True).first()
    return models.Question(
        version_id=version,
        key=key,
        rule=found.rule,
        is_gap=found.is_gap,
        text=found.text,
        evidence=[each.as_json() for each in found.evidence],
        engine=row.engine,
        sha256=digest,
        asked_at=since or row.asked_at,
        became=Became.WAITING,
    )


def note_asked(*, version: UUID, reading: str, at: datetime) -> None:
    """Keep from when on each question of a new reading waits, inside the transaction that publishes it."""
    keys = {each.id for each in asked_in(json.loads(reading))}
    known = models.Since.objects.filter(version=version)
    known.exclude(key__in=keys).delete()
    new = keys - set(known.values_list("key", flat=True))
    models.Since.objects.bulk_create(
        models.Since(version_id=version, key=key, asked_at=at) for key in sorted(new)
    )


def take_step(*, question: models.Question, appointment: UUID, reason: str, at: datetime) -> None:
    """Keep what the scrutineer did with a question, inside the transaction of that act."""
    models.Step.objects.create(
        question=question, appointment_id=appointment, became=question.became, reason=reason, at=at
    )
