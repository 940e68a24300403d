"""The demo place: a fictional district, filled through the same actions that people use. See demo.toml."""

import random
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from covenant.agree import actions as agree
from covenant.agree import reads as agreed
from covenant.agree.types import GroundKind, Resources, VersionView
from covenant.keep import actions as keep
from covenant.keep.types import Evidence, Progress
from covenant.listen import actions as listen
from covenant.listen import reads as heard
from covenant.listen.types import Vote
from covenant.place import actions as places
from covenant.place import reads
from covenant.place.types import Actor, Role, Sector, Tier
from covenant.record.actions import writing
from covenant.web import demo_innovation
from covenant.web.demo_profile import seed_profile
from covenant.web.demo_scrutiny import Scrutiny
from covenant.web.worker import run_due

WORDS = Path(__file__).with_name("demo.toml")
CONVENOR = "convenor@demo.example"
SEED = 20_260_101


def seed(now: datetime | None = None) -> str:
    """Fill an empty database with the demo place; returns a sentence on what was done."""
    if reads.places():
        return "There are places here already: nothing was changed."
    now = now or timezone.now()
    with WORDS.open("rb") as file:
        words = tomllib.load(file)
    with writing():  # one transaction: it is there as a whole or not at all, and one disk write does
        Demo(words, now).make()
    return f"The demo place is there: sign in as {CONVENOR}; the code is printed in this terminal."


class Demo:
    """The steps, in the order in which a real place would take them."""

    def __init__(self, words: dict[str, Any], now: datetime) -> None:
        self.words, self.now = words, now
        self.rng = random.Random(SEED)
        self.place: dict[str, UUID] = {}
        self.party: dict[str, UUID] = {}
        self.signers = {party["slug"]: party["email"] for party in words["parties"] if "email" in party}

    def day(self, days: int) -> date:
        return timezone.localdate(self.now) + timedelta(days=days)

    def moment(self, days: int) -> datetime:
        return self.now + timedelta(days=days)

    @property
    def convenor(self) -> Actor:
        return reads.actor(self.convenor_id)

    def make(self) -> None:
        self.make_places()
        self.make_parties()
        seed_profile(self.moment(-400))
        self.talk()
        self.promise()
        self.report()
        self.vary()
        demo_innovation.make(self)
        run_due(self.now)
        Scrutiny(self).make()

    def make_places(self) -> None:
        at = self.moment(-420)
        for words in self.words["places"]:
            self.place[words["slug"]] = places.add_place(
                name=words["name"],
                slug=words["slug"],
                tier=Tier(words["tier"]),
                gss=words.get("gss", ""),
                within=self.place.get(words.get("within", "")),
                at=at,
            )
        self.home = self.place["aldermere"]
        self.convenor_id = places.grant(
            by=None, email=CONVENOR, name="Demo Convenor", role=Role.CONVENOR, place=self.home, at=at
        )

    def make_parties(self) -> None:
        for words in self.words["parties"]:
            id = places.add_party(
                by=self.convenor,
                place=self.home,
                name=words["name"],
                slug=words["slug"],
                sector=Sector(words["sector"]),
                kind=words["kind"],
                at=self.moment(-410),
            )
            self.party[words["slug"]] = id
            if "person" in words:
                places.give_mandate(
                    by=self.convenor,
                    party=id,
                    email=words["email"],
                    name=words["person"],
                    office=words["office"],
                    given_by=words["given_by"],
                    starts=self.day(-405),
                    ends=self.day(700),
                    at=self.moment(-405),
                )

    def talk(self) -> None:
        """Simulated residents answer statements as they are drawn for them; the results are made twice."""
        words = self.words["conversation"]
        self.leanings = {each["text"]: each["agree"] for each in self.words["statements"]}
        conversation = listen.open_conversation(
            by=self.convenor,
            place=self.home,
            title=words["title"],
            slug=words["slug"],
            introduction=words["introduction"],
            statements=list(self.leanings),
            opens=self.day(-400),
            closes=self.day(90),
            at=self.moment(-400),
        )
        self.conversation = conversation
        for number in range(words["people"]):
            at = self.moment(-399) + timedelta(hours=number)
            self.answer(conversation, number % 3, round(self.rng.gauss(words["answers"], 3)), at)
            if number == words["people"] // 3:
                run_due(at)
        run_due(self.moment(-385))

    def answer(self, conversation: UUID, leaning: int, times: int, at: datetime) -> None:
        someone = listen.start(conversation=conversation, rng=self.rng, at=at).participant
        for _ in range(max(8, times)):
            part = heard.part(someone)
            if part.exposure is None:
                return
            chance = self.leanings[part.exposure.text][leaning] / 100
            draw = self.rng.random()
            value = Vote.PASS if draw < 0.07 else Vote.AGREE if self.rng.random() < chance else Vote.DISAGREE
            at += timedelta(seconds=20)
            listen.answer(participant=someone, exposure=part.exposure.id, value=value, rng=self.rng, at=at)

    def promise(self) -> None:
        """The covenant is drafted from what was heard, shown for signing, and signed by all three sides."""
        words = self.words["covenant"]
        draft = agree.start_covenant(
            by=self.convenor,
            place=self.home,
            title=words["title"],
            slug=words["slug"],
            purpose=words["purpose"],
            parties=[self.party[slug] for slug in self.signers],
            at=self.moment(-380),
        )
        said = {statement.text: statement.id for statement in heard.statements(self.conversation)}
        for each in self.words["commitments"]:
            clause = agree.word_clause(
                by=self.convenor,
                version=draft,
                debtor=self.party[each["debtor"]],
                creditors=[self.party[slug] for slug in each["creditors"]],
                text=each["text"],
                measure=each["measure"],
                due=self.day(each["due"]),
                tier=Tier(each["tier"]),
                outcome=each["outcome"],
                resources=Resources(each["resources"]),
            )
            statement = next(id for text, id in said.items() if text.startswith(each["answers"]))
            agree.cite_statement(
                by=self.convenor,
                version=draft,
                clause=clause,
                kind=GroundKind(each["kind"]),
                statement=statement,
            )
        self.sign(draft, self.moment(-370), list(self.signers))

    def sign(self, draft: UUID, at: datetime, slugs: list[str]) -> None:
        hash = agree.propose(by=self.convenor, version=draft, at=at)
        for step, slug in enumerate(slugs, 1):
            agree.sign(
                by=self.holder(slug),
                version=draft,
                party=self.party[slug],
                hash=hash,
                at=at + timedelta(days=step),
            )
        run_due(at + timedelta(days=len(slugs)))  # the referee reads what was shown

    def holder(self, slug: str) -> Actor:
        """Whoever holds the mandate of a party."""
        return reads.actor(reads.person(self.signers[slug]))

    def version(self) -> VersionView:
        slug, today = self.words["covenant"]["slug"], self.day(0)
        found = agreed.covenant(slug, asked_by=self.convenor, today=today)
        return found.open_version or found.versions[0]

    def report(self) -> None:
        clauses = {clause.number: clause for clause in self.version().clauses}
        for words in self.words["reports"]:
            clause, evidence = clauses[words["on"]], words.get("evidence")
            keep.report(
                by=self.holder(clause.debtor.slug),
                commitment=clause.commitment,
                progress=Progress(words["progress"]),
                text=words["text"],
                evidence=[Evidence(evidence[0], evidence[1], self.day(evidence[2]))] if evidence else [],
                at=self.moment(words["day"]),
            )

    def vary(self) -> None:
        """One commitment is changed by consent of all; another change waits for a signature."""
        everyone = list(self.signers)
        for words, day, signing in (
            (self.words["variation"], -30, everyone),
            (self.words["proposed"], -4, everyone[:2]),
        ):
            covenant = agreed.covenant(
                self.words["covenant"]["slug"], asked_by=self.convenor, today=self.day(0)
            )
            draft = agree.draft_change(
                by=self.convenor, covenant=covenant.id, why=words["why"], at=self.moment(day)
            )
            old = next(each for each in self.version().clauses if each.number == words["commitment"])
            agree.word_clause(
                by=self.convenor,
                version=draft,
                clause=old.id,
                debtor=old.debtor.id,
                creditors=[party.id for party in old.creditors],
                text=words["text"],
                measure=old.measure,
                due=self.day(words["due"]),
                tier=old.tier,
                outcome=old.outcome,
                resources=old.resources,
            )
            self.sign(draft, self.moment(day), signing)
