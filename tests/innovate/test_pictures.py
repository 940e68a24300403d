"""The timeline and the chart: bars and points where their days are, every word escaped, no script."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.innovate.pictures import EDGE, WIDTH, Bar, measured, timeline
from covenant.innovate.types import Baseline, Measurement, Standing, Wording
from covenant.place.types import PartyView, Sector
from tests.personas import NOW

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
PARTY = PartyView(UUID(int=1), "p", "<b>P&", Sector.STATE, "", "", UUID(int=2))
WORDS = Wording(
    "t", "w", "s", UUID(int=1), (UUID(int=2),), "s", "h", "c", "m", "<days>", Baseline(Decimal("61")), "t",
    "", FIRST, LAST, UUID(int=3), LAST,
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def _tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314


def _point(dated: date, value: str) -> Measurement:
    return Measurement(PARTY, dated, Decimal(value), None, "s", "", "", NOW)


def test_a_bar_reaches_from_its_first_to_its_last_day() -> None:
    bars = [
        Bar("1. All", FIRST, LAST, Standing.IN_FORCE),
        Bar("2. First half", FIRST, date(2026, 12, 31), Standing.EXPIRED),
        Bar("3. One day", LAST, LAST, Standing.TO_COME),
    ]
    rects = _tree(timeline(bars, FIRST, LAST, date(2026, 6, 1), "said")).findall(f"{SVG}rect")
    spans = [(float(r.get("x") or 0), float(r.get("width") or 0)) for r in rects]
    assert spans[0] == (EDGE, WIDTH - 2 * EDGE)
    assert abs(spans[1][1] - (WIDTH - 2 * EDGE) / 2) < 1
    assert spans[2][1] >= 3


@given(
    st.lists(st.tuples(st.text(max_size=200), st.integers(0, 700), st.integers(0, 700)), max_size=8),
    st.integers(-900, 2000),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_the_timeline_is_well_formed_and_within_its_frame(
    freedoms: list[tuple[str, int, int]], today: int
) -> None:
    bars = [
        Bar(_printable(label), FIRST + timedelta(min(a, b)), FIRST + timedelta(max(a, b)), Standing.IN_FORCE)
        for label, a, b in freedoms
    ]
    svg = timeline(bars, FIRST, LAST, FIRST + timedelta(today), 'said "so" <here>')
    assert bool(svg) == bool(bars)
    if svg:
        tree = _tree(svg)
        for rect in tree.findall(f"{SVG}rect"):
            assert float(rect.get("x") or 0) >= EDGE
            assert float(rect.get("x") or 0) + float(rect.get("width") or 0) <= WIDTH
        assert not re.search(r"<(script|style)|style=", svg)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def test_points_stand_where_their_figures_are_and_the_baseline_is_a_line() -> None:
    points = [_point(date(2026, 3, 1), "0"), _point(date(2026, 6, 1), "61"), _point(date(2026, 9, 1), "30.5")]
    svg = measured(points, WORDS, "said", ("Before:", "Sunset"))
    heights = [float(c.get("cy") or 0) for c in _tree(svg).findall(f"{SVG}circle")]
    assert heights[0] > heights[2] > heights[1]
    assert abs(heights[2] - (heights[0] + heights[1]) / 2) < 0.2
    assert "Before: 61" in svg
    assert "<b>" not in svg
    assert "&lt;days&gt;" in svg
    assert "polyline" not in svg


def test_a_picture_of_nothing_is_no_picture_and_one_figure_is_enough_for_one() -> None:
    assert measured([], WORDS, "said", ("", "")) == ""
    for value in ("0", "-5", "1000000"):
        assert _tree(measured([_point(FIRST, value)], WORDS, "said", ("", ""))) is not None
