"""`DATABASE_URL` as whoever runs the machine meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from covenant.web.databases import WrongAddress, database
from tests.server import ROOT

HOME = Path("home")


def test_without_an_address_it_is_a_file_in_ones_home_that_survives_a_power_cut() -> None:
    told = database("", HOME)
    assert (told["ENGINE"], told["NAME"]) == ("django.db.backends.sqlite3", HOME / "covenant.sqlite3")
    assert "synchronous=FULL" in told["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgres://ada:p%40ss%2F%23@db.example/town", ("town", "ada", "p@ss/#", "db.example", "")),
        ("postgresql://ada@db.example:5433/town", ("town", "ada", "", "db.example", "5433")),
        ("postgres://ada@[::1]:5433/town", ("town", "ada", "", "::1", "5433")),
        ("postgres:///town?host=/run/postgresql", ("town", "", "", "/run/postgresql", "")),
        ("postgres://ada@/town?host=/run/pg&port=6432", ("town", "ada", "", "/run/pg", "6432")),
        ("postgres://ada@%2Frun%2Fpg/town", ("town", "ada", "", "/run/pg", "")),
        ("postgres:///the%20town", ("the town", "", "", "", "")),
    ],
)
def test_an_address_is_read_as_libpq_reads_it(url: str, parts: tuple[str, ...]) -> None:
    told = database(url, HOME)
    assert tuple(told[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == parts
    assert told["OPTIONS"]["isolation_level"].name == "READ_COMMITTED"
    assert told["CONN_HEALTH_CHECKS"] and 60 <= told["CONN_MAX_AGE"] <= 3600
    assert "synchronous_commit" not in str(told)


def test_what_stands_behind_the_question_mark_is_handed_on() -> None:
    url = "postgres://a@db.example/town?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3"
    told = database(url, HOME)["OPTIONS"]
    assert (told["sslmode"], told["sslrootcert"], told["connect_timeout"]) == (
        "verify-full", "/etc/ca.pem", "3",
    )  # fmt: skip


WRONG = [
    "secret",
    "mysql://ada:secret@db.example/town",
    "sqlite:///secret.sqlite3",
    "postgres://",
    "postgres://ada:secret@db.example",
    "postgres://ada:secret@db.example/",
    "postgres://ada:secret@db.example/town/more",
    "postgres://ada:secret@db.example:port/town",
    "postgres://ada:secret@db.example:0/town",
    "postgres://ada:secret@db.example:65536/town",
    "postgres://ada:sec#secret@db.example/town",
    "postgres://ada:secret@[::1/town",
    "postgres://ada:secret@db.example/town?password=secret",
    "postgres://ada:secret@db.example/town?sslmode=secret",
    "postgres://ada:secret@db.example/town?connect_timeout=secret",
    "postgres://ada:secret@db.example/town?options=-c%20fsync%3Doff",
    "postgres://ada:secret@db.example/town?secret",
    "postgres://ada:what?secret=word@db.example/town",
    "postgres:///town?what=1&secret=word",
    "postgres://ada:secret@db.example/to%00wn",
    "postgres://ada:secret@db.example/to%0Awn",
    "postgres://ada:secret@db.example/town?port=" + "9" * 5000,
    "postgres://ada:secret@db.example/town?port=²",
]


@pytest.mark.parametrize("url", WRONG, ids=[url[:70].replace("\x00", "0") for url in WRONG])
def test_a_wrong_address_is_refused_in_a_line_that_tells_no_password(url: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        database(url, HOME)
    said = str(refused.value)
    assert "secret" not in said and said.isprintable() and len(said) < 160


def run(home: Path, url: str, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COVENANT_HOME": str(home), "DATABASE_URL": url}
    program = ["-c", code] if code else words
    command = [sys.executable, *program]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("words", [("-m", "covenant.cli", "work"), ("manage.py", "check")], ids=" ".join)
def test_every_command_stops_with_one_line_and_code_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, "postgres://ada:secret@db.example", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("DATABASE_URL: it names no database. It is written as postgres://")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_where_psycopg_is_not_installed_a_line_says_what_to_do(tmp_path: Path) -> None:
    code = "import sys; sys.modules['psycopg'] = None; import covenant.web.settings"
    hidden = "import importlib.util as i; f = i.find_spec; "
    hidden += "i.find_spec = lambda name, *a: None if name == 'psycopg' else f(name, *a); "
    done = run(tmp_path, "postgres://ada@db.example/town", code=hidden + code)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "pip install 'covenant[postgres]'" in done.stderr
    assert run(tmp_path, "", code=hidden + code).returncode == 0, "SQLite needs none of it"


def test_where_nobody_answers_a_line_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, f"postgres:///town?host={tmp_path}", "-m", "covenant.cli", "work")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "cannot be used" in done.stderr and str(tmp_path) in done.stderr
