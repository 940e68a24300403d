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
    ENDED = "ended"  # it was in force, and departures left nothing that binds two sides
    IN_PART = "agreed in part"  # what was agreed of it is in force as the version that settles it
    REFUSED = "refused"
    LAPSED = "lapsed"  # its time was over, or what it would change had changed meanwhile
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class SectionKind(StrEnum):
    """The sections of a local covenant beside its commitments, in the order in which they are read."""

    FOREWORD = "foreword"
    PRINCIPLES = "principles"
    FUNDING = "funding"
    DISPUTES = "disputes"
    REVIEW = "term and review"
    PLAN = "action plan"
    WORDS = "meaning of words"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Section:
    kind: SectionKind
    text: str


@dataclass(frozen=True)
class Term:
    """From when to when a covenant runs, and when it is reviewed; each may be left open."""

    starts: date | None = None
    ends: date | None = None  # inclusive
    review: date | None = None


@dataclass(frozen=True)
class Reciprocal:
    """A commitment on whose keeping another depends: we will, if you will."""

    commitment: UUID
    number: int


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
    together: tuple[PartyView, ...] = ()  # who owe it beside the debtor, each for the whole
    evidence: str = ""  # what counts as evidence that it is kept
    review: date | None = None
    explain: str = ""  # what must be explained, and to whom, where it is not kept
    baseline: str = ""  # where the outcome stands today
    reciprocals: tuple[Reciprocal, ...] = ()  # it is owed if these are kept

    @property
    def debtors(self) -> tuple[PartyView, ...]:
        return (self.debtor, *self.together)

    @property
    def named(self) -> tuple[PartyView, ...]:
        """Everyone who owes it or is owed it."""
        return (*self.debtors, *self.creditors)

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
    capacity: str = ""  # "itself", or "members" who were asked; empty where it was not said


@dataclass(frozen=True)
class PartRefused:
    """A party that consented to a version but for one part of it, and why."""

    party: PartyView
    key: str
    reason: str


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
    sections: tuple[Section, ...] = ()
    term: Term = Term()
    author: PartyView | None = None  # the party that drafted it; None: the convenor
    base: int | None = None  # the number of the version that it was drafted from
    counters: int | None = None  # of the version to which it is a counter-proposal
    settles: int | None = None  # of the version of which it is what was agreed
    came_by: str = ""  # where no consent was asked: the departure or succession that made it
    answer_by: date | None = None  # inclusive; who has not answered then has not consented
    refused_parts: tuple[PartRefused, ...] = ()
    is_whole: bool = True  # whether its words, parties and signatures were read

    @property
    def missing(self) -> tuple[PartyView, ...]:
        """The parties whose answer is still needed."""
        answered = {signature.party.id for signature in self.signatures}
        answered |= {party.id for party, _reason in self.refusals}
        return tuple(party for party in self.needed if party.id not in answered)


@dataclass(frozen=True)
class CovenantView:
    id: UUID
    slug: str
    title: str
    place: UUID
    place_name: str
    place_slug: str
    # Newest first; drafts only for those who may see them. Whole are those in force and open, and those that
    # were asked for; of the others there is a line, since ten years have too many words for a page.
    versions: tuple[VersionView, ...]

    @property
    def in_force(self) -> VersionView | None:
        return next((v for v in self.versions if v.state is VersionState.IN_FORCE), None)

    @property
    def open_versions(self) -> tuple[VersionView, ...]:
        """The versions that are being drafted or signed."""
        return tuple(v for v in self.versions if v.state in (VersionState.DRAFT, VersionState.PROPOSED))

    @property
    def shown(self) -> VersionView | None:
        """What a reader is shown first: the version in force, or else the newest that was ever proposed."""
        return self.in_force or next((v for v in self.versions if v.state is not VersionState.DRAFT), None)

    @property
    def open_version(self) -> VersionView | None:
        """The one of them that the convenor drafted, if there is one."""
        return next((v for v in self.open_versions if v.author is None), None)


@dataclass(frozen=True)
class DepartureView:
    """A party's notice that it leaves, and what becomes of the commitments that named it."""

    id: UUID
    party: PartyView
    reason: str
    given_at: datetime
    leaves: date  # the first day on which it is bound no more
    done_at: datetime | None
    ends: tuple[ClauseView, ...]  # nobody is left who owes it, or to whom it is owed
    lapses: tuple[ClauseView, ...]  # promised in return for one that ends, unless the debtor says it stands
    changes: tuple[ClauseView, ...]  # as they are owed without it
    stands: tuple[ClauseView, ...]  # their debtors said that they stand


@dataclass(frozen=True)
class SuccessionView:
    """One body that takes another's place, once it has accepted."""

    id: UUID
    old: PartyView
    new: PartyView
    basis: str
    source: str
    takes_effect: date
    accepted_at: datetime | None
    done_at: datetime | None


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
