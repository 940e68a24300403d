"""Erases from citations what people took back since they were cited."""

from datetime import datetime

from covenant.agree import actions


def run_due(now: datetime) -> int:
    """Erase what is due; returns how many citations."""
    return actions.forget_words(at=now)
