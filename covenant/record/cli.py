"""`covenant record export` and `covenant verify`."""

from pathlib import Path
from typing import Annotated, NoReturn

import django
import typer

from covenant.record import engine, formats
from covenant.record.types import START, Entry

app = typer.Typer(help="The public record of every act.", no_args_is_help=True)


@app.command()
def export(out: Annotated[Path, typer.Option("--out", help="The folder to write into.")]) -> None:
    """Write the whole record as files that anyone can keep and verify."""
    django.setup()  # only here: to verify needs no database
    from covenant.record import reads

    try:
        tip = formats.write(reads.entries(), out)
    except OSError as error:
        _stop(2, f"{out}: this cannot be written ({error.strerror})")
    _say(f"{_count(tip.entries)} written to {out / formats.ENTRIES}; the last has the hash {tip.hash}")


def verify(
    record: Annotated[Path, typer.Argument(help="An exported record: its folder, or its entries.jsonl.")],
    against: Annotated[
        Path | None, typer.Option(help="An earlier copy of the same record, to hold it to.")
    ] = None,
    tip: Annotated[str | None, typer.Option(help="A last hash, as somebody else once wrote it down.")] = None,
) -> None:
    """Check an exported record offline; name the first entry that was changed.

    Exit code 0: nothing was changed. 1: something was. 2: the files cannot be read.
    """
    if tip is not None and not formats.is_hash(tip := tip.strip().lower()):
        _stop(2, "--tip: a hash has 64 characters from 0 to 9 and a to f")
    try:
        entries = _whole(record)
        earlier = _whole(against) if against else []
        own_tip = formats.read_tip(record)
    except formats.Unreadable as wrong:
        _stop(2, str(wrong))
    fault = engine.first_difference(entries, earlier) or (own_tip and engine.tip_fault(entries, own_tip))
    if fault:
        _stop(1, f"{record}: entry {fault.index}: {fault.what}")
    if tip and tip != START and all(entry.hash != tip for entry in entries):
        _stop(1, f"{record}: no entry has the hash {tip}: the record was cut off before it, or written anew")
    last = (
        f", each follows from the one before it; the last has the hash {entries[-1].hash}" if entries else ""
    )
    _say(_count(len(entries)) + last)
    if not (against or tip):
        _say(
            "A record that was written anew as a whole would pass this too: "
            "compare it with an earlier copy (--against) or with a hash that somebody else kept (--tip)."
        )


def _whole(record: Path) -> list[Entry]:
    """The entries of a copy that is whole in itself; stops at the first that was changed."""
    entries, wrong = formats.read(record)
    if fault := engine.first_fault(entries):
        _stop(1, f"{record}: entry {fault.index}: {fault.what}")
    if wrong:
        _stop(1 if isinstance(wrong, formats.Rewritten) else 2, str(wrong))
    return entries


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _stop(code: int, said: str) -> NoReturn:
    _say(said, wrong=True)
    raise typer.Exit(code)


def _say(said: str, *, wrong: bool = False) -> None:
    """Print one line; what a file's name could do to a terminal is left out of it."""
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in said), err=wrong)
