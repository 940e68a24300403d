"""Erases here what people took back."""

from datetime import datetime

from covenant.weigh import actions


def run_due(now: datetime) -> int:
    """Do it once; returns how many quotations lost their words."""
    return actions.forget_words(at=now)
