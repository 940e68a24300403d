"""Makes the results of conversations in which something was said since, and makes them again where asked."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from covenant.listen import actions, reads
from covenant.listen.audit import Replayed
from covenant.listen.ballots import CountedSet, counted_set
from covenant.listen.heard import Inputs, text_of
from covenant.listen.inputs import ballots
from covenant.listen.wordings import with_seals, with_seals_of
from covenant.record import actions as record
from covenant.record.types import committed

if TYPE_CHECKING:  # the engine takes a while to import, and the pages never need it
    from covenant.listen.types import OpinionMap

AT_LEAST_APART = timedelta(seconds=5)  # live enough to watch, and no run for every single vote


@dataclass(frozen=True)
class Found:
    """What a run found, and how it is told: to everyone or to an analyst."""

    opinion: "OpinionMap"
    told: Callable[..., dict[str, Any]]
    engine: str


def run_due(now: datetime) -> int:
    """Publish new results wherever they are due, and do the replays that were asked for; returns how many."""
    record.sequence()  # so that votes are found by their places
    done = sum(publish(conversation, now) for conversation in reads.due(settled_before=now - AT_LEAST_APART))
    return done + sum(replay(id, now) for id in reads.replays_due())


def publish(conversation: UUID, now: datetime) -> bool:
    """Find the opinion map of a conversation and publish it; False where another run was first.

    What waits for its place in the record is given one first: what is published counts what stands there.
    """
    # First: an answer that is gone has its place by what is read next, and words that are gone stay out.
    erased, changed = reads.erased(conversation)
    record.sequence()
    said = reads.votes_for_engine(conversation)
    found = _find(said)
    public = found.told(public=True)
    weights = zip(said.statements, found.opinion.priority.tolist(), strict=True)
    votes = said.votes.n_votes
    is_due = reads.set_is_due(conversation, votes=votes, now=now)
    done = actions.publish_snapshot(
        conversation=conversation,
        after=said.counted,
        entries=said.entries,
        engine=found.engine,
        figures=public,
        full=found.told(public=False),
        priorities={statement.id: weight for statement, weight in weights if not statement.out},
        votes=votes,
        erased=erased,
        changed=changed,
        counted=_counted(said, erased, public, found.opinion) if is_due else None,
        at=now,
    )
    return done is not None


def replay(id: UUID, now: datetime) -> bool:
    """Work published results out again from the votes that they counted, and keep what came of it."""
    asked = reads.replay_asked(id)
    found = _find(reads.votes_up_to(asked.conversation, asked.entries))
    published = json.loads(asked.figures)
    again = with_seals_of(found.told(public=True), published)
    outcome = Replayed(
        snapshot=asked.snapshot,
        published=_sha256(text_of(committed(published))),
        figures=_sha256(text_of(committed(again))),
        counted=asked.votes,
        votes=found.opinion.n_votes,
        erased=asked.erased_since,
        engine=asked.engine,
        engine_now=found.engine,
    )
    return actions.keep_replay(replay=id, outcome=outcome, at=now)


def seed_of(conversation: UUID, entries: int) -> int:
    """What draws the starts of the groups: the conversation and its place in the record, nothing else."""
    return int.from_bytes(hashlib.sha256(f"{conversation} {entries}".encode()).digest()[:6], "big")


def _find(said: Inputs) -> Found:
    """Results are a function of what was said, and of nothing else."""
    import numpy as np

    from covenant.listen.engine import VERSION
    from covenant.listen.engine.opinion import opinion_map
    from covenant.listen.figures import figures

    seed = seed_of(said.conversation, said.entries)
    opinion = opinion_map(
        said.votes,
        rng=np.random.default_rng(seed),
        out=np.array([statement.out for statement in said.statements], np.bool_),
        meta=np.array([statement.meta for statement in said.statements], np.bool_),
    )
    told = partial(
        figures, opinion, said.statements, seed=seed, topic=said.title, description=said.introduction
    )
    return Found(opinion, lambda *, public: with_seals(told(public=public), said.salts), VERSION)


def _counted(said: Inputs, erased: int, public: dict[str, Any], opinion: "OpinionMap") -> CountedSet:
    return counted_set(
        ballots(said),
        conversation=said.conversation,
        entries=said.entries,
        erased=erased,
        statements=[statement.id for statement in said.statements],
        figures=public,
        in_groups=(opinion.groups.labels >= 0).tolist(),
        lot=partial(secrets.token_bytes, 32),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
