"""Leaving, and taking another's place: nobody is held, nobody is bound by another's word."""

from datetime import date, timedelta

import pytest

from covenant.agree import actions, reads
from covenant.agree.models import Clause, Departure, Version
from covenant.agree.types import VersionState
from covenant.place import actions as places
from covenant.place import reads as held
from covenant.place.types import NotAllowed, NotFound, NotPossible, Sector
from tests.agree.test_part_by_part import change, now, propose, reword, sign, texts, three
from tests.personas import NOW, World, draft, sign_all, signed_in
from tests.records import recorded

AUTUMN = date(2026, 9, 1)
THEN = NOW.replace(month=9)


def leave(world: World, who: str, *, leaves: date = AUTUMN, reason: str = "We close") -> object:
    return actions.depart(
        by=world.actor(who),
        covenant=Version.objects.get(state="in force").covenant_id,
        party=world.parties[who],
        reason=reason,
        leaves=leaves,
        at=NOW,
    )


def test_a_party_leaves_with_notice_and_is_bound_until_then(world: World) -> None:
    three(world)
    leave(world, "charity")
    assert actions.move_due(at=NOW + timedelta(days=30)) == 0
    assert len(now(world).parties) == 3  # type: ignore[union-attr]
    assert actions.move_due(at=THEN) == 1
    found = now(world)
    assert found is not None
    assert [party.name for party in found.parties] == ["Testing District Council", "Testing Traders"]
    assert list(texts(found)) == [1, 4], "what it owed and what only it was owed has ended"
    assert found.came_by == "departure"
    assert actions.move_due(at=THEN) == 0
    assert [e.kind for e in recorded() if e.kind.startswith("party.l")] == ["party.leaves"]
    assert "We close" not in str([entry.data for entry in recorded()])


def test_a_body_that_has_left_is_bound_by_nothing_that_was_open(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 3, "New 3")
    reword(world, second, 4, "New 4")
    propose(world, second)
    sign(world, second, "charity")
    leave(world, "charity", leaves=NOW.date())
    sign(world, second, "council")
    assert sign(world, second, "business") is VersionState.IN_PART
    found = now(world)
    assert found is not None
    assert texts(found) == {1: "Open the hall on Sundays", 4: "New 4"}
    assert world.parties["charity"] not in {party.id for party in found.parties}
    with pytest.raises(NotPossible, match="nothing to leave"):
        leave(world, "charity")


def test_what_was_promised_in_return_lapses_unless_its_debtor_says_that_it_stands(world: World) -> None:
    first = three(world)
    second = change(world, first)
    of_charity = Clause.objects.get(version=second, commitment__number=3).commitment_id
    reword(world, second, 4, "We will", reciprocals=[of_charity])
    of_council = Clause.objects.get(version=second, commitment__number=4).commitment_id
    reword(world, second, 1, "If so", reciprocals=[of_council])
    propose(world, second)
    for who in ("council", "charity", "business"):
        sign(world, second, who)
    notice = leave(world, "charity")
    page = signed_in(world, "public").get("/covenants/ours/parties/").text
    assert "These were promised in return for one of those" in page
    (shown,) = reads.departures(Version.objects.get(id=first).covenant_id, reads.content_of(second))
    assert [clause.number for clause in shown.ends] == [2, 3]
    assert sorted(clause.number for clause in shown.lapses) == [1, 4], "and what hangs on that"
    with pytest.raises(NotAllowed):
        actions.reaffirm(by=world.actor("business"), departure=notice, commitment=of_council, at=NOW)
    with pytest.raises(NotPossible, match="stands anyway"):
        actions.reaffirm(by=world.actor("council"), departure=notice, commitment=of_charity, at=NOW)
    actions.reaffirm(by=world.actor("council"), departure=notice, commitment=of_council, at=NOW)
    actions.move_due(at=THEN)
    found = now(world)
    assert list(texts(found)) == [1, 4]
    assert found is not None
    assert found.clauses[1].reciprocals == ()


def test_a_notice_can_be_taken_back_and_says_why(world: World) -> None:
    three(world)
    for reason, leaves in (("", AUTUMN), ("w", date(2026, 3, 1)), ("w", date(2029, 1, 1))):
        with pytest.raises(NotPossible):
            leave(world, "charity", reason=reason, leaves=leaves)
    notice = leave(world, "charity")
    with pytest.raises(NotPossible, match="given notice already"):
        leave(world, "charity")
    with pytest.raises(NotAllowed):
        actions.stay(by=world.actor("council"), departure=notice, at=NOW)
    actions.stay(by=world.actor("charity"), departure=notice, at=NOW)
    assert actions.move_due(at=THEN) == 0
    assert not Departure.objects.exists()
    with pytest.raises(NotFound):
        actions.stay(by=world.actor("charity"), departure=notice, at=NOW)


def test_a_covenant_that_binds_no_two_sides_any_more_has_ended(world: World) -> None:
    sign_all(world, draft(world, slug="ours"))
    leave(world, "charity", leaves=NOW.date())
    assert now(world) is None
    assert Version.objects.get().state == "ended"
    assert [entry.kind for entry in recorded()][-1] == "covenant.ended"
    page = signed_in(world, "public").get("/covenants/ours/")
    assert page.status_code == 200
    assert "Ended" in page.text


def successor(world: World, sector: Sector = Sector.STATE) -> object:
    convenor = world.actor("convenor")
    made = places.add_party(
        by=convenor, place=world.place, name="New Unitary Council", slug="unitary", sector=sector, at=NOW
    )
    places.give_mandate(
        by=convenor,
        party=made,
        email="leader@unitary.example",
        name="Leader",
        office="Leader",
        given_by="The order",
        starts=date(2026, 1, 1),
        ends=date(2027, 12, 31),
        at=NOW,
    )
    return made


def name(
    world: World, new: object, old: str = "council", who: str = "convenor", takes_effect: date = AUTUMN
) -> object:
    return actions.name_successor(
        by=world.actor(who),
        covenant=Version.objects.get(state="in force").covenant_id,
        old=world.parties[old],
        new=new,
        basis="The structural changes order",
        source="https://example.org/order",
        takes_effect=takes_effect,
        at=NOW,
    )


def test_a_successor_takes_the_place_once_it_has_accepted_and_its_day_has_come(world: World) -> None:
    three(world)
    new = successor(world)
    made = name(world, new)
    assert actions.move_due(at=THEN) == 0, "nobody is bound by another's word"
    leader = held.actor(held.person("leader@unitary.example"))
    with pytest.raises(NotAllowed):
        actions.accept_succession(by=world.actor("council"), succession=made, at=NOW)
    actions.accept_succession(by=leader, succession=made, at=NOW)
    with pytest.raises(NotPossible, match="accepted already"):
        actions.accept_succession(by=leader, succession=made, at=NOW)
    assert "New Unitary Council" not in {party.name for party in now(world).parties}  # type: ignore[union-attr]
    assert actions.move_due(at=THEN) == 1
    found = now(world)
    assert found is not None
    assert [clause.debtor.name for clause in found.clauses] == [
        *("New Unitary Council", "New Unitary Council", "Friends of Testing", "New Unitary Council")
    ]
    assert found.came_by == "succession"
    page = signed_in(world, "public").get(f"/covenants/ours/versions/{found.number}/").text
    assert "One body took another’s place" in page


def test_two_bodies_that_merge_leave_no_promise_of_a_body_to_itself(world: World) -> None:
    first = three(world)
    made = name(world, world.parties["business"], old="charity", takes_effect=NOW.date())
    actions.accept_succession(by=world.actor("business"), succession=made, at=NOW)
    found = now(world)
    assert found is not None
    assert len(found.parties) == 2
    assert list(texts(found)) == [1, 2, 3, 4]
    assert found.clauses[2].debtor.name == "Testing Traders"
    assert Version.objects.get(id=first).state == "superseded"


def test_nobody_takes_a_place_on_the_other_side_or_that_of_residents(world: World) -> None:
    three(world)
    new = successor(world, Sector.BUSINESS)
    for old, to in (
        ("council", new),
        ("charity", world.parties["residents"]),
        ("charity", world.parties["charity"]),
        ("residents", new),
    ):
        with pytest.raises(NotPossible):
            name(world, to, old=old)
    with pytest.raises(NotAllowed):
        name(world, new, old="charity", who="council")
