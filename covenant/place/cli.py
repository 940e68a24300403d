"""`covenant place`: places and roles, given at the command line by whoever runs the machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import django
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

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


_WHY = "Why: everybody can read it beside the act in the record, so name no person."


@app.command()
def grant(
    email: Annotated[str, typer.Argument(help="The person's address; they sign in by a code sent to it.")],
    role: Annotated[Role, typer.Argument(help="What they may do.")],
    place: Annotated[str, typer.Argument(help="The address of the place.")],
    name: Annotated[str, typer.Option(help="The person's name, if they are new.")] = "",
    reason: Annotated[str, typer.Option(help=_WHY)] = "",
) -> None:
    """Give a person a role in a place and in the places within it."""
    django.setup()
    from covenant.place import actions, reads

    with _told_in_one_line():
        where, at = reads.place(place), datetime.now(UTC)
        actions.grant(by=None, email=email, name=name, role=role, place=where.id, reason=reason, at=at)
    _say.print(f"{email} is now {role.value} of {where.name}", markup=False)


@app.command()
def revoke(
    email: Annotated[str, typer.Argument(help="The person's address.")],
    role: Annotated[Role, typer.Argument(help="What they may do no more.")],
    place: Annotated[str, typer.Argument(help="The address of the place in which the role was given.")],
    reason: Annotated[str, typer.Option(help=_WHY)],
) -> None:
    """Take a role from a person."""
    django.setup()
    from covenant.place import actions, reads

    with _told_in_one_line():
        where = reads.place(place)
        actions.revoke(by=None, email=email, role=role, place=where.id, reason=reason, at=datetime.now(UTC))
    _say.print(f"{email} is no longer {role.value} of {where.name}", markup=False)


@app.command()
def close_account(
    email: Annotated[str, typer.Argument(help="The person's address.")],
    reason: Annotated[str, typer.Option(help=_WHY)],
) -> None:
    """Let a person sign in no more, and sign them out at once. What they signed stands."""
    django.setup()
    from covenant.place import actions

    with _told_in_one_line():
        actions.close_account(email=email, reason=reason, at=datetime.now(UTC))
    _say.print(f"{email} can sign in no more", markup=False)


@app.command()
def grants(
    place: Annotated[str, typer.Argument(help="The address of a place; all of them where not given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it for machines.")] = False,
) -> None:
    """List who holds which roles."""
    django.setup()
    from covenant.place import reads

    with _told_in_one_line():
        found = reads.grants(place=reads.place(place).id if place else None)
    if as_json:
        typer.echo(json.dumps([{**asdict(each), "id": str(each.id)} for each in found], ensure_ascii=False))
        return
    table = Table("Place", "Role", "Person", "Address", "Account")
    for each in found:
        standing = "open" if each.open else "closed"
        table.add_row(*map(Text, (each.place, each.role.value, each.person, each.email, standing)))
    _say.print(table if found else "Nobody holds a role.")
