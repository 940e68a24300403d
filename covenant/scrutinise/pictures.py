"""The questions asked of a covenant, version by version, as a matrix of marks."""

from collections.abc import Mapping
from html import escape

from covenant.scrutinise.stages import Became
from covenant.scrutinise.trend import Line, Trend

# Told apart by the shape too, never by the colour alone.
INK = "#0f4c5c"
MOST_LINES, MOST_VERSIONS = 60, 12  # the newest versions; the table beside it shows everything
LABEL, WIDE, HIGH, TOP = 270, 56, 26, 34


def matrix(trend: Trend, description: str, words: Mapping[str, str]) -> str:
    """A row for each question and a column for each version; the mark tells what became of it.

    Parameters
    ----------
    description
        The same in words, for those who do not see the picture.
    words
        What each mark means, by `key`: the text that appears when one points at it.

    Returns
    -------
    str
        An SVG without script or style; empty where no question is asked of any version.
    """
    lines = trend.lines[:MOST_LINES]
    if not lines:
        return ""
    skip = max(0, len(trend.columns) - MOST_VERSIONS)
    columns = trend.columns[skip:]
    width, height = LABEL + WIDE * len(columns) + 10, TOP + HIGH * len(lines) + 6
    parts = [
        f'<text x="{_x(place)}" y="20" text-anchor="middle" font-size="15" font-weight="700">'
        f"{column.number}</text>"
        for place, column in enumerate(columns)
    ]
    parts += [_row(line, TOP + HIGH * place, skip, words) for place, line in enumerate(lines)]
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(description)}" font-family="inherit" fill="#0b0c0c">{"".join(parts)}</svg>'
    )


def key(became: Became | None, mended: bool) -> str:
    """What a mark stands for: what became of a question, or that it is not asked."""
    return "mended" if mended else became.value if became else "not asked"


def mark(name: str, x: float = 12, y: float = 12) -> str:
    """The mark of a `key`, as a part of an SVG."""
    square = f'<rect x="{x - 8:g}" y="{y - 8:g}" width="16" height="16"'
    circle = f'<circle cx="{x:g}" cy="{y:g}" r="8"'
    return {
        "waiting": f'{circle} fill="{INK}"/>',
        "taken up": f'{circle} fill="#f0b429" stroke="{INK}" stroke-width="3"/>',
        "answered": f'{circle} fill="#ffffff" stroke="{INK}" stroke-width="3"/>',
        "set aside": f'{circle} fill="#ffffff" stroke="#6b757a" stroke-width="3" stroke-dasharray="4 3"/>',
        "finding": f'{square} fill="#b3352c"/>',
        "mended": f'{square} fill="#ffffff" stroke="#1d7a52" stroke-width="3"/>',
    }.get(name, f'<path d="M{x - 4:g} {y:g}h8" stroke="#8a9499" stroke-width="2"/>')


def _x(place: int) -> float:
    return LABEL + WIDE * (place + 0.5)


def _row(line: Line, top: int, skip: int, words: Mapping[str, str]) -> str:
    name = line.id if len(line.id) <= 34 else f"{line.id[:33]}…"
    marks = []
    for place, (became, mended) in enumerate(zip(line.cells[skip:], line.mended[skip:], strict=True)):
        kind = key(became, mended)
        title = f"<title>{escape(f'{line.id}: {words.get(kind, kind)}')}</title>"
        marks.append(f"<g>{title}{mark(kind, _x(place), top + HIGH / 2)}</g>")
    label = f'<text x="0" y="{top + 18}" font-size="14">{escape(name)}</text>'
    return f'<path d="M0 {top}H{LABEL + WIDE * len(marks)}" stroke="#d5dadd"/>{label}{"".join(marks)}'
