"""Random acts by random people: no judgement changes once put, none is signed with a part missing."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.weigh import actions, reads
from covenant.weigh.engine import judgement_content, judgement_hash
from covenant.weigh.models import Judgement
from covenant.weigh.shown import AppraisalView
from covenant.weigh.types import (
    Answer,
    AppraisalState,
    ConsiderationKind,
    Cost,
    Followed,
    JudgementState,
    Source,
    Weight,
)
from tests.personas import NOW, Talk, World, make_world, talk
from tests.records import record_size, recorded, without_gaps
from tests.weigh.decisions import COST, FREE, option_words, ready, words, write

PEOPLE = ["convenor", "stranger", "council", "charity", "business", "lapsed", "public"]
people = st.sampled_from(PEOPLE)
works = st.sampled_from(["convenor", "convenor", "council", "charity", "stranger", "business"])
bodies = st.sampled_from(["council", "charity", "council", "charity", "business", "residents"])

TOLD_ONCE = {  # by an entry for each act that was done
    *("option.written", "option.worded", "option.discarded", "interest.declared", "appraisal.worded"),
    *("appraisal.begun", "appraisal.withdrawn", "judgement.put", "judgement.taken_back", "judgement.signed"),
    "judgement.dissented",
}


@seed(7)
class Decisions(RuleBasedStateMachine):
    """One decision, and what a plain model knows of it."""

    world: World
    said: Talk
    ideas: tuple[UUID, ...]

    @initialize()
    def start(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOW
        self.done: Counter[str] = Counter()
        self.appraisal, _chosen = ready(self.world, self.said)  # and then it may lack something
        self.first, self.before = record_size(), len(self._found().considerations)
        self.frozen: dict[int, tuple[str, Any, UUID, str]] = {}  # of every judgement that was ever put
        self.signed: dict[int, dict[str, bool]] = {}  # by judgement: body, and whether it agrees

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Time passes, or somebody acts: mostly what comes next, sometimes what nobody may do now."""
        self.now += timedelta(minutes=data.draw(st.integers(0, 90)))
        found = self._found()
        anything = [
            *("option", "word", "consider", "weigh", "answer", "interest", "discard", "put", "take_back"),
            *("sign", "dissent", "rename", "withdraw"),
        ]
        likely = {
            AppraisalState.OPEN: ["next", "spoil"] * 6,
            AppraisalState.PUT: ["sign_next", "sign_next", "dissent_next"] * 5,
            AppraisalState.JUDGED: [],
            AppraisalState.WITHDRAWN: [],
        }
        act = data.draw(st.sampled_from(likely[found.state] + anything))
        with self._perhaps():
            getattr(self, f"_{act}")(data, found)

    def _option(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(works)
        cost = data.draw(st.sampled_from([COST, COST, FREE, Cost()]))
        ideas = data.draw(st.sampled_from([(), self.ideas[:1], self.ideas]))
        actions.word_option(
            by=self._by(who),
            appraisal=self.appraisal,
            words=option_words(cost=cost, ideas=ideas),
            at=self.now,
        )
        self._was_open(found, who)
        self.done["option.written"] += 1

    def _word(self, data: st.DataObject, found: AppraisalView) -> None:
        who, one = data.draw(works), data.draw(st.sampled_from(found.options))
        cost = data.draw(st.sampled_from([COST, FREE, Cost()]))
        self._reword(who, found, one.id, cost)

    def _next(self, data: st.DataObject, found: AppraisalView) -> None:
        """Something that the decision lacks; a judgement where one thing at most is lacking."""
        stated = all(each.words.cost.is_stated for each in found.options)
        equal = any(each.kind is ConsiderationKind.EQUALITY for each in found.considerations)
        lacks = {
            "option": len(found.options) < 2,
            "state": not (stated and equal),
            "answer_next": not all(each.answer for each in found.considerations if each.is_heard),
            "weigh_next": not self._is_weighed(found),
        }
        steps = [step for step, is_so in lacks.items() if is_so]
        if len(steps) < 2 and (not steps or data.draw(st.booleans())):
            steps = ["put"]
        getattr(self, f"_{data.draw(st.sampled_from(steps))}")(data, found)

    def _spoil(self, data: st.DataObject, found: AppraisalView) -> None:
        """Take one thing away of what a judgement takes."""
        what = data.draw(st.sampled_from(["cost", "heard"]))
        if what == "cost":
            self._reword("council", found, found.options[0].id, Cost())
        else:
            cited = {each.statement for each in found.considerations}
            left = next((id for id in self.said.statements if id not in cited), None)
            if left:
                actions.add_consideration(
                    by=self._by("charity"), appraisal=self.appraisal, kind=ConsiderationKind.HEARD,
                    statement=left, at=self.now,
                )  # fmt: skip
                self._was_open(found, "charity")
                for who in ("council", "charity"):  # so that the answer alone is missing
                    self._weigh_all(who, self._found())

    def _state(self, data: st.DataObject, found: AppraisalView) -> None:
        one = next((each for each in found.options if not each.words.cost.is_stated), None)
        if one:
            self._reword("convenor", found, one.id, COST)
        elif not any(each.kind is ConsiderationKind.EQUALITY for each in found.considerations):
            self._consider(data, found)

    def _reword(self, who: str, found: AppraisalView, one: UUID, cost: Cost) -> None:
        actions.word_option(
            by=self._by(who), appraisal=self.appraisal, option=one, words=option_words(cost=cost), at=self.now
        )
        self._was_open(found, who)
        self.done["option.worded"] += 1

    def _consider(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(works)
        heard = data.draw(st.integers(0, 5)) == 0
        kind = ConsiderationKind.HEARD if heard else ConsiderationKind.EQUALITY
        actions.add_consideration(
            by=self._by(who), appraisal=self.appraisal, kind=kind, at=self.now,
            statement=data.draw(st.sampled_from(self.said.statements)), said=Source("Who", "Note"),
        )  # fmt: skip
        self._was_open(found, who)

    def _weigh(self, data: st.DataObject, found: AppraisalView) -> None:
        who, party = data.draw(people), data.draw(bodies)
        some = [each.id for each in found.considerations if data.draw(st.booleans())]
        reason = data.draw(st.sampled_from(["r", "s", " "]))
        actions.weigh(
            by=self._by(who), appraisal=self.appraisal, party=self.world.parties[party],
            weights=dict.fromkeys(some, (Weight.SOME, reason)), at=self.now,
        )  # fmt: skip
        assert who == party, "somebody weighed for another body"
        self._was_open(found, who)

    def _weigh_next(self, data: st.DataObject, found: AppraisalView) -> None:
        self._weigh_all(data.draw(st.sampled_from(["council", "charity"])), found)

    def _weigh_all(self, who: str, found: AppraisalView) -> None:
        actions.weigh(
            by=self._by(who), appraisal=self.appraisal, party=self.world.parties[who],
            weights={each.id: (Weight.STRONG, who) for each in found.considerations}, at=self.now,
        )  # fmt: skip
        self._was_open(found, who)

    def _answer(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(works)
        some = [each.id for each in found.considerations if data.draw(st.booleans())]
        said = Answer(Followed.NO, data.draw(st.sampled_from(["b", " "])))
        actions.answer(
            by=self._by(who), appraisal=self.appraisal, answers=dict.fromkeys(some, said), at=self.now
        )
        self._was_open(found, who)

    def _answer_next(self, data: st.DataObject, found: AppraisalView) -> None:
        said = {each.id: Answer(Followed.YES, "b") for each in found.considerations if each.is_heard}
        actions.answer(by=self._by("charity"), appraisal=self.appraisal, answers=said, at=self.now)
        self._was_open(found, "charity")

    def _interest(self, data: st.DataObject, found: AppraisalView) -> None:
        who, party = data.draw(people), data.draw(bodies)
        actions.declare_interest(
            by=self._by(who), appraisal=self.appraisal, party=self.world.parties[party], text="i", at=self.now
        )
        assert who == party
        self._was_open(found, who)
        self.done["interest.declared"] += 1

    def _discard(self, data: st.DataObject, found: AppraisalView) -> None:
        who, one = data.draw(people), data.draw(st.sampled_from(found.options))
        party = self.world.parties.get(who)
        actions.discard_option(
            by=self._by(who), appraisal=self.appraisal, option=one.id, party=party, reason="r", at=self.now
        )
        assert not one.is_nothing
        self._was_open(found, who)
        self.done["option.discarded"] += 1

    def _rename(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(people)
        what = words(self.world, title=data.draw(st.sampled_from(["A", "B"])))
        actions.word_appraisal(by=self._by(who), appraisal=self.appraisal, words=what, at=self.now)
        assert who == "convenor"
        self._was_open(found, who)
        self.done["appraisal.worded"] += 1

    def _withdraw(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(people)
        if data.draw(st.integers(0, 3)):
            return
        actions.withdraw(by=self._by(who), appraisal=self.appraisal, reason="r", at=self.now)
        assert who == "convenor"
        self._was_open(found, who)
        self.done["appraisal.withdrawn"] += 1

    def _put(self, data: st.DataObject, found: AppraisalView) -> None:
        who, one = (
            data.draw(st.sampled_from(["convenor"] * 20 + PEOPLE)),
            data.draw(st.sampled_from(found.options)),
        )
        hash = actions.put(
            by=self._by(who), appraisal=self.appraisal, option=one.id, reason="why", at=self.now
        )
        assert who == "convenor"
        assert found.state is AppraisalState.OPEN
        assert self._is_whole(found), "a judgement was put for signing with something missing"
        assert not one.discarded
        number = len(self.frozen) + 1
        self.frozen[number] = (hash, reads.judgement_content(self.appraisal, number)[0], one.id, "why")
        self.signed[number] = {}
        self.done["judgement.put"] += 1

    def _take_back(self, data: st.DataObject, found: AppraisalView) -> None:
        who = data.draw(people)
        actions.take_back(by=self._by(who), appraisal=self.appraisal, at=self.now)
        assert who == "convenor"
        assert not self.signed[len(self.frozen)], "it was taken back after somebody had answered"
        self.done["judgement.taken_back"] += 1

    def _sign_next(self, data: st.DataObject, found: AppraisalView) -> None:
        given = self.signed.get(len(self.frozen), {})
        who = next((name for name in ("charity", "council") if name not in given), "council")
        made = found.judgement
        self._give(who, who, made.hash if made else "0" * 64)

    def _dissent_next(self, data: st.DataObject, found: AppraisalView) -> None:
        given = self.signed.get(len(self.frozen), {})
        who = next((name for name in ("charity", "council") if name not in given), "council")
        self._against(who, who)

    def _sign(self, data: st.DataObject, found: AppraisalView) -> None:
        hashes = [hash for hash, *_ in self.frozen.values()] + ["0" * 64]
        self._give(data.draw(people), data.draw(bodies), data.draw(st.sampled_from(hashes)))

    def _give(self, who: str, party: str, hash: str) -> None:
        number = len(self.frozen)
        before = Judgement.objects.filter(signatures__party=self.world.parties[party]).count()
        actions.sign(
            by=self._by(who),
            appraisal=self.appraisal,
            party=self.world.parties[party],
            hash=hash,
            at=self.now,
        )
        assert who == party, "somebody signed for another body"
        if Judgement.objects.filter(signatures__party=self.world.parties[party]).count() > before:
            assert hash == self.frozen[number][0], "something else was signed than what was put"
            assert party not in self.signed[number]
            self.signed[number][party] = True
            self.done["judgement.signed"] += 1

    def _dissent(self, data: st.DataObject, found: AppraisalView) -> None:
        self._against(data.draw(people), data.draw(bodies))

    def _against(self, who: str, party: str) -> None:
        id = self.world.parties[party]
        actions.dissent(by=self._by(who), appraisal=self.appraisal, party=id, reason="d", at=self.now)
        assert who == party
        assert party not in self.signed[len(self.frozen)]
        self.signed[len(self.frozen)][party] = False
        self.done["judgement.dissented"] += 1

    # What always holds

    @invariant()
    def what_was_put_never_changes(self) -> None:
        for number, (hash, content, *_rest) in self.frozen.items():
            kept = reads.judgement_content(self.appraisal, number)
            assert kept == (content, hash)
            assert judgement_hash(content) == hash

    @invariant()
    def what_stands_says_what_was_signed(self) -> None:
        found = self._found()
        made = found.judgement
        assert (made is not None) == (found.state in (AppraisalState.PUT, AppraisalState.JUDGED))
        if made:
            hash, _content, chosen, reason = self.frozen[made.number]
            assert judgement_hash(judgement_content(found, chosen=chosen, reason=reason)) == hash
            assert self._is_whole(found)

    @invariant()
    def a_judgement_is_made_by_everybody_and_by_more_than_dissent(self) -> None:
        if not hasattr(self, "appraisal"):
            return
        for made in self._found().judgements:
            given = self.signed[made.number]
            agreed, against = sum(given.values()), len(given) - sum(given.values())
            whole = set(given) == {"council", "charity"}
            assert (made.state is JudgementState.MADE) == (whole and agreed > against)
            assert (made.state is JudgementState.NOT_AGREED) == (whole and agreed <= against)
            assert len(made.signatures) == agreed
            assert len(made.dissents) == against

    @invariant()
    def the_record_tells_of_every_act(self) -> None:
        told = Counter(entry.kind for entry in recorded(start=self.first))
        assert Counter({kind: told[kind] for kind in TOLD_ONCE if told[kind]}) == self.done
        found = self._found()
        assert told["consideration.added"] == len(found.considerations) - self.before
        ended = Counter(made.state for made in found.judgements)
        assert told["judgement.made"] == ended[JudgementState.MADE]
        assert told["judgement.not_agreed"] == ended[JudgementState.NOT_AGREED]
        assert without_gaps(recorded())

    # A plain model of what may be signed

    def _is_whole(self, found: AppraisalView) -> bool:
        costs = all(each.discarded or each.words.cost.is_stated for each in found.options)
        answers = all(each.answer for each in found.considerations if each.statement)
        return costs and answers and self._is_weighed(found) and len(found.options) > 1

    def _is_weighed(self, found: AppraisalView) -> bool:
        names = {"Friends of Testing", "Testing District Council"}
        return all(names <= {w.party.name for w in each.weighed if w.party} for each in found.considerations)

    def _was_open(self, found: AppraisalView, who: str) -> None:
        assert found.state is AppraisalState.OPEN, "something changed under a judgement"
        assert who in ("convenor", "council", "charity"), f"{who} has no part in this"

    def _found(self) -> AppraisalView:
        return reads.appraisal(self.appraisal)

    def _by(self, who: str) -> Any:
        return self.world.actor(who)

    @contextmanager
    def _perhaps(self) -> Iterator[None]:
        """Something that may be refused: then nothing of it is kept."""
        try:
            with transaction.atomic():
                yield
        except (NotAllowed, NotFound, NotPossible):
            return


@pytest.mark.django_db
def test_no_order_of_acts_changes_a_judgement_or_signs_one_with_a_part_missing() -> None:
    Decisions.world = make_world()
    Decisions.said = talk(Decisions.world)
    Decisions.ideas = (write(Decisions.world, Decisions.said), write(Decisions.world, Decisions.said))
    came: Counter[str] = Counter()
    Decisions.teardown = _counted(Decisions.teardown, came)  # type: ignore[method-assign]
    run_state_machine_as_test(
        Decisions,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # to shrink a failure would take minutes; the steps are printed
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert came["made"] >= 3, f"too few judgements were made for this to have tested much: {came}"
    assert came["not agreed"] >= 1, came
    assert came["put"] >= 6, came


def _counted(teardown: Callable[[Any], None], came: Counter[str]) -> Callable[[Any], None]:
    def counting(machine: Any) -> None:
        if hasattr(machine, "savepoint"):
            states = list(Judgement.objects.values_list("state", flat=True))
            came.update(states)
            came["put"] += len(states)
        teardown(machine)

    return counting
