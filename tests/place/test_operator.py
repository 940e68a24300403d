"""What whoever runs the machine does is in the record like everyone's acts: by whom, and why."""

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from covenant.place import actions, reads
from covenant.place.cli import app
from covenant.place.models import Grant, User
from covenant.place.types import OPERATOR, NotAllowed, NotFound, NotPossible, Role
from covenant.record import reads as record
from covenant.record.types import seal
from tests.personas import NOW, World, all_that_is_kept, signed_in
from tests.records import recorded

MODERATOR = "moderator@testing.example"
WHY = "Their term is over"


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def _last(kind: str) -> dict:
    """The body of the newest entry of a kind, with what is sealed in it opened."""
    entry = [entry for entry in recorded() if entry.kind == kind][-1]
    opened = {name: found.value for name, found in record.openings([entry]).get(entry.leaf, {}).items()}
    return {**entry.body, **opened}


def test_a_role_that_is_given_says_who_gave_it_and_seals_whose_it_is(world: World) -> None:
    _run("grant", "new@testing.example", "moderator", "testing", "--reason", "Elected in May")
    grant, body = Grant.objects.get(user__email="new@testing.example"), _last("role.granted")
    assert body == {
        "role": "moderator",
        "by": OPERATOR,
        "why": "Elected in May",
        "grant": str(grant.id),
        "person": seal(str(grant.user_id), bytes(grant.salt)),
    }


def test_an_administrators_act_is_told_by_role_and_seal(world: World) -> None:
    admin = world.actor("administrator")
    actions.grant(by=admin, email="new@testing.example", role=Role.ANALYST, place=world.place, at=NOW)
    grant, body = Grant.objects.get(user__email="new@testing.example"), _last("role.granted")
    assert (body["by"], body["by_person"]) == ("administrator", seal(str(admin.user), bytes(grant.salt)))
    assert str(admin.user) not in str(body)


def test_a_role_is_taken_away_with_a_reason_and_gives_no_power_from_then_on(world: World) -> None:
    given = str(Grant.objects.get(user__email=MODERATOR).id)
    said = _run("revoke", MODERATOR, "moderator", "testing", "--reason", WHY)
    assert said == f"{MODERATOR} is no longer moderator of Testing\n"
    assert _last("role.revoked") == {"role": "moderator", "grant": given, "by": OPERATOR, "why": WHY}
    assert not world.actor("moderator").grants
    with pytest.raises(NotFound):
        actions.revoke(by=None, email=MODERATOR, role=Role.MODERATOR, place=world.place, reason=WHY, at=NOW)


def test_only_an_administrator_of_the_place_takes_a_role_away(world: World) -> None:
    for who in ("convenor", "stranger", "public"):
        with pytest.raises(NotAllowed):
            actions.revoke(
                by=world.actor(who),
                email=MODERATOR,
                role=Role.MODERATOR,
                place=world.place,
                reason=WHY,
                at=NOW,
            )


def test_a_closed_account_is_signed_out_at_once_and_can_do_nothing(world: World) -> None:
    browser: Client = signed_in(world, "council")
    assert browser.get("/account/devices/").status_code == 200
    _run("close-account", "council@testing.example", "--reason", WHY)
    assert browser.get("/account/devices/").status_code == 302
    assert not world.actor("council").mandates
    assert not User.objects.get(email="council@testing.example").is_active
    body = _last("account.closed")
    assert (body["by"], body["why"], body["grants"], len(body["mandates"])) == (OPERATOR, WHY, [], 1)
    assert "council@" not in str(body)
    with pytest.raises(NotPossible, match="closed already"):
        actions.close_account(email="council@testing.example", reason=WHY, at=NOW)


@pytest.mark.parametrize("reason", ["", " ", "ask ada@example.org", "x" * 501, "two\nlines", "\x1b[31m"])
def test_a_reason_that_could_not_stand_in_public_is_refused(world: World, reason: str) -> None:
    kept = all_that_is_kept()
    for words in (
        ["revoke", MODERATOR, "moderator", "testing"],
        ["close-account", MODERATOR],
    ):
        done = CliRunner().invoke(app, [*words, "--reason", reason])
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert all_that_is_kept() == kept


def test_places_that_are_added_say_who_added_them(world: World) -> None:
    assert {entry.body["by"] for entry in recorded() if entry.kind == "place.added"} == {OPERATOR}


def test_who_holds_which_roles_is_listed_for_whoever_runs_the_machine(world: World) -> None:
    _run("close-account", MODERATOR, "--reason", WHY)
    found = json.loads(_run("grants", "testing", "--json"))
    assert [(row["role"], row["email"], row["open"]) for row in found] == [
        ("administrator", "administrator@testing.example", True),
        ("analyst", "analyst@testing.example", True),
        ("convenor", "convenor@testing.example", True),
        ("moderator", MODERATOR, False),
    ]
    assert len(json.loads(_run("grants", "--json"))) == 5
    shown = _run("grants")
    assert all(word in shown for word in ("elsewhere", "administrator", "closed"))


def test_the_public_page_of_the_record_shows_an_operators_act(world: World, client: Client) -> None:
    _run("revoke", MODERATOR, "moderator", "testing", "--reason", WHY)
    from covenant.record.actions import sequence

    sequence()
    page = client.get("/record/").content.decode()
    assert "role.revoked" in page
    assert OPERATOR in page
    assert MODERATOR not in page


def test_laying_a_role_down_names_the_grant_that_ends(world: World) -> None:
    given = str(Grant.objects.get(user__email=MODERATOR).id)
    actions.lay_down_role(by=world.actor("moderator"), role=Role.MODERATOR, place=world.place, at=NOW)
    assert _last("role.laid_down") == {"role": "moderator", "grant": given}
    assert reads.grants(place=world.place)
