"""Puts a backup in the place of what is there: checked to its end first; what was there is moved aside."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader

from covenant.place.rules import check_reason
from covenant.place.types import OPERATOR, NotPossible
from covenant.record import reads as record
from covenant.record.actions import NotTaken, append, signed_size, take_back, writing
from covenant.web import archive, backup
from covenant.web.archive import DATABASES, Damaged, Manifest
from covenant.web.backup import Failed
from covenant.web.erasing import erase_again
from covenant.web.presence import InUse, present

STARTED = ("place_place", "place_user", "record_entry")  # what is used holds a row in one of these


@dataclass(frozen=True)
class Restored:
    """What was put back, and what stands against it."""

    manifest: Manifest
    aside: Path | None  # where what was there lies now
    entries: int  # of the record that have a place, this restore's own not counted
    signed: int  # over how many entries a checkpoint was signed, as far as is known here
    taken: int  # entries that were taken back from files of the record
    erased: int  # people and participants who had been erased since the backup was made, and are again


def restore(file: Path, *, over: bool, reason: str, copy: Path | None, now: datetime) -> Restored:
    """Put a backup back, and say so in the record.

    Entries that were signed after the backup was made are taken back from the record's files: those that are
    here, or a copy that somebody else kept.

    Raises
    ------
    Damaged, Failed
        It is not whole, is of another kind of database or of newer software, or something is here already, or
        runs. Nothing was changed.
    """
    try:
        check_reason(reason, needed=True)
        with present(settings.HOME, alone=True):
            manifest = archive.verify(file)
            _check_fits(manifest)
            if not over and holds_anything():
                raise Failed(
                    "the database here holds something; with --over it is moved aside, and the backup takes "
                    "its place"
                )
            signed = signed_so_far()
            with _staging(settings.HOME) as folder:
                archive.unpack(file, folder)
                _check_database(folder, manifest)
                aside = _put(folder, manifest, now)
            found = aside / "record" if aside and signed > manifest.entries else None
            return _told(manifest, aside, signed, copy or found, reason, now)
    except InUse:
        raise Failed("a server or a worker runs on this database: stop it first") from None
    except NotPossible as refusal:
        raise Failed(str(refusal)) from None
    except (OSError, shutil.Error) as fault:
        raise Failed(f"it cannot be put back ({fault})") from None


def holds_anything() -> bool:
    """Whether anybody has used the database of the settings."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in there.intersection(STARTED):
            named = connection.ops.quote_name(table)  # one of our own
            cursor.execute(f"SELECT 1 FROM {named} LIMIT 1")  # noqa: S608  # nosec B608
            if cursor.fetchone():
                return True
    return False


def signed_so_far() -> int:
    """Over how many entries a checkpoint was signed, as far as is known here."""
    found = [signed_size()]
    with suppress(OSError, ValueError, IndexError):
        found.append(int((settings.RECORD_FILES / "checkpoint").read_text().split("\n")[1]))
    return max(found)


def _check_fits(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise Failed(f"the backup is of {manifest.database}, and the settings name {connection.vendor}")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name.split(".")[0] for name in known}
    newer = sorted(name for name in manifest.migrations if name.split(".")[0] in ours and name not in known)
    if newer:
        raise Failed(
            f"the backup was made by Covenant {manifest.software}, which is newer than this one: "
            f"{newer[0]} is not known here"
        )


def _check_database(folder: Path, manifest: Manifest) -> None:
    """Raise unless the database in the backup is sound and holds what the manifest says."""
    file = folder / DATABASES[manifest.database]
    if manifest.database != "sqlite":
        backup.postgres("pg_restore", "--list", str(file))
        return
    try:
        with closing(sqlite3.connect(file)) as database:
            sound = database.execute("PRAGMA integrity_check(1)").fetchone()
            (entries,) = database.execute('SELECT count("index") FROM record_entry').fetchone()
    except sqlite3.Error as fault:
        raise Damaged(f"its database cannot be opened ({fault})") from None
    if sound != ("ok",) or entries < manifest.entries:
        raise Damaged("its database is damaged, or holds less than its manifest says")


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    folder = home / f".restore-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(folder: Path, manifest: Manifest, now: datetime) -> Path | None:
    """Move what is here aside and the backup into its place; where that fails, move it back."""
    aside = settings.HOME / f"replaced-{now:%Y%m%dT%H%M%S}Z-{secrets.token_hex(3)}"
    aside.mkdir(mode=0o700)
    moves: list[tuple[Path, Path, Path | None]] = [
        (settings.RECORD_FILES, aside / "record", folder / "record")
    ]
    if manifest.database == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        connections.close_all()
        for ending in ("", "-wal", "-shm", "-journal"):
            old = database.with_name(database.name + ending)
            new = folder / DATABASES["sqlite"] if not ending else None
            moves.append((old, aside / old.name, new))
    done: list[tuple[Path, Path]] = []
    try:
        if manifest.database != "sqlite":
            if holds_anything():
                backup.copy_database(aside / DATABASES["postgresql"])
            words = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
            database_name = str(connection.settings_dict["NAME"])
            connections.close_all()
            file = str(folder / DATABASES["postgresql"])
            backup.postgres("pg_restore", *words, f"--dbname={database_name}", file)
        for place, old, new in moves:
            for source, target in ((place, old), (new, place)):
                if source is not None and source.exists():
                    source.rename(target)
                    done.append((source, target))
    except (OSError, Failed):
        for source, target in reversed(done):
            target.rename(source)
        raise
    archive.sync(aside)
    archive.sync(settings.HOME)
    if any(aside.iterdir()):
        return aside
    aside.rmdir()
    return None


def _told(
    manifest: Manifest, aside: Path | None, signed: int, copy: Path | None, reason: str, now: datetime
) -> Restored:
    """Bring the tables up to this version, take back what was signed, leave an entry, erase again."""
    try:
        call_command("migrate", verbosity=0, interactive=False)
        with writing():
            entries = record.size()
            taken = take_back(folder=copy, origin=settings.RECORD_ORIGIN) if copy else 0
            body = {
                "by": OPERATOR,
                "made_at": manifest.made_at,
                "entries": entries,
                "taken_back": taken,
            }
            append(kind="backup.restored", subject="backup", body=body, sealed={"why": reason}, at=now)
            erased = erase_again(now)
    except NotTaken as fault:
        raise Failed(
            f"the backup lies in its place; entries that were signed since are not back: {fault}"
        ) from None
    except DatabaseError as fault:
        raise Failed(f"the backup lies in its place, and its tables cannot be used ({fault})") from None
    return Restored(manifest, aside, entries, signed, taken, erased)
