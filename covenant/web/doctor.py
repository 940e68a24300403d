"""Looks at everything about this machine that could lose data, let somebody in, or make the record lag."""

import ctypes
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from covenant.listen import reads as listen
from covenant.record import reads as record
from covenant.record.actions import signed_size, signer_answers
from covenant.record.types import MAXIMUM_MERGE_DELAY
from covenant.web import backup

OK, WARN, FAIL = "ok", "warn", "fail"
WITHOUT_THE_FAULT = (3, 51, 3)
LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes free
HERE = {"localhost", "127.0.0.1", "[::1]"}
UNSYNCHRONISED = 0x40  # a bit of the status that adjtimex(2) tells


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: str
    how: str


Found = Iterator[tuple[str, str]]


def examine(now: datetime, *, at_start: bool = False) -> list[Check]:
    """Look at everything; before the server runs, not at what only a running one does."""
    checks = BEFORE if at_start else {**BEFORE, **WHILE_IT_RUNS}
    found = []
    for what, look in checks.items():
        try:
            told = list(look(now)) or [(OK, "")]
        except DatabaseError as fault:
            told = [(FAIL, f"the database cannot be asked: {str(fault).splitlines()[0]}")]
        except OSError as fault:
            told = [(FAIL, f"{fault.filename}: {fault.strerror}")]
        found += [Check(what, state, how) for state, how in told]
    return found


def _library(now: datetime) -> Found:
    if connection.vendor != "sqlite":
        yield OK, f"PostgreSQL {'.'.join(map(str, connection.get_database_version()))}"
    elif sqlite3.sqlite_version_info < WITHOUT_THE_FAULT:
        yield (
            WARN,
            f"this machine's SQLite is {sqlite3.sqlite_version}; before 3.51.3 a rare fault can corrupt a "
            "database when its write-ahead log is reset: back up often, or upgrade SQLite",
        )
    else:
        yield OK, f"SQLite {sqlite3.sqlite_version}"


def _durable(now: datetime) -> Found:
    if connection.vendor == "sqlite":
        needed = {"journal_mode": ("wal",), "synchronous": ("2", "3")}
        asked = {name: f"PRAGMA {name}" for name in needed}
    else:
        needed = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}
        asked = {name: f"SHOW {name}" for name in needed}
    with connection.cursor() as cursor:
        for name, right in needed.items():
            cursor.execute(asked[name])
            is_set = str(cursor.fetchone()[0])
            if is_set not in right:
                yield FAIL, f"{name} is {is_set}: what was acknowledged can be lost in a power cut"


def _migrations(now: datetime) -> Found:
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if left:
        yield FAIL, f"{len(left)} are not applied: run `python manage.py migrate`"


def _clock(now: datetime) -> Found:
    newest = record.newest()
    if newest and newest > now + timedelta(seconds=5):
        yield (
            FAIL,
            f"it shows {now:%Y-%m-%d %H:%M:%S} UTC, and the newest act was at {newest:%Y-%m-%d %H:%M:%S}",
        )
    kept = _is_kept_right()
    if kept is None:
        yield OK, "whether anything keeps it right cannot be told on this machine"
    elif not kept:
        yield WARN, "nothing keeps it right: run a time service (NTP)"


def _is_kept_right() -> bool | None:
    """Whether the kernel says that the clock is synchronised; None where it does not say."""
    try:
        told = (ctypes.c_int * 128)()  # larger than the structure, whose fifth long is the status
        if ctypes.CDLL(None).adjtimex(ctypes.byref(told)) < 0:
            return None
        status = ctypes.cast(told, ctypes.POINTER(ctypes.c_long))[4] & 0xFFFF_FFFF
    except (OSError, AttributeError):
        return None
    return not status & UNSYNCHRONISED


def _disk(now: datetime) -> Found:
    free = shutil.disk_usage(settings.HOME).free
    name = connection.settings_dict["NAME"]
    size = Path(name).stat().st_size if connection.vendor == "sqlite" else 0
    said = f"{free / 1e9:,.1f} GB free in {settings.HOME}"
    if free < TOO_LITTLE:
        yield FAIL, said
    elif free < max(LITTLE, 3 * size):
        yield WARN, f"{said}: a backup and a restore need three times the database"
    else:
        yield OK, said


def _permissions(now: datetime) -> Found:
    """A folder that only its owner may enter guards what is in it."""
    database = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    files = [settings.HOME / "secret_key", *(settings.HOME / name for name in ("limits", "metrics"))]
    files += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")] if database else []
    keys = [settings.KEYS, *settings.KEYS.glob("*.key")] if _may_look(settings.KEYS) else []
    for file in (*files, *keys):
        if file.exists() and _open_to_others(file):
            yield (
                FAIL,
                f"{file} can be read by others: run `chmod go= {file.parent if file in files else file}`",
            )


def _may_look(folder: Path) -> bool:
    try:
        return folder.is_dir() and any(True for _ in folder.iterdir())
    except PermissionError:
        return False  # as it should be where the signer is a user of its own


def _open_to_others(file: Path) -> bool:
    def bits(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    guarded = any(not bits(folder) & 0o011 for folder in (file.parent, settings.HOME))
    return bool(bits(file) & 0o044) and not guarded


def _secret_key(now: datetime) -> Found:
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 10:
        yield FAIL, "it is short or plain: delete it, and a good one is made at the next start"


def _https(now: datetime) -> Found:
    hosts = set(settings.ALLOWED_HOSTS)
    if any("*" in host or host.startswith(".") for host in hosts):
        yield FAIL, "COVENANT_HOSTS answers to any name: say which hosts this is"
    if settings.HTTPS:
        if not settings.PROXIES:
            yield WARN, "COVENANT_PROXIES is 0: all who come through your proxy count as one connection"
    elif hosts - HERE:
        yield (
            FAIL,
            "COVENANT_HTTPS is off, and this is not for this machine alone: cookies can be read on the way",
        )
    else:
        yield OK, "off, for this machine alone"


def _mail(now: datetime) -> Found:
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        state = FAIL if settings.HTTPS else WARN
        yield state, "codes to sign in are printed where the server runs, and sent to nobody"
    elif settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        away = settings.EMAIL_HOST not in HERE
        if away and not settings.EMAIL_USE_TLS:
            yield WARN, f"mail goes to {settings.EMAIL_HOST} in the clear: set COVENANT_EMAIL_TLS=1"
        if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
            yield WARN, "COVENANT_EMAIL_FROM is not set: mail from @localhost is not delivered"


def _switches(now: datetime) -> Found:
    if settings.DEBUG:
        yield FAIL, "DEBUG is on: pages of faults show what is private"
    if not settings.LIMITS:
        yield WARN, "COVENANT_LIMITS is 0: nobody is asked to wait, however often they ask"


def _last_backup(now: datetime) -> Found:
    made = backup.last()
    if made is None:
        yield WARN, "there is none yet: run `covenant backup`"
        return
    days = (now - made[0]).total_seconds() / 86_400
    said = f"made {days:.1f} days ago: {made[1]}"
    state = FAIL if days > settings.BACKUP_DAYS else WARN if days > 2 or not Path(made[1]).exists() else OK
    yield state, said


def _files(now: datetime) -> Found:
    tip, file = record.tip(), settings.RECORD_FILES / "checkpoint"
    written = file.read_text(encoding="utf-8") if file.exists() else ""
    if not tip.size and not written:
        yield OK, "nothing is signed yet"
    elif not written.startswith(tip.note) or not tip.note:
        yield FAIL, f"{file} is not the newest checkpoint of the database, over {tip.size} entries"
    else:
        yield OK, f"{tip.size} entries, signed {tip.at}"


def _signer(now: datetime) -> Found:
    if (signed := signed_size()) > (size := record.size()):
        yield FAIL, f"{signed} entries were signed and {size} are here: see docs/running.md on older backups"
    elif signer_answers():
        yield OK, f"answers at {settings.SIGNER}"
    elif record.tip().size and not (settings.KEYS / "keys.json").exists():
        yield (
            FAIL,
            f"no signer answers, and there are no keys in {settings.KEYS}: put them back (docs/running.md)",
        )
    else:
        yield WARN, "no signer answers; `covenant serve` starts one"


def _merge_delay(now: datetime) -> Found:
    waiting = record.waiting()
    waited = (now - waiting.oldest).total_seconds() if waiting.oldest else 0
    if waited > MAXIMUM_MERGE_DELAY:
        yield (
            FAIL,
            f"{waiting.unsigned} entries are unsigned, the oldest for {waited:,.0f} s; "
            f"{MAXIMUM_MERGE_DELAY} s are promised",
        )
    else:
        yield OK, f"{waiting.unsigned} entries unsigned"


def _work(now: datetime) -> Found:
    if due := len(listen.due(settled_before=now - timedelta(minutes=10))):
        yield WARN, f"the results of {due} conversations are due: the server makes them, or `covenant work`"


Looks = dict[str, Callable[[datetime], Found]]
BEFORE: Looks = {
    "Database software": _library,
    "Durability": _durable,
    "Migrations": _migrations,
    "Clock": _clock,
    "Disk": _disk,
    "Permissions": _permissions,
    "Secret key": _secret_key,
    "HTTPS and hosts": _https,
    "Mail": _mail,
    "Switches": _switches,
    "Last backup": _last_backup,
}
WHILE_IT_RUNS: Looks = {
    "Record’s files": _files,
    "Signer": _signer,
    "Unsigned entries": _merge_delay,
    "Work": _work,
}
