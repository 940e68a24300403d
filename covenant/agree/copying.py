"""Writes the clauses and sections of a version as they are said elsewhere, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from covenant.agree import types
from covenant.agree.models import Clause, Ground, Section, Version

WORDS = (
    "text",
    "measure",
    "due",
    "tier",
    "outcome",
    "resources",
    "evidence",
    "review",
    "explain",
    "baseline",
)


def write_sections(*, version: Version, sections: Iterable[types.Section]) -> None:
    """Write the sections of a version in place of those that it has."""
    version.sections.all().delete()
    Section.objects.bulk_create(
        Section(version=version, kind=each.kind, text=each.text.strip())
        for each in sections
        if each.text.strip()
    )


def write_clauses(*, version: Version, clauses: Sequence[types.ClauseView]) -> None:
    """Give a version, which has none, these clauses, word for word and with their grounds."""
    rows = [
        Clause(
            version=version,
            commitment_id=clause.commitment,
            debtor_id=clause.debtor.id,
            **{name: getattr(clause, name) for name in WORDS},
        )
        for clause in clauses
    ]
    Clause.objects.bulk_create(rows)
    pairs = list(zip(rows, clauses, strict=True))
    Ground.objects.bulk_create(
        Ground(
            clause=row,
            kind=ground.kind,
            statement_id=ground.statement,
            citation=ground.citation,
            text=ground.text,
            source=ground.source,
        )
        for row, clause in pairs
        for ground in clause.grounds
    )
    _link("creditors", "party_id", [(row, [p.id for p in clause.creditors]) for row, clause in pairs])
    _link("together", "party_id", [(row, [p.id for p in clause.together]) for row, clause in pairs])
    on = [(row, [each.commitment for each in clause.reciprocals]) for row, clause in pairs]
    _link("reciprocals", "commitment_id", on)


def _link(name: str, target: str, rows: Iterable[tuple[Clause, Iterable[UUID]]]) -> None:
    through = getattr(Clause, name).through
    through.objects.bulk_create(through(clause_id=row.pk, **{target: id}) for row, ids in rows for id in ids)
