"""Each engine beside its plain twin."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covenant.profile.engine.realterms import financial_years, in_prices_of
from covenant.profile.engine.series import moved, runs, steps
from covenant.profile.engine.similar import FEWEST, nearest
from covenant.profile.engine.succession import family
from covenant.profile.shown import Break, Point
from covenant.profile.types import Change, Succession
from tests.profile import naive

YEARS = st.integers(2000, 2025)
POINTS = st.dictionaries(YEARS, st.integers(-(10**12), 10**12), max_size=12).map(
    lambda found: [Point(year, cash, None, 1) for year, cash in found.items()]
)
BREAKS = st.lists(YEARS.map(lambda year: Break(year, "it changed")), max_size=3)


@given(POINTS, BREAKS)
def test_no_two_points_of_a_run_lie_on_either_side_of_a_break(
    points: list[Point], breaks: list[Break]
) -> None:
    found = runs(points, breaks)
    assert sorted(point.year for run in found for point in run) == sorted(point.year for point in points)
    for run in found:
        for one in run:
            assert all(naive.comparable(one, two, breaks) == (two in run) for two in points)


@given(POINTS, BREAKS)
def test_nothing_is_compared_or_joined_across_a_break(points: list[Point], breaks: list[Break]) -> None:
    change = moved(points, breaks)
    if change is not None:
        assert change.first.year < change.last.year == max(point.year for point in points)
        assert naive.comparable(change.first, change.last, breaks)
    for one, two, gap in steps(points, breaks):
        assert naive.comparable(one, two, breaks)
        assert gap == (two.year - one.year > 1)


CALENDAR = {2010: "69.1217", 2011: "70.834", 2012: "71.9294", 2017: "77.6367", 2018: "79.1606"}


@given(
    st.integers(-(10**13), 10**13), st.sampled_from([2010, 2011, 2017]), st.sampled_from([2010, 2011, 2017])
)
def test_real_terms_are_those_of_exact_decimals(pence: int, year: int, base: int) -> None:
    levels = financial_years({year: float(value) for year, value in CALENDAR.items()})
    exact = naive.real(pence, year, base, {year: Decimal(value) for year, value in CALENDAR.items()})
    found = in_prices_of(pence, year, base, levels)
    assert found is not None
    assert abs(found - exact) <= 1 + abs(exact) // 10**14


def test_a_year_without_both_calendar_years_has_no_level() -> None:
    levels = financial_years({2010: 100.0, 2011: 104.0, 2013: 110.0})
    assert set(levels) == {2010}
    assert in_prices_of(100, 2011, 2010, levels) is None
    assert in_prices_of(100, 2010, 2013, levels) is None


FEATURES = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=4),
    st.tuples(*[st.integers(-1000, 1000).map(float)] * 3),
    min_size=FEWEST,
    max_size=25,
)


@given(FEATURES)
def test_the_nearest_are_those_found_one_pair_at_a_time(
    features: dict[str, tuple[float, ...]],
) -> None:
    found = nearest(features, most=4)
    if found is None:
        assert all(len(set(column)) == 1 for column in zip(*features.values(), strict=True))
        return
    slow = naive.nearest(features, most=4)
    for code, near in found.neighbours.items():
        assert near.distances == pytest.approx([distance for distance, _ in slow[code]], abs=1e-9)
        assert code not in near.codes
        assert list(near.distances) == sorted(near.distances)
        assert all(0 <= share <= 1 for share in near.closer_than)
    assert found.n == len(features)


def test_a_feature_that_is_the_same_everywhere_tells_nobody_apart_and_is_left_out() -> None:
    found = nearest({f"E{i}": (float(i), 7.0) for i in range(FEWEST)})
    assert found is not None
    assert found.used == (0,)
    assert nearest({f"E{i}": (7.0,) for i in range(FEWEST)}) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_feature_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        nearest({f"E{i}": (float(i) if i else bad,) for i in range(FEWEST)})


def test_few_places_have_no_similar_ones() -> None:
    assert nearest({f"E{i}": (float(i),) for i in range(FEWEST - 1)}) is None


PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(9, 17)), max_size=12)


@given(PAIRS)
def test_all_that_went_into_an_area_is_found_back_to_the_first(pairs: list[tuple[int, int]]) -> None:
    known = [Succession(f"E{old}", "Old", f"E{new}", "New", Change.MERGED) for old, new in pairs]
    known += [Succession(f"E{new}", "New", "E99", "Now", Change.MERGED) for _, new in pairs]
    into: dict[str, list[str]] = {}
    for each in known:
        into.setdefault(each.new, []).append(each.old)
    found = {kin.code for kin in family("E99", known).before}
    assert found == naive.ancestors("E99", into)
    for code in found:
        assert "E99" in {kin.code for kin in family(code, known).after}


def test_a_ring_of_changes_has_an_end() -> None:
    ring = [Succession(f"E{i}", "", f"E{(i + 1) % 3}", "", Change.MERGED) for i in range(3)]
    recoded = [Succession("E1", "", "E2", "", Change.RECODED), Succession("E2", "", "E1", "", Change.RECODED)]
    assert {kin.code for kin in family("E0", ring).before} <= {"E0", "E1", "E2"}
    assert family("E1", recoded).same == ("E1", "E2")


def test_an_undated_leap_past_what_stood_between_is_passed_over() -> None:
    from datetime import date

    known = [
        Succession("E1", "Taunton", "E2", "Between", Change.MERGED, date(2019, 4, 1)),
        Succession("E2", "Between", "E3", "Now", Change.MERGED, date(2023, 4, 1)),
        Succession("E1", "Taunton", "E3", "Now", Change.MERGED),
    ]
    found = {kin.code: kin.generation for kin in family("E3", known).before}
    assert found == {"E2": 1, "E1": 2}
