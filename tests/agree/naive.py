"""Plain, slow twins of what `covenant.agree.engine` works out: what changes, and whose consent it takes."""

from uuid import UUID

from covenant.agree.engine import Content
from covenant.agree.types import ClauseView
from covenant.place.types import PartyView, Sector


def says_the_same(one: ClauseView, other: ClauseView) -> bool:
    """Whether two clauses of the same commitment differ in no word; the order of creditors is no word."""
    plain = ("number", "debtor", "text", "measure", "due", "tier", "outcome", "resources", "grounds")
    if any(getattr(one, name) != getattr(other, name) for name in plain):
        return False
    return {party.id for party in one.creditors} == {party.id for party in other.creditors}


def who_must_consent(old: Content | None, new: Content) -> set[UUID]:
    """Ask of each party in turn whether the change touches it; then see whether two sides are left."""
    everyone: dict[UUID, PartyView] = {}
    for content in (old, new):
        for party in content.parties if content else ():
            everyone[party.id] = party
    signing = {id for id, party in everyone.items() if party.sector is not Sector.RESIDENTS}
    if old is None or old.title != new.title or old.purpose != new.purpose:
        return signing
    touched = set()
    for party in everyone.values():
        if (party in old.parties) != (party in new.parties):
            touched.add(party.id)
    for commitment in {clause.commitment for clause in (*old.clauses, *new.clauses)}:
        was = [clause for clause in old.clauses if clause.commitment == commitment]
        becomes = [clause for clause in new.clauses if clause.commitment == commitment]
        if was and becomes and says_the_same(was[0], becomes[0]):
            continue
        for clause in was + becomes:
            named = [clause.debtor, *clause.creditors]
            if any(party.sector is Sector.RESIDENTS for party in named):
                return signing
            touched |= {party.id for party in named}
    touched &= signing
    sides = {everyone[id].sector for id in touched}
    if Sector.STATE in sides and sides - {Sector.STATE}:
        return touched
    return signing
