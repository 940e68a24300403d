"""The doctor says what could lose data or let somebody in, and serving says it too."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from typer.testing import CliRunner

from covenant.cli import app
from covenant.record.actions import append, writing
from covenant.web import backup, doctor
from covenant.web.doctor import FAIL, OK, WARN
from tests.server import ROOT, Site

pytestmark = pytest.mark.django_db
GOOD_KEY = "a-good-long-key-0123456789-0123456789-0123456789-abcdefgh"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    settings.RECORD_FILES, settings.SIGNER = tmp_path / "record", tmp_path / "signer.sock"
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = GOOD_KEY, ["localhost"]
    return tmp_path


def found(what: str) -> list[tuple[str, str]]:
    checks = doctor.examine(timezone.now())
    return [(each.state, each.how) for each in checks if each.what == what]


def hasty() -> set[str]:
    """What the doctor rightly finds of the cluster of the tests, which keeps nothing through a power cut."""
    if connection.vendor == "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        return {"Durability"} if cursor.fetchone() == ("off",) else set()


def states(what: str) -> set[str]:
    return {state for state, _how in found(what)}


def test_every_check_says_something_and_none_fails_on_a_good_machine(home: Path) -> None:
    checks = doctor.examine(timezone.now())
    assert {each.what for each in checks} == {*doctor.BEFORE, *doctor.WHILE_IT_RUNS}
    assert {each.what for each in checks if each.state == FAIL} == hasty()


def test_what_was_acknowledged_and_could_be_lost_is_named(home: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is how SQLite is set; PostgreSQL is set by its own configuration")
    assert states("Durability") == {OK}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        before = cursor.fetchone()[0]
    connection.connection.execute("COMMIT") if connection.connection.in_transaction else None
    connection.connection.execute("PRAGMA synchronous=NORMAL")
    try:
        assert [state for state, how in found("Durability") if "synchronous is 1" in how] == [FAIL]
    finally:
        connection.connection.execute(f"PRAGMA synchronous={before}")
        connection.connection.execute("BEGIN IMMEDIATE")


def test_a_sqlite_with_the_fault_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is a fault of SQLite")
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version_info", (3, 51, 2))
    assert states("Database software") == {WARN}
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version_info", (3, 51, 3))
    assert states("Database software") == {OK}


def test_a_clock_before_the_newest_act_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing():
        append(kind="test.made", subject="x", body={}, at=timezone.now() + timedelta(hours=1))
    assert FAIL in states("Clock")
    monkeypatch.setattr(doctor, "_is_kept_right", lambda: False)
    assert WARN in states("Clock")
    monkeypatch.setattr(doctor, "_is_kept_right", lambda: None)
    assert OK in states("Clock")


def test_a_disk_that_is_nearly_full_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((50_000_000, FAIL), (500_000_000, WARN), (10**12, OK)):
        usage = type("Usage", (), {"free": free})()
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path, usage=usage: usage)
        assert states("Disk") == {state}


def test_what_others_can_read_is_named(home: Path) -> None:
    secret, keys = home / "secret_key", home / "keys"
    keys.mkdir(mode=0o700)
    for file in (secret, keys / "ab.key"):
        file.write_text("x")
        file.chmod(0o600)
    assert states("Permissions") == {OK}
    secret.chmod(0o644)
    assert states("Permissions") == {OK}, "nobody else can enter the folder"
    home.chmod(0o755)
    assert [how for _state, how in found("Permissions") if str(secret) in how]
    assert states("Permissions") == {FAIL}
    secret.chmod(0o600)
    keys.chmod(0o755)
    (keys / "ab.key").chmod(0o640)
    assert any("ab.key" in how for _state, how in found("Permissions"))


def test_a_weak_key_debug_and_any_host_are_named(home: Path, settings: Any) -> None:
    settings.SECRET_KEY = "x" * 60
    assert states("Secret key") == {FAIL}
    settings.DEBUG = True
    assert FAIL in states("Switches")
    settings.LIMITS = 0
    assert WARN in states("Switches")
    for hosts in (["*"], [".example.org"]):
        settings.ALLOWED_HOSTS = hosts
        assert FAIL in states("HTTPS and hosts")


def test_plain_http_for_others_and_a_proxy_that_is_not_counted_are_named(home: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["covenant.example.org"]
    assert states("HTTPS and hosts") == {FAIL}
    settings.HTTPS = True
    assert states("HTTPS and hosts") == {WARN}
    settings.PROXIES = 1
    assert states("HTTPS and hosts") == {OK}


def test_mail_that_reaches_nobody_is_named(home: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert states("Mail") == {WARN}
    settings.HTTPS = True
    assert states("Mail") == {FAIL}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example.org", False
    assert states("Mail") == {WARN}
    settings.EMAIL_USE_TLS, settings.DEFAULT_FROM_EMAIL = True, "covenant@example.org"
    assert states("Mail") == {OK}


def test_the_age_of_the_last_backup_is_told(home: Path, settings: Any) -> None:
    assert states("Last backup") == {WARN}
    file = home / "a.backup"
    file.write_text("x")
    for days, state in ((0.5, OK), (3, WARN), (31, FAIL)):
        made = (timezone.now() - timedelta(days=days)).isoformat()
        (home / backup.LAST).write_text(json.dumps({"made_at": made, "file": str(file), "entries": 1}))
        assert states("Last backup") == {state}
    (home / backup.LAST).write_text("{")
    assert states("Last backup") == {WARN}


def test_a_record_that_lags_or_is_out_of_step_is_named(home: Path) -> None:
    assert states("Unsigned entries") == {OK}
    with writing():
        append(kind="test.made", subject="x", body={}, at=timezone.now() - timedelta(seconds=90))
    assert states("Unsigned entries") == {FAIL}
    assert states("Record’s files") == {OK}
    (home / "record").mkdir()
    (home / "record" / "checkpoint").write_text("covenant\n7\nx\n")
    assert states("Record’s files") == {FAIL}


def test_a_database_that_fails_is_a_finding_and_no_crash(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DatabaseError("no such table: record_entry\nmore")

    monkeypatch.setattr(doctor.record, "waiting", broken)
    assert found("Unsigned entries") == [(FAIL, "the database cannot be asked: no such table: record_entry")]


def test_the_command_prints_a_table_or_json_and_its_code_says_whether_something_fails(
    home: Path, settings: Any
) -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == (1 if hasty() else 0), done.output
    assert "Last backup" in done.stdout
    settings.DEBUG = True
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert {"what": "Switches", "state": "fail"}.items() <= next(
        each for each in told if each["what"] == "Switches"
    ).items()


def test_a_database_without_tables_is_told_by_the_doctor(tmp_path: Path) -> None:
    env = {**os.environ, "COVENANT_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
    env.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "covenant.cli", "doctor"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "manage.py migrate" in done.stdout
    assert "Traceback" not in done.stderr


def test_serving_begins_with_what_the_doctor_says(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.log = tmp_path / "server.log"
    site.env |= {"COVENANT_HOSTS": "127.0.0.1,covenant.example.org"}
    site.run("migrate", "--verbosity", "0")
    assert (site.home.stat().st_mode & 0o777) == 0o700
    with site.serving():
        pass
    said = site.log.read_text()
    assert "Fault: HTTPS and hosts: COVENANT_HTTPS is off" in said
    assert "Note: Last backup: there is none yet" in said
    assert "Unsigned" not in said, "what only a running server does is not looked at before it runs"
