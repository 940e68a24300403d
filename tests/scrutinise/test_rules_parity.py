"""Unequal parts between sectors: planted programmes, near misses and fair controls, and the plain twin."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine import parity, referee
from covenant.scrutinise.engine.sectors import parts
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    Funding,
    Proposal,
    Size,
    Work,
)
from covenant.scrutinise.types import Question
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants import parity as plants
from tests.scrutinise.plants.plant import expected, found

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


FACTS = {"sector": list(Sector), "tier": [Tier.NATION, Tier.PARISH], "size": list(Size)}
ANYBODY = [Actor("x", *way[:2], size=way[2]) for way in itertools.product(*FACTS.values())]


def drawn(rng, field, told):
    """A proposal with duties and one power, of which now and then something is not stated."""

    def perhaps(fact):
        return fact if rng.random() < told else NOT_STATED

    def people():
        return tuple(
            Actor("x", **{fact: perhaps(rng.choice(values)) for fact, values in FACTS.items()})
            for _ in range(rng.choice([0, 1, 1, 2]))
        )

    def duty():
        return Duty("bail", perhaps(people()), work=perhaps(rng.choice(list(Work))))

    duties = tuple(duty() for _ in range(rng.choice([0, 1, 1, 2])))
    return Proposal("P", **{field: perhaps(people()), "duties": perhaps(duties)})


def filled(proposal, field):
    powers = list(stated(getattr(proposal, field)))
    if proposal.duties is NOT_STATED:
        new = [Duty("x", (actor,), work=work) for actor in ANYBODY for work in Work]
        duties = [(), *((duty,) for duty in new)]
    else:
        each = [
            [
                replace(duty, on=on, work=work)
                for on in stated(duty.on)
                for work in (list(Work) if duty.work is NOT_STATED else [duty.work])
            ]
            for duty in proposal.duties
        ]
        duties = list(itertools.product(*each))
    others = dict.fromkeys(plants.POWERS.values(), ())
    for holders, carried in itertools.product(powers, duties):
        yield replace(proposal, **{**others, field: holders}, duties=carried)


def stated(actors):
    if actors is NOT_STATED:
        return [(), *((actor,) for actor in ANYBODY)]
    each = [
        [a for a in ANYBODY if all(getattr(actor, f) in (NOT_STATED, getattr(a, f)) for f in FACTS)]
        for actor in actors
    ]
    return list(itertools.product(*each))


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 10**9),
    st.sampled_from(list(plants.POWERS)),
    st.sampled_from([planted.HOUSE, planted.KEEN]),
)
def test_figures_and_bounds_are_those_of_every_way_of_stating_it(seed, power, thresholds):
    rng, field = random.Random(seed), plants.POWERS[power]
    proposals, ways = [], []
    while len(proposals) < 3:
        proposal = drawn(rng, field, rng.choice([0.8, 0.95, 1]))
        way = list(itertools.islice(filled(proposal, field), 801))
        if len(way) <= 800:
            proposals.append(proposal)
            ways.append([plants.plainly(planted.programme(each)) for each in way])
    answers = parity.ask(planted.programme(*proposals), thresholds)
    seen = 0
    for answer in answers:
        if answer.id.split(".")[1] in (power, "volunteers"):
            cases = [{outcome for plain in way for outcome in plain[answer.id].values()} for way in ways]
            assert found(answer) == expected(cases, thresholds["parity"]), answer.id
            assert bool(answer.limits.not_stated) or not answer.metric.undetermined
            seen += 1
    assert seen == 10


def answers(*proposals):
    reading = referee.ask(planted.programme(*proposals), planted.KEEN)
    return {answer.id: answer for answer in (*reading.questions, *reading.unasked)}


def test_small_is_said_only_of_bodies_that_are_not_the_state_and_local_only_of_bodies():
    for actor in plants.SIZED:
        carried = Proposal(
            "P", enforced_by=(Actor("x", Sector.RESIDENTS, Tier.NATION),), duties=(Duty("x", (actor,)),)
        )
        found = answers(carried)
        small = actor.sector.value in ("civil society", "business") and actor.size is Size.SMALL
        local = actor.sector is not Sector.RESIDENTS and actor.tier in (
            Tier.NEIGHBOURHOOD,
            Tier.PARISH,
            Tier.DISTRICT,
        )
        assert found["parity.enforces.small-bodies"].metric.n == small
        assert found["parity.enforces.local-bodies"].metric.n == local


def test_a_body_of_no_stated_size_is_neither_small_nor_large():
    shut_out = Proposal("P", enforced_by=(planted.MINISTRY,), duties=(Duty("x", (planted.BAILERS,)),))
    metric = answers(shut_out)["parity.enforces.small-bodies"].metric
    assert (metric.count, metric.n, metric.undetermined) == (0, 0, 1)


def test_money_received_is_shown_beside_and_is_no_control_of_it():
    before = burdened(Sector.CIVIL_SOCIETY, (planted.COUNCIL,))
    paid = replace(before, money_received_by=(planted.BAILERS,))
    unpaid = replace(before, money_received_by=())
    answer = answers(before, paid, unpaid, unpaid)["parity.money.civil-society"]
    assert isinstance(answer, Question) and answer.metric.count == 4
    (figure,) = answer.beside
    assert (
        figure.name
        == "of these, where it can be told: money received by civil society, which is no control of it"
    )
    assert (figure.count, figure.n) == (1, 3)


def test_a_way_out_is_shown_beside_the_want_of_a_say():
    before = burdened(Sector.CIVIL_SOCIETY, (planted.COUNCIL,), may_opt_out=(planted.BAILERS,))
    (figure,) = answers(before)["parity.decides.civil-society"].beside
    assert (figure.name, figure.count, figure.n) == (
        "of these, where it can be told: a way out for civil society", 1, 1
    )  # fmt: skip


def test_one_paid_duty_is_enough_and_residents_and_the_state_are_not_asked_about_as_volunteers():
    unpaid = Duty("bail", (planted.BAILERS,), work=Work.UNPAID)
    paid = replace(unpaid, work=Work.PAID)
    found = answers(Proposal("P", duties=(unpaid, unpaid)))
    assert {id for id in found if ".volunteers." in id} == {
        f"parity.volunteers.{g}" for g in plants.VOLUNTEERS
    }
    assert isinstance(found["parity.volunteers.civil-society"], Question)
    assert not isinstance(
        answers(Proposal("P", duties=(unpaid, paid)))["parity.volunteers.civil-society"], Question
    )


def test_the_words_of_a_question_can_be_read_aloud():
    found = answers(burdened(Sector.CIVIL_SOCIETY, (planted.COUNCIL,)))["parity.decides.civil-society"]
    assert found.text == (
        "In 1 proposal with a duty on civil society the source also says who must say yes or can stop it; "
        "in it nobody from civil society is among those named. What say have those who carry the duties?"
    )
    three = answers(*[burdened(Sector.CIVIL_SOCIETY, (planted.COUNCIL,))] * 3)["parity.starts.civil-society"]
    assert "also says who starts them; in 3 of them nobody from civil society is among those" in three.text
