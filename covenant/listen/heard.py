"""What is heard in a conversation, as others may hold it: frozen, free of Django. Read it through `reads`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from covenant.listen.types import Statement, Vote, Votes
from covenant.record.types import moment


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Moderation(StrEnum):
    PENDING = "pending"
    SHOWN = "shown"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        return {"pending": "Waiting", "shown": "Shown", "hidden": "Hidden"}[self.value]


class Outcome(StrEnum):
    """What came of showing a statement to someone. Withdrawn: it was hidden while they read it."""

    OPEN = "open"
    VOTED = "voted"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


COUNTED = "vote.counted"  # the kind of the entry that tells of a vote; its subject is the conversation
CODE_USED = "vote.code_used"  # told as votes are: of the day alone, and in an order drawn by lot
CLOSED = "conversation.closed"
ERASED = "answers.erased"  # how many answers that counted are gone; its subject is the conversation


def text_of(figures: Mapping[str, Any]) -> str:
    """The one way in which figures are written before they are hashed and kept."""
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def random_id() -> UUID:
    """An id that tells nothing, not even the order in which people came."""
    return uuid.uuid4()


@dataclass(frozen=True)
class ConversationView:
    """A conversation, and what this reader may do with it."""

    id: UUID
    slug: str
    title: str
    introduction: str
    source: str
    language: str
    state: State
    place: UUID
    place_name: str
    place_slug: str
    opens: date | None
    closes: date | None
    loaded_at: datetime | None
    takes_part: bool  # whether votes are taken today
    has_closed: bool  # whether its last day is over, or it was closed
    may_moderate: bool
    may_convene: bool
    statements: int  # shown
    waiting: int  # for moderation
    newest: UUID | None  # the results that were published last, if there are any
    codes_issued: int
    codes_used: int


@dataclass(frozen=True)
class Results:
    """The newest published results, as they were published."""

    id: UUID
    made_at: datetime
    entries: int
    engine: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class StatementView:
    id: UUID
    conversation: UUID
    conversation_slug: str
    conversation_title: str
    language: str
    place: UUID
    number: int
    text: str
    is_seed: bool
    is_meta: bool
    moderation: Moderation
    reason: str
    made_at: datetime | None


@dataclass(frozen=True)
class ExposureView:
    """The statement that someone has before them."""

    id: UUID
    statement: UUID
    number: int
    text: str
    still_shown: bool  # a moderator may have hidden it since


@dataclass(frozen=True)
class Part:
    """How far someone has come in a conversation, and what stands before them."""

    participant: UUID
    conversation: UUID
    answered: int
    total: int
    skipped: int  # passed over, and not answered since
    suggested: int
    exposure: ExposureView | None


@dataclass(frozen=True)
class OwnVote:
    """One's own vote, which nobody else can see."""

    statement: UUID
    number: int
    text: str
    value: Vote
    cast_at: datetime | None
    still_shown: bool


@dataclass(frozen=True)
class GroupCount:
    """How one group of people answered a statement; the counts are None where they would tell of too few."""

    name: str
    size: int | None
    agrees: int | None
    disagrees: int | None
    passes: int | None

    @property
    def seen(self) -> int | None:
        if self.agrees is None or self.disagrees is None or self.passes is None:
            return None
        return self.agrees + self.disagrees + self.passes


@dataclass(frozen=True)
class Citation:
    """What a statement said at one moment, complete enough to stand alone when the conversation moves on.

    Shares are whole numbers of a thousandth, so that a citation can be hashed. `kinds` is what it can be
    cited as: "common ground" where it is found to be so, "dissent" where it divides people; both or neither.
    """

    statement: UUID
    number: int
    text: str
    language: str
    conversation: UUID
    conversation_slug: str
    conversation_title: str
    place: UUID
    snapshot: UUID
    made_at: datetime
    entries: int
    participants: int
    agrees: int | None
    disagrees: int | None
    passes: int | None
    share: int | None  # who agreed, in thousandths of those who saw it
    low: int | None  # the ends of its 95 % interval
    high: int | None
    groups: tuple[GroupCount, ...]
    kinds: tuple[str, ...]
    salt: str = ""  # with which the words are sealed, in hexadecimal; none for what came with an export
    seal: str = ""

    @property
    def seen(self) -> int | None:
        if self.agrees is None or self.disagrees is None or self.passes is None:
            return None
        return self.agrees + self.disagrees + self.passes

    def as_json(self) -> dict[str, Any]:
        """Of JSON's types and whole numbers, so that it can be frozen and hashed."""
        return {
            "statement": str(self.statement),
            "number": self.number,
            "text": self.text,
            "language": self.language,
            "conversation": {
                "id": str(self.conversation),
                "slug": self.conversation_slug,
                "title": self.conversation_title,
            },
            "snapshot": str(self.snapshot),
            "made_at": moment(self.made_at),
            "entries": self.entries,
            "participants": self.participants,
            "agrees": self.agrees,
            "disagrees": self.disagrees,
            "passes": self.passes,
            "seen": self.seen,
            "agree_per_thousand": self.share,
            "interval_per_thousand": [self.low, self.high],
            "groups": [
                {
                    "name": g.name,
                    "size": g.size,
                    "agrees": g.agrees,
                    "disagrees": g.disagrees,
                    "passes": g.passes,
                    "seen": g.seen,
                }
                for g in self.groups
            ],
            "kinds": list(self.kinds),
            **({"salt": self.salt, "seal": self.seal} if self.seal else {}),
        }


@dataclass(frozen=True)
class SharedStatement:
    """A statement that everyone shares, by the newest results; `seen` is how many people answered it."""

    id: UUID
    conversation: str  # its address
    text: str
    seen: int | None


@dataclass(frozen=True)
class Started:
    """Someone new in a conversation, and what stands before them: None where there is nothing to ask."""

    participant: UUID
    exposure: UUID | None


@dataclass(frozen=True)
class Answered:
    """What came of an answer, and what stands before the participant next."""

    counted: bool  # false where a moderator had hidden the statement meanwhile
    exposure: UUID | None


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that results are a function of: the votes and statements up to a place in the record."""

    conversation: UUID
    title: str
    introduction: str
    counted: int  # how many entries the results before these count
    entries: int
    statements: tuple[Statement, ...]
    votes: Votes
    salts: Mapping[str, bytes]  # of the words of statements, by their ids
