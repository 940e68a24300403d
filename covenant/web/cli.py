"""`covenant serve`, `covenant work` and `covenant demo`."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import django
import typer
from rich.console import Console

from covenant.web.upkeep_cli import backup, doctor, erase, restore, retention

__all__ = ["backup", "demo", "doctor", "erase", "restore", "retention", "serve", "work"]

_say = Console(soft_wrap=True, highlight=False)


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(min=1, max=64, help="How many requests at once, in each.")] = 4,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes; on PostgreSQL alone.")] = 1,
) -> None:
    """Serve the pages: in one process on SQLite, which has one writer; on PostgreSQL in as many as told."""
    from granian.constants import Interfaces
    from granian.server import Server

    django.setup()
    from django.db import connections

    from covenant.web.signing import start_signer

    _refuse_workers(workers)
    _refuse_faulty_files()
    if not _is_free(host, port):
        typer.echo(f"covenant serve: port {port} of {host} is in use; choose another with --port", err=True)
        raise typer.Exit(2)
    with _present():
        _tell_what_is_wrong()
        _say.print(f"Covenant is at http://{host}:{port}/", markup=False)
        start_signer()
        connections.close_all()  # each process that is forked from this one has its own
        Server(
            "covenant.web.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            respawn_failed_workers=workers > 1,
            log_level="warning",  # type: ignore[arg-type]
        ).serve()


@contextmanager
def _present() -> Iterator[None]:
    """Be seen by a restore, which needs to be alone, until the block ends."""
    from django.conf import settings

    from covenant.web.presence import InUse, present

    try:
        with present(settings.HOME):
            yield
    except InUse:
        typer.echo("a backup is being put back here: wait until that is done", err=True)
        raise typer.Exit(2) from None


def _tell_what_is_wrong() -> None:
    from covenant.web.doctor import OK, WARN, examine

    for check in examine(datetime.now(UTC), at_start=True):
        if check.state != OK:
            said = "Note" if check.state == WARN else "Fault"
            _say.print(f"{said}: {check.what}: {check.how}", markup=False)


def _refuse_workers(workers: int) -> None:
    from django.db import connection

    if workers > 1 and connection.vendor == "sqlite":
        typer.echo(
            f"covenant serve: {workers} processes need PostgreSQL, because SQLite has one writer: "
            "name one in DATABASE_URL, or leave --workers out",
            err=True,
        )
        raise typer.Exit(2)


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

    from covenant.web.erasing import erase_again
    from covenant.web.worker import WORK, alone, run_due

    _refuse_faulty_files()
    done = 0
    with _present(), alone(WORK) as mine:
        if mine:
            erase_again(timezone.now())
        while mine and (some := run_due(timezone.now())):
            done += some
    if not mine:
        _say.print("Another process does the work that is due: this one leaves it to that")
        return
    _say.print(f"{done} {'piece' if done == 1 else 'pieces'} of work done")


def demo() -> None:
    """Fill an empty database with the demo place; leave a database that holds anything as it is."""
    django.setup()
    from covenant.web import demo as place

    _say.print(place.seed(), markup=False)
