"""Whom a file means: the parties of a place by the names that others give them."""

from __future__ import annotations

from collections.abc import Sequence

from covenant.agree.formats.faults import near
from covenant.place.types import PartyView, Sector


def folded(name: str) -> str:
    """A name, whatever its capitals and spaces.

    >>> folded("  Friends of  TESTING ")
    'friends of testing'
    """
    return " ".join(name.split()).casefold()


class Named:
    """The parties of a place, as a file may name them."""

    def __init__(self, known: Sequence[PartyView]) -> None:
        self.known = known
        self._by: dict[str, PartyView] = {}
        for party in known:
            for name in (str(party.id), folded(party.org_id), folded(party.name), party.slug):
                if name:
                    self._by.setdefault(name, party)
        self._residents = [each for each in known if each.sector is Sector.RESIDENTS]

    def called(self, *names: str) -> PartyView | None:
        """The party with the first of these ids, identifiers and names that is known here."""
        return next((self._by[name] for name in map(folded, names) if name in self._by), None)

    @property
    def residents(self) -> PartyView | None:
        """Those who are meant by residents, where a place has one party of them."""
        return self._residents[0] if len(self._residents) == 1 else None

    def near(self, name: str, *, guess: bool = True) -> str:
        """Who may be meant by a name that nobody here has."""
        return near(name, [each.name for each in self.known], guess=guess)
