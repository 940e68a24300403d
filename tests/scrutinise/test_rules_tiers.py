"""Bodies that hold the power and are absent: the twin, the bounds, who is the same, who is named at all."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine import referee, tiers
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Proposal
from covenant.scrutinise.types import Question
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants import tiers as plants
from tests.scrutinise.plants.plant import expected, found

NOBODY = Proposal("P", duties=(), **dict.fromkeys(tiers.PRESENT, ()))


def ask(*proposals, thresholds=planted.HOUSE):
    (answer,) = tiers.ask(planted.programme(*proposals), thresholds)
    return answer


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9), st.sampled_from([planted.HOUSE, planted.KEEN]))
def test_figures_and_bounds_are_those_of_every_way_of_stating_it(seed, thresholds):
    rng = random.Random(seed)
    proposals = [plants.drawn(rng) for _ in range(4)]
    cases = [plants.possible(proposal) for proposal in proposals]
    answer = ask(*proposals, thresholds=thresholds)
    assert found(answer) == expected(cases, thresholds["tiers"])
    assert bool(answer.limits.not_stated) or not answer.metric.undetermined


@pytest.mark.parametrize("field", [*tiers.PRESENT, "duties"])
def test_a_part_in_any_field_is_enough(field):
    absent = replace(NOBODY, power_held_by=(planted.SHIRE,))
    assert isinstance(ask(absent), Question)
    part = (Duty("bail", (planted.SHIRE,)),) if field == "duties" else (planted.SHIRE,)
    assert ask(absent, replace(absent, **{field: part})).metric.count == 1
    assert not isinstance(ask(replace(absent, **{field: part})), Question)
    assert not isinstance(ask(replace(absent, **{field: NOT_STATED})), Question)


@pytest.mark.parametrize("field", ["affected", "money_received_by", "enforced_by", "may_end", "may_opt_out"])
def test_to_be_affected_or_to_hold_another_power_is_no_part(field):
    absent = replace(NOBODY, power_held_by=(planted.SHIRE,), **{field: (planted.SHIRE,)})
    assert isinstance(ask(absent), Question)


@pytest.mark.parametrize(
    ("named", "outcome"),
    [
        (Actor(), "open"),
        (Actor(sector=Sector.STATE), "open"),
        (Actor(tier=Tier.COUNTY), "open"),
        (Actor(sector=Sector.BUSINESS), "absent"),
        (Actor(tier=Tier.DISTRICT), "absent"),
        (Actor(sector=Sector.STATE, tier=Tier.COUNTY), "present"),
        (Actor("  dripshire COUNTY council"), "present"),
        (Actor("Another County Council", Sector.STATE, Tier.COUNTY), "absent"),
    ],
)
def test_who_is_the_same_by_name_or_else_by_sector_and_tier(named, outcome):
    for holder, other in ((planted.SHIRE, named), (named, planted.SHIRE)):
        metric = ask(replace(NOBODY, power_held_by=(holder,), parties=(other,))).metric
        told = {"absent": (1, 1, 0), "present": (0, 1, 0), "open": (0, 0, 1)}[outcome]
        assert (metric.count, metric.n, metric.undetermined) == told


def test_a_single_absent_body_among_those_present_counts_and_is_named_beside():
    proposal = replace(NOBODY, power_held_by=(planted.SHIRE, planted.COUNCIL), owner=(planted.COUNCIL,))
    answer = ask(*[proposal] * 2)
    assert "In 2 proposals it can be told who holds the power for them" in answer.text
    assert [(figure.name, figure.count, figure.n) for figure in answer.beside] == [
        ("of these, without Dripshire County Council (state, county)", 2, 2)
    ]


def test_a_long_list_of_absent_bodies_is_cut_and_the_rest_counted():
    crowd = tuple(Actor(f"Board {n:02}") for n in range(25))
    beside = ask(replace(NOBODY, power_held_by=crowd)).beside
    assert len(beside) == 11 and (beside[-1].count, beside[-1].n) == (15, 25)


def test_who_is_named_by_tier_counts_proposals_that_name_somebody():
    somebody = Actor("partners")
    proposals = [
        Proposal("P", decided_by=(planted.COUNCIL, planted.MINISTRY)),
        Proposal("P", affected=(planted.STREET,)),  # residents are no body
        Proposal("P", duties=(Duty("bail", (planted.COUNCIL, somebody)),)),
        Proposal("P", owner=()),
    ]
    parts = {part.tier: (part.count, part.n) for part in tiers.named(planted.programme(*proposals))}
    assert list(parts) == list(Tier)
    assert parts[Tier.DISTRICT] == (2, 3)
    assert parts[Tier.NATION] == (1, 2)  # it is open whether the partners are of the nation
    assert parts[Tier.REGION] == parts[Tier.NEIGHBOURHOOD] == (0, 2)
    assert referee.ask(planted.programme(*proposals), planted.HOUSE).tiers == tiers.named(
        planted.programme(*proposals)
    )
