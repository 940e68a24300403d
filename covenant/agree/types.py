"""What a covenant is made of: frozen, free of Django."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from covenant.place.types import PartyView, Tier


class GroundKind(StrEnum):
    """Why a commitment is made. Majorities are not the only reason."""

    COMMON_GROUND = "common ground"
    DISSENT = "dissent"
    NEED = "need"
    EVIDENCE = "evidence"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_heard(self) -> bool:
        """Whether it cites a statement that people voted on, rather than a source."""
        return self in (GroundKind.COMMON_GROUND, GroundKind.DISSENT)


class Resources(StrEnum):
    """What the parties say stands behind a commitment. Not stated is not the same as none."""

    NOT_STATED = "not stated"
    FUNDED = "funded"
    PARTLY = "partly"
    NONE = "none"
    NOT_NEEDED = "not needed"

    @property
    def label(self) -> str:
        return {
            "not stated": "Not stated",
            "funded": "Money for all of it is set aside",
            "partly": "Money for a part of it is set aside",
            "none": "No money is set aside",
            "not needed": "It needs no money",
        }[self.value]


class VersionState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Ground:
    """What a commitment stands on: a frozen citation of what was heard, or a named source."""

    kind: GroundKind
    statement: UUID | None
    citation: dict[str, Any]  # what it said when it was cited: wording, counts, groups, snapshot
    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class ClauseView:
    """A commitment as one version words it."""

    id: UUID
    commitment: UUID
    number: int
    debtor: PartyView
    creditors: tuple[PartyView, ...]
    text: str
    measure: str
    due: date
    tier: Tier
    outcome: str
    resources: Resources
    grounds: tuple[Ground, ...]

    @property
    def owed_to_residents(self) -> bool:
        return any(not creditor.sector.signs for creditor in self.creditors)


@dataclass(frozen=True)
class SignatureView:
    """A party's consent to one exact hash: who gave it, in what office, by what mandate."""

    party: PartyView
    person: str
    office: str
    given_by: str
    hash: str
    at: datetime


@dataclass(frozen=True)
class VersionView:
    id: UUID
    number: int
    state: VersionState
    hash: str
    why: str
    purpose: str
    parties: tuple[PartyView, ...]
    clauses: tuple[ClauseView, ...]
    needed: tuple[PartyView, ...]  # whose consent it takes
    signatures: tuple[SignatureView, ...]
    refusals: tuple[tuple[PartyView, str], ...]
    proposed_at: datetime | None
    in_force_at: datetime | None
    ended_at: datetime | None

    @property
    def missing(self) -> tuple[PartyView, ...]:
        """The parties whose consent is still needed."""
        signed = {signature.party.id for signature in self.signatures}
        return tuple(party for party in self.needed if party.id not in signed)


@dataclass(frozen=True)
class CovenantView:
    id: UUID
    slug: str
    title: str
    place: UUID
    place_name: str
    place_slug: str
    versions: tuple[VersionView, ...]  # newest first; a draft only for those who may see it

    @property
    def in_force(self) -> VersionView | None:
        return next((v for v in self.versions if v.state is VersionState.IN_FORCE), None)

    @property
    def open_version(self) -> VersionView | None:
        """The version that is being drafted or signed, if there is one."""
        return next(
            (v for v in self.versions if v.state in (VersionState.DRAFT, VersionState.PROPOSED)), None
        )


@dataclass(frozen=True)
class InForce:
    """The version of a covenant that is in force, and the parties that are bound by it together."""

    covenant: UUID
    slug: str
    place: UUID
    version: UUID
    parties: tuple[PartyView, ...]


@dataclass(frozen=True)
class CovenantLine:
    """A covenant in a list."""

    slug: str
    title: str
    place_name: str
    state: str
    commitments: int


@dataclass(frozen=True)
class CommitmentLine:
    """A commitment in a list, in its newest wording that was shown for signing."""

    id: UUID
    number: int
    text: str
    covenant_slug: str
    covenant_title: str


@dataclass(frozen=True)
class CommitmentView:
    """A commitment through the versions that worded it, the newest first."""

    id: UUID
    covenant: UUID
    covenant_slug: str
    covenant_title: str
    place: UUID
    number: int
    wordings: tuple[tuple[int, VersionState, ClauseView], ...]

    @property
    def now(self) -> ClauseView | None:
        """The wording in force, if there is one."""
        return next((clause for _, state, clause in self.wordings if state is VersionState.IN_FORCE), None)
