"""Whose signatures count for somebody who checks the record, and what a note that they signed says.

Pure: no database, no clock, no files.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from covenant.record.engine import notes, receipts
from covenant.record.keys import Held, Standing, published, signed_text
from covenant.record.types import moment

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


class Wrong(ValueError):
    """It is not what it says that it is; the message says what is wrong."""


@dataclass(frozen=True)
class Trust:
    """Whose signatures count for whoever checks."""

    keys: tuple[Held, ...]  # of the log
    witnesses: tuple[notes.Key, ...] = ()  # those that the reader trusts
    others: tuple[notes.Key, ...] = ()  # witnesses that the log names: checked, and count for none
    quorum: int = 0  # how many of `witnesses` must have signed
    allow_unknown: bool = False  # pass over signatures by keys that are not known


@dataclass(frozen=True)
class Opened:
    """A note all of whose lines were checked."""

    text: str
    by: tuple[Held, ...]
    witnessed: tuple[tuple[notes.Key, str], ...]  # by whom, and when (ISO 8601, UTC)
    unknown: tuple[str, ...] = ()


def trust_of(keys: str, *, witnesses: str = "", allow_unknown: bool = False) -> Trust:
    """Whose signatures count, where the reader trusts the published keys.json and list of witnesses.

    Parameters
    ----------
    keys
        The text of `/record/keys.json`.
    witnesses
        The text of `/record/witnesses`, where there is one: a public key a line.

    Raises
    ------
    Wrong
        One of them is not written as it should be, or the keys in use did not sign their list.
    """
    return Trust(keys_of(keys), others=witnesses_of(witnesses), allow_unknown=allow_unknown)


def pinned(vkeys: Iterable[str]) -> tuple[Held, ...]:
    """Keys that the reader has from elsewhere, and trusts.

    Raises
    ------
    WrongNote
        One is none.
    """
    return tuple(Held(str(notes.key(each)), "") for each in vkeys)


def keys_of(text: str) -> tuple[Held, ...]:
    """The keys in a published list, which every key in use has signed."""
    try:
        told = receipts.parse(text)
        names = {each.name for each in fields(Held)}
        if set(told) != {"keys", "signatures"} or any(set(row) != names for row in told["keys"]):
            raise Wrong(_NO_KEYS)
        held = tuple(Held(**{**row, "standing": Standing(row["standing"])}) for row in told["keys"])
        lines = [f"{line}\n" for line in told["signatures"]]
        if not all(_is_well_told(each) for each in held):
            raise Wrong(_NO_KEYS)
        if published(held, lines) != text:
            raise Wrong("this list of keys is written in another way than it is published")
        in_use = [each.key for each in held if each.standing is Standing.IN_USE]
        if len({each.key.name for each in held}) != 1 or len({each.key for each in held}) != len(held):
            raise Wrong("the keys in a list are those of one log, each once")
        _text, by = notes.opened(signed_text(held) + "\n" + "".join(lines), in_use)
        if len(by) != len(in_use) or len(lines) != len(in_use):
            raise Wrong("a key that is in use did not sign the list, or one that is not did")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise Wrong(str(fault) if isinstance(fault, Wrong | notes.WrongNote) else _NO_KEYS) from None
    return held


_NO_KEYS = "this is no list of keys"


def _is_well_told(held: Held) -> bool:
    ended = held.standing is not Standing.IN_USE
    moments = [held.since, held.until] if ended else [held.since]
    return all(_MOMENT.fullmatch(each) for each in moments) and str(held.key) == held.vkey and (
        isinstance(held.reason, str) and (ended or not held.until)
    )  # fmt: skip


def witnesses_of(text: str) -> tuple[notes.Key, ...]:
    """The keys of witnesses in a list, one a line."""
    try:
        found = tuple(notes.key(line) for line in text.splitlines())
    except ValueError as fault:
        raise Wrong(str(fault)) from None
    if "".join(f"{each}\n" for each in found) != text or len(set(found)) != len(found):
        raise Wrong("a list of witnesses has one key a line, each once")
    return found


def open_note(note: str, trust: Trust) -> Opened:
    """The text of a note and who signed it; every line below it must be right, and by a key that is known.

    A line by an unknown key is refused, although it would do no harm by itself: otherwise a changed letter in
    the name of a key would pass as the signature of a stranger, and nobody would be told.
    """
    text, signatures = notes.split(note)
    own = {(held.key.name, held.key.id): held for held in trust.keys}
    seen = {(each.name, each.id): each for each in (*trust.others, *trust.witnesses)}
    by, witnessed, unknown, known = (
        list[Held](),
        list[tuple[notes.Key, str]](),
        list[str](),
        list[notes.Key](),
    )
    for line in signatures:
        which = line.name, line.id
        if which in own:
            by.append(own[which])
            known.append(own[which].key)
        elif which in seen and seen[which].kind == notes.COSIGNATURE:
            witnessed.append((seen[which], _moment(line.value[:8])))
            known.append(seen[which])
        elif trust.allow_unknown:
            unknown.append(line.name)
        else:
            raise notes.WrongNote(
                f"it is signed by “{line.name}”, whose key {line.id.hex()} is not known here"
            )
    if len(set(known)) != len(known):
        raise notes.WrongNote("one key signed it twice")
    if not by:
        raise notes.WrongNote("no key of the log that is known here signed it")
    notes.opened(note, known)
    return Opened(text, tuple(by), tuple(witnessed), tuple(unknown))


def _moment(seconds: bytes) -> str:
    try:
        return moment(datetime.fromtimestamp(int.from_bytes(seconds, "big"), UTC))
    except (OverflowError, ValueError, OSError):
        raise notes.WrongNote("a witness signed at no moment that there is") from None


def open_checkpoint(note: str, trust: Trust) -> tuple[notes.Checkpoint, Opened]:
    """A checkpoint that counts: signed by the log that it names, not by a lost key alone, and by witnesses.

    Raises
    ------
    WrongNote
        It does not count; the message says why.
    """
    opened = open_note(note, trust)
    found = notes.checkpoint(opened.text)
    if any(held.key.name != found.origin for held in opened.by):
        raise notes.WrongNote(f"it is a checkpoint of {found.origin[:120]}, signed by another log")
    seen = [at for key, at in opened.witnessed if key in trust.witnesses]
    lost = [held for held in opened.by if held.standing is Standing.LOST]
    if len(lost) == len(opened.by) and not any(at <= held.until for at in seen for held in lost):
        raise notes.WrongNote(
            f"only a key signed it that was lost on {lost[0].until}, and no witness that you trust saw "
            "it before: what a lost key signs counts for nothing"
        )
    if len(seen) < trust.quorum:
        raise notes.WrongNote(
            f"{len(seen)} of the {len(trust.witnesses)} witnesses that you trust signed it, "
            f"and you ask for {trust.quorum}"
        )
    return found, opened
