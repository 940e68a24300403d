"""A Polis export becomes a conversation: every vote, nothing made up, one entry of the record."""

import hashlib
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from covenant.listen import jobs, reads
from covenant.listen.formats import FormatError
from covenant.listen.load import load
from covenant.listen.models import Conversation, Exposure, Participant, Statement, Vote
from covenant.place.types import NotFound, NotPossible
from tests.listen import exports
from tests.listen.talk import NOW
from tests.personas import World, make_world
from tests.records import record_size, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_an_export_becomes_a_conversation_with_every_vote_superseded_ones_too(world: World, tmp_path) -> None:
    folder = exports.export(tmp_path)
    done = load(folder, place="testing", slug="small", at=NOW)
    assert (done.participants, done.statements, done.votes, done.dated) == (3, 3, 6, True)
    row = Conversation.objects.get()
    assert (row.title, row.state, row.loaded_at) == ("A <b>test</b> & more", "closed", NOW)
    assert "https://example.org/1" in row.source
    assert "CC BY 4.0" in row.source
    said = Vote.objects.order_by("entry", "id").values_list(
        "participant__source_id", "statement__number", "value", "current"
    )
    assert list(said) == [
        ("0", 0, -1, False),
        ("0", 1, -1, True),
        ("1", 0, 1, True),
        ("1", 1, 0, True),
        ("0", 0, 1, True),
        ("2", 2, 1, True),
    ]
    assert Vote.objects.order_by("id").first().cast_at == datetime(2017, 7, 14, 2, 40, 0, 1000, tzinfo=UTC)
    assert list(Statement.objects.order_by("number").values_list("moderation", flat=True)) == [
        "shown",
        "shown",
        "hidden",
    ]
    assert not Exposure.objects.exists(), "how statements were drawn is not known, so nothing is made up"


def test_one_entry_tells_of_it_all_with_the_hash_of_every_file(world: World, tmp_path) -> None:
    folder = exports.export(tmp_path)
    before = record_size()
    done = load(folder, place="testing", slug="small", at=NOW)
    (entry,) = recorded(start=before)
    assert (entry.kind, entry.subject) == ("conversation.loaded", str(done.id))
    assert entry.body["votes"] == 6
    assert entry.body["files"] == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
    }


def test_ids_of_the_export_are_not_those_of_participants(world: World, tmp_path) -> None:
    load(exports.export(tmp_path), place="testing", slug="one", at=NOW)
    load(exports.export(tmp_path / "again"), place="testing", slug="two", at=NOW)
    assert Participant.objects.count() == 6
    assert all(participant.id.version == 4 for participant in Participant.objects.all())


def test_the_matrix_alone_is_loaded_too_and_nothing_is_said_of_when_votes_were_cast(
    world: World, tmp_path
) -> None:
    done = load(exports.export(tmp_path, votes=None), place="testing", slug="small", at=NOW)
    assert (done.votes, done.dated) == (5, False)
    assert set(Vote.objects.values_list("cast_at", "current")) == {(None, True)}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"comments": None}, "comments.csv"),
        ({"votes": exports.VOTES.replace("1,1,0\n", "1,1,7\n")}, "row 6, column vote: '7' is not a vote"),
        ({"votes": b"\x00\x01"}, "not a text file"),
        ({"votes": ""}, "empty"),
    ],
)
def test_a_bad_export_is_refused_and_nothing_is_written(
    world: World, tmp_path, broken: dict, why: str
) -> None:
    before = record_size()
    with pytest.raises(FormatError, match=why):
        load(exports.export(tmp_path, **broken), place="testing", slug="small", at=NOW)
    assert not Conversation.objects.exists()
    assert record_size() == before


def test_it_is_not_loaded_twice_nor_into_a_place_that_is_not_there(world: World, tmp_path) -> None:
    folder = exports.export(tmp_path)
    load(folder, place="testing", slug="small", at=NOW)
    before = record_size()
    with pytest.raises(NotPossible, match="not loaded twice"):
        load(folder, place="testing", slug="small", at=NOW)
    with pytest.raises(NotFound):
        load(folder, place="nowhere", slug="other", at=NOW)
    for slug in ("Ä b", "new"):
        with pytest.raises(NotPossible):
            load(folder, place="testing", slug=slug, at=NOW)
    assert Vote.objects.count() == 6
    assert record_size() == before


def test_real_votes_are_counted_as_the_export_counts_them(world: World, polis) -> None:
    started = time.monotonic()
    done = load(polis / "vtaiwan.uberx", place="testing", slug="uberx", language="zh-Hant", at=NOW)
    assert time.monotonic() - started < 30, "3 s on a quiet machine"
    assert (done.participants, done.statements, done.votes) == (1921, 197, 49_997)
    assert Vote.objects.filter(current=False).count() == 554
    assert jobs.run_due(NOW) == 1
    from covenant.listen.formats import read_export

    export = read_export(polis / "vtaiwan.uberx")
    dense = export.votes.dense()
    line = {row["id"]: row for row in reads.results(done.id).figures["statements"]}
    checked = Counter()
    for statement in reads.statements(done.id):
        row = line[str(statement.id)]
        j = [int(s.id) for s in export.statements].index(statement.number)
        if row["seen"] is not None and row["counted"] == "everyone":
            shown = (row["agrees"], row["disagrees"], row["passes"])
            assert shown == tuple(int((dense[:, j] == value).sum()) for value in (1, -1, 0))
            checked["counted"] += 1
    assert checked["counted"] > 50
