"""Who still has a part in an agreement once people have left, were dropped, refused or come."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from covenant.place.types import NotAllowed, NotFound
from covenant.relate import actions, jobs, reads, rules, together
from covenant.relate.formats import agreement_data
from covenant.relate.models import Change, Consent, Decision
from covenant.relate.types import ChangeKind, PersonRole
from tests import personas
from tests.personas import NOW, World
from tests.records import recorded
from tests.relate import relations
from tests.relate.relations import MATTER, RESERVED, activate, begin, found, member, name_person, someone
from tests.relate.test_pages import AT, browser

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
NEXT = NOW + timedelta(days=1)


def _leave(world: World, id: UUID, who: str, days: int = 0, carer: str = "council") -> UUID:
    return actions.leave(
        by=relations.actor(world, who), agreement=id, member=member(id, who, world),
        last_day=TODAY + timedelta(days=days), carer=member(id, carer, world), reason="Goes", at=NOW,
    )  # fmt: skip


def _come(world: World, id: UUID, party: str | None = None) -> UUID:
    return actions.name_replacement(
        by=someone("Finn"), agreement=id, replaces=None, email="nia@named.example", name="Nia",
        role=PersonRole.LIVED, party=world.parties[party] if party else None, at=NOW,
    )  # fmt: skip


def _accept(world: World, id: UUID, change: UUID, *who: str, but: tuple[str, ...] = ()) -> None:
    what = next(each for each in found(id).changes if each.id == change)
    for name in who or [relations.key(world, each) for each in what.missing]:
        if name not in but:
            actions.accept(
                by=relations.actor(world, name), agreement=id, change=change,
                member=member(id, name, world), hash=what.hash, at=NOW,
            )  # fmt: skip


def test_how_anybody_voted_is_neither_in_the_record_nor_on_the_page_while_votes_are_taken(
    world: World,
) -> None:
    id = begin(world)
    activate(world, id)
    lea = member(id, "Lea", world)
    said = {"member": lea, "matter": MATTER, "text": "So", "closes": TODAY, "at": NOW}
    actions.propose_decision(by=someone("Lea"), agreement=id, **said)
    actions.vote(by=someone("Lea"), agreement=id, number=1, member=lea, yes=True, at=NOW)
    (entry,) = (each for each in recorded() if each.kind == "relation.voted")
    assert set(entry.body) == {"number", "member"}
    assert "Yes 1, no 0" not in browser(world, "Finn").get(f"{AT}forum/").text
    Decision.objects.update(closes=TODAY - timedelta(days=1))
    assert "Yes 1, no 0" in browser(world, "Finn").get(f"{AT}forum/").text


def test_a_departure_whose_day_changed_is_accepted_anew(world: World) -> None:
    id = begin(world)
    activate(world, id)
    departure = _leave(world, id, "Faye", days=120)
    _accept(world, id, departure, "Lea")
    _leave(world, id, "charity", days=90)
    change = next(each for each in found(id).changes if each.id == departure)
    assert member(id, "Lea", world) in change.missing
    _accept(world, id, departure, "Lea")
    assert Consent.objects.get(change=departure).hash == change.hash


def test_whoever_left_or_was_dropped_sees_and_words_no_draft(world: World) -> None:
    id = begin(world)
    convenor = world.actor("convenor")
    dropped = member(id, "Ines", world)
    actions.drop_person(by=convenor, agreement=id, member=dropped, at=NOW)
    assert reads.agreements(place=world.place, asked_by=someone("Ines"), today=TODAY) == []
    with pytest.raises(NotFound):
        reads.agreement("alongside", asked_by=someone("Ines"), today=TODAY)
    activate(world, id)
    _leave(world, id, "Faye")
    actions.propose_change(by=someone("Lea"), agreement=id, why="Learnt", at=NEXT)
    for who in ("Faye", "Ines"):
        seen = reads.agreement("alongside", asked_by=someone(who), today=NEXT.date())
        assert [each.number for each in seen.versions] == [1]
        assert not [each for each in seen.members if each.name]
        with pytest.raises(NotAllowed):
            actions.word(by=someone(who), agreement=id, change=lambda words: words, at=NEXT)
        with pytest.raises(NotAllowed):
            actions.propose_change(by=someone(who), agreement=id, why="Mine", at=NEXT)
    assert len(reads.agreement("alongside", asked_by=someone("Lea"), today=NEXT.date()).versions) == 2


def test_whoever_is_asked_to_come_sees_drafts_until_it_is_refused(world: World) -> None:
    id = begin(world)
    activate(world, id)
    arrival = _come(world, id)
    nia = member(id, "Nia", world)
    assert nia in found(id).inside
    actions.refuse_arrival(by=someone("Nia"), agreement=id, change=arrival, member=nia, reason="No", at=NOW)
    assert nia not in found(id).inside


def test_nobody_who_is_in_a_draft_alone_is_told_of_in_public(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.propose_change(by=someone("Lea"), agreement=id, why="Learnt", at=NOW)
    new = name_person(world, id, "New")
    assert new in found(id).inside
    assert str(new) not in str(agreement_data(reads.public(found(id))))
    seen = reads.agreement("alongside", asked_by=world.actor("public"), today=TODAY)
    assert seen.member(new) is None
    assert len(seen.members) == 8


def _reserve(world: World, id: UUID, reserved: tuple[str, ...], days: int) -> None:
    at = NOW + timedelta(days=days)
    actions.propose_change(by=someone("Lea"), agreement=id, why="Learnt", at=at)
    others = tuple(each for each in (MATTER, RESERVED) if each not in reserved)
    change = lambda w: replace(w, forum=replace(w.forum, matters=others, reserved=reserved))  # noqa: E731
    actions.word(by=someone("Lea"), agreement=id, change=change, at=at)
    activate(world, id, at=at)


def test_a_matter_reserved_before_its_vote_closed_stays_undecided_whatever_comes_later(world: World) -> None:
    id = begin(world)
    activate(world, id)
    for number, who in enumerate(("Lea", "Cora", "Finn")):
        if not number:
            actions.propose_decision(
                by=someone(who), agreement=id, member=member(id, who, world), matter=MATTER, text="So",
                closes=TODAY + timedelta(days=3), at=NOW,
            )  # fmt: skip
        actions.vote(by=someone(who), agreement=id, number=1, member=member(id, who, world), yes=True, at=NOW)
    _reserve(world, id, (MATTER, RESERVED), 2)
    _reserve(world, id, (RESERVED,), 9)
    later = TODAY + timedelta(days=10)
    (decision,) = together.decisions(found(id, NOW + timedelta(days=10)), today=later)
    assert decision.outcome == "reserved since"


def test_a_matter_reserved_after_its_vote_closed_stays_decided(world: World) -> None:
    id = begin(world)
    activate(world, id)
    lea = member(id, "Lea", world)
    actions.propose_decision(
        by=someone("Lea"), agreement=id, member=lea, matter=MATTER, text="So", closes=TODAY, at=NOW
    )
    for who in ("Lea", "Cora", "Finn"):
        seat = member(id, who, world)
        actions.vote(by=someone(who), agreement=id, number=1, member=seat, yes=True, at=NOW)
    _reserve(world, id, (MATTER, RESERVED), 2)
    (decision,) = together.decisions(found(id, NOW + timedelta(days=3)), today=TODAY + timedelta(days=3))
    assert decision.outcome == "decided"


def test_whoever_comes_for_a_body_goes_with_it(world: World) -> None:
    id = begin(world)
    convenor = world.actor("convenor")
    business = [world.parties[each] for each in ("council", "charity", "business")]
    actions.set_bodies(by=convenor, agreement=id, bodies=business, at=NOW)
    activate(world, id)
    _leave(world, id, "charity", days=90)
    arrival = _come(world, id, "charity")
    _accept(world, id, arrival, *(relations.key(world, each) for each in found(id).bound), "Nia")
    nia = member(id, "Nia", world)
    assert nia in found(id, NOW + timedelta(days=90)).bound
    assert nia not in found(id, NOW + timedelta(days=91)).bound


def test_a_body_that_will_leave_keeps_its_place_in_a_draft_until_it_has_left(world: World) -> None:
    id = begin(world)
    activate(world, id)
    charity = member(id, "charity", world)
    _leave(world, id, "charity", days=90)
    actions.propose_change(by=someone("Lea"), agreement=id, why="Learnt", at=NOW)
    bodies = [world.parties["council"], world.parties["charity"]]
    actions.set_bodies(by=someone("Lea"), agreement=id, bodies=bodies, at=NOW)
    assert charity in {each.id for each in found(id).versions[0].members}


def test_whoever_waits_for_one_who_left_comes_in(world: World) -> None:
    id = begin(world)
    activate(world, id)
    arrival = _come(world, id)
    _accept(world, id, arrival, but=("Faye",))
    assert jobs.run_due(NOW) == 0
    _leave(world, id, "Faye")
    assert jobs.run_due(NOW) == 0
    assert jobs.run_due(NEXT) == 1
    assert jobs.run_due(NEXT) == 0
    assert member(id, "Nia", world) in found(id, NEXT).bound
    assert [entry.kind for entry in recorded()][-1] == "relation.joined"


def test_whoever_had_not_come_before_the_words_changed_is_said_not_to_have(world: World) -> None:
    id = begin(world)
    activate(world, id)
    _come(world, id)
    assert "Would come in" in browser(world, "public").get(AT).text
    actions.propose_change(by=someone("Lea"), agreement=id, why="Learnt", at=NOW)
    activate(world, id)
    assert Change.objects.get().kind == ChangeKind.ARRIVAL
    page = browser(world, "public").get(AT).text
    assert "Did not come in before the words changed." in page
    assert "Would come in" not in page


def test_only_what_is_so_is_said_of_an_agreement_that_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = begin(world, people=("Cora", "Finn", "Lea"))
    activate(world, id)
    departure = _leave(world, id, "Lea")
    personas.stop_the_clock(monkeypatch, NEXT)
    page = browser(world, "public").get(AT).text
    assert "not everyone has accepted" in page
    _accept(world, id, departure)
    page = browser(world, "public").get(AT).text
    assert "not everyone has accepted" not in page
    assert "Nobody is in it as:" in page
    assert rules.binding(found(id, NEXT))
