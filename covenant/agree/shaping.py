"""Makes what others may hold from the rows of a covenant, in a fixed number of queries. Part of `reads`."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Prefetch, QuerySet

from covenant.agree.models import Clause, Signature, Version
from covenant.agree.types import (
    ClauseView,
    Ground,
    GroundKind,
    PartRefused,
    Reciprocal,
    Resources,
    Section,
    SectionKind,
    SignatureView,
    Term,
    VersionState,
    VersionView,
)
from covenant.place.reads import party_view
from covenant.place.types import PartyView, Tier


def whole(rows: QuerySet[Version]) -> QuerySet[Version]:
    signatures = Signature.objects.select_related("party", "user", "mandate", "signed_as").order_by("at")
    return rows.prefetch_related(
        "parties",
        "needed",
        "sections",
        Prefetch("clauses", whole_clauses(Clause.objects.order_by("commitment__number"))),
        Prefetch("signatures", signatures),
        "refusals__party",
        "part_refusals__party",
    ).select_related("author", "base", "counters", "settles")


def whole_clauses(rows: QuerySet[Clause]) -> QuerySet[Clause]:
    return rows.select_related("commitment", "debtor").prefetch_related(
        "creditors", "together", "grounds", "reciprocals"
    )


def version_line(row: Version) -> VersionView:
    """A version without its words, from a row read with `author`, `base`, `counters` and `settles`."""
    return VersionView(
        id=row.id,
        number=row.number,
        state=VersionState(row.state),
        hash=row.hash,
        why=row.why,
        purpose=row.purpose,
        parties=(),
        clauses=(),
        needed=(),
        signatures=(),
        refusals=(),
        proposed_at=row.proposed_at,
        in_force_at=row.in_force_at,
        ended_at=row.ended_at,
        term=Term(row.starts, row.ends, row.review),
        author=party_view(row.author) if row.author else None,
        base=row.base.number if row.base else None,
        counters=row.counters.number if row.counters else None,
        settles=row.settles.number if row.settles else None,
        came_by=row.came_by,
        answer_by=row.answer_by,
        is_whole=False,
    )


def version_view(row: Version) -> VersionView:
    """A version with all that it says and who answered it, from a row of `whole`."""
    return replace(
        version_line(row),
        is_whole=True,
        parties=parties(row.parties.all()),
        clauses=tuple(clause_view(clause) for clause in row.clauses.all()),
        needed=parties(row.needed.all()),
        signatures=tuple(
            SignatureView(
                party_view(s.party),
                s.user.name,
                s.mandate.office,
                s.mandate.given_by,
                s.hash,
                s.at,
                getattr(getattr(s, "signed_as", None), "capacity", ""),
            )
            for s in row.signatures.all()
        ),
        refusals=tuple((party_view(refusal.party), refusal.reason) for refusal in row.refusals.all()),
        sections=tuple(
            sorted(
                (Section(SectionKind(each.kind), each.text) for each in row.sections.all()),
                key=lambda each: _ORDER[each.kind],
            )
        ),
        refused_parts=tuple(
            PartRefused(party_view(each.party), each.key, each.reason)
            for each in sorted(row.part_refusals.all(), key=lambda each: each.id)
        ),
    )


_ORDER = {kind: place for place, kind in enumerate(SectionKind)}


def clause_view(row: Clause) -> ClauseView:
    return ClauseView(
        id=row.id,
        commitment=row.commitment_id,
        number=row.commitment.number,
        debtor=party_view(row.debtor),
        creditors=parties(row.creditors.all()),
        text=row.text,
        measure=row.measure,
        due=row.due,
        tier=Tier(row.tier),
        outcome=row.outcome,
        resources=Resources(row.resources),
        grounds=tuple(
            Ground(GroundKind(g.kind), g.statement_id, g.citation, g.text, g.source)
            for g in sorted(row.grounds.all(), key=lambda g: g.id)
        ),
        together=parties(row.together.all()),
        evidence=row.evidence,
        review=row.review,
        explain=row.explain,
        baseline=row.baseline,
        reciprocals=tuple(
            sorted((Reciprocal(c.id, c.number) for c in row.reciprocals.all()), key=lambda each: each.number)
        ),
    )


def parties(rows: Iterable) -> tuple[PartyView, ...]:
    return tuple(sorted((party_view(row) for row in rows), key=lambda party: party.name))
