"""`covenant scrutinise lineage`: what earlier documents held, with sources, with no database."""

import json as to_json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from covenant.scrutinise.formats.crosswalk import EarlierDocument, Mark, as_json, read_crosswalk
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.programme import NotStated
from covenant.scrutinise.terminal import refuse, terminal


def lineage(
    id: Annotated[str | None, typer.Argument(help="A document's id; without it, all of them.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the crosswalk as JSON, and nothing else.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="A crosswalk of your own: see docs/standard/lineage.md.")
    ] = None,
) -> None:
    """Print what earlier documents held that a programme may take up, answer or set aside.

    Exit code 2 where a file cannot be used, or no document is called ID.
    """
    try:
        documents = read_crosswalk(file)
    except FaultyFile as faulty:
        refuse(faulty.faults)
    chosen = [document for document in documents if id in (None, document.id)]
    if not chosen:
        typer.echo(_no_such(str(id), [document.id for document in documents]), err=True)
        raise typer.Exit(2)
    if json:
        typer.echo(to_json.dumps(as_json(chosen), indent=1))
        return
    show(chosen, terminal())


def _no_such(id: str, known: list[str]) -> str:
    close = get_close_matches(id[:60], known, n=1)
    guess = f" (did you mean {close[0]!r}?)" if close else ""
    return f"lineage: found {id[:60]!r}; expected one of {', '.join(map(repr, known))}{guess}"


def show(documents: list[EarlierDocument], console: Console) -> None:
    """Print documents for people. Everything from the file is printed as it stands, never as markup."""
    for document in documents:
        by = "" if isinstance(document.by, NotStated) else f", {document.by}"
        console.print(Text(f"{document.year}  {document.title}{by}", "bold"))
        console.print(Text(f"Id: {document.id}"))
        if document.sources:
            console.print(Text(f"Sources: {'; '.join(document.sources)}"))
        if not isinstance(document.unknown, NotStated):
            console.print(Text(f"Not known here: {document.unknown}."))
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
        table.add_column("item", no_wrap=True)
        table.add_column("what it holds, in our words")
        table.add_column("source", overflow="fold")
        for item in document.items:
            theme = "" if isinstance(item.theme, NotStated) else f"{item.theme}: "
            source = "" if isinstance(item.source, NotStated) else item.source
            check = "from memory: check before quoting" if item.mark is Mark.MEMORY else ""
            words = "; ".join(filter(None, (source, check)))
            table.add_row(Text(item.id), Text(theme + item.text), Text(words))
        console.print(table)
    console.print(Text("Facts in our own words. What is not found here may still stand in the document."))
