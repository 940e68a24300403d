"""A person can be erased, and what they did for a body stands. What is personal ends in time."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from typer.testing import CliRunner

from covenant.cli import app
from covenant.listen import reads as listened
from covenant.listen.models import Exposure, Participant, Vote
from covenant.place.models import Grant, Mandate, User
from covenant.record import reads as record
from covenant.record.models import Entry
from covenant.web import erasing, retention
from tests import personas
from tests.personas import NOW, World, make_world, signed_in
from tests.records import published, recorded

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


def test_a_scrutineer_loses_name_and_declaration(world: World) -> None:
    version = personas.draft(world)
    personas.sign_all(world, version)
    from covenant.agree.models import Version

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
