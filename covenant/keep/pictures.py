"""A covenant's health: how many of its commitments stand where, as one bar."""

from collections.abc import Mapping
from html import escape

from covenant.keep.types import Standing

# Told apart by the label and the order too, never by the colour alone.
COLOURS = {
    Standing.KEPT: "#1d7a52",
    Standing.NO_EVIDENCE: "#8a9499",
    Standing.UNDER_WAY: "#2b6ca3",
    Standing.NOT_STARTED: "#c9d1d5",
    Standing.LATE: "#b3352c",
    Standing.WILL_NOT: "#5b2a26",
}
WIDTH, HEIGHT, GAP = 720, 56, 2


def health(counts: Mapping[Standing, int], description: str) -> str:
    """One bar with a part for each standing, as wide as its share of the commitments.

    Parameters
    ----------
    counts
        How many commitments stand where. Shown beside the picture as a table.
    description
        The same in words, for those who do not see the picture.

    Returns
    -------
    str
        An SVG without script or style; empty where there are no commitments.
    """
    total = sum(counts.values())
    if not total:
        return ""
    parts, x = [], 0.0
    for standing, colour in COLOURS.items():
        count = counts.get(standing, 0)
        if not count:
            continue
        width = WIDTH * count / total
        parts.append(_part(x, max(width - GAP, 1), colour, count, standing))
        x += width
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(description)}" font-family="inherit">{"".join(parts)}</svg>'
    )


def _part(x: float, width: float, colour: str, count: int, standing: Standing) -> str:
    ink = "#0b0c0c" if standing is Standing.NOT_STARTED else "#ffffff"
    label = f'<text x="{x + 10:.1f}" y="36" fill="{ink}" font-size="22" font-weight="700">{count}</text>'
    return (
        f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{HEIGHT}" fill="{colour}">'
        f"<title>{escape(standing.label)}: {count}</title></rect>{label if width > 30 else ''}"
    )
