"""What was not found: counted apart from questions, ended by any statement, never a fault."""

from __future__ import annotations

import random
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Tier
from covenant.scrutinise.engine import gaps, referee, tiers
from covenant.scrutinise.engine.fields import in_words
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    Funding,
    Inherited,
    Kind,
    Participation,
    Programme,
    Proposal,
    Relation,
)
from tests.scrutinise import programmes as planted

seeds = st.integers(0, 10**9)


def found(programme: Programme, thresholds=planted.HOUSE) -> dict[str, object]:
    return {gap.id: gap for gap in gaps.find(programme, thresholds)}


def test_what_three_and_half_do_not_say_is_a_gap_and_what_two_do_not_say_is_none():
    told, silent = Proposal("P", deadline="by May"), Proposal("P")
    assert "gaps.deadline" in found(planted.programme(*[silent] * 3, *[told] * 3))
    assert "gaps.deadline" not in found(planted.programme(*[silent] * 3, *[told] * 4))
    assert "gaps.deadline" not in found(planted.programme(*[silent] * 2))


def test_a_field_that_the_source_rules_out_is_stated():
    ruled_out = Proposal("P", deadline="", owner=(), measure="", money="", route="")
    assert not {
        gap for gap in found(planted.programme(*[ruled_out] * 5)) if "deadline" in gap or "owner" in gap
    }


def test_means_time_and_owner_matter_only_where_a_consultation_is_promised():
    promised = Proposal("P", consultation_promised=(planted.STREET,))
    for silent in (Proposal("P"), replace(promised, consultation_promised=())):
        assert "gaps.consultation-means" not in found(planted.programme(*[silent] * 9))
    gap = found(planted.programme(*[promised] * 3, *[Proposal("P")] * 4))["gaps.consultation-means"]
    assert (gap.metric.count, gap.metric.n, gap.about) == (3, 3, ("P1", "P2", "P3"))


def test_a_part_that_was_promised_is_looked_for_among_what_was_done():
    promised = Proposal("P", participation_promised=Participation.INVOLVE)
    assert "gaps.participation-evidenced" in found(planted.programme(*[promised] * 3))
    nothing = replace(promised, participation_promised=Participation.NONE)
    assert "gaps.participation-evidenced" not in found(planted.programme(*[nothing] * 3))


def test_money_is_looked_for_duty_by_duty():
    duties = (Duty("bail"), Duty("pour", funding=Funding.FUNDED), Duty("mop"))
    gap = found(planted.programme(*[Proposal("P", duties=duties)] * 2))["gaps.funding"]
    assert (gap.metric.count, gap.metric.n, gap.about) == (4, 6, ("P1", "P2"))


def test_tiers_at_which_nobody_is_named_are_found_once_anybody_is():
    assert "gaps.tiers" not in found(planted.programme(*[Proposal("P")] * 9))
    gap = found(planted.programme(Proposal("P", owner=(planted.SHIRE,), affected=(planted.STREET,))))[
        "gaps.tiers"
    ]
    assert gap.about == ("parish", "district", "region", "nation")  # residents are somebody
    everywhere = tuple(Actor(tier.value, tier=tier) for tier in Tier)
    assert "gaps.tiers" not in found(planted.programme(Proposal("P", parties=everywhere)))


@settings(deadline=None, max_examples=60)
@given(seeds, st.sampled_from([0.6, 1]))
def test_a_tier_is_a_gap_only_where_the_count_by_tier_names_no_body_there(seed, told):
    programme = planted.any_programme(random.Random(seed), told=told)
    gap = found(programme).get("gaps.tiers")
    none = {part.tier.value for part in tiers.named(programme) if not part.count}
    assert set(gap.about if gap else ()) <= none  # residents are somebody, and no body


def test_what_earlier_documents_held_and_was_not_found_is_named():
    rows = (
        Inherited("a", "The Pump Paper", "mend pumps first", Relation.NOT_FOUND),
        Inherited("b", "The Pump Paper", "ask the streets", Relation.TAKEN_UP, ("P1",)),
        Inherited("c", "The Pump Paper", "paint the pumps"),
    )
    gap = found(replace(planted.programme(Proposal("P")), lineage=rows))["gaps.lineage"]
    assert (gap.metric.count, gap.metric.n, gap.about) == (1, 2, ("a",))
    assert "mend pumps first (The Pump Paper)" in gap.text


def test_every_field_that_can_be_evidence_has_words_for_those_who_read_pages():
    without = {"id", "kind", "instrument", "where", "duties"}
    of_proposals = {field.name for field in fields(Proposal)} - without
    for field in (*of_proposals, "duties", "ends", "heard", "lineage", "review_due", "last_review"):
        assert in_words(field) != field, field
    for field in {field.name for field in fields(Duty)} - {"where"}:
        words = in_words(f"duties 2, {field}")
        assert words.startswith("duty 2: ") and words != f"duty 2: {field}"


def test_every_field_that_names_people_is_among_those_that_are_read_for_tiers():
    people = {field.name for field in fields(Proposal) if field.type == "Actors"}
    assert set(Proposal.ACTORS) == people


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_a_gap_is_never_a_question_and_counts_what_is_not_stated(seed):
    rng = random.Random(seed)
    programme = planted.any_programme(rng, told=0.5, proposals=6)
    kinds = [replace(each, kind=rng.choice(list(Kind))) for each in programme.proposals]
    programme = replace(programme, proposals=tuple(kinds))
    reading = referee.ask(programme, planted.HOUSE)
    assert {gap.id for gap in reading.gaps}.isdisjoint(question.id for question in reading.questions)
    for field in ("decided_by", "started_by", "money_controlled_by", "consultation_held"):
        plain = [each.id for each in programme.proposals if getattr(each, field) is NOT_STATED]
        gap = found(programme, planted.KEEN).get(f"gaps.{field.replace('_', '-')}")
        assert (gap.about if gap else ()) == (tuple(plain) if len(plain) >= 3 else ())


def test_the_words_say_that_a_gap_is_no_fault():
    for gap in found(planted.programme(*[Proposal("P")] * 4)).values():
        assert "no fault" in gap.caveat
        assert gap.text.endswith("?") and gap.would_answer
