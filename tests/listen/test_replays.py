"""Results are worked out again under a grant: the same byte for byte, or it is said why not."""

import json
import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from covenant.listen import actions, engine, jobs, reads
from covenant.listen.models import Replay, ReplayGrant, Snapshot, Statement, Vote
from covenant.place.types import NotAllowed, NotFound, NotPossible
from tests.listen.talk import NOW, client, crowd, talk
from tests.personas import World, make_world
from tests.records import recorded

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
UNTIL = date(2026, 3, 31)
GRANT = {"email": "analyst@testing.example", "until": UNTIL, "reason": "The yearly check"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def conversation(world: World) -> UUID:
    id = talk(world)
    crowd(id, people=20)
    jobs.run_due(NOW)
    return id


def allow(world: World, conversation: UUID, **other: object) -> UUID:
    return actions.grant_replays(
        by=world.actor("administrator"), conversation=conversation, at=NOW, **{**GRANT, **other}
    )


def replayed(world: World, snapshot: UUID) -> object:
    id = actions.ask_replay(by=world.actor("analyst"), snapshot=snapshot, at=LATER)
    assert jobs.replay(id, LATER)
    return next(each.outcome for each in reads.replays(Snapshot.objects.get(id=snapshot).conversation_id))


def test_results_are_the_same_again_whatever_was_said_since(world: World, conversation: UUID) -> None:
    allow(world, conversation)
    first = Snapshot.objects.get()
    crowd(conversation, people=5, seed=2)
    who = Vote.objects.order_by("id")[0]
    actions.change_vote(participant=who.participant_id, statement=who.statement_id, value=0, at=LATER)
    hidden = Statement.objects.get(number=2).id
    actions.moderate(by=world.actor("moderator"), statement=hidden, shown=False, reason="Spam", at=LATER)
    actions.add_statement(by=world.actor("moderator"), conversation=conversation, text="A new one", at=LATER)
    jobs.run_due(LATER)
    second = Snapshot.objects.order_by("-entries")[0]
    actions.moderate(by=world.actor("moderator"), statement=hidden, shown=True, at=LATER)
    for snapshot in (first, second):
        done = replayed(world, snapshot.id)
        assert done.same, snapshot.entries
        assert (done.counted, done.votes, done.erased, done.gone) == (snapshot.votes, snapshot.votes, 0, 0)
    entries = [entry for entry in recorded() if entry.kind.startswith("replay.")]
    assert [entry.kind for entry in entries] == ["replay.granted", "replay.done", "replay.done"]
    assert [entry.body["same"] for entry in entries[1:]] == [True, True]
    assert {entry.subject for entry in entries} == {str(conversation)}
    assert not [entry for entry in entries if "analyst" in entry.data]


def test_a_snapshot_that_was_meddled_with_is_found(world: World, conversation: UUID) -> None:
    allow(world, conversation)
    row = Snapshot.objects.get()
    Snapshot.objects.update(figures=row.figures.replace('"agrees":20', '"agrees":19'))
    done = replayed(world, row.id)
    assert (done.same, done.gone, done.explained) == (False, 0, True)
    page = client(world, "public").get("/listen/buses/counted/").content.decode()
    assert "All votes are here and the engine is the same. This asks for an explanation." in page


def test_votes_that_were_meddled_with_are_found(world: World, conversation: UUID) -> None:
    allow(world, conversation)
    snapshot = Snapshot.objects.get().id
    Vote.objects.filter(id=Vote.objects.order_by("id")[0].id).delete()
    done = replayed(world, snapshot)
    assert (done.same, done.gone, done.explained) == (False, 1, False)


def test_after_an_erasure_it_is_said_what_can_still_be_shown(world: World, conversation: UUID) -> None:
    allow(world, conversation)
    snapshot = Snapshot.objects.get().id
    actions.erase_participant(participant=Vote.objects.order_by("id")[0].participant_id, at=LATER)
    done = replayed(world, snapshot)
    assert (done.same, done.gone, done.erased, done.explained) == (False, 6, 6, True)
    page = client(world, "public").get("/listen/buses/counted/").content.decode()
    assert "120 votes were counted then, and 114 of them are here now." in page
    assert "6 erased since" in page
    assert "asks for an explanation" not in page


def test_words_that_were_erased_since_leave_a_replay_the_same(world: World, conversation: UUID) -> None:
    """Their seal stands in the results as they were published; the words are in neither."""
    allow(world, conversation)
    author = actions.start(conversation=conversation, at=NOW, rng=random.Random(1)).participant
    own = actions.add_statement(by=author, conversation=conversation, text="Ada lives at 3", at=NOW)
    actions.moderate(by=world.actor("moderator"), statement=own, shown=True, at=NOW)
    crowd(conversation, people=12, seed=5)
    jobs.run_due(LATER)
    snapshot = Snapshot.objects.order_by("-entries")[0]
    assert "Ada lives at 3" in snapshot.figures
    actions.erase_participant(participant=author, at=LATER)
    assert replayed(world, snapshot.id).same
    assert "Ada" not in Snapshot.objects.get(id=snapshot.id).figures
    jobs.run_due(LATER + timedelta(days=1))
    newest = Snapshot.objects.order_by("-entries")[0]
    assert str(own) not in newest.figures
    assert replayed(world, newest.id).same


def test_words_that_are_erased_during_a_run_are_not_published(
    world: World, conversation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = actions.start(conversation=conversation, at=NOW, rng=random.Random(1)).participant
    own = actions.add_statement(by=author, conversation=conversation, text="Ada lives at 3", at=NOW)
    actions.moderate(by=world.actor("moderator"), statement=own, shown=True, at=NOW)
    crowd(conversation, people=12, seed=5)
    read = reads.votes_for_engine

    def while_it_is_erased(id: UUID) -> object:
        said = read(id)
        monkeypatch.setattr(reads, "votes_for_engine", read)
        actions.erase_participant(participant=author, at=LATER)
        return said

    monkeypatch.setattr(reads, "votes_for_engine", while_it_is_erased)
    assert jobs.publish(conversation, LATER) is False
    assert jobs.publish(conversation, LATER) is True
    assert not Snapshot.objects.filter(figures__contains="Ada lives").exists()


def test_another_engine_is_named(world: World, conversation: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(world, conversation)
    monkeypatch.setattr(engine, "VERSION", "99")
    from covenant.listen import figures

    monkeypatch.setattr(figures, "VERSION", "99")
    done = replayed(world, Snapshot.objects.get().id)
    assert (done.same, done.engine_now) == (False, "99")
    page = client(world, "public").get("/listen/buses/counted/").content.decode()
    assert "this is version 99" in page


def test_who_may_allow_and_who_may_ask(world: World, conversation: UUID) -> None:
    snapshot = Snapshot.objects.get().id
    with pytest.raises(NotPossible, match="No administrator allowed you"):
        actions.ask_replay(by=world.actor("analyst"), snapshot=snapshot, at=NOW)
    for who in ("public", "convenor", "analyst", "moderator", "stranger"):
        with pytest.raises(NotAllowed):
            actions.grant_replays(by=world.actor(who), conversation=conversation, at=NOW, **GRANT)
    for other in (
        {"email": "convenor@testing.example"},
        {"email": "administrator@testing.example"},
        {"email": "nobody@testing.example"},
        {"reason": " "},
        {"until": date(2026, 3, 1)},
        {"until": date(2036, 3, 1)},
    ):
        with pytest.raises(NotPossible):
            allow(world, conversation, **other)
    assert not ReplayGrant.objects.exists()
    allow(world, conversation)
    for who in ("public", "convenor", "administrator"):
        with pytest.raises(NotAllowed):
            actions.ask_replay(by=world.actor(who), snapshot=snapshot, at=NOW)
    with pytest.raises(NotFound):
        actions.ask_replay(by=world.actor("analyst"), snapshot=world.place, at=NOW)
    with pytest.raises(NotPossible):
        late = NOW + timedelta(days=30)
        actions.ask_replay(by=world.actor("analyst"), snapshot=snapshot, at=late)
    one = actions.ask_replay(by=world.actor("analyst"), snapshot=snapshot, at=NOW)
    assert actions.ask_replay(by=world.actor("analyst"), snapshot=snapshot, at=NOW) == one
    assert jobs.run_due(LATER) == 1
    assert jobs.run_due(LATER) == 0
    assert json.loads(Replay.objects.get().outcome)["same"] is True


def test_an_administrator_allows_and_an_analyst_asks_on_the_page(
    world: World, conversation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    url = "/listen/buses/replays/"
    administrator, analyst = client(world, "administrator"), client(world, "analyst")
    assert "An administrator of the place has to allow you this" in analyst.get(url).content.decode()
    assert administrator.post(f"{url}allow/", {**GRANT, "email": "x@y.example"}).status_code == 400
    assert administrator.post(f"{url}allow/", GRANT).status_code == 302
    assert "Analyst, until 31 March 2026: The yearly check" in administrator.get(url).content.decode()
    snapshot = Snapshot.objects.get().id
    assert analyst.post(url, {"snapshot": "nonsense"}).status_code == 409
    assert analyst.post(url, {"snapshot": str(snapshot)}).status_code == 302
    assert "Not done yet" in analyst.get(url).content.decode()
    assert jobs.run_due(LATER) == 1
    assert "The same, byte for byte." in analyst.get(url).content.decode()
    assert (
        "The same, byte for byte." in client(world, "public").get("/listen/buses/counted/").content.decode()
    )
