"""The signer: a process of its own that alone holds the key, and signs nothing that undoes what it signed.

It signs checkpoints that hold all that the last one held, and promises. Whoever takes over the web server can
ask it to sign what is false and new, and cannot make it sign away what is there.
"""

import json
import logging
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from covenant.record import keys
from covenant.record.engine import merkle, notes
from covenant.record.types import moment

STATE = "signed.json"  # the last size and root that were signed
LONGEST = 1_000_000  # bytes of a request
IDLE = 30.0  # seconds that a client may say nothing
log = logging.getLogger("covenant.record")


class Refused(Exception):
    """The signer does not sign this; the message says why."""


class NoSigner(Exception):
    """No signer answers."""


class Signs(Protocol):
    """Whoever signs for the record: the process, or in tests the object within it."""

    def last(self) -> tuple[int, bytes]: ...
    def checkpoint(self, text: str, proof: Sequence[bytes]) -> str: ...
    def promise(self, text: str) -> str: ...
    def keys(self) -> str: ...


class Signer:
    """Holds the keys of one log and what it last signed."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder, self.origin = folder, origin
        self._turn = threading.Lock()
        if not keys.load(folder):
            _check_is_new(folder, origin)
            keep_signed(folder, origin, 0, merkle.EMPTY)
            keys.add(folder, origin, moment(datetime.now(UTC)))
        if any(each.key.name != origin for each in keys.load(folder)):
            raise keys.KeyFault(f"{folder}: the keys are those of another log than {origin}")
        keys.signers(folder)
        self.last()

    def last(self) -> tuple[int, bytes]:
        """The size and root that were signed last."""
        return last_signed(self.folder, self.origin)

    def checkpoint(self, text: str, proof: Sequence[bytes]) -> str:
        """The lines that sign a checkpoint, one for each key in use.

        Parameters
        ----------
        text
            The checkpoint.
        proof
            That it holds all that the last signed one held; empty where that held nothing.
        """
        with self._turn:
            size, root = self.last()
            try:
                asked = notes.checkpoint(text)
                if asked.origin != self.origin:
                    raise Refused(f"this is a checkpoint of {asked.origin}, not of {self.origin}")
                if size:
                    merkle.check_consistency(size, asked.size, proof, root, asked.root)
            except (notes.WrongNote, merkle.WrongProof) as fault:
                raise Refused(f"{size} entries were signed; this does not hold them: {fault}") from None
            if (asked.size, asked.root) != (size, root):
                # On the disk before a signature leaves.
                keep_signed(self.folder, self.origin, asked.size, asked.root)
            return self._signed(text)

    def promise(self, text: str) -> str:
        """The lines that sign a promise."""
        try:
            asked = notes.promise(text)
        except notes.WrongNote as fault:
            raise Refused(str(fault)) from None
        if asked.origin != self.origin:
            raise Refused(f"this is a promise of {asked.origin}, not of {self.origin}")
        return self._signed(text)

    def keys(self) -> str:
        """The public keys, as they are published."""
        return keys.public(self.folder)

    def _signed(self, text: str) -> str:
        return "".join(each.sign(text) for each in keys.signers(self.folder))


def last_signed(folder: Path, origin: str) -> tuple[int, bytes]:
    """The size and root that the keys in a folder signed last.

    Raises
    ------
    KeyFault
        That is not known.
    """
    file = folder / STATE
    try:
        told = json.loads(file.read_text())
        if told["origin"] != origin:
            raise ValueError("it is of another log")
        return int(told["size"]), bytes.fromhex(told["root"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise keys.KeyFault(
            f"{file}: what was signed last is not known ({fault}); without it this key could sign two "
            "different records. `covenant record keys lost` takes a new key, and says so in public"
        ) from None


def keep_signed(folder: Path, origin: str, size: int, root: bytes) -> None:
    """Remember what is about to be signed, on the disk before this returns."""
    keys.make_folder(folder)
    told = {"origin": origin, "size": size, "root": root.hex()}
    keys.write(folder / STATE, json.dumps(told) + "\n", mode=0o600)


def _check_is_new(folder: Path, origin: str) -> None:
    """Where there is no list of keys, nothing was signed: else a key would be forgotten without a word."""
    there = (folder / STATE).exists()
    if last_signed(folder, origin)[0] if there else any(folder.glob("*.key")):
        raise keys.KeyFault(
            f"{folder / keys.KEYS}: the list of keys is gone. Bring it back from a backup, or say that the "
            "keys are lost with `covenant record keys lost`"
        )


class _Handler(socketserver.StreamRequestHandler):
    timeout = IDLE

    def handle(self) -> None:
        signer: Signer = self.server.signer  # type: ignore[attr-defined]
        try:
            while line := self.rfile.readline(LONGEST):
                self.wfile.write(json.dumps(answer(signer, line)).encode() + b"\n")
                if not line.endswith(b"\n"):
                    return  # too long, or cut off: what follows is no request
        except OSError:  # whoever asked went away, or said nothing for too long
            return


def answer(signer: Signs, line: bytes) -> dict[str, Any]:
    """The answer to one request, a line of JSON: whatever comes, the signer goes on."""
    try:
        asked = json.loads(line)
        match asked["ask"]:
            case "last":
                size, root = signer.last()
                return {"size": size, "root": root.hex()}
            case "checkpoint":
                return {"lines": signer.checkpoint(asked["text"], [bytes.fromhex(h) for h in asked["proof"]])}
            case "promise":
                return {"lines": signer.promise(asked["text"])}
            case "keys":
                return {"keys": signer.keys()}
        return {"refused": "this signer signs checkpoints and promises"}
    except (Refused, keys.KeyFault) as refusal:
        return {"refused": str(refusal)}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"refused": "this is no request to a signer"}
    except OSError as fault:
        log.error("the signer's folder: %s", fault.strerror)
        return {"refused": f"the signer's folder cannot be used ({fault.strerror})"}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


def serve(folder: Path, origin: str, path: Path, *, until_closed: bool = False) -> None:
    """Answer at a socket until told to stop; with `until_closed`, until whoever started it is gone.

    Raises
    ------
    KeyFault
        The keys cannot be used, or another signer answers there already.
    """
    keys.make_folder(folder)
    with ExitStack() as held:
        try:  # two signers could sign two records from one state
            held.enter_context(keys.locked(folder / ".signer", wait=False))
        except BlockingIOError:
            raise keys.KeyFault(f"{folder}: another signer uses these keys already") from None
        signer = Signer(folder, origin)
        if Remote(path, seconds=2.0).answers():
            raise keys.KeyFault(f"{path}: a signer answers there already")
        path.unlink(missing_ok=True)
        _serve(signer, path, until_closed)


def _serve(signer: Signer, path: Path, until_closed: bool) -> None:
    mask = os.umask(0o117)  # the owner and the group may ask
    try:
        server = _Server(str(path), _Handler)
    except OSError as fault:
        raise keys.KeyFault(f"{path}: no socket can be made there ({fault})") from None
    finally:
        os.umask(mask)
    server.signer = signer  # type: ignore[attr-defined]
    if until_closed:
        threading.Thread(target=_end_with_input, daemon=True).start()
    with server:
        server.serve_forever(poll_interval=0.2)


def _end_with_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


class Remote:
    """Asks the signer's process."""

    def __init__(self, path: Path, *, seconds: float = 10.0) -> None:
        self.path, self.seconds = path, seconds

    def answers(self) -> bool:
        """Whether a signer answers."""
        try:
            self._ask({"ask": "last"})
        except NoSigner:
            return False
        except Refused:
            return True
        return True

    def last(self) -> tuple[int, bytes]:
        told = self._ask({"ask": "last"})
        return told["size"], bytes.fromhex(told["root"])

    def checkpoint(self, text: str, proof: Sequence[bytes]) -> str:
        asked = {"ask": "checkpoint", "text": text, "proof": [each.hex() for each in proof]}
        return str(self._ask(asked)["lines"])

    def promise(self, text: str) -> str:
        return str(self._ask({"ask": "promise", "text": text})["lines"])

    def keys(self) -> str:
        return str(self._ask({"ask": "keys"})["keys"])

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(self.seconds)
                line.connect(str(self.path))
                line.sendall(json.dumps(asked).encode() + b"\n")
                with line.makefile("rb") as file:
                    said = json.loads(file.readline(LONGEST))
        except (OSError, ValueError) as fault:
            raise NoSigner(f"{self.path}: no signer answers ({fault})") from None
        if "refused" in said:
            raise Refused(said["refused"])
        return dict(said)


class Impatient(Remote):
    """Asks for many things, and for no more of them once nobody answered: a page waits once, not for each."""

    _gone = False

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._gone:
            raise NoSigner(f"{self.path}: no signer answered before")
        try:
            return super()._ask(asked)
        except NoSigner:
            self._gone = True
            raise
