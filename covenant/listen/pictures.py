"""Figures in, pictures out: SVG with a title and a description, and the same as rows of a table. Pure.

No script, no style attribute, nothing from elsewhere: the pictures work under a strict content policy.
Groups differ by colour, by shape and by letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

Figures = Mapping[str, Any]
Box = tuple[float, float, float, float]

COLOURS = ("#1d70b8", "#b4491a", "#00703c", "#6b3fa0", "#a8236f")
AGREE, PASS, DISAGREE = "#1d70b8", "#b1b4b6", "#b4491a"
WIDTH, HEIGHT, LEGEND = 400, 330, 24
MOST_MARKS = 1500


def colour(group: int) -> str:
    return COLOURS[group % len(COLOURS)]


def opinion_map(figures: Figures) -> str:
    """The opinion map as SVG: a mark for each square, larger where more people stand, and a letter for each
    group.

    Empty where there is nothing that may be shown.
    """
    cells = sorted(figures["map"]["cells"], key=lambda cell: -cell["count"])[:MOST_MARKS]
    if not cells:
        return ""
    box = _box(cells, figures["map"]["side"])
    scale = min(WIDTH / (box[2] - box[0]), HEIGHT / (box[3] - box[1]))
    most = cells[0]["count"]
    groups = [group for group in figures["groups"] if group["centre"] is not None]
    bottom = HEIGHT + 8
    height = bottom + LEGEND * len(groups)
    title = f"Opinion map of {figures['map']['people']} people"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="inherit">',
        f"<title>{escape(title)}</title><desc>{escape(describe(figures))}</desc>",
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="#ffffff" stroke="#b1b4b6"/>',
    ]
    for group in groups:
        marks = []
        for cell in cells:
            if cell["group"] == group["id"]:
                x, y = _place(cell["x"], cell["y"], box, scale)
                radius = max(1.0, 0.62 * figures["map"]["side"] * scale * (cell["count"] / most) ** 0.5)
                marks.append(_mark(group["id"], x, y, radius))
        parts.append(f'<path fill="{colour(group["id"])}" fill-opacity="0.75" d="{"".join(marks)}"/>')
    for group in groups:
        x, y = _place(group["centre"][0], group["centre"][1], box, scale)
        parts.append(_badge(group, min(max(x, 14), WIDTH - 14), min(max(y, 14), HEIGHT - 14)))
    parts += [_legend(group, bottom + LEGEND * i) for i, group in enumerate(groups)]
    return "".join([*parts, "</svg>"])


def describe(figures: Figures) -> str:
    """The picture in words."""
    groups = figures["groups"]
    if len(groups) < 2:
        return "One group: those who took part do not fall into distinct groups."
    named = ", ".join(f"{group['label']} with {_people(group['size'])}" for group in groups)
    near = "People who stand near each other voted alike."
    return f"{len(groups)} groups of people who voted alike: {named}. {near}"


def map_table(figures: Figures) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The map as a table: the header, and a row for each group."""
    rows: list[tuple[str, ...]] = []
    for group in figures["groups"]:
        inside = [cell for cell in figures["map"]["cells"] if cell["group"] == group["id"]]
        where = "not shown" if group["centre"] is None else "{:.1f}, {:.1f}".format(*group["centre"])
        crowd = max(inside, key=lambda cell: cell["count"], default=None)
        dense = f"{crowd['count']} people near {crowd['x']:.1f}, {crowd['y']:.1f}" if crowd else "not shown"
        rows.append((group["label"], _people(group["size"]), where, dense))
    return ("Group", "People", "Middle of the group (across, up)", "Where most stand"), rows


def statement_bar(counts: Figures) -> str:
    """How one statement was answered, as a bar: agree, pass, disagree from left to right. Empty where not
    shown.
    """
    seen = counts["seen"]
    if not seen:
        return ""
    parts = [(counts["agrees"], AGREE), (counts["passes"], PASS), (counts["disagrees"], DISAGREE)]
    shares = [100 * n / seen for n, _ in parts]
    title = f"{shares[0]:.0f}% agree, {shares[1]:.0f}% pass, {shares[2]:.0f}% disagree, of {seen} people"
    rects, at = [], 0.0
    for share, (n, fill) in zip(shares, parts, strict=True):
        if n:
            rects.append(f'<rect x="{at:.2f}" y="0" width="{share:.2f}" height="10" fill="{fill}"/>')
        at += share
    for mark in (shares[0], shares[0] + shares[1]):
        if 0 < mark < 100:
            rects.append(f'<rect x="{mark - 0.2:.2f}" y="0" width="0.4" height="10" fill="#ffffff"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 10" width="100%" height="12" '
        f'preserveAspectRatio="none" role="img" aria-label="{title}"><title>{title}</title>'
        f"{''.join(rects)}</svg>"
    )


def _people(size: int | None) -> str:
    if size is None:
        return "number not shown"
    return "1 person" if size == 1 else f"{size:,} people"


def _box(cells: list[Any], side: float) -> Box:
    """The edges of the picture, on the scale of the map, with a margin."""
    xs, ys = [cell["x"] for cell in cells], [cell["y"] for cell in cells]
    margin = 1.2 * side
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def _place(x: float, y: float, box: Box, scale: float) -> tuple[float, float]:
    """From the map to the picture: centred, and up is up."""
    return (
        WIDTH / 2 + (x - (box[0] + box[2]) / 2) * scale,
        HEIGHT / 2 - (y - (box[1] + box[3]) / 2) * scale,
    )


def _mark(group: int, x: float, y: float, r: float) -> str:
    """A circle, a square, a triangle, a diamond or a cross, of about the same area."""
    shape = group % 5
    if shape == 0:
        return (
            f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z"
        )
    if shape == 1:
        s = 0.89 * r
        return f"M{x - s:.1f} {y - s:.1f}h{2 * s:.1f}v{2 * s:.1f}h{-2 * s:.1f}z"
    if shape == 2:
        s = 1.25 * r
        return f"M{x:.1f} {y - s:.1f}l{s:.1f} {1.8 * s:.1f}h{-2 * s:.1f}z"
    if shape == 3:
        s = 1.25 * r
        return f"M{x:.1f} {y - s:.1f}l{s:.1f} {s:.1f}l{-s:.1f} {s:.1f}l{-s:.1f} {-s:.1f}z"
    a, b = 0.4 * r, 1.2 * r
    return (
        f"M{x - a:.1f} {y - b:.1f}h{2 * a:.1f}v{b - a:.1f}h{b - a:.1f}v{2 * a:.1f}h{a - b:.1f}v{b - a:.1f}"
        f"h{-2 * a:.1f}v{a - b:.1f}h{a - b:.1f}v{-2 * a:.1f}h{b - a:.1f}z"
    )


def _badge(group: Figures, x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" fill="#ffffff" '
        f'stroke="{colour(group["id"])}" stroke-width="3"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="14" font-weight="bold" '
        f'fill="#0b0c0c">{escape(group["label"])}</text>'
    )


def _legend(group: Figures, y: float) -> str:
    return (
        f'<path fill="{colour(group["id"])}" d="{_mark(group["id"], 12, y + 12, 7)}"/>'
        f'<text x="26" y="{y + 17:.0f}" font-size="14" fill="#0b0c0c">Group {escape(group["label"])}: '
        f"{escape(_people(group['size']))}</text>"
    )
