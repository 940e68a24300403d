"""Every act takes its turn and leaves one entry, together with its rows or not at all."""

import random
import threading
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection, transaction

from covenant.place import actions as places
from covenant.place import reads as place_reads
from covenant.place.types import NotPossible, Tier
from covenant.record import actions, reads
from covenant.record.actions import append, writing
from covenant.record.engine.merkle import leaf_hash
from covenant.record.types import LONGEST, Appended, seal
from tests.record.exports import BODIES, NOW, act
from tests.records import record_size, recorded, without_gaps


def leaves_of(made: list[Appended]) -> list[str]:
    return [each.leaf for each in made]


@pytest.mark.django_db
def test_an_entry_waits_until_it_is_given_a_place_and_places_have_no_gaps() -> None:
    made = [act(number) for number in range(4)]
    assert reads.size() == 0
    assert list(reads.entries()) == []
    assert (reads.waiting().without_place, reads.waiting().unsigned) == (4, 4)
    assert actions.sequence() == 4
    assert actions.sequence() == 0
    entries = list(reads.entries())
    assert without_gaps(entries)
    assert [entry.leaf for entry in entries] == leaves_of(made)
    act(4)
    assert [entry.index for entry in recorded(start=4)] == [4]


@pytest.mark.django_db
def test_an_entry_reads_back_as_it_was_written() -> None:
    made = [act(number) for number in range(2 * len(BODIES))]
    entries = recorded()
    assert [entry.data for entry in entries] == [each.data for each in made]
    assert [entry.body for entry in entries] == BODIES * 2
    assert all(leaf_hash(entry.data.encode()).hex() == entry.leaf for entry in entries)
    assert list(reads.entries(start=2, count=3)) == entries[2:5]
    assert reads.about("thing-3") == [entries[3]]
    assert reads.of_leaf(made[3].leaf) == (entries[3], NOW + timedelta(minutes=3))
    assert reads.of_leaf("0" * 64) is None


@pytest.mark.django_db
def test_what_is_about_a_thing_is_told_before_it_has_a_place() -> None:
    made = act(3)
    (entry,) = reads.about("thing-3")
    assert (entry.index, entry.leaf) == (None, made.leaf)


@pytest.mark.django_db
def test_a_ballot_tells_its_day_alone_and_other_acts_keep_their_order_among_ballots() -> None:
    kinds = ["vote.counted", "thing.done"] * 20
    with writing():
        for number, kind in enumerate(kinds):
            append(kind=kind, subject=number, body={}, at=NOW + timedelta(minutes=number))
    entries = recorded()
    assert [entry.kind for entry in entries] == kinds
    acts = [int(entry.subject) for entry in entries if entry.kind == "thing.done"]
    ballots = [int(entry.subject) for entry in entries if entry.kind == "vote.counted"]
    assert acts == sorted(acts)
    assert ballots != sorted(ballots)
    assert sorted(ballots) == list(range(0, 40, 2))
    assert {entry.at for entry in entries if entry.kind == "vote.counted"} == {"2026-03-02T00:00:00Z"}


@pytest.mark.django_db
def test_the_lot_that_orders_ballots_favours_no_place() -> None:
    first = dict.fromkeys(range(4), 0)
    for seed in range(200):
        with writing():
            for number in range(4):
                append(kind="vote.counted", subject=number, body={"seed": seed}, at=NOW)
        actions.sequence(rng=random.Random(seed))
        first[int(next(reads.entries(start=4 * seed, count=1)).subject)] += 1
    assert all(30 < times < 70 for times in first.values()), first


@pytest.mark.django_db
def test_many_entries_are_given_places_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "A_BATCH", 3)
    made = [act(number) for number in range(10)]
    assert actions.sequence() == 10
    entries = list(reads.entries())
    assert without_gaps(entries)
    assert [entry.leaf for entry in entries] == leaves_of(made)


@pytest.mark.django_db
def test_an_entry_that_is_longer_than_a_bundle_can_hold_is_refused_whole() -> None:
    most = LONGEST - len('{"at":"2026-03-02T12:00:00Z","body":{"a":""},"kind":"k","subject":"x"}')
    with writing():
        append(kind="k", subject="x", body={"a": "b" * most}, at=NOW)
    with pytest.raises(ValueError, match="at most 65535 bytes"), writing():
        append(kind="k", subject="x", body={"a": "b" * (most + 1)}, at=NOW)
    assert record_size() == 1


@pytest.mark.django_db
def test_a_moment_is_written_in_utc_to_the_second() -> None:
    summer = datetime(2026, 7, 1, 0, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=1)))
    with writing():
        append(kind="thing.done", subject="x", body={}, at=summer)
    assert [entry.at for entry in recorded()] == ["2026-06-30T23:30:59Z"]


@pytest.mark.django_db
def test_a_moment_without_a_time_zone_is_refused() -> None:
    with writing(), pytest.raises(ValueError, match="time zone"):
        append(kind="thing.done", subject="x", body={}, at=datetime(2026, 7, 1))
    assert record_size() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_of_writing_is_refused() -> None:
    for outside in (lambda: append(kind="thing.done", subject="x", body={}, at=NOW), _in_a_bare_transaction):
        with pytest.raises(RuntimeError, match="writing"):
            outside()
    act(0)  # having written once, a thread has no standing leave
    with pytest.raises(RuntimeError, match="writing"):
        append(kind="thing.done", subject="x", body={}, at=NOW)
    assert record_size() == 1


def _in_a_bare_transaction() -> None:
    with transaction.atomic():
        append(kind="thing.done", subject="x", body={}, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_neither_rows_nor_entry() -> None:
    act(0)
    assert record_size() == 1
    with pytest.raises(ZeroDivisionError), writing():
        places.add_place(name="Testing", slug="testing", tier=Tier.DISTRICT, at=NOW)
        assert reads.waiting().without_place == 1
        raise ZeroDivisionError
    assert record_size() == 1
    assert place_reads.places() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_whose_entry_cannot_be_written_leaves_no_rows() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        places.add_place(name="Test\ud800ing", slug="testing", tier=Tier.DISTRICT, at=NOW)
    assert place_reads.places() == []
    assert record_size() == 0


@pytest.mark.django_db(transaction=True)
def test_an_act_within_an_act_that_fails_is_undone_alone() -> None:
    with writing():
        first = act(0)
        with pytest.raises(ZeroDivisionError), writing():
            act(1)
            raise ZeroDivisionError
        second = act(2)
    assert [entry.leaf for entry in recorded()] == [first.leaf, second.leaf]


@pytest.mark.django_db(transaction=True)
def test_threads_that_write_at_once_leave_every_entry_once() -> None:
    threads, each, failures = 4, 12, list[BaseException]()
    start = threading.Barrier(threads)

    def write(first: int) -> None:
        try:
            start.wait(timeout=20)
            for number in range(first, first + each):
                act(number)
                if number % 5 == 0:
                    actions.sequence()
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
    entries = recorded()
    assert without_gaps(entries)
    assert len({entry.subject for entry in entries}) == threads * each


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
    assert record_size() == 1


@pytest.mark.django_db
def test_what_people_worded_stands_sealed_and_the_entry_holds_when_it_is_erased() -> None:
    said = {"reason": "Ada Lovelace said so", "evidence": [["A page", "https://a.example", "2026-01-01"]]}
    with writing():
        made = append(kind="thing.done", subject="x", body={"n": 1}, sealed=said, at=NOW)
    (entry,) = recorded()
    assert "Ada" not in entry.data
    assert set(entry.body) == {"n", "reason", "evidence"}
    opened = reads.openings([entry])[entry.leaf]
    assert {name: each.value for name, each in opened.items()} == said
    for name, each in opened.items():
        assert entry.body[name] == {"sealed": seal(each.value, bytes.fromhex(each.salt))}
    assert actions.erase_openings(leaves=[made.leaf]) == 2
    assert reads.openings(recorded()) == {entry.leaf: {}}
    assert recorded() == [entry]
    assert leaf_hash(entry.data.encode()).hex() == entry.leaf
