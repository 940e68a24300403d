"""Records for the tests: made by the same actions as real ones."""

from datetime import timedelta

from covenant.record.actions import append, writing
from covenant.record.types import Appended
from tests.record.copies import BODIES, NOW


def act(number: int) -> Appended:
    """One act, which leaves an entry."""
    with writing():
        return append(
            kind="thing.done",
            subject=f"thing-{number}",
            body=BODIES[number % len(BODIES)],
            at=NOW + timedelta(minutes=number),
        )
