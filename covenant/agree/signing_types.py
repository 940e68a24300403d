"""How a party answers: in which capacity, by which way, and what it asks of it. Frozen, free of Django."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from covenant.place.types import PartyView


class AskKind(StrEnum):
    """What a body is asked to do."""

    COVENANT = "answer a new covenant"
    CHANGE = "answer a change"
    COUNTERSIGN = "check a signature on paper"
    CHECK = "check who signed for it"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def minutes(self) -> int:
        """How long it takes one person, as every ask says and as it is counted."""
        return MINUTES[self]


# The one table of minutes: what every ask shows, and what the sums for a year are made of.
MINUTES = {AskKind.COVENANT: 30, AskKind.CHANGE: 15, AskKind.COUNTERSIGN: 10, AskKind.CHECK: 5}


class Capacity(StrEnum):
    """For whom a body consents."""

    ITSELF = "itself"
    MEMBERS = "members"

    @property
    def label(self) -> str:
        return {"itself": "For itself", "members": "For members who were asked"}[self.value]


class Way(StrEnum):
    """How an answer came in."""

    SIGNED_IN = "signed in"
    LINK = "by link"
    PAPER = "on paper"

    @property
    def label(self) -> str:
        return {
            "signed in": "Here, signed in",
            "by link": "By a link that was sent to the person",
            "on paper": "On paper",
        }[self.value]


class Reply(StrEnum):
    """What a body says to what it is asked."""

    SIGN = "sign"
    REFUSE = "refuse"
    WAIT = "wait"  # its trustees meet first

    @property
    def label(self) -> str:
        return {
            "sign": "We agree, and I sign for the body",
            "refuse": "We do not agree",
            "wait": "Our trustees meet first",
        }[self.value]


@dataclass(frozen=True)
class CapacitySaid:
    """In which capacity somebody signs; how many members were asked and answered where it is for them."""

    capacity: Capacity
    asked: int | None = None
    answered: int | None = None
    how: str = ""  # how they were asked, and what they said, in the words of the signer


class LinkState(StrEnum):
    """Whether a one-time link can still be used, and if not, why."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    CHANGED = "changed"
    ANSWERED = "answered"
    NO_MANDATE = "no mandate"
    EXPIRED = "expired"

    @property
    def says(self) -> str:
        """The sentence for whoever opens it."""
        return _LINK_SAYS[self]


_LINK_SAYS = {
    LinkState.OPEN: "This link can be used once.",
    LinkState.USED: "This link was used: it works once.",
    LinkState.REPLACED: "A newer link was sent to you. Use the one in the newest email.",
    LinkState.WITHDRAWN: "The version that you were asked about was withdrawn: nobody can answer it.",
    LinkState.OVER: "The time to answer this version is over, or everybody has answered it.",
    LinkState.CHANGED: "These are not the words that you were asked about. Ask for a new link.",
    LinkState.ANSWERED: "Your body has answered this version already, in another way.",
    LinkState.NO_MANDATE: "Your mandate to speak for this body has ended. The body can give you a new one.",
    LinkState.EXPIRED: "This link has expired. Ask the convenor for a new one.",
}


@dataclass(frozen=True)
class LinkView:
    """What a one-time link asks of whom; whoever holds the link may read it."""

    state: LinkState
    version: UUID
    number: int
    slug: str
    title: str
    party: PartyView
    person: str
    office: str
    given_by: str
    mandate_ends: date
    hash: str
    expires: date  # inclusive
    used_at: datetime | None
    reply: str
    minutes: int
    minutes_this_year: int  # all that this body was asked since 1 January, this ask among it


@dataclass(frozen=True)
class LinkSent:
    """An ask by link as the convenor sees it: never the link itself."""

    party: PartyView
    person: str
    office: str
    asked: datetime
    sent_at: datetime | None
    expires: date
    state: LinkState


@dataclass(frozen=True)
class PaperView:
    """An answer on paper, as the convenor recorded it; it counts once another side has countersigned."""

    id: UUID
    party: PartyView
    person: str
    office: str
    given_by: str
    mandate_ends: date
    hash: str
    reply: Reply
    reason: str
    said: CapacitySaid | None
    signed_on: date
    kept_at: str
    recorded_at: datetime
    checked_by: PartyView | None  # the party of another side whose representative looked at it
    checked_at: datetime | None
    not_accepted: str  # why it was not countersigned

    @property
    def waits(self) -> bool:
        return self.checked_at is None


@dataclass(frozen=True)
class TellingView:
    """What a body was told: who signed what for it, and until when it can say that they may not."""

    version: UUID
    number: int
    slug: str
    title: str
    party: PartyView
    person: str
    office: str
    given_by: str
    signed_at: datetime
    until: date | None  # inclusive; None until it was told
    disowned_at: datetime | None
    reason: str
    minutes: int
    minutes_this_year: int
    is_open: bool


@dataclass(frozen=True)
class HowSigned:
    """What stands beside a signature: capacity, mandate and its end, the way, and whether the body knows."""

    party: PartyView
    person: str
    office: str
    given_by: str
    mandate_ends: date
    mandate_over: bool
    said: CapacitySaid | None  # None: it was not stated
    way: Way
    paper: PaperView | None
    is_first: bool  # the first time that this person signed for the body
    told_at: datetime | None
    may_disown_until: date | None
    disowned_at: datetime | None
    disowned_why: str


@dataclass(frozen=True)
class Disowned:
    """A signature that the body said was not its own; it counts no more while the version is open."""

    party: PartyView
    office: str
    signed_at: datetime
    at: datetime
    reason: str


@dataclass(frozen=True)
class PauseView:
    """A party that answers after its trustees have met."""

    party: PartyView
    meets: date
    moved_from: date | None
    runs: bool


@dataclass(frozen=True)
class SigningView:
    """All that a version's page shows beside its signatures."""

    signatures: tuple[HowSigned, ...]
    papers: tuple[PaperView, ...]  # that wait, were not countersigned, or refuse
    pauses: tuple[PauseView, ...]
    disowned: tuple[Disowned, ...]
    sent: tuple[LinkSent, ...]  # for convenors alone


@dataclass(frozen=True)
class ContactView:
    """Where a body is told who signed for it: found independently of the signatory. For convenors alone."""

    party: PartyView
    address: str
    found: str
    at: datetime


@dataclass(frozen=True)
class AskSum:
    """What one body was asked within one year."""

    party: UUID
    year: int
    n: int
    minutes: int
