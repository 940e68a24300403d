"""The scrutiny of a covenant as plain data, for `json.dumps`."""

from datetime import date, datetime
from typing import Any

from covenant.scrutinise.desk import FindingView, MotionView, Question, Reply, Scrutiny
from covenant.scrutinise.stages import Office
from covenant.scrutinise.trend import Trend

FORMAT = "covenant-scrutiny/1"


def as_data(slug: str, title: str, found: Scrutiny, trend: Trend, today: date) -> dict[str, Any]:
    """All that the page about scrutiny says. Drafts of findings are left out, whoever asks."""
    return {
        "format": FORMAT,
        "covenant": {"slug": slug, "title": title},
        "day": today.isoformat(),
        "appointments": [_appointment(motion, stands) for motion, stands in found.offices],
        "removals": [
            {
                "id": str(motion.id),
                "appointment": str(motion.removes),
                "reason": motion.reason,
                **_motion(motion),
            }
            for motion in found.removals
        ],
        "versions": [
            {
                "version": sheet.number,
                "engine": sheet.engine,
                "reading": sheet.sha256,
                "questions": [_question(question) for question in sheet.questions],
            }
            for sheet in found.sheets
        ],
        "findings": [_finding(finding) for finding in found.findings if finding.stage.is_public],
        "trend": [
            {
                "version": column.number,
                "asked": column.asked,
                "of these by the scrutineer": column.own,
                "new": column.new,
                "persist": column.persist,
                "gone": column.gone,
                "by rule": dict(column.by_rule),
                "became": {state.value: count for state, count in column.became},
                "findings open": column.findings_open,
                "findings mended": column.findings_mended,
                "not found": column.not_found,
            }
            for column in trend.columns
        ],
    }


def _motion(motion: MotionView) -> dict[str, Any]:
    return {
        "state": motion.state.value,
        "hash": motion.hash,
        "proposed": _moment(motion.proposed_at),
        "decided": _moment(motion.decided_at),
        "consents": [{"party": c.party.name, "at": _moment(c.at)} for c in motion.consents],
        "not yet": [party.name for party in motion.missing],
        "refused": {"party": motion.refusal[0].name, "reason": motion.refusal[1]} if motion.refusal else None,
    }


def _appointment(motion: MotionView, stands: Office) -> dict[str, Any]:
    terms = motion.terms
    return {
        "id": str(motion.id),
        "name": terms.name,
        "statement": terms.statement,
        "interests": terms.interests,
        "contact": terms.contact,
        "starts": terms.starts.isoformat(),
        "ends": terms.ends.isoformat(),
        "stands": stands.value,
        **_motion(motion),
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "rule": question.rule,
        "asked by the scrutineer": question.is_own,
        "not found": question.is_gap,
        "text": question.text,
        "evidence": [row.as_json() for row in question.evidence],
        "asked": _moment(question.asked_at),
        "became": question.became.value,
        "steps": [
            {"became": s.became.value, "reason": s.reason, "by": s.by, "at": _moment(s.at)}
            for s in question.steps
        ],
    }


def _finding(finding: FindingView) -> dict[str, Any]:
    return {
        "id": str(finding.id),
        "stage": finding.stage.value,
        "text": finding.text,
        "evidence": [row.as_json() for row in finding.evidence],
        "engine": finding.engine,
        "reading": finding.sha256,
        "hash": finding.hash,
        "parties": [party.name for party in finding.parties],
        "commitments": [str(id) for id, _number in finding.commitments],
        "signed by": finding.by,
        "signed": _moment(finding.signed_at),
        "supersedes": str(finding.supersedes) if finding.supersedes else None,
        "why": finding.why,
        "mended": _moment(finding.closed_at),
        "checked": finding.closing,
        "replies": [_reply(reply) for reply in finding.replies],
        "no reply from": [party.name for party, said in finding.beside if not said],
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "party": reply.party.name,
        "answer": reply.answer.value,
        "text": reply.text,
        "by": reply.by.isoformat() if reply.by else None,
        "url": reply.url,
        "dated": reply.dated.isoformat() if reply.dated else None,
        "at": _moment(reply.at),
        "hash": reply.hash,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
