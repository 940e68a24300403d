"""A QR code as SVG. Its text stands beside it on the page."""

from collections.abc import Iterable

import segno


def qr(text: str, *, label: str) -> str:
    """A code that a telephone's camera reads as this text.

    Parameters
    ----------
    text
        What it leads to, such as an address.
    label
        What it is, for those who do not see it.

    Examples
    --------
    >>> qr("https://example.org/", label="Example").startswith('<svg role="img" aria-label="Example"')
    True
    """
    made = segno.make(text, error="m", micro=False)
    size = made.symbol_size(border=4)[0]
    path = "".join(
        f"M{left} {top}h{right - left}v1h-{right - left}z"
        for top, row in enumerate(made.matrix_iter(border=4))
        for left, right in _runs(row)
    )
    named = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<svg role="img" aria-label="{named}" class="cov-qr" viewBox="0 0 {size} {size}" '
        f'width="{size * 5}" height="{size * 5}" xmlns="http://www.w3.org/2000/svg">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def _runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of dark squares in a row: from where up to where."""
    found, start = list[tuple[int, int]](), -1
    for place, dark in enumerate([*row, 0]):
        if dark and start < 0:
            start = place
        elif not dark and start >= 0:
            found.append((start, place))
            start = -1
    return found
