"""`covenant scrutinise convert` and `agree`: programme files from form to form, and two side by side."""

import json as to_json
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from covenant.scrutinise.engine.agreement import Agreement, Difference, FieldAgreement, agreement
from covenant.scrutinise.formats.coded import Coded
from covenant.scrutinise.formats.faults import Fault, FaultyFile
from covenant.scrutinise.formats.programmes import read_coded, write_coded
from covenant.scrutinise.formats.readings import agreement_as_json
from covenant.scrutinise.programme import NotStated
from covenant.scrutinise.terminal import refuse, terminal

FILE = "A programme: .toml, .csv or .xlsx, or a folder of CSV files. See docs/standard/programme.md."


def convert(
    file: Annotated[Path, typer.Argument(help=FILE)],
    to: Annotated[Path, typer.Option(help="Where to: a name that ends in .toml or .xlsx, or a folder.")],
) -> None:
    """Write a programme in another form: TOML, a workbook to fill in, or CSV files. Nothing is lost.

    Exit code 2 where the file cannot be used, or where something is there already.
    """
    (whole,) = _read(file)
    try:
        write_coded(whole, to)
    except (ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{to}: written")


def agree(
    first: Annotated[Path, typer.Argument(help=FILE)],
    second: Annotated[Path, typer.Argument(help="The same source, coded by somebody else.")],
    json: Annotated[bool, typer.Option("--json", help="Print all as JSON, and nothing else.")] = False,
) -> None:
    """Set two codings of one source side by side: Cohen's kappa for each field, and every difference.

    Exit code 0, however far they differ; 2 where a file cannot be used.
    """
    one, other = _read(first, second)
    found = agreement(one.programme, other.programme)
    if json:
        typer.echo(to_json.dumps(agreement_as_json(found, one, other), indent=1))
        return
    console = terminal()
    console.print(Text(f"First: {_coder(one, first)}\nSecond: {_coder(other, second)}\n"))
    show(found, console)


def _read(*files: Path) -> tuple[Coded, ...]:
    """Programmes from files; the faults of all of them are told at once."""
    read: list[Coded] = []
    faults: list[Fault] = []
    for file in files:
        try:
            read.append(read_coded(file))
        except FaultyFile as faulty:
            faults += faulty.faults
    if faults:
        refuse(faults)
    return tuple(read)


def _coder(whole: Coded, file: Path) -> str:
    coder = whole.coding.coder
    return f"coder not stated ({file})" if isinstance(coder, NotStated) else f"{coder} ({file})"


def show(found: Agreement, console: Console) -> None:
    """Print two codings side by side. What the files say is printed as it stands, never as markup."""
    for matched in found.matched:
        if matched.n or matched.only_first or matched.only_second:
            console.print(Text(f"{matched.table}: {matched.n} in both"))
        for order, ids in (("first", matched.only_first), ("second", matched.only_second)):
            if ids:
                console.print(Text(f"  only in the {order}: {'; '.join(ids)}"))
    console.print(Text("\nAgreement, field by field", "bold"))
    _fields([field for field in found.fields if not field.silent], console)
    silent = sum(1 for field in found.fields if field.silent and field.kappa.n)
    words = (
        f"Of {silent} more fields neither says anything. Kappa is 1 where two always agree, and 0 where they "
        "agree as often as chance would have it. Its 95% interval is too narrow where n is small.\n"
    )
    console.print(Text(words))
    if not found.differences:
        console.print("They differ in nothing that was compared.")
        return
    console.print(Text("Where they differ", "bold"))
    _differences(found.differences, console)


def _fields(fields: list[FieldAgreement], console: Console) -> None:
    heads = ("field", "n", "agree", "kappa", "95%", "same lists", "overlap")
    table = Table(*heads, box=box.SIMPLE_HEAD, padding=(0, 1))
    table.columns[0].overflow = "fold"
    for field in fields:
        kappa, sets = field.kappa, field.sets
        interval = "" if kappa.low is None or kappa.high is None else f"{kappa.low:.2f} to {kappa.high:.2f}"
        table.add_row(
            Text(f"{field.table}: {field.field}"),
            str(kappa.n),
            str(kappa.agreed),
            "not defined" if kappa.value is None else f"{kappa.value:.2f}",
            interval,
            f"{sets.same} of {sets.n}" if sets.n else "",
            "" if sets.overlap is None else f"{sets.overlap:.2f}",
        )
    console.print(table)


def _differences(differences: tuple[Difference, ...], console: Console) -> None:
    table = Table("what", "field", "first", "second", box=box.SIMPLE_HEAD, padding=(0, 1))
    for column in table.columns:
        column.overflow = "fold"
    for each in differences:
        values = ((each.first, each.first_where), (each.second, each.second_where))
        said = [Text(says if isinstance(where, NotStated) else f"{says} ({where})") for says, where in values]
        table.add_row(Text(f"{each.table}: {each.id}"), Text(each.field), *said)
    console.print(table)
