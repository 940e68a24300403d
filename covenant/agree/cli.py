"""`covenant agree`: covenants as files, in and out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import django
import typer

from covenant.agree.formats import standard
from covenant.agree.formats.checking import MOST_BYTES
from covenant.agree.formats.faults import Fault, NotValid
from covenant.agree.formats.pledges import read_pledges
from covenant.place.types import Actor, NotFound, NotPossible, Role, day_of

if TYPE_CHECKING:
    from covenant.agree.planning import Plan

app = typer.Typer(help="Covenants as files: check them, take them out and in.", no_args_is_help=True)
_FILE = typer.Argument(help="A file of the Open Covenant Standard (.json).", metavar="FILE")


@app.callback()
def agree() -> None:
    """Covenants as files of the Open Covenant Standard (docs/standard/covenant.md)."""


@contextmanager
def _told(file: Path | None = None, *, as_json: bool = False) -> Iterator[None]:
    """Faults and refusals as lines, or as JSON; the command ends with 2."""
    try:
        yield
    except NotValid as refusal:
        _refuse(file, refusal.faults, as_json)
    except (NotFound, NotPossible) as refusal:
        _refuse(None, [Fault("", str(refusal))], as_json)


def _refuse(file: Path | None, faults: Any, as_json: bool) -> NoReturn:
    if as_json:
        said = [{"at": fault.at, "said": fault.said} for fault in faults]
        typer.echo(json.dumps({"valid": False, "faults": said}, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            typer.echo(f"{file}: {fault}" if file else str(fault), err=True)
    raise typer.Exit(2)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can be called so"
        raise NotValid([Fault("", f"The file cannot be read ({why}).")]) from None


@app.command()
def validate(
    file: Annotated[Path, _FILE],
    as_json: Annotated[bool, typer.Option("--json", help="Print the faults for machines.")] = False,
) -> None:
    """Check a file: every fault at once, each with its JSON pointer. Ends with 2 where there is one."""
    with _told(file, as_json=as_json):
        found = standard.read(_content(file))
    if as_json:
        typer.echo(json.dumps({"valid": True, "faults": []}))
        return
    versions = len(found.get("covenant", {}).get("versions", ()))
    pledges = len(found.get("pledges", ()))
    typer.echo(f"{file} keeps to {standard.FORMAT}: {_n(versions, 'version')}, {_n(pledges, 'pledge')}.")


def _n(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _operator(place: Any) -> Actor:
    """Whoever runs the machine, for a place."""
    return Actor(None, frozenset({(Role.CONVENOR, place)}))


@app.command()
def export(
    slug: Annotated[str, typer.Argument(help="The address of the covenant.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The file to write; else it is printed.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Name the persons who signed.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="With drafts that nobody was shown.")] = False,
) -> None:
    """Write a covenant as a file of the Open Covenant Standard."""
    django.setup()
    from covenant.agree import exporting

    with _told():
        at = datetime.now(UTC)
        actor = _operator(exporting.place_of(slug))
        found = exporting.covenant_file(
            slug, asked_by=actor, today=day_of(at), at=at, names=names, drafts=drafts
        )
    data = standard.write(found)
    if out is None:
        typer.echo(data.decode(), nl=False)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        _refuse(out, [Fault("", f"The file cannot be written ({error.strerror}).")], False)
    typer.echo(
        f"{out} has {_n(len(found['covenant']['versions']), 'version')} of “{found['covenant']['title']}”."
    )


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="A covenant (.json), or a table (.csv, .xlsx, .docx).", metavar="FILE")
    ],
    place: Annotated[str, typer.Option(help="The address of the place.")],
    slug: Annotated[
        str, typer.Option(help="The address that the covenant gets; from its title, where not given.")
    ] = "",
    title: Annotated[str, typer.Option(help="Its title; that of the file, where not given.")] = "",
    purpose: Annotated[str, typer.Option(help="What it is for; as the file says, where not given.")] = "",
    version: Annotated[
        int | None, typer.Option(help="Which version of the file; else the one in force.")
    ] = None,
    day_first: Annotated[
        bool, typer.Option("--day-first", help="03/04/2026 is a day of April in this file.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Show what would be made, and make nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was made for machines.")] = False,
) -> None:
    """Make a draft of a file: nobody has signed it here, whatever the file says."""
    django.setup()
    from covenant.agree import importing, planning
    from covenant.place import reads as places

    with _told(file, as_json=as_json):
        where, content = places.place(place), _content(file)
        found = planning.file_from(
            file.name, content, place=where, day_first=day_first, title=title, purpose=purpose
        )
        plan = planning.plan(found.file, place=where.id, version=version)
        address = slug or planning.address_of(title or plan.content.title)
        if not check:
            importing.import_draft(
                by=_operator(where.id),
                place=where.id,
                file=found.file,
                slug=address,
                title=title,
                purpose=purpose,
                version=version,
                at=datetime.now(UTC),
            )
    _say_imported(plan, [*found.notes, *plan.notes], address, made=not check, as_json=as_json)


def _say_imported(plan: Plan, notes: list[str], address: str, *, made: bool, as_json: bool) -> None:
    """What was made, or would be."""
    signed = [each.party for each in plan.signed]
    if as_json:
        said = {
            "made": made,
            "slug": address,
            "version": plan.number,
            "commitments": len(plan.content.clauses),
            "parties": [party.name for party in plan.content.parties],
            "notes": notes,
            "signatures_said_by_the_file": signed,
        }
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for note in notes:
        typer.echo(note)
    if signed:
        typer.echo(f"Said by the file, not checked here: signed by {', '.join(signed)}.")
    verb = "is a draft" if made else "would be a draft"
    typer.echo(f"{_n(len(plan.content.clauses), 'commitment')}: this {verb} at /covenants/{address}/draft/")


@app.command()
def pledges(
    file: Annotated[
        Path,
        typer.Argument(help="A table of pledges (.csv, .xlsx) or a file of the standard.", metavar="FILE"),
    ],
    publisher: Annotated[str, typer.Option(help="Who collected them.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence they are published.")] = "",
    place: Annotated[
        str, typer.Option(help="The address of the place, for rows without a code of one.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done for machines.")] = False,
) -> None:
    """Take in unilateral pledges: unsigned, their performance unknown. Rows that are none are named."""
    django.setup()
    from covenant.agree import pledging
    from covenant.place import reads as places

    with _told(file, as_json=as_json):
        content = _content(file)
        found = read_pledges(PurePath(file).name, content)
        done = pledging.load_pledges(
            pledges=found.pledges,
            publisher=publisher,
            licence=licence,
            sha256=hashlib.sha256(content).hexdigest(),
            place=places.place(place).id if place else None,
            at=datetime.now(UTC),
        )
    refused = [{"at": each.at, "by": each.by, "why": each.why} for each in found.refused]
    nowhere = [{"at": each.at, "by": each.by, "gss": each.gss} for each in done.nowhere]
    if as_json:
        said = {"loaded": done.loaded, "known": done.known, "refused": refused, "nowhere": nowhere}
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for each in refused:
        typer.echo(f"{each['at']}: {each['by']}: {each['why']}", err=True)
    for each in nowhere:
        typer.echo(f"{each['at']}: {each['by']}: no place here has the code “{each['gss']}”.", err=True)
    typer.echo(
        f"{_n(done.loaded, 'pledge')} loaded as unilateral, unsigned, performance unknown; "
        f"{done.known} were here; {_n(len(refused), 'row')} refused; {len(nowhere)} of no place here."
    )
