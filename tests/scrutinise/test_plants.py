"""Two hundred planted programmes a rule: every positive is asked about, no near miss and no control is.

`make bench` prints precision and recall per rule from the same `score`.
"""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from types import ModuleType

import pytest

from covenant.scrutinise.engine import referee
from covenant.scrutinise.programme import LevelReason, Programme
from tests.scrutinise import programmes as planted

FOLDER = Path(__file__).with_name("plants")
RULES = sorted(file.stem for file in FOLDER.glob("*.py") if file.stem not in ("plant", "__init__"))
EACH = 200  # a rule: two fifths positives, three tenths near misses, three tenths controls


def module(rule: str) -> ModuleType:
    return importlib.import_module(f"tests.scrutinise.plants.{rule}")


def control(rng: random.Random) -> Programme:
    """A good programme from below, or a central one that says why it must be, with all that rules read."""
    below = rng.random() < 0.5
    made = [planted.from_below(rng) if below else _central(rng) for _ in range(rng.randint(3, 6))]
    whole = planted.programme(*made)
    for rule in RULES:
        whole = module(rule).favourable(rng, whole)
    return whole


def _central(rng: random.Random):
    reason = rng.choice(list(LevelReason))
    return planted.from_above(rng, level_reasons=(reason,))


def asked(programme: Programme, question: str) -> bool:
    return question in planted.asked(referee.ask(programme, planted.HOUSE))


def score(rule: str) -> tuple[int, int, int, int]:
    """How many programmes were planted, how many of them rightly asked about, wrongly asked, wrongly not."""
    plants = module(rule).PLANTS
    right = wrong = missed = 0
    for number in range(EACH):
        rng = random.Random(f"{rule} {number}")
        plant = plants[number % len(plants)]
        if (share := number / EACH) < 0.4:
            found = asked(plant.positive(rng), plant.question)
            right, missed = right + found, missed + (not found)
        elif share < 0.7:
            wrong += asked(plant.near_miss(rng), plant.question)
        else:
            answers = planted.asked(referee.ask(control(rng), planted.HOUSE))
            wrong += any(question.startswith(f"{rule}.") for question in answers)
    return EACH, right, wrong, missed


@pytest.mark.parametrize("rule", RULES)
def test_every_planted_programme_of_a_rule_is_told_apart(rule):
    _, right, wrong, missed = score(rule)
    assert (wrong, missed) == (0, 0)
    assert right >= EACH // 4


def test_every_rule_has_planted_programmes_for_each_of_its_questions():
    reading = referee.ask(planted.programme(planted.from_below(random.Random(1))), planted.HOUSE)
    questions = {answer.id for answer in (*reading.questions, *reading.unasked)}
    assert {plant.question for rule in RULES for plant in module(rule).PLANTS} == questions
