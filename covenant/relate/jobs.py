"""Closes rounds of pulses whose last day is over."""

from datetime import datetime

from covenant.relate import actions


def run_due(now: datetime) -> int:
    """How many rounds were closed."""
    return actions.close_rounds(at=now)
