"""What words are, in a document and in a lexicon alike; a lexicon made ready to be looked for in one pass."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

MOST_WORDS = 12  # of a term: the reading of a document takes at most so many steps at each word

# Marks that belong to the letter before them, or that nobody sees: accents set apart, soft hyphens, joiners.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_LETTERS = rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*+"
_APOSTROPHE, _HYPHEN = "['\u2019\u02bc\uff07]", "[-\u2010\u2011]"
_LINE_END = r"[ \t]*+\n[ \t]*+"
_PART = re.compile(rf"{_LETTERS}(?:{_APOSTROPHE}{_LETTERS})*+")
# Addresses of the web and of mail are no words: "gov.uk/government" would mention the government.
_REST = '[^\\s()<>\\[\\]"]'
_ADDRESS = rf"(?i:https?://|www\.){_REST}++|(?:[\w-]{{1,63}}+\.){{1,8}}+[A-Za-z]{{2,24}}+/{_REST}*+|[\w.+-]{{1,64}}+@{_REST}++"
_WORD = re.compile(
    rf"({_ADDRESS})|{_LETTERS}(?:(?:{_APOSTROPHE}|{_HYPHEN}(?:{_LINE_END})?+|(?<=\u00ad){_LINE_END}){_LETTERS})*+|[&,]"
)
# What may stand between two words of one term: space with at most one line end, quotation marks, round
# brackets, the stars and strokes of Markdown; or a hyphen, or a dash with no space around it.
_INNER = "[^\\S\n]|[()*_\"'`\u2018\u2019\u201c\u201d]"
_BETWEEN = re.compile(rf"(?:{_INNER})*+(?:\n(?:{_INNER})*+)?+|{_HYPHEN}(?:{_LINE_END})?+|[\u2012-\u2014]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_APOSTROPHES = re.compile(_APOSTROPHE)
_SIGNS = {"&": "and", ",": ","}  # no words, but parts of terms
BREAK = 0  # in the words of a document: what follows continues nothing


class EntryKind(StrEnum):
    """What an entry of the lexicon stands for."""

    TIER = "tier"
    SECTOR = "sector"
    DOCUMENT = "document"
    THEME = "theme"


@dataclass(frozen=True)
class Entry:
    """Something that a document may mention, and the words by which it is known.

    A term that lies inside one of the phrases of `not_terms` is no mention of this entry.
    """

    kind: EntryKind
    name: str
    terms: tuple[str, ...]
    not_terms: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Lexicon:
    """The entries that a document is read for, in the order in which they are shown."""

    title: str
    entries: tuple[Entry, ...]


def key(part: str) -> str:
    """A word as it is compared: without capitals, invisible marks and a possessive 's.

    >>> key("Council\u2019s"), key("bene\ufb01t"), key("ECOLE"), key("Cafe\u0301")
    ('council', 'benefit', 'ecole', 'caf\u00e9')
    """
    if not part.isascii():
        part = unicodedata.normalize("NFKC", _UNSEEN.sub("", _APOSTROPHES.sub("'", part)))
    return part.casefold().removesuffix("'s")


def forms(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a term may be written: a hyphen in it may also be a space, or nothing.

    A comma in it is a part of it, and "&" is the same as "and".

    >>> forms("Co-production board")
    (('co', 'production', 'board'), ('coproduction', 'board'))
    """
    ways: list[list[tuple[str, ...]]] = []
    for word in _WORD.finditer(phrase):
        parts = tuple(key(part) for part in _PART.findall(word.group())) or (_SIGNS[word.group()],)
        ways.append([parts] if len(parts) == 1 else [parts, ("".join(parts),)])
    return tuple(sum(way, ()) for way in product(*ways)) if ways else ()


def unbroken(phrase: str) -> bool:
    """Whether a phrase has words, and beside them only what may stand between the words of one term.

    >>> unbroken("Wells (Pumps) Act"), unbroken("town; parish"), unbroken("parish.*")
    (True, False, False)
    """
    found = list(_WORD.finditer(phrase))
    borders = [0, *(border for word in found for border in word.span()), len(phrase)]
    joined = (_BETWEEN.fullmatch(phrase, *gap) for gap in zip(borders[::2], borders[1::2], strict=True))
    words = [word for word in found if word.group() not in _SIGNS]
    return bool(words) and not any(word.lastindex for word in words) and all(joined)


def has_words(text: str) -> bool:
    """Whether there is any word to count.

    >>> has_words("www.gov.uk & ..."), has_words("Wells & ...")
    (False, True)
    """
    return any(not word.lastindex and word.group() not in _SIGNS for word in _WORD.finditer(text))


class Node:
    """A point reached by the first words of some terms: what may follow, what ends, what is ruled out."""

    __slots__ = ("after", "ends", "rules_out")

    def __init__(self) -> None:
        self.after: dict[int, Node] = {}
        self.ends: list[int] = []
        self.rules_out: list[int] = []


class Index:
    """A lexicon's terms as one tree of words, through which a document is read once.

    Examples
    --------
    >>> index = Index((Entry(EntryKind.TIER, "parish", ("parish", "town council")),))
    >>> sorted(index.words)
    ['council', 'parish', 'town']
    """

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self.words: dict[str, int] = {}
        self.start = Node()
        for number, entry in enumerate(entries):
            for phrase in entry.terms:
                for node in self._reached(phrase):
                    node.ends.append(number)
            for phrase in entry.not_terms:
                for node in self._reached(phrase):
                    node.rules_out.append(number)

    def _reached(self, phrase: str) -> Iterator[Node]:
        for form in forms(phrase):
            node = self.start
            for word in form:
                number = self.words.setdefault(word, len(self.words) + 1)
                node = node.after.setdefault(number, Node())
            yield node


@dataclass(frozen=True)
class Words:
    """How many words a document has, and those of the lexicon among them, one after the other.

    `numbers` are the lexicon's numbers of words, BREAK where the run of words of a possible term ends.
    """

    count: int
    numbers: array[int]
    starts: array[int]
    ends: array[int]


def words_of(text: str, index: Index) -> Words:
    """Count a document's words, and keep those that some term has, with where they stand.

    A word is a run of letters and figures; apostrophes and hyphens inside it, also a hyphen at a line's end,
    do not divide it. "&" is read as "and"; neither it nor a comma is counted, and no
    address of the web or of mail.

    Examples
    --------
    >>> index = Index((Entry(EntryKind.TIER, "parish", ("town council",)),))
    >>> found = words_of("The Town-\\nCouncil's self-help, then.", index)
    >>> found.count, list(found.numbers)
    (4, [0, 1, 2])
    """
    count = last = 0
    numbers, starts, ends = array("i"), array("i"), array("i")
    known = index.words.get
    for word in _WORD.finditer(text):
        if word.lastindex:  # an address
            continue
        raw = word.group()
        count += raw not in _SIGNS
        number = known(raw.casefold())
        if number is not None:
            parts = iter([(number, word.start(), word.end())])
        elif raw.isascii() and raw.isalnum():
            continue
        else:
            parts = _parts(text, word.start(), word.end(), index.words)
        for number, start, end in parts:
            if not last or not _BETWEEN.fullmatch(text, last, start):
                numbers.append(BREAK)
                starts.append(start)
                ends.append(start)
            numbers.append(number)
            starts.append(start)
            ends.append(end)
            last = end
    return Words(count, numbers, starts, ends)


def _parts(text: str, start: int, end: int, known: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    """The lexicon's words inside one word that has hyphens, apostrophes or letters beyond a to z.

    What a line's end divides is put together where the lexicon has it as one word.
    """
    if (sign := _SIGNS.get(text[start : start + 1])) is not None:
        if sign in known:
            yield known[sign], start, end
        return
    before, began, ended = "", start, start
    for part in _PART.finditer(text, start, end):
        one = key(part.group())
        if before and "\n" in text[ended : part.start()] and before + one in known:
            before, ended = before + one, part.end()
            continue
        if before in known:
            yield known[before], began, ended
        before, (began, ended) = one, part.span()
    if before in known:
        yield known[before], began, ended
