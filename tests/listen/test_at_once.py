"""Several who take part or moderate at once: one current vote a cell, and nothing lost."""

import random
from collections import Counter
from functools import partial
from uuid import UUID

import pytest
from django.db.models import Count

from covenant.listen import actions
from covenant.listen.models import Exposure, Statement, Vote
from covenant.place.types import NotPossible
from covenant.record import actions as record
from covenant.record.models import Entry
from tests.at_once import at_once
from tests.listen.talk import NOW, talk
from tests.personas import World, make_world
from tests.records import recorded, without_gaps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def begin(conversation: UUID) -> tuple[UUID, UUID]:
    """Somebody new, and the statement that is before them."""
    started = actions.start(conversation=conversation, at=NOW, rng=random.Random(1))
    assert started.exposure is not None
    return started.participant, started.exposure


def one_current_vote_a_cell() -> bool:
    cells = Vote.objects.values("participant", "statement").annotate(n=Count("id"))
    current = Vote.objects.filter(current=True).values("participant", "statement").distinct().count()
    return current == len(cells) == Vote.objects.filter(current=True).count()


def test_one_person_in_several_windows_has_one_vote_on_a_statement(world: World) -> None:
    conversation = talk(world)
    for turn in range(5):
        participant, exposure = begin(conversation)
        values = [1, -1, 0, 1, -1, 0]
        acts = [
            partial(
                actions.answer, participant=participant, exposure=exposure, value=value, at=NOW,
                rng=random.Random(turn),
            )
            for value in values
        ]  # fmt: skip
        found = at_once(*acts)
        assert all(getattr(each, "counted", False) for each in found), found
        assert Exposure.objects.filter(participant=participant, outcome="open").count() == 1
    assert one_current_vote_a_cell()
    assert Vote.objects.filter(current=True).count() == 5
    counted = [entry for entry in recorded() if entry.kind == "vote.counted"]
    assert len(counted) == Vote.objects.count()
    assert sum(entry.body["first"] for entry in counted) == 5


def test_answering_skipping_and_changing_ones_mind_at_once_leaves_one_of_each(world: World) -> None:
    conversation = talk(world)
    for turn in range(5):
        rng = random.Random(turn)
        participant, exposure = begin(conversation)
        statement = Exposure.objects.get(id=exposure).statement_id
        words = {"participant": participant, "exposure": exposure, "at": NOW, "rng": rng}
        actions.answer(**words, value=1)
        change = {"participant": participant, "statement": statement, "at": NOW}
        at_once(
            partial(actions.change_vote, **change, value=-1),
            partial(actions.change_vote, **change, value=0),
            partial(actions.answer, **words, value=1),
            partial(actions.skip, **words),
        )
        assert Vote.objects.filter(participant=participant, current=True).count() == 1
        assert Exposure.objects.filter(participant=participant, outcome="open").count() == 1
    assert one_current_vote_a_cell()


def test_many_people_at_once_are_all_counted_while_places_are_given(world: World) -> None:
    conversation = talk(world)
    people = [begin(conversation) for _ in range(8)]

    def answers_all(participant: UUID, exposure: UUID | None) -> int:
        given, rng = 0, random.Random(1)
        while exposure is not None:
            done = actions.answer(participant=participant, exposure=exposure, value=1, at=NOW, rng=rng)
            exposure, given = done.exposure, given + done.counted
        return given

    def sequences() -> int:
        return sum(record.sequence() for _ in range(10))

    found = at_once(*(partial(answers_all, *each) for each in people), sequences, sequences)
    assert found[:8] == [6] * 8, found
    assert Vote.objects.count() == 48
    assert one_current_vote_a_cell()
    entries = recorded()
    assert without_gaps(entries)
    assert Counter(entry.kind for entry in entries)["vote.counted"] == 48
    told = set(Entry.objects.filter(kind="vote.counted").values_list("id", flat=True))
    assert told == set(Vote.objects.values_list("entry", flat=True))


def test_two_moderators_at_once_are_both_heard_and_the_record_tells_who_was_last(world: World) -> None:
    conversation = talk(world)
    participant, _ = begin(conversation)
    for turn in range(5):
        text = f"Something new {turn}"
        statement = actions.add_statement(by=participant, conversation=conversation, text=text, at=NOW)
        words = {"by": world.actor("moderator"), "statement": statement, "at": NOW}
        found = at_once(
            partial(actions.moderate, **words, shown=True),
            partial(actions.moderate, **words, shown=False, reason="Twice"),
            partial(actions.moderate, **words, shown=True),
        )
        assert found == [None] * 3
        kinds = [entry.kind for entry in recorded() if entry.subject == str(statement)]
        assert 2 <= len(kinds[1:]) <= 3
        assert kinds[-1] == f"statement.{Statement.objects.get(id=statement).moderation}"


def test_the_same_statement_from_two_at_once_stands_once_and_numbers_are_given_once(world: World) -> None:
    conversation = talk(world)
    people = [begin(conversation)[0] for _ in range(4)]
    add = partial(actions.add_statement, conversation=conversation, at=NOW)
    found = at_once(*(partial(add, by=each, text="The same words") for each in people))
    assert sum(isinstance(each, NotPossible) for each in found) == 3, found
    found = at_once(*(partial(add, by=each, text=f"Words of {each}") for each in people))
    assert all(isinstance(each, UUID) for each in found), found
    numbers = list(Statement.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_closing_and_voting_at_once_counts_all_or_nothing(world: World) -> None:
    for turn in range(4):
        conversation = talk(world, slug=f"buses-{turn}")
        participant, exposure = begin(conversation)
        voted, _closed = at_once(
            partial(
                actions.answer, participant=participant, exposure=exposure, value=1, at=NOW,
                rng=random.Random(1),
            ),
            partial(
                actions.close_conversation, by=world.actor("convenor"), conversation=conversation, at=NOW
            ),
        )  # fmt: skip
        about = [entry.kind for entry in recorded() if entry.subject == str(conversation)]
        kept = Vote.objects.filter(participant=participant).count()
        assert about.count("vote.counted") == kept == (0 if isinstance(voted, NotPossible) else 1)
