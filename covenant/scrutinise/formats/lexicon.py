"""Reads lexicons: which words a document is read for. docs/standard/lexicon.md documents the format."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from covenant.scrutinise.engine.terms import MOST_WORDS, Entry, EntryKind, Lexicon, forms, unbroken
from covenant.scrutinise.formats.faults import Reader, Table
from covenant.scrutinise.formats.shown import shown
from covenant.scrutinise.programme import NotStated

FORMAT = "covenant-lexicon/1"
KEYS: dict[str, tuple[str, ...]] = {
    "file": ("format", "title", "extends", "entries"),
    "entries": ("kind", "name", "terms", "not", "note"),
}
MOST_LETTERS, MOST_PHRASES, MOST_ENTRIES = 200, 20_000, 2_000


def read_lexicon(path: Path | None = None) -> Lexicon:
    """Read the house's lexicon, or a file that replaces or extends it. Raises FaultyFile with every fault."""
    if path is None:
        with resources.as_file(resources.files("covenant.scrutinise") / "lexicon.toml") as house:
            return _read(house)
    return _read(path)


def _read(path: Path) -> Lexicon:
    reader = Reader(path)
    file = reader.parse()
    reader.unknown(file, KEYS["file"], "")
    if file.get("format") != FORMAT:
        reader.fault("", "format", shown(file.get("format")), repr(FORMAT))
    title = reader.required(file, "title", "", 500)
    extends = file.get("extends", False)
    if not isinstance(extends, bool):
        reader.fault("", "extends", shown(extends), "true or false, without quotation marks")
    own = _entries(reader, file)
    _each_name_once(reader, own)
    reader.stop_at_faults()
    entries = _extended(read_lexicon().entries, own) if extends else own
    _each_term_once(reader, entries)
    reader.stop_at_faults()
    return Lexicon(title, tuple(entries))


def _extended(house: Iterable[Entry], own: list[Entry]) -> list[Entry]:
    """The house's entries and a file's own; one of the same kind and name takes the house's place."""
    mine = {(entry.kind, entry.name): entry for entry in own}
    return [mine.pop((entry.kind, entry.name), entry) for entry in house] + list(mine.values())


def _entries(reader: Reader, file: Table) -> list[Entry]:
    tables = reader.tables(file, "entries", "")
    if isinstance(tables, NotStated) or not tables:
        if "entries" not in file or not tables:
            reader.fault("", "entries", "none", "at least one table [[entries]]")
        return []
    entries = []
    phrases = 0
    for number, table in enumerate(tables, start=1):
        place = f"entry {number}"
        name = reader.required(table, "name", place, 80)
        place = f"{place} ({name})" if name else place
        reader.unknown(table, KEYS["entries"], place)
        kind = reader.choice(table, "kind", place, EntryKind)
        if isinstance(kind, NotStated):
            if "kind" not in table or table["kind"] == kind.value:
                reader.fault(place, "kind", "nothing stated", reader.one_of("", list(EntryKind)))
            kind = EntryKind.THEME
        note = reader.text(table, "note", place)
        terms = _phrases(reader, table, "terms", place, required=True)
        not_terms = _phrases(reader, table, "not", place)
        phrases += sum(len(forms(phrase)) for phrase in (*terms, *not_terms))
        if phrases > MOST_PHRASES:
            _too_many(reader, place, "terms")
        entry = Entry(kind, name, terms, not_terms, "" if isinstance(note, NotStated) else note)
        _what_it_rules_out(reader, entry, place)
        entries.append(entry)
    return entries


def _phrases(
    reader: Reader, table: Table, key: str, place: str, *, required: bool = False
) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or (required and not value):
        found = shown(value) if key in table else "nothing stated"
        reader.fault(place, key, found, "a list of words and phrases")
        return ()
    good: list[str] = []
    seen: dict[tuple[str, ...], Any] = {}
    for phrase in value:
        if wrong := _wrong_with(phrase):
            reader.fault(place, key, shown(phrase), wrong)
            continue
        again = next((seen[form] for form in forms(phrase) if form in seen), None)
        if again is not None:
            reader.fault(place, key, f"{shown(phrase)} beside {shown(again)}", "each way of writing it once")
            continue
        seen.update(dict.fromkeys(forms(phrase), phrase))
        if len(seen) > MOST_PHRASES:
            _too_many(reader, place, key)
        good.append(phrase)
    return tuple(good)


def _too_many(reader: Reader, place: str, key: str) -> NoReturn:
    found = f"more than {MOST_PHRASES:,} phrases, with or without the hyphens in them"
    reader.stop(place, key, found, "no more in one file")


def _wrong_with(phrase: Any) -> str:
    """What a phrase ought to be instead, or nothing."""
    if not isinstance(phrase, str) or not 0 < len(phrase) <= MOST_LETTERS:
        return f"a text of 1 to {MOST_LETTERS} letters"
    if any(unicodedata.category(letter) == "Cc" for letter in phrase):
        return "a text on one line, without control characters"
    if not unbroken(phrase):
        return "words with only spaces, hyphens, brackets or quotation marks between them"
    if max(map(len, forms(phrase))) > MOST_WORDS:
        return f"at most {MOST_WORDS} words"
    return ""


def _what_it_rules_out(reader: Reader, entry: Entry, place: str) -> None:
    """A phrase under `not` must hold one of the entry's terms and more: else it rules out nothing or all."""
    terms = {form for term in entry.terms for form in forms(term)}
    for phrase in entry.not_terms:
        if any(form in terms for form in forms(phrase)):
            reader.fault(place, "not", f"{shown(phrase)}, one of its terms", "a phrase around a term")
        elif terms and not any(
            form[i : i + n] in terms
            for form in forms(phrase)
            for n in range(1, len(form))
            for i in range(len(form) - n + 1)
        ):
            reader.fault(place, "not", f"{shown(phrase)}, which holds no term", "a phrase around a term")


def _each_name_once(reader: Reader, entries: Iterable[Entry]) -> None:
    seen: set[tuple[EntryKind, str]] = set()
    for entry in entries:
        if entry.name and (entry.kind, entry.name) in seen:
            reader.fault("", "entries", f"{shown(entry.name)} twice", f"each {entry.kind.value} once")
        seen.add((entry.kind, entry.name))


def _each_term_once(reader: Reader, entries: Iterable[Entry]) -> None:
    """No words may be two things of one kind: it would not be known which of them is mentioned."""
    seen: dict[tuple[EntryKind, tuple[str, ...]], Entry] = {}
    for entry in entries:
        for term in entry.terms:
            other = next((seen[k] for form in forms(term) if (k := (entry.kind, form)) in seen), None)
            if other is not None and other is not entry:
                found = f"{shown(term)}, which {shown(other.name)} has too"
                reader.fault(entry.name, "terms", found, f"each term under one {entry.kind.value} only")
            seen.update({(entry.kind, form): entry for form in forms(term)})
