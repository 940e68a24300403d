"""What a version says as one hash, what changed between two, and whose consent the change takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from covenant.agree.types import ClauseView
from covenant.place.types import PartyView, Sector
from covenant.record.types import committed, root


@dataclass(frozen=True)
class Content:
    """All that is signed: the title and purpose, the parties, the clauses."""

    title: str
    purpose: str
    parties: tuple[PartyView, ...]
    clauses: tuple[ClauseView, ...]


def content_hash(content: Content) -> str:
    """The name of a version: one hash over every word that is signed.

    Returns
    -------
    str
        The root over the hashes of its fields, in hexadecimal. Two versions have the same hash only if
        they say the same.
    """
    return root(content_fields(content))


def content_fields(content: Content) -> dict[str, Any]:
    """Every word that is signed, by the name of its field; words of residents as their seals."""
    fields: dict[str, Any] = {
        "title": content.title,
        "purpose": content.purpose,
        "parties": sorted(party.signed_as for party in content.parties),
    }
    for clause in content.clauses:
        fields |= {f"{clause.commitment}/{name}": value for name, value in clause_fields(clause).items()}
    return fields


def clause_fields(clause: ClauseView) -> dict[str, Any]:
    """Every word of a clause, of JSON's types: what two clauses differ in, they differ in here."""
    return {
        "number": clause.number,
        "debtor": clause.debtor.signed_as,
        "creditors": sorted(party.signed_as for party in clause.creditors),
        "text": clause.text,
        "measure": clause.measure,
        "due": clause.due.isoformat(),
        "tier": clause.tier.value,
        "outcome": clause.outcome,
        "resources": clause.resources.value,
        "grounds": [
            {
                "kind": ground.kind.value,
                "statement": str(ground.statement) if ground.statement else None,
                "citation": committed(ground.citation),
                "text": ground.text,
                "source": ground.source,
            }
            for ground in clause.grounds
        ],
    }


def changed_clauses(old: Content | None, new: Content) -> list[tuple[ClauseView | None, ClauseView | None]]:
    """The clauses that a version adds, drops or words anew: each as it was and as it would be."""
    before = {clause.commitment: clause for clause in old.clauses} if old else {}
    after = {clause.commitment: clause for clause in new.clauses}
    pairs = [(before.get(key), after.get(key)) for key in {**before, **after}]
    return [
        (was, is_now)
        for was, is_now in pairs
        if not (was and is_now and clause_fields(was) == clause_fields(is_now))
    ]


def consent_needed(old: Content | None, new: Content) -> frozenset[UUID]:
    """Whose consent puts a version in force: every party that it affects.

    Affected are those who owe or are owed under a clause that changes, in its old or its new wording, and
    those who join or leave. All parties are affected where the covenant is new, where its title or purpose
    changes, and where what changes is owed to residents: nobody signs for residents, so all who made them
    the promise must agree to change it. A change that would otherwise take only one side takes everyone.

    Returns
    -------
    frozenset of UUID
        The parties, of either version; never one that stands for residents.
    """
    parties = {party.id: party for party in (*(old.parties if old else ()), *new.parties)}
    signing = {key for key, party in parties.items() if party.sector.signs}
    if old is None or (old.title, old.purpose) != (new.title, new.purpose):
        return frozenset(signing)
    affected = {p.id for p in old.parties} ^ {p.id for p in new.parties}
    for clauses in changed_clauses(old, new):
        for clause in filter(None, clauses):
            if clause.owed_to_residents:
                return frozenset(signing)
            affected |= {clause.debtor.id, *(creditor.id for creditor in clause.creditors)}
    affected &= signing
    return frozenset(affected if has_both_sides(parties[key] for key in affected) else signing)


def has_both_sides(parties: Iterable[PartyView]) -> bool:
    """Whether some of these parties sit on the state's side and some on another that signs.

    Examples
    --------
    >>> has_both_sides([])
    False
    """
    sectors = {party.sector for party in parties if party.sector.signs}
    return Sector.STATE in sectors and len(sectors) > 1
