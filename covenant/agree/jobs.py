"""Erases what people took back, settles what is over, lets parties leave, tells bodies, sends mail."""

from datetime import datetime

from covenant.agree import actions, posting


def run_due(now: datetime) -> int:
    """Do it all once; returns how many pieces of work were done."""
    done = actions.forget_words(at=now) + actions.settle_due(at=now)
    done += actions.move_due(at=now) + actions.tell_due(at=now)
    return done + posting.send_due(now)
