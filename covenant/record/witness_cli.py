"""`covenant witness`: serve, or fetch once. Anyone can run it, with no database of ours."""

import logging
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from covenant.record import looking
from covenant.record.engine import notes
from covenant.record.witness import Answer, Witness, WrongWitness, open_key

app = typer.Typer(help="Watch somebody's record and sign what goes on from before.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--dir", help="The folder of this witness: its key and what it saw.")]
Name = Annotated[str | None, typer.Option(help="The name of this witness, at first: such as its address.")]
log = logging.getLogger("covenant.record")
LARGEST, SECONDS, AT_ONCE = 100_000, 10, 32


@app.command()
def once(
    url: Annotated[str, typer.Argument(help="Where the record is served, such as https://…/record/")],
    key: Annotated[str, typer.Option("--key", metavar="VKEY", help="The key of the log.")],
    folder: Folder,
    name: Name = None,
) -> None:
    """Fetch what is new, see that it goes on from what was there before, keep a copy and sign it.

    Exit code 0: it does. 1: it does not: the log was set back, or shows others another record. 2: it cannot
    be fetched, or is not what was signed.
    """
    witness, logs = _open(folder, name, [key])
    try:
        found = looking.look(witness, logs[0], looking.over_http(url), int(time.time()))
    except looking.Contradiction as fault:
        _stop(1, str(fault))
    except (looking.NotServed, WrongWitness, ValueError) as fault:
        _stop(2, str(fault))
    except OSError as fault:
        _stop(2, f"{folder}: this cannot be used ({fault})")
    typer.echo(f"{found.size} entries, {found.new} of them new, go on from what was there before")
    typer.echo(f"signed by {witness.signer.key}; the copy is in {found.folder}")


@app.command()
def serve(
    key: Annotated[list[str], typer.Option("--key", metavar="VKEY", help="A log to watch; may be repeated.")],
    folder: Folder,
    name: Name = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Answer logs that ask for a signature on their checkpoints (C2SP tlog-witness)."""
    witness, _logs = _open(folder, name, key)
    try:
        server = new_server(witness, host, port)
    except OSError as fault:
        _stop(2, f"{host}:{port}: nothing can listen there ({fault.strerror})")
    typer.echo(f"{witness.signer.key}")
    typer.echo(f"answers at http://{host}:{server.server_port}/add-checkpoint")
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def _open(folder: Path, name: str | None, keys: list[str]) -> tuple[Witness, list[notes.Key]]:
    try:
        logs = [notes.key(each) for each in keys]
        return Witness(folder, open_key(folder, name), logs), logs
    except (WrongWitness, ValueError) as fault:
        _stop(2, str(fault))


def new_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server that answers for a witness; the caller runs it."""
    server = _Server((host, port), _Handler)
    server.witness = witness
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    witness: Witness

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.room = threading.BoundedSemaphore(AT_ONCE)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    server: _Server

    def do_POST(self) -> None:
        self._answer(self._add())

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(Answer(200, f"{self.server.witness.signer.key}\n"))
        else:
            self._answer(Answer(404, "a witness answers at /add-checkpoint\n"))

    def _add(self) -> Answer:
        length = self.headers.get("Content-Length", "")
        if self.path.partition("?")[0] != "/add-checkpoint":
            self.close_connection = True
            return Answer(404, "a witness answers at /add-checkpoint\n")
        if not (length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= LARGEST):
            self.close_connection = True
            return Answer(400, f"a request has a length, of at most {LARGEST} bytes\n")
        if not self.server.room.acquire(timeout=SECONDS):
            self.close_connection = True
            return Answer(503, "too many ask at once\n")
        try:
            body = self.rfile.read(int(length)).decode()
            return self.server.witness.add(body, int(time.time()))
        except UnicodeDecodeError:
            return Answer(400, "this is no text in UTF-8\n")
        except (OSError, WrongWitness) as fault:
            self.close_connection = True
            log.error("the witness cannot answer: %s", fault)
            return Answer(500, "what was signed last cannot be read or written\n")
        finally:
            self.server.room.release()

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of who asks."""


def _stop(code: int, said: str) -> NoReturn:
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in said), err=True)
    raise typer.Exit(code)
