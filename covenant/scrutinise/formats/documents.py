"""Reads plain-text documents, and writes what was found in them as plain data."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from covenant.scrutinise.engine.terms import Lexicon, has_words
from covenant.scrutinise.engine.text import CAVEATS, ENGINE, DocumentReading, Mentions
from covenant.scrutinise.formats.faults import Reader
from covenant.scrutinise.formats.shown import printable

READING = "covenant-text-reading/1"
MOST_BYTES = 10_000_000
_EXPECTED = "a plain text in UTF-8, .txt or .md"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKS = {
    b"%PDF": "a PDF file; `pdftotext REPORT.pdf REPORT.txt` makes a text of it",
    b"PK\x03\x04": "a packed file, such as a Word or OpenDocument file; save it as plain text",
    b"\xd0\xcf\x11\xe0": "a Word file; save it as plain text",
    b"{\\rtf": "a file in rich text; save it as plain text",
}


@dataclass(frozen=True)
class Document:
    """A document as it was read: its name, its hash and its text, every line of it ending in a line feed."""

    name: str
    sha256: str
    text: str


def read_document(path: Path) -> Document:
    """Read a plain text. Raises FaultyFile with the one reason for which it cannot be used."""
    reader = Reader(path)
    try:
        if path.exists() and not path.is_file():
            reader.stop("", "", "no regular file", _EXPECTED)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reader.stop("", "", f"a file that cannot be read ({error.strerror or error})", _EXPECTED)
    except ValueError:  # a null byte in the path
        reader.stop("", "", "a path that no file can have", _EXPECTED)
    if not content:
        reader.stop("", "", "an empty file", _EXPECTED)
    if kind := next((says for mark, says in _MARKS.items() if content.startswith(mark)), ""):
        reader.stop("", "", kind, _EXPECTED)
    if len(content) > MOST_BYTES:
        reader.stop("", "", f"more than {MOST_BYTES:,} bytes", f"at most {MOST_BYTES:,}")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reader.stop(f"line {line}, byte {error.start + 1}", "", "bytes that are not UTF-8", _EXPECTED)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        reader.stop(f"line {line}", "", f"the control character {found.group()!r}", _EXPECTED)
    if not has_words(text):
        reader.stop("", "", "no words", _EXPECTED)
    return Document(printable(str(path)), hashlib.sha256(content).hexdigest(), text)


def as_json(documents: list[tuple[Document, DocumentReading]], lexicon: Lexicon) -> dict[str, Any]:
    """Write readings as plain data for `json.dumps`; the same texts and lexicon always give the same data."""
    return {
        "format": READING,
        "engine": ENGINE,
        "lexicon": {
            "title": lexicon.title,
            "entries": [
                {
                    "kind": entry.kind.value,
                    "name": entry.name,
                    "terms": list(entry.terms),
                    "not": list(entry.not_terms),
                    "note": entry.note,
                }
                for entry in lexicon.entries
            ],
        },
        "documents": [_document(document, reading) for document, reading in documents],
        "caveats": list(CAVEATS),
    }


def _document(document: Document, reading: DocumentReading) -> dict[str, Any]:
    return {
        "name": document.name,
        "sha256": document.sha256,
        "words": reading.words,
        "pages": reading.pages,
        "mentions": [_mentions(mentions) for mentions in reading.mentions],
    }


def _mentions(mentions: Mentions) -> dict[str, Any]:
    rate = mentions.rate
    return {
        "kind": mentions.entry.kind.value,
        "name": mentions.entry.name,
        "count": rate.count,
        "per_10000_words": {"value": rate.value, "low": rate.low, "high": rate.high},
        "lines": list(mentions.lines),
        "pages": None if mentions.pages is None else list(mentions.pages),
        "excerpts": [
            {"line": e.line, "page": e.page, "before": e.before, "words": e.words, "after": e.after}
            for e in mentions.excerpts
        ],
    }
