"""What a version says as one hash, what changed between two, and whose consent each part of it takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from covenant.agree.types import ClauseView, Section, Term
from covenant.place.types import PartyView, Sector
from covenant.record.types import committed, root


@dataclass(frozen=True)
class Content:
    """All that is signed: the title and purpose, the parties, the clauses, the sections, the term."""

    title: str
    purpose: str
    parties: tuple[PartyView, ...]
    clauses: tuple[ClauseView, ...]
    sections: tuple[Section, ...] = ()
    term: Term = Term()  # noqa: RUF009  (it is frozen)

    @property
    def frame(self) -> tuple[object, ...]:
        """What concerns everyone."""
        said = tuple(sorted((each.kind.value, each.text) for each in self.sections))
        return (self.title, self.purpose, said, self.term)


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
    """Every word that is signed, by the name of its field; words of residents as their seals.

    What is left open is no field: a version says the same, and has the same hash, whether or not somebody
    could have said more.
    """
    fields: dict[str, Any] = {
        "title": content.title,
        "purpose": content.purpose,
        "parties": sorted(party.signed_as for party in content.parties),
    }
    fields |= {f"section/{each.kind.value}": each.text for each in content.sections if each.text}
    term = content.term
    days = {"term/starts": term.starts, "term/ends": term.ends, "term/review": term.review}
    fields |= {name: day.isoformat() for name, day in days.items() if day}
    for clause in content.clauses:
        fields |= {f"{clause.commitment}/{name}": value for name, value in clause_fields(clause).items()}
    return fields


def clause_fields(clause: ClauseView) -> dict[str, Any]:
    """Every word of a clause, of JSON's types: what two clauses differ in, they differ in here."""
    more: dict[str, Any] = {
        "together": sorted(party.signed_as for party in clause.together),
        "evidence": clause.evidence,
        "review": clause.review.isoformat() if clause.review else "",
        "explain": clause.explain,
        "baseline": clause.baseline,
        "if": sorted(str(each.commitment) for each in clause.reciprocals),
    }
    return {
        **{name: value for name, value in more.items() if value},
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


@dataclass(frozen=True)
class Part:
    """What stands or falls together in a change, and whose consent it takes."""

    key: str
    commitments: frozenset[UUID]
    joins: frozenset[UUID]
    leaves: frozenset[UUID]
    needed: frozenset[UUID]
    requires: frozenset[str]  # the parts without which it cannot be

    @property
    def is_frame(self) -> bool:
        return self.key == FRAME


FRAME = "frame"


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


def parts(old: Content | None, new: Content) -> tuple[Part, ...]:
    """The parts of a change: each takes the consent of those whom it affects, and of nobody else.

    The title, the purpose, the sections and the term are one part, `FRAME`, and affect everyone. So does a
    clause that is owed to residents, in its old or its new wording: nobody signs for residents, so all who
    made them the promise must agree to change it. Any other clause affects those who owe it or are owed it,
    and those whose own promise depends on it. Clauses that depend on one another are one part: we will, if
    you will. Whoever joins is a part, which affects those with whom it would have a clause; a party that
    leaves is one with the clauses that named it.
    What would otherwise take one side alone takes everyone.

    Returns
    -------
    tuple of Part
        The frame first, then who joins and leaves, then the clauses by their numbers. Empty where nothing
        changes. No party that stands for residents is among those needed.
    """
    everyone = {party.id: party for party in (*(old.parties if old else ()), *new.parties)}
    signing = frozenset(key for key, party in everyone.items() if party.sector.signs)

    def needed(affected: Iterable[UUID]) -> frozenset[UUID]:
        some = signing & frozenset(affected)
        return some if has_both_sides(everyone[key] for key in some) else signing

    found, joined, left = list[Part](), frozenset[UUID](), frozenset[UUID]()
    if old is None or old.frame != new.frame:
        joins = signing if old is None else frozenset[UUID]()
        found.append(Part(FRAME, frozenset(), joins, frozenset(), signing, frozenset()))
    if old is not None:
        before, after = {p.id for p in old.parties}, {p.id for p in new.parties}
        joined, left = frozenset(after - before), frozenset(before - after)
        found += [
            Part(
                f"joins:{id}", frozenset(), frozenset({id}), frozenset(), needed(_meets(id, new)), frozenset()
            )
            for id in sorted(joined)
        ]
    pairs = changed_clauses(old, new)
    for group in _together(pairs, old, new, left):
        clauses = [clause for pair in group.pairs for clause in pair if clause]
        affected = {party.id for clause in clauses for party in clause.named} | group.leaves
        affected |= _who_depend(old, {clause.commitment for clause in clauses})
        whole = any(clause.owed_to_residents for clause in clauses)
        first = min((clause.number for clause in clauses), default=0)  # no other part has it
        key = f"clauses:{first}" if clauses else f"leaves:{min(group.leaves)}"
        named = {party.id for _was, becomes in group.pairs if becomes for party in becomes.named}
        requires = {f"joins:{id}" for id in joined & named} | ({FRAME} if old is None else set())
        found.append(
            Part(
                key,
                frozenset(clause.commitment for clause in clauses),
                frozenset(),
                group.leaves,
                signing if whole else needed(affected),
                frozenset(requires),
            )
        )
    return tuple(found)


def _meets(party: UUID, content: Content) -> set[UUID]:
    """A party, and those with whom it would owe something or be owed it."""
    theirs = [clause for clause in content.clauses if any(each.id == party for each in clause.named)]
    return {party, *(each.id for clause in theirs for each in clause.named)}


@dataclass(frozen=True)
class _Group:
    pairs: tuple[tuple[ClauseView | None, ClauseView | None], ...]
    leaves: frozenset[UUID]


def _together(
    pairs: list[tuple[ClauseView | None, ClauseView | None]],
    old: Content | None,
    new: Content,
    left: frozenset[UUID],
) -> Iterator[_Group]:
    """The changed clauses in groups that depend on one another, each with the parties that leave by it."""
    keys = [next(clause for clause in pair if clause).commitment for pair in pairs]
    root_of: dict[UUID, UUID] = {key: key for key in (*keys, *left)}

    def root(key: UUID) -> UUID:
        while root_of[key] != key:
            key = root_of[key]
        return key

    for key, pair in zip(keys, pairs, strict=True):
        for clause in filter(None, pair):
            linked = {each.commitment for each in clause.reciprocals} | ({p.id for p in clause.named} & left)
            for other in linked & root_of.keys():
                root_of[root(other)] = root(key)
    groups: dict[UUID, list[UUID]] = {}
    for key in root_of:
        groups.setdefault(root(key), []).append(key)
    by_key = dict(zip(keys, pairs, strict=True))
    for members in groups.values():
        changed = tuple(by_key[key] for key in members if key in by_key)
        yield _Group(changed, left.intersection(members))


def _who_depend(old: Content | None, changed: set[UUID]) -> set[UUID]:
    """Those who owe what was promised in return for something that changes."""
    clauses = old.clauses if old else ()
    return {
        party.id
        for clause in clauses
        if changed & {each.commitment for each in clause.reciprocals}
        for party in clause.debtors
    }


def consent_needed(old: Content | None, new: Content) -> frozenset[UUID]:
    """Whose answer a version waits for: everyone whom a part of it needs.

    Returns
    -------
    frozenset of UUID
        The parties, of either version; never one that stands for residents. None where it changes nothing.
    """
    return frozenset[UUID]().union(*(part.needed for part in parts(old, new)))


def has_both_sides(parties: Iterable[PartyView]) -> bool:
    """Whether some of these parties sit on the state's side and some on another that signs.

    Examples
    --------
    >>> has_both_sides([])
    False
    """
    sectors = {party.sector for party in parties if party.sector.signs}
    return Sector.STATE in sectors and len(sectors) > 1
