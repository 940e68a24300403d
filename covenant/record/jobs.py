"""Gives entries their places, and has the record written and signed."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from covenant.record import actions, publishing, reads
from covenant.record.signer import STATE, NoSigner, Refused, Remote, Signs


@dataclass(frozen=True)
class Done:
    """What became of a run: how many entries got places, and why the record is not signed, if it is not."""

    placed: int
    fault: str = ""


def run_due(now: datetime) -> Done:
    """Sequence and publish. What was not signed is signed by a later run: nothing is lost meanwhile."""
    if (signed := _signed()) > reads.size():
        return Done(
            0,
            f"{signed} entries were signed and fewer are here: nothing is given a place until that is mended",
        )
    placed = actions.sequence()
    try:
        publish(now)
    except (NoSigner, Refused, publishing.Contradiction) as fault:
        return Done(placed, str(fault))
    return Done(placed)


def publish(now: datetime, signer: Signs | None = None) -> bool:
    """Write and sign what has a place; False where that is nothing new."""
    return publishing.publish(
        folder=settings.RECORD_FILES,
        origin=settings.RECORD_ORIGIN,
        signer=signer or Remote(settings.SIGNER),
        now=now,
    )


def _signed() -> int:
    """How many entries were signed: as the signer says, or where it has not started yet, its file."""
    try:
        return Remote(settings.SIGNER).last()[0]
    except (NoSigner, Refused):
        pass
    try:
        return int(json.loads((settings.KEYS / STATE).read_text())["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0  # no signer yet, or one of another user that is not there
