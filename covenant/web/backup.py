"""Makes a backup while the server runs: the database as it stood at one moment, and the record's files.

The keys are not in it. Whoever found a backup that held them could sign another record.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from covenant.record import reads as record
from covenant.record.types import moment
from covenant.web import archive
from covenant.web.archive import DATABASES, Manifest

LAST = "last-backup.json"
NAME = re.compile(r"covenant-(\d{8}T\d{6})Z\.backup")


class Failed(Exception):
    """It was not done; the message says why."""


def name_of(now: datetime) -> str:
    return f"covenant-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.backup"


def make(out: Path, now: datetime) -> Manifest:
    """Write a backup into a file.

    Raises
    ------
    Failed
        The database cannot be copied, or the file not be written; nothing is left behind.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _staging(out.parent) as folder:
            # The record's files first: the database that is copied after them holds all their entries.
            stage_record(settings.RECORD_FILES, folder / "record")
            about = _about(now)
            copy_database(folder / DATABASES[connection.vendor])
            manifest = archive.write(out, folder, about)
    except FileExistsError:
        raise Failed(f"{out}: there is something already; a backup takes the place of nothing") from None
    except (OSError, sqlite3.Error) as fault:
        raise Failed(f"{out}: the backup cannot be written ({fault})") from None
    _note(out, manifest)
    return manifest


def delete_old(folder: Path, *, keep: int | None, now: datetime) -> list[Path]:
    """Delete backups that were made too long ago, and all but the newest so many; never the newest.

    Only files that are named as backups are.
    """
    found = sorted((file for file in folder.iterdir() if NAME.fullmatch(file.name)), reverse=True)
    before = name_of(now - timedelta(days=settings.BACKUP_DAYS))
    kept = len(found) if keep is None else keep
    gone = [file for place, file in enumerate(found) if place and (place >= kept or file.name < before)]
    for file in gone:
        file.unlink()
    if gone:
        archive.sync(folder)
    return gone


def last() -> tuple[datetime, str] | None:
    """When the newest backup was made here, and into which file; None where none is known of."""
    try:
        told = json.loads((settings.HOME / LAST).read_text())
        return datetime.fromisoformat(told["made_at"]), str(told["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _staging(beside: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".covenant-backup-", dir=beside))  # readable by its owner alone
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage_record(source: Path, target: Path) -> None:
    """Gather the record's files: those that never change are linked where they can be, and not copied.

    The checkpoint comes first: whatever it covers is there by then. A narrow tile may go meanwhile.
    """
    target.mkdir(parents=True)
    for file in (source / "checkpoint", *source.rglob("*")):
        place = target / file.relative_to(source)
        if place.exists() or file.is_dir() or _is_hidden(file, source):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            _link_or_copy(file, place)


def _is_hidden(file: Path, above: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(above).parts)


def _link_or_copy(file: Path, place: Path) -> None:
    try:
        os.link(file, place)  # files of the record are replaced, never written into
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(file, place)


def copy_database(place: Path) -> None:
    """The database as it stands at one moment, while others write."""
    place.touch(mode=0o600)
    if connection.vendor == "sqlite":
        source = str(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(place)) as there:
            here.execute("PRAGMA busy_timeout=20000")
            here.backup(there)  # in one step: a write meanwhile waits for nothing, and is not in it
            there.execute("PRAGMA journal_mode=DELETE")
    else:
        postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={place}")


def postgres(program: str, *words: str) -> None:
    """Run a program of PostgreSQL's on the database of the settings; the password is in no argument."""
    given = connection.get_connection_params()
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "host": "PGHOST", "port": "PGPORT"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    told = {env: str(given[key]) for key, env in names.items() if given.get(key)}
    if given.get("password"):
        told["PGPASSWORD"] = str(given["password"])
    try:
        done = subprocess.run(
            [program, "--no-password", *words], env={**os.environ, **told}, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Failed(f"{program} is not on this machine: it comes with PostgreSQL’s client") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Failed(f"{program}: {lines[0]}")


def _about(now: datetime) -> Manifest:
    tip = record.tip()
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        made_at=moment(now),
        software=version("covenant"),
        database=connection.vendor,
        migrations=tuple(sorted(f"{app}.{name}" for app, name in applied)),
        entries=record.size(),
        checkpoint=tip.size,
        checkpoint_at=tip.at,
    )


def _note(out: Path, manifest: Manifest) -> None:
    told = {"made_at": manifest.made_at, "file": str(out.resolve()), "entries": manifest.entries}
    part = settings.HOME / f".{LAST}.{os.getpid()}"
    part.write_text(json.dumps(told) + "\n")
    part.replace(settings.HOME / LAST)
