"""When freedoms hold, as bars over the years, and how a measure went, as points over the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape

from covenant.innovate.types import Measurement, Standing, Wording

# Told apart by the words in the bar's label too, never by the colour alone.
COLOURS = {
    Standing.IN_FORCE: "#1d7a52",
    Standing.EXPIRED: "#b3352c",
    Standing.ENDED: "#5b2a26",
    Standing.TO_COME: "#2b6ca3",
}
OTHER, INK, FAINT, LINE = "#8a9499", "#0b0c0c", "#505a5f", "#b1b4b6"
WIDTH, EDGE, ROW, TOP = 720, 12, 62, 46
CHART = 300
HALO = 'stroke="#ffffff" stroke-width="5" paint-order="stroke"'  # so that no line runs through a word


@dataclass(frozen=True)
class Bar:
    """One freedom on the timeline."""

    label: str
    starts: date
    ends: date  # the last day on which it holds
    standing: Standing


def timeline(bars: Sequence[Bar], starts: date, sunset: date, today: date, description: str) -> str:
    """Each freedom as a bar from its start to its sunset, over the years of its area, with today marked.

    Parameters
    ----------
    bars
        The freedoms, in the order in which they are listed.
    starts, sunset
        The area's first and last day.
    today
        The day of the line; at the picture's edge where it lies outside the area's years.
    description
        The same in words, for those who do not see the picture.

    Returns
    -------
    str
        An SVG without script or style; empty where there are no freedoms.
    """
    if not bars:
        return ""
    height = TOP + ROW * len(bars) + 8

    def at(day: date) -> float:
        return _along(day, starts, sunset + timedelta(days=1))

    lines = [
        f'<text x="{at(day):.1f}" y="16" fill="{FAINT}" font-size="15">{day.year}</text>'
        f'<path d="M{at(day):.1f} 22V{height}" stroke="{LINE}"/>'
        for day in _new_years(starts, sunset)
    ]
    drawn = []
    for row, bar in enumerate(bars):
        top = TOP + ROW * row
        x, width = at(bar.starts), max(at(bar.ends + timedelta(days=1)) - at(bar.starts), 3)
        colour = COLOURS.get(bar.standing, OTHER)
        words = f"{bar.label}: {bar.standing.label.lower()}"
        drawn.append(
            f'<rect x="{x:.1f}" y="{top + 22}" width="{width:.1f}" height="26" fill="{colour}">'
            f"<title>{escape(words)}</title></rect>"
            f'<text x="{EDGE}" y="{top + 14}" fill="{INK}" font-size="17" {HALO}>'
            f"{escape(_short(words, 78))}</text>"
        )
    x = at(min(max(today, starts), sunset))
    anchor = "end" if x > WIDTH / 2 else "start"
    lines.append(
        f'<path d="M{x:.1f} 22V{height}" stroke="{INK}" stroke-width="3" stroke-dasharray="7 4"/>'
        f'<text x="{x:.1f}" y="38" dx="{-6 if anchor == "end" else 6}" fill="{INK}" font-size="15" '
        f'font-weight="700" text-anchor="{anchor}">{today.day} {today:%B %Y}</text>'
    )
    return _svg("".join(lines + drawn), height, description)


def measured(points: Sequence[Measurement], words: Wording, description: str, said: tuple[str, str]) -> str:
    """A measure over time: each reported figure as a point, the baseline as a line, start and sunset marked.

    Parameters
    ----------
    points
        The figures that parties reported. Points are not joined: what was between them was not measured.
    words
        Of the freedom: its baseline, start and sunset.
    description
        The same in words, for those who do not see the picture.
    said
        How "baseline" and "sunset" are said beside their lines.

    Returns
    -------
    str
        An SVG without script or style; empty where nothing was reported.
    """
    if not points:
        return ""
    base = words.baseline
    values = [point.value for point in points] + ([base.value] if base.value is not None else [])
    days = [point.dated for point in points] + [words.starts, words.sunset]
    first, last = min(days), max(days) + timedelta(days=1)
    low, high = min([Decimal(0), *values]), max(values)
    high = high if high > low else low + 1

    def up(value: Decimal) -> float:
        return CHART - 40 - float((value - low) / (high - low)) * (CHART - 90)

    parts = [
        f'<path d="M{EDGE} {up(low):.1f}H{WIDTH - EDGE}" stroke="{LINE}"/>'
        f'<text x="{EDGE}" y="20" fill="{FAINT}" font-size="15">{escape(_short(words.unit, 60))}</text>',
        _upright(_along(words.starts, first, last), _day(words.starts)),
        _upright(_along(words.sunset, first, last), f"{said[1]} {_day(words.sunset)}"),
    ]
    if base.value is not None:
        y = up(base.value)
        parts.append(
            f'<path d="M{EDGE} {y:.1f}H{WIDTH - EDGE}" stroke="#b3352c" stroke-width="2" '
            f'stroke-dasharray="8 5"/><text x="{EDGE}" y="{y - 7:.1f}" fill="#7a1712" font-size="15">'
            f"{escape(said[0])} {base.shown}</text>"
        )
    parts += [_point(point, _along(point.dated, first, last), up(point.value)) for point in points]
    return _svg("".join(parts), CHART, description)


def _upright(x: float, said: str) -> str:
    anchor = "end" if x > WIDTH / 2 else "start"
    return (
        f'<path d="M{x:.1f} 40V{CHART - 40}" stroke="{FAINT}" stroke-dasharray="2 4"/>'
        f'<text x="{x:.1f}" y="{CHART - 14}" fill="{FAINT}" font-size="15" text-anchor="{anchor}">'
        f"{escape(said)}</text>"
    )


def _point(point: Measurement, x: float, y: float) -> str:
    side = -1 if x > WIDTH - 80 else 1
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#10416b">'
        f"<title>{_day(point.dated)}: {point.shown} ({escape(point.party.name)})</title></circle>"
        f'<text x="{x + 10 * side:.1f}" y="{y + 6:.1f}" fill="{INK}" font-size="17" font-weight="700" '
        f'text-anchor="{"end" if side < 0 else "start"}">{point.shown}</text>'
    )


def _along(day: date, first: date, last: date) -> float:
    share = (day - first).days / max((last - first).days, 1)
    return EDGE + (WIDTH - 2 * EDGE) * share


def _new_years(starts: date, sunset: date) -> list[date]:
    return [date(year, 1, 1) for year in range(starts.year + 1, sunset.year + 1)]


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _svg(parts: str, height: int, description: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(description)}" font-family="inherit">{parts}</svg>'
    )
