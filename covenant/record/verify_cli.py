"""`covenant verify`: a record, a receipt or the signatures of a covenant, offline and with no database."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from covenant.record import checking, copies
from covenant.record.checking import Verdict
from covenant.record.copies import Changed, Unreadable
from covenant.record.engine import notes, receipts
from covenant.record.trust import Trust, pinned

Keys = Annotated[list[str], typer.Option("--key", metavar="VKEY", help="A key of the log; may be repeated.")]
Witnesses = Annotated[
    list[str], typer.Option("--witness", metavar="VKEY", help="A witness that you trust; may be repeated.")
]


def verify(
    path: Annotated[
        Path, typer.Argument(help="A folder with a record, a receipt, or a file of a covenant's signatures.")
    ],
    key: Keys = [],  # noqa: B006  (typer copies it)
    keys: Annotated[
        Path | None, typer.Option(help="The folder where keys.json lies; else that of PATH.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier copy of the record, or an earlier checkpoint.")
    ] = None,
    witness: Witnesses = [],  # noqa: B006
    quorum: Annotated[int | None, typer.Option(min=0, help="How many of them must have signed.")] = None,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Pass over signatures by keys that are not known.")
    ] = False,
) -> None:
    """Check that a record, a receipt or signatures are what was signed; name the first thing that is not.

    Exit code 0: all is right. 1: something was changed, or does not count. 2: it cannot be read.
    """
    try:
        seen = tuple(notes.key(each) for each in witness)
        own = pinned(key)
    except ValueError as fault:
        _stop(2, f"--key, --witness: no public key: {fault}")
    asked = len(seen) if quorum is None else quorum
    if asked > len(seen):
        _stop(2, f"--quorum: {asked} is more than the {len(seen)} witnesses that you name")
    try:
        beside = keys or (path if path.is_dir() else path.parent)
        trust = copies.trust_beside(beside, own)
        trust = replace(trust, witnesses=seen, quorum=asked, allow_unknown=allow_unknown)
        if path.is_dir():
            _verify_folder(path, against, trust)
        else:
            _verify_file(path, against, trust)
    except Unreadable as fault:
        _stop(2, str(fault))
    except Changed as fault:
        _stop(1, str(fault))
    except (OSError, ValueError) as fault:  # a name that no file can have
        _stop(2, f"{path}: this cannot be read ({fault})")
    if not own:
        _say(f"The keys were those in {beside / 'keys.json'}: with --key you say yourself whom you trust.")


def _verify_folder(folder: Path, against: Path | None, trust: Trust) -> None:
    copy = copies.check(folder, trust)
    before = copies.check_against(copy, against, trust) if against else None
    size, root = copy.checkpoint.size, copy.checkpoint.root.hex()
    _say(f"{_count(size)} of {copy.checkpoint.origin}, all as they were signed; the root is {root}")
    for said in checking.who_saw(copy.note, trust):
        _say(said)
    if before is not None:
        _say(f"It begins with the {_count(before)} of {against}, unchanged.")
    elif not any(each in trust.witnesses for each, _at in copy.note.witnessed):
        _say(
            "A record that was written anew as a whole, by whoever has its keys, would pass this too: "
            "compare it with an earlier copy (--against) or ask for witnesses that you trust (--witness)."
        )


def _verify_file(file: Path, against: Path | None, trust: Trust) -> None:
    text = copies.text(file, checking.LARGEST)
    try:
        told = receipts.parse(text, longest=checking.LARGEST)
    except ValueError as fault:
        raise Unreadable(f"{file}: {fault}") from None
    format = told.get("format") if isinstance(told, dict) else None
    if format == checking.SIGNATURES:
        found = [checking.check_signatures(text, trust)]
        checkpoints = [each.get("proof", "") for each in told["signatures"]] if found[0].right else []
    elif format in (receipts.FORMAT, receipts.MANY):
        found = checking.check_receipts(text, trust)
        rows = told["receipts"] if format == receipts.MANY else [told]
        checkpoints = [each.get("proof", "") for each in rows] if all(each.right for each in found) else []
    else:
        raise Unreadable(f"{file}: this is neither a receipt nor a file of a covenant's signatures")
    _tell(file, found)
    if against:
        _hold_proofs(file, checkpoints, against, trust)


def _tell(file: Path, found: Sequence[Verdict]) -> None:
    for number, verdict in enumerate(found, 1):
        which = f"receipt {number}: " if len(found) > 1 else ""
        if not verdict.right:
            raise Changed(f"{file}: {which}{verdict.fault}")
        for said in verdict.checked:
            _say(f"{which}{said}")
    for said in dict.fromkeys(said for verdict in found for said in verdict.unchecked):
        _say(f"Not shown by this: {said}")


def _hold_proofs(file: Path, proofs: Sequence[str], against: Path, trust: Trust) -> None:
    """Hold the checkpoints of proofs that were checked to a copy of the record that somebody else kept."""
    if not against.is_dir():
        raise Unreadable(f"{against}: a receipt is held to a copy of the record, which is a folder")
    copy = copies.check(against, trust)
    for note in {notes.proof(each).checkpoint for each in proofs if each}:
        found = notes.checkpoint(notes.split(note)[0])
        copies.check_held(copy, found, str(file))
    _say(f"The copy in {against} holds the same record.")


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _stop(code: int, said: str) -> NoReturn:
    _say(said, wrong=True)
    raise typer.Exit(code)


def _say(said: str, *, wrong: bool = False) -> None:
    """Print one line; what a file could do to a terminal is left out of it."""
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in said), err=wrong)
