"""Records for the tests: made by the same actions as real ones."""

import random
from datetime import timedelta
from pathlib import Path

from covenant.record import actions, publishing
from covenant.record.actions import append, writing
from covenant.record.signer import Signer
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


def publish(folder: Path, signer: Signer) -> bool:
    """Give what was done its places, with a fixed seed, and have it signed into a folder."""
    actions.sequence(rng=random.Random(1))
    return publishing.publish(folder=folder, origin=signer.origin, signer=signer, now=NOW)
