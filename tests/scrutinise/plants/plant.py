"""What each rule's planted programmes are made of: see `tests/scrutinise/test_plants.py`, which counts them.

Each rule has a module here, named as the rule, with

    PLANTS      one `Plant` for each question of the rule
    favourable  states all that the rule reads in a way that gives it nothing to ask; used for every control
    plainly     the plain, slow twin: for a wholly stated programme, each question's cases
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from covenant.scrutinise.programme import Programme

Draw = Callable[[random.Random], Programme]


@dataclass(frozen=True)
class Plant:
    """One question: programmes in which it must be asked, and some that only just give no cause for it.

    A near miss differs from a positive in a single fact, drawn among those on which the question depends.
    """

    question: str
    positive: Draw
    near_miss: Draw
