"""Writes on findings, of the scrutineer and of those who reply. Reached through `actions`.

Nobody edits a finding. Its words are fixed when the parties concerned see them; replies stand beside it.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from covenant.agree import reads as agree
from covenant.agree.rules import check_hash
from covenant.agree.types import VersionView
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import root, seal
from covenant.scrutinise import models, rules
from covenant.scrutinise.appointing import acting
from covenant.scrutinise.desk import row_from
from covenant.scrutinise.hashes import finding_hash
from covenant.scrutinise.rules import FINDINGS, QUESTIONS, check_said, next_state, reply_by
from covenant.scrutinise.stages import Answer, Became, Stage
from covenant.scrutinise.taking import take_step


def show_finding(
    *,
    by: Actor,
    question: UUID,
    text: str,
    parties: Sequence[UUID],
    commitments: Sequence[UUID] = (),
    why: str = "",
    at: datetime,
) -> UUID:
    """Show the parties concerned what one means to find, so that they can reply first; returns its id.

    Where a finding on the question stands already, this one is to supersede it, and says why. What it rests
    on is copied from the question and frozen with the words.
    """
    said = check_said(text, "Say what you find.")
    with writing():
        row = models.Question.objects.filter(id=question).first()
        if row is None:
            raise NotFound("There is no such question on the desk.")
        _title, version = agree.version(row.version_id)
        appointment = acting(by=by, covenant=agree.covenant_of(row.version_id), today=day_of(at))
        next_state(QUESTIONS, Became(row.became), "draft")
        if row.findings.filter(stage=Stage.SHOWN).exists():
            raise NotPossible("A draft on this is before the parties already: sign it or drop it first.")
        old = row.findings.filter(stage__in=[Stage.SIGNED, Stage.MENDED]).first()
        because = check_said(why, "Say why the earlier finding is superseded.") if old else ""
        concerned, touched = _concerned(version, parties, commitments)
        made = models.Finding.objects.create(
            question=row,
            stage=Stage.SHOWN,
            text=said,
            evidence=row.evidence,
            engine=row.engine,
            sha256=row.sha256,
            appointment_id=appointment,
            shown_at=at,
            reply_by=reply_by(day_of(at)),
            supersedes=old,
            why=because,
        )
        made.parties.set(concerned)  # type: ignore[arg-type]
        made.commitments.set(touched)  # type: ignore[arg-type]
        made.hash = _hash(made)
        made.save()
        body = {
            "question": str(row.id),
            "hash": made.hash,
            "parties": sorted(map(str, concerned)),
            "reply_by": made.reply_by.isoformat(),
        }
        append(kind="finding.shown", subject=made.id, body=body, at=at)
    return made.id


def sign_finding(*, by: Actor, finding: UUID, hash: str, at: datetime) -> None:
    """Sign exactly what was shown, once the parties had their time to reply. Only this makes it a finding."""
    with writing():
        row = _finding(finding)
        appointment = acting(by=by, covenant=agree.covenant_of(row.question.version_id), today=day_of(at))
        stage = next_state(FINDINGS, Stage(row.stage), "sign")
        check_hash(hash, row.hash)
        check_hash(_hash(row), row.hash)
        rules.check_time_to_reply_is_over(row.reply_by, day_of(at))
        if row.held:
            raise NotPossible(
                "The concern on which this draft rests was withdrawn, so it cannot be signed. Drop it."
            )
        if row.supersedes:
            _supersede(row.supersedes, by=row, at=at)
        question = row.question
        question.became = next_state(QUESTIONS, Became(question.became), "sign")
        question.save()
        row.stage, row.signed_at = stage, at
        row.appointment_id, row.salt = appointment, secrets.token_bytes(32)
        row.save()
        take_step(question=question, appointment=appointment, reason="", at=at)
        body = {
            "question": str(question.id),
            "hash": row.hash,
            "appointment": str(appointment),
            "supersedes": str(row.supersedes_id) if row.supersedes_id else None,
            "person": seal(str(by.user), row.salt),
        }
        append(kind="finding.signed", subject=row.id, body=body, at=at)


def hold_finding(*, finding: UUID, held: bool = True) -> None:
    """Keep a draft from being signed, or let it go on, as whoever brought it wishes: they are no actor here.

    It leaves no entry in the record: the scrutineer's own act on it does.
    """
    with writing():
        models.Finding.objects.filter(id=finding, stage=Stage.SHOWN).update(held=held)


def drop_finding(*, by: Actor, finding: UUID, reason: str, at: datetime) -> None:
    """Drop a draft that the parties saw, and tell them why; the question stays as it was."""
    said = check_said(reason, "Say why: the parties who saw the draft can read it.")
    with writing():
        row = _finding(finding)
        acting(by=by, covenant=agree.covenant_of(row.question.version_id), today=day_of(at))
        _close(row, "drop", said, at)
        append(kind="finding.dropped", subject=row.id, body={"hash": row.hash}, at=at)


def mend_finding(*, by: Actor, finding: UUID, checked: str, at: datetime) -> None:
    """Record that what was found is mended, and what the scrutineer checked to know it."""
    said = check_said(checked, "Say what you checked.")
    with writing():
        row = _finding(finding)
        acting(by=by, covenant=agree.covenant_of(row.question.version_id), today=day_of(at))
        _close(row, "mend", said, at)
        append(
            kind="finding.mended", subject=row.id, body={"hash": row.hash}, sealed={"checked": said}, at=at
        )


def reply(
    *,
    by: Actor,
    finding: UUID,
    party: UUID,
    answer: Answer,
    text: str,
    until: date | None = None,
    url: str = "",
    dated: date | None = None,
    at: datetime,
) -> UUID:
    """Reply to a finding, or to a draft of one, for a party that it concerns: beside it, never inside.

    Earlier replies of the party stay. To send the newest one again changes nothing. Returns its id.
    """
    today = day_of(at)
    said = check_said(text, "Say in a sentence or two what you reply.")
    until = until if answer is Answer.ACCEPT else None
    url, dated = (url.strip(), dated) if answer is Answer.FIX else ("", None)
    with writing():
        row = _finding(finding)
        concerned = list(row.parties.values_list("id", flat=True))
        mandate = rules.check_can_reply(by, party, concerned, today)
        next_state(FINDINGS, Stage(row.stage), "reply")
        rules.check_reply(answer, until, url, dated, today)
        words = {
            "finding": row.hash,
            "party": str(party),
            "answer": answer.value,
            "text": said,
            "by": until.isoformat() if until else None,
            "url": url,
            "dated": dated.isoformat() if dated else None,
        }
        hash = root(words)
        last = row.replies.filter(party=party).order_by("-at", "-id").first()
        if last is not None and last.hash == hash:
            return last.id
        salt = secrets.token_bytes(32)
        made = models.Reply.objects.create(
            finding=row,
            party_id=party,
            user_id=mandate.user,
            mandate_id=mandate.id,
            answer=answer,
            text=said,
            by=until,
            url=url,
            dated=dated,
            hash=hash,
            at=at,
            salt=salt,
        )
        body = {
            "reply": str(made.id),
            "party": str(party),
            "mandate": str(mandate.id),
            "hash": hash,
            "person": seal(str(mandate.user), salt),
        }
        append(kind="finding.replied", subject=row.id, body=body, at=at)
    return made.id


def _finding(id: UUID) -> models.Finding:
    row = models.Finding.objects.select_related("question", "supersedes").filter(id=id).first()
    if row is None:
        raise NotFound("There is no finding at this address.")
    return row


def _concerned(
    version: VersionView, parties: Sequence[UUID], commitments: Sequence[UUID]
) -> tuple[list[UUID], list[UUID]]:
    """The parties and commitments, each once, where all of them are of this version."""
    if not parties:
        raise NotPossible("Say which parties this concerns: they have the right to reply.")
    if not set(parties) <= {party.id for party in version.parties}:
        raise NotPossible("A finding concerns parties of the version that the question was asked of.")
    if not set(commitments) <= {clause.commitment for clause in version.clauses}:
        raise NotPossible("A finding concerns commitments of the version that the question was asked of.")
    return sorted(set(parties)), sorted(set(commitments))


def _hash(row: models.Finding) -> str:
    """The hash of what is kept now: what is signed is what the parties saw, word for word."""
    return finding_hash(
        question=row.question_id,
        version=str(row.question.version_id),
        text=row.text,
        evidence=[row_from(item) for item in row.evidence],
        engine=row.engine,
        sha256=row.sha256,
        parties=row.parties.values_list("id", flat=True),
        commitments=row.commitments.values_list("id", flat=True),
        supersedes=row.supersedes_id,
        why=row.why,
    )


def _close(row: models.Finding, act: str, said: str, at: datetime) -> None:
    row.stage = next_state(FINDINGS, Stage(row.stage), act)
    row.closing, row.closed_at = said, at
    row.save()


def _supersede(old: models.Finding, *, by: models.Finding, at: datetime) -> None:
    """The earlier finding stays readable, with all that was said of it."""
    old.stage = next_state(FINDINGS, Stage(old.stage), "supersede")
    old.save()
    append(kind="finding.superseded", subject=old.id, body={"by": str(by.id), "hash": old.hash}, at=at)
