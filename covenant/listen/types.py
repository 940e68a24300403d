"""What listening works with: votes as compressed rows, and what is found in them. No Django, no numba."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Vote(IntEnum):
    """What a participant says of a statement. Unseen is no value: it is absent."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


def frozen(array: ArrayLike, dtype: Any) -> NDArray[Any]:
    """The array, read-only. Copied only where somebody could still write to it."""
    kept = np.ascontiguousarray(array, dtype=dtype)
    if kept.flags.writeable:
        kept = kept.copy() if kept is array else kept
        kept.setflags(write=False)
    return kept


@dataclass(frozen=True, eq=False)
class Votes:
    """The latest vote of every participant on every statement that they answered, as compressed rows.

    Participant i answered `statements[indptr[i]:indptr[i + 1]]`, in rising order, with the `values` beside
    them.

    Parameters
    ----------
    indptr : int64 array of n_participants + 1
    statements : int32 array, the statements' indices
    values : int8 array, -1, 0 or 1
    n_statements : int, how many statements the conversation has, answered or not
    """

    indptr: Ints
    statements: NDArray[np.int32]
    values: NDArray[np.int8]
    n_statements: int

    def __post_init__(self) -> None:
        for name, dtype in (("indptr", np.int64), ("statements", np.int32), ("values", np.int8)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        problem = self._problem()
        if problem:
            raise ValueError(problem)

    def _problem(self) -> str:
        indptr, statements, values = self.indptr, self.statements, self.values
        if indptr.ndim != 1 or statements.ndim != 1 or values.ndim != 1:
            return "indptr, statements and values are flat arrays"
        if not len(indptr) or indptr[0] != 0 or indptr[-1] != len(statements) or (np.diff(indptr) < 0).any():
            return "indptr rises from 0 to the number of votes"
        if len(statements) != len(values):
            return "there is one value for each statement answered"
        if len(values) and (values.min() < -1 or values.max() > 1):
            return "a vote is -1, 0 or 1"
        if len(statements) and (statements.min() < 0 or statements.max() >= self.n_statements):
            return f"a statement lies between 0 and {self.n_statements - 1}"
        rises = np.diff(statements) > 0
        between = indptr[1:-1]
        rises[between[(between > 0) & (between < len(statements))] - 1] = True
        return "" if rises.all() else "a participant's statements rise, each once"

    @classmethod
    def of(
        cls,
        participants: ArrayLike,
        statements: ArrayLike,
        values: ArrayLike,
        *,
        n_participants: int,
        n_statements: int,
    ) -> Votes:
        """Votes from three columns in the order in which they were cast: the last one on a statement counts.

        Participants and statements are indices from 0.

        Examples
        --------
        >>> votes = Votes.of([0, 1, 0], [2, 0, 2], [1, -1, -1], n_participants=2, n_statements=3)
        >>> votes.dense()
        array([[nan, nan, -1.],
               [-1., nan, nan]])
        """
        who, what = np.asarray(participants, np.int64), np.asarray(statements, np.int64)
        vote = np.asarray(values)
        if not (who.shape == what.shape == vote.shape and who.ndim == 1):
            raise ValueError("participants, statements and values are flat and equally long")
        if len(vote) and (vote.min() < -1 or vote.max() > 1):
            raise ValueError("a vote is -1, 0 or 1")
        for index, size, name in ((who, n_participants, "participant"), (what, n_statements, "statement")):
            if len(index) and (index.min() < 0 or index.max() >= size):
                raise ValueError(f"a {name} lies between 0 and {size - 1}")
        cell = who * n_statements + what
        order = np.argsort(cell, kind="stable")
        cell = cell[order]
        last = np.ones(len(cell), np.bool_)
        last[:-1] = cell[1:] != cell[:-1]
        order = order[last]
        indptr = np.zeros(n_participants + 1, np.int64)
        np.cumsum(np.bincount(who[order], minlength=n_participants), out=indptr[1:])
        return cls(indptr, what[order].astype(np.int32), vote[order].astype(np.int8), n_statements)

    @property
    def n_participants(self) -> int:
        return len(self.indptr) - 1

    @property
    def n_votes(self) -> int:
        return len(self.values)

    @property
    def cast(self) -> Ints:
        """How many statements each participant answered."""
        return np.diff(self.indptr)

    def partitions(self, n: int) -> Iterator[Votes]:
        """The same votes as n runs of participants with about equally many votes."""
        marks = np.searchsorted(self.indptr, np.linspace(0, self.n_votes, n + 1)[1:-1])
        edges = [0, *np.maximum.accumulate(marks).tolist(), self.n_participants]
        for first, last in pairwise(edges):
            start, stop = self.indptr[first], self.indptr[last]
            indptr = self.indptr[first : last + 1] - start
            yield Votes(indptr, self.statements[start:stop], self.values[start:stop], self.n_statements)

    def dense(self) -> Floats:
        """Participants by statements, NaN where unseen: for small conversations and for tests."""
        matrix = np.full((self.n_participants, self.n_statements), np.nan)
        matrix[np.repeat(np.arange(self.n_participants), self.cast), self.statements] = self.values
        return matrix


@dataclass(frozen=True)
class Statement:
    """A statement as the conversation shows it. `out`: moderated out. `meta`: about the conversation
    itself.
    """

    id: str
    text: str
    out: bool = False
    meta: bool = False
    author: str | None = None
    created: int | None = None
    """When it was made: whole seconds since 1970, UTC."""


@dataclass(frozen=True)
class Settings:
    """What the engine is told beside the votes. The defaults are the field's own."""

    minimum_votes: int = 7
    """A participant is in the conversation after so many votes, or all statements where there are fewer."""
    fewest: int = 15
    """Where fewer people qualify, the most active are added up to this many."""
    base_clusters: int = 100
    max_groups: int = 5
    restarts: int = 10
    """How many starts each number of groups is given; the tightest result is kept."""
    confidence: float = 0.9
    """One-sided, for a statement to stand for a group or for everyone."""
    listed: int = 5
    """At most so many statements are named for a group, and for each side of the common ground."""


@dataclass(frozen=True, eq=False)
class Tally:
    """How often each statement was agreed with, disagreed with and passed on. int64, one a statement."""

    agrees: Ints
    disagrees: Ints
    passes: Ints

    @property
    def seen(self) -> Ints:
        return self.agrees + self.disagrees + self.passes


@dataclass(frozen=True, eq=False)
class Axes:
    """The two directions in which votes differ most.

    `centre` and `loadings` are 0 for statements that are left out of the map (moderated out, meta, unvoted).
    """

    centre: Floats
    """n_statements: the mean vote."""
    loadings: Floats
    """2 by n_statements, each row of length 1, or 0 where the votes do not differ."""
    explained: Floats
    """2: the part of the variance of the imputed matrix that lies along each, 0 to 1."""
    size: int
    """How many statements the map counts: those with a vote, moderated out or not."""


@dataclass(frozen=True, eq=False)
class Groups:
    """People whose votes lie near each other. -1: not in the conversation."""

    labels: NDArray[np.int32]
    sizes: Ints
    centres: Floats
    silhouettes: dict[int, float] = field(default_factory=dict)
    """How clearly each number of groups that was tried divides the people: -1 to 1."""

    @property
    def n(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True)
class Telling:
    """A statement that tells something: of a group against the others, or of everyone.

    n_success of n_trials people answered in this `direction`; p is the share (one agree and one disagree
    added), z its distance from a half; against the others, `ratio` of the shares and `z_others` of the
    difference (0 where none).
    """

    statement: int
    direction: Vote
    n_success: int
    n_trials: int
    p: float
    z: float
    ratio: float = 0.0
    z_others: float = 0.0


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """Everything that one run finds. Indices are those of the votes."""

    n_votes: int
    positions: Floats
    """n_participants by 2."""
    axes: Axes
    groups: Groups
    everyone: Tally
    by_group: tuple[Tally, ...]
    representative: tuple[tuple[Telling, ...], ...]
    agreed: tuple[Telling, ...]
    disagreed: tuple[Telling, ...]
    group_aware: Floats
    extremity: Floats
    priority: Floats
    settings: Settings
