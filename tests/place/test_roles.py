"""What a role and a mandate give, and what they do not."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from covenant.place import actions, reads
from covenant.place.types import NotAllowed, NotPossible, Role, Sector, Tier
from covenant.record import reads as record
from tests.personas import NOW, World

ROOT = Path(__file__).resolve().parents[2]


def test_a_role_reaches_the_places_within_and_none_beside_or_above(world: World) -> None:
    county = actions.add_place(name="County", slug="county", tier=Tier.COUNTY, at=NOW)
    district = actions.add_place(name="D", slug="d", tier=Tier.DISTRICT, within=county, at=NOW)
    street = actions.add_place(name="S", slug="s", tier=Tier.NEIGHBOURHOOD, within=district, at=NOW)
    someone = actions.grant(by=None, email="d@testing.example", role=Role.CONVENOR, place=district, at=NOW)
    actor = reads.actor(someone)
    assert [actor.has_role(Role.CONVENOR, place) for place in (district, street)] == [True, True]
    assert not any(actor.has_role(Role.CONVENOR, place) for place in (county, world.place))
    assert not actor.has_role(Role.MODERATOR, district)


def test_a_person_who_was_made_inactive_can_do_nothing(world: World, django_user_model: type) -> None:
    django_user_model.objects.filter(id=world.people["convenor"]).update(is_active=False)  # type: ignore[attr-defined]
    actor = world.actor("convenor")
    assert not actor.grants
    with pytest.raises(NotAllowed):
        actions.add_party(by=actor, place=world.place, name="X", slug="x", sector=Sector.BUSINESS, at=NOW)


def test_a_mandate_holds_on_its_first_and_its_last_day_and_on_no_other(world: World) -> None:
    actor, party = world.actor("charity"), world.parties["charity"]
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [actor.mandate_for(party, day) is not None for day in days] == [False, True, True, False]


def test_nobody_can_be_given_a_mandate_for_residents(world: World) -> None:
    before = record.tip()
    with pytest.raises(NotPossible, match="Nobody signs for residents"):
        actions.give_mandate(
            by=world.actor("convenor"),
            party=world.parties["residents"],
            email="r@testing.example",
            name="R",
            office="None",
            given_by="Nobody",
            starts=date(2026, 1, 1),
            ends=date(2026, 12, 31),
            at=NOW,
        )
    assert record.tip() == before


def test_no_address_of_a_person_enters_the_record(world: World) -> None:
    assert not [entry for entry in record.entries() if "@testing.example" in str(entry)]


def test_a_place_and_a_role_are_given_at_the_command_line_and_a_slip_gets_one_line(tmp_path: Path) -> None:
    env = {**os.environ, "COVENANT_HOME": str(tmp_path)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "covenant.cli", "place", *words],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    unready = run("add", "x", "X", "--tier", "district")
    assert (unready.returncode, unready.stderr.count("\n")) == (2, 1)
    assert "migrate" in unready.stderr
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True
    )
    assert run("add", "x", "X", "--tier", "district").returncode == 0
    assert run("grant", "a@x.example", "convenor", "x").returncode == 0
    for slip in (("add", "x", "X", "--tier", "district"), ("grant", "a@x.example", "convenor", "nowhere")):
        done = run(*slip)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
