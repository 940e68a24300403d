"""Consent part by part: a refusal holds up what it touches, and nothing else."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from covenant.agree import actions, reads
from covenant.agree.models import Clause, Version
from covenant.agree.types import GroundKind, Section, SectionKind, Term, VersionState, VersionView
from covenant.place.types import NotAllowed, NotPossible, Tier
from tests.personas import NOW, World, add_clause, all_that_is_kept, sign_all, signed_in
from tests.records import recorded

SIDES = ("council", "charity", "business")
LATER = NOW + timedelta(days=57)


def three(world: World) -> UUID:
    """In force between three: 1 to residents, 2 council to charity, 3 charity to council, 4 to traders."""
    draft = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Ours",
        slug="ours",
        purpose="P",
        parties=[world.parties[name] for name in SIDES],
        at=NOW,
    )
    add_clause(world, draft)
    add_clause(world, draft, debtor="council", creditor="charity")
    add_clause(world, draft, debtor="charity", creditor="council")
    add_clause(world, draft, debtor="council", creditor="business")
    sign_all(world, draft, by=SIDES)
    return draft


def change(world: World, first: UUID, who: str = "convenor") -> UUID:
    return actions.draft_change(
        by=world.actor(who),
        covenant=Version.objects.get(id=first).covenant_id,
        why="w",
        party=world.parties.get(who),
        at=NOW,
    )


def reword(
    world: World, version: UUID, number: int, text: str, who: str = "convenor", **more: object
) -> None:
    row = Clause.objects.get(version=version, commitment__number=number)
    words: dict = {
        "debtor": row.debtor_id,
        "creditors": list(row.creditors.values_list("id", flat=True)),
        "measure": row.measure,
        "due": row.due,
        "tier": Tier(row.tier),
        "outcome": row.outcome,
        "text": text,
        **more,
    }
    actions.word_clause(by=world.actor(who), version=version, clause=row.id, today=NOW.date(), **words)


def propose(world: World, version: UUID, who: str = "convenor") -> str:
    return actions.propose(by=world.actor(who), version=version, at=NOW)


def sign(world: World, version: UUID, who: str, refusing: dict[str, str] | None = None) -> VersionState:
    hash = Version.objects.get(id=version).hash
    return actions.sign(
        by=world.actor(who),
        version=version,
        party=world.parties[who],
        hash=hash,
        refusing=refusing,
        at=NOW,
    )


def texts(view: VersionView | None) -> dict[int, str]:
    assert view is not None
    return {clause.number: clause.text for clause in view.clauses}


def now(world: World) -> VersionView | None:
    return reads.covenant("ours", asked_by=world.actor("convenor"), today=NOW.date()).in_force


def test_one_refuses_one_clause_and_the_others_go_on(world: World) -> None:
    first = three(world)
    second = change(world, first)
    for number in (2, 3, 4):
        reword(world, second, number, f"New {number}")
    propose(world, second)
    assert sign(world, second, "business") is VersionState.PROPOSED
    assert sign(world, second, "charity", {"clauses:3": "Too dear"}) is VersionState.PROPOSED
    assert sign(world, second, "council") is VersionState.IN_PART
    found = now(world)
    assert texts(found) == {
        1: "Open the hall on Sundays",
        2: "New 2",
        3: "Open the hall on Sundays",
        4: "New 4",
    }
    assert found is not None
    assert (found.number, found.settles) == (3, 2)
    entries = [entry for entry in recorded() if entry.kind in ("part.refused", "version.in_force")]
    assert [entry.body.get("part") or entry.body["number"] for entry in entries] == [1, "clauses:3", 3]
    assert entries[-1].body["agreed"] == ["clauses:2", "clauses:4"]
    assert entries[-1].body["of"] == str(second)
    assert "Too dear" not in str([entry.data for entry in entries])
    page = signed_in(world, "public").get("/covenants/ours/versions/2/").text
    assert "Too dear" in page
    assert "What was agreed of it is in version 3." in page


def test_a_whole_refusal_leaves_what_does_not_touch_the_one_who_refuses(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 2, "New 2")
    reword(world, second, 4, "New 4")
    propose(world, second)
    actions.refuse(
        by=world.actor("business"), version=second, party=world.parties["business"], reason="No", at=NOW
    )
    assert sign(world, second, "charity") is VersionState.PROPOSED
    assert sign(world, second, "council") is VersionState.IN_PART
    assert texts(now(world))[2] == "New 2"
    assert texts(now(world))[4] == "Open the hall on Sundays"


def test_clauses_that_depend_on_one_another_stand_or_fall_together(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 3, "If you do")
    link = Clause.objects.get(version=second, commitment__number=3).commitment_id
    reword(world, second, 2, "We will", reciprocals=[link])
    reword(world, second, 4, "New 4")
    propose(world, second)
    view = reads.covenant("ours", asked_by=world.actor("public"), today=NOW.date(), also=[2]).versions[0]
    assert view.clauses[1].reciprocals[0].number == 3
    with pytest.raises(NotPossible, match="does not change anything"):
        sign(world, second, "charity", {"clauses:3": "No"})
    sign(world, second, "business")
    with pytest.raises(NotPossible, match="every part of it"):
        sign(world, second, "charity", {"clauses:2": "No"})
    in_part = sign(world, second, "council", {"clauses:2": "No"})
    assert in_part is VersionState.IN_PART, "nothing is left that the charity could agree to"
    assert texts(now(world)) == {**dict.fromkeys((1, 2, 3), "Open the hall on Sundays"), 4: "New 4"}


@pytest.mark.parametrize(
    "refusing", [{"clauses:2": " "}, {"clauses:4": "x"}, {"frame": "x"}, {"": "x"}, {"clauses:99": "x"}]
)
def test_a_part_that_is_not_asked_or_a_reason_that_is_not_given_is_refused_and_nothing_is_signed(
    world: World, refusing: dict[str, str]
) -> None:
    first = three(world)
    second = change(world, first)
    for number in (2, 3):
        reword(world, second, number, f"New {number}")
    propose(world, second)
    kept = all_that_is_kept()
    with pytest.raises(NotPossible):
        sign(world, second, "charity", refusing)
    assert all_that_is_kept() == kept


def test_who_does_not_answer_in_time_has_not_consented_and_holds_nobody_up(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 2, "New 2")
    reword(world, second, 4, "New 4")
    propose(world, second)
    sign(world, second, "council")
    sign(world, second, "charity")
    assert actions.settle_due(at=NOW + timedelta(days=56)) == 0, "the last day is one on which to answer"
    assert actions.settle_due(at=LATER) == 1
    assert texts(now(world))[2] == "New 2"
    assert texts(now(world))[4] == "Open the hall on Sundays"
    assert actions.settle_due(at=LATER) == 0
    with pytest.raises(NotPossible):
        sign(world, second, "business")


def test_a_new_covenant_that_one_party_never_answers_lapses(world: World) -> None:
    draft = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Ours",
        slug="ours",
        purpose="P",
        parties=[world.parties[name] for name in SIDES],
        at=NOW,
    )
    add_clause(world, draft)
    propose(world, draft)
    sign(world, draft, "council")
    assert actions.settle_due(at=LATER) == 1
    assert Version.objects.get(id=draft).state == "lapsed"
    assert now(world) is None
    assert [entry.kind for entry in recorded()][-1] == "version.lapsed"


def test_a_clause_that_is_refused_in_a_new_covenant_is_left_out_of_it(world: World) -> None:
    draft = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Ours",
        slug="ours",
        purpose="P",
        parties=[world.parties[name] for name in SIDES],
        at=NOW,
    )
    add_clause(world, draft)
    add_clause(world, draft, debtor="council", creditor="charity")
    propose(world, draft)
    sign(world, draft, "council")
    sign(world, draft, "business")
    assert sign(world, draft, "charity", {"clauses:2": "Not so"}) is VersionState.IN_PART
    assert list(texts(now(world))) == [1]


def test_a_party_answers_a_version_with_other_words_and_those_are_agreed(world: World) -> None:
    first = three(world)
    second = change(world, first)
    reword(world, second, 2, "Open it on Mondays")
    propose(world, second)
    counter = actions.draft_change(
        by=world.actor("charity"),
        covenant=Version.objects.get(id=first).covenant_id,
        why="Mondays are full",
        party=world.parties["charity"],
        counters=second,
        at=NOW,
    )
    reword(world, counter, 2, "Open it on Tuesdays", who="charity")
    with pytest.raises(NotAllowed):
        reword(world, counter, 2, "Never", who="convenor")
    seen = reads.covenant("ours", asked_by=world.actor("council"), today=NOW.date())
    assert counter not in {view.id for view in seen.versions}, "a party's draft is its own"
    propose(world, counter, "charity")
    sign(world, counter, "council")
    assert sign(world, counter, "charity") is VersionState.IN_FORCE
    assert texts(now(world))[2] == "Open it on Tuesdays"
    assert Version.objects.get(id=second).state == "lapsed", "what it would change has changed"
    assert Version.objects.get(id=counter).counters_id == second


def test_two_changes_of_different_clauses_are_in_nobodys_way(world: World) -> None:
    first = three(world)
    one, other = change(world, first), change(world, first, "business")
    reword(world, one, 2, "New 2")
    reword(world, other, 4, "New 4", who="business")
    propose(world, one)
    propose(world, other, "business")
    sign(world, one, "council")
    assert sign(world, one, "charity") is VersionState.IN_FORCE
    sign(world, other, "council")
    assert sign(world, other, "business") is VersionState.IN_PART
    assert (texts(now(world))[2], texts(now(world))[4]) == ("New 2", "New 4")


def test_a_party_joins_with_the_consent_of_those_it_meets(world: World) -> None:
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
    sign_all(world, draft)
    second = change(world, draft)
    actions.set_parties(
        by=world.actor("convenor"), version=second, parties=[world.parties[name] for name in SIDES]
    )
    add_clause(world, second, debtor="business", creditor="council")
    propose(world, second)
    assert {party.name for party in reads.version(second)[1].needed} == {
        "Testing District Council",
        "Testing Traders",
    }
    joins = f"joins:{world.parties['business']}"
    with pytest.raises(NotPossible, match="does not change anything"):
        sign(world, second, "council", {"frame": "No"})
    assert sign(world, second, "council", {joins: "Not yet"}) is VersionState.REFUSED
    assert len(now(world).parties) == 2  # type: ignore[union-attr]


def test_sections_and_term_concern_everyone_and_are_part_of_what_is_signed(world: World) -> None:
    first = three(world)
    second = change(world, first)
    actions.word_frame(
        by=world.actor("convenor"),
        version=second,
        purpose="P",
        sections={SectionKind.FUNDING: "Three years at a time", SectionKind.WORDS: " "},
        term=Term(date(2026, 4, 1), date(2029, 3, 31), date(2027, 4, 1)),
    )
    hash = propose(world, second)
    assert len(reads.version(second)[1].needed) == 3
    for who in SIDES:
        sign(world, second, who)
    found = now(world)
    assert found is not None
    assert found.hash == hash
    assert found.sections == (Section(SectionKind.FUNDING, "Three years at a time"),)
    assert found.term.review == date(2027, 4, 1)
    third = change(world, first)
    view = reads.version(third)[1]
    assert (view.sections, view.term) == (found.sections, found.term)
    for term in (
        Term(date(2026, 4, 2), date(2026, 4, 1)),
        Term(date(2026, 4, 2), None, date(2026, 4, 1)),
        Term(None, date(2026, 4, 1), date(2026, 4, 2)),
    ):
        with pytest.raises(NotPossible):
            actions.word_frame(by=world.actor("convenor"), version=third, purpose="P", sections={}, term=term)


def test_nobody_who_owes_a_promise_together_is_named_twice_or_owes_only_themselves(world: World) -> None:
    first = three(world)
    second = change(world, first)
    council, charity = world.parties["council"], world.parties["charity"]
    for more in (
        {"together": [council]},
        {"together": [charity, charity]},
        {"together": [world.parties["residents"]]},
        {"together": [charity], "creditors": [council, charity]},
    ):
        with pytest.raises(NotPossible):
            reword(world, second, 2, "x", **more)
    reword(world, second, 4, "x", together=[charity])
    propose(world, second)
    assert world.parties["charity"] in {party.id for party in reads.version(second)[1].needed}


def test_a_commitment_depends_only_on_another_of_the_same_draft(world: World) -> None:
    first = three(world)
    second = change(world, first)
    own = Clause.objects.get(version=second, commitment__number=2).commitment_id
    for target in (own, UUID(int=7)):
        with pytest.raises(NotPossible, match="another one of the same draft"):
            reword(world, second, 2, "x", reciprocals=[target])
    reword(world, second, 3, "x", reciprocals=[own])
    clause = Clause.objects.get(version=second, commitment__number=2)
    actions.drop_clause(by=world.actor("convenor"), version=second, clause=clause.id)
    assert not Clause.objects.get(version=second, commitment__number=3).reciprocals.exists()


def test_only_a_party_drafts_for_a_party_and_has_one_open_version(world: World) -> None:
    first = three(world)
    change(world, first, "charity")
    with pytest.raises(NotPossible, match="open version already"):
        change(world, first, "charity")
    covenant = Version.objects.get(id=first).covenant_id
    for who, party in (("convenor", "charity"), ("council", "charity"), ("public", "council")):
        with pytest.raises(NotAllowed):
            actions.draft_change(
                by=world.actor(who), covenant=covenant, why="w", party=world.parties[party], at=NOW
            )
    change(world, first, "council")
    change(world, first)
    assert Version.objects.filter(state="draft").count() == 3


def test_a_part_can_be_grounded_and_dropped_by_the_party_that_drafts(world: World) -> None:
    first = three(world)
    mine = change(world, first, "charity")
    clause = Clause.objects.get(version=mine, commitment__number=3)
    actions.cite_source(
        by=world.actor("charity"),
        version=mine,
        clause=clause.id,
        kind=GroundKind.NEED,
        text="t",
        source="s",
        today=NOW.date(),
    )
    with pytest.raises(NotAllowed):
        actions.drop_clause(by=world.actor("charity"), version=mine, clause=clause.id)
    with pytest.raises(NotAllowed):
        actions.drop_clause(by=world.actor("charity"), version=mine, clause=clause.id, today=date(2027, 1, 1))
