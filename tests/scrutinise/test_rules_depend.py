"""Each question depends on its own fields and on no other; each of them can turn it."""

import random
from dataclasses import replace

import pytest

from covenant.scrutinise.engine import referee
from covenant.scrutinise.programme import (
    NOT_STATED,
    Age,
    Costing,
    Duty,
    Funding,
    Kind,
    LevelReason,
    Size,
    Span,
    Work,
    Young,
)
from tests.scrutinise import programmes as planted

DEPENDS = {
    "started_by": ("direction.starts", "parity.starts", "tiers", "youth"),
    "problem_defined_by": ("tiers", "youth"),
    "decided_by": ("direction.decides", "direction.consultation", "parity.decides", "tiers", "youth"),
    "money_controlled_by": ("direction.money", "parity.money", "tiers"),
    "money_received_by": (),
    "enforced_by": ("parity.enforces",),
    "power_held_by": ("tiers",),
    "affected": ("direction", "youth"),
    "consultation_held": ("direction.consultation", "tiers", "youth"),
    "consultation_promised": ("direction.consultation", "tiers", "youth"),
    "level_reasons": ("direction",),
    "duties": ("duty", "parity", "tiers"),
    "parties": ("tiers", "youth"),
    "owner": ("tiers", "silos"),
    "outcomes": ("silos.outcomes",),
    "people": ("silos.people",),
    "places": ("silos.places",),
    "joined_with": ("silos",),
    "instrument": (),
    "text": (),
    "kind": (),
    "where": (),
}


def another(rng, field):
    """Some other content of a field."""
    sized = [replace(actor, size=rng.choice(list(Size)), young=Young.NO) for actor in planted.EVERYBODY]
    everybody = (*sized, planted.PUPILS)
    people = [NOT_STATED, (), *((actor,) for actor in everybody)]
    others = {
        "instrument": [NOT_STATED, "a fund", "a law"],
        "text": [NOT_STATED, "bail", "pour"],
        "kind": list(Kind),
        "level_reasons": [(), (LevelReason.RIGHTS,)],
        "where": [(), (("decided_by", "p. 9"),)],
        "duties": [
            NOT_STATED,
            (),
            *((Duty("bail", (a,), funding=Funding.NONE, work=rng.choice(list(Work))),) for a in everybody),
        ],
        **{field: [NOT_STATED, (), words] for field, words in planted.WORDS.items()},
        "joined_with": [NOT_STATED, (), ("P1", "P2", "P3")],
    }
    return rng.choice(others.get(field, people))


def figures(programme):
    reading = referee.ask(programme, planted.KEEN)
    answers = (*reading.questions, *reading.unasked)
    return {answer.id: (answer.metric, answer.limits, type(answer).__name__) for answer in answers}


@pytest.mark.parametrize("field", DEPENDS)
def test_changing_a_field_changes_only_what_depends_on_it_and_does_change_it(field):
    turned, dependent = set(), {id for id in figures(planted.programme()) if id.startswith(DEPENDS[field])}
    for seed in range(1_500 if DEPENDS[field] else 50):
        if dependent and turned == dependent and seed > 150:
            break
        rng = random.Random(seed)
        programme = planted.more(rng, planted.any_programme(rng, told=0.9, proposals=3), told=0.95)
        place = rng.randrange(3)
        changed = replace(programme.proposals[place], **{field: another(rng, field)})
        proposals = (*programme.proposals[:place], changed, *programme.proposals[place + 1 :])
        before, after = figures(programme), figures(replace(programme, proposals=proposals))
        touched = {id for id in before if before[id] != after[id]}
        assert touched <= dependent
        turned |= {id for id in touched if before[id][2] != after[id][2]}
    assert turned == dependent


@pytest.mark.parametrize(
    ("change", "depends"),
    [
        ({"text": "pour"}, ()),
        ({"age": Age.NEW}, ()),
        ({"costing": Costing.NOT_COSTED}, ()),
        ({"where": "p. 3"}, ()),
        ({"funding": Funding.FUNDED}, ("duty",)),
        ({"on": (planted.STREET,)}, ("parity",)),
        ({"work": Work.UNPAID}, ("parity",)),
        ({"funded_for": Span.PART}, ()),
    ],
)
def test_changing_a_duty_changes_only_what_depends_on_it(change, depends):
    rng = random.Random(7)
    duty = Duty("bail", (planted.BAILERS,), funding=Funding.NONE)
    programme = planted.programme(*(planted.from_above(rng, duties=(duty,)) for _ in range(3)))
    first = replace(programme.proposals[0], duties=(replace(duty, **change),))
    before = figures(programme)
    after = figures(replace(programme, proposals=(first, *programme.proposals[1:])))
    touched = {id for id in before if before[id] != after[id]}
    assert {id.split(".")[0] for id in touched} == set(depends)
