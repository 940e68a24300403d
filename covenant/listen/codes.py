"""Codes that are posted to households: how one is made, written and read. Pure."""

import hashlib
from collections.abc import Callable, Iterable

from covenant.place.types import NotPossible
from covenant.record.types import canonical

SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, without those that look like another: 0 O, 1 I
DRAWN = 14  # symbols by lot, of 5 bits each: 70 bits
CHECKED = 2  # that follow from them
PRIME = 1021  # the largest under 32 x 32: any one symbol, or two neighbours swapped, moves the rest
LENGTH = DRAWN + CHECKED
MOST = 100_000  # in one go
GIVES = 3  # the assurance of whoever uses one: it came by post to a household


def make(below: Callable[[int], int]) -> str:
    """A code that nobody can guess, as it is printed.

    Parameters
    ----------
    below
        Draws a whole number below another, such as `secrets.randbelow`.

    Examples
    --------
    >>> make(lambda most: most // 2)
    'J222-2222-2222-22B7'
    """
    number = below(32**DRAWN) * 32**CHECKED
    number += -number % PRIME
    symbols = "".join(SYMBOLS[number // 32**place % 32] for place in reversed(range(LENGTH)))
    return "-".join(symbols[start : start + 4] for start in range(0, LENGTH, 4))


def read(typed: str) -> str:
    """The code that somebody typed, without its hyphens; small letters and spaces do not matter.

    Raises
    ------
    NotPossible
        It is no code: one has been mistyped.

    Examples
    --------
    >>> read("j222 2222 2222 22b7")
    'J2222222222222B7'
    """
    symbols = "".join(typed.split()).replace("-", "").upper()
    if len(symbols) != LENGTH or not set(symbols) <= set(SYMBOLS):
        raise NotPossible(
            f"A code has {LENGTH} letters and figures, and never 0, O, 1 or I: look at it once more."
        )
    number = 0
    for symbol in symbols:
        number = number * 32 + SYMBOLS.index(symbol)
    if number % PRIME:
        raise NotPossible("One of the letters or figures is mistyped: look at the code once more.")
    return symbols


def root_of(macs: Iterable[bytes]) -> str:
    """One hash over what is kept of codes, in whatever order they come: an issue is committed to by it.

    Examples
    --------
    >>> root_of([b"a", b"b"]) == root_of([b"b", b"a"]) != root_of([b"a"])
    True
    """
    return hashlib.sha256(canonical(sorted(mac.hex() for mac in macs))).hexdigest()
