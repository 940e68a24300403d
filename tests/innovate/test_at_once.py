"""Two people at once, on a real file: a freedom is granted once, evaluated once, and ended once."""

from functools import partial

import pytest

from covenant.innovate import actions
from covenant.innovate.models import Consent, Ending, Evaluation, Freedom
from covenant.innovate.types import FreedomState, Verdict
from covenant.place.types import NotPossible
from tests.at_once import at_once
from tests.innovate.areas import begin, consent, drafted, granted, propose
from tests.innovate.test_freedoms import LATER, NEXT
from tests.personas import NOW, World, make_world
from tests.records import recorded, without_gaps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world in a file, as it is on somebody's machine: every thread has a connection of its own to it."""
    return make_world()


def _entries(kind: str) -> int:
    return sum(entry.kind == kind for entry in recorded())


def test_the_two_last_consents_at_once_grant_it_once(world: World) -> None:
    for turn in range(5):
        area = begin(world, f"area-{turn}")
        freedom = drafted(world, area, source=f"Order {turn}", waived=f"Rule {turn}")
        hash = propose(world, freedom)
        found = at_once(
            partial(consent, world, freedom, "council", hash),
            partial(consent, world, freedom, "charity", hash),
        )
        assert sorted(found) == [FreedomState.GRANTED, FreedomState.PROPOSED]
        assert Freedom.objects.get(id=freedom).state == "granted"
        assert Consent.objects.filter(freedom=freedom).count() == 2
    assert _entries("freedom.granted") == 5
    assert without_gaps(recorded())


def test_one_person_who_consents_in_two_windows_consents_once(world: World) -> None:
    freedom = drafted(world, begin(world))
    act = partial(consent, world, freedom, "council", propose(world, freedom))
    assert at_once(act, act, act) == [FreedomState.PROPOSED] * 3
    assert (Consent.objects.count(), _entries("freedom.consented")) == (1, 1)


def test_a_consent_and_a_refusal_at_once_leave_one_of_them(world: World) -> None:
    for turn in range(5):
        freedom = drafted(world, begin(world, f"area-{turn}"), source=f"Order {turn}", waived=f"Rule {turn}")
        hash = propose(world, freedom)
        consent(world, freedom, "council", hash)
        refuse = partial(
            actions.refuse, by=world.actor("charity"), freedom=freedom, party=world.parties["charity"],
            reason="r", at=NOW,
        )  # fmt: skip
        found = at_once(partial(consent, world, freedom, "charity", hash), refuse)
        assert sum(isinstance(each, NotPossible) for each in found) == 1
        state = Freedom.objects.get(id=freedom).state
        assert (state == "granted") == (Consent.objects.filter(freedom=freedom).count() == 2)
        assert (state == "refused") == Ending.objects.filter(freedom=freedom).exists()


def test_both_sides_that_end_it_at_once_end_it_once(world: World) -> None:
    freedom = granted(world, begin(world))
    ends = [
        partial(
            actions.end_early, by=world.actor(who), freedom=freedom, party=world.parties[who],
            reason="r", at=NOW,
        )
        for who in ("council", "charity")
    ]  # fmt: skip
    found = at_once(*ends)
    assert sum(isinstance(each, NotPossible) for each in found) == 1
    assert (Ending.objects.count(), _entries("freedom.ended")) == (1, 1)


def test_two_evaluations_at_once_publish_one(world: World) -> None:
    freedom = granted(world, begin(world))
    act = partial(
        actions.evaluate, by=world.actor("business"), freedom=freedom, verdict=Verdict.CANNOT_TELL,
        figures="f", learnt="l", at=LATER,
    )  # fmt: skip
    found = at_once(act, act)
    assert sum(isinstance(each, NotPossible) for each in found) == 1
    assert (Evaluation.objects.count(), _entries("freedom.evaluated")) == (1, 1)


def test_two_proposals_of_one_rule_granted_at_once_are_not_both_granted(world: World) -> None:
    area = begin(world)
    both = [drafted(world, area), drafted(world, area, **NEXT)]
    hashes = [propose(world, freedom) for freedom in both]
    for freedom, hash in zip(both, hashes, strict=True):
        consent(world, freedom, "council", hash)
    found = at_once(
        *(
            partial(consent, world, freedom, "charity", hash)
            for freedom, hash in zip(both, hashes, strict=True)
        )
    )
    assert sum(isinstance(each, NotPossible) for each in found) == 1
    assert Freedom.objects.filter(state="granted").count() == 1
