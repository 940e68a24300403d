"""`covenant listen retally`, `replay` and `codes`: checking results, and codes for households."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO
from uuid import UUID

import typer

from covenant.listen import retally as counting
from covenant.place.types import NotAllowed, NotFound, NotPossible


def retally(
    figures: Annotated[Path, typer.Argument(help="The published figures (JSON).")],
    counted: Annotated[Path, typer.Argument(help="The counted set of the same results (JSON lines).")],
    record: Annotated[
        Path | None, typer.Option(help="A copy of the record: what `covenant record export` wrote.")
    ] = None,
    receipt: Annotated[
        list[Path] | None, typer.Option(help="A receipt of your own; as many as wanted.")
    ] = None,
) -> None:
    """Count the published results anew, on plain files; exit code 1 where something does not agree."""
    words = [str(figures), str(counted)]
    for name, file in [("record", record), *(("receipt", each) for each in receipt or ())]:
        words += [f"--{name}={file}"] if file else []
    raise typer.Exit(counting.main(words))


def replay(
    slug: Annotated[str, typer.Argument(help="The address of the conversation.")],
    by: Annotated[str, typer.Option(help="The email address of the analyst who asks, with a grant for it.")],
    snapshot: Annotated[UUID | None, typer.Option(help="Which results; the newest where not said.")] = None,
) -> None:
    """Work published results out again from the votes that they counted; the record tells what came of it."""
    import django  # only here: to retally needs no database

    django.setup()
    from covenant.listen import actions, jobs, reads
    from covenant.place import reads as places

    now = datetime.now(UTC)
    try:
        actor = places.actor(places.person(by))
        conversation = reads.conversation(slug, asked_by=actor)
        newest = reads.results(conversation.id)
        asked = snapshot or (newest.id if newest else None)
        if asked is None:
            raise NotFound("There are no results yet.")
        id = actions.ask_replay(by=actor, snapshot=asked, at=now)
        jobs.replay(id, now)
        done = next(each.outcome for each in reads.replays(conversation.id) if each.id == id)
    except (NotAllowed, NotFound, NotPossible) as refusal:
        typer.echo(f"covenant listen replay: {refusal}", err=True)
        raise typer.Exit(2) from None
    if done is None:
        typer.echo("covenant listen replay: another process does it now; its outcome will be in the record")
        return
    typer.echo("The same, byte for byte." if done.same else "Not the same, byte for byte.")
    typer.echo(f"Published   {done.published}\nFound again {done.figures}")
    typer.echo(
        f"{done.counted} votes were counted, {done.votes} of them are here, {done.erased} erased since; "
        f"engine {done.engine} then, {done.engine_now} now."
    )
    raise typer.Exit(0 if done.same else 1)


def codes(
    slug: Annotated[str, typer.Argument(help="The address of the conversation.")],
    area: Annotated[str, typer.Option(help="The area whose households they are for, such as a ward.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")],
    out: Annotated[
        Path | None, typer.Option(help="The file to write, for its owner alone; else they are printed.")
    ] = None,
) -> None:
    """Make codes to post to households, as CSV. They are told once, and kept as keyed hashes alone."""
    import django

    django.setup()
    from covenant.listen import actions, reads

    try:
        conversation = reads.conversation(slug).id
        with _file(out) as file:
            made = actions.issue_codes(
                by=None, conversation=conversation, area=area, n=count, at=datetime.now(UTC)
            )
            table = csv.writer(file)
            table.writerow(["code", "area"])
            table.writerows([code, area] for code in made)
    except (NotFound, NotPossible, OSError) as refusal:
        typer.echo(f"covenant listen codes: {refusal}", err=True)
        raise typer.Exit(2) from None


@contextmanager
def _file(out: Path | None) -> Iterator[TextIO]:
    """A new file that its owner alone can read, and none where it could not be filled; or the terminal."""
    if out is None:
        yield sys.stdout
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
        try:
            yield file
        except BaseException:
            out.unlink()
            raise
