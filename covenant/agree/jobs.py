"""Erases what people took back, settles what was not answered, lets those leave whose notice is over."""

from datetime import datetime

from covenant.agree import actions


def run_due(now: datetime) -> int:
    """Do it all once; returns how many pieces of work were done."""
    done = actions.forget_words(at=now) + actions.settle_due(at=now)
    return done + actions.move_due(at=now)
