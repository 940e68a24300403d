"""The record as files: `entries.jsonl`, an entry a line, and `tip.json`, their number and the last hash."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from covenant.record.types import START, Entry, Tip, canonical

ENTRIES, TIP = "entries.jsonl", "tip.json"
LONGEST_LINE = 16_000_000  # bytes; no act is so long, and an endless line would fill the memory
HASH = re.compile(r"[0-9a-f]{64}")


class Unreadable(Exception):
    """A file of an export is not what it should be; the message names the file, the line and the entry."""


class Rewritten(Unreadable):
    """A line tells an entry in other bytes than those in which every entry is written."""


def write(entries: Iterable[Entry], folder: Path) -> Tip:
    """Write an export into a folder; returns its tip."""
    folder.mkdir(parents=True, exist_ok=True)
    tip = Tip(0, START)
    part = folder / f"{ENTRIES}.part"
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for entry in entries:
            file.write(line(entry))
            tip = Tip(tip.entries + 1, entry.hash)
    part.replace(folder / ENTRIES)
    (folder / TIP).write_text(json.dumps(asdict(tip)) + "\n", encoding="utf-8")
    return tip


def line(entry: Entry) -> str:
    """One line of `entries.jsonl`."""
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True) + "\n"


def read(record: Path) -> tuple[list[Entry], Unreadable | None]:
    """Read an export, which is a folder or its `entries.jsonl`.

    Returns
    -------
    list of Entry, and Unreadable or None
        The entries up to the first line that is none, and what is wrong with that line.

    Raises
    ------
    Unreadable
        Where there is no such file, or it cannot be opened.
    """
    file, entries = _file(record), list[Entry]()
    try:
        with file.open("rb") as lines:
            while text := lines.readline(LONGEST_LINE):
                number = len(entries)
                entries.append(_entry(text, f"{file}: line {number + 1} (entry {number})"))
    except Unreadable as wrong:
        return entries, wrong
    except OSError as error:
        raise _unopened(file, error) from None
    return entries, None


def read_tip(record: Path) -> Tip | None:
    """The tip that stands beside an export's entries, where there is one.

    Raises
    ------
    Unreadable
        Where that file is no tip, or cannot be opened.
    """
    file = _file(record).parent / TIP
    try:
        with file.open("rb") as opened:
            fields = json.loads(opened.read(10_000))
        tip = Tip(fields["entries"], fields["hash"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unopened(file, error) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        tip = Tip(-1, "")
    if type(tip.entries) is not int or tip.entries < 0 or not is_hash(tip.hash):
        raise Unreadable(f"{file}: this is no tip of a record")
    return tip


def is_hash(value: object) -> bool:
    """Whether this is SHA-256 in lower-case hexadecimal."""
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _file(record: Path) -> Path:
    try:
        return record / ENTRIES if record.is_dir() else record
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise _unopened(record, error) from None


def _unopened(file: Path, error: OSError) -> Unreadable:
    return Unreadable(f"{file}: this cannot be opened ({error.strerror})")


def _entry(text: bytes, where: str) -> Entry:
    try:
        entry = Entry(**json.loads(text.decode()))
        canonical([entry.body])  # what cannot be hashed is no entry
        as_written = line(entry).encode()
    except (ValueError, TypeError, RecursionError):
        raise Unreadable(f"{where}: this is no entry of a record") from None
    texts = (entry.at, entry.kind, entry.subject, entry.previous, entry.hash)
    whole = type(entry.index) is int and 0 <= entry.index < 2**63
    if not (whole and isinstance(entry.body, dict) and all(isinstance(text, str) for text in texts)):
        raise Unreadable(f"{where}: a field of this entry is of another type than it should be")
    if text != as_written:
        raise Rewritten(f"{where}: this line was changed: an entry is not written like this")
    return entry
