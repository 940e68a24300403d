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
    Participation,
)
from tests.scrutinise import programmes as planted

DEPENDS = {
    "started_by": ("direction.starts", "parity.starts"),
    "decided_by": ("direction.decides", "direction.consultation", "parity.decides"),
    "money_controlled_by": ("direction.money", "parity.money"),
    "problem_defined_by": ("direction.problem",),
    "may_opt_out": ("direction.opts-out",),
    "may_end": ("direction.ends",),
    "affected": (*(f"direction.{name}" for name in planted.POWERS.values()), "direction.consultation"),
    "consultation_held": ("direction.consultation",),
    "consultation_promised": ("direction.consultation", "consultation"),
    "consultation_means": ("consultation.means",),
    "consultation_time": ("consultation.time",),
    "consultation_owner": ("consultation.owner",),
    "participation_promised": ("direction.participation", "direction.evidenced"),
    "participation_evidenced": ("direction.evidenced",),
    "level_reasons": ("direction",),
    "duties": ("duty", "parity"),
    "parties": (),
    "instrument": (),
    "text": (),
    "kind": (),
    "where": (),
}


def another(rng, field):
    """Some other content of a field."""
    people = [NOT_STATED, (), *((actor,) for actor in planted.EVERYBODY)]
    others = {
        "instrument": [NOT_STATED, "a fund", "a law"],
        "text": [NOT_STATED, "bail", "pour"],
        "kind": list(Kind),
        **dict.fromkeys(planted.SAID, (NOT_STATED, "", "two evenings")),
        **dict.fromkeys(planted.LEVELS, (NOT_STATED, *Participation)),
        "level_reasons": [(), (LevelReason.RIGHTS,)],
        "where": [(), (("decided_by", "p. 9"),)],
        "duties": [
            NOT_STATED,
            (),
            *((Duty("bail", (actor,), funding=Funding.NONE),) for actor in planted.EVERYBODY),
        ],
    }
    return rng.choice(others.get(field, people))


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
        if dependent and turned == dependent and seed > 150:
            break
        rng = random.Random(seed)
        programme = planted.any_programme(rng, told=0.9, proposals=3)
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
