"""What earlier documents held: taken up, answered, set aside, not found and not stated."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.scrutinise.engine import lineage, referee
from covenant.scrutinise.programme import NOT_STATED, Inherited, Relation
from covenant.scrutinise.types import Question, Threshold, Why
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.lineage import heir, plainly


def answer(*relations, thresholds=planted.HOUSE):
    (found,) = lineage.ask(heir(*relations), thresholds)
    return found


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([*Relation, NOT_STATED]), max_size=5),
    st.integers(1, 2),
    st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]),
)
def test_bounds_are_those_of_every_way_of_stating_what_is_not_stated(relations, least, share):
    threshold = Threshold(least, share, "drawn")
    ways = itertools.product(*(list(Relation) if each is NOT_STATED else [each] for each in relations))
    planted.hold(
        lineage.ask(heir(*relations), {"lineage": threshold}),
        [plainly(heir(*way)) for way in ways],
        threshold,
    )


def test_what_is_not_found_is_no_question_and_is_a_gap():
    programme = heir(Relation.NOT_FOUND, Relation.TAKEN_UP, Relation.NOT_FOUND, NOT_STATED)
    reading = referee.ask(programme, planted.KEEN)
    assert planted.asked(reading, "lineage") == set()
    assert [gap.about for gap in reading.gaps if gap.rule == "lineage"] == [("bucket 1", "bucket 3")]
    silent = answer(*[Relation.NOT_FOUND] * 9)
    assert silent.why is Why.TOO_FEW and silent.metric.n == 0


def test_a_lineage_that_is_not_stated_may_hold_any_number_of_items():
    (silent,) = lineage.ask(planted.programme(), planted.HOUSE)
    assert silent.why is Why.NOT_ENOUGH_STATED and silent.limits.missing == ((None, "lineage"),)
    assert (silent.limits.low, silent.limits.high) == (0, 1)
    (still,) = lineage.ask(planted.programme(), {"lineage": Threshold(5, Fraction(0), "five")})
    assert still.why is Why.NOT_ENOUGH_STATED and still.limits.asked_if_unfavourable
    (none,) = lineage.ask(replace(planted.programme(), lineage=()), planted.HOUSE)
    assert none.why is Why.TOO_FEW and not none.limits.not_stated


def test_a_relation_stated_as_anything_but_set_aside_never_adds_a_question():
    for seed in range(100):
        rng = random.Random(seed)
        relations = rng.choices([*Relation, NOT_STATED, NOT_STATED], k=5)
        for stated in (Relation.TAKEN_UP, Relation.ANSWERED, Relation.NOT_FOUND):
            better = [stated if each is NOT_STATED else each for each in relations]
            before, after = (answer(*each, thresholds=planted.KEEN) for each in (relations, better))
            assert isinstance(before, Question) or not isinstance(after, Question)


def test_a_question_shows_each_item_its_document_and_who_answers_it():
    programme = heir(Relation.SET_ASIDE, Relation.TAKEN_UP, NOT_STATED)
    taken = replace(programme.lineage[1], by=("P1",))
    rows = (programme.lineage[0], taken, programme.lineage[2])
    (found,) = lineage.ask(replace(programme, lineage=rows), planted.HOUSE)
    assert [(row.proposal, row.field, row.says, row.where) for row in found.evidence] == [
        (None, "lineage 1, text", "The Book of Buckets, bucket 1: Bucket 1 is to be mended.", "p. 1"),
        (None, "lineage 1, relation", "set aside", "p. 1"),
    ]
    assert [row.says for row in found.against][1:] == ["taken up", "P1"]
    assert found.limits.missing == ((None, "lineage 3, relation"),)
    assert {figure.name: figure.count for figure in found.beside} == {
        "of all items, taken up": 1,
        "of all items, set aside": 1,
        "of all items, not stated": 1,
    }
    assert found.text == (
        "The programme says what it makes of 2 items that earlier documents held; of these, 1 is set aside, "
        "and no reason is given. Why is it not taken up?"
    )


def test_what_a_programme_inherits_changes_no_other_rule():
    rng = random.Random(1)
    programme = planted.programme(*(planted.from_above(rng) for _ in range(3)))
    other = replace(programme, lineage=(Inherited("a", "b", "c", Relation.SET_ASIDE),))
    before, after = (planted.asked(referee.ask(each, planted.HOUSE)) for each in (programme, other))
    assert after - before == {"lineage.set-aside"} and before <= after
