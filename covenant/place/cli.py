"""`covenant place`: places and roles, given at the command line by whoever runs the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import django
import typer
from rich.console import Console

from covenant.place.types import NotFound, NotPossible, Role, Tier

app = typer.Typer(help="Places, and who has a role in them.", no_args_is_help=True)
_say, _complain = (
    Console(soft_wrap=True, highlight=False),
    Console(stderr=True, soft_wrap=True, highlight=False),
)


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except (NotFound, NotPossible) as refusal:
        _complain.print(str(refusal), markup=False)
        raise typer.Exit(2) from None


@app.command()
def add(
    slug: Annotated[str, typer.Argument(help="Its address: lower-case letters, figures and hyphens.")],
    name: Annotated[str, typer.Argument(help="Its name, as people say it.")],
    tier: Annotated[Tier, typer.Option(help="Where it stands between a street and a nation.")],
    gss: Annotated[str, typer.Option(help="Its code from the Office for National Statistics.")] = "",
    within: Annotated[str, typer.Option(help="The address of the place that it lies in.")] = "",
) -> None:
    """Add a place."""
    django.setup()
    from covenant.place import actions, reads

    with _told_in_one_line():
        parent = reads.place(within).id if within else None
        actions.add_place(name=name, slug=slug, tier=tier, gss=gss, within=parent, at=datetime.now(UTC))
    _say.print(f"{name} is at /places/{slug}/", markup=False)


@app.command()
def grant(
    email: Annotated[str, typer.Argument(help="The person's address; they sign in by a code sent to it.")],
    role: Annotated[Role, typer.Argument(help="What they may do.")],
    place: Annotated[str, typer.Argument(help="The address of the place.")],
    name: Annotated[str, typer.Option(help="The person's name, if they are new.")] = "",
) -> None:
    """Give a person a role in a place and in the places within it."""
    django.setup()
    from covenant.place import actions, reads

    with _told_in_one_line():
        where = reads.place(place)
        actions.grant(by=None, email=email, name=name, role=role, place=where.id, at=datetime.now(UTC))
    _say.print(f"{email} is now {role.value} of {where.name}", markup=False)
