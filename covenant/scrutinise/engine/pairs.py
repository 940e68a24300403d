"""Finds pairs of proposals that share a word, and those of them that nothing brings together.

Each set of proposals is one whole number, and bit i of it stands for the proposal at place i: no pair is
listed, and the two million pairs of 2,000 proposals take half a megabyte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.wording import plain, said
from covenant.scrutinise.programme import Actor, Actors, Names, NotStated, Proposal
from covenant.scrutinise.types import Evidence, Figure

SHOWN = 20  # pairs listed as evidence on either side; the figures count all of them


@dataclass(frozen=True)
class Bond:
    """The fields of proposals that make a pair of two, and that bring a pair together.

    Two proposals are a pair where they share a word in `shares`. They are brought together where they share
    one in `meets`, or where one names the other in `joins`. Where one of them has nothing in `meets`, they
    are no pair: even where they are joined, unless `joined_without`.
    """

    shares: str
    meets: str
    joins: str
    joined_without: bool = False


@dataclass(frozen=True)
class Sharing:
    """With which others each proposal surely shares a word, and with which it may: bits, by its place."""

    surely: tuple[int, ...]
    maybe: tuple[int, ...]


def apart(proposals: Sequence[Proposal], bond: Bond) -> tuple[list[Case], list[Figure]]:
    """Count the pairs of proposals that share something and that nothing brings together.

    Civic meaning: what belongs together and is done apart is found by laying every proposal beside every
    other, which no reader of a long document does.

    Parameters
    ----------
    proposals : in any order; read, never changed.
    bond : the fields that are read.

    Returns
    -------
    list of Case, list of Figure
        What is read of each proposal; then the pairs, those with the same outcomes together, with evidence
        for the first SHOWN that count and the first that do not. And how many of how many these are.

        Each pair is taken on its own: what a proposal does not state may be stated in one way for one pair
        and in another for the next. So the bounds hold for every way of stating it, and they may be wider
        than need be.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> feet = [Proposal(id, outcomes=("dry feet",), money_from=(id,), pooled_with=()) for id in "ABC"]
    >>> cases, _ = apart(feet, Bond("outcomes", "money_from", "pooled_with"))
    >>> sum(case.times for case in cases if case.can_be == {COUNTS})
    3
    """
    shared = _sharing(proposals, bond.shares)
    times: Counter[frozenset[Outcome]] = Counter()
    first: dict[Outcome, list[tuple[int, int]]] = {COUNTS: [], DOES_NOT: []}
    for place, can_be, others in _alike(proposals, bond, shared):
        times[can_be] += others.bit_count()
        if len(can_be) == 1 and SET_ASIDE not in can_be:
            shown = first[next(iter(can_be))]
            shown += [(place, other) for other in islice(places(others), SHOWN - len(shown))]
    cases = [_read(proposal, bond, bits) for proposal, bits in zip(proposals, shared.maybe, strict=True)]
    for can_be, number in times.items():
        told = first.get(next(iter(can_be)), []) if len(can_be) == 1 else []
        rows = [row for one, other in told for row in _evidence(proposals[one], proposals[other], bond)]
        cases.append(Case(can_be, evidence=tuple(rows), times=number))
    beside = []
    for outcome, which in ((COUNTS, "pairs that count"), (DOES_NOT, "pairs that speak against asking")):
        if total := times[frozenset({outcome})]:
            beside.append(Figure(f"{which}, listed as evidence", len(first[outcome]), total))
    return cases, beside


def _alike(
    proposals: Sequence[Proposal], bond: Bond, shared: Sharing
) -> Iterator[tuple[int, frozenset[Outcome], int]]:
    """Each place with those of the later ones with which its pairs have the same outcomes."""
    met, joined = _sharing(proposals, bond.meets), _joining(proposals, bond.joins)
    held = [getattr(proposal, bond.meets) for proposal in proposals]
    everybody = (1 << len(proposals)) - 1
    none = among([value == () for value in held])
    perhaps_none = none | among([isinstance(value, NotStated) for value in held])
    for place, value in enumerate(held):
        later = shared.maybe[place] & (everybody >> place << place)
        nothing = everybody if value == () else none
        perhaps = everybody if value == () or isinstance(value, NotStated) else perhaps_none
        kept = joined.surely[place] if bond.joined_without else 0
        may_join = joined.maybe[place] & (everybody if bond.joined_without else ~nothing)
        can = {
            COUNTS: ~nothing & ~joined.surely[place] & ~met.surely[place],
            DOES_NOT: met.maybe[place] | may_join,
            SET_ASIDE: ~shared.surely[place] | perhaps & ~kept,
        }
        for can_be in _WAYS:
            alike = later
            for outcome, bits in can.items():
                alike &= bits if outcome in can_be else ~bits
            if alike:
                yield place, can_be, alike


_WAYS = [
    frozenset(outcome for outcome, chosen in zip(Outcome, f"{way:03b}", strict=True) if chosen == "1")
    for way in range(1, 8)
]


def _read(proposal: Proposal, bond: Bond, partners: int) -> Case:
    """What is read of one proposal: how it meets others, where it may share something with any."""
    fields = (bond.shares, bond.meets, bond.joins) if partners else (bond.shares,)
    missing = tuple((proposal.id, field) for field in fields if _is_open(getattr(proposal, field)))
    return Case(frozenset({SET_ASIDE}), len(fields), missing)


def _evidence(one: Proposal, other: Proposal, bond: Bond) -> Iterator[Evidence]:
    for mine, yours in ((one, other), (other, one)):
        theirs = _words(getattr(yours, bond.shares))
        same = [word for word in getattr(mine, bond.shares) if plain(word) in theirs]
        says = f"{'; '.join(same)} (shared with {yours.id})"
        yield Evidence(mine.id, bond.shares, says, mine.found_at(bond.shares))
        yield said(mine, bond.meets)
        yield said(mine, bond.joins)


def _sharing(proposals: Sequence[Proposal], field: str) -> Sharing:
    values = [getattr(proposal, field) for proposal in proposals]
    return sharing([_words(value) for value in values], [_is_open(value) for value in values])


def _words(value: Names | Actors) -> frozenset[str]:
    """Words, or names of those meant, as they are compared."""
    held: tuple[Actor | str, ...] = () if isinstance(value, NotStated) else value
    names = [each.name if isinstance(each, Actor) else each for each in held]
    return frozenset(plain(name) for name in names if not isinstance(name, NotStated)) - {""}


def _is_open(value: Names | Actors) -> bool:
    """Whether there may be words that are not stated."""
    return isinstance(value, NotStated) or any(
        isinstance(each, Actor) and isinstance(each.name, NotStated) for each in value
    )


def _joining(proposals: Sequence[Proposal], field: str) -> Sharing:
    """Who names whom, from either side; where one side does not say, it may name the other."""
    at = {proposal.id: place for place, proposal in enumerate(proposals)}
    held = [getattr(proposal, field) for proposal in proposals]
    unsaid = [isinstance(ids, NotStated) for ids in held]
    surely = [0] * len(proposals)
    for place, ids in enumerate(held):
        for other in () if unsaid[place] else {at[id] for id in ids if id in at}:
            surely[place] |= 1 << other
            surely[other] |= 1 << place
    anybody, everybody = among(unsaid), (1 << len(proposals)) - 1
    maybe = [everybody if more else bits | anybody for more, bits in zip(unsaid, surely, strict=True)]
    return Sharing(tuple(surely), tuple(maybe))


def sharing(words: Sequence[frozenset[str]], unsaid: Sequence[bool]) -> Sharing:
    """Find who shares a word with whom.

    Civic meaning: proposals that name the same outcome, people, place or owner are about one thing.

    Parameters
    ----------
    words : by proposal, as they are compared.
    unsaid : by proposal, whether it may hold words that are not stated.

    Returns
    -------
    Sharing
        `maybe` holds all of `surely`; a proposal whose words are ruled out shares with none.

    Raises
    ------
    ValueError
        Where the two are not equally long.

    Examples
    --------
    >>> lanes, wells = frozenset({"lanes"}), frozenset({"lanes", "wells"})
    >>> found = sharing([lanes, wells, frozenset()], [False, False, True])
    >>> [list(places(bits)) for bits in found.surely], [list(places(bits)) for bits in found.maybe]
    ([[1], [0], []], [[1, 2], [0, 2], [0, 1]])
    """
    first: dict[str, int] = {}
    where: dict[str, int] = {}  # only of words that somebody shares
    for place, (held, _) in enumerate(zip(words, unsaid, strict=True)):
        for word in held:
            before = first.setdefault(word, place)
            if before != place:
                where[word] = where.get(word, 1 << before) | 1 << place
    may_hold = among([bool(held) or more for held, more in zip(words, unsaid, strict=True)])
    may_hold_more = among(unsaid)
    surely, maybe = [], []
    for place, held in enumerate(words):
        others, sure = ~(1 << place), 0
        for word in held:
            sure |= where.get(word, 0)
        could = may_hold if unsaid[place] else sure | may_hold_more if held else 0
        surely.append(sure & others)
        maybe.append(could & others)
    return Sharing(tuple(surely), tuple(maybe))


def among(told: Sequence[bool]) -> int:
    """The places at which something is so, as bits.

    >>> among([True, False, True])
    5
    """
    return sum(1 << place for place, so in enumerate(told) if so)


def places(bits: int) -> Iterator[int]:
    """The places that bits stand for, from the first on.

    >>> list(places(5))
    [0, 2]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
