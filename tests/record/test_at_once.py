"""Several writers and several sequencers at once, as threads on SQLite and as connections on PostgreSQL."""

import threading
import time
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, transaction

from covenant.record import actions
from covenant.record.actions import append, writing
from covenant.record.models import Entry
from tests.at_once import at_once
from tests.personas import NOW
from tests.records import recorded, without_gaps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def on_postgres(transactional_db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("this is about PostgreSQL, and these tests run on SQLite")


@pytest.fixture
def several_processes(on_postgres: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As between processes, nothing in memory makes anybody wait: whoever asks for the lock fails."""
    monkeypatch.setattr(actions, "_turn", None)


def act(number: int, only: UUID | None = None) -> None:
    with writing(only=only):
        append(kind="thing.done", subject=number, body={}, at=NOW)


def test_writers_and_sequencers_at_once_leave_no_gap_and_lose_nothing(transactional_db: None) -> None:
    def writes(who: int) -> None:
        for number in range(20):
            act(100 * who + number)

    def sequences() -> int:
        return sum(actions.sequence() for _ in range(15))

    assert None in at_once(*(partial(writes, who) for who in range(4)), sequences, sequences, sequences)
    entries = recorded()
    assert without_gaps(entries)
    written = [100 * who + number for who in range(4) for number in range(20)]
    assert sorted(int(entry.subject) for entry in entries) == written


def test_what_is_rolled_back_leaves_a_gap_among_ids_and_none_among_places(transactional_db: None) -> None:
    act(1)
    with pytest.raises(ZeroDivisionError), writing():
        append(kind="thing.done", subject=2, body={}, at=NOW)
        raise ZeroDivisionError
    act(3)
    entries = recorded()
    assert without_gaps(entries)
    assert [entry.subject for entry in entries] == ["1", "3"]


def held_while(*keys: UUID | None) -> list[float]:
    """When each began what it did within `writing()`, where each takes a quarter of a second."""
    began = [0.0] * len(keys)

    def does(place: int) -> None:
        with writing(only=keys[place]):
            began[place] = time.monotonic()
            time.sleep(0.25)

    assert at_once(*(partial(does, place) for place in range(len(keys)))) == [None] * len(keys)
    return sorted(began)


def test_acts_wait_for_each_other_without_a_lock_in_memory(several_processes: None) -> None:
    first, second, third = held_while(None, None, None)
    assert second - first >= 0.24 and third - second >= 0.24


def test_acts_of_one_participant_wait_for_each_other_and_those_of_others_do_not(
    several_processes: None,
) -> None:
    me = uuid4()
    first, second = held_while(me, me)
    assert second - first >= 0.24
    inside = threading.Barrier(4)

    def meets() -> None:
        with writing(only=uuid4()):
            inside.wait(10)  # all four are within at the same moment, or this fails

    assert at_once(meets, meets, meets, meets) == [None] * 4


def test_an_act_that_concerns_everyone_waits_for_those_of_participants(several_processes: None) -> None:
    first, second = held_while(None, uuid4())
    assert second - first >= 0.24


def test_whoever_waits_too_long_for_a_turn_fails_and_nothing_of_it_is_kept(several_processes: None) -> None:
    holds, done = threading.Event(), threading.Event()

    def holder() -> None:
        with writing():
            holds.set()
            done.wait(10)

    def waiter() -> None:
        holds.wait(10)
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                act(1)
        finally:
            done.set()

    _, failed = at_once(holder, waiter)
    assert isinstance(failed, OperationalError)
    assert Entry.objects.count() == 0


def test_a_connection_keeps_its_words(on_postgres: None) -> None:
    """What settings promise: every statement sees what was committed, and a wait for a turn has an end."""
    with connection.cursor() as cursor:
        for name, value in (
            ("transaction_isolation", "read committed"),
            ("lock_timeout", "20s"),
            ("TimeZone", "UTC"),
        ):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
