"""What a covenant says once a party has left it, or another has taken a party's place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from covenant.agree.engine import Content
from covenant.agree.types import ClauseView
from covenant.place.types import PartyView


@dataclass(frozen=True)
class Left:
    """What remains, and what became of the clauses that named whoever left."""

    content: Content
    ends: tuple[ClauseView, ...]  # nobody is left who owes it, or to whom it is owed
    lapses: tuple[ClauseView, ...]  # it was promised in return for one that ends
    changes: tuple[ClauseView, ...]  # as it is owed without them


def leave(content: Content, party: UUID, *, standing: Collection[UUID] = ()) -> Left:
    """What remains of a covenant without a party.

    Parameters
    ----------
    standing
        The commitments of which their debtors said that they stand, though what they were promised in return
        for ends.

    Returns
    -------
    Left
        Others who owed a clause together with the party still owe it: each owed the whole.
    """
    kept, ends, changes = dict[UUID, ClauseView](), [], []
    for clause in content.clauses:
        debtors = [each for each in clause.debtors if each.id != party]
        creditors = [each for each in clause.creditors if each.id != party]
        owing = {each.id for each in debtors}
        if not debtors or not any(each.id not in owing for each in creditors):
            ends.append(clause)
            continue
        kept[clause.commitment] = clause
        if len(debtors) < len(clause.debtors) or len(creditors) < len(clause.creditors):
            without = replace(
                clause, debtor=debtors[0], together=tuple(debtors[1:]), creditors=tuple(creditors)
            )
            changes.append(without)
            kept[clause.commitment] = without
    gone = {clause.commitment for clause in ends}
    lapses = _lapsing(kept, gone, standing)
    clauses = tuple(_without_conditions(clause, gone) for clause in kept.values())
    parties = tuple(each for each in content.parties if each.id != party)
    remains = replace(content, parties=parties, clauses=clauses)
    still = tuple(clause for clause in changes if clause.commitment in kept)
    return Left(remains, tuple(ends), lapses, still)


def succeed(content: Content, old: UUID, new: PartyView) -> Left:
    """What a covenant says with one party in the place of another.

    A clause between the two ends where nobody else owes it or is owed it, since nobody owes only themselves,
    and with it lapses what was promised in return.
    """
    kept, ends, changes = dict[UUID, ClauseView](), [], []
    for clause in content.clauses:
        if all(each.id != old for each in clause.named):
            kept[clause.commitment] = clause
            continue
        debtors = _once(new if each.id == old else each for each in clause.debtors)
        creditors = _once(new if each.id == old else each for each in clause.creditors)
        owing = {each.id for each in debtors}
        if not any(each.id not in owing for each in creditors):
            ends.append(clause)
            continue
        becomes = replace(clause, debtor=debtors[0], together=debtors[1:], creditors=creditors)
        kept[clause.commitment] = becomes
        changes.append(becomes)
    lapses = _lapsing(kept, {clause.commitment for clause in ends}, ())
    parties = _once(new if each.id == old else each for each in content.parties)
    remains = replace(
        content, parties=tuple(sorted(parties, key=lambda each: each.name)), clauses=tuple(kept.values())
    )
    still = tuple(clause for clause in changes if clause.commitment in kept)
    return Left(remains, tuple(ends), lapses, still)


def _lapsing(
    kept: dict[UUID, ClauseView], gone: set[UUID], standing: Collection[UUID]
) -> tuple[ClauseView, ...]:
    """Take out what was promised in return for something that is gone, and what hangs on that in turn."""
    lapses = list[ClauseView]()
    while falling := [
        clause
        for key, clause in kept.items()
        if key not in standing and any(each.commitment in gone for each in clause.reciprocals)
    ]:
        for clause in falling:
            lapses.append(kept.pop(clause.commitment))
            gone.add(clause.commitment)
    return tuple(lapses)


def _once(parties: Iterable[PartyView]) -> tuple[PartyView, ...]:
    return tuple({each.id: each for each in parties}.values())


def _without_conditions(clause: ClauseView, gone: Collection[UUID]) -> ClauseView:
    left = tuple(each for each in clause.reciprocals if each.commitment not in gone)
    return clause if len(left) == len(clause.reciprocals) else replace(clause, reciprocals=left)
