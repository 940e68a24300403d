"""Bodies of the state as files name them: by a code, by the code of a place within them, or by a name."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID

from covenant.place import reads as places
from covenant.place.types import NotPossible
from covenant.profile.models import Body
from covenant.profile.types import BodyFacts, BodyKind, LineFacts, Term

_NOISE = re.compile(
    r"\b(the|council|borough|city|district|metropolitan|county|royal|london|of|unitary|authority)\b"
)

FIELDS = ("code", "ecode", "name", "also", "kind", "provides", "within", "starts", "ends")


class Bodies:
    """What is known of bodies while one file is taken in."""

    def __init__(self) -> None:
        self._known = {row.code: row for row in Body.objects.all()}
        self._ecodes = {row.ecode: row for row in self._known.values() if row.ecode}
        self._names: dict[str, set[str]] | None = None
        self._within: dict[str, str] | None = None

    def keep(self, found: Collection[BodyFacts]) -> int:
        """Add what is new, and to what is known what it does not say yet; returns of how many files speak."""
        new, changed = [], []
        for facts in found:
            row = self._known.get(facts.code)
            if (
                row is None and facts.ecode in self._ecodes
            ):  # another code for the same body: found by both now
                row = self._known[facts.code] = self._ecodes[facts.ecode]
            if row is None:
                row = Body(code=facts.code, name=facts.name, kind=BodyKind.OTHER.value)
                new.append(row)
                self._known[facts.code] = row
                if facts.ecode:
                    self._ecodes[facts.ecode] = row
                _say(row, facts)
                continue
            before = [getattr(row, name) for name in FIELDS]
            _say(row, facts)
            if [getattr(row, name) for name in FIELDS] != before:
                changed.append(row)
        Body.objects.bulk_create(new, batch_size=500)
        Body.objects.bulk_update(changed, FIELDS, batch_size=50)
        return len(found)

    def found_for(self, lines: Iterable[LineFacts]) -> tuple[list[tuple[UUID, LineFacts]], Counter[str]]:
        """Each sum with its body, and how many sums are of bodies that are not known."""
        found: list[tuple[UUID, LineFacts]] = []
        unknown: Counter[str] = Counter()
        seen: dict[tuple[UUID, str, int | None], int] = {}
        for line in lines:
            row = self._known.get(line.code) if line.code else self._by_name(line.named)
            row = row or self._known.get(self.around(line.code))
            if row is None:
                unknown[line.code or line.named] += 1
                continue
            key = (row.id, line.purpose, line.year)
            if line.term is Term.ANNUAL and seen.setdefault(key, line.row) != line.row:
                raise NotPossible(
                    f"Rows {seen[key]} and {line.row} are both of {row.name} in one year: nothing is kept."
                )
            found.append((row.id, line))
        return found, unknown

    def _by_name(self, name: str) -> Body | None:
        """The one body with this name, said in full or without such words as "Borough Council"."""
        if self._names is None:
            self._names = {}
            for row in self._known.values():
                for said in (row.name, *row.also):
                    for key in (said.lower(), _bare(said)):
                        if row.ends is None or key == said.lower():
                            self._names.setdefault(key, set()).add(row.code)
        for key in (name.lower().strip(), _bare(name)):
            codes = self._names.get(key, set())
            if len(codes) == 1:
                return self._known[next(iter(codes))]
        return None

    def around(self, code: str) -> str:
        """The code of the body that a place without one lies in, such as the district of a ward."""
        if not code or code in self._known:
            return ""
        if self._within is None:
            self._within = {}
            for view in places.places():
                above = next((each.gss for each in view.within if each.gss in self._known), "")
                if view.gss and above:
                    self._within[view.gss] = above
        return self._within.get(code, "")


def _say(row: Body, facts: BodyFacts) -> None:
    """A name and what is known stay; what a file adds is added."""
    if facts.kind is not None and row.kind == BodyKind.OTHER.value:
        row.kind = facts.kind.value
    names = {row.name, *row.also, *facts.also, facts.name}
    if facts.register:
        row.code, row.name, row.within = facts.code, facts.name, list(facts.within)
    for name in ("ecode", "provides", "starts", "ends"):
        if getattr(facts, name):
            setattr(row, name, getattr(facts, name))
    row.also = sorted(names - {row.name})


def _bare(name: str) -> str:
    """
    >>> _bare("London Borough of Sutton Council"), _bare("Telford & Wrekin Council ")
    ('sutton', 'telford and wrekin')
    """
    return " ".join(_NOISE.sub(" ", name.lower().replace("&", "and").replace(".", "")).split())
