"""The command `covenant`: one sub-command a slice, and those that run the house."""

import os
import sys
from pathlib import Path

import typer
from django.db import DatabaseError

from covenant.agree import cli as agree
from covenant.listen import cli as listen
from covenant.place import cli as place
from covenant.profile import cli as profile
from covenant.record import cli as record
from covenant.scrutinise import cli as scrutinise
from covenant.web import cli as web

app = typer.Typer(
    help="Make a social covenant in a place, and keep it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(place.app, name="place")
app.add_typer(profile.app, name="profile")
app.add_typer(listen.app, name="listen")
app.add_typer(agree.app, name="agree")
app.add_typer(record.app, name="record")
app.add_typer(record.witness, name="witness")
app.add_typer(scrutinise.app, name="scrutinise")
app.command("verify")(record.verify)
app.command("demo")(web.demo)
app.command("serve")(web.serve)
app.command("work")(web.work)
app.command("backup")(web.backup)
app.command("erase")(web.erase)
app.command("retention")(web.retention)
app.command("restore")(web.restore)
app.command("doctor")(web.doctor)


def main() -> None:
    """Entry point. Django is set up only by the commands that need the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    sys.path.insert(0, str(Path.cwd())) if Path("manage.py").exists() else None
    try:
        app()
    except DatabaseError as error:
        sys.exit(_explain(error))


def _explain(error: DatabaseError) -> int:
    first = "If it is new, run `.venv/bin/python manage.py migrate` first."
    said = f"The database cannot be used ({' '.join(str(error).split())}). {first}"
    typer.echo(said, err=True)
    return 2


if __name__ == "__main__":
    main()
