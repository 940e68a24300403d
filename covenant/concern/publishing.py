"""The last rung: a draft of a finding, through the scrutineer's own desk. Reached through `actions`."""

from datetime import datetime
from uuid import UUID

from covenant.agree.types import VersionView
from covenant.concern import models
from covenant.concern.types import Offer, Rung, Standing
from covenant.place.types import Actor
from covenant.scrutinise.actions import ask_own, hold_finding, show_finding

QUESTION = (
    "A concern that was raised under the procedure for concerns was not settled on the way to its last rung. "
    "What does the scrutineer find?"
)


def publish(
    *, by: Actor, concern: models.Concern, step: models.Step, version: VersionView, at: datetime
) -> UUID:
    """Show the words that were consented to as a draft of a finding; returns the finding's id.

    Where a joined concern has brought the same words there already, it is that finding.
    """
    there = models.Step.objects.filter(batch=step.batch, rung=Rung.FINDING, state=Offer.TAKEN)
    there = there.exclude(id=step.id).exclude(
        concern__finding__signed_at=None, concern__finding__closed_at__isnull=False
    )
    found = there.values_list("concern__finding", flat=True).first()
    if found is not None:
        hold_finding(finding=found, held=False)
        return found
    parties = list(concern.parties.values_list("id", flat=True))
    in_version = {clause.commitment for clause in version.clauses}
    about = [concern.commitment_id] if concern.commitment_id in in_version else []
    question = ask_own(by=by, version=version.id, text=QUESTION, at=at)
    return show_finding(
        by=by, question=question, text=step.statement, parties=parties, commitments=about, at=at
    )


def draft_left_alone(*, concern: models.Concern) -> UUID | None:
    """The draft of a finding that nobody stands behind once this concern is withdrawn; None for none."""
    finding = concern.finding
    if finding is None or finding.signed_at or finding.closed_at:
        return None
    others = models.Concern.objects.filter(finding=finding, standing=Standing.ADMITTED)
    return None if others.exclude(id=concern.id).exists() else finding.id
