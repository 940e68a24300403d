"""Lines over years, awards as bars, a place among those like it: SVG, and the same as rows. Pure.

No script, no style attribute. What differs by colour differs by shape too. A picture holds sums of one kind
and one term alone: money for running things shares no axis with money for building, nor yearly with once.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from covenant.profile.engine.series import steps
from covenant.profile.formats.export import per_head, pounds, year_name
from covenant.profile.shown import Award, Beside, OneOff, Point, Series

CASH, REAL, GREY, INK = "#0f4c5c", "#b4541a", "#5b6569", "#0b0c0c"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 190, 74, 14, 16, 28
MOST_BARS = 12


def over_years(series: Series, years: Sequence[int], description: str) -> str:
    """One line of an account: cash as a solid line with dots, real terms as a broken one with squares.

    Parameters
    ----------
    series
        Its points. Points are joined only within a stretch in which the line means the same; where years
        between are not stated, the join is faint.
    years
        Every year of the axis, stated or not.
    description
        The same in words, for those who do not see the picture.

    Returns
    -------
    str
        An SVG; empty where fewer than two years are stated.
    """
    if len(series.points) < 2:
        return ""
    values = [v for point in series.points for v in (point.cash, point.real) if v is not None]
    low, high = min(0, *values), max(0, *values)
    if low == high:
        return ""
    first, last = min(years), max(years)

    def at(year: int, value: int) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / max(1, last - first)
        return x, TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = [_axis(at(first, 0)[1], low, high, first, last)]
    for each in series.breaks:
        x = at(each.year, 0)[0] - (WIDTH - LEFT - RIGHT) / max(1, last - first) / 2
        parts.append(
            f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{GREY}" stroke-dasharray="2 4">'
            f"<title>{escape(year_name(each.year))}: {escape(each.why)}</title></path>"
        )
    if not series.never:
        for one, two, gap in steps(series.points, series.breaks):
            parts += _joins(one, two, gap, at)
    for point in series.points:
        parts += _marks(point, at)
    return _svg(WIDTH, HEIGHT, description, parts)


def _axis(nought: float, low: int, high: int, first: int, last: int) -> str:
    """Nought, the highest and the lowest sum, the first and the last year."""
    bottom = HEIGHT - BOTTOM
    marks = [(pounds(high), TOP + 4), (pounds(0), nought + 4)] + ([(pounds(low), bottom + 4)] if low else [])
    texts = "".join(
        f'<text x="{LEFT - 6}" y="{y:.1f}" text-anchor="end" font-size="12" fill="{INK}">{text}</text>'
        for text, y in marks
        if text != pounds(0) or abs(y - TOP - 4) > 12
    )
    return (
        f'<path d="M{LEFT} {TOP}V{bottom}" stroke="{GREY}" fill="none"/>'
        f'<path d="M{LEFT} {nought:.1f}H{WIDTH - RIGHT}" stroke="{GREY}" fill="none"/>{texts}'
        f'<text x="{LEFT}" y="{HEIGHT - 6}" font-size="12" fill="{INK}">{year_name(first)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end" font-size="12" fill="{INK}">'
        f"{year_name(last)}</text>"
    )


def _joins(one: Point, two: Point, gap: bool, at) -> list[str]:  # type: ignore[no-untyped-def]
    faint = ' stroke-opacity="0.4"' if gap else ""
    found = []
    if one.real is not None and two.real is not None:
        (x, y), (u, v) = at(one.year, one.real), at(two.year, two.real)
        found.append(
            f'<path d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}" stroke="{REAL}" stroke-width="2.5" '
            f'stroke-dasharray="6 4"{faint}/>'
        )
    (x, y), (u, v) = at(one.year, one.cash), at(two.year, two.cash)
    found.append(f'<path d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}" stroke="{CASH}" stroke-width="2.5"{faint}/>')
    return found


def _marks(point: Point, at) -> list[str]:  # type: ignore[no-untyped-def]
    found = []
    if point.real is not None:
        x, y = at(point.year, point.real)
        found.append(
            f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{REAL}">'
            f"<title>{year_name(point.year)}: {pounds(point.real)}</title></rect>"
        )
    x, y = at(point.year, point.cash)
    found.append(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{CASH}">'
        f"<title>{year_name(point.year)}: {pounds(point.cash)}</title></circle>"
    )
    return found


def year_rows(series: Series, years: Sequence[int]) -> list[tuple[str, str, str, int | None]]:
    """The picture as rows: year, cash, real terms, row in the source; a year without a sum says so."""
    points = {point.year: point for point in series.points}
    found = []
    for year in years:
        point = points.get(year)
        sums = (
            (pounds(point.cash), pounds(point.real), point.row)
            if point
            else (pounds(None), pounds(None), None)
        )
        found.append((year_name(year), *sums))
    return found


def awards(one_off: OneOff, description: str) -> str:
    """Awards as bars, the largest first; those that no bar is left for make up the last one together."""
    bars = _bars(one_off.awards)
    if not bars:
        return ""
    width, step, widest = 640, 46, max(sum_ for _, sum_ in bars)
    parts = []
    for number, (name, sum_) in enumerate(bars):
        y = number * step
        long = (width - 110) * max(0, sum_) / widest if widest > 0 else 0
        short = name if len(name) <= 72 else name[:70] + "…"
        parts.append(
            f'<text x="0" y="{y + 15}" font-size="15" fill="{INK}">{escape(short)}</text>'
            f'<rect x="0" y="{y + 21}" width="{max(long, 1):.1f}" height="16" fill="{CASH}"/>'
            f'<text x="{max(long, 1) + 8:.1f}" y="{y + 34}" font-size="15" font-weight="700" fill="{INK}">'
            f"{pounds(sum_)}</text>"
        )
    return _svg(width, len(bars) * step, description, parts)


def _bars(found: Sequence[Award]) -> list[tuple[str, int]]:
    shown = [(_named(each), each.cash) for each in found[:MOST_BARS]]
    rest = found[MOST_BARS:]
    return [*shown, (f"{len(rest)} more", sum(each.cash for each in rest))] if rest else shown


def _named(award: Award) -> str:
    return ": ".join(filter(None, (award.payee, award.item))) or award.payer


def among_similar(rows: Sequence[Beside], description: str) -> str:
    """A row for each line: from the lowest to the highest similar place, their median, and this place."""
    if not rows:
        return ""
    width, step, left = 640, 50, 10
    parts = []
    for number, row in enumerate(rows):
        y = number * step
        low, high = min(row.low, row.here, 0), max(row.high, row.here, 1)

        def at(value: int, low: int = low, high: int = high) -> float:
            return left + (width - 2 * left) * (value - low) / (high - low)

        words = f"{row.label}: {per_head(row.here)} here, {per_head(row.median)} in the middle"
        parts.append(
            f'<text x="0" y="{y + 15}" font-size="15" fill="{INK}">{escape(words)}</text>'
            f'<path d="M{left} {y + 32}H{width - left}" stroke="#c9d1d5"/>'
            f'<rect x="{at(row.low):.1f}" y="{y + 28}" width="{max(1, at(row.high) - at(row.low)):.1f}" '
            f'height="8" fill="#9db4ba"/>'
            f'<path d="M{at(row.median):.1f} {y + 22}v20" stroke="{INK}" stroke-width="3"/>'
            f'<circle cx="{at(row.here):.1f}" cy="{y + 32}" r="7" fill="{REAL}" stroke="#ffffff"/>'
        )
    return _svg(width, len(rows) * step, description, parts)


def _svg(width: int, height: int, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(description)}" font-family="inherit">{"".join(parts)}</svg>'
    )
