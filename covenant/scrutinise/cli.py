"""`covenant scrutinise`: the referee's questions on a programme, and its other readings, with no database."""

import json as to_json
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from covenant.scrutinise import files_cli, lineage_cli, text_cli
from covenant.scrutinise.engine.referee import ask
from covenant.scrutinise.formats.crosswalk import read_crosswalk, unanswered
from covenant.scrutinise.formats.faults import Fault, FaultyFile
from covenant.scrutinise.formats.programmes import read_programme
from covenant.scrutinise.formats.readings import as_json
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import NotStated, Programme
from covenant.scrutinise.terminal import refuse, terminal
from covenant.scrutinise.types import (
    Evidence,
    Gap,
    Part,
    Question,
    Reading,
    Unasked,
)


class _ProgrammeFirst(TyperGroup):
    """`covenant scrutinise FILE` is short for `covenant scrutinise programme FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["programme", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_ProgrammeFirst, no_args_is_help=True)


@app.callback()
def scrutinise() -> None:
    """Ask what does not fit together in a programme, and read documents for what they mention.

    `covenant scrutinise FILE` is short for `covenant scrutinise programme FILE`.
    """


@app.command()
def programme(
    file: Annotated[
        Path, typer.Argument(help="A programme: .toml, .csv or .xlsx, or a folder of CSV files.")
    ],
    json: Annotated[
        bool, typer.Option("--json", help="Print the reading as JSON, and nothing else.")
    ] = False,
    thresholds: Annotated[
        Path | None, typer.Option(help="Thresholds to use instead of the published ones.")
    ] = None,
) -> None:
    """Ask what does not fit together in a programme. A machine asks; only a scrutineer finds.

    Exit code 0, whatever is asked; 2 where a file cannot be used, with every fault on a line of its own.
    """
    read = figures = None
    faults: list[Fault] = []
    try:
        read = read_programme(file)
    except FaultyFile as faulty:
        faults += faulty.faults
    try:
        figures = read_thresholds(thresholds)
    except FaultyFile as faulty:
        faults += faulty.faults
    if read is None or figures is None:
        refuse(faults)
    reading = ask(read, figures)
    if json:
        typer.echo(to_json.dumps(as_json(reading), indent=1))
        return
    show(reading, terminal())
    _not_looked_for(read, terminal())


app.command("text")(text_cli.text)
app.command("convert")(files_cli.convert)
app.command("agree")(files_cli.agree)
app.command("lineage")(lineage_cli.lineage)


def show(reading: Reading, console: Console) -> None:
    """Print a reading for people. Everything from the file is printed as it stands, never as markup."""
    console.print(Text(reading.title, "bold"))
    asked, silent = len(reading.questions), len(reading.unasked)
    gaps = len(reading.gaps)
    found = f", {gaps} {'gap' if gaps == 1 else 'gaps'}" if gaps else ""
    console.print(f"{asked} {'question' if asked == 1 else 'questions'}, {silent} not asked{found}\n")
    for number, question in enumerate(reading.questions, start=1):
        _question(number, question, console)
    if reading.gaps:
        console.print(Text("Not found here", "bold"))
        _gaps(reading.gaps, console)
    console.print(Text("Not asked, and why", "bold"))
    _unasked(reading.unasked, console)
    console.print(Text("\nThe parts of each sector: in how many proposals, of how many that tell", "bold"))
    _parts(reading.parts, console)
    console.print(Text("\nThe tiers: in how many proposals a body of each is named", "bold"))
    tiers = "; ".join(f"{part.tier.value} {part.count} of {part.n}" for part in reading.tiers)
    console.print(Text(tiers))
    console.print(Text(f"\n{reading.caveat} Read by {reading.engine}."))


def _not_looked_for(read: Programme, console: Console) -> None:
    """Say how much of what earlier documents held nobody has looked for; of that nothing follows."""
    if isinstance(read.lineage, NotStated) or isinstance(read.date, NotStated):
        return
    left = unanswered(read_crosswalk(), int(read.date[:4]), read.lineage)
    if left:
        items = sum(len(document.items) for document in left)
        console.print(
            Text(
                f"Not looked for yet: {items} things that {len(left)} earlier documents held; "
                "`covenant scrutinise lineage` lists them."
            )
        )


def _question(number: int, question: Question, console: Console) -> None:
    console.print(Text(f"{number}. {question.text}", "bold"))
    metric, limits, threshold = question.metric, question.limits, question.threshold
    share = "" if metric.value is None else f" ({metric.value:.0%})"
    lines = [
        ("Question", question.id),
        ("Measured", f"{metric.name}: {metric.count} of n = {metric.n}{share}, {metric.unit}"),
        (
            "Asked from",
            f"{threshold.least_count} and {float(threshold.least_share):.0%} on. {threshold.reason}",
        ),
        ("Still asked", question.reach.says),
    ]
    lines += [("Beside it", f"{figure.name}: {figure.count} of {figure.n}") for figure in question.beside]
    _lines(lines, console)
    _evidence("what it says", question.evidence, console)
    if question.against:
        _evidence("what speaks against asking", question.against, console)
    cannot = f" {metric.undetermined} cannot be told." if metric.undetermined else ""
    bounds = (
        f" The share would lie between {limits.low:.0%} and {limits.high:.0%}." if limits.not_stated else ""
    )
    _lines(
        [
            ("Answered by", question.would_answer),
            ("Limited by", f"{limits.says}{cannot}{bounds}"),
            ("In law", question.caveat),
        ],
        console,
    )
    console.print()


def _gaps(gaps: tuple[Gap, ...], console: Console) -> None:
    for caveat in dict.fromkeys(gap.caveat for gap in gaps):
        console.print(Text(caveat))
    table = Table("gap", "what was not found", "where", box=box.SIMPLE_HEAD, padding=(0, 1))
    for column in table.columns:
        column.overflow = "fold"
    for gap in gaps:
        table.add_row(gap.id, Text(gap.text), Text("; ".join(gap.about)))
    console.print(table)


def _lines(lines: list[tuple[str, str]], console: Console) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=11)
    table.add_column(overflow="fold")
    for name, words in lines:
        table.add_row(name, Text(words))
    console.print(Padding(table, (0, 0, 0, 3)))


def _evidence(heading: str, rows: tuple[Evidence, ...], console: Console) -> None:
    table = Table("proposal", "field", heading, "where", box=box.SIMPLE_HEAD, padding=(0, 1))
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        where = "" if isinstance(row.where, NotStated) else row.where
        table.add_row(Text(row.proposal or "programme"), Text(row.field), Text(row.says), Text(where))
    console.print(table)


def _unasked(silent: tuple[Unasked, ...], console: Console) -> None:
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for unasked in silent:
        alike[unasked.why.value, unasked.text, unasked.limits.says].append(unasked.id)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("question", no_wrap=True)
    table.add_column("why not")
    table.add_column("what limits this")
    for (why, text, limits), ids in alike.items():
        table.add_row("\n".join(ids), Text(f"{why}: {text}"), Text(limits))
    console.print(table)


def _parts(parts: tuple[Part, ...], console: Console) -> None:
    sectors = list(dict.fromkeys(part.sector.value for part in parts))
    table = Table("part", *sectors, box=box.SIMPLE_HEAD, padding=(0, 1))
    counts: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        counts[part.part].append(f"{part.count} of {part.n}")
    for name, cells in counts.items():
        table.add_row(name, *cells)
    console.print(table)
