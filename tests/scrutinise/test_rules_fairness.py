"""What a hostile reader would hold against a question: each complaint, and that there is no ground for it."""

import random
from dataclasses import replace
from fractions import Fraction

from covenant.scrutinise.engine import referee
from covenant.scrutinise.programme import Duty, Funding, LevelReason, Proposal
from covenant.scrutinise.types import Question, Threshold
from tests.scrutinise import programmes as planted

RNG = random.Random(1)


def answer(id, programme, thresholds=planted.HOUSE):
    reading = referee.ask(programme, thresholds)
    return next(found for found in (*reading.questions, *reading.unasked) if found.id == id)


def test_giving_a_reason_for_what_is_near_already_never_brings_a_question():
    above, near = [planted.from_above(RNG)] * 3, [planted.from_below(RNG)] * 4
    without = answer("direction.decides", planted.programme(*above, *near))
    reasoned = [replace(proposal, level_reasons=(LevelReason.RIGHTS,)) for proposal in near]
    given = answer("direction.decides", planted.programme(*above, *reasoned))
    assert (without.metric.count, without.metric.n) == (given.metric.count, given.metric.n) == (3, 7)
    assert not isinstance(given, Question)


def test_proposals_with_reasons_are_not_said_to_be_absent():
    reasoned = [planted.from_above(RNG, level_reasons=(LevelReason.SAFEGUARDING,))] * 4
    silent = answer("direction.decides", planted.programme(*reasoned))
    assert silent.text == ("There is no proposal for an end declared bottom-up to which this applies.")


def test_a_duty_without_any_money_does_not_speak_against_asking_about_those_funded_in_part():
    duties = (
        Duty("mend", funding=Funding.NONE),
        Duty("paint", funding=Funding.PARTLY),
        Duty("oil", funding=Funding.FUNDED),
    )
    found = answer("duty.part-funded", planted.programme(Proposal("P", duties=duties)))
    assert (found.metric.count, found.metric.n) == (1, 2)
    assert {row.says for row in found.against if row.field.endswith("text")} == {"oil"}
    assert "there is money for 2 duties; of these, 1 is said to be funded only in part" in found.text


def test_duties_that_are_not_stated_are_not_taken_for_a_single_one():
    one = Proposal("P", duties=(Duty(funding=Funding.NONE),))
    limits = answer("duty.unfunded", planted.programme(one, Proposal("P"))).limits
    assert (limits.low, limits.high) == (0, 1)
    wants_three = {**planted.HOUSE, "duty": Threshold(3, Fraction(0), "three")}
    silent = answer("duty.unfunded", planted.programme(one, Proposal("P")), wants_three)
    assert silent.why.value == "not enough stated" and silent.limits.asked_if_unfavourable


def test_a_sector_is_asked_about_exactly_where_its_part_is_one_in_five_or_less():
    carried = {"decided_by": (planted.MINISTRY,), "duties": (Duty("bail", (planted.BAILERS,)),)}
    without = replace(Proposal("P"), **carried)
    with_say = replace(without, decided_by=(planted.MINISTRY, planted.BAILERS))
    for size in range(1, 13):
        for parts in range(size + 1):
            programme = planted.programme(*[with_say] * parts, *[without] * (size - parts))
            asked = isinstance(answer("parity.decides.civil-society", programme), Question)
            assert asked == (size - parts >= 3 and 5 * parts <= size), (size, parts)


def test_a_silence_under_the_threshold_says_of_what_it_speaks():
    near, above = [planted.from_below(RNG)] * 3, [planted.from_above(RNG)]
    silent = answer("direction.decides", planted.programme(*near, *above))
    assert silent.text == (
        "Decided only from above those affected, with no reason given: 1 of the 4 proposals that can be "
        "told; it is asked from 3 and 50% on."
    )


def test_a_question_about_an_end_for_some_proposals_speaks_of_those_alone():
    end = replace(planted.BOTTOM_UP, for_proposals=("P1", "P2", "P3"))
    found = answer("direction.decides", planted.programme(*[planted.from_above(RNG)] * 6, ends=(end,)))
    assert found.metric.n == 3
    assert "Of the proposals for it, where this can be told (3), 3 are decided only from above" in found.text
