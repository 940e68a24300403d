"""The scrutiny of the demo covenant: an appointment, questions dealt with, findings and replies."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from covenant.agree import reads as agreed
from covenant.agree.types import CovenantView, VersionView
from covenant.place import reads
from covenant.place.types import Actor
from covenant.scrutinise import actions
from covenant.scrutinise import reads as scrutinise
from covenant.scrutinise.reads import Answer, Row

if TYPE_CHECKING:
    from covenant.web.demo import Demo

EMAIL = "scrutineer@demo.example"


class Scrutiny:
    """The steps, each on the day that demo.toml gives."""

    def __init__(self, demo: "Demo") -> None:
        self.demo, self.words = demo, demo.words

    def make(self) -> None:
        self.appoint()
        for words in self.words["dealt"]:
            self.deal(words)
        for words in self.words["findings"]:
            self.find(words)

    def covenant(self) -> CovenantView:
        return self._covenant()

    def _covenant(self, *also: int) -> CovenantView:
        slug, demo = self.words["covenant"]["slug"], self.demo
        return agreed.covenant(slug, asked_by=demo.convenor, today=demo.day(0), also=also)

    def version(self, number: int) -> VersionView:
        return next(v for v in self._covenant(number).versions if v.number == number)

    @property
    def scrutineer(self) -> Actor:
        return reads.actor(reads.person(EMAIL))

    def appoint(self) -> None:
        """The convenor proposes; every party consents, and the last consent appoints."""
        demo, words = self.demo, self.words["scrutineer"]
        covenant = self.covenant()
        proposal = actions.propose_scrutineer(
            by=demo.convenor,
            covenant=covenant.id,
            email=EMAIL,
            name=words["name"],
            statement=words["statement"],
            interests=words["interests"],
            contact=words["contact"],
            starts=demo.day(words["starts"]),
            ends=demo.day(words["ends"]),
            at=demo.moment(words["proposed"]),
        )
        found = scrutinise.scrutiny(covenant, asked_by=demo.convenor, today=demo.day(0))
        hash = next(motion.hash for motion, _office in found.offices if motion.id == proposal)
        for slug in demo.signers:
            actions.consent(
                by=demo.holder(slug),
                proposal=proposal,
                party=demo.party[slug],
                hash=hash,
                at=demo.moment(words["proposed"]),
            )

    def deal(self, words: dict[str, Any]) -> None:
        covenant, scrutineer = self.covenant(), self.scrutineer
        found = scrutinise.scrutiny(covenant, asked_by=scrutineer, today=self.demo.day(0))
        sheet = next(sheet for sheet in found.sheets if sheet.number == words["version"])
        actions.deal_with(
            by=scrutineer,
            version=sheet.version,
            question=words["question"],
            act=words["act"],
            reason=words["reason"],
            reading=sheet.sha256,
            at=self.demo.moment(words["day"]),
        )

    def find(self, words: dict[str, Any]) -> None:
        """A draft, the replies of the parties who gave one, and the signature once their days are over."""
        demo, version = self.demo, self.version(words["version"])
        clause = next(clause for clause in version.clauses if clause.number == words["commitment"])
        finding = actions.show_finding(
            by=self.scrutineer,
            question=self.question(words, version.id),
            text=words["text"],
            parties=[demo.party[slug] for slug in words["parties"]],
            commitments=[clause.commitment],
            at=demo.moment(words["shown"]),
        )
        for reply in words.get("replies", ()):
            actions.reply(
                by=demo.holder(reply["party"]),
                finding=finding,
                party=demo.party[reply["party"]],
                answer=Answer(reply["answer"]),
                text=reply["text"],
                until=demo.day(reply["until"]) if "until" in reply else None,
                url=reply.get("url", ""),
                dated=demo.day(reply["dated"]) if "dated" in reply else None,
                at=demo.moment(reply["day"]),
            )
        seen = scrutinise.scrutiny(self.covenant(), asked_by=self.scrutineer, today=demo.day(0))
        hash = next(each.hash for each in seen.findings if each.id == finding)
        actions.sign_finding(by=self.scrutineer, finding=finding, hash=hash, at=demo.moment(words["signed"]))

    def question(self, words: dict[str, Any], version: UUID) -> UUID:
        """The question that a finding is about: one that was taken up, or the scrutineer's own."""
        if "asks" in words:
            evidence = [Row(f"C{words['commitment']}", "", words["says"], words["where"])]
            return actions.ask_own(
                by=self.scrutineer,
                version=version,
                text=words["asks"],
                evidence=evidence,
                at=self.demo.moment(words["asked"]),
            )
        found = scrutinise.scrutiny(self.covenant(), asked_by=self.scrutineer, today=self.demo.day(0))
        questions = [q for sheet in found.sheets if sheet.version == version for q in sheet.questions]
        return next(q.taken for q in questions if q.id == words["question"] and q.taken)
