"""Random acts by random people, in any order: nothing comes into force without every consent it takes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from covenant.agree import actions, reads
from covenant.agree.engine import Content, content_hash
from covenant.agree.engine import parts as parts_of
from covenant.agree.models import Covenant, Version
from covenant.agree.types import GroundKind
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, Tier
from tests.agree import naive
from tests.personas import NOW, World, make_world
from tests.records import record_size, recorded, without_gaps

SIGNERS = ["council", "charity", "business"]
PEOPLE = ["convenor", "stranger", "scrutineer", "administrator", *SIGNERS, "lapsed", "public"]
people = st.sampled_from(PEOPLE)
parties = st.sampled_from([*SIGNERS, "residents"])
signers = st.sampled_from(SIGNERS)
convenes = st.sampled_from(["convenor"] * 6 + ["stranger", "council"])


class Covenants(RuleBasedStateMachine):
    """One covenant between three parties, and what a plain model knows of it."""

    world: World
    state = "draft"  # of the newest version

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.done: Counter[str] = Counter()
        self.words = 0
        self.consents: dict[UUID, dict[str, str]] = {}  # by version: who consented, to which hash
        self.refused: dict[UUID, dict[str, set[str]]] = {}  # and which parts they refused; "" is all
        self.left: set[UUID] = set()
        self.shown: dict[UUID, tuple[str, Content, Content | None]] = {}  # hash, words, drafted from what
        self.first = record_size()
        draft = actions.start_covenant(
            by=self.world.actor("convenor"),
            place=self.world.place,
            title="Ours",
            slug="ours",
            purpose="P",
            parties=[self.world.parties[name] for name in SIGNERS],
            at=NOW,
        )
        self.done["covenant.begun"] += 1
        self.covenant = Version.objects.get(id=draft).covenant_id
        self._word(draft, None, "convenor", "council", "residents")

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What people do

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Mostly what comes next, and sometimes what nobody may do now."""
        likely = {"draft": ["word", "propose", "propose"], "proposed": ["sign"] * 4 + ["sign_in_part"]}.get(
            self.state, ["change"] * 3
        )
        anything = [
            "word",
            "drop",
            "propose",
            "refuse",
            "withdraw",
            "change",
            "sign_for_another",
            "sign_something_else",
            "sign_in_part",
            "leave",
            "time_is_over",
        ]
        getattr(self, data.draw(st.sampled_from(likely * 2 + anything)))(data)

    def word(self, data: st.DataObject) -> None:
        newest = self._newest()
        clause = next(iter(reads.content_of(newest).clauses), None)
        anew = clause.id if clause and data.draw(st.booleans()) else None
        self._word(newest, anew, data.draw(convenes), data.draw(signers), data.draw(parties))

    def drop(self, data: st.DataObject) -> None:
        newest = self._newest()
        for clause in reads.content_of(newest).clauses[-1:]:
            with self._perhaps():
                actions.drop_clause(by=self._actor(data.draw(convenes)), version=newest, clause=clause.id)

    def propose(self, data: st.DataObject) -> None:
        newest, who = self._newest(), data.draw(convenes)
        base = Version.objects.get(id=newest).base_id
        old = reads.content_of(base) if base else None
        with self._perhaps("version.proposed"):
            hash = actions.propose(by=self._actor(who), version=newest, at=NOW)
            assert who == "convenor"
            content = reads.content_of(newest)
            self.shown[newest] = (hash, content, old)
            needed = {party.id for party in reads.version(newest)[1].needed}
            assert needed == naive.who_must_consent(old, content)

    def sign(self, data: st.DataObject) -> None:
        """For one's own party, with the hash that was shown last."""
        who = data.draw(signers)
        self._sign(who, who, self._hashes()[-1])

    def sign_for_another(self, data: st.DataObject) -> None:
        """With a mandate, but for any party."""
        self._sign(data.draw(people), data.draw(parties), self._hashes()[-1])

    def sign_something_else(self, data: st.DataObject) -> None:
        """For one's own party, with a hash that was shown once, or one that never was."""
        who = data.draw(signers)
        self._sign(who, who, data.draw(st.sampled_from(self._hashes())))

    def _hashes(self) -> list[str]:
        return ["0" * 64, *(shown[0] for shown in self.shown.values())]

    def _sign(self, who: str, party: str, hash: str) -> None:
        version = self._newest()
        before = self.consents.get(version, {}).get(party)
        with self._perhaps():
            actions.sign(
                by=self._actor(who), version=version, party=self.world.parties[party], hash=hash, at=NOW
            )
            assert who == party, "somebody signed for another party"
            if before is None:
                assert hash == self.shown[version][0], "somebody signed what they were not shown"
                self.done["version.signed"] += 1
                self.consents.setdefault(version, {})[party] = hash

    def refuse(self, data: st.DataObject) -> None:
        who, party, version = data.draw(people), data.draw(parties), self._newest()
        with self._perhaps("version.refused"):
            actions.refuse(
                by=self._actor(who), version=version, party=self.world.parties[party], reason="No", at=NOW
            )
            assert who == party
            self.refused.setdefault(version, {}).setdefault(party, set()).add("")

    def sign_in_part(self, data: st.DataObject) -> None:
        """For one's own party, but for one part of it."""
        version, who = self._newest(), data.draw(signers)
        if version not in self.shown:
            return
        hash, content, base = self.shown[version][:3]
        keys = [part.key for part in parts_of(base, content)]
        key = data.draw(st.sampled_from([*keys, "clauses:99"]))
        before = self.consents.get(version, {}).get(who)
        with self._perhaps():
            actions.sign(
                by=self._actor(who),
                version=version,
                party=self.world.parties[who],
                hash=hash,
                refusing={key: "Not this"},
                at=NOW,
            )
            if before is None:
                self.done["version.signed"] += 1
                self.done["part.refused"] += 1
                self.consents.setdefault(version, {})[who] = hash
                self.refused.setdefault(version, {}).setdefault(who, set()).add(key)

    def leave(self, data: st.DataObject) -> None:
        who = data.draw(people)
        party = data.draw(signers)
        with self._perhaps("party.leaves"):
            actions.depart(
                by=self._actor(who),
                covenant=self.covenant,
                party=self.world.parties[party],
                reason="We close",
                leaves=NOW.date(),
                at=NOW,
            )
            assert who == party
            self.left.add(self.world.parties[party])

    def time_is_over(self, data: st.DataObject) -> None:
        actions.settle_due(at=NOW + timedelta(days=57))

    def withdraw(self, data: st.DataObject) -> None:
        who = data.draw(people)
        with self._perhaps("version.withdrawn"):
            actions.withdraw(by=self._actor(who), version=self._newest(), at=NOW)
            assert who == "convenor"

    def change(self, data: st.DataObject) -> None:
        who = data.draw(convenes)
        with self._perhaps():
            actions.draft_change(by=self._actor(who), covenant=self.covenant, why="w", at=NOW)
            assert who == "convenor"

    # What always holds

    @invariant()
    def nothing_is_in_force_without_every_consent_to_its_exact_words(self) -> None:
        """Whatever a version in force changed, all whom it affects consented to it as it was shown."""
        rows = {row.id: row for row in Version.objects.exclude(hash="").order_by("number")}
        for id, (hash, content, _old) in self.shown.items():
            assert rows[id].hash == hash == content_hash(content)
            assert content_hash(reads.content_of(id)) == hash, "words changed after they were shown"
        came = sorted((row for row in rows.values() if row.in_force_at), key=lambda row: row.number)
        before: Content | None = None
        for row in came:
            now = reads.content_of(row.id)
            assert row.hash == content_hash(now)
            source = row.settles_id or row.id
            if row.came_by != "departure":
                self._consented(before, now, source)
            else:
                assert {party.id for party in before.parties} > {party.id for party in now.parties}  # type: ignore[union-attr]
                assert {c.commitment for c in now.clauses} <= {c.commitment for c in before.clauses}  # type: ignore[union-attr]
            before = now
        in_force = [reads.content_of(row.id) for row in came if row.state == "in force"]
        bound = {party.id for content in in_force for party in content.parties}
        assert not bound & self.left, "a body is bound after it left"

    def _consented(self, before: Content | None, now: Content, source: UUID) -> None:
        _hash, proposed, base = self.shown[source]
        names = {id: name for name, id in self.world.parties.items()}
        gone = {p.id for p in base.parties} - {p.id for p in before.parties} if base and before else set()
        for group in naive.groups(before, now):
            for id in naive.whom_it_takes(group, before, now) - gone:
                assert names[id] in self.consents.get(source, {}), f"{names[id]} was not asked"
                assert "" not in self.refused.get(source, {}).get(names[id], set())
        said = {clause.commitment: clause for clause in proposed.clauses}
        was = {clause.commitment: clause for clause in before.clauses} if before else {}
        refused = [key for keys in self.refused.get(source, {}).values() for key in keys]
        for clause in now.clauses:
            if clause.commitment in was and naive.says_the_same(was[clause.commitment], clause):
                continue
            assert naive.says_the_same(said[clause.commitment], clause), "words that nobody was shown"
            assert f"clauses:{clause.number}" not in refused

    @invariant()
    def one_version_at_most_is_open_and_one_in_force(self) -> None:
        found = list(Version.objects.order_by("number").values_list("state", flat=True))
        self.state, states = self._newest_state(), Counter(found)
        assert states["draft"] + states["proposed"] <= 1
        assert not {"ended"} & set(found) or "in force" not in found
        assert states["in force"] <= 1

    @invariant()
    def the_record_tells_of_every_act_and_of_nothing_else(self) -> None:
        entries = recorded(start=self.first)
        told = Counter(entry.kind for entry in entries)
        came = Version.objects.filter(in_force_at__isnull=False).count()
        lapsed = Version.objects.filter(state="lapsed").count()
        ended = Version.objects.filter(state="ended").count()
        more = {"version.in_force": came, "version.lapsed": lapsed, "covenant.ended": ended}
        assert told == self.done + Counter(more)
        if entries:
            assert without_gaps(recorded())

    # How it is done

    def _actor(self, who: str) -> Actor:
        return self.world.actor(who)

    def _newest(self) -> UUID:
        """The version that is open; where none is, the newest."""
        rows = Version.objects.filter(covenant=self.covenant).order_by("-number")
        open_ = rows.filter(state__in=["draft", "proposed"]).values_list("id", flat=True).first()
        return open_ or rows.values_list("id", flat=True)[0]

    def _newest_state(self) -> str:
        return Version.objects.get(id=self._newest()).state

    @contextmanager
    def _perhaps(self, kind: str = "") -> Iterator[None]:
        """Something that may be refused; where it is not, the record tells of it."""
        try:
            with transaction.atomic():
                yield
        except (NotAllowed, NotFound, NotPossible):
            return
        if kind:
            self.done[kind] += 1

    def _word(self, version: UUID, clause: UUID | None, who: str, debtor: str, creditor: str) -> None:
        self.words += 1
        with self._perhaps():
            made = actions.word_clause(
                by=self.world.actor(who),
                version=version,
                clause=clause,
                debtor=self.world.parties[debtor],
                creditors=[self.world.parties[creditor]],
                text=f"Promise {self.words}",
                measure="m",
                due=date(2026, 6, 30),
                tier=Tier.DISTRICT,
                outcome="o",
            )
            assert who == "convenor"
            actions.cite_source(
                by=self.world.actor(who),
                version=version,
                clause=made,
                kind=GroundKind.NEED,
                text="t",
                source=f"s{self.words}",
            )


@pytest.mark.django_db
def test_no_order_of_acts_puts_a_version_in_force_without_every_affected_consent() -> None:
    Covenants.world = make_world()
    came: list[int] = []
    Covenants.teardown = _counted(Covenants.teardown, came)  # type: ignore[method-assign]
    run_state_machine_as_test(
        Covenants,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # to shrink a failure would take minutes; the steps are printed
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(came) >= 5, "too few versions came into force for this to have tested much"
    assert not Covenant.objects.exists()


def _counted(teardown: Callable[[Any], None], came: list[int]) -> Callable[[Any], None]:
    def counting(machine: Any) -> None:
        came.append(Version.objects.filter(in_force_at__isnull=False).count())
        teardown(machine)

    return counting
