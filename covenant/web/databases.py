"""Which database is used: a file of SQLite in one's home, or the PostgreSQL that `DATABASE_URL` names."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

FORM = "postgres://user:password@host/database, or postgres:///database?host=/folder/of/the/socket"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name")
PATIENCE = 20  # seconds for which a write waits for its turn before it fails, on either


class WrongAddress(Exception):
    """`DATABASE_URL` cannot be used; the message says why and never holds the password."""


def database(url: str, home: Path) -> dict[str, Any]:
    """The database as Django's settings hold it.

    Parameters
    ----------
    url
        The address of a PostgreSQL database; empty for the file of SQLite.
    home
        The folder of that file.

    Raises
    ------
    WrongAddress
        The address is none, or nothing here speaks to it.

    Examples
    --------
    >>> database("postgres://ada@db.example:5433/covenant", Path("var"))["PORT"]
    '5433'
    >>> database("mysql://ada@db.example/covenant", Path("var"))
    Traceback (most recent call last):
    covenant.web.databases.WrongAddress: it begins with neither postgres:// nor postgresql://
    """
    return _postgres(url) if url else _sqlite(home)


def _sqlite(home: Path) -> dict[str, Any]:
    """FULL: a vote that was acknowledged survives a power cut. IMMEDIATE: a writer waits at the start of its
    transaction rather than fail at its end.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "covenant.sqlite3",
        "CONN_MAX_AGE": None,  # opened once a thread: the last to close it would write the whole log back
        "OPTIONS": {
            "timeout": PATIENCE,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    """Each thread keeps its connection for some minutes and asks whether it still lives before using it.

    `synchronous_commit` stays as the server has it: on, unless somebody chose to lose votes in a power cut.
    """
    parts, asked = _parts(url)
    host = asked.pop("host", unquote(parts.hostname or ""))
    try:
        port = asked.pop("port", "" if parts.port is None else str(parts.port))
    except ValueError:
        raise WrongAddress("the port is no number from 1 to 65535") from None
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise WrongAddress("the port is no number from 1 to 65535")
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        raise WrongAddress("it names no database")
    _check_options(asked)
    if find_spec("psycopg") is None:
        raise WrongAddress(
            "psycopg, which speaks to PostgreSQL, is not installed: pip install 'covenant[postgres]'"
        )
    from psycopg import IsolationLevel

    return {
        "ENGINE": "covenant.web.postgres",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 10,
            **asked,
            "isolation_level": IsolationLevel.READ_COMMITTED,
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": f"-c lock_timeout={PATIENCE}s",
        },
    }


def _parts(url: str) -> tuple[SplitResult, dict[str, str]]:
    """An address in its parts, and what stands behind its question mark."""
    if not unquote(url).isprintable():
        raise WrongAddress("there are signs in it that cannot be printed")
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise WrongAddress("it is no address") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise WrongAddress("it begins with neither postgres:// nor postgresql://")
    if parts.fragment:
        raise WrongAddress("there is a # in it: in a password it is written %23")
    return parts, asked


def _check_options(asked: dict[str, str]) -> None:
    if set(asked) - set(OPTIONS):  # not named: it may be a part of a password with a question mark in it
        raise WrongAddress(f"behind its ? stands what is none of: host, port, {', '.join(OPTIONS)}")
    if asked.get("sslmode", SSL_MODES[0]) not in SSL_MODES:
        raise WrongAddress(f"sslmode is none of: {', '.join(SSL_MODES)}")
    seconds = asked.get("connect_timeout", "1")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 5):
        raise WrongAddress("connect_timeout is no whole number of seconds")
