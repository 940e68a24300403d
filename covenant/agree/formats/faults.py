"""What is wrong with a file that somebody hands in: all of it at once, in plain words, with its place."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MOST_FAULTS = 1_000  # nobody mends more at a time, and a hostile file has no end of them
MOST_GUESSES = 100  # to find a near name is dear


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, and what."""

    at: str  # a JSON pointer; or a row, with its column where there is one
    said: str

    def __str__(self) -> str:
        return f"{self.at}: {self.said}" if self.at else self.said


class NotValid(Exception):
    """A file that cannot be taken, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shown(value: object) -> str:
    """A value as a fault quotes it: short, on one line.

    >>> shown("Wells"), shown(3), shown(None), shown([1, 2])
    ('“Wells”', 'the number 3', 'nothing', 'a list')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            short = value[:60] + ("…" if len(value) > 60 else "")
            return f"“{short}”" if short.isprintable() else ascii(short)
        case int() | float():
            return f"the number {value}" if -(10**15) < value < 10**15 else "a number beyond all use"
        case list():
            return "a list"
        case dict():
            return "an object"
    return f"a {type(value).__name__}"


def unseen(text: str) -> bool:
    """Whether a text holds a character that no reader sees, beside the ends of its lines.

    >>> unseen("two\\nlines"), unseen("a\\x07bell")
    (False, True)
    """
    return any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\r\t" for each in text)


def near(word: str, known: Collection[str], *, guess: bool = True) -> str:
    """What may have been meant by a word that is not among those known; empty where nothing is near.

    >>> near("Testing Distrct Council", ["Testing District Council", "Friends of Testing"])
    ' Is “Testing District Council” meant?'
    """
    if not guess or len(word) > 200:
        return ""
    folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), folded, n=3, cutoff=0.6)
    names = " or ".join(f"“{folded[each]}”" for each in found)
    return f" Is {names} meant?" if names else ""
