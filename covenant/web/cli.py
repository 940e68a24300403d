"""`covenant serve`, `covenant work` and `covenant demo`."""

import socket
from typing import Annotated

import django
import typer
from rich.console import Console

_say = Console(soft_wrap=True, highlight=False)


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(min=1, max=64, help="How many requests at once.")] = 4,
) -> None:
    """Serve the pages. One process, because SQLite has one writer."""
    from granian.constants import Interfaces
    from granian.server import Server

    django.setup()
    from covenant.web.signing import start_signer
    from covenant.web.startup import warnings

    _refuse_faulty_files()
    if not _is_free(host, port):
        typer.echo(f"covenant serve: port {port} of {host} is in use; choose another with --port", err=True)
        raise typer.Exit(2)
    for warning in warnings():
        _say.print(f"Note: {warning}", markup=False)
    _say.print(f"Covenant is at http://{host}:{port}/", markup=False)
    start_signer()
    Server(
        "covenant.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()


def _refuse_faulty_files() -> None:
    from covenant.web.worker import faults

    if found := faults():
        typer.echo("\n".join(found), err=True)
        raise typer.Exit(2)


def _is_free(host: str, port: int) -> bool:
    """Whether nothing listens there: the server would share the port with another one, and say nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def work() -> None:
    """Do the work that is due, once, and stop: maps of opinion, questions of the referee."""
    django.setup()
    from django.utils import timezone

    from covenant.web.worker import run_due

    _refuse_faulty_files()
    done = 0
    while some := run_due(timezone.now()):
        done += some
    _say.print(f"{done} {'piece' if done == 1 else 'pieces'} of work done")


def demo() -> None:
    """Fill an empty database with the demo place; leave a database that holds anything as it is."""
    django.setup()
    from covenant.web import demo as place

    _say.print(place.seed(), markup=False)
