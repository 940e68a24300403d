"""Writes on the keeping of a commitment."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from covenant.agree import reads as agree
from covenant.keep import models, rules
from covenant.keep.types import Evidence, Progress
from covenant.place.types import Actor, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal


def report(
    *,
    by: Actor,
    commitment: UUID,
    progress: Progress,
    text: str,
    evidence: Sequence[Evidence] = (),
    at: datetime,
) -> UUID:
    """Say for the party that owes a commitment how it goes, and show what a reader can check."""
    now = agree.commitment(commitment).now
    if now is None:
        raise NotPossible("This commitment is not in force, so there is nothing to report on yet.")
    today = day_of(at)
    mandate = rules.check_can_report(by, now.debtor.id, today)
    rules.check_evidence(evidence, today)
    if not text.strip():
        raise NotPossible("Say in a sentence or two how it goes.")
    with writing():
        salt = secrets.token_bytes(32)
        row = models.Report.objects.create(
            commitment_id=commitment,
            party_id=now.debtor.id,
            user_id=mandate.user,
            progress=progress,
            text=text.strip(),
            at=at,
            salt=salt,
        )
        models.Evidence.objects.bulk_create(
            models.Evidence(report=row, what=item.what.strip(), url=item.url, dated=item.dated)
            for item in evidence
        )
        body = {
            "report": str(row.id),
            "party": str(now.debtor.id),
            "progress": progress.value,
            "person": seal(str(mandate.user), salt),
        }
        said = {
            "text": text.strip(),
            "evidence": [[item.what.strip(), item.url, item.dated.isoformat()] for item in evidence],
        }
        append(kind="commitment.reported", subject=commitment, body=body, sealed=said, at=at)
    return row.id
