"""Checks receipts with nothing but the receipts and the keys that somebody trusts. Pure.

`check_receipt(text, keys)` is all that a page or a command needs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from covenant.record.engine import merkle, notes, receipts
from covenant.record.keys import Held, Standing
from covenant.record.types import BALLOT, canonical, seal


class Outcome(StrEnum):
    """What came of one step."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "not shown"  # neither right nor wrong: what it takes is not there


class About(StrEnum):
    """What a step looks at."""

    FILE = "The file"
    ENTRY = "The entry"
    PROMISE = "The promise"
    PLACE = "The place in the record"
    WITNESSES = "The witnesses"
    OPENING = "What was sealed"


@dataclass(frozen=True)
class Step:
    """One thing that was looked at, and what came of it."""

    about: About
    outcome: Outcome
    said: str


NEVER_CHECKED = (
    "Whether what the entry says is true. The record shows that it was said, and when.",
    "Whether somebody stood beside the person who acted, or made up a person who did.",
)


@dataclass(frozen=True)
class Verdict:
    """What a receipt shows, step by step, and what it does not."""

    steps: tuple[Step, ...]
    entry: Mapping[str, Any] | None = None  # what the receipt speaks of, where it can be read
    hash: str = ""  # of the entry, in hexadecimal
    not_checked: tuple[str, ...] = NEVER_CHECKED

    def outcome(self, about: About) -> Outcome | None:
        """What came of the step that looks at something; None where there was none."""
        return next((step.outcome for step in self.steps if step.about is about), None)

    @property
    def is_wrong(self) -> bool:
        """Whether something does not fit: then the receipt shows nothing."""
        return any(step.outcome is Outcome.WRONG for step in self.steps)

    @property
    def is_in_the_record(self) -> bool:
        return not self.is_wrong and self.outcome(About.PLACE) is Outcome.RIGHT

    @property
    def is_promised(self) -> bool:
        return not self.is_wrong and self.outcome(About.PROMISE) is Outcome.RIGHT

    @property
    def said(self) -> str:
        """The verdict in a sentence or two."""
        if self.is_wrong:
            return "This receipt does not hold. Keep it, and ask whoever runs this record why."
        if self.is_in_the_record:
            return "This receipt holds: the entry is in the signed record."
        if self.is_promised:
            return "The entry was received, and a signed promise says so. Its place is not shown yet."
        return "Nothing in this receipt is signed by a key that counts: it shows nothing."


def check_receipt(
    text: str, keys: Sequence[Held], *, witnesses: Sequence[notes.Key] = ()
) -> tuple[Verdict, ...]:
    """Check the receipts in a file, each by itself.

    Parameters
    ----------
    text
        The file: `covenant-receipt/1`, or several as `covenant-receipts/1`.
    keys
        The public keys of the log that are trusted, with how they stand: what only a lost key signed counts
        for nothing, unless a witness saw it before the key was lost.
    witnesses
        The public keys of witnesses that are trusted.

    Returns
    -------
    tuple of Verdict
        One for each receipt, in the order of the file. A file that is no receipt has one, which is wrong.

    Examples
    --------
    >>> check_receipt("{}", [])[0].is_wrong
    True
    """
    try:
        found = receipts.read(text)
    except receipts.WrongReceipt as fault:
        return (Verdict((Step(About.FILE, Outcome.WRONG, f"This cannot be read: {fault}."),)),)
    return tuple(_check(each, keys, witnesses) for each in found)


def _check(receipt: receipts.Receipt, keys: Sequence[Held], witnesses: Sequence[notes.Key]) -> Verdict:
    entry, step = _entry(receipt.leaf)
    if entry is None:
        return Verdict((step,))
    steps = [step, _promise(receipt, entry, keys)]
    if receipt.proof:
        steps += _place(receipt, keys, witnesses)
    else:
        steps.append(Step(About.PLACE, Outcome.OPEN, "It holds no proof. Fetch it anew in a minute."))
    if receipt.opening is not None:
        steps.append(_opening(receipt.opening, entry["body"]))
    return Verdict(tuple(steps), entry, receipt.hash.hex())


def _entry(leaf: str) -> tuple[dict[str, Any] | None, Step]:
    """What an entry says, where it is written in the one way in which entries are."""
    try:
        told = receipts.parse(leaf)
        whole = isinstance(told, dict) and set(told) == {"at", "body", "kind", "subject"}
        texts = whole and all(isinstance(told[name], str) for name in ("at", "kind", "subject"))
        if not (texts and isinstance(told["body"], dict) and canonical(told).decode() == leaf):
            raise ValueError("it is not written as entries are")
    except (ValueError, RecursionError) as fault:
        return None, Step(About.ENTRY, Outcome.WRONG, f"This is no entry of a record: {fault}.")
    return told, Step(
        About.ENTRY,
        Outcome.RIGHT,
        "It is written in the one way in which it can be, so it has one hash.",
    )


def _promise(receipt: receipts.Receipt, entry: Mapping[str, Any], keys: Sequence[Held]) -> Step:
    if not receipt.promise:
        return Step(About.PROMISE, Outcome.OPEN, "The receipt holds no promise.")
    try:
        text, by = _opened(receipt.promise, keys)
        promise = notes.promise(text)
        _check_origin(promise.origin, by)
    except notes.WrongNote as fault:
        return Step(About.PROMISE, Outcome.WRONG, f"It cannot be relied on: {fault}.")
    if promise.leaf != receipt.hash:
        return Step(About.PROMISE, Outcome.WRONG, "It promises another entry than this one.")
    exact = 10 if entry["kind"].startswith(BALLOT) else 20  # a vote's entry tells the day alone
    if promise.at[:exact] != entry["at"][:exact]:
        return Step(About.PROMISE, Outcome.WRONG, "It tells of another moment than the entry does.")
    if all(_is_lost(key, keys) for key in by):
        return Step(
            About.PROMISE, Outcome.OPEN, "Only a key that was lost since signed it: that counts for nothing."
        )
    return Step(
        About.PROMISE,
        Outcome.RIGHT,
        f"{promise.origin} signed that it received this entry at {_moment(promise.at)}, and that it would "
        f"stand in the signed record within {promise.seconds} seconds.",
    )


def _place(receipt: receipts.Receipt, keys: Sequence[Held], witnesses: Sequence[notes.Key]) -> list[Step]:
    try:
        proof = notes.proof(receipt.proof)
        text, by = _opened(proof.checkpoint, keys)
        signed = notes.checkpoint(text)
        _check_origin(signed.origin, by)
        merkle.check_inclusion(receipt.hash, proof.index, signed.size, proof.hashes, signed.root)
        seen = _seen(proof.checkpoint, witnesses)
    except (notes.WrongNote, merkle.WrongProof) as fault:
        return [Step(About.PLACE, Outcome.WRONG, f"The proof does not lead to this entry: {fault}.")]
    lost_at = [held.until for held in keys if held.key in by and held.standing is Standing.LOST]
    if len(lost_at) == len(by) and not any(_iso(at) <= min(lost_at) for _name, at in seen):
        said = (
            "Only a key that was lost since signed this checkpoint, and no witness is known to have seen it "
            "before: it counts for nothing. Fetch the receipt anew."
        )
        return [Step(About.PLACE, Outcome.OPEN, said)]
    said = (
        f"It is entry {proof.index}, counted from 0, of the {signed.size} under a checkpoint that "
        f"{signed.origin} signed."
    )
    return [Step(About.PLACE, Outcome.RIGHT, said), _witnessed(proof.checkpoint, signed.origin, seen)]


def _opened(note: str, keys: Sequence[Held]) -> tuple[str, list[notes.Key]]:
    """The text of a note and the keys of the log that signed it.

    A line under the log's own name counts only by a key that is known: else one that was tampered with would
    pass for one by a key that nobody knows.
    """
    known = {(held.key.name, held.key.id) for held in keys}
    names = {held.key.name for held in keys}
    for each in notes.split(note)[1]:
        if each.name in names and (each.name, each.id) not in known:
            raise notes.WrongNote(f"a line by {each.name} is by a key that is not known")
        if each.name not in names and len(each.value) != 72:
            raise notes.WrongNote("a line below it is neither by the log nor by a witness")
    return notes.opened(note, [held.key for held in keys])


def _check_origin(origin: str, by: Sequence[notes.Key]) -> None:
    if any(key.name != origin for key in by):
        raise notes.WrongNote(f"it is of {origin}, and signed by the key of another log")


def _seen(note: str, witnesses: Sequence[notes.Key]) -> list[tuple[str, int]]:
    """The trusted witnesses that signed a checkpoint, and when; raises where one of the lines is wrong."""
    known = {(key.name, key.id.hex()): key for key in witnesses}
    if not known:
        return []
    found = [each for each in notes.cosignatures(note, by_others_than="") if each[:2] in known]
    if found:
        notes.opened(note, list(known.values()))
    return [(name, at) for name, _id, at in found]


def _witnessed(note: str, origin: str, seen: Sequence[tuple[str, int]]) -> Step:
    if seen:
        names = ", ".join(f"{name} ({_moment(_iso(at))})" for name, at in seen)
        return Step(About.WITNESSES, Outcome.RIGHT, f"This checkpoint was seen and signed by {names}.")
    others = {name for name, *_ in notes.cosignatures(note, by_others_than=origin)}
    if others:
        names = ", ".join(sorted(others))
        said = f"It bears lines by {names}. Their keys were not given, so they were not checked."
    else:
        said = "No witness has signed this checkpoint: others could be shown another record."
    return Step(About.WITNESSES, Outcome.OPEN, said)


def _opening(opening: Mapping[str, Any], body: Mapping[str, Any]) -> Step:
    """Whether what was sealed, with its salt, makes one of the seals in the entry."""
    try:
        if set(opening) != {"salt", "sealed"} or not isinstance(opening["salt"], str):
            raise ValueError("an opening holds what was sealed, and the salt")
        salt = bytes.fromhex(opening["salt"])
        if salt.hex() != opening["salt"]:
            raise ValueError("a salt is written in small hexadecimal digits")
        made = seal(opening["sealed"], salt)
    except (ValueError, RecursionError) as fault:
        return Step(About.OPENING, Outcome.WRONG, f"The opening cannot be read: {fault}.")
    if made not in [value for value in body.values() if isinstance(value, str)]:
        return Step(About.OPENING, Outcome.WRONG, "The entry seals something else than the opening says.")
    told = json.dumps(opening["sealed"], ensure_ascii=False, sort_keys=True)
    return Step(About.OPENING, Outcome.RIGHT, f"The entry seals exactly this: {told}.")


def _is_lost(key: notes.Key, keys: Sequence[Held]) -> bool:
    return any(held.key == key and held.standing is Standing.LOST for held in keys)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(min(seconds, 2**33), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(iso: str) -> str:
    return f"{iso[:10]} {iso[11:19]} UTC"
