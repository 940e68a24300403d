"""Questions about who leaves a covenant and who takes whose place. Part of `reads`."""

from uuid import UUID

from covenant.agree.engine import Content
from covenant.agree.leaving import leave
from covenant.agree.models import Departure, Succession
from covenant.agree.types import DepartureView, SuccessionView
from covenant.place.reads import party_view


def departures(covenant: UUID, now: Content | None) -> list[DepartureView]:
    """Every notice of leaving a covenant, the newest first; of those that are open, what they would end.

    `now` is what is in force.
    """
    rows = Departure.objects.filter(covenant=covenant).select_related("party").prefetch_related("reaffirmed")
    return [_departure(row, now) for row in rows.order_by("-given_at")]


def _departure(row: Departure, now: Content | None) -> DepartureView:
    standing = {each.commitment_id for each in row.reaffirmed.all()}
    open_ = now if row.done_at is None else None
    left = leave(open_, row.party_id, standing=standing) if open_ else None
    clauses = open_.clauses if open_ else ()
    return DepartureView(
        id=row.id,
        party=party_view(row.party),
        reason=row.reason,
        given_at=row.given_at,
        leaves=row.leaves,
        done_at=row.done_at,
        ends=left.ends if left else (),
        lapses=left.lapses if left else (),
        changes=left.changes if left else (),
        stands=tuple(clause for clause in clauses if clause.commitment in standing),
    )


def successions(covenant: UUID) -> list[SuccessionView]:
    """Every succession that was named in a covenant, the newest first."""
    rows = Succession.objects.filter(covenant=covenant).select_related("old", "new")
    return [
        SuccessionView(
            id=row.id,
            old=party_view(row.old),
            new=party_view(row.new),
            basis=row.basis,
            source=row.source,
            takes_effect=row.takes_effect,
            accepted_at=row.accepted_at,
            done_at=row.done_at,
        )
        for row in rows.order_by("-named_at")
    ]
