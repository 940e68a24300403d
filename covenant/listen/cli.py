"""`covenant listen`: from an export to a report, on plain files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from covenant.listen import audit_cli
from covenant.listen.formats import FormatError, read_export
from covenant.place.types import NotFound, NotPossible

app = typer.Typer(help="What people say, and where they agree.", no_args_is_help=True)
app.command("retally")(audit_cli.retally)
app.command("replay")(audit_cli.replay)
app.command("codes")(audit_cli.codes)
STAGES = ("reading", "positions", "groups", "statements", "writing")


@app.callback()
def listen() -> None:
    """What people say, and where they agree."""


@app.command("map")
def map_(
    export: Annotated[Path, typer.Argument(help="The folder of a Polis export.", metavar="EXPORT")],
    out: Annotated[Path, typer.Option(help="The folder to write into; made where it is missing.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary for machines.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Leave out what speaks of fewer than 10 people.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Draws the starts of the groups.")] = 0,
) -> None:
    """Find the opinion map, the groups and the common ground of a conversation.

    Writes opinion.json, statements.csv, report.html and positions.csv (not with --public: it names
    participants).
    """
    began = time.perf_counter()
    try:
        with _bar() as step:
            step("reading")
            _check(out, public)
            figures, written = _work(export, public, seed, step)
            step("writing")
            _write(written, out)
    except FormatError as error:
        typer.echo(f"covenant listen map: {error}", err=True)
        raise typer.Exit(2) from None
    summary = _summary(figures, out, sorted(written), time.perf_counter() - began)
    typer.echo(json.dumps(summary, ensure_ascii=False) if as_json else _sentence(summary))


def _check(out: Path, public: bool) -> None:
    if out.exists() and not out.is_dir():
        raise FormatError(str(out), "this is a file; --out needs a folder")
    if public and (out / "positions.csv").exists():
        problem = "this file of an earlier run names participants; choose another folder for what you publish"
        raise FormatError(str(out / "positions.csv"), problem)


def _work(export: Path, public: bool, seed: int, step: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Read, find, and put into words. The engine is imported here: the web application never needs it."""
    conversation = read_export(export)
    import numpy as np

    from covenant.listen.engine.opinion import opinion_map
    from covenant.listen.figures import figures
    from covenant.listen.outputs import documents

    statements = conversation.statements
    opinion = opinion_map(
        conversation.votes,
        rng=np.random.default_rng(seed),
        out=np.array([statement.out for statement in statements], np.bool_),
        meta=np.array([statement.meta for statement in statements], np.bool_),
        began=step,
    )
    found = figures(
        opinion,
        statements,
        public=public,
        seed=seed,
        topic=conversation.topic,
        description=conversation.description,
    )
    return found, documents(found, opinion, conversation.participants)


def _write(written: dict[str, str], out: Path) -> None:
    from covenant.listen.outputs import write

    try:
        write(written, out)
    except OSError as error:
        raise FormatError(str(out), f"this folder cannot be written: {error.strerror}") from None


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on the error stream, where that is a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(STAGES))
        yield lambda stage: progress.update(task, description=stage, completed=STAGES.index(stage))


def _summary(figures: dict[str, Any], out: Path, names: list[str], seconds: float) -> dict[str, Any]:
    return {
        "conversation": figures["conversation"]["topic"],
        "out": str(out),
        "files": names,
        "public": figures["public"],
        "participants": figures["participants"],
        "votes": figures["votes"],
        "statements": figures["statements_asked"],
        "groups": [{"label": group["label"], "size": group["size"]} for group in figures["groups"]],
        "agreed": [told["statement"] for told in figures["consensus"]["agree"]],
        "disagreed": [told["statement"] for told in figures["consensus"]["disagree"]],
        "engine": figures["engine"],
        "seed": figures["seed"],
        "seconds": round(seconds, 3),
    }


def _sentence(summary: dict[str, Any]) -> str:
    sizes = ", ".join(
        f"{g['label']} {g['size'] if g['size'] is not None else 'not shown'}" for g in summary["groups"]
    )
    people = summary["participants"]["total"]
    return (
        f"{summary['conversation']}: {people:,} people, {summary['votes']:,} votes, "
        f"{summary['statements']:,} statements.\n"
        f"Groups (a story, not a truth): {sizes or 'none'}. "
        f"Common ground: {len(summary['agreed'])} agreed, {len(summary['disagreed'])} refused.\n"
        f"Written to {summary['out']}: {', '.join(summary['files'])}. They took part by choice; they are no "
        "sample."
    )


@app.command()
def load(
    export: Annotated[Path, typer.Argument(help="The folder of a Polis export.", metavar="EXPORT")],
    place: Annotated[str, typer.Option(help="The address of the place that it belongs to.")],
    slug: Annotated[str, typer.Option(help="Its own address; from the folder's name where empty.")] = "",
    title: Annotated[str, typer.Option(help="Its title; from the export where empty.")] = "",
    language: Annotated[
        str, typer.Option(help="The language of the statements, such as en or zh-Hant.")
    ] = "en",
    source: Annotated[str, typer.Option(help="Where it was held, and its licence.")] = "",
    may_vote: Annotated[
        bool, typer.Option("--open/--closed", help="Whether people can go on voting.")
    ] = False,
) -> None:
    """Load a conversation that was held on Polis into the database."""
    import django  # only here: the map needs no database

    django.setup()
    from covenant.listen.load import load as load_into_place

    try:
        done = load_into_place(
            export,
            place=place,
            slug=slug,
            title=title,
            language=language,
            open=may_vote,
            source=source,
            at=datetime.now(UTC),
        )
    except (FormatError, NotFound, NotPossible) as refusal:
        typer.echo(f"covenant listen load: {refusal}", err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"“{done.title}” is at /listen/{done.slug}/: {done.participants} people, "
        f"{done.statements} statements and {done.votes} votes. "
        "Its results are made by the server, or by: covenant work"
    )
