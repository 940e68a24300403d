"""A covenant in force with its scrutineer, and a reading that the tests write themselves."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from covenant.agree import reads as agreed
from covenant.agree.models import Version
from covenant.place.types import Actor
from covenant.scrutinise import actions
from covenant.scrutinise.desk import FindingView, Question, Scrutiny
from covenant.scrutinise.reads import scrutiny
from covenant.scrutinise.rules import REPLY_DAYS
from tests import personas
from tests.personas import NOW, World

LATER = NOW + timedelta(days=REPLY_DAYS + 1)  # when a draft that was shown now can be signed
QUESTION, GAP = "duty.unfunded", "review.owner"


def reading(
    questions: tuple[str, ...] = (QUESTION,), gaps: tuple[str, ...] = (GAP,), text: str = "Asks"
) -> str:
    """A reading with these questions and gaps, as the referee publishes it."""
    said = {
        "proposal": "C1",
        "field": "duties 1, funding",
        "says": "no funding",
        "where": "p. 3",
    }
    whole: dict[str, Any] = {
        "questions": [
            {
                "id": id,
                "rule": id.split(".")[0],
                "text": f"{text} {id}?",
                "evidence": [said],
                "against": [],
                "metric": {"name": "m", "count": 1, "n": 1, "undetermined": 0},
                "threshold": {"reason": "r"},
                "would_answer": "w",
                "limits": {"says": "l"},
                "caveat": "c",
            }
            for id in questions
        ],
        "gaps": [
            {
                "id": id,
                "rule": id.split(".")[0],
                "text": f"Who? {id}",
                "what": "who reviews it",
                "about": ["C1"],
                "metric": {"unit": "share of duties", "count": 1, "n": 1},
            }
            for id in gaps
        ],
        "unasked": [],
    }
    return json.dumps(whole)


def publish(version: UUID, *, engine: str = "referee/test", at: datetime = NOW, **words: Any) -> None:
    text, hash = reading(**words), Version.objects.get(id=version).hash
    actions.publish_reading(
        version=version, hash=hash, engine=engine, reading=text, questions=1, as_of=at.date(), at=at
    )


@dataclass(frozen=True)
class Desk:
    """A covenant between the council and the charity, with a scrutineer in office."""

    world: World
    version: UUID
    covenant: UUID
    slug: str
    appointment: UUID

    @property
    def scrutineer(self) -> Actor:
        return self.world.actor("scrutineer")

    def party(self, name: str) -> UUID:
        return self.world.parties[name]

    def seen(self, who: str = "public", at: datetime = NOW) -> Scrutiny:
        actor = self.world.actor(who)
        covenant = agreed.covenant(self.slug, asked_by=actor, today=at.date())
        return scrutiny(covenant, asked_by=actor, today=at.date())

    def question(self, key: str = QUESTION, who: str = "scrutineer", at: datetime = NOW) -> Question:
        return next(q for sheet in self.seen(who, at).sheets for q in sheet.questions if q.id == key)

    def finding(self, id: UUID, who: str = "scrutineer", at: datetime = NOW) -> FindingView:
        return next(each for each in self.seen(who, at).findings if each.id == id)

    def deal(self, act: str, key: str = QUESTION, reason: str = "", **other: Any) -> UUID:
        words = {"by": self.scrutineer, "reading": personas.reading_hash(self.version), "at": NOW, **other}
        return actions.deal_with(version=self.version, question=key, act=act, reason=reason, **words)

    def show(self, question: UUID, text: str = "The hall has no money.", **other: Any) -> UUID:
        words = {"by": self.scrutineer, "parties": [self.party("council")], "at": NOW, **other}
        return actions.show_finding(question=question, text=text, **words)

    def sign(self, finding: UUID, **other: Any) -> None:
        hash = other.pop("hash", None) or self.finding(finding).hash
        actions.sign_finding(
            **{"by": self.scrutineer, "finding": finding, "hash": hash, "at": LATER, **other}
        )

    def found(self, text: str = "The hall has no money.") -> UUID:
        """A signed finding that concerns the council."""
        finding = self.show(self.deal("take up"), text)
        self.sign(finding)
        return finding


def make_desk(world: World, slug: str = "our-covenant") -> Desk:
    version = personas.draft(world, slug=slug)
    personas.sign_all(world, version)
    publish(version)
    covenant = Version.objects.get(id=version).covenant_id
    return Desk(world, version, covenant, slug, personas.appoint(world, covenant))
