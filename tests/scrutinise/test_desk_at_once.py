"""Two people at once, on a real SQLite file: an appointment is carried once, and a finding is signed once."""

from functools import partial

import pytest

from covenant.place.types import NotPossible
from covenant.scrutinise import actions
from covenant.scrutinise.models import Consent, Finding, Proposal, Question, Reply
from covenant.scrutinise.stages import Answer, Motion
from tests import personas
from tests.at_once import at_once
from tests.personas import NOW, World
from tests.records import recorded, without_gaps
from tests.scrutinise.desks import GAP, LATER, Desk, make_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return personas.make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return make_desk(world)


def entries(kind: str) -> int:
    return sum(entry.kind == kind for entry in recorded())


def test_two_parties_consent_at_once_and_the_removal_is_carried_once(desk: Desk) -> None:
    world = desk.world
    removal = actions.propose_removal(
        by=world.actor("council"), appointment=desk.appointment, reason="Asleep", at=NOW
    )
    hash = personas.proposal_hash(removal)
    acts = [
        partial(
            actions.consent,
            by=world.actor(who),
            proposal=removal,
            party=world.parties[who],
            hash=hash,
            at=NOW,
        )
        for who in ("council", "charity", "council", "charity")
    ]
    found = at_once(*acts)
    assert set(found) <= {Motion.OPEN, Motion.CARRIED} and Motion.CARRIED in found
    assert Proposal.objects.get(id=removal).state == Motion.CARRIED
    assert Consent.objects.filter(proposal=removal).count() == 2
    assert entries("scrutineer.removed") == 1


def test_one_consents_while_another_refuses_and_one_of_them_is_told_so(desk: Desk) -> None:
    world = desk.world
    for turn in range(4):
        removal = actions.propose_removal(
            by=world.actor("council"), appointment=desk.appointment, reason=str(turn), at=NOW
        )
        hash, charity, council = (
            personas.proposal_hash(removal),
            world.parties["charity"],
            world.parties["council"],
        )
        found = at_once(
            partial(
                actions.refuse_proposal,
                by=world.actor("charity"),
                proposal=removal,
                party=charity,
                reason="No",
                at=NOW,
            ),
            partial(
                actions.consent,
                by=world.actor("council"),
                proposal=removal,
                party=council,
                hash=hash,
                at=NOW,
            ),
        )
        assert found[0] is None
        assert found[1] is Motion.OPEN or isinstance(found[1], NotPossible)
        assert Proposal.objects.get(id=removal).state == Motion.REFUSED


def test_a_finding_is_signed_once_however_often_it_is_sent(desk: Desk) -> None:
    finding = desk.show(desk.deal("take up"))
    hash, scrutineer = desk.finding(finding).hash, desk.scrutineer
    sign = partial(actions.sign_finding, by=scrutineer, finding=finding, hash=hash, at=LATER)
    found = at_once(sign, sign, sign)
    assert sorted(type(each).__name__ for each in found) == ["NoneType", "NotPossible", "NotPossible"]
    assert entries("finding.signed") == 1
    assert without_gaps(recorded())


def test_a_question_is_taken_up_once_and_one_draft_is_shown(desk: Desk) -> None:
    scrutineer, hash = desk.scrutineer, personas.reading_hash(desk.version)
    take_up = partial(
        actions.deal_with,
        by=scrutineer,
        version=desk.version,
        question=GAP,
        act="take up",
        reading=hash,
        at=NOW,
    )
    found = at_once(take_up, take_up, take_up)
    assert sum(isinstance(each, NotPossible) for each in found) == 2
    question = Question.objects.get().id
    show = partial(
        actions.show_finding,
        by=scrutineer,
        question=question,
        text="Shut",
        parties=[desk.party("council")],
        at=NOW,
    )
    found = at_once(show, show)
    assert sum(isinstance(each, NotPossible) for each in found) == 1
    assert Finding.objects.count() == 1


def test_a_removal_and_a_signature_at_once_leave_no_signature_after_the_removal(desk: Desk) -> None:
    world, finding = desk.world, desk.show(desk.deal("take up"))
    removal = actions.propose_removal(
        by=world.actor("council"), appointment=desk.appointment, reason="Asleep", at=LATER
    )
    words = {"proposal": removal, "hash": personas.proposal_hash(removal), "at": LATER}
    actions.consent(by=world.actor("council"), party=desk.party("council"), **words)
    charity, scrutineer, hash = world.actor("charity"), desk.scrutineer, desk.finding(finding).hash
    at_once(
        partial(actions.consent, by=charity, party=desk.party("charity"), **words),
        partial(actions.sign_finding, by=scrutineer, finding=finding, hash=hash, at=LATER),
    )
    kinds = [entry.kind for entry in recorded()]
    assert "scrutineer.removed" in kinds
    if "finding.signed" in kinds:
        assert kinds.index("finding.signed") < kinds.index("scrutineer.removed")


def test_a_reply_that_is_sent_twice_at_once_stands_once(desk: Desk) -> None:
    finding, council = desk.found(), desk.world.actor("council")
    reply = partial(
        actions.reply,
        by=council,
        finding=finding,
        party=desk.party("council"),
        answer=Answer.EXPLAIN,
        text="A flood.",
        at=LATER,
    )
    found = at_once(reply, reply, reply)
    assert len(set(found)) == 1
    assert Reply.objects.count() == 1
