"""Records for the tests: made by the same actions as real ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

from covenant.record.actions import append, writing
from covenant.record.types import Appended

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODIES: list[dict[str, Any]] = [
    {"name": "Testing", "tier": "district"},
    {},
    {"title": "Über die Brücke “now”", "members": [1, 2, {"a": None, "b": True}]},
    {"text": "line\nbreak, tab\t and \u2028", "count": -3},
    {"hash": "f" * 64},
]


def act(number: int) -> Appended:
    """One act, which leaves an entry."""
    with writing():
        return append(
            kind="thing.done",
            subject=f"thing-{number}",
            body=BODIES[number % len(BODIES)],
            at=NOW + timedelta(minutes=number),
        )
