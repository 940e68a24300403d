"""What people said is theirs to take back: it is gone everywhere, and every proof still holds."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from covenant.agree import actions as agree
from covenant.agree import jobs as agree_jobs
from covenant.agree import reads as agreed
from covenant.agree.engine import content_hash
from covenant.agree.types import GroundKind
from covenant.listen import actions, jobs, reads
from covenant.listen.heard import text_of
from covenant.listen.models import Code, Conversation, Participant, Snapshot, Statement, Vote
from covenant.place.types import NotFound
from covenant.record import reads as record
from covenant.record.types import committed, seal
from covenant.web import erasing
from tests import personas
from tests.personas import NOW, World, make_world
from tests.records import published, recorded, without_gaps

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "The lamp in Mill Lane has been out since Ada fell"


@pytest.fixture
def world() -> World:
    return make_world()


def heard(world: World) -> tuple[Any, Any, Any]:
    """A conversation, a participant in it, and a statement of theirs that is shown and counted."""
    talk = personas.talk(world, people=12)
    writer = talk.participants[0]
    id = actions.add_statement(by=writer, conversation=talk.id, text=SECRET, at=NOW)
    actions.moderate(by=world.actor("moderator"), statement=id, shown=True, at=NOW)
    personas.vote_all(talk.id, people=11, all_agree_with=id)
    jobs.publish(talk.id, NOW)
    return talk, writer, id


def everything_kept() -> str:
    """All that stands in any table, as text."""
    return str(personas.all_that_is_kept())


def test_what_was_said_is_gone_from_every_table_and_the_record_still_holds(
    world: World, tmp_path: Path
) -> None:
    talk, writer, _id = heard(world)
    salts = [bytes(vote.salt).hex() for vote in Vote.objects.filter(participant=writer)]
    files = published(tmp_path / "record")
    before, note = recorded(), (files / "checkpoint").read_text()
    size = record.size()
    assert SECRET in everything_kept()
    answers, statements = actions.erase_participant(participant=writer, at=NOW)
    assert (answers, statements) == (3, 2), "one waited for a moderator"
    jobs.publish(talk.id, NOW)
    kept = everything_kept()
    assert SECRET not in kept
    assert str(writer) not in kept
    assert writer.hex not in kept
    assert not Participant.objects.filter(id=writer).exists()
    assert all(salt not in kept and repr(bytes.fromhex(salt)) not in kept for salt in salts)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
    after = recorded()
    assert after[:size] == before[:size]
    assert without_gaps(after)
    published(files)
    assert (files / "checkpoint").read_text() != note, "and the signer signed on: nothing was undone"
    with pytest.raises(NotFound):
        actions.erase_participant(participant=writer, at=NOW)


def test_earlier_results_keep_their_hash_without_the_words_and_show_them_sealed_before(
    world: World,
) -> None:
    _talk, writer, id = heard(world)

    def rows() -> dict[str, Any]:
        return {
            line["id"]: line for line in json.loads(Snapshot.objects.latest("entries").figures)["statements"]
        }

    def hashes() -> list[str]:
        told = [committed(json.loads(each.figures)) for each in Snapshot.objects.order_by("entries")]
        return [hashlib.sha256(text_of(each).encode()).hexdigest() for each in told]

    in_the_record = [e.body["figures"] for e in recorded() if e.kind == "snapshot.published"]
    assert hashes() == in_the_record
    line = rows()[str(id)]
    assert line["text"] == SECRET
    assert seal(line["text"], bytes.fromhex(line["salt"])) == line["seal"]
    (added,) = [entry for entry in recorded() if entry.kind == "statement.added" and entry.subject == str(id)]
    assert added.body["text"] == line["seal"], "the same seal as when it was added"
    actions.erase_participant(participant=writer, at=NOW)
    assert hashes() == in_the_record
    line = rows()[str(id)]
    assert (line["text"], line["salt"], line["seal"]) == ("", "", added.body["text"])
    assert line["agrees"] == 11, "the counts of others stand"


def test_results_are_counted_again_without_them(world: World) -> None:
    talk, writer, id = heard(world)
    before = reads.results(talk.id).figures
    actions.erase_participant(participant=writer, at=NOW)
    assert "answers.erased" in {entry.kind for entry in recorded()}, "and it has its place"
    assert reads.due(settled_before=NOW - timedelta(seconds=1)) == [], "results were made just now"
    assert reads.due(settled_before=NOW) == [talk.id]
    assert jobs.run_due(NOW.replace(hour=13)) == 1
    page = Client().get(f"/listen/{talk.slug}/counted/").text
    assert "3 erased since" in page, "earlier results stand, and say so"
    after = reads.results(talk.id).figures
    assert after["participants"]["total"] == before["participants"]["total"] - 1
    assert str(id) not in {line["id"] for line in after["statements"]}


def test_a_covenant_that_cites_it_keeps_its_hash_and_loses_the_words(world: World) -> None:
    _talk, writer, id = heard(world)
    version = personas.draft(world)
    clause = agreed.content_of(version).clauses[0]
    agree.cite_statement(
        by=world.actor("convenor"),
        version=version,
        clause=clause.id,
        kind=GroundKind.COMMON_GROUND,
        statement=id,
    )
    hash = personas.sign_all(world, version)
    assert content_hash(agreed.content_of(version)) == hash
    page = "/covenants/our-covenant/versions/1/"
    assert SECRET in Client().get(page).text
    actions.erase_participant(participant=writer, at=NOW)
    assert agree_jobs.run_due(NOW) == 1
    assert agree_jobs.run_due(NOW) == 0
    assert content_hash(agreed.content_of(version)) == hash
    assert SECRET not in everything_kept()
    shown = Client().get(page).text
    assert SECRET not in shown
    assert "has taken the words back" in shown


def test_a_participant_takes_along_and_takes_back_what_they_said_on_the_page(world: World) -> None:
    talk, _writer, _id = heard(world)
    browser, place = Client(), f"/listen/{talk.slug}/take-part/"
    browser.post(f"{place}start/")
    exposure = browser.get(place).context["part"].exposure
    browser.post(f"{place}answer/", {"exposure": exposure.id, "vote": "agree"})
    mine = browser.get(f"{place}mine.json")
    assert mine["Cache-Control"].startswith("no-store")
    told = mine.json()
    assert [each["answer"] for each in told["answers"]] == ["agree"]
    assert len(told["answers"][0]["salt"]) == 64
    page = browser.get(f"{place}votes/").text
    assert f"{place}erase/" in page
    assert browser.post(f"{place}erase/", {}).status_code == 400
    assert Vote.objects.filter(participant=told["participant"]["id"]).exists(), "not without a tick"
    done = browser.post(f"{place}erase/", {"sure": "on"}, follow=True)
    assert "1 answers and 0 statements of yours are erased" in done.text
    assert not Participant.objects.filter(id=told["participant"]["id"]).exists()
    assert browser.get(f"{place}mine.json").status_code == 302, "the browser remembers nobody"
    assert Client().get(f"{place}erase/").status_code == 302


def test_codes_go_some_time_after_their_conversation_was_over_however_it_ended(world: World) -> None:
    convenor, later = world.actor("convenor"), NOW + timedelta(days=30)

    def begin(slug: str, closes: date | None = None) -> UUID:
        id = actions.open_conversation(
            by=convenor, place=world.place, title=slug, slug=slug, introduction="", statements=["Yes"],
            closes=closes, at=NOW,
        )  # fmt: skip
        actions.issue_codes(by=convenor, conversation=id, area="North ward", n=2, at=NOW)
        return id

    by_date, by_hand = begin("by-date", NOW.date()), begin("by-hand")
    early, again, running = begin("early", date(2027, 1, 1)), begin("again"), begin("running")
    for id in (by_hand, early, again):
        actions.close_conversation(by=convenor, conversation=id, at=NOW)
    actions.take_votes(by=convenor, conversation=again, at=NOW)
    assert actions.drop_codes(before=NOW) == 0, "they were over at that moment, not before it"
    actions.take_votes(by=convenor, conversation=early, at=later)
    actions.close_conversation(by=convenor, conversation=early, at=later)
    assert actions.drop_codes(before=NOW + timedelta(days=1)) == 4
    assert set(Code.objects.values_list("conversation", flat=True)) == {early, again, running}
    assert by_date not in Code.objects.values_list("conversation", flat=True)
    assert actions.drop_codes(before=later + timedelta(days=1)) == 2, "the last time that it was closed"
    actions.close_conversation(by=convenor, conversation=again, at=later)
    assert actions.drop_codes(before=later + timedelta(days=1)) == 2
    assert set(Code.objects.values_list("conversation", flat=True)) == {running}
    assert Conversation.objects.get(id=by_hand).codes_issued == 2, "the counts stay"


def test_why_a_statement_was_hidden_goes_with_it(world: World) -> None:
    _talk, writer, id = heard(world)
    why = "It says what befell Ada in Mill Lane"
    actions.moderate(by=world.actor("moderator"), statement=id, shown=False, reason=why, at=NOW)
    assert why in everything_kept()
    (hidden,) = [entry for entry in record.about(id) if entry.kind == "statement.hidden"]
    assert record.openings([hidden])[hidden.leaf], "the entry holds a seal, and what opens it is kept"
    actions.erase_participant(participant=writer, at=NOW)
    assert why not in everything_kept()
    assert record.openings([hidden])[hidden.leaf] == {}
    assert hidden in record.about(id), "the entry itself stands"


def test_what_a_backup_brings_back_is_erased_again(world: World) -> None:
    talk, writer, _id = heard(world)
    kept = Participant.objects.filter(id=writer).values().get()
    actions.erase_participant(participant=writer, at=NOW)
    assert writer in record.erasures("participant")
    assert erasing.erase_again(NOW) == 0
    Participant.objects.create(**kept)
    statement = Statement.objects.filter(conversation=talk.id).first()
    Vote.objects.create(participant_id=writer, statement=statement, value=1, entry=1)
    assert erasing.erase_again(NOW) == 1
    assert not Participant.objects.filter(id=writer).exists()
