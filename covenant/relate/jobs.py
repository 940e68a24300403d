"""Closes rounds of pulses whose last day is over, and lets in people for whom nobody is waited any more."""

from datetime import datetime

from covenant.relate import actions


def run_due(now: datetime) -> int:
    """How many rounds were closed and how many people came in."""
    return actions.close_rounds(at=now) + actions.settle_arrivals(at=now)
