"""Two people at once, on a real SQLite file: every act is done once, and one version is in force."""

from functools import partial
from typing import Any

import pytest
from django.db import connections

from covenant.agree import actions
from covenant.agree.models import Signature, Version
from covenant.place.types import Actor, NotPossible
from tests.at_once import at_once
from tests.personas import NOW, World, draft, make_world
from tests.records import recorded, without_gaps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world in a file, as it is on somebody's machine: every thread has a connection of its own to it."""
    name = str(connections["default"].settings_dict["NAME"])
    assert connections["default"].vendor != "sqlite" or "memory" not in name
    return make_world()


def _entries(kind: str) -> int:
    return sum(entry.kind == kind for entry in recorded())


def _signing(world: World, who: str) -> tuple[Actor, Any]:
    return world.actor(who), world.parties[who]


def test_two_people_of_two_parties_sign_at_once_and_both_succeed_once_each(world: World) -> None:
    for turn in range(5):
        version = draft(world, slug=f"covenant-{turn}")
        hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)

        acts = []
        for who in ("council", "charity"):
            actor, party = _signing(world, who)
            acts.append(partial(actions.sign, by=actor, version=version, party=party, hash=hash, at=NOW))
        states = at_once(*acts)
        assert sorted(states) == ["in force", "proposed"]
        assert Version.objects.get(id=version).state == "in force"
        assert Signature.objects.filter(version=version).count() == 2
    assert _entries("version.signed") == 10
    assert _entries("version.in_force") == 5
    assert without_gaps(recorded())


def test_the_same_person_signs_twice_at_once_and_one_signature_is_kept(world: World) -> None:
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    actor, party = _signing(world, "council")
    act = partial(actions.sign, by=actor, version=version, party=party, hash=hash, at=NOW)
    assert at_once(act, act, act, act) == ["proposed"] * 4
    assert Signature.objects.count() == _entries("version.signed") == 1


def test_one_signs_the_last_consent_while_another_withdraws_and_one_of_them_wins(world: World) -> None:
    for turn in range(5):
        version = draft(world, slug=f"covenant-{turn}")
        hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
        council, council_party = _signing(world, "council")
        actions.sign(by=council, version=version, party=council_party, hash=hash, at=NOW)
        charity, charity_party = _signing(world, "charity")
        last = partial(actions.sign, by=charity, version=version, party=charity_party, hash=hash, at=NOW)
        away = partial(actions.withdraw, by=world.actor("convenor"), version=version, at=NOW)
        signed, withdrawn = at_once(last, away)
        state = Version.objects.get(id=version).state
        if state == "in force":
            assert isinstance(withdrawn, NotPossible)
        else:
            assert state == "withdrawn"
            assert isinstance(signed, NotPossible)
    assert without_gaps(recorded())


def test_two_convenors_begin_the_same_change_at_once_and_one_draft_is_made(world: World) -> None:
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    for who in ("council", "charity"):
        actor, party = _signing(world, who)
        actions.sign(by=actor, version=version, party=party, hash=hash, at=NOW)
    covenant, convenor = Version.objects.get(id=version).covenant_id, world.actor("convenor")
    act = partial(actions.draft_change, by=convenor, covenant=covenant, why="w", at=NOW)
    found = at_once(act, act, act)
    assert sum(isinstance(each, NotPossible) for each in found) == 2
    assert Version.objects.filter(state="draft").count() == 1
