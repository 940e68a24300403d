"""Random acts by everybody, in any order: no rung is skipped, and none is climbed without its own consent."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covenant.concern import actions, codes, models, reads
from covenant.concern.types import Criterion, Offer, Outcome, Rung, Standing
from covenant.place.types import NotAllowed, NotFound, NotPossible, day_of
from covenant.scrutinise import actions as scrutinise
from covenant.scrutinise.models import Finding
from tests.concern.boxes import HAPPENED, Boxed, make_box
from tests.personas import NOW, make_world
from tests.records import recorded, without_gaps

pytestmark = pytest.mark.django_db
REFUSED = (NotAllowed, NotPossible, NotFound)
PEOPLE = ("scrutineer",) * 12 + ("council", "charity", "convenor", "administrator", "public", "lapsed")
ORDER = ["", *(rung.value for rung in Rung)]


@dataclass
class Case:
    """What a plain reader of the rules knows of one concern."""

    code: bytes
    rung: int = 0  # how many it has climbed
    consents: set[tuple[UUID, str]] = field(default_factory=set)  # that stand: which step, to which rung
    used: list[str] = field(default_factory=list)  # the rung of each consent that was acted on
    over: bool = False


class Crowd:
    """People who try everything at any time; every success is held against the plain reader."""

    def __init__(self, boxed: Boxed, rng: random.Random) -> None:
        self.boxed, self.rng, self.at = boxed, rng, NOW
        self.cases: dict[UUID, Case] = {}
        self.done: dict[str, int] = {}
        self.looked = 0

    def step(self) -> None:
        self.at += timedelta(hours=self.rng.choice([0, 1, 5, 24, 24]))
        act: Callable[[str], None] = self.rng.choice(
            [
                *(self.raise_one, self.admit, self.offer, self.answer, self.say),
                *([self.consent, self.climb] * 4),
                *(self.decline, self.join, self.close, self.withdraw, self.refuse, self.forge),
                *(self.sign, self.sign, self.sign, self.drop),
            ]
        )
        before = self.rungs()
        try:
            with transaction.atomic():
                act(self.rng.choice(PEOPLE))
        except REFUSED:
            assert self.rungs() == before, "it was refused and moved all the same"
            return
        self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
        self.check(before, act.__name__)

    def rungs(self) -> dict[UUID, str]:
        return dict(models.Concern.objects.values_list("id", "rung"))

    def check(self, before: dict[UUID, str], act: str) -> None:
        for id, rung in self.rungs().items():
            was = before.get(id, "")
            if rung != was:
                assert act == "climb", f"{act} moved a concern"
                assert ORDER.index(rung) == ORDER.index(was) + 1, f"a rung was skipped: {was} -> {rung}"
            assert ORDER.index(rung) == self.cases[id].rung

    def some(self) -> UUID:
        going = [id for id, case in self.cases.items() if not case.over or self.rng.random() < 0.1]
        return self.rng.choice(going) if going else uuid4()

    def one_of(self, steps: QuerySet[models.Step]) -> models.Step | None:
        """One of them, the same for the same seed, though ids are drawn by lot."""
        order = list(self.cases)
        rows = sorted(steps, key=lambda step: (order.index(step.concern_id), step.number))
        return self.rng.choice(rows) if rows else None

    def of(self, id: UUID) -> Case:
        if id not in self.cases:
            raise NotFound
        return self.cases[id]

    def words(self, who: str) -> dict:
        return {"by": self.boxed.world.actor(who), "at": self.at}

    def only_the_scrutineer(self, who: str) -> None:
        assert who == "scrutineer", f"{who} did what only the scrutineer may"

    def raise_one(self, who: str) -> None:
        if sum(not case.over for case in self.cases.values()) > 2:
            raise NotPossible
        code = self.boxed.raise_one(at=self.at)
        self.cases[self.boxed.id_of(code)] = Case(code)

    def admit(self, who: str) -> None:
        parties = [self.boxed.world.parties[self.rng.choice(["council", "charity"])]]
        actions.admit(concern=self.some(), parties=parties, **self.words(who))
        self.only_the_scrutineer(who)

    def refuse(self, who: str) -> None:
        if self.rng.random() < 0.8:
            raise NotPossible
        id = self.some()
        actions.refuse(concern=id, criterion=Criterion.ABOUT_IT, text="Not here.", **self.words(who))
        self.only_the_scrutineer(who)
        self.of(id).over = True

    def offer(self, who: str) -> None:
        id = self.some()
        actions.offer(concern=id, statement=f"Said at {self.at}", checked=True, **self.words(who))
        self.only_the_scrutineer(who)
        dropped = models.Step.objects.filter(state=Offer.DROPPED).values_list("id", flat=True)
        for case in self.cases.values():
            case.consents = {each for each in case.consents if each[0] not in set(dropped)}

    def consent(self, who: str) -> None:
        """Whoever holds the code, and somebody else's step now and then."""
        id = self.some()
        steps = models.Step.objects.filter(state=Offer.OFFERED)
        own = steps.filter(concern=id) if self.rng.random() < 0.8 else steps
        step = self.one_of(own)
        if step is None:
            raise NotFound
        actions.consent(code=self.of(id).code, step=step.id, at=self.at)
        assert step.concern_id == id, "somebody consented for another"
        self.of(id).consents.add((step.id, step.rung))

    def decline(self, who: str) -> None:
        if self.rng.random() < 0.6:
            raise NotPossible
        id = self.some()
        step = self.one_of(models.Step.objects.filter(concern=id))
        if step is None:
            raise NotFound
        actions.decline(code=self.of(id).code, step=step.id, at=self.at)
        self.of(id).consents.discard((step.id, step.rung))

    def forge(self, who: str) -> None:
        """A code that nobody was given."""
        actions.consent(code=self.rng.randbytes(16), step=uuid4(), at=self.at)
        raise AssertionError("a code that nobody was given opened something")

    def climb(self, who: str) -> None:
        id = self.some()
        case = self.of(id)
        actions.climb(concern=id, **self.words(who))
        self.only_the_scrutineer(who)
        rung = models.Concern.objects.get(id=id).rung
        assert len(case.consents) == 1, "it climbed without a consent that stands"
        [(step, consented)] = case.consents
        assert consented == rung, "it climbed elsewhere than consented"
        shown = models.Step.objects.get(id=step)
        assert (shown.state, shown.taken_on) == (Offer.TAKEN, day_of(self.at))
        case.consents.clear()
        case.used.append(rung)
        case.rung = ORDER.index(rung)

    def join(self, who: str) -> None:
        if self.rng.random() < 0.5:
            raise NotPossible
        id = self.some()
        actions.join(concern=id, to=self.some(), **self.words(who))
        self.only_the_scrutineer(who)
        self.of(id).consents.clear()

    def close(self, who: str) -> None:
        if self.rng.random() < 0.7:
            raise NotPossible
        id, outcome = self.some(), self.rng.choice(list(Outcome))
        actions.close(concern=id, outcome=outcome, text="So it ended.", **self.words(who))
        self.only_the_scrutineer(who)
        row = models.Concern.objects.get(id=id)
        assert outcome is not Outcome.FOUND or (row.finding and row.finding.signed_at)
        self.of(id).over = True
        self.of(id).consents.clear()

    def withdraw(self, who: str) -> None:
        if self.rng.random() < 0.94:
            raise NotPossible
        id = self.some()
        actions.withdraw(code=self.of(id).code, at=self.at)
        self.of(id).over = True
        self.of(id).consents.clear()
        assert not models.Letter.objects.filter(concern=id).exists()

    def answer(self, who: str) -> None:
        actions.answer(code=self.of(self.some()).code, text=f"More at {self.at}", at=self.at)

    def say(self, who: str) -> None:
        step = self.one_of(models.Step.objects.all())
        party = self.boxed.world.parties[self.rng.choice(["council", "charity"])]
        actions.say(batch=step.batch if step else uuid4(), party=party, text="We look.", **self.words(who))
        assert party == self.boxed.world.parties[who], "somebody spoke for another party"
        seen = models.Step.objects.filter(batch=step.batch, state=Offer.TAKEN) if step else []
        assert any(each.shown_to.filter(id=party).exists() for each in seen)

    def sign(self, who: str) -> None:
        finding = Finding.objects.filter(signed_at=None, closed_at=None).first()
        if finding is None:
            raise NotFound
        self.at += timedelta(days=self.rng.choice([0, 7, 14]))
        scrutinise.sign_finding(finding=finding.id, hash=finding.hash, **self.words(who))
        assert day_of(self.at) > finding.reply_by, "the parties did not have their days"
        behind = models.Concern.objects.filter(finding=finding).values_list("standing", "outcome")
        withdrawn = {(Standing.WITHDRAWN, ""), (Standing.CLOSED, Outcome.WITHDRAWN)}
        assert not behind or set(behind) - withdrawn, "what was withdrawn was published"

    def drop(self, who: str) -> None:
        finding = Finding.objects.filter(signed_at=None).first()
        if finding is None or self.rng.random() < 0.7:
            raise NotFound
        scrutinise.drop_finding(finding=finding.id, reason="Reworded.", **self.words(who))


def finish(crowd: Crowd) -> None:
    """What holds of all that is kept, once the crowd has gone."""
    climbed = [entry for entry in recorded() if entry.kind == "concern.climbed"]
    assert len(climbed) == sum(len(case.used) for case in crowd.cases.values())
    for id, case in crowd.cases.items():
        first = list(dict.fromkeys(case.used))  # a finding can be worded anew: the last rung twice
        assert first == ORDER[1 : len(first) + 1]
        assert [e.body["rung"] for e in climbed if e.subject == str(id)] == case.used
        row = models.Concern.objects.get(id=id)
        assert case.over == (row.standing in (Standing.CLOSED, Standing.WITHDRAWN))
        view = reads.case(case.code, today=day_of(crowd.at))
        if row.standing != Standing.WITHDRAWN and row.outcome != Outcome.WITHDRAWN:
            assert view.letters[0].text == HAPPENED, "whoever raised it reads what they wrote"
            opened = crowd.boxed.opened(id)
            assert opened == view.letters
    for step in models.Step.objects.all():
        assert bool(step.statement) == (step.state in (Offer.CONSENTED, Offer.TAKEN))
    published = {each.id for each in reads.published(crowd.boxed.covenant)}
    signed = set(Finding.objects.exclude(signed_at=None).values_list("id", flat=True))
    assert published == signed
    assert without_gaps(recorded())


def test_no_rung_is_skipped_and_none_is_climbed_without_consent() -> None:
    done: dict[str, int] = {}
    highest = 0
    for seed in range(10):
        with transaction.atomic():
            crowd = Crowd(make_box(make_world()), random.Random(seed))
            for _ in range(500):
                crowd.step()
                if crowd.at.year > 2026:
                    break
            finish(crowd)
            transaction.set_rollback(True)
        highest = max([highest, *(case.rung for case in crowd.cases.values())])
        done = {act: done.get(act, 0) + crowd.done.get(act, 0) for act in {*done, *crowd.done}}
    assert highest == len(Rung), "the crowd never came to the last rung"
    assert set(done) >= {
        "raise_one",
        "admit",
        "offer",
        "consent",
        "climb",
        "join",
        "withdraw",
        "say",
        "close",
    }
    assert {"sign", "decline", "answer", "refuse"} <= set(done)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["offer", "consent", "climb", "decline", "drop"]), max_size=25))
def test_whatever_follows_whatever_a_climb_uses_up_one_consent(boxed: Boxed, acts: list[str]) -> None:
    with transaction.atomic():
        code, offered, consented, rung = boxed.admitted(), None, False, 0
        for act in acts:
            try:
                with transaction.atomic():
                    if act == "offer":
                        offered, consented = boxed.offer(code), False
                    elif act == "climb":
                        actions.climb(by=boxed.scrutineer, concern=boxed.id_of(code), at=NOW)
                        assert consented
                        rung, offered, consented = rung + 1, None, False
                    elif offered is not None:
                        {"consent": actions.consent}.get(act, actions.decline)(
                            code=code, step=offered, at=NOW
                        )
                        consented = act == "consent"
                        offered = offered if consented else None
            except NotPossible:
                assert act != "climb" or not consented
        assert ORDER.index(models.Concern.objects.get(code=codes.kept(code)).rung) == rung
        transaction.set_rollback(True)
