"""From a draft to an agreement in force, through a departure, a replacement and an exit."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from covenant.place.models import User
from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.relate import actions, reads, rules
from covenant.relate.engine.wording import content_hash, differences
from covenant.relate.formats import words_data, words_from
from covenant.relate.models import Member
from covenant.relate.types import Contract, LegalStatus, PersonRole, Standing, VersionState
from covenant.web import erasing, retention
from tests.personas import NOW, World, all_that_is_kept
from tests.records import recorded
from tests.relate import relations
from tests.relate.relations import MATTER, RESERVED, activate, begin, found, member, someone

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def _leave(world: World, id: UUID, who: str, days: int = 0, carer: str = "charity") -> UUID:
    return actions.leave(
        by=relations.actor(world, who),
        agreement=id,
        member=member(id, who, world),
        last_day=TODAY + timedelta(days=days),
        carer=member(id, carer, world),
        reason="Another post",
        at=NOW,
    )


def test_words_are_kept_without_loss(world: World) -> None:
    words = found(begin(world)).shown.words
    assert words_from(words_data(words)) == words
    assert len(list(words.behaviours)) == 5


def test_it_is_in_force_once_every_body_and_every_person_consented(world: World) -> None:
    id = begin(world)
    hash = activate(world, id, but=("Lea",))
    assert found(id).standing is Standing.PROPOSED
    assert found(id).bound == frozenset()
    assert rules.binding(found(id)) == []
    lea = member(id, "Lea", world)
    with pytest.raises(NotPossible, match="not the words"):
        actions.consent(by=someone("Lea"), agreement=id, member=lea, hash="0" * 64, at=NOW)
    with pytest.raises(NotAllowed, match="nobody does it for them"):
        actions.consent(by=world.actor("convenor"), agreement=id, member=lea, hash=hash, at=NOW)
    after = actions.consent(by=someone("Lea"), agreement=id, member=lea, hash=hash, at=NOW)
    assert after is VersionState.ACTIVE
    assert found(id).standing is Standing.IN_FORCE
    assert len(found(id).bound) == 8
    assert len(rules.binding(found(id))) == 3
    with pytest.raises(NotPossible, match="no open draft"):
        actions.word(by=world.actor("convenor"), agreement=id, change=lambda words: words, at=NOW)


@pytest.mark.parametrize(
    ("people", "missing"),
    [
        (("Finn", "Lea"), "commissioner"),
        (("Cora", "Lea"), "frontline"),
        (("Cora", "Finn"), "lived experience"),
    ],
)
def test_it_is_not_proposed_without_each_role(world: World, people: tuple[str, ...], missing: str) -> None:
    id = begin(world, people=people)
    with pytest.raises(NotPossible, match=missing):
        actions.propose(by=world.actor("convenor"), agreement=id, at=NOW)


def test_a_refusal_leaves_what_was_active(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.propose_change(by=someone("Finn"), agreement=id, why="We learnt", at=NOW)
    actions.word(
        by=someone("Finn"), agreement=id, change=lambda w: replace(w, purpose="To work as one"), at=NOW
    )
    activate(world, id, but=("Lea",))
    actions.refuse(
        by=someone("Lea"), agreement=id, member=member(id, "Lea", world), reason="Too vague", at=NOW
    )
    now = found(id)
    assert [v.state for v in now.versions] == [VersionState.REFUSED, VersionState.ACTIVE]
    assert now.shown.words.purpose == "To work as one team"
    assert now.standing is Standing.IN_FORCE


def test_a_departure_asks_everyone_else_and_until_then_only_clients_are_promised_something(
    world: World,
) -> None:
    id = begin(world)
    activate(world, id)
    gone = member(id, "Faye", world)
    departure = _leave(world, id, "Faye", days=3)
    assert found(id).standing is Standing.IN_FORCE
    assert gone in found(id).bound
    later = NOW + timedelta(days=4)
    waits = found(id, later)
    assert waits.standing is Standing.WAITING
    assert gone not in waits.bound
    assert [promise.key for promise in rules.binding(waits)] == ["answer"]
    with pytest.raises(NotPossible, match="not in force"):
        actions.open_round(by=someone("Lea"), agreement=id, closes=later.date(), at=later)
    (change,) = waits.changes
    for each in change.needed:
        actions.accept(
            by=relations.actor(world, relations.key(world, each)),
            agreement=id, change=departure, member=each, hash=change.hash, at=later,
        )  # fmt: skip
    assert found(id, later).standing is Standing.IN_FORCE
    with pytest.raises(NotPossible, match="not wait for you"):
        actions.accept(
            by=someone("Faye"), agreement=id, change=departure, member=gone, hash=change.hash, at=later
        )


def test_where_a_needed_role_is_vacant_acceptance_is_not_enough_and_a_replacement_is(world: World) -> None:
    id = begin(world, people=("Cora", "Finn", "Lea"))
    activate(world, id)
    departure = _leave(world, id, "Lea", carer="council")
    later = NOW + timedelta(days=1)
    (change,) = found(id, later).changes
    for each in change.needed:
        actions.accept(
            by=relations.actor(world, relations.key(world, each)),
            agreement=id, change=departure, member=each, hash=change.hash, at=later,
        )  # fmt: skip
    assert found(id, later).standing is Standing.WAITING
    assert found(id, later).vacant == (PersonRole.LIVED,)
    arrival = actions.name_replacement(
        by=someone("Finn"),
        agreement=id,
        replaces=member(id, "Lea", world),
        email="nia@named.example",
        name="Nia",
        role=PersonRole.LIVED,
        party=None,
        at=later,
    )
    nia = member(id, "Nia", world)
    change = next(each for each in found(id, later).changes if each.id == arrival)
    assert nia in change.needed
    for each in sorted(change.needed, key=lambda one: one != nia):
        assert nia not in found(id, later).bound
        actions.accept(
            by=relations.actor(world, relations.key(world, each)),
            agreement=id, change=arrival, member=each, hash=change.hash, at=later,
        )  # fmt: skip
    assert nia in found(id, later).bound
    assert found(id, later).standing is Standing.IN_FORCE


def test_a_body_leaves_with_notice_and_clients_are_looked_after(world: World) -> None:
    id = begin(world)
    activate(world, id)
    with pytest.raises(NotPossible, match="90 days of notice"):
        _leave(world, id, "charity", days=30, carer="charity")
    _leave(world, id, "charity", days=90, carer="charity")
    charity = member(id, "charity", world)
    for days in (0, 45, 90):
        then = found(id, NOW + timedelta(days=days))
        carer = rules.carer_on(then, charity, TODAY + timedelta(days=days))
        assert carer is not None
        assert carer.id == charity
        assert "answer" in [promise.key for promise in rules.binding(then)]
    ended = found(id, NOW + timedelta(days=91))
    assert ended.standing is Standing.ENDED
    assert ended.bound == frozenset()
    assert rules.binding(ended) == []


def test_a_carer_stays_as_long_as_it_takes(world: World) -> None:
    id = begin(world)
    activate(world, id)
    _leave(world, id, "Lea", days=120, carer="charity")
    with pytest.raises(NotPossible, match="name another"):
        _leave(world, id, "charity", days=90, carer="charity")
    _leave(world, id, "charity", days=90, carer="council")
    carer = rules.carer_on(found(id), member(id, "Lea", world), TODAY + timedelta(days=100))
    assert carer is not None
    assert carer.id == member(id, "council", world)
    with pytest.raises(NotPossible, match="leaves before"):
        _leave(world, id, "council", days=100, carer="charity")


def test_a_reserved_matter_is_refused_by_its_name(world: World) -> None:
    id = begin(world)
    activate(world, id)

    def put(matter: str) -> int:
        return actions.propose_decision(
            by=someone("Lea"),
            agreement=id,
            member=member(id, "Lea", world),
            matter=matter,
            text="In the library",
            closes=TODAY,
            at=NOW,
        )

    for said in (RESERVED, f"  {RESERVED.upper()} "):
        with pytest.raises(NotPossible, match="reserved matter"):
            put(said)
    with pytest.raises(NotPossible, match="none of the matters"):
        put("Something else")
    assert put(MATTER) == 1


@pytest.mark.parametrize(
    ("rule", "yes", "no", "passes"),
    [
        ("unanimous", 3, 0, True),
        ("unanimous", 7, 1, False),
        ("unanimous", 2, 0, False),
        ("majority", 2, 1, True),
        ("majority", 2, 2, False),
        ("three quarters", 3, 1, True),
        ("three quarters", 5, 2, False),
    ],
)
def test_the_rule_and_the_quorum_decide(world: World, rule: str, yes: int, no: int, passes: bool) -> None:
    from covenant.relate.types import DecisionRule, Forum

    assert rules.passes(Forum(rule=DecisionRule(rule), quorum=3), yes, no) is passes


def test_what_touches_procurement_is_warned_of(world: World) -> None:
    words = found(begin(world)).shown.words
    assert rules.material_changes(words, replace(words, purpose="Else"), False) == []
    dearer = replace(words, contract=replace(words.contract, value=1))
    assert rules.material_changes(words, dearer, False) == ["The value of the contract would change."]
    longer = replace(words, contract=replace(words.contract, ends=date(2030, 1, 1)))
    assert "length" in rules.material_changes(words, longer, True)[0]
    assert len(rules.material_changes(words, longer, True)) == 2
    bound = replace(words, legal_status=LegalStatus.BINDING)
    assert rules.material_changes(words, bound, False) == ["What binds in law would change."]
    alone = replace(words, contract=Contract())
    assert rules.material_changes(alone, alone, True) == []


def test_the_record_holds_no_name_and_erasing_reaches_it_here(world: World) -> None:
    id = begin(world)
    activate(world, id)
    told = str([(entry.kind, entry.body) for entry in recorded()])
    assert "Lea" not in told
    assert "named.example" not in told
    hash, salt = found(id).shown.hash, bytes(Member.objects.get(user__name="Lea").salt)
    erasing.erase_person(email="lea@named.example", reason="At their wish", at=NOW)
    kept = str(all_that_is_kept())
    assert "lea@named" not in kept
    assert repr(salt) not in kept
    after = found(id)
    assert after.shown.hash == hash
    assert content_hash(after.shown.words, after.shown.members) == hash
    assert after.standing is Standing.WAITING
    assert "Lea" not in str(reads.agreement("alongside", asked_by=world.actor("convenor"), today=TODAY))


def test_somebody_erased_is_out_of_what_was_not_in_force_yet(world: World) -> None:
    id = begin(world)
    erasing.erase_person(email="ines@named.example", reason="At their wish", at=NOW)
    assert len(found(id).shown.members) == 7
    activate(world, id, but=("Lou",))
    erasing.erase_person(email="lou@named.example", reason="At their wish", at=NOW)
    assert found(id).versions[0].state is VersionState.WITHDRAWN


def test_strangers_see_no_draft_and_no_names(world: World) -> None:
    id = begin(world)
    for who in ("public", "stranger", "business"):
        with pytest.raises(NotFound):
            reads.agreement("alongside", asked_by=world.actor(who), today=TODAY)
    assert reads.agreements(place=world.place, asked_by=world.actor("public"), today=TODAY) == []
    assert len(reads.agreements(place=world.place, asked_by=someone("Lea"), today=TODAY)) == 1
    activate(world, id, but=("Lou",))
    lou = member(id, "Lou", world)
    hash = found(id).versions[0].hash
    actions.consent(by=someone("Lou"), agreement=id, member=lou, hash=hash, shows_name=True, at=NOW)
    seen = reads.agreement("alongside", asked_by=world.actor("public"), today=TODAY)
    assert [each.name for each in seen.members if each.name] == ["Lou"]
    mine = reads.agreement("alongside", asked_by=someone("Lea"), today=TODAY)
    assert len([each for each in mine.members if each.name]) == 6


def test_a_version_with_somebody_who_left_meanwhile_never_comes(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.propose_change(by=someone("Finn"), agreement=id, why="We learnt", at=NOW)
    hash = activate(world, id, but=("Lea",))
    _leave(world, id, "Faye", days=0)
    later = NOW + timedelta(days=1)
    with pytest.raises(NotPossible, match="has left since"):
        actions.consent(by=someone("Lea"), agreement=id, member=member(id, "Lea", world), hash=hash, at=later)
    assert found(id, later).active.number == 1  # type: ignore[union-attr]


def test_people_whom_only_names_tell_apart_have_numbers(world: World) -> None:
    id = begin(world)
    activate(world, id)
    seen = reads.agreement("alongside", asked_by=world.actor("public"), today=TODAY)
    offices = [each.shown for each in seen.members if each.is_person]
    assert "Person with lived experience 1" in offices
    assert "Frontline worker 2, Friends of Testing" in offices
    assert len(set(offices)) == 6


def test_whoever_is_named_is_not_forgotten_for_not_signing_in(world: World) -> None:
    id = begin(world)
    lea, finn = (someone(name).user for name in ("Lea", "Finn"))
    assert {lea, finn} <= reads.officeholders()
    activate(world, id)
    _leave(world, id, "Lea")
    assert lea not in reads.officeholders()
    assert finn in reads.officeholders()
    long_ago = NOW + timedelta(days=2000)
    assert retention.RULES[-1].name == "people"
    User.objects.filter(id__in=[lea, finn]).update(last_login=NOW)
    retention.RULES[-1].remove(long_ago, long_ago)
    assert not User.objects.get(id=lea).is_active
    assert User.objects.get(id=finn).is_active


@pytest.mark.parametrize(
    ("contract", "why"),
    [
        (Contract(scope="Support"), "which contract"),
        (Contract(" ", value=1), "which contract"),
        (Contract("Contract 12", ends=date(2028, 3, 31)), "on which day"),
    ],
)
def test_all_that_is_said_of_a_contract_is_shown(contract: Contract, why: str) -> None:
    rules.check_contract(Contract())
    rules.check_contract(Contract("Contract 12", starts=date(2026, 4, 1)))
    with pytest.raises(NotPossible, match=why):
        rules.check_contract(contract)


def test_what_differs_tells_of_behaviours_that_say_the_same_and_of_what_is_in_return(world: World) -> None:
    version = found(begin(world)).shown
    words, principle = version.words, version.words.principles[0]
    first = principle.behaviours[0]
    two = replace(principle, behaviours=(first, replace(first, key="again", good="Old")))
    one = replace(two, behaviours=(first, replace(first, key="again", good="New")))
    old = replace(words, principles=(two, *words.principles[1:]))
    promises = tuple(replace(each, reciprocal_of="") for each in words.promises)
    new = replace(words, principles=(one, *words.principles[1:]), promises=promises)
    seen = differences((old, version.members), (new, version.members), {})
    assert [each.label for each in seen] == [f"Behaviour “{first.text}” 2", "Promise 2"]
    assert "In return for: Pay within ten days" in "".join(run.text for run in seen[1].runs if run.goes)
