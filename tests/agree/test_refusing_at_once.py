"""One party signs while another refuses: the refusal ends the version, or the version is in force."""

from functools import partial

import pytest

from covenant.agree import actions
from covenant.agree.models import Refusal, Signature, Version
from covenant.place.types import NotPossible
from tests.at_once import at_once
from tests.personas import NOW, World, draft, make_world
from tests.records import recorded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_one_party_signs_while_the_other_refuses(world: World) -> None:
    for turn in range(5):
        version = draft(world, slug=f"covenant-{turn}")
        hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
        signed, refused = at_once(
            partial(
                actions.sign, by=world.actor("council"), version=version,
                party=world.parties["council"], hash=hash, at=NOW,
            ),
            partial(
                actions.refuse, by=world.actor("charity"), version=version,
                party=world.parties["charity"], reason="Too late", at=NOW,
            ),
        )  # fmt: skip
        assert not isinstance(refused, Exception), refused
        assert signed == "proposed" or isinstance(signed, NotPossible)
        assert Version.objects.get(id=version).state == "refused"


def test_one_person_signs_and_refuses_for_a_party_at_once_and_one_of_them_stands(world: World) -> None:
    for turn in range(5):
        version = draft(world, slug=f"covenant-{turn}")
        hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
        council = {"by": world.actor("council"), "version": version, "party": world.parties["council"]}
        other = {"by": world.actor("charity"), "version": version, "party": world.parties["charity"]}
        actions.sign(**other, hash=hash, at=NOW)
        signed, refused = at_once(
            partial(actions.sign, **council, hash=hash, at=NOW),
            partial(actions.refuse, **council, reason="Not this", at=NOW),
        )
        state = Version.objects.get(id=version).state
        assert [isinstance(each, NotPossible) for each in (signed, refused)].count(True) == 1
        assert (state == "in force") == isinstance(refused, NotPossible)
        assert (state == "refused") == isinstance(signed, NotPossible)
        kinds = [entry.kind for entry in recorded() if entry.subject == str(version)]
        assert kinds.count("version.signed") == Signature.objects.filter(version=version).count()
        assert kinds.count("version.refused") == Refusal.objects.filter(version=version).count()
