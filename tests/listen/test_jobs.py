"""Results are made where something was said since, once, and from named inputs alone."""

import hashlib
import json
import random
import subprocess
import sys
from datetime import timedelta

import pytest

from covenant.listen import actions, jobs, reads
from covenant.listen.heard import text_of
from covenant.listen.models import Conversation, Snapshot, Statement
from covenant.place.types import NotFound, NotPossible
from covenant.record import reads as record
from covenant.record.types import canonical, committed
from tests.listen.talk import NOW, TEXTS, crowd, talk
from tests.personas import World, make_world
from tests.records import recorded

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def test_results_come_after_the_first_votes_and_again_only_when_something_was_said(world: World) -> None:
    conversation = talk(world)
    assert jobs.run_due(NOW) == 0
    crowd(conversation, people=30)
    assert jobs.run_due(NOW) == 1
    assert jobs.run_due(LATER) == 0
    crowd(conversation, people=1, seed=2)
    assert jobs.run_due(NOW + timedelta(seconds=1)) == 0, "results are a few seconds apart"
    assert jobs.run_due(LATER) == 1
    assert reads.results(conversation).figures["participants"]["total"] == 31


def test_the_counts_are_the_votes_and_the_entry_has_the_hash_of_what_is_published(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=24)
    jobs.run_due(NOW)
    row = Snapshot.objects.get()
    (entry,) = record.about(row.id)
    text = reads.published(conversation)
    assert entry.kind == "snapshot.published"
    assert entry.body["figures"] == hashlib.sha256(text_of(committed(json.loads(text))).encode()).hexdigest()
    assert entry.body["entries"] == row.entries
    assert [each.leaf for each in recorded(start=row.entries)] == [entry.leaf], "it counts all before itself"
    first = reads.statements(conversation)[0]
    line = next(line for line in json.loads(text)["statements"] if line["id"] == str(first.id))
    assert (line["agrees"], line["disagrees"], line["passes"], line["seen"]) == (24, 0, 0, 24)
    assert set(json.loads(row.priorities)) == {str(s.id) for s in reads.statements(conversation)}


def test_the_same_place_in_the_record_gives_the_same_results_again(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=24)
    jobs.run_due(NOW)
    first = Snapshot.objects.get()
    Snapshot.objects.all().delete()
    Conversation.objects.update(counted=0, counted_at=None)
    recorded()
    said = reads.votes_for_engine(conversation)
    assert said.entries == first.entries + 1, "the entry of the results themselves"
    assert jobs.publish(conversation, LATER)
    again = json.loads(reads.published(conversation))
    before = json.loads(first.figures)
    assert again["statements"] == before["statements"]
    assert jobs.seed_of(conversation, 5) == jobs.seed_of(conversation, 5) != jobs.seed_of(conversation, 6)


def test_two_runs_at_once_publish_one_snapshot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    read = reads.votes_for_engine

    def while_another_runs(id):
        said = read(id)
        monkeypatch.setattr(reads, "votes_for_engine", read)
        assert jobs.publish(id, NOW) is True
        return said

    monkeypatch.setattr(reads, "votes_for_engine", while_another_runs)
    assert jobs.publish(conversation, NOW) is False
    assert Snapshot.objects.count() == 1
    assert len([e for e in recorded() if e.kind == "snapshot.published"]) == 1


def test_votes_that_arrive_during_a_run_are_left_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    read = reads.votes_for_engine

    def while_somebody_votes(id):
        said = read(id)
        crowd(id, people=1, seed=9)
        return said

    monkeypatch.setattr(reads, "votes_for_engine", while_somebody_votes)
    assert jobs.run_due(NOW) == 1
    assert reads.results(conversation).figures["participants"]["total"] == 20
    monkeypatch.undo()
    assert jobs.run_due(LATER) == 1
    assert reads.results(conversation).figures["participants"]["total"] == 21


def test_hiding_a_statement_makes_results_due_and_a_waiting_one_does_not(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    jobs.run_due(NOW)
    participant = actions.start(conversation=conversation, at=NOW, rng=random.Random(1)).participant
    actions.add_statement(by=participant, conversation=conversation, text="Ferries", at=NOW)
    assert jobs.run_due(LATER) == 0
    hidden = reads.statements(conversation)[3].id
    actions.moderate(by=world.actor("moderator"), statement=hidden, shown=False, reason="Spam", at=LATER)
    assert jobs.run_due(LATER) == 1
    assert "Ferries" not in reads.published(conversation)
    assert str(hidden) not in reads.published(conversation)


def test_a_citation_says_all_that_a_commitment_freezes(world: World) -> None:
    conversation = talk(world)
    first, *_ = reads.statements(conversation)
    with pytest.raises(NotPossible, match="no results"):
        reads.citation(first.id)
    assert reads.latest_citation(first.id) is None
    crowd(conversation, people=30)
    jobs.run_due(NOW)
    cited = reads.citation(first.id)
    assert (cited.text, cited.number, cited.conversation_slug) == (TEXTS[0], 1, "buses")
    assert (cited.agrees, cited.disagrees, cited.passes, cited.seen) == (30, 0, 0, 30)
    assert (cited.participants, cited.share, cited.high) == (30, 1000, 1000)
    assert 850 < cited.low < 1000
    assert "common ground" in cited.kinds
    assert sum(group.size for group in cited.groups) == 30
    assert [group.seen for group in cited.groups] == [group.size for group in cited.groups]
    assert cited.snapshot == Snapshot.objects.get().id
    canonical(cited.as_json())  # whole numbers only: it can be hashed
    divides = reads.citation(reads.statements(conversation)[1].id)
    assert "dissent" in divides.kinds
    assert "common ground" not in divides.kinds
    frozen = cited.as_json()
    actions.moderate(by=world.actor("moderator"), statement=first.id, shown=False, reason="Spam", at=LATER)
    assert reads.latest_citation(first.id) is None
    assert frozen["agrees"] == 30


def test_few_people_give_no_counts(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=9)
    jobs.run_due(NOW)
    cited = reads.citation(reads.statements(conversation)[0].id)
    assert (cited.agrees, cited.seen, cited.share, cited.kinds) == (None, None, None, ())
    assert all(group.seen is None for group in cited.groups)


def test_there_is_no_citation_of_what_is_not_there(world: World) -> None:
    talk(world)
    with pytest.raises(NotFound):
        reads.citation(Conversation.objects.get().id)
    assert Statement.objects.count() == len(TEXTS)


def test_the_pages_never_import_the_engines(tmp_path) -> None:
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'covenant.web.settings'; "
        "django.setup(); import covenant.web.urls, covenant.listen.jobs; "
        "sys.exit(' '.join({'numba', 'scipy'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
