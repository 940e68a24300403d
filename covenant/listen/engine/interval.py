"""How far chance alone could have moved a share."""

import math


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The range in which a share plausibly lies, given how few people it rests on.

    It speaks of chance among people like those who answered. It knows nothing of who chose to take part.

    Parameters
    ----------
    successes, trials : int
        So many of so many.
    z : float
        1.96 for 95 %.

    Returns
    -------
    tuple of float
        The lower and upper end, 0 to 1; (0, 1) where nobody answered.

    Raises
    ------
    ValueError
        More successes than trials, or fewer than none.

    Examples
    --------
    >>> low, high = wilson(71, 100)
    >>> round(low, 3), round(high, 3)
    (0.615, 0.79)

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if trials == 0:
        return 0.0, 1.0
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
