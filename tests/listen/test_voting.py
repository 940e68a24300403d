"""Counts always equal a recount by hand, whatever people do and in whatever order."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from covenant.listen import actions, reads
from covenant.listen.heard import COUNTED
from covenant.listen.models import Conversation, Exposure, Participant, Statement, Vote
from covenant.place.types import NotFound, NotPossible
from covenant.record import reads as record
from covenant.record.models import Entry
from covenant.record.types import seal
from tests.listen.talk import NOW, TEXTS, crowd, talk
from tests.personas import World, make_world
from tests.records import recorded
from tests.server import Site

pytestmark = pytest.mark.django_db
VALUES = st.sampled_from([-1, 0, 1])


@pytest.fixture
def world() -> World:
    return make_world()


class Talk(RuleBasedStateMachine):
    """Random acts of a few people and a moderator, beside a recount kept by hand."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.id = talk(self.world, texts=TEXTS[:5], slug=f"t{uuid4().hex[:12]}")
        self.rng = random.Random(7)
        self.people: list[UUID] = []
        self.said: dict[tuple[UUID, UUID], int] = {}  # who, which statement: the latest value
        self.casts = 0
        self.hidden: set[UUID] = set()
        self.moderated = 0

    def cast(self, who: UUID, statement: UUID, value: int) -> None:
        if self.said.get((who, statement)) != value:
            self.said[who, statement] = value
            self.casts += 1

    @precondition(lambda self: len(self.people) < 4)
    @rule()
    def join(self) -> None:
        self.people.append(actions.start(conversation=self.id, at=NOW, rng=self.rng).participant)

    @precondition(lambda self: self.people)
    @rule(data=st.data(), value=VALUES, twice=st.booleans())
    def answer(self, data: st.DataObject, value: int, twice: bool) -> None:
        """Any exposure that one ever had: the open one, one answered before, one skipped before."""
        who = data.draw(st.sampled_from(self.people))
        shown = list(Exposure.objects.filter(participant=who).order_by("id"))
        if not shown:
            return
        exposure = data.draw(st.sampled_from(shown))
        for _ in range(1 + twice):
            done = actions.answer(participant=who, exposure=exposure.id, value=value, at=NOW, rng=self.rng)
            assert done.counted is (exposure.statement_id not in self.hidden)
            if done.counted:
                self.cast(who, exposure.statement_id, value)

    @precondition(lambda self: self.people)
    @rule(data=st.data(), twice=st.booleans())
    def skip(self, data: st.DataObject, twice: bool) -> None:
        who = data.draw(st.sampled_from(self.people))
        shown = list(Exposure.objects.filter(participant=who).order_by("id"))
        if shown:
            exposure = data.draw(st.sampled_from(shown))
            for _ in range(1 + twice):
                actions.skip(participant=who, exposure=exposure.id, at=NOW, rng=self.rng)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        actions.resume(participant=data.draw(st.sampled_from(self.people)), at=NOW, rng=self.rng)

    @precondition(lambda self: self.said)
    @rule(data=st.data(), value=VALUES)
    def change(self, data: st.DataObject, value: int) -> None:
        who, statement = data.draw(st.sampled_from(sorted(self.said)))
        try:
            actions.change_vote(participant=who, statement=statement, value=value, at=NOW)
        except NotPossible:
            assert statement in self.hidden
        else:
            self.cast(who, statement, value)

    @rule(data=st.data(), shown=st.booleans())
    def moderate(self, data: st.DataObject, shown: bool) -> None:
        statements = (
            Statement.objects.filter(conversation=self.id).order_by("number").values_list("id", flat=True)
        )
        statement = data.draw(st.sampled_from(list(statements)))
        self.moderated += (statement in self.hidden) == shown
        why = "" if shown else "Off the subject"
        actions.moderate(
            by=self.world.actor("moderator"), statement=statement, shown=shown, reason=why, at=NOW
        )
        self.hidden.discard(statement) if shown else self.hidden.add(statement)

    @invariant()
    def each_has_one_open_exposure_at_most_and_its_chance_is_kept(self) -> None:
        rows = Exposure.objects.filter(participant__in=self.people)
        open_now = Counter(rows.filter(outcome="open").values_list("participant", flat=True))
        assert all(count == 1 for count in open_now.values())
        assert all(0 < row.probability <= 1 and row.candidates >= 1 for row in rows)
        for row in rows.filter(outcome="voted"):
            assert (row.participant_id, row.statement_id) in self.said
        for row in rows.filter(outcome="open"):
            assert (row.participant_id, row.statement_id) not in self.said

    @invariant()
    def the_counts_are_those_of_a_recount(self) -> None:
        votes = Vote.objects.filter(participant__in=self.people)
        current = {(v.participant_id, v.statement_id): v.value for v in votes.filter(current=True)}
        assert current == self.said
        assert votes.filter(current=True).count() == len(self.said)
        assert votes.count() == self.casts
        counted = Entry.objects.filter(kind="vote.counted", subject=str(self.id))
        assert set(counted.values_list("id", flat=True)) == set(votes.values_list("entry", flat=True))
        assert counted.count() == self.casts
        entries = Entry.objects.filter(kind__in=["statement.shown", "statement.hidden"])
        assert entries.filter(data__contains=f'"conversation":"{self.id}"').count() == self.moderated

    def teardown(self) -> None:
        recorded()
        said = reads.votes_for_engine(self.id)
        dense = said.votes.dense()
        recount = Counter(self.said.values())
        assert [int((dense == value).sum()) for value in (-1, 0, 1)] == [recount[v] for v in (-1, 0, 1)]
        assert {UUID(s.id) for s in said.statements if s.out} == self.hidden
        for who in self.people:
            own = {vote.statement: int(vote.value) for vote in reads.own_votes(who)}
            assert own == {s: value for (person, s), value in self.said.items() if person == who}
            part = reads.part(who)
            assert part.answered == len(own.keys() - self.hidden)
            assert part.total == 5 - len(self.hidden)


def test_whatever_people_do_the_counts_equal_a_recount_by_hand(world: World) -> None:
    Talk.world = world
    run_state_machine_as_test(
        Talk,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, derandomize=True),
    )


def test_the_record_tells_that_a_vote_was_counted_and_neither_whose_nor_what(world: World) -> None:
    conversation = talk(world)
    part = actions.start(conversation=conversation, at=NOW, rng=random.Random(1))
    actions.answer(
        participant=part.participant, exposure=part.exposure, value=1, at=NOW, rng=random.Random(1)
    )
    vote = Vote.objects.get()
    (entry,) = [entry for entry in record.about(conversation) if entry.kind == COUNTED]
    private = {
        "as": "cast",
        "conversation": str(conversation),
        "statement": str(vote.statement_id),
        "value": 1,
        "level": 0,
    }
    assert entry.body == {"first": True, "vote": seal(private, bytes(vote.salt))}
    assert entry.at == "2026-03-02T00:00:00Z", "the day alone"
    everything = "".join(each.data for each in recorded())
    assert all(str(each) not in everything for each in (part.participant, part.exposure, vote.id))
    assert str(vote.statement_id) not in entry.data
    assert Entry.objects.get(id=vote.entry).leaf.hex() == entry.leaf


def test_a_form_sent_twice_makes_one_vote_and_a_change_of_mind_keeps_the_first(world: World) -> None:
    part = actions.start(conversation=talk(world), at=NOW, rng=random.Random(1))
    who = {"participant": part.participant, "exposure": part.exposure, "at": NOW, "rng": random.Random(1)}
    first, again = actions.answer(value=1, **who), actions.answer(value=1, **who)
    assert first.exposure == again.exposure
    assert Vote.objects.count() == 1
    actions.answer(value=-1, **who)
    assert sorted(Vote.objects.values_list("value", "current")) == [(-1, True), (1, False)]


def test_nobody_can_answer_for_another(world: World) -> None:
    conversation, rng = talk(world), random.Random(1)
    mine, theirs = (actions.start(conversation=conversation, at=NOW, rng=rng) for _ in range(2))
    for act in (actions.answer, actions.skip):
        more = {"value": 1} if act is actions.answer else {}
        with pytest.raises(NotFound):
            act(participant=mine.participant, exposure=theirs.exposure, at=NOW, rng=rng, **more)
    actions.answer(participant=theirs.participant, exposure=theirs.exposure, value=1, at=NOW, rng=rng)
    statement = Vote.objects.get().statement_id
    with pytest.raises(NotFound):
        actions.change_vote(participant=mine.participant, statement=statement, value=-1, at=NOW)
    assert reads.own_votes(mine.participant) == []


@pytest.mark.parametrize("value", [2, -2, 7])
def test_a_vote_of_another_kind_is_refused(world: World, value: int) -> None:
    part = actions.start(conversation=talk(world), at=NOW, rng=random.Random(1))
    with pytest.raises(NotPossible):
        actions.answer(
            participant=part.participant, exposure=part.exposure, value=value, at=NOW, rng=random.Random(1)
        )


def test_a_closed_conversation_counts_nothing_more_and_loses_nothing(world: World) -> None:
    conversation, rng = talk(world), random.Random(1)
    part = actions.start(conversation=conversation, at=NOW, rng=rng)
    next_one = actions.answer(
        participant=part.participant, exposure=part.exposure, value=1, at=NOW, rng=rng
    ).exposure
    actions.close_conversation(by=world.actor("convenor"), conversation=conversation, at=NOW)
    with pytest.raises(NotPossible, match="closed"):
        actions.answer(participant=part.participant, exposure=next_one, value=1, at=NOW, rng=rng)
    assert [vote.value for vote in reads.own_votes(part.participant)] == [1]


def test_two_people_and_one_impatient_finger_at_once_make_one_vote_each(tmp_path: Path) -> None:
    """Threads on a real SQLite file: the same form eight times at once for each of two people."""
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    script = Path(__file__).with_name("impatient.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        env=site.env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        "participants 2, votes 2, current 2, entries 2, open exposures 2, answers {302: 16}"
    )


def test_the_number_of_queries_does_not_grow_with_the_conversation(
    world: World, django_assert_max_num_queries
) -> None:
    counts = []
    for size in (3, 6):
        conversation = talk(world, texts=TEXTS[:size], slug=f"size-{size}")
        crowd(conversation, people=12, seed=size)
        browser, url = Client(), f"/listen/size-{size}/"
        browser.post(url + "take-part/start/")
        with django_assert_max_num_queries(30) as caught:
            page = browser.get(url + "take-part/")
            seen = len(caught)
            exposure = page.context["part"].exposure.id
            browser.post(url + "take-part/answer/", {"exposure": exposure, "vote": "agree"})
        counts.append((seen, len(caught) - seen))
    assert counts[0] == counts[1]
    assert counts[0] <= (5, 18), "to show a statement, and to answer it"


def test_deleting_is_not_a_way_to_change_what_was_said(world: World) -> None:
    from django.db.models import ProtectedError

    crowd(talk(world), people=1)
    for model in (Participant, Statement, Conversation):
        with pytest.raises(ProtectedError):
            model.objects.first().delete()
