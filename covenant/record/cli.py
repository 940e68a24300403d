"""`covenant record`: export, sequence and sign, the signer's process and its keys."""

from pathlib import Path
from typing import Annotated, NoReturn

import django
import typer

from covenant.record.verify_cli import verify as verify  # `covenant verify`
from covenant.record.witness_cli import app as witness  # noqa: F401  (`covenant witness`)

app = typer.Typer(help="The public record of every act.", no_args_is_help=True)


@app.command()
def export(out: Annotated[Path, typer.Option("--out", help="The folder to write into.")]) -> None:
    """Write the whole record, as it is served, into a folder that anyone can keep and verify."""
    from django.conf import settings

    from covenant.record import exporting

    source: Path = settings.RECORD_FILES
    if not (source / "checkpoint").exists():
        _stop(2, f"{source}: there is no signed record yet; `covenant serve` signs it")
    try:
        size = exporting.export(source, out)
    except OSError as error:
        _stop(2, f"{out}: this cannot be written ({error})")
    except ValueError as error:
        _stop(2, f"{source}: this is no record that was signed ({error})")
    _say(f"{size} entries written to {out}; `covenant verify {out}` checks them")


@app.command()
def publish() -> None:
    """Give entries their places and have them signed, once."""
    django.setup()
    from django.utils import timezone

    from covenant.record import jobs

    done = jobs.run_due(timezone.now())
    _say(f"{done.placed} entries were given places")
    if done.fault:
        _stop(1, done.fault)
    _say("the record is signed")


@app.command()
def signer(
    with_parent: Annotated[
        bool, typer.Option(hidden=True, help="End when standard input is closed.")
    ] = False,
) -> None:
    """Hold the key of the record and sign its checkpoints, in a process of its own."""
    from django.conf import settings

    from covenant.record import signer as signing
    from covenant.record.keys import KeyFault

    try:
        signing.serve(settings.KEYS, settings.RECORD_ORIGIN, settings.SIGNER, until_closed=with_parent)
    except KeyFault as fault:
        _stop(2, str(fault))
    except KeyboardInterrupt:
        pass


def _stop(code: int, said: str) -> NoReturn:
    _say(said, wrong=True)
    raise typer.Exit(code)


def _say(said: str, *, wrong: bool = False) -> None:
    """Print one line; what a file's name could do to a terminal is left out of it."""
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in said), err=wrong)
