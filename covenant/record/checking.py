"""What a receipt, the signatures of a covenant or a list of keys shows to somebody who does not trust us.

Pure: no database, no clock, no files. Every answer says what was checked, what was not, and what is wrong.
A page or a command calls `trust.trust_of` with the text of keys.json, then `check_receipt(text, trust)`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from covenant.record.engine import merkle, notes, receipts
from covenant.record.keys import Standing
from covenant.record.trust import Opened, Trust, Wrong, open_checkpoint, open_note
from covenant.record.types import data_of, root, seal

SIGNATURES = "covenant-signatures/1"
LARGEST = 20_000_000  # characters of a file of signatures


@dataclass(frozen=True)
class Verdict:
    """What was found, in sentences that a resident can read."""

    fault: str  # the first thing that is wrong; nothing where all is right
    checked: tuple[str, ...]  # what was checked, and is right
    unchecked: tuple[str, ...] = ()  # what this does not show
    entry: Mapping[str, Any] | None = field(default=None, hash=False)  # what the entry of a receipt says

    @property
    def right(self) -> bool:
        return not self.fault


def check_receipt(text: str, trust: Trust) -> Verdict:
    """What a receipt shows: that an act was received, and that it stands in the record under a signature.

    Parameters
    ----------
    text
        The file, as it was downloaded (what was pasted into a form: after `from_form`). One receipt.
    trust
        Whose signatures count (`trust_of`, or `Trust(pinned([...]))`).

    Returns
    -------
    Verdict
        Never raises for what is in the file: what is wrong stands in `fault`.
    """
    done = _Steps()
    try:
        found = receipts.read(text)
        if len(found) != 1:
            raise Wrong("this file holds several receipts: `check_receipts` checks each")
        if receipts.write(found[0]) != text:
            raise Wrong("it is written in another way than a receipt is")
        _check(found[0], trust, done)
    except (ValueError, TypeError, RecursionError) as fault:
        return done.verdict(str(fault))
    return done.verdict()


def check_receipts(text: str, trust: Trust) -> list[Verdict]:
    """What each receipt in a file shows, where it holds one or many."""
    try:
        found = receipts.read(text)
        if text not in (receipts.write_many(found), receipts.write(found[0])):
            raise Wrong("it is written in another way than receipts are")
    except (ValueError, TypeError, RecursionError) as fault:
        return [_Steps().verdict(str(fault))]
    return [check_receipt(receipts.write(each), trust) for each in found]


def from_form(text: str) -> str:
    """What was pasted into a form, with line ends as they were in the file."""
    return text.replace("\r\n", "\n").strip() + "\n"


class _Steps:
    """What was done so far."""

    def __init__(self) -> None:
        self.checked, self.unchecked = list[str](), list[str]()
        self.entry: Mapping[str, Any] | None = None

    def verdict(self, fault: str = "") -> Verdict:
        return Verdict(fault, tuple(self.checked), tuple(self.unchecked), self.entry)


def _check(receipt: receipts.Receipt, trust: Trust, done: _Steps) -> None:
    done.entry = entry_of(receipt.leaf)
    if not receipt.promise and not receipt.proof:
        raise Wrong("nothing in this receipt is signed: it has neither a promise nor a proof")
    if receipt.promise:
        _named("the promise", lambda: _check_promise(receipt, trust, done))
    if receipt.proof:
        _named("the proof", lambda: _check_proof(receipt, trust, done))
    else:
        done.unchecked.append(
            "That it stands in the record: this receipt is only a promise so far. "
            "Fetch it again after the time that was promised."
        )
    if receipt.opening is not None:
        _named("the opening", lambda: _check_opening(receipt.opening, done))
    done.unchecked.append("That what the entry says is true: the record shows what was entered, and when.")


def _named(what: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ValueError as fault:
        raise Wrong(f"{what}: {fault}") from None


def entry_of(data: str) -> dict[str, Any]:
    """What an entry says, if it is written in the one way in which entries are."""
    try:
        told = json.loads(data)
        same = data_of(told["at"], told["kind"], told["subject"], told["body"]) == data
        texts = all(isinstance(told[name], str) for name in ("at", "kind", "subject"))
    except (ValueError, TypeError, KeyError, RecursionError):
        same = texts = False
    if not (same and texts and isinstance(told["body"], dict)):
        raise Wrong("the entry is not written as an entry of the record is")
    return dict(told)


def _check_promise(receipt: receipts.Receipt, trust: Trust, done: _Steps) -> None:
    opened = open_note(receipt.promise, trust)
    told = notes.promise(opened.text)
    if told.leaf != receipt.hash:
        raise Wrong("it is about another entry")
    if any(held.key.name != told.origin for held in opened.by):
        raise Wrong(f"it is a promise of {told.origin[:120]}, signed by another log")
    if all(held.standing is not Standing.IN_USE and told.at > held.until for held in opened.by):
        last = opened.by[0]
        raise Wrong(f"its key was {last.standing} from {last.until} on, and it is of {told.at}")
    if any(held.standing is Standing.LOST for held in opened.by):
        done.unchecked.append("That the promise was made when it says: its key was lost later.")
    done.checked.append(
        f"{told.origin} promised for an act of {told.at} that exactly this entry "
        f"would stand in the record within {told.seconds} seconds."
    )


def _check_proof(receipt: receipts.Receipt, trust: Trust, done: _Steps) -> None:
    proof = notes.proof(receipt.proof)
    if proof.text != receipt.proof:
        raise Wrong("it is written in another way than a proof is")
    found, opened = open_checkpoint(proof.checkpoint, trust)
    merkle.check_inclusion(receipt.hash, proof.index, found.size, proof.hashes, found.root)
    done.checked.append(
        f"Exactly this entry stands at place {proof.index} in the record of {found.origin}, "
        f"which had {found.size} entries when it signed that."
    )
    done.checked += who_saw(opened, trust)
    if not any(key in trust.witnesses for key, _at in opened.witnessed):
        done.unchecked.append(
            "That everyone is shown the same record: no witness that you named yourself signed this."
        )


def who_saw(opened: Opened, trust: Trust) -> list[str]:
    """A sentence for each witness that signed a checkpoint."""
    return [
        f"The witness {key.name} saw this state of the record at {at}"
        + ("." if key in trust.witnesses else "; the record names this witness itself.")
        for key, at in opened.witnessed
    ]


def _check_opening(opening: Mapping[str, Any] | None, done: _Steps) -> None:
    if opening is None or set(opening) != {"salt", "sealed"} or done.entry is None:
        raise Wrong("it has what was sealed and the salt, and nothing else")
    salt = opening["salt"]
    if not isinstance(salt, str) or len(salt) != 64 or bytes.fromhex(salt).hex() != salt:
        raise Wrong("its salt has not 64 characters from 0 to 9 and a to f")
    if seal(opening["sealed"], bytes.fromhex(salt)) not in done.entry["body"].values():
        raise Wrong("what it opens is not what the entry sealed")
    done.checked.append(f"What the entry seals is {json.dumps(opening['sealed'], ensure_ascii=False)}.")


def write_signatures(
    *, title: str, version: str, words: Mapping[str, Any], signed: Sequence[receipts.Receipt]
) -> str:
    """The words of a version of a covenant and the receipts of those who signed them, as a file.

    Parameters
    ----------
    version
        Its id: what the signatures' entries are about.
    words
        Every field of what is signed, by its name; its hash is `types.root` of them.
    signed
        The receipts of the entries `version.signed` (and of `version.in_force`, where it is).
    """
    told = {
        "format": SIGNATURES,
        "title": title,
        "version": version,
        "hash": root(words),
        "words": dict(words),
        "signatures": [json.loads(receipts.write(each)) for each in signed],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def check_signatures(text: str, trust: Trust) -> Verdict:
    """Whether the parties signed exactly these words, from a file of a covenant's signatures.

    Parameters and Returns
    ----------------------
    As in `check_receipt`.
    """
    done = _Steps()
    try:
        told = receipts.parse(text, longest=LARGEST)
        if not isinstance(told, dict) or told.get("format") != SIGNATURES:
            raise Wrong(f"this is no file of signatures: its format is not {SIGNATURES}")
        signed = [receipts.read(json.dumps(each))[0] for each in told["signatures"]]
        title, version, words = told["title"], told["version"], told["words"]
        if root(words) != told["hash"]:
            raise Wrong("its words do not have the hash that stands beside them")
        if write_signatures(title=title, version=version, words=words, signed=signed) != text:
            raise Wrong("it is written in another way than a file of signatures is")
        if words.get("title") != title:
            raise Wrong("its title is not the one that was signed")
        done.checked.append(f"The words in this file have the hash {told['hash']}.")
        parties = {each.partition(" ")[0]: each.partition(" ")[2] for each in words["parties"]}
        _check_signed(signed, version, told["hash"], parties, trust, done)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        said = str(fault) if isinstance(fault, ValueError) else "this is no file of signatures"
        return done.verdict(said)
    return done.verdict()


def _check_signed(
    signed: Sequence[receipts.Receipt], version: str, hash: str, parties: Mapping[str, str], trust: Trust,
    done: _Steps,
) -> None:  # fmt: skip
    missing, in_force = dict(parties), False
    for number, receipt in enumerate(signed, 1):
        steps = _Steps()
        _named(f"signature {number}", lambda one=receipt, own=steps: _check(one, trust, own))  # type: ignore[misc]
        entry: Mapping[str, Any] = steps.entry or {}
        where = f"signature {number}"
        if entry["subject"] != version or entry["body"].get("hash") != hash:
            raise Wrong(f"{where}: it was given to other words than these")
        if entry["kind"] == "version.in_force" and not in_force:
            in_force = True
        elif entry["kind"] == "version.signed" and entry["body"].get("party") in missing:
            name = missing.pop(entry["body"]["party"])
            done.checked.append(f"{name} signed exactly these words at {entry['at']}.")
        else:
            raise Wrong(f"{where}: it is no signature of a party to these words, or one that is here twice")
        done.checked += [f"{where}: {said}" for said in steps.checked]
        done.unchecked += [said for said in steps.unchecked if said not in done.unchecked]
    if in_force:
        done.checked.append("The record says that these words are in force, or were.")
    done.unchecked += [f"{name} has not signed in this file." for name in missing.values()]
    done.unchecked.append("Which person signed for a party: that is sealed in the entries.")
