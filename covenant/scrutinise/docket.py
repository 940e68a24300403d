"""Questions about the scrutineer's desk, each in a fixed number of queries. Reached through `reads`."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from covenant.agree.types import CovenantView, VersionView
from covenant.place.reads import party_view
from covenant.place.types import Actor, PartyView
from covenant.scrutinise import models, office, rules
from covenant.scrutinise.desk import (
    Asked,
    Consent,
    FindingView,
    MotionView,
    Notice,
    Question,
    Reply,
    Scrutiny,
    Sheet,
    Step,
    Terms,
    asked_in,
    row_from,
)
from covenant.scrutinise.stages import Answer, Became, Motion, Stage

Since = dict[tuple[UUID, str], datetime]
PUBLIC = (Stage.SIGNED, Stage.MENDED, Stage.SUPERSEDED)


def scrutiny(covenant: CovenantView, *, asked_by: Actor, today: date) -> Scrutiny:
    """The scrutiny of a covenant: who scrutinises, what is asked, what became of it, what was found."""
    motions = _motions(covenant.id)
    offices = office.offices(motions, today)
    parties = covenant.in_force.parties if covenant.in_force else ()
    acts = office.can_act(asked_by, offices, covenant.place, parties, today)
    shown = [version for version in covenant.versions if version.hash]
    rows = _questions([version.id for version in shown])

    def seen(finding: FindingView) -> bool:
        return rules.can_see(finding.stage, asked_by, [p.id for p in finding.parties], acts, today)

    findings = {
        row.id: tuple(filter(seen, _findings(row, covenant.id)))
        for row in sorted(rows, key=lambda row: row.id, reverse=True)
    }
    newest = sorted(
        (each for some in findings.values() for each in some), key=lambda f: f.shown_at, reverse=True
    )
    readings, since = _readings([version.id for version in shown]), _since([version.id for version in shown])
    return Scrutiny(
        offices=tuple(offices),
        removals=tuple(motion for motion in motions if motion.removes),
        acts=acts,
        sheets=tuple(_sheet(version, readings.get(version.id), since, rows, findings) for version in shown),
        findings=tuple(newest),
    )


def open_findings(covenant: UUID) -> list[Notice]:
    """The findings on a covenant that stand and are not mended, the newest first."""
    return _notices(_signed().filter(question__version__covenant=covenant, stage=Stage.SIGNED))


def findings_signed(
    *, places: Collection[UUID] | None = None, first: int = 0, most: int = 50
) -> tuple[int, list[Notice]]:
    """How many findings were signed, in some places or in all, and some of them, the newest first."""
    rows = _signed().filter(stage__in=PUBLIC)
    if places is not None:
        rows = rows.filter(question__version__covenant__place__in=places)
    return rows.count(), _notices(rows[first : first + most])


def _signed() -> QuerySet[models.Finding]:
    return models.Finding.objects.order_by("-signed_at", "-id")


def _notices(rows: QuerySet[models.Finding]) -> list[Notice]:
    rows = rows.select_related("question__version__covenant__place").prefetch_related(
        "parties", "commitments"
    )
    found = []
    for row in rows.annotate(replied=Count("replies__party", distinct=True)):
        of = row.question.version.covenant
        assert row.signed_at is not None  # noqa: S101  # a constraint of the table
        found.append(
            Notice(
                row.id,
                of.slug,
                of.title,
                of.place.name,
                Stage(row.stage),
                row.text,
                tuple(sorted(party.name for party in row.parties.all())),
                tuple(commitment.id for commitment in row.commitments.all()),
                row.replied,
                row.signed_at,
            )
        )
    return found


def _motions(covenant: UUID) -> list[MotionView]:
    consents = models.Consent.objects.select_related("party", "user", "mandate").order_by("at")
    rows = models.Proposal.objects.filter(covenant=covenant).select_related(
        "appointment", "removal__appointment", "proposed_by", "put_for", "refused_for"
    )
    rows = rows.prefetch_related("needed", Prefetch("consents", consents)).order_by("-proposed_at", "-id")
    return [_motion(row) for row in rows]


def _motion(row: models.Proposal) -> MotionView:
    removal = getattr(row, "removal", None)
    of = removal.appointment if removal else row.appointment
    return MotionView(
        id=row.id,
        state=Motion(row.state),
        hash=row.hash,
        proposed_by=row.proposed_by.name if row.proposed_by else "",
        put_for=party_view(row.put_for) if row.put_for else None,
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        needed=_parties(row.needed.all()),
        consents=tuple(
            Consent(party_view(c.party), c.user.name, c.mandate.office, c.at) for c in row.consents.all()
        ),
        refusal=(party_view(row.refused_for), row.refusal) if row.refused_for else None,
        terms=Terms(of.person_id, of.name, of.statement, of.interests, of.contact, of.starts, of.ends),
        removes=removal.appointment_id if removal else None,
        reason=removal.reason if removal else "",
    )


def _readings(versions: Sequence[UUID]) -> dict[UUID, models.Reading]:
    """The newest reading of each version."""
    newest = (
        models.Reading.objects.filter(version=OuterRef("version"))
        .order_by("-asked_at", "-as_of")
        .values("id")[:1]
    )
    rows = models.Reading.objects.filter(version__in=versions, id=Subquery(newest))
    return {row.version_id: row for row in rows}


def _since(versions: Sequence[UUID]) -> Since:
    rows = models.Since.objects.filter(version__in=versions)
    return {(version, key): at for version, key, at in rows.values_list("version_id", "key", "asked_at")}


def _questions(versions: Sequence[UUID]) -> list[models.Question]:
    replies = models.Reply.objects.select_related("party", "user", "mandate").order_by("-at", "-id")
    findings = models.Finding.objects.select_related("appointment").order_by("-shown_at", "-id")
    rows = models.Question.objects.filter(version__in=versions).order_by("id")
    return list(
        rows.prefetch_related(
            Prefetch("steps", models.Step.objects.select_related("appointment").order_by("at", "id")),
            Prefetch(
                "findings",
                findings.prefetch_related("parties", "commitments", Prefetch("replies", replies)),
            ),
        )
    )


def _sheet(
    version: VersionView,
    reading: models.Reading | None,
    since: Since,
    rows: Sequence[models.Question],
    findings: dict[UUID, tuple[FindingView, ...]],
) -> Sheet:
    dealt = {row.key: row for row in rows if row.version_id == version.id}
    asked = asked_in(json.loads(reading.reading)) if reading else ()
    questions = []
    for each in asked:
        row = dealt.pop(each.id, None)
        questions.append(_dealt(row, findings) if row else _waiting(each, version.id, reading, since))
    questions += [_dealt(row, findings) for row in dealt.values()]  # one's own, and what is no longer asked
    return Sheet(
        version=version.id,
        number=version.number,
        engine=reading.engine if reading else "",
        sha256=sha256(reading.reading.encode()).hexdigest() if reading else "",
        questions=tuple(questions),
    )


def _waiting(asked: Asked, version: UUID, reading: models.Reading | None, since: Since) -> Question:
    assert reading is not None  # noqa: S101  # what is asked stands in one
    at = since.get((version, asked.id), reading.asked_at)
    return Question(asked.id, asked.rule, asked.text, asked.evidence, Became.WAITING, at, asked.is_gap)


def _dealt(row: models.Question, findings: dict[UUID, tuple[FindingView, ...]]) -> Question:
    steps = tuple(Step(Became(s.became), s.reason, s.appointment.name, s.at) for s in row.steps.all())
    rows = tuple(row_from(item) for item in row.evidence)
    return Question(
        id=row.key,
        rule=row.rule,
        text=row.text,
        evidence=rows,
        became=Became(row.became),
        asked_at=row.asked_at,
        is_gap=row.is_gap,
        taken=row.id,
        steps=steps,
        findings=findings[row.id],
    )


def _findings(question: models.Question, covenant: UUID) -> list[FindingView]:
    rows = list(question.findings.all())
    after = {row.supersedes_id: row.id for row in rows if Stage(row.stage) in PUBLIC}
    return [
        FindingView(
            id=row.id,
            covenant=covenant,
            question=question.id,
            stage=Stage(row.stage),
            text=row.text,
            evidence=tuple(row_from(item) for item in row.evidence),
            engine=row.engine,
            sha256=row.sha256,
            hash=row.hash,
            parties=_parties(row.parties.all()),
            commitments=tuple(sorted(((c.id, c.number) for c in row.commitments.all()), key=lambda c: c[1])),
            by=row.appointment.name,
            shown_at=row.shown_at,
            reply_by=row.reply_by,
            signed_at=row.signed_at,
            supersedes=row.supersedes_id,
            superseded_by=after.get(row.id),
            why=row.why,
            closing=row.closing,
            closed_at=row.closed_at,
            replies=tuple(_reply(reply) for reply in row.replies.all()),
        )
        for row in rows
    ]


def _reply(row: models.Reply) -> Reply:
    return Reply(
        id=row.id,
        party=party_view(row.party),
        answer=Answer(row.answer),
        text=row.text,
        by=row.by,
        url=row.url,
        dated=row.dated,
        person=row.user.name,
        office=row.mandate.office,
        hash=row.hash,
        at=row.at,
    )


def _parties(rows: Iterable) -> tuple[PartyView, ...]:
    return tuple(sorted((party_view(row) for row in rows), key=lambda party: party.name))
