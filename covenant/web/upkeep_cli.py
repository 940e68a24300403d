"""`covenant backup`, `restore`, `doctor`, `erase` and `retention`: what whoever runs the machine does."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import django
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_say = Console(soft_wrap=True, highlight=False)


def backup(
    out: Annotated[
        Path,
        typer.Option(
            help="A folder, in which each backup is named for its moment; or a file that ends in .backup."
        ),
    ],
    keep: Annotated[
        int | None, typer.Option(min=1, help="In a folder: delete all but the newest so many.")
    ] = None,
) -> None:
    """Make a backup of the database and the record, while the server runs. The keys are not in it.

    In a folder, backups older than COVENANT_BACKUP_DAYS are deleted: what was erased is then in none of them.
    """
    django.setup()
    from django.conf import settings

    from covenant.web import backup as backups

    now = datetime.now(UTC)
    is_file = out.suffix == ".backup" and not out.is_dir()
    if keep is not None and is_file:
        _stop("backup", "--keep is for a folder of backups")
    file = out if is_file else out / backups.name_of(now)
    try:
        made = backups.make(file, now)
        gone = [] if is_file else backups.delete_old(out, keep=keep, now=now)
    except backups.Failed as fault:
        _stop("backup", str(fault))
    except OSError as fault:
        _stop("backup", f"{out}: old backups cannot be deleted ({fault.strerror})")
    _print(f"{file}: {made.entries} entries of the record, {len(made.parts)} files, {_size(file)}")
    if gone:
        _print(f"Deleted {len(gone)} older: {', '.join(each.name for each in gone)}")
    _print(
        f"The keys in {settings.KEYS} and the secret key are not in it: keep a copy of them offline, apart "
        "from the backups. It holds personal data: guard it as you guard the database."
    )


def erase(
    email: Annotated[str, typer.Argument(help="The person's address.")],
    reason: Annotated[
        str, typer.Option(help="Why: everybody can read it beside the act in the record, so name no person.")
    ],
) -> None:
    """Erase a person's name and address. What they did for a body stands, without them."""
    django.setup()
    from covenant.place.types import NotFound, NotPossible
    from covenant.web import erasing

    try:
        erasing.erase_person(email=email, reason=reason, at=datetime.now(UTC))
    except (NotFound, NotPossible) as refusal:
        _stop("erase", str(refusal))
    _print("Erased: name and address are gone. Backups from before hold them until they are deleted.")


def retention() -> None:
    """Say how long what is personal is kept, field by field."""
    django.setup()
    from django.conf import settings

    from covenant.web.retention import RULES

    table = Table("Days", "What")
    for rule in RULES:
        table.add_row(str(rule.days), str(rule.what))
    table.add_row(str(settings.BACKUP_DAYS), "Backups in a folder that `covenant backup` keeps")
    _say.print(table)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    reason: Annotated[
        str, typer.Option(help="Why: everybody can read it beside the act in the record, so name no person.")
    ],
    record: Annotated[
        Path | None,
        typer.Option(
            help="A copy of the record’s files that holds more than the backup; those here, if none."
        ),
    ] = None,
    over: Annotated[
        bool, typer.Option("--over", help="Move aside what the database and the record hold now.")
    ] = False,
) -> None:
    """Put a backup back: it is checked to its end before anything is touched."""
    django.setup()
    from covenant.web import restore as restoring
    from covenant.web.archive import Damaged
    from covenant.web.backup import Failed

    now = datetime.now(UTC)
    try:
        done = restoring.restore(file, over=over, reason=reason, copy=record, now=now)
    except Damaged as fault:
        _stop("restore", f"{file}: {fault}. Nothing was changed.")
    except Failed as fault:
        _stop("restore", f"{file}: {fault}")
    told = done.manifest
    hours = (now - datetime.fromisoformat(told.made_at)).total_seconds() / 3600
    _print(
        f"Restored: {done.entries} entries of the record, as they stood on {told.made_at}, "
        f"{hours:.1f} hours ago."
    )
    signed = f"{told.checkpoint} entries, signed {told.checkpoint_at}" if told.checkpoint else "none"
    _print(f"Newest signed checkpoint in the backup: {signed}.")
    if done.aside:
        _print(
            f"What was here lies in {done.aside}: it holds personal data, so delete it as soon as you can."
        )
    _tell_erased(done.erased)
    if done.taken:
        _print(
            f"{done.taken} entries of the record were signed after the backup was made and are back in their "
            "places; what they told of (votes, signatures, words) is not, and must be done again."
        )
    if done.signed > done.entries + done.taken:
        _print(
            f"{done.signed} entries were signed, and {done.entries + done.taken} are here. Nothing is given "
            "a place until that is mended: see “When a backup is older than the record” in docs/running.md."
        )


def _tell_erased(again: int) -> None:
    from django.conf import settings

    if settings.ERASURES.exists():
        _print(f"Erased again: {again}, whom the backup held and {settings.ERASURES} names as erased.")
    else:
        _print(
            f"{settings.ERASURES} is not here: whoever was erased after the backup was made is here again. "
            "If it was kept elsewhere, put it there: the server erases them where it starts."
        )


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print it for machines.")] = False,
) -> None:
    """Look at everything that could lose data or let somebody in. Exit code 1: something must be mended."""
    django.setup()
    from covenant.web import doctor as checks

    found = checks.examine(datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        table = Table("", "What", "How it is", box=None)
        for each in found:
            table.add_row(Text(each.state, style=_STYLE[each.state]), Text(each.what), Text(each.how))
        Console(highlight=False).print(table)
    if any(each.state == checks.FAIL for each in found):
        raise typer.Exit(1)


_STYLE = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:,.1f} MB"


def _print(said: str) -> None:
    _say.print(said, markup=False)


def _stop(command: str, said: str) -> NoReturn:
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in f"covenant {command}: {said}")
    typer.echo(line, err=True)
    raise typer.Exit(2)
