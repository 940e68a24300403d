"""Finds months that are over and of which nothing was told yet."""

from datetime import datetime

from covenant.concern import actions, reads


def run_due(now: datetime) -> int:
    """Tell the counts of every month that is over; returns how many were told."""
    return sum(
        actions.publish_month(covenant=covenant, month=month, at=now)
        for covenant, month in reads.months_due(now)
    )
