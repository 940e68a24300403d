"""Random acts by random people on random days: the invariants of a working relationship hold throughout."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
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

from covenant.place import reads as places
from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.relate import actions, models, rules
from covenant.relate.engine.wording import content_hash
from covenant.relate.types import (
    CLIENTS,
    Agreement,
    Band,
    ChangeKind,
    EntryKind,
    PersonRole,
    Standing,
    VersionState,
)
from tests.personas import NOW, World, make_world
from tests.records import record_size, recorded
from tests.relate import naive, relations
from tests.relate.relations import MATTER, RESERVED, begin, found, someone

NAMES = [*relations.PEOPLE, "New1", "New2"]
WHO = ["council", "charity", *NAMES]
OTHERS = ["convenor", "stranger", "business", "lapsed", "public"]
anybody = st.sampled_from([*WHO * 3, *OTHERS])
# As forms hand them on: without what no form lets through.
words_typed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@seed(6)
class Relations(RuleBasedStateMachine):
    """One agreement, a clock, and what a plain model knows of who consented to what and who has gone."""

    world: World

    @initialize()
    def start(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now, self.came = NOW, Counter[str]()
        self.given: dict[str, set[UUID]] = {}  # by hash: who consented to it
        self.gone: dict[UUID, Any] = {}  # by member: the last day
        self.shown: list[naive.Round] = []
        self.first = record_size()
        self.id = begin(self.world)
        relations.activate(self.world, self.id, but=("Lea",))
        hash = found(self.id).versions[0].hash
        everyone = {each.id for each in found(self.id).versions[0].members}
        self.given[hash] = everyone - {relations.member(self.id, "Lea", self.world)}

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Time passes, or somebody acts: mostly what comes next, sometimes what nobody may do now."""
        if data.draw(st.integers(0, 4)) == 0:
            self.now += timedelta(days=data.draw(st.integers(1, 20)))
            return
        now = self._found()
        likely = ["decide", "vote", "learn", "pulse", "pulse", "leave", "leave", "change", "replace"]
        if now.open and now.open.state is VersionState.PROPOSED:
            likely = ["consent_all", "consent", "consent", "refuse"]
        elif now.open:
            likely = ["word", "propose", "propose"]
        if any(each.missing for each in now.changes):
            likely += ["accept", *["accept_all"] * 3]
        anything = ["consent", "accept", "leave", "decide", "vote", "withdraw", "word", "propose", "refuse"]
        with self._perhaps():
            getattr(self, f"_{data.draw(st.sampled_from(likely * 2 + anything))}")(data, now)

    # What people do

    def _consent(self, data: st.DataObject, now: Agreement) -> None:
        who, member = data.draw(anybody), data.draw(st.sampled_from(now.members))
        member = self._own(data, who, now) or member
        hashes = [version.hash for version in now.versions if version.hash]
        hash = data.draw(st.sampled_from([*hashes[:1] * 4, *hashes, "0" * 64]))
        self._consented(who, member.id, hash, now)

    def _consented(self, who: str, member: UUID, hash: str, now: Agreement) -> None:
        before = {each.member for each in now.open.consents} if now.open else set()
        actions.consent(by=self._actor(who), agreement=self.id, member=member, hash=hash, at=self.now)
        assert relations.key(self.world, member) == who, "somebody consented for another"
        if member not in before:
            assert now.open is not None
            assert hash == now.open.hash, "somebody consented to what they were not shown"
            self.given.setdefault(hash, set()).add(member)

    def _consent_all(self, data: st.DataObject, now: Agreement) -> None:
        assert now.open is not None
        for each in now.open.missing:
            self._consented(relations.key(self.world, each.id), each.id, now.open.hash, self._found())

    def _refuse(self, data: st.DataObject, now: Agreement) -> None:
        who, member = data.draw(anybody), data.draw(st.sampled_from(now.members))
        actions.refuse(by=self._actor(who), agreement=self.id, member=member.id, reason="No", at=self.now)
        assert relations.key(self.world, member.id) == who

    def _withdraw(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(anybody)
        actions.withdraw(by=self._actor(who), agreement=self.id, at=self.now)
        assert who in ("convenor", *WHO)

    def _change(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(anybody)
        actions.propose_change(by=self._actor(who), agreement=self.id, why="Learnt", at=self.now)
        assert who in ("convenor", *WHO)

    def _word(self, data: st.DataObject, now: Agreement) -> None:
        words = data.draw(words_typed)
        who = data.draw(st.sampled_from(["convenor", *WHO]))
        actions.word(
            by=self._actor(who), agreement=self.id, change=lambda w: replace(w, money=words), at=self.now
        )
        assert now.open is not None
        assert now.open.state is VersionState.DRAFT, "words changed after they were shown"

    def _propose(self, data: st.DataObject, now: Agreement) -> None:
        actions.propose(by=self._actor(data.draw(anybody)), agreement=self.id, at=self.now)

    def _leave(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(st.sampled_from([*NAMES * 3, "council", "charity", *OTHERS]))
        member = self._own(data, who, now) or data.draw(st.sampled_from(now.members))
        last = self.now.date() + timedelta(days=data.draw(st.sampled_from([-1, 0, 0, 1, 10, 90, 95])))
        carer = data.draw(st.sampled_from([each for each in now.members if not each.is_person]))
        actions.leave(
            by=self._actor(who),
            agreement=self.id,
            member=member.id,
            last_day=last,
            carer=carer.id,
            reason="Goes",
            at=self.now,
        )
        assert relations.key(self.world, member.id) == who, "somebody was sent away by another"
        for change in self._found().changes:
            if change.last_day:
                self.gone[change.member] = change.last_day
        assert self.gone[member.id] == last

    def _replace(self, data: st.DataObject, now: Agreement) -> None:
        leavers = [each.member for each in now.changes if each.kind is ChangeKind.DEPARTURE]
        name = data.draw(st.sampled_from(NAMES))
        actions.name_replacement(
            by=self._actor(data.draw(anybody)),
            agreement=self.id,
            replaces=data.draw(st.sampled_from([None, *leavers])),
            email=f"{name.lower()}@named.example",
            name=name,
            role=data.draw(st.sampled_from(list(PersonRole))),
            party=None,
            at=self.now,
        )

    def _accept(self, data: st.DataObject, now: Agreement) -> None:
        if not now.changes:
            return
        who, change = data.draw(anybody), data.draw(st.sampled_from(now.changes))
        member = self._own(data, who, now) or data.draw(st.sampled_from(now.members))
        self._accepted(who, member.id, change.id, change.hash)

    def _accepted(self, who: str, member: UUID, change: UUID, hash: str) -> None:
        actions.accept(
            by=self._actor(who), agreement=self.id, change=change, member=member, hash=hash, at=self.now
        )
        assert relations.key(self.world, member) == who
        self.given.setdefault(hash, set()).add(member)

    def _accept_all(self, data: st.DataObject, now: Agreement) -> None:
        change = data.draw(st.sampled_from([each for each in now.changes if each.missing]))
        for member in change.missing:
            self._accepted(relations.key(self.world, member), member, change.id, change.hash)
            self.came["accepted"] += 1

    def _decide(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(anybody)
        member = self._own(data, who, now) or data.draw(st.sampled_from(now.members))
        matter = data.draw(st.sampled_from([MATTER, RESERVED, RESERVED.lower(), f" {RESERVED}"]))
        actions.propose_decision(
            by=self._actor(who),
            agreement=self.id,
            member=member.id,
            matter=matter,
            text="So",
            closes=self.now.date() + timedelta(days=9),
            at=self.now,
        )
        assert matter == MATTER, "a reserved matter was opened to a vote"
        assert member.id in now.bound
        self.came["decided"] += 1

    def _vote(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(anybody)
        member = self._own(data, who, now) or data.draw(st.sampled_from(now.members))
        yes, last = data.draw(st.booleans()), models.Decision.objects.count()
        actions.vote(
            by=self._actor(who), agreement=self.id, number=last, member=member.id, yes=yes, at=self.now
        )
        assert relations.key(self.world, member.id) == who
        assert member.id in now.bound

    def _learn(self, data: st.DataObject, now: Agreement) -> None:
        who = data.draw(anybody)
        member = self._own(data, who, now) or data.draw(st.sampled_from(now.members))
        by, at, last = self._actor(who), self.now, models.Cycle.objects.count()
        if data.draw(st.booleans()):
            actions.ask(by=by, agreement=self.id, member=member.id, question="What helps?", at=at)
        else:
            kind = data.draw(st.sampled_from(list(EntryKind)))
            actions.answer(
                by=by, agreement=self.id, number=last, member=member.id, kind=kind, text="This", at=at
            )
        assert member.id in now.bound

    def _pulse(self, data: st.DataObject, now: Agreement) -> None:
        """A whole round: most of those who may answer do, and then its last day passes."""
        actions.open_round(
            by=self.world.actor("convenor"), agreement=self.id, closes=self.now.date(), at=self.now
        )
        keys, who = [each.key for each in now.shown.words.behaviours], set[int]()
        for number, name in enumerate(NAMES):
            if data.draw(st.integers(0, 6)) == 0 or places.person(f"{name.lower()}@named.example") is None:
                continue
            try:
                value = data.draw(st.sampled_from([1, 3, 5, 5, 5]))
                ratings = dict.fromkeys(keys, value)
                actions.rate(by=someone(name), agreement=self.id, ratings=ratings, at=self.now)
            except NotAllowed:
                continue
            who.add(number)
        self.now += timedelta(days=1)
        if actions.close_round(agreement=self.id, at=self.now):
            row = models.Round.objects.order_by("-number")[0]
            assert row.answers == len(who) >= 5
            self.shown.append((frozenset(who), Band(row.bands[keys[0]])))
            self.came["published"] += 1

    # What always holds

    @invariant()
    def no_version_is_active_without_every_consent_to_its_exact_hash(self) -> None:
        now = self._found()
        for version in now.versions:
            if version.hash:
                assert content_hash(version.words, version.members) == version.hash
            came = version.state in (VersionState.ACTIVE, VersionState.SUPERSEDED)
            everyone = {member.id for member in version.members}
            assert came == (version.active_at is not None)
            if came:
                assert self.given[version.hash] >= everyone
                assert {each.hash for each in version.consents} == {version.hash}
                assert rules.vacant(version.members) == ()
        for change in now.changes:
            assert change.accepted <= self.given.get(change.hash, set())
        for arrival in models.Change.objects.filter(kind="arrival", settled_at__isnull=False):
            assert arrival.consents.filter(member=arrival.member).exists(), "let in without their own word"

    @invariant()
    def nobody_is_bound_after_leaving_and_a_departure_asks_everyone_else(self) -> None:
        for days in (0, 1, 60, 200):
            at = self.now + timedelta(days=days)
            then = found(self.id, at)
            left = {member for member, last in self.gone.items() if last < at.date()}
            assert not then.bound & left
            bound = {str(id) for id in then.bound}
            promises = rules.binding(then)
            assert {promise.by for promise in promises} <= bound
            if then.active is None:
                assert not then.bound
                continue
            inside = {member.id for member in then.active.members}
            missing = {
                each.id
                for each in then.changes
                if each.member in left & inside and each.missing and each.kind is ChangeKind.DEPARTURE
            }
            if missing and then.standing is not Standing.ENDED:
                assert then.standing is Standing.WAITING
            if then.standing is Standing.WAITING:
                self.came["waited"] += days == 0
                to_clients = [p for p in then.active.words.promises if p.to == CLIENTS and p.by in bound]
                assert promises == to_clients
            if then.standing is Standing.IN_FORCE:
                assert rules.vacant([m for m in then.members if m.id in then.bound]) == ()

    @invariant()
    def clients_are_looked_after_to_the_end_of_every_notice(self) -> None:
        now = self._found()
        for member, last in self.gone.items():
            carer = rules.carer_on(now, member, last)
            assert carer is not None
            assert not carer.is_person
            assert self.gone.get(carer.id, last) >= last

    @invariant()
    def no_reserved_matter_was_put_to_a_vote_and_names_are_not_in_the_record(self) -> None:
        matters = set(models.Decision.objects.values_list("matter", flat=True))
        assert not {each.casefold() for each in matters} & {RESERVED.casefold()}
        told = str([entry.body for entry in recorded(start=self.first)])
        assert not [name for name in NAMES if f"'{name}'" in told or f"{name.lower()}@" in told]

    def _found(self) -> Agreement:
        return found(self.id, self.now)

    def _own(self, data: st.DataObject, who: str, now: Agreement) -> Any:
        """Mostly the member that somebody is, and sometimes none."""
        mine = [each for each in now.members if relations.key(self.world, each.id) == who]
        return data.draw(st.sampled_from([*mine * 6, None])) if mine else None

    def _actor(self, who: str) -> Any:
        return relations.actor(self.world, who)

    @contextmanager
    def _perhaps(self) -> Iterator[None]:
        """Something that may be refused: then nothing of it is kept."""
        kept = {hash: set(given) for hash, given in self.given.items()}, dict(self.gone), self.now
        try:
            with transaction.atomic():
                yield
        except (NotAllowed, NotFound, NotPossible):
            self.given, self.gone, self.now = kept


@pytest.mark.django_db
def test_no_order_of_acts_breaks_what_a_working_relationship_rests_on() -> None:
    Relations.world = make_world()
    came, shown = Counter[str](), list[list[naive.Round]]()
    Relations.teardown = _counted(Relations.teardown, came, shown)  # type: ignore[method-assign]
    run_state_machine_as_test(
        Relations,
        settings=settings(
            max_examples=10,
            stateful_step_count=36,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # to shrink a failure would take minutes; the steps are printed
            suppress_health_check=list(HealthCheck),
        ),
    )
    for each, least in {"active": 8, "waited": 8, "decided": 1, "published": 5, "joined": 1}.items():
        assert came[each] >= least, f"too few were {each} for this to have tested much: {came}"
    assert [rounds for rounds in shown if rounds and naive.attacked(rounds)] == []


def _counted(
    teardown: Callable[[Any], None], came: Counter[str], shown: list[list[naive.Round]]
) -> Callable[[Any], None]:
    def counting(machine: Any) -> None:
        if hasattr(machine, "savepoint"):
            came.update(machine.came)
            came["active"] += models.Version.objects.filter(active_at__isnull=False).count()
            came["joined"] += models.Change.objects.filter(kind="arrival", settled_at__isnull=False).count()
            shown.append(machine.shown)
        teardown(machine)

    return counting
