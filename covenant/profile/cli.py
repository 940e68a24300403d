"""`covenant profile`: take in what is published about places, and show what is known of one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import django
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from covenant.place.types import NotFound, NotPossible
from covenant.profile.formats.export import as_json, percent, pounds, year_name
from covenant.profile.formats.files import FileKind, read
from covenant.profile.formats.need import PARTS
from covenant.profile.formats.rows import BadFile
from covenant.profile.shown import FigureView, Profile, Series

UNKNOWN = "No place or body is known here by “{}”. Codes have capital letters; import geography to have them."

app = typer.Typer(help="What a place is like, and what money passes through it.", no_args_is_help=True)


@app.callback()
def profile() -> None:
    """What a place is like, and what money passes through it."""


@app.command("import")
def import_(
    kind: Annotated[FileKind, typer.Argument(help="What kind of file it is.")],
    files: Annotated[list[Path], typer.Argument(help="One file or more: all are taken in, or none.")],
    wards: Annotated[bool, typer.Option("--wards", help="Geography: wards too, as neighbourhoods.")] = False,
    name: Annotated[
        str,
        typer.Option(
            "--as", help="Under which name it stands (need: the year); the file’s, where not given."
        ),
    ] = "",
    publisher: Annotated[str, typer.Option(help="Grants and organisations: who published the file.")] = "",
    licence: Annotated[str, typer.Option(help="Grants and organisations: under which licence.")] = "",
    sure: Annotated[
        bool, typer.Option("--sure", help="Let in a file with less than half of what it replaces.")
    ] = False,
    as_data: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Take in files about places. The same file twice changes nothing; a corrected one replaces it.

    Import geography first: awards, grants and wards find their body by it.
    By which columns each kind of file is known stands in covenant/profile/README.md.
    """
    django.setup()
    from covenant.profile import actions

    try:
        parsed = [
            read(kind, file, wards=wards, name=name, publisher=publisher, licence=licence) for file in files
        ]
        done = actions.load(parsed=parsed, at=datetime.now(UTC), sure=sure)
    except (BadFile, NotPossible) as refusal:
        typer.echo(f"covenant profile import: {refusal}", err=True)
        raise typer.Exit(2) from None
    if as_data:
        typer.echo(json.dumps([vars(each) for each in done], ensure_ascii=False))
        return
    for each in done:
        what = ", ".join(f"{n:,} {name}" for name, n in each.counts.items() if n)
        verb = "replaced" if each.replaced else "taken in" if each.changed else "unchanged"
        typer.echo(f"{each.file}: {verb}{': ' + what if what else ''}")
        for note in each.notes:
            typer.echo(f"  {note}")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="A GSS code, such as E06000001, or the address of a place.")],
    prices: Annotated[
        int,
        typer.Option(
            help="In the prices of the financial year that starts in this year; the newest, where not given.",
            show_default=False,
        ),
    ] = 0,
    as_data: Annotated[
        bool, typer.Option("--json", help="Print all of it as JSON, and nothing else.")
    ] = False,
) -> None:
    """Show what is known of a place, or of a body that is no more."""
    django.setup()
    from covenant.profile import reads

    code = code if code.isprintable() else ascii(code)  # what no terminal could show is no address
    try:
        found = reads.profile_of_code(code, base=str(prices or ""))
    except NotFound:
        typer.echo(f"covenant profile show: {UNKNOWN.format(code)}", err=True)
        raise typer.Exit(2) from None
    if prices and prices not in found.bases:
        said = f"found {prices} for --prices; expected a year from {found.bases[0]} to {found.bases[-1]}"
        typer.echo(f"covenant profile show: {said}", err=True)
        raise typer.Exit(2)
    if as_data:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        return
    _show(found, Console(highlight=False))


def _show(found: Profile, console: Console) -> None:
    console.print(Text(found.body.name if found.body else found.place.name, "bold"))
    if found.body:
        console.print(f"{found.body.kind.label}, {found.body.code}")
    if found.figures:
        console.print(_figures(found.figures))
    for heading, group in (("Services", found.services), ("Totals", found.totals), ("Income", found.income)):
        if group:
            console.print(_series(heading, group, found.base))
    for one_off in found.one_off:
        said = f"Once: {one_off.label}, {one_off.kind.value}: {one_off.n} in all, {pounds(one_off.total)}"
        console.print(Text(said))
    for heading, kin in (("Before", found.before), ("After", found.after)):
        for each in kin:
            console.print(Text(f"{heading}: {each.body.name} ({each.body.code})"))
    if not (found.figures or found.services or found.totals or found.income or found.one_off):
        console.print(
            "Nothing is known here of its people, need or money: `covenant profile import` takes it in."
        )
    for source in found.sources:
        facts = source.facts
        console.print(
            Text(f"[{source.number}] {facts.title}. {facts.publisher}. {facts.licence}. {facts.file}")
        )


def _figures(figures: tuple[FigureView, ...]) -> Table:
    """Who is here and what they need: every figure with its year; ranks of two years are not subtracted."""
    table = Table("Who is here, and need", "of", "figure", "rank", "source")
    for each in figures:
        label = f"deprivation: {PARTS[each.part]}" if each.measure == "deprivation" else each.measure
        text = each.words or ("not stated" if each.value is None else f"{each.value:,g}")
        rank = "" if each.rank is None else str(each.rank)
        table.add_row(Text(label), Text(each.vintage), Text(text), rank, str(each.source.number))
    return table


def _series(heading: str, group: tuple[Series, ...], base: int) -> Table:
    table = Table(
        heading, "from", "to", "cash", f"in prices of {year_name(base)}", "source", title_justify="left"
    )
    for each in group:
        if each.moved is None or each.never:
            last = each.points[-1]
            table.add_row(
                Text(each.label), "", year_name(last.year), pounds(last.cash), "", str(each.source.number)
            )
            continue
        first, last = each.moved.first, each.moved.last
        real = _change(first.real, last.real)
        cash = _change(first.cash, last.cash)
        table.add_row(
            Text(each.label), year_name(first.year), year_name(last.year), cash, real, str(each.source.number)
        )
    return table


def _change(first: int | None, last: int | None) -> str:
    share = percent(first, last)
    return f"{pounds(first)} to {pounds(last)}{', ' if share else ''}{share}"
