"""Questions about how commitments are kept. Everyone may ask them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from covenant.keep import models, rules
from covenant.keep.types import Evidence, Kept, Progress, Report
from covenant.place.reads import party_view


def kept(due: Mapping[UUID, date], *, today: date) -> dict[UUID, Kept]:
    """How each of some commitments is kept, from their due dates; two queries however many they are."""
    found: dict[UUID, list[Report]] = defaultdict(list)
    rows = models.Report.objects.filter(commitment__in=list(due)).select_related("party")
    for row in rows.prefetch_related("evidence").order_by("-at", "-id"):
        evidence = tuple(Evidence(item.what, item.url, item.dated) for item in row.evidence.all())
        view = Report(row.id, Progress(row.progress), row.text, party_view(row.party), row.at, evidence)
        found[row.commitment_id].append(view)
    return {
        commitment: Kept(rules.standing(found[commitment], day, today), day, tuple(found[commitment]))
        for commitment, day in due.items()
    }
