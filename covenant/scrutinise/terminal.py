"""What the sub-commands of `covenant scrutinise` share: where they print, and how they refuse a file."""

import sys
from collections.abc import Iterable
from typing import NoReturn

import typer
from rich.console import Console

from covenant.scrutinise.faults import Fault


def terminal() -> Console:
    """The console for people; what it cannot print it replaces."""
    if isinstance(sys.stdout.encoding, str) and sys.stdout.encoding.lower() != "utf-8":
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    return Console(highlight=False)


def refuse(faults: Iterable[Fault]) -> NoReturn:
    """End with exit code 2, each fault on a line of its own."""
    for fault in faults:
        typer.echo(str(fault), err=True)
    raise typer.Exit(2)
