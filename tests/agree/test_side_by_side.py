"""Versions that are open beside each other: whatever goes into force, all whom it affects were asked."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from covenant.agree import actions, reads
from covenant.agree.engine import content_hash
from covenant.agree.models import Clause, Version
from covenant.agree.types import GroundKind, VersionState
from covenant.place import actions as places
from covenant.place import reads as held
from covenant.place.types import Actor, NotPossible, Sector, Tier
from tests.agree.test_moving import leave, successor
from tests.agree.test_moving import name as name_successor
from tests.agree.test_part_by_part import SIDES, change, now, propose, reword, sign, texts, three
from tests.personas import NOW, World, add_clause, signed_in
from tests.records import recorded


def choir(world: World) -> tuple[UUID, Actor]:
    """One more body of civil society, and somebody who speaks for it."""
    convenor = world.actor("convenor")
    made = places.add_party(
        by=convenor,
        place=world.place,
        name="Testing Choir",
        slug="choir",
        sector=Sector.CIVIL_SOCIETY,
        at=NOW,
    )
    places.give_mandate(
        by=convenor,
        party=made,
        email="choir@testing.example",
        name="Choir",
        office="Chair",
        given_by="Minutes",
        starts=date(2026, 1, 1),
        ends=date(2027, 12, 31),
        at=NOW,
    )
    return made, held.actor(held.person("choir@testing.example"))


def purpose(world: World, version: UUID, text: str, who: str = "convenor") -> None:
    actions.word_frame(by=world.actor(who), version=version, purpose=text, sections={}, today=NOW.date())


def let_join(world: World, version: UUID, new: UUID, who: str) -> None:
    """Have the body in this party's draft, with a promise to the council."""
    members = [*(world.parties[name] for name in SIDES), new]
    actions.set_parties(by=world.actor(who), version=version, parties=members, today=NOW.date())


def sign_as(version: UUID, by: Actor, party: UUID) -> VersionState:
    hash = Version.objects.get(id=version).hash
    return actions.sign(by=by, version=version, party=party, hash=hash, at=NOW)


def test_a_body_that_joined_meanwhile_is_bound_by_no_purpose_that_it_was_not_shown(world: World) -> None:
    first = three(world)
    new, singer = choir(world)
    second = change(world, first)
    purpose(world, second, "Another purpose")
    propose(world, second)
    third = change(world, first, "charity")
    let_join(world, third, new, "charity")
    propose(world, third, "charity")
    for who in SIDES:
        sign(world, third, who)
    assert sign_as(third, singer, new) is VersionState.IN_FORCE
    assert Version.objects.get(id=second).state == "lapsed"
    with pytest.raises(NotPossible):
        sign(world, second, "council")
    assert now(world).purpose == "P"  # type: ignore[union-attr]


def test_a_successor_is_bound_by_nothing_to_which_only_others_consented(world: World) -> None:
    first = three(world)
    second = change(world, first)
    purpose(world, second, "Another purpose")
    propose(world, second)
    made = name_successor(world, successor(world), takes_effect=NOW.date())
    actions.accept_succession(by=held.actor(held.person("leader@unitary.example")), succession=made, at=NOW)
    assert Version.objects.get(id=second).state == "lapsed"
    assert now(world).purpose == "P"  # type: ignore[union-attr]


def test_who_promised_meanwhile_in_return_for_a_clause_is_asked_before_it_changes(world: World) -> None:
    first = three(world)
    second, third = change(world, first), change(world, first, "business")
    reword(world, second, 2, "New 2")
    propose(world, second)
    mine = {"by": world.actor("business"), "version": third, "today": NOW.date()}
    made = actions.word_clause(
        debtor=world.parties["business"],
        creditors=[world.parties["council"]],
        text="We will, if you open the hall",
        measure="m",
        due=date(2026, 6, 30),
        tier=Tier.DISTRICT,
        outcome="o",
        reciprocals=[Clause.objects.get(version=third, commitment__number=2).commitment_id],
        **mine,
    )
    actions.cite_source(clause=made, kind=GroundKind.NEED, text="t", source="s", **mine)
    propose(world, third, "business")
    sign(world, third, "council")
    sign(world, third, "business")
    assert list(texts(now(world))) == [1, 2, 3, 4, 5]
    assert Version.objects.get(id=second).state == "lapsed", (
        "the traders promised on that, and were not asked"
    )


def test_a_body_that_signed_and_then_left_does_not_come_back_by_that_signature(world: World) -> None:
    first = three(world)
    new, singer = choir(world)
    second, third = change(world, first), change(world, first, "charity")
    let_join(world, second, new, "convenor")
    purpose(world, second, "Another purpose")
    propose(world, second)
    sign_as(second, singer, new)
    for who in ("council", "charity"):
        sign(world, second, who)
    let_join(world, third, new, "charity")
    propose(world, third, "charity")
    for who in SIDES:
        sign(world, third, who)
    sign_as(third, singer, new)
    covenant = Version.objects.get(id=first).covenant_id
    assert new in {party.id for party in now(world).parties}  # type: ignore[union-attr]
    actions.depart(by=singer, covenant=covenant, party=new, reason="No voices", leaves=NOW.date(), at=NOW)
    if Version.objects.get(id=second).state == "proposed":
        sign(world, second, "business")
    assert new not in {party.id for party in now(world).parties}  # type: ignore[union-attr]


def test_two_whose_time_is_over_at_once_are_each_settled_once(world: World) -> None:
    first = three(world)
    second, third = change(world, first), change(world, first, "charity")
    for number in (2, 4):
        reword(world, second, number, f"Second {number}")
    for number in (3, 4):
        reword(world, third, number, f"Third {number}", who="charity")
    propose(world, second)
    propose(world, third, "charity")
    sign(world, second, "council")
    sign(world, second, "business")
    sign(world, third, "council")
    sign(world, third, "charity")
    actions.settle_due(at=NOW + timedelta(days=57))
    states = dict(Version.objects.values_list("id", "state"))
    assert {states[second], states[third]} <= {"agreed in part", "lapsed"}
    settled = {row.settles_id for row in Version.objects.exclude(settles=None)}
    assert settled == {id for id in (second, third) if states[id] == "agreed in part"}
    lapsed = [entry.subject for entry in recorded() if entry.kind == "version.lapsed"]
    assert not {str(id) for id in settled} & set(lapsed)
    assert texts(now(world))[4] == "Second 4"
    assert texts(now(world))[3] == "Third 3"


def test_a_promise_to_whoever_takes_the_debtors_place_ends_and_what_hung_on_it_lapses(world: World) -> None:
    first = three(world)
    second = change(world, first)
    add_clause(world, second, debtor="charity", creditor="business")
    on = Clause.objects.get(version=second, commitment__number=5).commitment_id
    reword(world, second, 4, "If so", reciprocals=[on])
    propose(world, second)
    for who in SIDES:
        sign(world, second, who)
    made = name_successor(world, world.parties["business"], old="charity", takes_effect=NOW.date())
    actions.accept_succession(by=world.actor("business"), succession=made, at=NOW)
    assert list(texts(now(world))) == [1, 2, 3], "4 was promised in return for 5, which ended"


def test_a_draft_that_changes_nothing_is_not_shown(world: World) -> None:
    first = three(world)
    second = change(world, first)
    with pytest.raises(NotPossible, match="change something first"):
        propose(world, second)
    assert content_hash(reads.content_of(first)) == content_hash(reads.content_of(second))


def test_no_draft_of_a_party_is_copied_or_listed_for_others(world: World) -> None:
    draft = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Ours",
        slug="ours",
        purpose="P",
        parties=[world.parties["council"], world.parties["charity"]],
        at=NOW,
    )
    add_clause(world, draft)
    propose(world, draft)
    covenant = Version.objects.get(id=draft).covenant_id
    told = {"covenant": covenant, "why": "w", "at": NOW}
    counter = actions.draft_change(
        by=world.actor("charity"), party=world.parties["charity"], counters=draft, **told
    )
    reword(world, counter, 1, "What nobody else has seen", who="charity")
    choices = str(reads.clauses_in_drafts(asked_by=world.actor("convenor")))
    assert "What nobody else has seen" not in choices
    today = NOW.date()
    assert reads.drafts(place=world.place, asked_by=world.actor("council"), today=today) == []
    assert len(reads.drafts(place=world.place, asked_by=world.actor("charity"), today=today)) == 1
    actions.withdraw(by=world.actor("convenor"), version=draft, at=NOW)
    second = actions.draft_change(by=world.actor("convenor"), **told)
    assert texts(reads.version(second)[1]) == {1: "Open the hall on Sundays"}
    for who in ("convenor", "council", "public"):
        for path in ("/covenants/ours/", "/places/testing/"):
            assert "What nobody else" not in signed_in(world, who).get(path).text


def test_none_of_several_who_owe_together_says_for_the_others_that_it_stands(world: World) -> None:
    first = three(world)
    second = change(world, first)
    on = Clause.objects.get(version=second, commitment__number=3).commitment_id
    reword(world, second, 4, "We two", reciprocals=[on], together=[world.parties["charity"]])
    reword(world, second, 1, "We two", reciprocals=[on], together=[world.parties["business"]])
    clause = Clause.objects.get(version=second, commitment__number=1).commitment_id
    propose(world, second)
    for who in SIDES:
        sign(world, second, who)
    notice = leave(world, "charity")
    with pytest.raises(NotPossible, match="Several owe this together"):
        actions.reaffirm(by=world.actor("council"), departure=notice, commitment=clause, at=NOW)


def test_who_waits_for_trustees_moves_the_last_day(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 2, "New 2")
    propose(world, second)
    meets = NOW.date() + timedelta(days=80)
    actions.wait_for_trustees(
        by=world.actor("charity"), version=second, party=world.parties["charity"], meets=meets, at=NOW
    )
    assert Version.objects.get(id=second).answer_by == meets
    assert actions.settle_due(at=NOW + timedelta(days=57)) == 0
