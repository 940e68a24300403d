"""Who may report on a commitment, and what reports and dates come to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from covenant.keep.types import Evidence, Progress, Report, Standing
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible


def check_can_report(actor: Actor, debtor: UUID, today: date) -> HeldMandate:
    """The mandate with which the actor speaks today for the party that owes the commitment; else raise."""
    mandate = actor.mandate_for(debtor, today)
    if mandate is None:
        raise NotAllowed("Only a person with a mandate from the party that owes this can report on it.")
    return mandate


def can_report(actor: Actor, debtor: UUID, today: date) -> bool:
    return actor.mandate_for(debtor, today) is not None


def check_evidence(evidence: Sequence[Evidence], today: date) -> None:
    """Raise where a reader could not check what is shown."""
    for item in evidence:
        if not item.what.strip():
            raise NotPossible("Say in a few words what the evidence is.")
        if not item.url.startswith(("https://", "http://")):
            raise NotPossible("Give the address where a reader finds the evidence, beginning with https://.")
        if item.dated > today:
            raise NotPossible("Evidence has the date of what it shows, not a date to come.")


def standing(reports: Sequence[Report], due: date, today: date) -> Standing:
    """Where a commitment stands today.

    Parameters
    ----------
    reports
        The newest first.
    due
        The last day on which it is not late.

    Examples
    --------
    >>> standing([], date(2030, 1, 1), date(2030, 1, 1)).value
    'not started'
    >>> standing([], date(2030, 1, 1), date(2030, 1, 2)).value
    'late'
    """
    latest = reports[0].progress if reports else None
    if latest is Progress.DONE:
        shown = any(report.evidence for report in reports)
        return Standing.KEPT if shown else Standing.NO_EVIDENCE
    if latest is Progress.WILL_NOT:
        return Standing.WILL_NOT
    if today > due:
        return Standing.LATE
    return Standing.UNDER_WAY if latest else Standing.NOT_STARTED
