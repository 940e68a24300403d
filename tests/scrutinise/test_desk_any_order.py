"""Random acts by random people, in any order: a plain model of what may be holds whatever they try."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.scrutinise import actions
from covenant.scrutinise.models import Finding, Proposal, Question, Reply
from covenant.scrutinise.stages import Answer
from tests import personas
from tests.personas import NOW
from tests.records import recorded, without_gaps
from tests.scrutinise.desks import GAP, QUESTION, Desk, make_desk

pytestmark = pytest.mark.django_db
PEOPLE = (
    "scrutineer",
    "scrutineer",
    "scrutineer",
    "council",
    "charity",
    "business",
    "convenor",
    "administrator",
)
REFUSED = (NotAllowed, NotPossible, NotFound)
FIXED = ("text", "evidence", "engine", "sha256", "hash", "why", "supersedes_id", "shown_at", "reply_by")


class Crowd:
    """People who try everything, and what was true at each moment that matters."""

    def __init__(self, desk: Desk, rng: random.Random) -> None:
        self.desk, self.rng, self.at = desk, rng, NOW
        self.words: dict[UUID, dict[str, Any]] = {}  # of each finding, as the parties first saw it
        self.removed_at: datetime | None = None
        self.done: dict[str, int] = {}

    def step(self) -> None:
        self.at += timedelta(hours=self.rng.choice([1, 5, 24, 24 * 6]))
        act = self.rng.choice([self.deal, self.deal, self.show, self.show, self.sign, self.sign, self.mend,
                               self.drop, self.reply, self.reply, self.remove, self.consent])  # fmt: skip
        who = self.rng.choice(PEOPLE)
        try:
            act(who)
        except REFUSED:
            return
        self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
        if act in (self.deal, self.show, self.sign, self.mend, self.drop):
            assert who == "scrutineer", f"{who} did what only the scrutineer may: {act.__name__}"
            assert self.removed_at is None, "somebody acted after they were removed"

    def words_for(self, who: str) -> dict[str, Any]:
        return {"by": self.desk.world.actor(who), "at": self.at}

    def some(self, model: Any) -> UUID:
        rows = list(model.objects.values_list("pk", flat=True))
        return self.rng.choice(rows) if rows else self.desk.version

    def deal(self, who: str) -> None:
        self.desk.deal(
            self.rng.choice(["take up", "take up", "answer", "set aside"]),
            self.rng.choice([QUESTION, GAP]),
            "Because.",
            **self.words_for(who),
        )

    def show(self, who: str) -> None:
        parties = [self.desk.party(self.rng.choice(["council", "charity"]))]
        text, why = f"Found at {self.at}", self.rng.choice(["", "More was seen."])
        made = actions.show_finding(
            question=self.some(Question), text=text, parties=parties, why=why, **self.words_for(who)
        )
        self.words[made] = Finding.objects.filter(id=made).values(*FIXED).get()

    def sign(self, who: str) -> None:
        finding = Finding.objects.get(id=self.some(Finding)) if self.words else None
        if finding is None:
            raise NotFound
        hash = finding.hash if self.rng.random() < 0.8 else "0" * 64
        actions.sign_finding(finding=finding.id, hash=hash, **self.words_for(who))
        assert self.at.date() > finding.reply_by, "the parties did not have their days"
        assert hash == finding.hash

    def mend(self, who: str) -> None:
        actions.mend_finding(finding=self.some(Finding), checked="Seen.", **self.words_for(who))

    def drop(self, who: str) -> None:
        if self.rng.random() < 0.3:
            actions.drop_finding(finding=self.some(Finding), reason="Wrong.", **self.words_for(who))
        else:
            raise NotPossible

    def reply(self, who: str) -> None:
        finding = self.some(Finding)
        actions.reply(
            finding=finding,
            party=self.desk.party(self.rng.choice(["council", "charity"])),
            answer=Answer.EXPLAIN,
            text=f"Said at {self.at}",
            **self.words_for(who),
        )
        last = Reply.objects.latest("id")
        assert last.party_id == self.desk.world.parties[who], "somebody spoke for another party"
        assert last.finding.parties.filter(id=last.party_id).exists()

    def remove(self, who: str) -> None:
        if self.rng.random() < 0.6:
            raise NotPossible
        actions.propose_removal(appointment=self.desk.appointment, reason="Enough.", **self.words_for(who))
        assert who in ("council", "charity")

    def consent(self, who: str) -> None:
        if self.rng.random() < 0.7:
            raise NotPossible
        proposal, party = self.some(Proposal), self.desk.world.parties.get(who, self.desk.version)
        hash = personas.proposal_hash(proposal)
        actions.consent(proposal=proposal, party=party, hash=hash, **self.words_for(who))
        row = Proposal.objects.get(id=proposal)
        if row.state == "carried" and proposal != self.desk.appointment:
            assert {c.party_id for c in row.consents.all()} == {p.id for p in row.needed.all()}
            self.removed_at = self.removed_at or self.at


def test_whatever_people_try_no_word_of_a_finding_changes_and_only_the_scrutineer_finds() -> None:
    done: dict[str, int] = {}
    for seed in range(8):
        with transaction.atomic():
            crowd = walk(seed)
            check(crowd)
            transaction.set_rollback(True)
        done = {act: done.get(act, 0) + crowd.done.get(act, 0) for act in {*done, *crowd.done}}
    assert set(done) == {"deal", "show", "sign", "mend", "drop", "reply", "remove", "consent"}


def walk(seed: int) -> Crowd:
    crowd = Crowd(make_desk(personas.make_world()), random.Random(seed))
    for _ in range(120):
        crowd.step()
        if crowd.at.year > 2026:
            break
    return crowd


def check(crowd: Crowd) -> None:
    for row in Finding.objects.values("id", *FIXED):
        assert crowd.words[row.pop("id")] == row
    kinds = [entry.kind for entry in recorded()]
    assert kinds.count("finding.signed") == Finding.objects.exclude(signed_at=None).count()
    assert kinds.count("finding.replied") == Reply.objects.count() == crowd.done.get("reply", 0)
    assert kinds.count("scrutineer.removed") == bool(crowd.removed_at)
    assert without_gaps(recorded())
