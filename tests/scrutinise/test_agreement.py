"""Two codings side by side: kappa against worked examples and a plain twin, and what meets what."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector
from covenant.scrutinise.engine.agreement import Sets, agreement
from covenant.scrutinise.engine.kappa import kappa
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    Duty,
    End,
    Finance,
    Funding,
    Inherited,
    LevelReason,
    Programme,
    Proposal,
    Relation,
)
from tests import naive
from tests.scrutinise.drawn import coded

GUILD, COUNCIL = Actor("Guild", Sector.CIVIL_SOCIETY), Actor("Council", Sector.STATE)


def table(*rows):
    return [
        (str(i), str(j)) for i, row in enumerate(rows) for j, count in enumerate(row) for _ in range(count)
    ]


# Kappa. The values beside the tables are those of statsmodels 0.15.0 (`cohens_kappa`), which were not ours.
@pytest.mark.parametrize(
    ("rows", "value", "low", "high"),
    [
        (([20, 5], [10, 15]), 0.4, 0.151092, 0.648908),
        (([88, 14, 18], [10, 40, 10], [2, 6, 12]), 0.491525, 0.391564, 0.591487),
        (([53, 5, 2], [11, 14, 5], [1, 6, 3]), 0.428571, 0.279695, 0.577448),
    ],
)
def test_kappa_and_its_interval_are_those_of_worked_examples(rows, value, low, high):
    found = kappa(table(*rows))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=1e-6)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), max_size=40))
def test_kappa_is_what_its_plain_twin_counts_pair_by_pair(pairs):
    found, twin = kappa(pairs), naive.kappa(pairs)
    assert (found.n, found.agreed) == (twin["n"], twin["agreed"])
    if twin["value"] is None:
        assert found.value is found.low is found.high is None
        return
    assert found.value == pytest.approx(twin["value"]) and -1 <= found.value <= 1
    if found.low is None:
        assert found.agreed == found.n or twin["variance"] == pytest.approx(0, abs=1e-6)
    else:
        half = 1.959963984540054 * twin["variance"] ** 0.5
        assert found.low == pytest.approx(max(-1, twin["value"] - half), abs=1e-4)
        assert found.high == pytest.approx(min(1, twin["value"] + half), abs=1e-4)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("ab")), max_size=12), st.randoms())
def test_neither_the_order_of_things_nor_that_of_coders_nor_a_name_of_a_category_matters(pairs, rng):
    mixed = [(b.upper(), a.upper()) for a, b in pairs]
    rng.shuffle(mixed)
    found, other = kappa(pairs), kappa(mixed)
    assert (found.n, found.agreed) == (other.n, other.agreed)
    for one, two in ((found.value, other.value), (found.low, other.low), (found.high, other.high)):
        assert one == two if None in (one, two) else one == pytest.approx(two)


def test_kappa_is_never_made_up():
    """With nothing to tell apart it is neither 1 nor 0; where nothing differed there is no interval."""
    assert kappa([]).value is None and kappa([("a", "a")] * 30).value is None
    assert kappa([("a", "b")] * 30).value == 0
    always = kappa([("a", "a")] * 5 + [("b", "b")] * 5)
    assert always.value == 1 and always.low is None and always.high is None
    assert kappa([("a", "b"), ("b", "a")]).value == -1


# What is compared with what


def both(first, second):
    """Two codings of one programme with one proposal each."""
    return agreement(Programme("W", proposals=(first,)), Programme("W", proposals=(second,)))


def of(found, table, field):
    return next(each for each in found.fields if (each.table, each.field) == (table, field))


def told(found, table="proposals"):
    return [(each.field, each.first, each.second) for each in found.differences if each.table == table]


def test_silence_and_none_are_two_categories_of_their_own():
    silent, nobody, guild = Proposal("P1"), Proposal("P1", owner=()), Proposal("P1", owner=(GUILD,))
    for (a, says_a), (b, says_b) in itertools.permutations(
        ((silent, "not stated"), (nobody, "none"), (guild, "Guild")), 2
    ):
        found = both(a, b)
        assert told(found) == [("owner", says_a, says_b)]
        assert of(found, "proposals", "owner").kappa.agreed == 0
        assert of(found, "proposals", "owner").sets.n == 0


def test_lists_are_compared_as_sets_where_both_state_one():
    found = both(Proposal("P1", owner=(GUILD, COUNCIL)), Proposal("P1", owner=(COUNCIL, GUILD)))
    assert told(found) == [] and of(found, "proposals", "owner").sets == Sets(1, 1, 1.0)
    found = both(
        Proposal("P1", outcomes=("dry feet", "health")), Proposal("P1", outcomes=("Health!", "joy", "x"))
    )
    assert of(found, "proposals", "outcomes").sets == Sets(1, 0, 0.25)
    assert of(found, "proposals", "outcomes").kappa.agreed == 1, "both state it"


def test_words_of_ones_own_are_compared_only_in_whether_they_are_stated():
    found = both(Proposal("P1", "a", deadline="May"), Proposal("P1", "b", deadline="in May 2031"))
    assert told(found) == []
    assert told(both(Proposal("P1", deadline=""), Proposal("P1", deadline="May"))) == [
        ("deadline", "none", "May")
    ]


def test_a_field_of_one_choice_has_its_choices_as_categories():
    found = both(Proposal("P1", finance=Finance.SPENT), Proposal("P1", finance=Finance.REPAID))
    assert told(found) == [("finance", "spent", "repaid")]


def test_reasons_that_are_not_given_are_not_ruled_out():
    found = both(Proposal("P1"), Proposal("P1", level_reasons=(LevelReason.RIGHTS,)))
    assert told(found) == [("level_reasons", "not stated", "rights")]


def test_each_difference_says_where_both_found_it():
    first = Proposal("P1", owner=(GUILD,), where=(("owner", "p. 3"),))
    (difference,) = both(first, Proposal("P1", owner=())).differences
    assert (difference.id, difference.first_where, difference.second_where) == ("P1", "p. 3", NOT_STATED)


def test_what_only_one_coder_has_is_listed_and_compared_with_nothing():
    first = Programme("W", proposals=(Proposal("P1"), Proposal("P2", owner=(GUILD,))))
    second = Programme("W", proposals=(Proposal("P3"), Proposal("P1")))
    found = agreement(first, second)
    matched = next(each for each in found.matched if each.table == "proposals")
    assert (matched.n, matched.only_first, matched.only_second) == (1, ("P2",), ("P3",))
    assert found.differences == () and of(found, "proposals", "owner").kappa.n == 1


def test_duties_are_compared_in_their_order_where_there_are_as_many():
    paid, unpaid = Duty(funding=Funding.FUNDED), Duty(funding=Funding.NONE)
    found = both(Proposal("P1", duties=(paid, unpaid)), Proposal("P1", duties=(paid, paid)))
    assert told(found, "duties") == [("funding", "none", "funded")]
    found = both(Proposal("P1", duties=(paid, unpaid)), Proposal("P1", duties=(paid,)))
    assert told(found) == [("duties", "2 stated", "1 stated")] and told(found, "duties") == []


def test_ends_actors_and_lineage_are_matched_by_their_words():
    def programme(direction, sector, relation, comma=""):
        end = End(f"Each lane{comma} for itself.", direction)
        inherited = Inherited("7", "The Bucket Act", "a right to buckets", relation)
        proposal = Proposal("P1", owner=(replace(GUILD, sector=sector),))
        return Programme("W", ends=(end,), proposals=(proposal,), lineage=(inherited,))

    found = agreement(
        programme(Direction.BOTTOM_UP, Sector.CIVIL_SOCIETY, Relation.TAKEN_UP),
        programme(Direction.NEITHER, Sector.BUSINESS, Relation.NOT_FOUND, comma=","),
    )
    assert told(found, "ends") == [("direction", "bottom-up", "neither")]
    assert told(found, "actors") == [("sector", "civil society", "business")]
    assert told(found, "lineage") == [("relation", "taken up", "not found")]


def test_an_item_of_an_earlier_document_is_the_same_with_and_without_its_documents_id():
    def programme(*items):
        rows = tuple(Inherited(item, "bucket-act", item) for item in items)
        return Programme("W", proposals=(Proposal("P1"),), lineage=rows)

    (lineage,) = (
        each
        for each in agreement(
            programme("bucket-act.right", "rope"), programme("right", "rope", "well-act.rope")
        ).matched
        if each.table == "lineage"
    )
    assert lineage.n == 2 and lineage.only_second == ("bucket-act: well-act.rope",)
    # One who writes an item in both ways has two rows of it, and loses neither.
    twice = agreement(programme("bucket-act.right", "right"), programme("right")).matched
    assert next(each for each in twice if each.table == "lineage").only_first == ("bucket-act: right (2)",)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(coded(), coded())
def test_any_two_codings_can_be_set_side_by_side_and_one_beside_itself_differs_in_nothing(one, other):
    alike = agreement(one.programme, one.programme)
    assert alike.differences == ()
    assert all(field.kappa.agreed == field.kappa.n for field in alike.fields)
    assert all(field.sets.same == field.sets.n for field in alike.fields)
    there, back = agreement(one.programme, other.programme), agreement(other.programme, one.programme)
    assert {(d.table, d.id, d.field, d.first, d.second) for d in there.differences} == {
        (d.table, d.id, d.field, d.second, d.first) for d in back.differences
    }
    for field, reverse in zip(there.fields, back.fields, strict=True):
        assert field.kappa.value == pytest.approx(reverse.kappa.value)
        differing = sum((d.table, d.field) == (field.table, field.field) for d in there.differences)
        assert differing == field.kappa.n - field.kappa.agreed + field.sets.n - field.sets.same
