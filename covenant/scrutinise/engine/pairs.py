"""Counts pairs of proposals that share a word, and those of them that nothing brings together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.programme import Names, NotStated, Proposal
from covenant.scrutinise.types import Evidence

# Of two thousand proposals there may be two million pairs: so many of each kind are shown, the rest counted.
MOST_SHOWN = 20

Words = frozenset[str] | NotStated
Says = Callable[[Proposal, Proposal], tuple[Evidence, ...]]


def words(names: Names) -> Words:
    """Words as they are compared: in whatever case and with whatever spaces.

    >>> sorted(words(("Dry  Feet", "dry feet", "reeds")))
    ['dry feet', 'reeds']
    """
    return names if isinstance(names, NotStated) else frozenset(" ".join(n.split()).casefold() for n in names)


@dataclass(frozen=True)
class Bond:
    """A proposal's three fields that make a pair of it and another: each a name, and what it holds.

    Two proposals are a pair where they share one of the words of `shares`. Something brings them together
    where they share one of `meets`, or where one is among the other's ids in `joins`.
    """

    proposal: Proposal
    shares: Words
    meets: Words
    joins: Words
    fields: tuple[str, str, str]


def apart(bonds: Sequence[Bond], says: Says) -> list[Case]:
    """Count the pairs of proposals that share something and that nothing brings together.

    Civic meaning: what belongs together and is done apart is found by laying every proposal beside every
    other, which no reader of a long document does.

    A pair does not count where the two meet, or one names the other; it is set aside where one of them has
    nothing in which they could meet. Proposals are held as bits of whole numbers, so that two thousand of
    them take no list of two million pairs.

    Parameters
    ----------
    bonds : one for each proposal.
    says : the evidence for a pair.

    Returns
    -------
    list of Case
        Pairs, alike ones together, with evidence for the first MOST_SHOWN that count and the first that do
        not; and the fields read, once for each proposal. Where it is not stated what a proposal shares, it
        may make any number of pairs.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> fields = ("outcomes", "money_from", "pooled_with")
    >>> feet, none = frozenset({"dry feet"}), frozenset()
    >>> bonds = [Bond(Proposal(id), feet, frozenset({id}), none, fields) for id in ("P1", "P2", "P3")]
    >>> sum(case.times for case in apart(bonds, lambda one, other: ()) if case.can_be == {COUNTS})
    3
    """
    masks = _Masks(bonds)
    cases: list[Case] = []
    alike: Counter[frozenset[Outcome]] = Counter()
    shown = {COUNTS: 0, DOES_NOT: 0}
    paired = 0
    for place, bond in enumerate(bonds):
        for can_be, others in masks.later(place).items():
            paired |= others | (1 << place if others else 0)
            alike[can_be] += others.bit_count()
            (outcome, *more) = can_be
            if more or outcome is SET_ASIDE:
                continue
            for other in _places(others, MOST_SHOWN - shown[outcome]):
                cases.append(Case(can_be, evidence=says(bond.proposal, bonds[other].proposal)))
                alike[can_be] -= 1
                shown[outcome] += 1
    cases += [Case(can_be, times=times) for can_be, times in alike.items() if times]
    could_pair = sum(bond.shares != frozenset() for bond in bonds) > 1
    return cases + [_fields(bond, bool(paired >> place & 1), could_pair) for place, bond in enumerate(bonds)]


def _fields(bond: Bond, is_paired: bool, could_pair: bool) -> Case:
    """What was read of one proposal, which counts for nothing itself."""
    held = dict(zip(bond.fields, (bond.shares, bond.meets, bond.joins), strict=True))
    read = bond.fields if is_paired else bond.fields[:1]
    missing = tuple((bond.proposal.id, field) for field in read if isinstance(held[field], NotStated))
    if isinstance(bond.shares, NotStated) and could_pair:
        return Case(frozenset(Outcome), len(read), missing, any_number=True)
    return Case(frozenset({SET_ASIDE}), len(read), missing)


class _Masks:
    """Which proposals hold what: whole numbers in which a proposal's bit stands at its place."""

    def __init__(self, bonds: Sequence[Bond]) -> None:
        self.bonds = bonds
        self.all = (1 << len(bonds)) - 1
        self.sharing = _index([bond.shares for bond in bonds])
        self.meeting = _index([bond.meets for bond in bonds])
        self.named_by = _index([bond.joins for bond in bonds])
        self.place = {bond.proposal.id: 1 << place for place, bond in enumerate(bonds)}
        self.meets_open = _mask(isinstance(bond.meets, NotStated) for bond in bonds)
        self.meets_none = _mask(bond.meets == frozenset() for bond in bonds)
        self.joins_open = _mask(isinstance(bond.joins, NotStated) for bond in bonds)

    def later(self, place: int) -> dict[frozenset[Outcome], int]:
        """The pairs of one proposal and those after it, by every outcome that is still possible."""
        bond = self.bonds[place]
        later = self.all >> (place + 1) << (place + 1)
        pairs = _union(self.sharing, bond.shares) & later
        named = (_union(self.place, bond.joins) | self.named_by.get(bond.proposal.id, 0)) & pairs
        rest = pairs & ~named
        may_name = rest if isinstance(bond.joins, NotStated) else rest & self.joins_open
        nothing = rest if bond.meets == frozenset() else rest & self.meets_none
        rest &= ~nothing
        meet = _union(self.meeting, bond.meets) & rest
        unclear = rest if isinstance(bond.meets, NotStated) else rest & self.meets_open
        count = rest & ~meet & ~unclear
        return {
            frozenset({DOES_NOT}): named | meet,
            frozenset({COUNTS}): count & ~may_name,
            frozenset({COUNTS, DOES_NOT}): count & may_name,
            frozenset({SET_ASIDE}): nothing & ~may_name,
            frozenset({SET_ASIDE, DOES_NOT}): nothing & may_name,
            frozenset(Outcome): unclear,
        }


def _index(held: Sequence[Words]) -> dict[str, int]:
    masks: dict[str, int] = defaultdict(int)
    for place, each in enumerate(held):
        for word in () if isinstance(each, NotStated) else each:
            masks[word] |= 1 << place
    return dict(masks)


def _mask(holds: Iterator[bool]) -> int:
    return sum(1 << place for place, true in enumerate(holds) if true)


def _union(masks: dict[str, int], held: Words) -> int:
    union = 0
    for word in () if isinstance(held, NotStated) else held:
        union |= masks.get(word, 0)
    return union


def _places(mask: int, most: int) -> Iterator[int]:
    """The places of the first bits of a mask."""
    for _ in range(most):
        if not mask:
            return
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
