"""Gives entries their places, and has the record written and signed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from covenant.record import actions, publishing, witnessing
from covenant.record.signer import NoSigner, Refused, Remote, Signs


@dataclass(frozen=True)
class Done:
    """What became of a run: how many entries got places, and why the record is not signed, if it is not."""

    placed: int
    fault: str = ""


def run_due(now: datetime) -> Done:
    """Sequence and publish. What was not signed is signed by a later run: nothing is lost meanwhile."""
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


def ask_witnesses(asked: list[witnessing.Asked], now: datetime) -> int:
    """Have the newest checkpoint signed by witnesses; returns how many signed. Waits some seconds at most."""
    return witnessing.ask_all(asked, folder=settings.RECORD_FILES, now=now) if asked else 0


def witnesses() -> list[witnessing.Asked]:
    """The witnesses that this record asks."""
    return witnessing.witnesses(settings.WITNESSES)


def faults() -> list[str]:
    """What is wrong with the settings of the record, a line each."""
    try:
        witnesses()
    except witnessing.WrongWitnesses as fault:
        return [str(fault)]
    return []
