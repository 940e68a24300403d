"""Parsers of what others ask and answer over HTTP: witnesses, logs that they watch, anybody on the way."""

import shutil
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from covenant.record import asking, looking, witnessing
from covenant.record.engine import merkle, notes, submission
from covenant.record.signer import Signer
from covenant.record.witness import Witness
from covenant.record.witness_cli import new_server
from tests.record.copies import ORIGIN, Log
from tests.security.reading import Parser, as_bytes

NOW = 1_772_453_000
BUNDLE = "tile/entries/000.p/5"


def _key() -> notes.Signer:
    return notes.new_signer("witness.example", bytes(32), notes.COSIGNATURE)


# ------------------------------------------------------------------------------- a witness that is asked


@cache
def _told() -> socket.socket:
    """Somebody who answers every call with the same bytes: with what `_said` holds."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            caller = server.accept()[0]
            with caller:
                try:
                    caller.settimeout(2)
                    caller.recv(65536)
                    caller.sendall(_said[0])
                except OSError:
                    pass  # who called has heard enough

    threading.Thread(target=answer, daemon=True).start()
    return server


_said = [b""]


def _hear(data: bytes) -> object:
    _said[0] = data
    url = f"http://127.0.0.1:{_told().getsockname()[1]}/add-checkpoint"
    status, body = asking.ask(url, data=b"asked", seconds=2, largest=1000)
    assert len(body) <= 1000
    return status


ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n\r\ngood",
    b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n5\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\ngood",
)


@cache
def _grown() -> tuple[Log, Path, bytes]:
    """A record that has grown since a witness looked, and that witness's folder, and the promise of then."""
    home = Path(mkdtemp(prefix="watched-"))
    (home / "record").mkdir()
    log = Log(home / "record", Signer(home / "keys", ORIGIN))
    log.grow(3)
    first = log.note.encode()
    _look(log, home / "witness", {})
    log.grow(2)
    return log, home / "witness", first


def _look(log: Log, folder: Path, instead: dict[str, bytes]) -> looking.Looked:
    def fetch(path: str) -> bytes:
        return instead[path] if path in instead else (log.folder / path).read_bytes()

    key = log.trust.keys[0].key
    return looking.look(Witness(folder, _key(), [key]), key, fetch, NOW)


def _served(name: str) -> Callable[[Path], object]:
    """A record in which one file is this one, to a witness that saw the record before and to a new one."""

    def read(path: Path) -> object:
        log, before, _first = _grown()
        data = path.read_bytes()
        for seen in (before, None):
            folder = path.parent / "witness"
            if seen:
                shutil.copytree(seen, folder)
            try:
                found = _look(log, folder, {name: data})
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            assert found.size in (3, 5), "what is signed holds what was seen"
        return found

    return read


def _line() -> str:
    log, _folder, _first = _grown()
    return _key().cosign(notes.split(log.note)[0], NOW)


def _witnessed(data: bytes) -> object:
    """What a witness answers is its line under the very checkpoint, or nothing."""
    log, _folder, _first = _grown()
    nodes, text = log.nodes, notes.split(log.note)[0]
    for statuses in ([200], [409, 200], [500]):
        answers = iter([(status, data) for status in statuses])
        witness = witnessing.Asked("https://w.example", _key().key, told=float("inf"))
        with patch.object(asking, "ask", lambda *_a, answers=answers, **_n: next(answers)):
            line = witnessing._asked(witness, len(log.data), log.note, nodes)
        if line:
            notes.opened(f"{text}\n{line}", [_key().key])
            assert statuses == [200]
    return None


# ---------------------------------------------------------------------------------- a witness that answers


@cache
def _asked() -> tuple[int, list[str]]:
    """The port of a witness that answers, and what broke within it."""
    log, _folder, _first = _grown()
    witness = Witness(Path(mkdtemp(prefix="answers-")), _key(), [log.trust.keys[0].key])
    server, broken = new_server(witness, "127.0.0.1", 0), list[str]()

    def note(_request: object, _client: object) -> None:
        fault = sys.exc_info()[1]
        if not isinstance(fault, ConnectionError):
            broken.append(repr(fault))

    server.handle_error = note  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port, broken


def _speak(data: bytes) -> object:
    """Whatever is sent to a witness, it answers in HTTP or not at all, and nothing breaks in it."""
    port, broken = _asked()
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as call:
        try:
            call.sendall(data)
            with suppress(OSError):  # it has ended the call already
                call.shutdown(socket.SHUT_WR)
            while more := call.recv(65536):
                heard += more
        except ConnectionError:
            pass  # it said no before it had heard all
    assert broken == []
    assert b"Traceback" not in heard
    return heard


def _requests(_folder: Path) -> list[bytes]:
    log, _seen, first = _grown()
    proof = merkle.consistency_proof(log.nodes, 3, 5)
    bodies = [submission.write(0, [], first.decode()), submission.write(3, proof, log.note)]
    head = "POST /add-checkpoint HTTP/1.1\r\nHost: w.example\r\nContent-Length: {}\r\n\r\n"
    return [
        *(f"{head.format(len(body.encode()))}{body}".encode() for body in bodies),
        b"GET / HTTP/1.1\r\nHost: w.example\r\n\r\n",
    ]


OVER_HTTP = [
    Parser(
        "an answer over HTTP", as_bytes(_hear), "answer", lambda _folder: list(ANSWERS),
        (OSError,), ("covenant.record.asking",),
    ),
    Parser(
        "what a witness answers", as_bytes(_witnessed), "answer",
        lambda _folder: [_line().encode(), b"3\n", b"5\n"], (), ("covenant.record.witnessing",),
    ),
    Parser(
        "what is sent to a witness", as_bytes(_speak), "request", _requests,
        (), (),  # it runs in a thread of its own
    ),
    *(
        Parser(
            f"a record that a witness looks at: {name}", _served(name), "file",
            lambda _folder, name=name: [  # type: ignore[misc]
                (_grown()[0].folder / name).read_bytes(),
                *([_grown()[2]] if name == "checkpoint" else []),
            ],
            (looking.NotServed, looking.Contradiction), ("covenant.record.looking",),
        )
        for name in ("checkpoint", BUNDLE)
    ),
]  # fmt: skip
