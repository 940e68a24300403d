"""What the sub-commands of `covenant scrutinise` share: where they print, and how they refuse a file."""

import sys
from collections.abc import Iterable
from itertools import groupby
from typing import NoReturn

import typer
from rich.console import Console

from covenant.scrutinise.formats.faults import Fault, FaultyFile


def terminal() -> Console:
    """The console for people; what it cannot print it replaces."""
    if isinstance(sys.stdout.encoding, str) and sys.stdout.encoding.lower() != "utf-8":
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    return Console(highlight=False)


def refuse(faults: Iterable[Fault]) -> NoReturn:
    """End with exit code 2, each fault on a line of its own; of each file no more than anybody would read."""
    for _, of_one_file in groupby(faults, key=lambda fault: fault.file):
        for line in FaultyFile(tuple(of_one_file)).lines():
            typer.echo(line, err=True)
    raise typer.Exit(2)
