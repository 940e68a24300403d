"""`covenant scrutinise text`: what documents mention, how often and where, beside each other."""

import json as to_json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from covenant.scrutinise.engine.rate import PER
from covenant.scrutinise.engine.terms import EntryKind, Index, Lexicon
from covenant.scrutinise.engine.text import CAVEATS, ENGINE, DocumentReading, Mentions, read
from covenant.scrutinise.formats.documents import Document, as_json, read_document
from covenant.scrutinise.formats.faults import Fault, FaultyFile
from covenant.scrutinise.formats.lexicon import read_lexicon
from covenant.scrutinise.terminal import refuse, terminal

Readings = list[tuple[Document, DocumentReading]]
_HEADINGS = {
    EntryKind.TIER: "Tiers of government",
    EntryKind.SECTOR: "Sectors",
    EntryKind.DOCUMENT: "Earlier documents",
    EntryKind.THEME: "Themes",
}
MOST_DOCUMENTS = 26  # each has a letter


def text(
    report: Annotated[Path, typer.Argument(help="A plain text in UTF-8, .txt or .md.")],
    against: Annotated[
        list[Path] | None, typer.Option(help="Another document to show beside it; may be given again.")
    ] = None,
    lexicon: Annotated[
        Path | None,
        typer.Option(help="Words to look for instead of the published ones: see docs/standard/lexicon.md."),
    ] = None,
    kind: Annotated[
        list[EntryKind] | None, typer.Option(help="Show only this kind; may be given again.")
    ] = None,
    excerpts: Annotated[
        int, typer.Option(min=0, help="How many mentions of each entry to show with the words around them.")
    ] = 2,
    json: Annotated[
        bool, typer.Option("--json", help="Print the readings as JSON, and nothing else.")
    ] = False,
) -> None:
    """Show which tiers, sectors, earlier documents and themes a document mentions, how often and where.

    A mention is never counted as merit, and an absence never as a fault: there is no score and no ranking.
    Exit code 0, whatever is found; 2 where a file cannot be used, with every fault on a line of its own.
    """
    documents, words = _read([report, *(against or [])], lexicon)
    if kind:
        words = Lexicon(words.title, tuple(entry for entry in words.entries if entry.kind in kind))
    index = Index(words.entries)
    readings = [(document, read(document.text, index, excerpts)) for document in documents]
    if json:
        typer.echo(to_json.dumps(as_json(readings, words), indent=1))
        return
    show(readings, words, terminal())


def _read(paths: list[Path], lexicon: Path | None) -> tuple[list[Document], Lexicon]:
    """The documents and the words, or an end that names all that is wrong with any of them."""
    if len(paths) > MOST_DOCUMENTS:
        _too_many(paths)
    documents: list[Document] = []
    faults: list[Fault] = []
    words = None
    for path in paths:
        try:
            documents.append(read_document(path))
        except FaultyFile as faulty:
            faults += faulty.faults
    try:
        words = read_lexicon(lexicon)
    except FaultyFile as faulty:
        faults += faulty.faults
    if faults or words is None:
        refuse(faults)
    return documents, words


def _too_many(paths: list[Path]) -> NoReturn:
    found = f"{len(paths)} documents"
    refuse([Fault(str(paths[MOST_DOCUMENTS]), "", "", found, f"at most {MOST_DOCUMENTS} in one run")])


def show(readings: Readings, lexicon: Lexicon, console: Console) -> None:
    """Print readings for people. Everything from the files is printed as it stands, never as markup."""
    console.print(Text("What each document mentions, beside the others", "bold"))
    for letter, (document, reading) in _lettered(readings):
        pages = "" if reading.pages is None else f", {reading.pages:,} pages"
        console.print(Text(f"{letter}  {document.name}: n = {reading.words:,} words{pages}"))
    console.print(Text(f"\nRead for: {lexicon.title}."))
    console.print(Text("A mention is no merit and an absence no fault: see the notes at the end."))
    for kind, heading in _HEADINGS.items():
        rows = [i for i, entry in enumerate(lexicon.entries) if entry.kind is kind]
        if rows:
            _kind(heading, rows, readings, lexicon, console)
    console.print(Text("\nWhat these figures do not mean", "bold"))
    for caveat in CAVEATS:
        console.print(Text(f"- {caveat}"))
    console.print(Text(f"\nRead by {ENGINE}."))


def _lettered(readings: Readings) -> list[tuple[str, tuple[Document, DocumentReading]]]:
    return [(chr(ord("A") + at), each) for at, each in enumerate(readings)]


def _kind(heading: str, rows: list[int], readings: Readings, lexicon: Lexicon, console: Console) -> None:
    console.print(Text(f"\n{heading}", "bold"))
    found = [row for row in rows if any(reading.mentions[row].rate.count for _, reading in readings)]
    if found:
        console.print(_table(found, readings, lexicon))
    for row in found:
        _excerpts(row, readings, console)
    if absent := [lexicon.entries[row].name for row in rows if row not in found]:
        console.print(Text(f"Not found here: {'; '.join(absent)}."))


def _table(rows: list[int], readings: Readings, lexicon: Lexicon) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("mentioned", overflow="fold")
    table.add_column("in")
    table.add_column("times", justify="right")
    table.add_column(f"per {PER:,} words", justify="right")
    table.add_column("95 % interval", justify="right", no_wrap=True)
    for row in rows:
        for letter, (_, reading) in _lettered(readings):
            rate = reading.mentions[row].rate
            name = Text(lexicon.entries[row].name if letter == "A" else "")
            interval = f"{_figure(rate.low)} to {_figure(rate.high)}"
            table.add_row(name, letter, f"{rate.count:,}", _figure(rate.value), interval)
    return table


def _figure(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _excerpts(row: int, readings: Readings, console: Console) -> None:
    for letter, (_, reading) in _lettered(readings):
        mentions = reading.mentions[row]
        if not mentions.excerpts:
            continue
        shown, count = len(mentions.excerpts), mentions.rate.count
        which = "" if shown == count else f", the first {shown} of {count:,}"
        console.print(Text(f"{mentions.entry.name}, in {letter}{which}:"))
        console.print(_quoted(mentions))


def _quoted(mentions: Mentions) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=2)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for excerpt in mentions.excerpts:
        page = "" if excerpt.page is None else f"page {excerpt.page}, "
        quoted = Text.assemble(excerpt.before, (f"[{excerpt.words}]", "bold"), excerpt.after)
        table.add_row("", f"{page}line {excerpt.line}", quoted)
    return table
