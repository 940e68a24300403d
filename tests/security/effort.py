"""How long the attacks go on: about a minute in all, the same each time; longer, and by chance, when asked.

`COVENANT_ATTACK=50 pytest tests/security` makes fifty times as many attacks, new ones each time.
"""

import os
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("COVENANT_ATTACK", "1"))
LONG = TIMES > 1
SEED = None if LONG else 20260302
T = TypeVar("T")


def attacks(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples of a property."""
    return settings(
        max_examples=number * TIMES,
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def some(of: Sequence[T], number: int) -> list[T]:
    """So many of them, drawn without replacement; when asked for a long attack, more or all."""
    return Random(SEED).sample(of, min(len(of), number * TIMES))
