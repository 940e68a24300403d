"""Parsers of what people keep of the record, and of what others ask: receipts, copies, keys, witnesses."""

import io
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from covenant.record import checking, copies, verify_record
from covenant.record.engine import merkle, notes, receipts, submission
from covenant.record.signer import Signer
from covenant.record.trust import Wrong, keys_of, open_note, witnesses_of
from covenant.record.types import root
from covenant.record.witness import Witness
from tests.record.copies import ORIGIN, Log
from tests.security.reading import Parser, as_text

FILES = ("checkpoint", "keys.json", "witnesses", "tile/0/000.p/5", "tile/entries/000.p/5")


@cache
def log() -> Log:
    """A small record that was signed and witnessed, once for all attacks."""
    home = Path(mkdtemp(prefix="kept-"))
    (home / "record").mkdir()
    witness = notes.new_signer("witness.example", bytes(32), notes.COSIGNATURE)
    made = Log(home / "record", Signer(home / "keys", ORIGIN), [witness])
    made.grow(5)
    return made


def _receipts(_folder: Path) -> list[bytes]:
    made = [receipts.Receipt(log().data[n], log().promise(n), log().proof(n)) for n in range(2)]
    return [receipts.write(made[0]).encode(), receipts.write_many(made).encode()]


def _signatures(_folder: Path) -> list[bytes]:
    signed = [receipts.Receipt(log().data[0], log().promise(0), log().proof(0))]
    words = {"title": "Ours", "parties": ["p Council (state)"]}
    whole = checking.write_signatures(title="Ours", version="v", words=words, signed=signed)
    return [whole.replace(root(words), "0" * 64).encode(), whole.encode()]


def _in_a_copy(name: str) -> Callable[[Path], object]:
    """The copy of the record in which one file is this one."""

    def read(path: Path) -> object:
        folder = path.parent / "copy"
        shutil.copytree(log().folder, folder)
        (folder / name).write_bytes(path.read_bytes())
        try:
            _alone(folder)
            return copies.check(folder, log().trust)
        finally:
            shutil.rmtree(folder)

    return read


def _alone(path: Path, *more: str) -> None:
    """The stand-alone program answers with a code, whatever it is given."""
    argv = patch.object(sys, "argv", ["verify_record.py", str(path), *more])
    with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()), argv:
        try:
            verify_record.main()
        except (ValueError, OSError) as fault:  # which it tells in a line
            assert str(fault)


def _receipt(path: Path) -> object:
    """Both of ours answer; neither raises."""
    shutil.copy(log().folder / "keys.json", path.parent / "keys.json")
    _alone(path)
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    return checking.check_receipt(text, log().trust), checking.check_receipts(text, log().trust)


def _witness(path: Path) -> object:
    """A witness answers with a status, whatever it is asked, and signs nothing that it was not shown."""
    folder = path.parent / "witness"
    witness = Witness(folder, notes.new_signer("w.example", bytes(32), notes.COSIGNATURE), _log_keys())
    answer = witness.add(path.read_bytes().decode("utf-8", "surrogateescape"), 1_772_453_000)
    shutil.rmtree(folder, ignore_errors=True)
    assert answer.status in (200, 400, 403, 404, 409, 422)
    return answer


def _log_keys() -> list[notes.Key]:
    return [held.key for held in log().trust.keys]


KEPT = [
    Parser(
        "a receipt", _receipt, "receipt.json", _receipts, (),
        ("covenant.record.checking", "covenant.record.engine.receipts", "covenant.record.verify_record"),
    ),
    Parser(
        "the signatures of a covenant",
        as_text(lambda text: checking.check_signatures(text, log().trust)),
        "signatures.json", _signatures, (), ("covenant.record.checking",),
    ),
    Parser(
        "a request to a witness",
        as_text(submission.read),
        "request",
        lambda _folder: [
            submission.write(0, [], log().note).encode(),
            submission.write(3, [merkle.EMPTY], log().note).encode(),
        ],
        (notes.WrongNote,), (),
    ),
    Parser(
        "a checkpoint shown to a witness", _witness, "request",
        lambda _folder: [submission.write(0, [], log().note).encode()],
        (), ("covenant.record.witness",),
    ),
    Parser(
        "published keys", as_text(keys_of), "keys.json",
        lambda _folder: [log().signer.keys().encode()], (Wrong,), ("covenant.record.trust",),
    ),
    Parser(
        "published witnesses", as_text(witnesses_of), "witnesses",
        lambda _folder: [f"{log().witnesses[0].key}\n".encode()], (Wrong,), ("covenant.record.trust",),
    ),
    Parser(
        "a witnessed checkpoint", as_text(lambda text: open_note(text, log().trust)), "checkpoint",
        lambda _folder: [log().note.encode()], (Wrong, notes.WrongNote), ("covenant.record.trust",),
    ),
    *(
        Parser(
            f"a copy of the record: {name}", _in_a_copy(name), "file",
            lambda _folder, name=name: [(log().folder / name).read_bytes()],  # type: ignore[misc]
            (copies.Unreadable, copies.Changed),
            ("covenant.record.copies", "covenant.record.verify_record") if "entries" in name else (),
        )
        for name in FILES
    ),
]  # fmt: skip
