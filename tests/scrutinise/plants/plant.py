"""What each rule's planted programmes are made of: see `tests/scrutinise/test_plants.py`, which counts them.

Each rule has a module here, named as the rule, with

    PLANTS      one `Plant` for each question of the rule
    favourable  states all that the rule reads in a way that gives it nothing to ask; used for every control
    plainly     the plain, slow twin: for a wholly stated programme, each question's cases
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from covenant.scrutinise.programme import NOT_STATED, Programme, Proposal
from covenant.scrutinise.types import Question, Threshold, Unasked
from tests.scrutinise import programmes as planted

Draw = Callable[[random.Random], Programme]


@dataclass(frozen=True)
class Plant:
    """One question: programmes in which it must be asked, and some that only just give no cause for it.

    A near miss differs from a positive in a single fact, drawn among those on which the question depends.
    """

    question: str
    positive: Draw
    near_miss: Draw


def stated(proposal: Proposal, **facts: object) -> Proposal:
    """The proposal with those of the facts that it does not state yet."""
    return replace(
        proposal, **{field: fact for field, fact in facts.items() if getattr(proposal, field) is NOT_STATED}
    )


@dataclass(frozen=True)
class Expected:
    """What the tally of some cases must be: found by trying every way in which each of them can turn out."""

    count: int
    n: int
    undetermined: int
    low: float
    high: float
    always: bool
    sometimes: bool


def expected(cases: Sequence[set[bool | None]], threshold: Threshold) -> Expected:
    """Every outcome that each case can have (it counts, it does not, it is none) with every other's."""
    told = [next(iter(can_be)) for can_be in cases if len(can_be) == 1]
    ways = set()
    for way in itertools.product(*(sorted(can_be, key=str) for can_be in cases)):
        ways.add((way.count(True), way.count(True) + way.count(False)))
    shares = [count / n if n else 0.0 for count, n in ways]
    met = [planted.meets(count, n, threshold) for count, n in ways]
    count = told.count(True)
    n = count + told.count(False)
    return Expected(count, n, len(cases) - len(told), min(shares), max(shares), all(met), any(met))


def found(answer: Question | Unasked) -> Expected:
    """What the referee made of it."""
    metric, limits = answer.metric, answer.limits
    asked = limits.asked_if_favourable, limits.asked_if_unfavourable
    return Expected(metric.count, metric.n, metric.undetermined, limits.low, limits.high, *asked)
