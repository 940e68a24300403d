"""What a working relationship agreement says: the document that people consent to as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CLIENTS = "clients"  # to whom a promise may be made: the client group, who sign nothing


class LegalStatus(StrEnum):
    """What the words are in law, as those who agree on them say it."""

    BINDING = "binding"
    MORAL = "moral"
    ANNEX = "annex"

    @property
    def label(self) -> str:
        return {
            "binding": "Meant to be legally binding",
            "moral": "A moral undertaking, not meant to be legally binding",
            "annex": "An annex to a contract",
        }[self.value]


class DecisionRule(StrEnum):
    UNANIMOUS = "unanimous"
    THREE_QUARTERS = "three quarters"
    MAJORITY = "majority"

    @property
    def label(self) -> str:
        return {
            "unanimous": "Everyone who votes says yes",
            "three quarters": "At least three quarters of those who vote say yes",
            "majority": "More than half of those who vote say yes",
        }[self.value]


@dataclass(frozen=True)
class Behaviour:
    key: str
    text: str
    good: str
    bad: str
    constraint: str = ""


@dataclass(frozen=True)
class Principle:
    key: str
    name: str
    behaviours: tuple[Behaviour, ...] = ()


@dataclass(frozen=True)
class Promise:
    """By and to a member's id; to `CLIENTS` where the client group is promised something."""

    key: str
    by: str
    to: str
    what: str
    by_when: date
    evidence: str
    reciprocal_of: str = ""  # the key of the promise in return for which it is made


@dataclass(frozen=True)
class Forum:
    """Who decides together, how, on what, and on what never by a vote."""

    members: tuple[str, ...] = ()  # ids of members
    rule: DecisionRule = DecisionRule.UNANIMOUS
    quorum: int = 1
    matters: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """The contract that the agreement stands beside, as far as it matters here."""

    reference: str = ""
    value: int | None = None  # pence
    starts: date | None = None
    ends: date | None = None
    scope: str = ""


@dataclass(frozen=True)
class Exit:
    notice_days: int = 90
    continuity: str = ""
    handover: str = ""
    data: str = ""
    survives: str = ""


@dataclass(frozen=True)
class Words:
    """All that a version says, beside who is in it."""

    title: str
    purpose: str
    client_group: str
    legal_status: LegalStatus = LegalStatus.MORAL
    contract: Contract = Contract()
    principles: tuple[Principle, ...] = ()
    outcomes: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    forum: Forum = Forum()
    information: str = ""
    money: str = ""
    exit: Exit = Exit()

    @property
    def behaviours(self) -> Iterator[Behaviour]:
        for principle in self.principles:
            yield from principle.behaviours

    def promise(self, key: str) -> Promise | None:
        return next((each for each in self.promises if each.key == key), None)
