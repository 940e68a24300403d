"""The words of two texts in one: runs of words that stay, go and come."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 2000  # beyond it the old text goes as a whole and the new one comes: comparing takes too long


@dataclass(frozen=True)
class Run:
    """Words of which one thing is true: they stay, they go, or they come."""

    text: str
    goes: bool = False
    comes: bool = False


def runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of two texts in one: those that go before those that come in their place.

    Examples
    --------
    >>> [(run.text, run.goes, run.comes) for run in runs("open it daily", "open it weekly")]
    [('open it ', False, False), ('daily', True, False), ('weekly', False, True)]
    """
    one, other = (re.findall(r"\s*\S+\s*", text) for text in (old, new))
    if len(one) + len(other) > MOST_WORDS:
        return tuple(run for run in (Run(old, goes=True), Run(new, comes=True)) if run.text)
    return tuple(_compared(one, other))


def _compared(one: Sequence[str], other: Sequence[str]) -> Iterator[Run]:
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("".join(one[a:b]))
            continue
        if b > a:
            yield Run("".join(one[a:b]), goes=True)
        if d > c:
            yield Run("".join(other[c:d]), comes=True)
