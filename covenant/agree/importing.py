"""Makes a draft of a file: whatever the file says, nobody has signed it here. Part of `actions`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from covenant.agree import rules
from covenant.agree.copying import write_clauses
from covenant.agree.drafting import start_covenant
from covenant.agree.formats import standard
from covenant.agree.models import Commitment, Version
from covenant.agree.planning import plan
from covenant.agree.types import ClauseView
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotPossible
from covenant.record.actions import append, writing


def import_draft(
    *,
    by: Actor,
    place: UUID,
    file: Mapping[str, Any],
    slug: str,
    title: str = "",
    purpose: str = "",
    version: int | None = None,
    at: datetime,
) -> UUID:
    """Begin a covenant with a draft that says what a version in a file says; returns the draft's id.

    A commitment keeps its id where no other has it, and its number.

    Parameters
    ----------
    file
        One that keeps to the Open Covenant Standard: out of `formats.standard.read`.
    title, purpose
        In place of those of the file.
    version
        Which of its versions; the one in force, or else the newest, where none is given.

    Raises
    ------
    NotValid
        With every party that is not known here.
    """
    check_can_convene(by, place)
    with writing():
        found = plan(file, place=place, version=version)
        content = found.content
        title, purpose = title.strip() or content.title, purpose.strip() or content.purpose
        if not purpose:
            raise NotPossible("Say what the covenant is for.")
        if len(title) > 200:
            raise NotPossible("A title has at most 200 characters.")
        rules.check_term(content.term)
        for clause in content.clauses:
            rules.check_clause(clause.debtor, clause.creditors, clause.together)
        draft = start_covenant(
            by=by,
            place=place,
            title=title,
            slug=slug,
            purpose=purpose,
            parties=[party.id for party in content.parties],
            sections={each.kind: each.text for each in content.sections},
            at=at,
        )
        row = Version.objects.get(id=draft)
        row.why, term = found.note, content.term
        row.starts, row.ends, row.review = term.starts, term.ends, term.review
        row.save()
        write_clauses(version=row, clauses=_commitments(row, content.clauses))
        digest = hashlib.sha256(standard.write(file)).hexdigest()
        body = {"format": standard.FORMAT, "file": digest, "version": found.number, "hash": found.hash}
        append(kind="covenant.imported", subject=row.covenant_id, body=body, at=at)
    return draft


def _commitments(draft: Version, clauses: tuple[ClauseView, ...]) -> list[ClauseView]:
    """The clauses with the ids that their commitments have here, which are made."""
    said = [clause.commitment for clause in clauses]
    taken = set(Commitment.objects.filter(id__in=said).values_list("id", flat=True))
    ids = {id: uuid7() if id in taken else id for id in said}
    Commitment.objects.bulk_create(
        Commitment(id=ids[clause.commitment], covenant_id=draft.covenant_id, number=clause.number)
        for clause in clauses
    )
    return [
        replace(
            clause,
            commitment=ids[clause.commitment],
            reciprocals=tuple(replace(each, commitment=ids[each.commitment]) for each in clause.reciprocals),
        )
        for clause in clauses
    ]
