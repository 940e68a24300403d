"""What may be kept of a file, and in the prices of which year sums may be shown.

Whoever runs the machine imports files at its command line; everything that is imported is public.
"""

from collections.abc import Collection

from covenant.place.types import NotPossible

FEWEST_PEOPLE = 10  # sums paid to fewer individuals of a place are not shown


def check_can_replace(before: int, now: int, *, sure: bool) -> None:
    """Raise where a corrected file would take away most of what stands: it may have been cut short."""
    if not can_replace(before, now) and not sure:
        raise NotPossible(
            f"This file has {now:,} entries, and what it would replace has {before:,}: nothing was changed. "
            "Say --sure if that is right."
        )


def can_replace(before: int, now: int) -> bool:
    """
    >>> can_replace(100, 60), can_replace(100, 40)
    (True, False)
    """
    return 2 * now >= before


def base_year(asked: str, known: Collection[int]) -> int:
    """The year whose prices are asked for, or the newest where none or an unknown one is.

    >>> base_year("2017", [2016, 2017, 2018]), base_year("x", [2016, 2017]), base_year("", [2016])
    (2017, 2017, 2016)
    """
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in known else max(known)
