"""Plain, slow twins of what `covenant.agree.engine` works out: what changes, and whose consent it takes."""

from itertools import combinations
from uuid import UUID

from covenant.agree.engine import Content
from covenant.agree.types import ClauseView
from covenant.place.types import PartyView, Sector

Item = tuple[str, UUID | None]


def says_the_same(one: ClauseView, other: ClauseView) -> bool:
    """Whether two clauses of the same commitment differ in no word; the order of parties is no word."""
    plain = ("number", "debtor", "text", "measure", "due", "tier", "outcome", "resources", "grounds")
    plain += ("evidence", "review", "explain", "baseline")
    if any(getattr(one, name) != getattr(other, name) for name in plain):
        return False
    return all(
        {each.id if isinstance(each, PartyView) else each.commitment for each in getattr(one, name)}
        == {each.id if isinstance(each, PartyView) else each.commitment for each in getattr(other, name)}
        for name in ("creditors", "together", "reciprocals")
    )


def wordings(old: Content | None, new: Content, commitment: UUID) -> list[ClauseView]:
    """A commitment as it was and as it would be, where it is there."""
    clauses = [*(old.clauses if old else ()), *new.clauses]
    return [clause for clause in clauses if clause.commitment == commitment]


def items(old: Content | None, new: Content) -> set[Item]:
    """Everything that changes, one by one."""
    found: set[Item] = set()
    if old is None or (old.title, old.purpose, set(old.sections), old.term) != (
        *(new.title, new.purpose),
        *(set(new.sections), new.term),
    ):
        found.add(("frame", None))
    was = {party.id for party in old.parties} if old else {party.id for party in new.parties}
    becomes = {party.id for party in new.parties}
    found |= {("joins", id) for id in becomes - was} | {("leaves", id) for id in was - becomes}
    for clause in (*(old.clauses if old else ()), *new.clauses):
        there = [
            [each for each in content.clauses if each.commitment == clause.commitment]
            for content in (old, new)
            if content
        ]
        if not (len(there) == 2 and there[0] and there[1] and says_the_same(there[0][0], there[1][0])):
            found.add(("clause", clause.commitment))
    return found


def hang_together(one: Item, other: Item, old: Content | None, new: Content) -> bool:
    """Whether two things that change stand or fall together."""
    for (kind, id), (kind_2, id_2) in ((one, other), (other, one)):
        for clause in wordings(old, new, id) if kind == "clause" and id else []:
            if kind_2 == "clause" and id_2 in {each.commitment for each in clause.reciprocals}:
                return True
            if kind_2 == "leaves" and id_2 in {party.id for party in clause.named}:
                return True
    return False


def groups(old: Content | None, new: Content) -> list[set[Item]]:
    """What changes, in groups that stand or fall together: join any two that touch until none do."""
    found = [{item} for item in items(old, new)]
    while True:
        for one, other in combinations(found, 2):
            if any(hang_together(a, b, old, new) for a in one for b in other):
                found = [each for each in found if each not in (one, other)] + [one | other]
                break
        else:
            return found


def whom_it_takes(group: set[Item], old: Content | None, new: Content) -> set[UUID]:
    """Ask of each party in turn whether a group touches it; then see whether two sides are left."""
    everyone: dict[UUID, PartyView] = {}
    for content in (old, new):
        for party in content.parties if content else ():
            everyone[party.id] = party
    signing = {id for id, party in everyone.items() if party.sector is not Sector.RESIDENTS}
    touched: set[UUID] = set()
    for kind, id in group:
        if kind == "frame":
            return signing
        if kind in ("joins", "leaves"):
            touched.add(id)  # type: ignore[arg-type]
            for clause in new.clauses:
                if id in {party.id for party in clause.named}:
                    touched |= {party.id for party in clause.named}
            continue
        for clause in wordings(old, new, id):  # type: ignore[arg-type]
            if any(party.sector is Sector.RESIDENTS for party in clause.named):
                return signing
            touched |= {party.id for party in clause.named}
        for clause in old.clauses if old else ():
            if id in {each.commitment for each in clause.reciprocals}:
                touched |= {party.id for party in clause.debtors}
    touched &= signing
    sides = {everyone[id].sector for id in touched}
    return touched if Sector.STATE in sides and sides - {Sector.STATE} else signing


def who_must_consent(old: Content | None, new: Content) -> set[UUID]:
    """Everyone whom something that changes touches."""
    return set().union(*(whom_it_takes(group, old, new) for group in groups(old, new)))
