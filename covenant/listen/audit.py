"""What can be checked of a conversation's results, as pages hold it: frozen, free of Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.listen.ballots import Place


@dataclass(frozen=True)
class SetView:
    """A counted set: the tags of the votes that published results counted."""

    snapshot: UUID
    made_at: datetime
    entries: int
    votes: int
    erased: int  # answers that were gone before
    erased_since: int  # answers of the conversation that are gone since: some may be of later votes
    sha256: str


@dataclass(frozen=True)
class OwnTag:
    """How a vote of one's own stands in a counted set; no place is a fault of the set."""

    tag: str
    place: Place | None


@dataclass(frozen=True)
class Standing:
    """One's own votes in the newest counted set, by statement, as far as it counts them."""

    set: SetView | None
    own: dict[UUID, OwnTag]


@dataclass(frozen=True)
class Level:
    """How many people are known so well; None where it would tell of too few."""

    level: int
    people: int | None


@dataclass(frozen=True)
class GrantView:
    """Someone may have results replayed, until a day."""

    id: UUID
    person: UUID
    name: str
    until: date
    reason: str


@dataclass(frozen=True)
class ToReplay:
    """Results as they were published, to be found again."""

    snapshot: UUID
    conversation: UUID
    entries: int
    figures: str
    votes: int
    engine: str
    erased_since: int


@dataclass(frozen=True)
class Replayed:
    """What came of working published results out again."""

    snapshot: UUID
    published: str  # the hash of the figures as they were published
    figures: str  # and of those found again
    counted: int  # votes, then
    votes: int  # of them that are here now
    erased: int  # since, of the conversation
    engine: str
    engine_now: str

    @property
    def same(self) -> bool:
        return self.figures == self.published

    @property
    def gone(self) -> int:
        """Votes that were counted and are no longer here."""
        return self.counted - self.votes

    @property
    def explained(self) -> bool:
        """Whether erasures account for what is gone: of those since, some may be of later votes."""
        return 0 <= self.gone <= self.erased

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "snapshot": str(self.snapshot), "same": self.same}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Replayed:
        known = {name: told[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "snapshot": UUID(told["snapshot"])})


@dataclass(frozen=True)
class ReplayView:
    """A replay that was asked for, and what came of it: None while it is not done."""

    id: UUID
    snapshot: UUID
    made_at: datetime  # the results
    entries: int
    asked_at: datetime
    outcome: Replayed | None
