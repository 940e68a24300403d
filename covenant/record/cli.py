"""`covenant record`: export, sequence and sign, the signer's process and its keys."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import django
import typer

from covenant.record import keys as held
from covenant.record import rotation
from covenant.record.verify_cli import verify as verify  # `covenant verify`
from covenant.record.witness_cli import app as witness  # noqa: F401  (`covenant witness`)

T = TypeVar("T")
app = typer.Typer(help="The public record of every act.", no_args_is_help=True)
keys_app = typer.Typer(help="The keys that sign the record.")
app.add_typer(keys_app, name="keys")


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


@keys_app.callback(invoke_without_command=True)
def keys(context: typer.Context) -> None:
    """The keys that sign the record: which there are and how they stand."""
    from django.conf import settings

    if context.invoked_subcommand:
        return
    found = _at_the_keys(lambda: held.load(settings.KEYS))
    for each in found:
        ended = f" until {each.until}" if each.until else ""
        reason = f": {each.reason}" if each.reason else ""
        _say(f"{each.id} {each.standing.value} since {each.since}{ended}{reason}")
        _say(f"  {each.vkey}")
    if not found:
        _say(f"{settings.KEYS}: there is no key yet; the signer makes the first when it starts")


@keys_app.command("add")
def add_key() -> None:
    """Make a new key, which signs beside those in use from the next signature on."""
    from django.conf import settings

    made = _at_the_keys(lambda: rotation.add(settings.KEYS, settings.RECORD_ORIGIN, now=_now()))
    _say(f"{made.id} signs from now on beside the keys in use: {made.vkey}")
    _say("Publish it where people look for it, wait until they have it, then retire the old key.")


@keys_app.command("retire")
def retire_key(
    id: Annotated[str, typer.Argument(help="The key's eight digits, as `covenant record keys` lists them.")],
    reason: Annotated[str, typer.Option(help="Why; everyone can read it.")] = "",
) -> None:
    """Let a key sign no more. What it signed stands."""
    from django.conf import settings

    ended = _at_the_keys(lambda: rotation.retire(settings.KEYS, id, reason=reason, now=_now()))
    _say(f"{ended.id} signs no more; its private half is deleted")


@keys_app.command("lost")
def lose_keys(
    reason: Annotated[str, typer.Option(help="What happened; everyone can read it.")],
) -> None:
    """Say that every key in use is lost or stolen, and go on with a new one."""
    from django.conf import settings

    done = _at_the_keys(
        lambda: rotation.lose(
            settings.KEYS, settings.RECORD_FILES, settings.RECORD_ORIGIN, reason=reason, now=_now()
        )
    )
    start = "as published" if done.adopted else "as signed last"
    _say(f"{done.key.id} signs from now on, after {done.size} entries, {start}: {done.key.vkey}")
    _say("The record says so. Tell everyone who trusted the old keys: see “A key was lost” in docs/record.md")


def _at_the_keys(act: Callable[[], T]) -> T:
    try:
        return act()
    except (held.KeyFault, OSError) as fault:
        _stop(2, str(fault))


def _now() -> datetime:
    return datetime.now(UTC)


def _stop(code: int, said: str) -> NoReturn:
    _say(said, wrong=True)
    raise typer.Exit(code)


def _say(said: str, *, wrong: bool = False) -> None:
    """Print one line; what a file's name could do to a terminal is left out of it."""
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in said), err=wrong)
