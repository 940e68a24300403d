"""Finds which proposals share a word: each set of proposals is one whole number, and no pair is listed.

Bit i of such a number stands for the proposal at place i. The two million pairs of 2,000 proposals take half
a megabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sharing:
    """With which others each proposal surely shares a word, and with which it may: bits, by its place."""

    surely: tuple[int, ...]
    maybe: tuple[int, ...]


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
