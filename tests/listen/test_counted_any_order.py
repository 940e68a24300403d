"""Whatever people do and in whatever order: what is published, what a recount gives and the record agree."""

import io
import json
import random
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from covenant.listen import actions, jobs, reads, retally
from covenant.listen.heard import COUNTED, ERASED
from covenant.listen.models import CountedSet, Exposure, Participant, Snapshot, Statement
from covenant.record.actions import sequence
from tests.listen.talk import NOW, TEXTS, talk
from tests.personas import World, make_world
from tests.records import published, recorded

pytestmark = pytest.mark.django_db
VALUES = st.sampled_from([-1, 0, 1])


class Counting(RuleBasedStateMachine):
    """Casts, changes of mind, hidings, erasures, places given, results: beside a recount kept by hand."""

    world: World
    folder: Path
    checked: list[int] = []  # of each set that was checked, how many answers were erased before it

    def __init__(self) -> None:
        super().__init__()
        self.id = talk(self.world, texts=TEXTS[:3], slug=f"t{uuid4().hex[:12]}")
        self.rng, self.at = random.Random(7), NOW
        self.said: dict[tuple[UUID, UUID], int] = {}
        self.hidden: set[UUID] = set()
        self.erased = 0
        self.seen = 0  # sets that were checked

    def people(self) -> list[UUID]:
        mine = Participant.objects.filter(conversation=self.id).order_by("joined_at", "id")
        return list(mine.values_list("id", flat=True))

    @rule(n=st.sampled_from([1, 1, 3, 9]), bias=VALUES)
    def many_answer(self, n: int, bias: int) -> None:
        for _ in range(n):
            part = actions.start(conversation=self.id, at=self.at, rng=self.rng)
            exposure = part.exposure
            while exposure is not None and self.rng.random() < 0.9:
                of = Exposure.objects.values_list("statement", flat=True).get(id=exposure)
                value = bias if self.rng.random() < 0.7 else self.rng.choice([-1, 0, 1])
                self.said[part.participant, of] = value
                exposure = actions.answer(
                    participant=part.participant, exposure=exposure, value=value, at=self.at, rng=self.rng
                ).exposure

    @precondition(lambda self: self.said)
    @rule(data=st.data(), value=VALUES)
    def change_of_mind(self, data: st.DataObject, value: int) -> None:
        who, of = data.draw(st.sampled_from(sorted(self.said)))
        if of not in self.hidden:
            actions.change_vote(participant=who, statement=of, value=value, at=self.at)
            self.said[who, of] = value

    @rule(number=st.integers(2, 3), shown=st.booleans())
    def moderate(self, number: int, shown: bool) -> None:
        of = Statement.objects.get(conversation=self.id, number=number).id
        actions.moderate(
            by=self.world.actor("moderator"), statement=of, shown=shown, reason="Why not", at=self.at
        )
        (self.hidden.discard if shown else self.hidden.add)(of)

    def erase(self, who: UUID) -> None:
        gone = [key for key in self.said if key[0] == who]
        assert actions.erase_participant(participant=who, at=self.at) == (len(gone), 0)
        self.erased += len(gone)
        for key in gone:
            del self.said[key]

    @rule()
    def give_places(self) -> None:
        sequence(rng=random.Random(3))

    @rule(later=st.sampled_from([timedelta(minutes=1), timedelta(days=1)]), erased=st.booleans())
    def publish(self, later: timedelta, erased: bool) -> None:
        """Somebody answers first, so that something is new; and perhaps somebody is erased."""
        self.many_answer(1, 1)
        if erased and self.said:
            self.erase(self.rng.choice(sorted({who for who, _ in self.said})))
        self.at += later
        jobs.run_due(self.at)

    @invariant()
    def the_record_has_a_first_entry_for_every_answer_and_for_those_erased(self) -> None:
        of = [entry for entry in recorded() if entry.subject == str(self.id) and entry.kind == COUNTED]
        first = sum(entry.body["first"] for entry in of)
        assert first == len(self.said) + self.erased

    @invariant()
    def every_set_adds_up_offline(self) -> None:
        sets = CountedSet.objects.filter(snapshot__conversation=self.id)
        if sets.count() == self.seen:
            return
        self.seen = sets.count()
        self.checked.append(self.erased)
        newest = sets.order_by("-snapshot__entries").select_related("snapshot")[0]
        folder = self.folder / uuid4().hex
        folder.mkdir()
        (folder / "figures.json").write_text(newest.snapshot.figures, encoding="utf-8")
        (folder / "counted.jsonl").write_text(newest.text, encoding="utf-8")
        published(folder / "record")
        said = io.StringIO()
        with redirect_stdout(said):
            words = [str(folder / "figures.json"), str(folder / "counted.jsonl")]
            assert retally.main([*words, "--record", str(folder / "record")]) == 0, said.getvalue()
        assert newest.snapshot.votes == len(self.said), "it is checked right after it was made"
        for who in self.people()[:3]:
            own = reads.standing(who).own
            assert set(own) == {of for someone, of in self.said if someone == who}
            assert all(each.place is not None for each in own.values())

    @invariant()
    def counts_are_a_recount_by_hand(self) -> None:
        newest = Snapshot.objects.filter(conversation=self.id).order_by("-entries").first()
        if newest is None or newest.made_at != self.at or newest.votes != len(self.said):
            return
        for row in json.loads(newest.figures)["statements"]:
            mine = [value for (_, of), value in self.said.items() if str(of) == row["id"]]
            if row["seen"] is not None and row["counted"] == "everyone" and not self._changed_since(newest):
                assert [row["agrees"], row["disagrees"], row["passes"]] == [
                    mine.count(value) for value in (1, -1, 0)
                ]

    def _changed_since(self, snapshot: Snapshot) -> bool:
        return any(
            entry.kind in (COUNTED, ERASED) and entry.subject == str(self.id)
            for entry in recorded(start=snapshot.entries)
        )


def test_counts_retally_and_record_agree_whatever_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Counting, "world", make_world(), raising=False)
    monkeypatch.setattr(Counting, "folder", tmp_path, raising=False)
    monkeypatch.setattr(Counting, "checked", [])
    run_state_machine_as_test(
        Counting,
        settings=settings(max_examples=20, stateful_step_count=16, deadline=None, derandomize=True),
    )
    assert len(Counting.checked) > 20
    assert sum(erased > 0 for erased in Counting.checked) > 5
