"""A person can be erased, and what they did for a body stands. What is personal ends in time."""

import json
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from covenant.agree.models import Version
from covenant.cli import app
from covenant.listen import reads as listened
from covenant.listen.models import Exposure, Participant, Vote
from covenant.place.models import Grant, Mandate, User
from covenant.record import reads as record
from covenant.record.models import Entry
from covenant.scrutinise.models import Appointment
from covenant.web import erasing, restore, retention, worker
from covenant.web.archive import Manifest
from tests import personas
from tests.personas import NOW, World, make_world, signed_in
from tests.records import published, recorded
from tests.server import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def test_name_and_address_are_gone_from_every_table_and_the_signature_stands(world: World) -> None:
    version = personas.draft(world)
    personas.sign_all(world, version)
    browser = signed_in(world, "charity")
    assert "charity@testing.example" in json.dumps(browser.get("/account/mine.json").json())
    before = recorded()
    salt = bytes(Mandate.objects.get(user=world.people["charity"]).salt)
    erasing.erase_person(email="charity@testing.example", reason="At their wish", at=NOW)
    kept = str(personas.all_that_is_kept())
    assert "charity@testing.example" not in kept
    assert repr(salt) not in kept
    assert not User.objects.filter(name="Charity").exists()
    assert recorded()[: len(before)] == before
    page = Client().get("/covenants/our-covenant/versions/1/")
    assert page.status_code == 200
    assert "charity@" not in page.text
    assert "Friends of Testing" in page.text
    assert browser.get("/account/mine.json").status_code == 302, "their sessions ended"
    assert Mandate.objects.filter(ends__gte=NOW.date(), user=world.people["charity"]).count() == 0
    assert record.erasures("person") == {world.people["charity"]}
    assert [entry.kind for entry in recorded()[len(before) :]] == ["person.erased"]


def test_an_address_that_somebody_signed_in_with_is_left_nowhere(
    world: World, mailoutbox: list[EmailMessage]
) -> None:
    """Not in a table, not in a session, and on SQLite not in a byte of the file."""
    address, signed, asked = "charity@testing.example", Client(), Client()
    signed.post("/account/sign-in/", {"email": address})
    (code,) = re.findall(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mailoutbox[-1].body, re.M)
    assert signed.post("/account/code/", {"code": code}).status_code == 302
    assert signed.session["_auth_user_id"]
    asked.post("/account/sign-in/", {"email": address.upper()})  # a code that was sent and not used
    assert len(mailoutbox) == 2
    assert address in everything_kept()
    assert address.encode() in file_of_the_database()
    erasing.erase_person(email=address, reason="At their wish", at=NOW)
    assert address not in everything_kept()
    assert address.encode() not in file_of_the_database(if_none=b"")
    assert str(world.people["charity"]) not in str([row.get_decoded() for row in Session.objects.all()])


def everything_kept() -> str:
    """All that stands in any table, and what sessions hold, in small letters."""
    sessions = [row.get_decoded() for row in Session.objects.all()]
    return f"{personas.all_that_is_kept()} {sessions}".lower()


def file_of_the_database(if_none: bytes = b"charity@testing.example") -> bytes:
    """The bytes of SQLite's file, with all that waited beside it; another database has none to look at."""
    if connection.vendor != "sqlite":
        return if_none
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert cursor.fetchone()[0] == 0, "nobody else reads or writes"
    return Path(connection.settings_dict["NAME"]).read_bytes().lower()


def brought_back(world: World) -> UUID:
    """Somebody who was erased and is here again, as an old database has them."""
    person = world.people["charity"]
    kept = User.objects.filter(id=person).values().get()
    erasing.erase_person(email="charity@testing.example", reason="At their wish", at=NOW)
    User.objects.filter(id=person).update(**kept)
    assert User.objects.filter(email="charity@testing.example").exists()
    return person


def test_a_restore_erases_again_whom_it_brought_back(world: World, tmp_path: Path) -> None:
    person = brought_back(world)
    made = Manifest("2026-03-02T12:00:00Z", "1", connection.vendor, (), 0, 0, "")
    assert restore._told(made, None, 0, None, "The disk broke", NOW).erased == 1
    assert not User.objects.filter(email="charity@testing.example").exists()
    again = [entry.kind for entry in recorded() if entry.kind in ("backup.restored", "person.erased")]
    assert again == ["person.erased", "backup.restored", "person.erased"]
    assert record.erasures("person") == {person}


def test_a_worker_erases_again_once_where_it_starts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    brought_back(world)
    stop, rounds, asked = threading.Event(), [], []
    once = erasing.erase_again

    def run_due(now: object) -> int:
        rounds.append(User.objects.filter(email="charity@testing.example").exists())
        if len(rounds) == 3:
            stop.set()
        return 0

    monkeypatch.setattr(worker, "SECONDS_BETWEEN", 0.01)
    monkeypatch.setattr(worker, "run_due", run_due)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "erase_again", lambda now: asked.append(once(now)))
    worker.run_forever(stop)
    assert rounds == [False, False, False], "before any work was done"
    assert asked == [1], "once"


def test_a_scrutineer_loses_name_and_declaration(world: World) -> None:
    version = personas.draft(world)
    personas.sign_all(world, version)
    personas.appoint(world, Version.objects.get(id=version).covenant_id)
    erasing.erase_person(email="scrutineer@testing.example", reason="At their wish", at=NOW)
    kept = str(personas.all_that_is_kept())
    assert "I have worked for none of the parties" not in kept
    assert "scrutineer@testing.example" not in kept
    assert Client().get("/covenants/our-covenant/scrutiny/").status_code == 200


def test_the_command_says_what_it_did_and_refuses_in_a_line(world: World) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["erase", "charity@testing.example", "--reason", "At their wish"])
    assert (done.exit_code, "Erased" in done.stdout) == (0, True)
    for words in (
        ["erase", "charity@testing.example", "--reason", "Again"],
        ["erase", "nobody@testing.example", "--reason", "x"],
        ["erase", "council@testing.example", "--reason", " "],
        ["erase", "council@testing.example", "--reason", "council@testing.example asked"],
    ):
        refused = runner.invoke(app, words)
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1), words
    told = runner.invoke(app, ["retention"])
    assert told.exit_code == 0
    assert "730" in told.stdout


def test_how_long_what_is_kept_is_told_by_a_command_of_its_own(tmp_path: Path) -> None:
    """In a process of its own: whatever else had set Django up for it before is not there."""
    command = [sys.executable, "-m", "covenant.cli", "retention"]
    done = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"{rule.days} " in done.stdout for rule in retention.RULES)


def test_one_sees_all_that_is_kept_of_oneself_and_nothing_of_others(world: World) -> None:
    version = personas.draft(world)
    personas.sign_all(world, version)
    told = signed_in(world, "council").get("/account/mine.json")
    assert told["Cache-Control"].startswith("no-store")
    mine = told.json()
    assert mine["person"][0]["email"] == "council@testing.example"
    assert "password" not in mine["person"][0]
    assert any(name.startswith("mandate") for name in mine)
    assert any(name.startswith("signature") for name in mine)
    assert "charity@testing.example" not in json.dumps(mine)
    assert Client().get("/account/mine.json").status_code == 302


def test_a_scrutineer_in_office_is_kept_though_they_hold_no_role(world: World) -> None:
    version = personas.draft(world)
    personas.sign_all(world, version)
    scrutineer, long_ago = world.people["scrutineer"], NOW - timedelta(days=800)
    User.objects.filter(id=scrutineer).update(last_login=long_ago)
    personas.appoint(world, Version.objects.get(id=version).covenant_id)
    assert not Grant.objects.filter(user=scrutineer).exists()
    assert not Mandate.objects.filter(user=scrutineer).exists()
    assert retention.run_due(NOW) == 1
    assert User.objects.get(id=scrutineer).email == "scrutineer@testing.example"
    Appointment.objects.update(starts=NOW - timedelta(days=9), ends=NOW - timedelta(days=1))
    assert retention.run_due(NOW + timedelta(days=1)) == 1
    assert User.objects.get(id=scrutineer).email != "scrutineer@testing.example", "their term is over"


def test_what_is_personal_ends_in_time_once_a_day(world: World, tmp_path) -> None:
    talk = personas.talk(world, people=3)
    votes = Vote.objects.count()
    published(tmp_path / "record")
    figures = listened.results(talk.id)
    Session.objects.create(session_key="old", session_data="x", expire_date=NOW - timedelta(days=1))
    seldom = User.objects.create_user("seldom@testing.example", "Seldom")
    User.objects.filter(id=seldom.id).update(last_login=NOW - timedelta(days=731))
    assert retention.run_due(NOW) == 1
    assert retention.run_due(NOW + timedelta(hours=23)) == 0
    assert not Session.objects.filter(session_key="old").exists()
    assert not User.objects.filter(email="seldom@testing.example").exists()
    assert Vote.objects.filter(cast_at=NOW).count() == votes, "too early for the moments"
    later = NOW + timedelta(days=31)
    assert retention.run_due(later) == 1
    assert Vote.objects.filter(cast_at=NOW.replace(hour=0)).count() == votes
    assert not Exposure.objects.exclude(shown_at=NOW.replace(hour=0)).exists()
    assert not Participant.objects.exclude(joined_at=NOW.replace(hour=0)).exists()
    assert not Entry.objects.filter(kind="vote.counted").exclude(at=NOW.replace(hour=0)).exists()
    assert Entry.objects.filter(kind="conversation.opened", at=NOW).exists(), "other acts keep theirs"
    assert listened.results(talk.id) == figures
    told = [entry.body for entry in recorded() if entry.kind == retention.KIND]
    assert [each["people"] for each in told] == [1, 0]
    assert told[1]["arrivals"] == votes
    assert Grant.objects.count(), "roles stay"
    assert "seldom" not in str([entry.data for entry in recorded()])
