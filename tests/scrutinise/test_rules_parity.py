"""Unequal parts between sectors: planted programmes, near misses and fair controls."""

import random

import pytest

from covenant.place.types import Sector
from covenant.scrutinise.engine import referee
from covenant.scrutinise.engine.sectors import parts
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    Funding,
    Proposal,
)
from tests.scrutinise import programmes as planted

ONE_OF_EACH = {
    Sector.STATE: planted.COUNCIL,
    Sector.CIVIL_SOCIETY: planted.BAILERS,
    Sector.BUSINESS: planted.COOPERS,
    Sector.RESIDENTS: planted.STREET,
}


def burdened(sector, holders, **changes):
    """A proposal in which a sector carries a duty and others hold every power."""
    duty = Duty("bail", (ONE_OF_EACH[sector],), funding=Funding.FUNDED)
    return Proposal("P", **{**dict.fromkeys(planted.POWERS, holders), "duties": (duty,), **changes})


def asked(*proposals):
    return planted.asked(referee.ask(planted.programme(*proposals), planted.HOUSE), "parity")


def ids(sector, *powers):
    return {f"parity.{power}.{sector.value.replace(' ', '-')}" for power in powers}


@pytest.mark.parametrize("seed", range(60))
def test_a_sector_with_duties_and_no_say_is_asked_about_whichever_it_is(seed):
    rng = random.Random(seed)
    sector = rng.choice(list(Sector))
    others = [actor for each, actor in ONE_OF_EACH.items() if each is not sector]
    proposals = [
        burdened(sector, tuple(rng.sample(others, rng.randint(1, 3)))) for _ in range(rng.randint(3, 9))
    ]
    assert asked(*proposals) == ids(sector, "starts", "decides", "money")


@pytest.mark.parametrize("seed", range(60))
def test_near_misses_are_not_asked_about(seed):
    rng = random.Random(seed)
    sector = rng.choice(list(Sector))
    others = tuple(actor for each, actor in ONE_OF_EACH.items() if each is not sector)
    shut_out, let_in = burdened(sector, others), burdened(sector, (*others, ONE_OF_EACH[sector]))
    assert asked(shut_out, shut_out) == set()
    assert asked(*[shut_out] * 7, *[let_in] * 2) == set()
    assert asked(*[shut_out] * 8, *[let_in] * 2) == ids(sector, "starts", "decides", "money")
    assert asked(*[burdened(sector, NOT_STATED)] * 9) == set()
    assert asked(*[burdened(sector, ())] * 9) == set()
    assert asked(*[burdened(sector, (Actor("partners"),))] * 9) == set()
    for duties in ((), NOT_STATED, (Duty("bail"),)):
        assert asked(*[burdened(sector, others, duties=duties)] * 9) == set()


def test_a_good_bottom_up_programme_is_not_asked_about():
    rng = random.Random(1)
    assert asked(*(planted.from_below(rng) for _ in range(8))) == set()


def test_a_central_programme_that_burdens_nobody_but_the_centre_is_not_asked_about():
    duty = Duty("bail", (planted.MINISTRY,), funding=Funding.FUNDED)
    rng = random.Random(2)
    mine = [planted.from_above(rng, duties=(duty,), **dict.fromkeys(planted.POWERS, (planted.MINISTRY,)))]
    assert asked(*mine * 8) == set()


@pytest.mark.parametrize(
    ("field", "power"),
    [("started_by", "starts"), ("decided_by", "decides"), ("money_controlled_by", "money")],
)
def test_each_power_is_asked_about_for_itself(field, power):
    sector = Sector.CIVIL_SOCIETY
    shared = burdened(sector, (planted.COUNCIL, planted.BAILERS), **{field: (planted.COUNCIL,)})
    assert asked(*[shared] * 3) == ids(sector, power)


def test_one_body_of_a_sector_is_enough_and_no_quota_is_asked_for():
    crowd = tuple(Actor(f"Board {n}", Sector.STATE) for n in range(9))
    assert asked(*[burdened(Sector.CIVIL_SOCIETY, (*crowd, planted.BAILERS))] * 9) == set()


def test_being_affected_alone_is_no_duty():
    affected = burdened(Sector.STATE, (planted.COUNCIL,), affected=(planted.STREET, planted.BAILERS))
    assert asked(*[affected] * 9) == set()


def test_the_parts_of_every_sector_are_counted_asked_about_or_not():
    proposals = [burdened(Sector.BUSINESS, (planted.COUNCIL, planted.STREET)), Proposal("P", duties=())]
    found = {(part.sector, part.part): (part.count, part.n) for part in parts(planted.programme(*proposals))}
    assert len(found) == 36
    assert found[Sector.CIVIL_SOCIETY, "defines the problem"] == (0, 1)
    assert found[Sector.RESIDENTS, "may opt out"] == found[Sector.RESIDENTS, "may end it"] == (1, 1)
    assert found[Sector.BUSINESS, "carries duties"] == (1, 2)
    assert found[Sector.STATE, "decides"] == found[Sector.RESIDENTS, "decides"] == (1, 1)
    assert found[Sector.CIVIL_SOCIETY, "decides"] == (0, 1)
    assert found[Sector.STATE, "is affected"] == (0, 0)
