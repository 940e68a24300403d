"""`covenant record export` and `covenant verify`."""

from pathlib import Path

import django
import typer
from rich.console import Console

from covenant.record import engine, formats
from covenant.record.types import Entry, Fault

app = typer.Typer(help="The public record of every act.", no_args_is_help=True)
_say, _complain = (
    Console(soft_wrap=True, highlight=False),
    Console(stderr=True, soft_wrap=True, highlight=False),
)


@app.command()
def export(out: Path = typer.Option(..., "--out", help="The folder to write into.")) -> None:
    """Write the whole record as files that anyone can keep and verify."""
    django.setup()
    from covenant.record import reads  # the database is needed only here

    count, tip = formats.write(reads.entries(), out)
    _say.print(f"{count} entries written to {out / formats.ENTRIES}; the last has the hash {tip}")


def verify(
    record: Path = typer.Argument(help="An exported record: its folder, or its entries.jsonl."),
    against: Path | None = typer.Option(None, help="An earlier copy of the same record, to hold it to."),
    tip: str | None = typer.Option(None, help="The last hash, as somebody else wrote it down."),
) -> None:
    """Check an exported record offline; name the first entry that was changed.

    Exit code 0: nothing was changed. 1: something was. 2: the files cannot be read.
    """
    try:
        entries, own_tip = formats.read(record)
        earlier = formats.read(against)[0] if against else []
    except formats.Unreadable as unreadable:
        _complain.print(str(unreadable), markup=False)
        raise typer.Exit(2) from None
    fault = engine.first_fault(entries) or engine.first_difference(entries, earlier)
    fault = fault or _tip_fault(entries, own_tip, tip)
    if fault:
        _complain.print(f"{record}: entry {fault.index}: {fault.what}", markup=False)
        raise typer.Exit(1)
    last = entries[-1].hash if entries else "none"
    _say.print(f"{len(entries)} entries, each follows from the one before it; the last has the hash {last}")
    if not (against or tip):
        _say.print(
            "A record that was written anew as a whole would pass this too: "
            "compare it with an earlier copy (--against) or with a hash that somebody else kept (--tip)."
        )


def _tip_fault(entries: list[Entry], own: tuple[int, str] | None, noted: str | None) -> Fault | None:
    last = entries[-1].hash if entries else "0" * 64
    if own and own != (len(entries), last):
        return Fault(min(len(entries), own[0]), f"tip.json tells of {own[0]} entries that end in {own[1]}")
    if noted and all(entry.hash != noted for entry in entries):
        return Fault(len(entries) - 1, f"no entry has the hash {noted}")
    return None
