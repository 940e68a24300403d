"""Every act takes its turn and leaves one entry, together with its rows or not at all."""

import threading
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection, transaction

from covenant.place import actions as places
from covenant.place import reads as place_reads
from covenant.place.types import NotPossible, Tier
from covenant.record import engine, reads
from covenant.record.actions import append, writing
from covenant.record.types import START
from tests.record.exports import BODIES, NOW, act


@pytest.mark.django_db
def test_the_first_entry_follows_the_start_and_each_other_the_one_before_it() -> None:
    made = [act(number) for number in range(4)]
    assert [entry.index for entry in made] == [0, 1, 2, 3]
    assert [entry.previous for entry in made] == [START, *(entry.hash for entry in made[:-1])]
    assert reads.tip() == (4, made[-1].hash)


@pytest.mark.django_db
def test_an_entry_reads_back_as_it_was_written() -> None:
    made = [act(number) for number in range(2 * len(BODIES))]
    assert list(reads.entries()) == made
    assert engine.first_fault(reads.entries()) is None
    assert list(reads.entries(start=2, count=3)) == made[2:5]
    assert reads.about("thing-3") == [made[3]]


@pytest.mark.django_db
def test_a_moment_is_written_in_utc_to_the_second() -> None:
    summer = datetime(2026, 7, 1, 0, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=1)))
    with writing():
        entry = append(kind="thing.done", subject="x", body={}, at=summer)
    assert entry.at == "2026-06-30T23:30:59Z"
    assert list(reads.entries()) == [entry]


@pytest.mark.django_db
def test_a_moment_without_a_time_zone_is_refused() -> None:
    with writing(), pytest.raises(ValueError, match="time zone"):
        append(kind="thing.done", subject="x", body={}, at=datetime(2026, 7, 1))
    assert reads.tip() == (0, START)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_of_writing_is_refused() -> None:
    for outside in (lambda: append(kind="thing.done", subject="x", body={}, at=NOW), _in_a_bare_transaction):
        with pytest.raises(RuntimeError, match="writing"):
            outside()
    act(0)  # having written once, a thread has no standing leave
    with pytest.raises(RuntimeError, match="writing"):
        append(kind="thing.done", subject="x", body={}, at=NOW)
    assert reads.tip()[0] == 1


def _in_a_bare_transaction() -> None:
    with transaction.atomic():
        append(kind="thing.done", subject="x", body={}, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_neither_rows_nor_entry() -> None:
    act(0)
    before = reads.tip()
    with pytest.raises(ZeroDivisionError), writing():
        places.add_place(name="Testing", slug="testing", tier=Tier.DISTRICT, at=NOW)
        assert reads.tip()[0] == before[0] + 1
        raise ZeroDivisionError
    assert reads.tip() == before
    assert place_reads.places() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_whose_entry_cannot_be_written_leaves_no_rows() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        places.add_place(name="Test\ud800ing", slug="testing", tier=Tier.DISTRICT, at=NOW)
    assert place_reads.places() == []
    assert reads.tip() == (0, START)


@pytest.mark.django_db(transaction=True)
def test_an_act_within_an_act_that_fails_is_undone_alone() -> None:
    with writing():
        first = act(0)
        with pytest.raises(ZeroDivisionError), writing():
            act(1)
            raise ZeroDivisionError
        second = act(2)
    assert list(reads.entries()) == [first, second]
    assert engine.first_fault(reads.entries()) is None


@pytest.mark.django_db(transaction=True)
def test_threads_that_write_at_once_make_one_chain_without_gaps() -> None:
    threads, each, failures = 4, 12, list[BaseException]()
    start = threading.Barrier(threads)

    def write(first: int) -> None:
        try:
            start.wait(timeout=20)
            for number in range(first, first + each):
                act(number)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    running = [threading.Thread(target=write, args=(number * each,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
    assert failures == []
    entries = list(reads.entries())
    assert [entry.index for entry in entries] == list(range(threads * each))
    assert len({entry.subject for entry in entries}) == threads * each
    assert engine.first_fault(entries) is None


@pytest.mark.django_db(transaction=True)
def test_the_same_place_made_twice_at_once_is_made_once() -> None:
    outcomes, start = list[str](), threading.Barrier(2)

    def make() -> None:
        try:
            start.wait(timeout=20)
            places.add_place(name="Testing", slug="testing", tier=Tier.DISTRICT, at=NOW)
            outcomes.append("made")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connection.close()

    running = [threading.Thread(target=make) for _ in range(2)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["made", "refused"]
    assert reads.tip()[0] == 1
