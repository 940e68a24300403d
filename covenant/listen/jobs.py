"""Makes the results of conversations in which something was said since they were last made."""

import hashlib
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from covenant.listen import actions, reads
from covenant.record import actions as record

AT_LEAST_APART = timedelta(seconds=5)  # live enough to watch, and no run for every single vote


def run_due(now: datetime) -> int:
    """Publish new results wherever they are due; returns how many were published."""
    record.sequence()  # so that votes are found by their places
    return sum(publish(conversation, now) for conversation in reads.due(settled_before=now - AT_LEAST_APART))


def publish(conversation: UUID, now: datetime) -> bool:
    """Find the opinion map of a conversation and publish it; False where another run was first.

    What waits for its place in the record is given one first: what is published counts what stands there.
    The engine is imported here: it takes a while, and the pages never need it.
    """
    import numpy as np

    from covenant.listen.engine import VERSION
    from covenant.listen.engine.opinion import opinion_map
    from covenant.listen.figures import figures

    record.sequence()
    said = reads.votes_for_engine(conversation)
    seed = seed_of(conversation, said.entries)
    opinion = opinion_map(
        said.votes,
        rng=np.random.default_rng(seed),
        out=np.array([statement.out for statement in said.statements], np.bool_),
        meta=np.array([statement.meta for statement in said.statements], np.bool_),
    )
    told = partial(
        figures, opinion, said.statements, seed=seed, topic=said.title, description=said.introduction
    )
    weights = zip(said.statements, opinion.priority.tolist(), strict=True)
    done = actions.publish_snapshot(
        conversation=conversation,
        after=said.counted,
        entries=said.entries,
        engine=VERSION,
        figures=told(public=True),
        full=told(public=False),
        priorities={statement.id: weight for statement, weight in weights if not statement.out},
        at=now,
    )
    return done is not None


def seed_of(conversation: UUID, entries: int) -> int:
    """What draws the starts of the groups: the conversation and its place in the record, nothing else."""
    return int.from_bytes(hashlib.sha256(f"{conversation} {entries}".encode()).digest()[:6], "big")
