"""What a version comes to once its parties have answered: which parts go into force, and with what words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from covenant.agree.engine import FRAME, Content, Part, clause_fields, has_both_sides, parts


class Fate(StrEnum):
    """What becomes of a part of a change."""

    AGREED = "agreed"
    WAITING = "waiting"  # for somebody whose consent it takes
    REFUSED = "refused"
    UNANSWERED = "not answered in time"
    OVERTAKEN = "overtaken"  # what it would change had changed meanwhile
    FELL = "fell with another part"  # it cannot be without one that was not agreed


@dataclass(frozen=True)
class Answers:
    """Who answered a version, and how."""

    consented: frozenset[UUID]
    refused: frozenset[UUID]  # all of it
    refused_parts: Mapping[UUID, frozenset[str]]  # by those who consented to the rest

    def of(self, part: Part, *, gone: Collection[UUID] = ()) -> Fate:
        """How a part stands. Whoever is `gone` is bound by nothing here, and is asked no more."""
        needed = part.needed - frozenset(gone)
        if any(id in self.refused or part.key in self.refused_parts.get(id, ()) for id in needed):
            return Fate.REFUSED
        return Fate.AGREED if needed <= self.consented else Fate.WAITING


@dataclass(frozen=True)
class Settled:
    """How each part stands, and what would be in force with those that were agreed."""

    fates: Mapping[str, Fate]
    content: Content | None  # None where nothing of it can be in force

    @property
    def is_open(self) -> bool:
        return Fate.WAITING in self.fates.values()

    @property
    def agreed(self) -> list[str]:
        return [key for key, fate in self.fates.items() if fate is Fate.AGREED]

    @property
    def is_whole(self) -> bool:
        return all(fate is Fate.AGREED for fate in self.fates.values())


def settle(
    change: Sequence[Part],
    answers: Answers,
    *,
    base: Content | None,
    proposed: Content,
    current: Content | None,
    over: bool,
) -> Settled:
    """Work out what a change comes to.

    Parameters
    ----------
    change
        The parts of it, from `base` to `proposed`.
    base, proposed, current
        What it was drafted from, what it would say, and what is in force now; None where nothing is.
    over
        Whether the time to answer is over: who has not answered then has not consented.

    Returns
    -------
    Settled
        While a part waits, the content is what would be in force if all that wait were agreed: None says
        that there is nothing left to wait for.
    """
    gone = _gone(base, current)
    fates = {part.key: _fate(part, answers, base, current, gone, over) for part in change}
    while True:
        stand = [part for part in change if fates[part.key] in (Fate.AGREED, Fate.WAITING)]
        content = merged(stand, proposed=proposed, current=current) if stand else None
        falls = _fall(stand, content, current) if content else {}
        if not falls:
            break
        fates |= falls
    if content is not None and not can_be(content):
        content = None
    return Settled(fates, content)


def _fall(stand: Sequence[Part], content: Content, current: Content | None) -> dict[str, Fate]:
    """Of the parts that stand, those that cannot: without another one, or with those who were asked alone."""
    keys = {part.key for part in stand}
    falls = {
        part.key: Fate.FELL for part in stand if not part.requires <= keys or _names_a_stranger(part, content)
    }
    for would in () if falls else parts(current, content):
        of = [part for part in stand if _touch(part, would)]
        if not would.needed <= frozenset[UUID]().union(*(part.needed for part in of)):
            falls |= {part.key: Fate.OVERTAKEN for part in of}  # it affects somebody by now who was not asked
    return falls


def _touch(one: Part, other: Part) -> bool:
    """Whether two parts change something in common."""
    return bool(
        (one.is_frame and other.is_frame)
        or one.commitments & other.commitments
        or one.joins & other.joins
        or one.leaves & other.leaves
    )


def can_be(content: Content) -> bool:
    """Whether this binds two sides to something."""
    return bool(content.clauses) and has_both_sides(content.parties)


def merged(agreed: Collection[Part], *, proposed: Content, current: Content | None) -> Content:
    """What is in force once the parts that were agreed take the place of what they change."""
    now = current or replace(proposed, parties=(), clauses=())
    frame = proposed if any(part.key == FRAME for part in agreed) else now
    joins = frozenset[UUID]().union(*(part.joins for part in agreed))
    leaves = frozenset[UUID]().union(*(part.leaves for part in agreed))
    changed = frozenset[UUID]().union(*(part.commitments for part in agreed))
    parties = {party.id: party for party in now.parties if party.id not in leaves}
    parties |= {party.id: party for party in proposed.parties if party.id in joins}
    clauses = [clause for clause in now.clauses if clause.commitment not in changed]
    clauses += [clause for clause in proposed.clauses if clause.commitment in changed]
    return replace(
        frame,
        parties=tuple(sorted(parties.values(), key=lambda party: party.name)),
        clauses=tuple(sorted(clauses, key=lambda clause: clause.number)),
    )


def _gone(base: Content | None, current: Content | None) -> frozenset[UUID]:
    """The parties that have left since a change was drafted."""
    if base is None or current is None:
        return frozenset()
    return frozenset(party.id for party in base.parties) - {party.id for party in current.parties}


def _fate(
    part: Part,
    answers: Answers,
    base: Content | None,
    current: Content | None,
    gone: frozenset[UUID],
    over: bool,
) -> Fate:
    if _has_changed(part, base, current):
        return Fate.OVERTAKEN
    fate = answers.of(part, gone=gone)
    return Fate.UNANSWERED if fate is Fate.WAITING and over else fate


def _has_changed(part: Part, base: Content | None, current: Content | None) -> bool:
    """Whether what a part would change is no longer what it was drafted from."""
    if base is None or current is None:
        return base is not current
    if part.is_frame:
        return base.frame != current.frame
    there = {party.id for party in current.parties}
    if part.joins & there or not part.leaves <= there:
        return True
    was = {clause.commitment: clause for clause in base.clauses}
    now = {clause.commitment: clause for clause in current.clauses}
    for key in part.commitments:
        one, other = was.get(key), now.get(key)
        if (one is None) != (other is None):
            return True
        if one and other and clause_fields(one) != clause_fields(other):
            return True
    return False


def _names_a_stranger(part: Part, content: Content) -> bool:
    """Whether a clause of this part, or one that names who leaves by it, names a body that is no party."""
    there = {party.id for party in content.parties}
    return any(
        party.id in part.leaves
        or (party.sector.signs and party.id not in there and clause.commitment in part.commitments)
        for clause in content.clauses
        for party in clause.named
    )
