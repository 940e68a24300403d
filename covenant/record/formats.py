"""The record as files: `entries.jsonl`, an entry a line, and `tip.json`, their number and the last hash."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from covenant.record.types import Entry

ENTRIES, TIP = "entries.jsonl", "tip.json"


class Unreadable(Exception):
    """A file of an export is not what it should be; the message names the file and the line."""


def write(entries: Iterable[Entry], folder: Path) -> tuple[int, str]:
    """Write an export into a folder; returns the tip."""
    folder.mkdir(parents=True, exist_ok=True)
    count, last = 0, "0" * 64
    part = folder / f"{ENTRIES}.part"
    with part.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(line(entry))
            count, last = count + 1, entry.hash
    part.replace(folder / ENTRIES)
    (folder / TIP).write_text(json.dumps({"entries": count, "hash": last}) + "\n")
    return count, last


def line(entry: Entry) -> str:
    """One line of `entries.jsonl`."""
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True) + "\n"


def read(folder: Path) -> tuple[list[Entry], tuple[int, str] | None]:
    """Read an export: its entries, and its tip where it has one.

    Raises
    ------
    Unreadable
        Where a file is missing, or a line is no entry.
    """
    file = folder / ENTRIES if folder.is_dir() else folder
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise Unreadable(f"{file}: there is no such file") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file}: this is not a text in UTF-8") from None
    entries = []
    for number, text in enumerate(lines, 1):
        if not text and number == len(lines):
            continue  # after the last line's end
        entries.append(_entry(text, f"{file}: line {number}"))
    tip = file.parent / TIP
    return entries, _tip(tip) if tip.exists() else None


def _entry(text: str, where: str) -> Entry:
    try:
        fields = json.loads(text)
        entry = Entry(**fields)
    except (ValueError, TypeError, RecursionError):
        raise Unreadable(f"{where}: this is no entry of a record") from None
    texts = (entry.at, entry.kind, entry.subject, entry.previous, entry.hash)
    whole = isinstance(entry.index, int) and not isinstance(entry.index, bool)
    if not (whole and isinstance(entry.body, dict) and all(isinstance(text, str) for text in texts)):
        raise Unreadable(f"{where}: a field of this entry is of another type than it should be")
    return entry


def _tip(file: Path) -> tuple[int, str]:
    try:
        tip = json.loads(file.read_text(encoding="utf-8"))
        return int(tip["entries"]), str(tip["hash"])
    except (ValueError, TypeError, KeyError):
        raise Unreadable(f"{file}: this is no tip of a record") from None
