"""Finds what a document mentions of a lexicon: how often, for so much text, and where. It finds no merit."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from covenant.scrutinise.engine.rate import Rate, rate
from covenant.scrutinise.engine.terms import Entry, EntryKind, Index, Node, Words, words_of

ENGINE = "text/1"
AROUND = 60  # letters shown on each side of a mention
_REACH = 240  # letters looked at for them: a text made from columns is full of spaces
_SENTENCE_ENDS = re.compile(r"[.!?]['\")\u2019\u201d]*\s|\n\s*\n|\f")
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad][ \t]*\n[ \t]*(?=\w)")
CAVEATS = (
    "A mention is no merit, and an absence no fault. Words are counted, not what is said with them: "
    '"no new funding" mentions funding.',
    '"Not found here" is not "not there": a document may say the same in words that the lexicon does not '
    "have.",
    "The interval says what chance alone could have made of a count if mentions came independently. They "
    "come in clusters, so the true uncertainty is wider; and it knows nothing of whether the lexicon has the "
    "right words. Intervals that do not meet are no proof that two documents differ in what they mean.",
)


@dataclass(frozen=True)
class Excerpt:
    """A mention with the words around it, on one line, and where it stands."""

    line: int
    page: int | None
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Mentions:
    """What a document has of one entry: how often, on which lines and pages, the first of them in full."""

    entry: Entry
    rate: Rate
    lines: tuple[int, ...]
    pages: tuple[int, ...] | None
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True)
class DocumentReading:
    """One document, read for every entry of a lexicon. `pages` is None where it is not divided into pages."""

    words: int
    pages: int | None
    mentions: tuple[Mentions, ...]


def read(text: str, index: Index, excerpts: int = 3) -> DocumentReading:
    """Say what a document mentions, how often and where. A mention is never counted as merit.

    Within one kind of entry a word belongs to one mention at most: from left to right the longest term at
    each place is taken. The kinds are read apart: "volunteer" may be a sector and a theme.

    Parameters
    ----------
    text : str
        The document; pages end with form feeds, if it has pages.
    index : Index
        The lexicon, made ready.
    excerpts : int
        How many mentions of each entry are shown with the words around them: the first ones.

    Returns
    -------
    DocumentReading
        Its `mentions` are as many as the lexicon has entries, in the same order.

    Raises
    ------
    ValueError
        The text has no words.

    Examples
    --------
    >>> index = Index((Entry(EntryKind.TIER, "county", ("combined authority",)),
    ...                Entry(EntryKind.TIER, "any tier", ("authority",))))
    >>> reading = read("The combined\\nauthority meets. Its authority is new.", index)
    >>> [(found.entry.name, found.rate.count, found.lines) for found in reading.mentions]
    [('county', 1, (1,)), ('any tier', 1, (2,))]
    >>> reading.mentions[1].excerpts[0].before
    'Its '
    """
    words = words_of(text, index)
    if not words.count:
        raise ValueError("a text without words")
    pages = text.removesuffix("\f").count("\f") + 1 if "\f" in text else None
    mentions = tuple(
        _mentions(text, entry, words.count, found, pages is not None, excerpts)
        for entry, found in zip(index.entries, _found(text, words, index), strict=True)
    )
    return DocumentReading(words.count, pages, mentions)


def _found(text: str, words: Words, index: Index) -> list[array[int]]:
    """Of each entry: the start, end, line and page of every mention, one after the other."""
    found = [array("i") for _ in index.entries]
    ruled_out = [0] * len(index.entries)  # up to which word a phrase that began earlier rules an entry out
    taken: dict[EntryKind, int] = dict.fromkeys(EntryKind, 0)
    line, page, last = 1, 1, 0
    for first, number in enumerate(words.numbers):
        node = index.start.after.get(number)
        if node is None:
            continue
        start = words.starts[first]
        candidates = list(_candidates(node, first, words.numbers, ruled_out))
        for end, entry in reversed(candidates):  # the longest first
            kind = index.entries[entry].kind
            if first >= taken[kind] and ruled_out[entry] < end:
                taken[kind] = end
                line, page = line + text.count("\n", last, start), page + text.count("\f", last, start)
                last = start
                found[entry].extend((start, words.ends[end - 1], line, page))
    return found


def _candidates(
    node: Node | None, first: int, numbers: array[int], ruled_out: list[int]
) -> Iterator[tuple[int, int]]:
    """The terms that begin at a word, as (the word after it, entry); notes what is ruled out from here."""
    end = first + 1
    while node is not None:
        for entry in node.rules_out:
            ruled_out[entry] = max(ruled_out[entry], end)
        for entry in node.ends:
            yield end, entry
        node = node.after.get(numbers[end]) if end < len(numbers) else None
        end += 1


def _mentions(text: str, entry: Entry, words: int, found: array[int], paged: bool, shown: int) -> Mentions:
    count = len(found) // 4
    return Mentions(
        entry,
        rate(count, words),
        tuple(found[2::4]),
        tuple(found[3::4]) if paged else None,
        tuple(_excerpt(text, found[4 * i : 4 * i + 4], paged) for i in range(min(shown, count))),
    )


def _excerpt(text: str, found: array[int], paged: bool) -> Excerpt:
    """A mention with what stands around it in its sentence, cut between words where that is long."""
    start, end, line, page = found
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    begun = max((stop.end() for stop in _SENTENCE_ENDS.finditer(before)), default=0)
    ended = _SENTENCE_ENDS.search(after)
    before = _one_line(before[begun:]).lstrip()
    after = _one_line(after[: ended.end()] if ended else after).rstrip()
    if len(before) > AROUND or (not begun and start > _REACH):
        before = "\u2026 " + before[-AROUND:].split(" ", 1)[-1]
    if len(after) > AROUND or (ended is None and end + _REACH < len(text)):
        after = after[:AROUND].rsplit(" ", 1)[0] + " \u2026"
    return Excerpt(line, page if paged else None, before, _one_line(text[start:end]), after)


def _one_line(text: str) -> str:
    """A text as one line that can be printed: each run of space a single one, nothing that is not seen."""
    joined = _LINE_END_HYPHEN.sub("-", text)
    seen = "".join(letter for letter in joined if letter.isprintable() or letter.isspace())
    return re.sub(r"\s+", " ", seen)


def by_kind(reading: DocumentReading) -> dict[EntryKind, list[Mentions]]:
    """A reading's mentions, kind by kind, in the order of the lexicon."""
    found: dict[EntryKind, list[Mentions]] = defaultdict(list)
    for mentions in reading.mentions:
        found[mentions.entry.kind].append(mentions)
    return {kind: found[kind] for kind in EntryKind if kind in found}
