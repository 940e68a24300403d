"""How a commitment goes: what its debtor reports, and what follows from that and from the date."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from covenant.place.types import PartyView


class Progress(StrEnum):
    """What the party that owes a commitment says of it."""

    UNDER_WAY = "under way"
    DONE = "done"
    WILL_NOT = "will not be done"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Standing(StrEnum):
    """Where a commitment stands today. Worked out from reports, evidence and the date; never stored."""

    KEPT = "done, with evidence"
    NO_EVIDENCE = "done, no evidence"
    UNDER_WAY = "under way"
    NOT_STARTED = "not started"
    LATE = "late"
    WILL_NOT = "will not be done"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Evidence:
    """Something that a reader can check: what it is, where it stands, of what date."""

    what: str
    url: str
    dated: date


@dataclass(frozen=True)
class Report:
    """What the debtor said on a day, and what it showed."""

    id: UUID
    progress: Progress
    text: str
    party: PartyView
    at: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Kept:
    """A commitment's reports, the newest first, and where it stands."""

    standing: Standing
    due: date
    reports: tuple[Report, ...]
