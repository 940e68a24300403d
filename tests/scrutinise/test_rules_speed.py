"""A programme at the limits of the format is read in seconds, whatever its shape.

Processor seconds are counted, so that a busy machine fails nothing; the bounds leave room for slower ones.
"""

import random
import time
from dataclasses import fields, replace

import pytest

from covenant.scrutinise.engine import referee
from covenant.scrutinise.programme import Actor, Duty, End, Proposal
from tests.scrutinise import programmes as planted

LARGEST, DUTIES = 2_000, 10_000  # what a programme file may hold: docs/standard/programme.md
NAMED = 20_000


def seconds(programme):
    started = time.process_time()
    reading = referee.ask(programme, planted.HOUSE)
    assert reading.questions or reading.unasked
    return time.process_time() - started


def test_two_thousand_proposals_with_ten_thousand_duties_are_read_in_seconds():
    programme = planted.crowded(random.Random(1), LARGEST, words=LARGEST // 4, duties=DUTIES // LARGEST)
    assert seconds(programme) < 10


def test_two_thousand_proposals_that_all_share_one_word_are_read_in_seconds():
    assert seconds(planted.crowded(random.Random(1), LARGEST, words=1)) < 20


def test_two_thousand_proposals_that_state_nothing_are_read_in_seconds():
    assert seconds(planted.programme(*[Proposal("P")] * LARGEST)) < 10


LISTS = [field.name for field in fields(Proposal) if str(field.type) == "Actors"]


@pytest.mark.parametrize("half", ["affected", "decided_by"])
def test_one_proposal_that_names_a_crowd_is_read_in_seconds(half):
    crowd = tuple(Actor(f"Board {n}", planted.MINISTRY.sector, planted.MINISTRY.tier) for n in range(NAMED))
    several = dict.fromkeys(LISTS, crowd[: NAMED // len(LISTS)])
    two = {half: crowd[: NAMED // 2], "may_end": crowd[NAMED // 2 :]}
    for named in (several, two):
        assert seconds(planted.programme(replace(Proposal("P", duties=(Duty("bail"),)), **named))) < 10


def test_two_thousand_ends_each_for_its_own_proposal_are_read_in_seconds():
    made = planted.crowded(random.Random(1), LARGEST, words=LARGEST)
    ends = tuple(
        End(f"lane {n} bails", planted.BOTTOM_UP.direction, for_proposals=(f"P{n}",))
        for n in range(1, LARGEST + 1)
    )
    assert seconds(replace(made, ends=ends)) < 10


def test_twice_as_many_proposals_take_about_twice_as_long():
    small, large = (
        min(seconds(planted.crowded(random.Random(1), size, words=size)) for _ in range(3))
        for size in (200, 400)
    )
    assert large < 3.5 * small + 0.2
