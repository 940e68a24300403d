"""What lies on the scrutineer's desk, as others may hold it: frozen, free of Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.place.types import PartyView
from covenant.scrutinise.engine.fields import in_words
from covenant.scrutinise.stages import Answer, Became, Motion, Office, Stage


@dataclass(frozen=True)
class Row:
    """One piece of what a question rests on: what a commitment or another source says, and where."""

    proposal: str  # such as C3; empty where it is about the whole
    field: str
    says: str
    where: str = ""

    @property
    def field_in_words(self) -> str:
        return in_words(self.field)

    def as_json(self) -> dict[str, str]:
        return {"proposal": self.proposal, "field": self.field, "says": self.says, "where": self.where}


@dataclass(frozen=True)
class Asked:
    """A question of the machine, or something that it did not find, as a reading tells it."""

    id: str
    rule: str
    text: str
    evidence: tuple[Row, ...]
    is_gap: bool  # something that was not found where it would matter


def asked_in(reading: Mapping[str, Any]) -> tuple[Asked, ...]:
    """All that a published reading asks, its gaps among it: both are questions to whoever knows.

    Examples
    --------
    >>> gap = {"id": "g", "rule": "review", "text": "Who?", "what": "who reviews it", "about": ["C1"]}
    >>> asked_in({"questions": [], "gaps": [gap]})[0].evidence
    (Row(proposal='C1', field='who reviews it', says='not found here', where=''),)
    """
    questions = [_asked(each, is_gap=False) for each in reading.get("questions") or ()]
    return (*questions, *(_asked(each, is_gap=True) for each in reading.get("gaps") or ()))


def _asked(each: Mapping[str, Any], *, is_gap: bool) -> Asked:
    rows = tuple(row_from(item) for item in each.get("evidence") or ())
    about = each.get("about") or each.get("proposals") or ()
    missing = tuple(Row(str(it), str(each.get("what") or ""), "not found here") for it in about)
    return Asked(str(each["id"]), str(each["rule"]), str(each["text"]), rows or missing, is_gap)


def row_from(item: Mapping[str, Any]) -> Row:
    """A piece of evidence from JSON: a reading's, or one's own."""
    return Row(*(str(item.get(name) or "") for name in ("proposal", "field", "says", "where")))


@dataclass(frozen=True)
class Terms:
    """Who is to be scrutineer, what they declare, and for how long."""

    person: UUID
    name: str
    statement: str
    interests: str
    contact: str
    starts: date
    ends: date  # inclusive


@dataclass(frozen=True)
class Consent:
    """A party's consent to a proposal: who gave it, and in what office."""

    party: PartyView
    person: str
    office: str
    at: datetime


@dataclass(frozen=True)
class MotionView:
    """A proposal to appoint a scrutineer, or, where it has a reason, to remove one."""

    id: UUID
    state: Motion
    hash: str
    proposed_by: str
    put_for: PartyView | None  # None: by the convenor
    proposed_at: datetime
    decided_at: datetime | None
    needed: tuple[PartyView, ...]
    consents: tuple[Consent, ...]
    refusal: tuple[PartyView, str] | None
    terms: Terms
    removes: UUID | None  # the appointment that a removal would end
    reason: str

    @property
    def missing(self) -> tuple[PartyView, ...]:
        given = {consent.party.id for consent in self.consents}
        return tuple(party for party in self.needed if party.id not in given)


@dataclass(frozen=True)
class Step:
    """What a scrutineer did with a question, when and why."""

    became: Became
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Reply:
    """What a party says beside a finding. Never changed: a further one stands before it."""

    id: UUID
    party: PartyView
    answer: Answer
    text: str
    by: date | None  # until when it will be done, where the party accepts
    url: str  # where a reader sees that it is mended
    dated: date | None
    person: str
    office: str
    hash: str
    at: datetime


@dataclass(frozen=True)
class FindingView:
    """A finding, or a draft of one that is before the parties concerned; its words never change."""

    id: UUID
    covenant: UUID
    question: UUID
    stage: Stage
    text: str
    evidence: tuple[Row, ...]
    engine: str
    sha256: str
    hash: str
    parties: tuple[PartyView, ...]
    commitments: tuple[tuple[UUID, int], ...]
    by: str
    shown_at: datetime
    reply_by: date
    signed_at: datetime | None
    supersedes: UUID | None
    superseded_by: UUID | None
    why: str  # why it supersedes an earlier one
    closing: str  # what was checked when it was mended, or why the draft was dropped
    closed_at: datetime | None
    replies: tuple[Reply, ...]  # newest first

    def replies_of(self, party: UUID) -> tuple[Reply, ...]:
        return tuple(reply for reply in self.replies if reply.party.id == party)

    @property
    def beside(self) -> tuple[tuple[PartyView, tuple[Reply, ...]], ...]:
        """Each party concerned with its replies, the newest first; none is said, not left out."""
        return tuple((party, self.replies_of(party.id)) for party in self.parties)


@dataclass(frozen=True)
class Question:
    """A question asked of a version, and what became of it."""

    id: str
    rule: str
    text: str
    evidence: tuple[Row, ...]
    became: Became
    asked_at: datetime
    is_gap: bool = False
    taken: UUID | None = None  # the row of the desk, once there is one
    steps: tuple[Step, ...] = ()
    findings: tuple[FindingView, ...] = ()

    @property
    def waits_as_a_gap(self) -> bool:
        """Whether it is one of the many things that a machine did not find and nobody has looked into."""
        return self.is_gap and self.became is Became.WAITING

    @property
    def is_own(self) -> bool:
        """Whether the scrutineer asked it rather than the machine."""
        return self.rule == OWN

    @property
    def shown(self) -> FindingView | None:
        """The draft that is before the parties, if there is one."""
        return next((each for each in self.findings if each.stage is Stage.SHOWN), None)

    @property
    def finding(self) -> FindingView | None:
        """The finding that stands, if there is one."""
        standing = (Stage.SIGNED, Stage.MENDED)
        return next((each for each in self.findings if each.stage in standing), None)


@dataclass(frozen=True)
class Notice:
    """A finding in a list: what it says, whom it concerns, and how many of them have replied."""

    id: UUID
    covenant_slug: str
    covenant_title: str
    place_name: str
    stage: Stage
    text: str
    parties: tuple[str, ...]
    commitments: tuple[UUID, ...]
    replied: int  # parties
    signed_at: datetime


OWN = "own"  # the rule of questions that the scrutineer asks


@dataclass(frozen=True)
class Sheet:
    """All questions of one version, and by which engine they were asked."""

    version: UUID
    number: int
    engine: str
    sha256: str  # of the reading; empty while there is none
    questions: tuple[Question, ...]

    @property
    def gaps(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.waits_as_a_gap)


@dataclass(frozen=True)
class Scrutiny:
    """All that there is to see of the scrutiny of a covenant, for whoever asked."""

    offices: tuple[tuple[MotionView, Office], ...]  # newest first
    removals: tuple[MotionView, ...]  # proposals to remove, newest first
    acts: bool  # whether whoever asked can act as its scrutineer today
    sheets: tuple[Sheet, ...]  # newest version first
    findings: tuple[FindingView, ...]  # newest first; drafts only for those who may see them

    @property
    def scrutineer(self) -> MotionView | None:
        return next((motion for motion, stands in self.offices if stands is Office.IN_OFFICE), None)
