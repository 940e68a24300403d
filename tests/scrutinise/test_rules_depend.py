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
    Finance,
    Funding,
    LevelReason,
    Participation,
    Size,
    Span,
    Work,
    Young,
)
from tests.scrutinise import programmes as planted

DEPENDS = {
    "started_by": ("direction.starts", "parity.starts", "tiers", "youth"),
    "problem_defined_by": ("direction.problem", "tiers", "youth"),
    "decided_by": ("direction.decides", "direction.consultation", "parity.decides", "tiers", "youth"),
    "money_controlled_by": ("direction.money", "parity.money", "tiers"),
    "money_received_by": (),
    "may_opt_out": ("direction.opts-out",),
    "may_end": ("direction.ends",),
    "enforced_by": ("parity.enforces",),
    "power_held_by": ("tiers",),
    "affected": (
        *(f"direction.{name}" for name in planted.POWERS.values()),
        "direction.consultation",
        "youth",
    ),
    "consultation_held": ("direction.consultation", "tiers", "youth"),
    "consultation_promised": ("direction.consultation", "consultation", "tiers", "youth"),
    "consultation_means": ("consultation.means",),
    "consultation_time": ("consultation.time",),
    "consultation_owner": ("consultation.owner",),
    "participation_promised": ("direction.participation", "direction.evidenced"),
    "participation_evidenced": ("direction.evidenced",),
    "level_reasons": ("direction",),
    "duties": ("duty", "parity", "tiers"),
    "parties": ("tiers", "youth"),
    "owner": ("deliverability.owner", "tiers", "silos"),
    "deadline": ("deliverability.deadline",),
    "measure": ("deliverability.measure",),
    "money": ("deliverability.money",),
    "route": ("deliverability.route",),
    "finance": ("finance.value", "finance.return"),
    "public_value": ("finance.value", "finance.return"),
    "investor_return": ("finance.value", "finance.return"),
    "outcomes": ("silos.outcomes", "finance.apart"),
    "people": ("silos.people",),
    "places": ("silos.places",),
    "joined_with": ("silos",),
    "money_from": ("finance.apart",),
    "pooled_with": ("finance.apart",),
    "instrument": (),
    "text": (),
    "where": (),
}

# What `any_programme` and `more` leave out: drawn here, so that a change meets the other fields stated.
DRAWN = ("finance", "public_value", "investor_return", "money_from", "pooled_with")
TEXTS = (*planted.SAID, "deadline", "measure", "money", "route", "public_value", "investor_return")


def another(rng, field):
    """Some other content of a field."""
    sized = [replace(actor, size=rng.choice(list(Size)), young=Young.NO) for actor in planted.EVERYBODY]
    everybody = (*sized, planted.PUPILS)
    people = [NOT_STATED, (), *((actor,) for actor in everybody)]
    others = {
        "instrument": [NOT_STATED, "a fund", "a law"],
        "text": [NOT_STATED, "bail", "pour"],
        **dict.fromkeys(TEXTS, (NOT_STATED, "", "two evenings")),
        **dict.fromkeys(planted.LEVELS, (NOT_STATED, *Participation)),
        "level_reasons": [(), (LevelReason.RIGHTS,)],
        "where": [(), (("decided_by", "p. 9"),)],
        "duties": [NOT_STATED, (), *((duty(rng, actor),) for actor in everybody)],
        **{field: [NOT_STATED, (), words] for field, words in planted.WORDS.items()},
        "joined_with": [NOT_STATED, (), ("P1", "P2", "P3")],
        "finance": [NOT_STATED, *Finance],
        "money_from": [NOT_STATED, (), ("fund",), ("levy",)],
        "pooled_with": [NOT_STATED, (), (), ("P1",)],
    }
    return rng.choice(others.get(field, people))


def duty(rng, actor):
    if rng.random() < 0.5:
        return Duty("bail", (actor,), funding=Funding.NONE, work=rng.choice(list(Work)))
    return Duty("bail", (actor,), Age.NEW, Costing.NOT_COSTED, Funding.PARTLY, funded_for=Span.PART)


OF_COVENANTS = {"sides", "reciprocity", "heard", "review"}  # test_rules_covenants.py holds these to the same


def figures(programme):
    reading = referee.ask(programme, planted.KEEN)
    return {
        answer.id: (answer.metric, answer.limits, type(answer).__name__)
        for answer in (*reading.questions, *reading.unasked)
        if answer.rule not in OF_COVENANTS
    }


@pytest.mark.parametrize("field", DEPENDS)
def test_changing_a_field_changes_only_what_depends_on_it_and_does_change_it(field):
    turned, dependent = set(), {id for id in figures(planted.programme()) if id.startswith(DEPENDS[field])}
    for seed in range(1_500 if DEPENDS[field] else 50):
        if dependent and turned == dependent and seed > 60:
            break
        rng = random.Random(seed)
        programme = planted.more(rng, planted.any_programme(rng, told=0.9, proposals=3), told=0.95)
        drawn = [replace(each, **{f: another(rng, f) for f in DRAWN}) for each in programme.proposals]
        place = rng.randrange(3)
        changed = replace(drawn[place], **{field: another(rng, field)})
        proposals = (*drawn[:place], changed, *drawn[place + 1 :])
        before = figures(replace(programme, proposals=tuple(drawn)))
        after = figures(replace(programme, proposals=proposals))
        touched = {id for id in before if before[id] != after[id]}
        assert touched <= dependent
        turned |= {id for id in touched if before[id][2] != after[id][2]}
    assert turned == dependent


@pytest.mark.parametrize(
    ("change", "depends"),
    [
        ({"text": "pour"}, ()),
        ({"age": Age.NEW}, ("duty.uncosted",)),
        ({"costing": Costing.NOT_COSTED}, ("duty.uncosted",)),
        ({"where": "p. 3"}, ()),
        ({"funding": Funding.FUNDED}, ("duty.unfunded", "duty.part-funded", "duty.short")),
        (
            {"funding": NOT_STATED, "funded_for": Span.WHOLE},
            ("duty.unfunded", "duty.part-funded", "duty.short"),
        ),
        ({"on": (planted.STREET,)}, ("parity",)),
        ({"work": Work.UNPAID}, ("parity",)),
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
    assert {id if id.startswith("duty") else id.split(".")[0] for id in touched} == set(depends)
