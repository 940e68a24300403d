"""Every statement shown is kept, with the chance with which it was drawn."""

import random
from collections import Counter

import pytest

from covenant.listen import actions, reads
from covenant.listen.engine.draw import default_priority
from covenant.listen.models import Exposure, Vote
from tests.listen.talk import NOW, TEXTS, crowd, talk
from tests.personas import World, make_world
from tests.records import record_size

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_before_there_are_results_every_statement_has_the_same_chance(world: World) -> None:
    part = actions.start(conversation=talk(world), at=NOW, rng=random.Random(1))
    row = Exposure.objects.get(id=part.exposure)
    assert (row.snapshot_id, row.candidates, row.outcome, row.shown_at) == (None, len(TEXTS), "open", NOW)
    assert row.probability == pytest.approx(1 / len(TEXTS))


def test_a_statement_newer_than_the_results_has_the_weight_of_one_that_nobody_saw(world: World) -> None:
    conversation = talk(world, texts=TEXTS[:2])
    crowd(conversation, people=1)
    weights = {str(statement.id): 1.0 for statement in reads.statements(conversation)}
    actions.publish_snapshot(
        conversation=conversation,
        after=0,
        entries=record_size(),
        engine="t",
        figures={},
        full={},
        priorities=weights,
        at=NOW,
    )
    new = actions.add_statement(by=world.actor("convenor"), conversation=conversation, text="Ferries", at=NOW)
    total = 2 + default_priority()
    for seed in range(12):
        row = Exposure.objects.get(
            id=actions.start(conversation=conversation, at=NOW, rng=random.Random(seed)).exposure
        )
        weight = default_priority() if row.statement_id == new else 1.0
        assert row.probability == pytest.approx(weight / total)


def test_statements_that_wait_or_are_hidden_are_never_drawn(world: World) -> None:
    conversation, rng = talk(world, texts=TEXTS[:3]), random.Random(2)
    first = actions.start(conversation=conversation, at=NOW, rng=rng).participant
    waits = actions.add_statement(by=first, conversation=conversation, text="Ferries", at=NOW)
    hidden = reads.statements(conversation)[0].id
    actions.moderate(by=world.actor("moderator"), statement=hidden, shown=False, reason="Spam", at=NOW)
    crowd(conversation, people=3)
    drawn = set(Exposure.objects.exclude(participant=first).values_list("statement", flat=True))
    assert len(drawn) == 2
    assert not drawn & {waits, hidden}


def test_skipped_statements_come_again_only_when_nothing_else_is_left(world: World) -> None:
    rng = random.Random(3)
    part = actions.start(conversation=talk(world, texts=TEXTS[:3]), at=NOW, rng=rng)
    who = part.participant
    first = Exposure.objects.get(id=part.exposure).statement_id
    exposure = actions.skip(participant=who, exposure=part.exposure, at=NOW, rng=rng)
    for _ in range(2):
        assert Exposure.objects.get(id=exposure).statement_id != first
        exposure = actions.answer(participant=who, exposure=exposure, value=1, at=NOW, rng=rng).exposure
    again = Exposure.objects.get(id=exposure)
    assert (again.statement_id, again.candidates, again.probability) == (first, 1, 1.0)
    assert actions.skip(participant=who, exposure=exposure, at=NOW, rng=rng) is None
    assert reads.part(who).skipped == 1
    assert actions.resume(participant=who, at=NOW, rng=rng) is not None


def test_a_statement_hidden_while_somebody_reads_it_is_not_counted_and_the_next_one_comes(
    world: World,
) -> None:
    part = actions.start(conversation=talk(world), at=NOW, rng=random.Random(1))
    shown = Exposure.objects.get(id=part.exposure)
    actions.moderate(
        by=world.actor("moderator"), statement=shown.statement_id, shown=False, reason="Spam", at=NOW
    )
    assert reads.part(part.participant).exposure.still_shown is False
    done = actions.answer(
        participant=part.participant, exposure=shown.id, value=1, at=NOW, rng=random.Random(1)
    )
    assert (done.counted, Vote.objects.count()) == (False, 0)
    assert Exposure.objects.get(id=done.exposure).statement_id != shown.statement_id
    shown.refresh_from_db()
    assert shown.outcome == "withdrawn"


def test_statements_are_drawn_by_the_newest_results_and_the_chance_is_kept(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=15)
    weights = {str(s.id): 1.0 for s in reads.statements(conversation)}
    heavy = next(iter(weights))
    weights[heavy] = 45.0
    snapshot = actions.publish_snapshot(
        conversation=conversation, after=0, entries=record_size(), engine="t", figures={}, full={},
        priorities=weights, at=NOW,
    )  # fmt: skip
    rng, drawn = random.Random(11), Counter()
    for _ in range(100):
        row = Exposure.objects.get(id=actions.start(conversation=conversation, at=NOW, rng=rng).exposure)
        drawn[str(row.statement_id)] += 1
        assert row.snapshot_id == snapshot
        assert row.candidates == len(TEXTS)
        assert row.probability == pytest.approx(0.9 if str(row.statement_id) == heavy else 0.02)
    assert 75 <= drawn[heavy] <= 99, "90 of 100, give or take"
