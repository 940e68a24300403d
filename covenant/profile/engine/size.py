"""How large an organisation is, by its income in a year."""

VERSION = "size/1"
BANDS = (
    ("micro", 10_000),
    ("small", 100_000),
    ("medium", 1_000_000),
    ("large", 10_000_000),
    ("major", 100_000_000),
)
SUPER = "super-major"
UNSTATED = "not stated"
SIZES = (*(name for name, _ in BANDS), SUPER, UNSTATED)


def band(income: int | None) -> str:
    """The band of an income, as the voluntary sector's almanac draws them.

    Parameters
    ----------
    income
        Pence a year; None where it is not stated.

    Returns
    -------
    str
        micro (under £10,000), small (under £100,000), medium (under £1m), large (under £10m), major (under
        £100m), super-major, or "not stated".

    Examples
    --------
    >>> band(999_999), band(1_000_000), band(None)
    ('micro', 'small', 'not stated')

    Reference
    ---------
    NCVO, UK Civil Society Almanac, income bands.
    """
    if income is None:
        return UNSTATED
    return next((name for name, pounds in BANDS if income < 100 * pounds), SUPER)
