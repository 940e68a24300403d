"""Records for the tests: made by the same actions as real ones, and exported to files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from typer.main import get_command

from covenant.cli import app
from covenant.record import engine, formats, reads
from covenant.record.actions import append, writing
from covenant.record.types import START, Entry

COMMAND, RUNNER = get_command(app), CliRunner()
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODIES: list[dict[str, Any]] = [
    {"name": "Testing", "tier": "district"},
    {},
    {"title": "Über die Brücke “now”", "members": [1, 2, {"a": None, "b": True}]},
    {"text": "line\nbreak, tab\t and \u2028", "count": -3},
    {"hash": "f" * 64},
]


def act(number: int) -> Entry:
    """One act, which leaves an entry."""
    with writing():
        return append(
            kind="thing.done",
            subject=f"thing-{number}",
            body=BODIES[number % len(BODIES)],
            at=NOW + timedelta(minutes=number),
        )


def export(folder: Path) -> Path:
    formats.write(reads.entries(), folder)
    return folder


def verify(*arguments: object) -> Result:
    """`covenant verify`, which must not end in anything but an exit code."""
    result = RUNNER.invoke(COMMAND, ["verify", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stderr.count("\n") == (result.exit_code != 0), result.stderr
    return result


def written_anew(entries: list[Entry], first: int, **changes: Any) -> list[Entry]:
    """The record of somebody who changes one entry and works every later hash out again."""
    anew, previous = entries[:first], entries[first - 1].hash if first else START
    for entry in entries[first:]:
        entry = replace(entry, previous=previous, **(changes if entry.index == first else {}))
        entry = replace(entry, hash=engine.entry_hash(entry))
        anew.append(entry)
        previous = entry.hash
    return anew
