"""What was counted is what was cast: counts, counted set and record agree, and tell no more."""

import json
import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from covenant.listen import actions, jobs, reads, retally
from covenant.listen.ballots import counted_set, find, opening, seal_cast, tag_counted
from covenant.listen.heard import COUNTED
from covenant.listen.models import Conversation, CountedSet, Exposure, Participant, Snapshot, Statement, Vote
from covenant.record import reads as record
from tests.listen.talk import NOW, TEXTS, crowd, talk
from tests.personas import World, make_world
from tests.records import published, recorded

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def vote(participant: UUID, exposure: UUID | None, value: int = 1, times: int = 1) -> UUID | None:
    for _ in range(times):
        done = actions.answer(
            participant=participant, exposure=exposure, value=value, at=NOW, rng=random.Random(1)
        )
        exposure = done.exposure
    return exposure


def lines(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    head, *rows = (json.loads(line) for line in text.splitlines())
    return head, rows


def files(conversation: UUID, folder: Path, snapshot: UUID | None = None) -> list[str]:
    """The published files of a counted set and of the record, as whoever checks them has them."""
    which = snapshot or reads.sets(conversation)[0].snapshot
    (folder / "figures.json").write_text(reads.figures_of(conversation, which), encoding="utf-8")
    (folder / "counted.jsonl").write_text(reads.set_text(conversation, which), encoding="utf-8")
    published(folder / "record")
    return [str(folder / "figures.json"), str(folder / "counted.jsonl"), "--record", str(folder / "record")]


def receipt_of(row: Vote, folder: Path) -> Path:
    """A voter's own receipt: the leaf, and what opens it."""
    (entry,) = [each for each in record.about(row.participant.conversation_id) if _seal(row) in each.data]
    told = {
        "leaf": entry.data,
        "opening": opening(
            conversation=row.participant.conversation_id,
            statement=row.statement_id,
            value=row.value,
            level=row.level,
            salt=bytes(row.salt),
        ),
    }
    file = folder / f"{row.id}.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def _seal(row: Vote) -> str:
    return seal_cast(
        conversation=row.participant.conversation_id,
        statement=row.statement_id,
        value=row.value,
        level=row.level,
        salt=bytes(row.salt),
    )


def test_published_counts_follow_from_the_set_and_the_set_from_the_record(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation = talk(world)
    crowd(conversation, people=24)
    jobs.run_due(NOW)
    words = files(conversation, tmp_path)
    votes = Vote.objects.filter(participant__conversation=conversation)
    receipts = [f"--receipt={receipt_of(row, tmp_path)}" for row in votes[:5]]
    assert retally.main([*words, *receipts]) == 0
    said = capsys.readouterr().out
    assert "WRONG" not in said
    assert f"{24 * len(TEXTS)} first votes in the record, 0 loaded, 0 erased" in said
    assert said.count("stands in the set") == 5
    (entry,) = [each for each in recorded() if each.kind == "snapshot.published"]
    set_ = CountedSet.objects.get()
    assert (entry.body["set"], entry.body["votes"]) == (set_.sha256, 24 * len(TEXTS))


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("counted.jsonl", lambda text: _edit(text, _drop)),
        ("counted.jsonl", lambda text: _edit(text, _move)),
        ("counted.jsonl", lambda text: _edit(text, _into_the_pool)),
        ("counted.jsonl", lambda text: _edit(text, _twice)),
        ("counted.jsonl", lambda text: _edit(text, _invent)),
        ("figures.json", lambda text: text.replace('"agrees":24', '"agrees":23')),
        ("figures.json", lambda text: text.replace('"value":1.0', '"value":0.9', 1)),
        ("figures.json", lambda text: text.replace('"seed"', '"sead"', 1)),
        ("figures.json", lambda text: text.replace("number 2 should", "number 2 should not", 1)),
    ],
    ids=["dropped", "moved", "hidden", "twice", "invented", "count", "share", "any byte", "words"],
)
def test_whatever_is_changed_afterwards_is_found(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, change: Any
) -> None:
    conversation = talk(world)
    crowd(conversation, people=24)
    jobs.run_due(NOW)
    words, changed = files(conversation, tmp_path), tmp_path / file
    before = changed.read_text(encoding="utf-8")
    changed.write_text(change(before), encoding="utf-8")
    assert changed.read_text(encoding="utf-8") != before
    assert retally.main(words) == 1
    assert "WRONG" in capsys.readouterr().out


def _edit(text: str, how: Any) -> str:
    head, rows = lines(text)
    how(head, rows)
    for row in rows:
        row["tags"].sort()
        row["n"] = len(row["tags"])
    return "".join(json.dumps(each, sort_keys=True, separators=(",", ":")) + "\n" for each in (head, *rows))


def _drop(head: Any, rows: Any) -> None:
    rows[0]["tags"].pop()
    head["votes"] -= 1


def _move(head: Any, rows: Any) -> None:
    rows[1]["tags"].append(rows[0]["tags"].pop())


def _into_the_pool(head: Any, rows: Any) -> None:
    rows[-1]["tags"].append(rows[0]["tags"].pop())


def _twice(head: Any, rows: Any) -> None:
    rows[-1]["tags"].append(rows[0]["tags"][0])
    head["votes"] += 1


def _invent(head: Any, rows: Any) -> None:
    rows[0]["tags"].append("0" * 64)
    head["votes"] += 1


def test_a_vote_that_was_counted_as_another_or_hidden_in_the_pool_is_found_by_its_receipt(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even by an operator who writes figures, set and record anew: the voter's own salt finds it."""
    conversation = talk(world)
    crowd(conversation, people=24)
    jobs.run_due(NOW)
    words = files(conversation, tmp_path)
    row = Vote.objects.filter(statement__number=1).first()
    assert row is not None
    receipt = f"--receipt={receipt_of(row, tmp_path)}"
    file = tmp_path / "counted.jsonl"
    before = file.read_text(encoding="utf-8")
    for how in (_move, _into_the_pool):
        head, rows = lines(before)
        mine = tag_counted(
            conversation=conversation,
            entries=head["entries"],
            statement=row.statement_id,
            value=row.value,
            salt=bytes(row.salt),
        )
        rows[0]["tags"].sort(key=lambda tag: tag == mine)
        assert rows[0]["tags"][-1] == mine
        file.write_text(_edit("\n".join(map(json.dumps, (head, *rows))), how), encoding="utf-8")
        retally.main([*words, receipt])
        (about,) = [line for line in capsys.readouterr().out.splitlines() if mine in line]
        assert about.startswith("WRONG")


@pytest.mark.parametrize(
    "bad", ["", "{", "[]", "null\n", '{"format":1}\n', "[" * 100_000, "\xff", '{"tags":3}']
)
def test_what_is_no_counted_set_is_refused_in_a_line(
    tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("figures.json", "counted.jsonl"):
        (tmp_path / name).write_bytes(bad.encode("latin-1"))
    assert retally.main([str(tmp_path / "figures.json"), str(tmp_path / "counted.jsonl")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert retally.main([str(tmp_path / "none"), str(tmp_path / "none")]) == 2


# ----------------------------------------------------------------------------- what the set does not tell


def shape(text: str) -> Any:
    """All of a counted set but the tags themselves."""
    head, rows = lines(text)
    return head, [(row["statement"], row["value"], row["n"], len(row["tags"])) for row in rows]


def from_what_is_public(conversation: UUID, figures: dict[str, Any], entries: int) -> Any:
    """What anybody knows of a counted set who has never seen it: from figures and record alone."""
    of = [entry for entry in recorded() if entry.subject == str(conversation)]
    first = [e for e in of if e.kind == COUNTED and e.body["first"] and (e.index or 0) < entries]
    rows = [
        (row["id"], value, row[name], row[name])
        for row in figures["statements"]
        if row["seen"] is not None
        for name, value in (("agrees", 1), ("disagrees", -1), ("passes", 0))
    ]
    rest = len(first) - sum(n for *_, n in rows)
    head = {
        "conversation": str(conversation),
        "entries": entries,
        "erased": 0,
        "format": "covenant-counted/1",
        "loaded": 0,
        "votes": len(first),
    }
    return head, [*rows, (None, None, rest, rest)]


def test_a_set_tells_nothing_that_figures_and_record_do_not_tell(world: World) -> None:
    """With few and with many, hidden and shown, few outside the groups: the shape is foretold each time."""
    conversation = talk(world)
    rng, at = random.Random(4), NOW
    for step in range(6):
        crowd(conversation, people=5, seed=step)
        for _ in range(2):  # who answer little are in no group
            part = actions.start(conversation=conversation, at=NOW, rng=rng)
            vote(part.participant, part.exposure, rng.choice([-1, 1]))
        if step == 3:
            hidden = Statement.objects.get(number=4).id
            actions.moderate(by=world.actor("moderator"), statement=hidden, shown=False, reason="No", at=NOW)
        at += timedelta(days=1)
        assert jobs.run_due(at) == 1
        newest = Snapshot.objects.order_by("-entries")[0]
        text = reads.set_text(conversation, newest.id)
        assert shape(text) == from_what_is_public(conversation, json.loads(newest.figures), newest.entries)
    kinds = {
        (row["suppressed"] is None, row["counted"])
        for figures in Snapshot.objects.values_list("figures", flat=True)
        for row in json.loads(figures)["statements"]
    }
    assert len(kinds) >= 3, "the walk came past suppressed counts and past counts of people in groups alone"


def test_two_sets_cannot_be_laid_over_each_other(world: World) -> None:
    """What was suppressed in one set is shown in the next: no tag of the one is in the other."""
    conversation = talk(world)
    crowd(conversation, people=8)
    jobs.run_due(NOW)
    crowd(conversation, people=8, seed=2)
    jobs.run_due(NOW + timedelta(days=1))
    after, before = (reads.set_text(conversation, each.snapshot) for each in reads.sets(conversation))
    tags = [{tag for row in lines(text)[1] for tag in row["tags"]} for text in (before, after)]
    assert len(tags[0]) == 8 * len(TEXTS)
    assert [row["statement"] for row in lines(before)[1]] == [None], "none is named while few answered"
    assert len(tags[1]) == 16 * len(TEXTS)
    assert len(lines(after)[1]) == 3 * len(TEXTS) + 1
    assert not tags[0] & tags[1]


def test_leaves_and_tags_cannot_be_joined_without_the_salt(world: World) -> None:
    """All that is public is tried against all: guesses of the answer, swapped parts, wrong salts."""
    conversation = talk(world)
    crowd(conversation, people=12)
    jobs.run_due(NOW)
    set_ = reads.sets(conversation)[0]
    tags = {tag for row in lines(reads.set_text(conversation, set_.snapshot))[1] for tag in row["tags"]}
    leaves = {entry.body["vote"] for entry in recorded() if entry.kind == COUNTED}
    hashes = {entry.leaf for entry in recorded()}
    assert len(tags) == len(leaves) == 12 * len(TEXTS)
    assert not tags & (leaves | hashes)
    public = [bytes.fromhex(each) for each in sorted(leaves | hashes | tags)] + [bytes(32)]
    tried = set()
    for statement in Statement.objects.values_list("id", flat=True):
        for value in (-1, 0, 1):
            for salt in public:
                told = {"conversation": conversation, "statement": statement, "value": value, "salt": salt}
                tried |= {tag_counted(entries=set_.entries, **told), seal_cast(level=0, **told)}
    assert not tried & (tags | leaves)
    every = [bytes(salt) for salt in Vote.objects.values_list("salt", flat=True)]
    assert len(set(every)) == len(every), "each vote has a salt of its own"


def test_the_order_of_leaves_and_tags_tells_nothing(world: World) -> None:
    """All vote one way, then all the other: leaves of one batch and sorted tags mix them like a lot does."""
    conversation = talk(world, texts=TEXTS[:1])
    for person in range(400):
        part = actions.start(conversation=conversation, at=NOW, rng=random.Random(1))
        vote(part.participant, part.exposure, 1 if person < 200 else -1)
    waiting = Vote.objects.order_by("id")
    early = {_seal(row) for row in waiting.select_related("participant")[:200]}
    order = [entry.body["vote"] in early for entry in recorded() if entry.kind == COUNTED]
    ranks = sum(place for place, is_early in enumerate(order) if is_early)
    mean, deviation = 200 * 399 / 2, (200 * 200 * 401 / 12) ** 0.5
    assert abs(ranks - mean) < 3 * deviation, "the early are as likely late (Wilcoxon, three deviations)"
    runs = 1 + sum(one != other for one, other in pairwise(order))
    both = 2 * 200 * 200
    deviation = (both * (both - 400) / (400**2 * 399)) ** 0.5
    assert abs(runs - 1 - both / 400) < 3 * deviation, "nor do they stand together (Wald and Wolfowitz)"
    jobs.run_due(NOW)
    _head, rows = lines(reads.set_text(conversation, reads.sets(conversation)[0].snapshot))
    assert all(row["tags"] == sorted(row["tags"]) for row in rows)
    stored = list(CountedSet.objects.values_list("text", flat=True))
    assert not any(str(row.participant_id) in stored[0] for row in waiting)


# ------------------------------------------------------------------------------------ when one is published


def test_sets_come_first_with_a_tenth_more_a_day_later_and_at_the_end(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    at = NOW
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 1)
    crowd(conversation, people=1, seed=2)  # 6 of 120
    at += timedelta(minutes=1)
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 1)
    crowd(conversation, people=1, seed=3)
    at += timedelta(minutes=1)
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 2)
    crowd(conversation, people=1, seed=4)
    at += timedelta(days=1)
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 3)
    crowd(conversation, people=1, seed=5)
    at += timedelta(minutes=1)
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 3)
    actions.close_conversation(by=world.actor("convenor"), conversation=conversation, at=at)
    at += timedelta(minutes=1)
    assert (jobs.run_due(at), CountedSet.objects.count()) == (1, 4)
    assert jobs.run_due(at + timedelta(minutes=1)) == 0
    newest = [entry.body for entry in recorded() if entry.kind == "snapshot.published"][-1]
    assert newest["set"] == reads.sets(conversation)[0].sha256
    assert newest["votes"] == 24 * len(TEXTS)


def test_a_conversation_whose_last_day_is_over_gets_its_last_set_by_itself(world: World) -> None:
    conversation = talk(world, closes=NOW.date())
    crowd(conversation, people=20)
    assert jobs.run_due(NOW) == 1
    crowd(conversation, people=1, seed=2)
    assert jobs.run_due(LATER) == 1
    assert CountedSet.objects.count() == 1
    assert jobs.run_due(NOW + timedelta(days=1)) == 1
    assert CountedSet.objects.count() == 2
    assert jobs.run_due(NOW + timedelta(days=2)) == 0


# ---------------------------------------------------------------------------------------------- one's own


def test_voters_find_their_own_answers_and_nobody_elses(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    mine, other = Client(), Client()
    for browser in (mine, other):
        browser.post("/listen/buses/take-part/start/")
    me = Participant.objects.order_by("joined_at")[20:]
    assert len(me) == 2
    who = UUID(mine.cookies["participant"].value.split(":")[0])
    part = reads.part(who)
    vote(who, part.exposure.id, 1, times=2)
    jobs.run_due(NOW)
    page = mine.get("/listen/buses/take-part/votes/").content.decode()
    rows = Vote.objects.filter(participant=who)
    set_ = reads.sets(conversation)[0]
    for row in rows:
        tag = tag_counted(
            conversation=conversation,
            entries=set_.entries,
            statement=row.statement_id,
            value=row.value,
            salt=bytes(row.salt),
        )
        place = find(reads.set_text(conversation, set_.snapshot), tag)
        assert place is not None
        line = reads.set_text(conversation, set_.snapshot).splitlines()[place.line - 1]
        assert json.loads(line)["tags"][place.nth - 1] == tag
        assert tag in page
        assert f"Line {place.line} of the counted set, number {place.nth} of {place.of}" in page
        assert bytes(row.salt).hex() not in page
    assert page.count("Counted in the results of") == 2
    assert "Counted in the results of" not in other.get("/listen/buses/take-part/votes/").content.decode()


def test_an_answer_that_was_changed_since_waits_for_the_next_set(world: World) -> None:
    conversation = talk(world)
    crowd(conversation, people=20)
    jobs.run_due(NOW)
    who = Participant.objects.order_by("id")[0].id
    changed = Vote.objects.filter(participant=who)[0].statement_id
    assert changed in reads.standing(who).own
    value = Vote.objects.get(participant=who, statement=changed, current=True).value
    actions.change_vote(participant=who, statement=changed, value=0 if value else 1, at=LATER)
    assert changed not in reads.standing(who).own
    jobs.run_due(NOW + timedelta(days=1))
    own = reads.standing(who).own[changed]
    assert own.place is not None


def test_an_answer_that_the_set_leaves_out_is_told_to_its_voter(world: World) -> None:
    """The page looks, and does not trust: a set that was meddled with lacks the tag."""
    conversation = talk(world)
    crowd(conversation, people=20)
    browser = Client()
    browser.post("/listen/buses/take-part/start/")
    who = UUID(browser.cookies["participant"].value.split(":")[0])
    vote(who, reads.part(who).exposure.id)
    jobs.run_due(NOW)
    ((_, own),) = reads.standing(who).own.items()
    row = CountedSet.objects.get()
    CountedSet.objects.update(text=row.text.replace(own.tag, "0" * 64))
    page = browser.get("/listen/buses/take-part/votes/").content.decode()
    assert "should be in the counted set, and is not" in page


def test_the_pages_of_what_was_counted(world: World) -> None:
    conversation = talk(world)
    browser = Client()
    assert "There is no counted set yet" in browser.get("/listen/buses/counted/").content.decode()
    crowd(conversation, people=20)
    jobs.run_due(NOW)
    snapshot = reads.sets(conversation)[0].snapshot
    file = browser.get(f"/listen/buses/counted/{snapshot}.jsonl")
    assert file.content.decode() == reads.set_text(conversation, snapshot)
    assert "attachment" in file["Content-Disposition"]
    figures = browser.get(f"/listen/buses/counted/{snapshot}.json")
    assert figures.content == browser.get("/listen/buses/results.json").content
    page = browser.get("/listen/buses/counted/").content.decode()
    assert f"/listen/buses/counted/{snapshot}.jsonl" in page
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">20</td>' in page
    assert browser.get("/listen/retally.py").content == Path(retally.__file__).read_bytes()
    talk(world, slug="other")
    for path in (f"other/counted/{snapshot}.jsonl", f"other/counted/{snapshot}.json", "none/counted/"):
        assert browser.get(f"/listen/{path}").status_code == 404


def test_pages_take_a_fixed_number_of_queries(world: World) -> None:
    conversation = talk(world)
    browser = Client()
    browser.post("/listen/buses/take-part/start/")
    who = UUID(browser.cookies["participant"].value.split(":")[0])
    paths = ("/listen/buses/counted/", "/listen/buses/take-part/votes/")

    def counts() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(path).status_code == 200
            found.append(len(queries))
        return found

    crowd(conversation, people=15)
    vote(who, reads.part(who).exposure.id)
    jobs.run_due(NOW)
    before = counts()
    crowd(conversation, people=30, seed=2)
    vote(who, reads.part(who).exposure.id, times=4)
    jobs.run_due(NOW + timedelta(days=1))
    assert counts() == before
    assert max(before) <= 9


def test_a_loaded_vote_has_a_tag_that_nobody_can_open(world: World) -> None:
    """Sets of equal shape come out, whichever of the votes were loaded."""
    row = {"id": "s", "seen": 3, "counted": "everyone", "agrees": 2, "disagrees": 1, "passes": 0}
    rng = random.Random(3)

    def made(loaded: set[int]) -> str:
        return counted_set(
            [(i, 0, 1 if i < 2 else -1, None if i in loaded else bytes([i]) * 32) for i in range(3)],
            conversation="c", entries=9, erased=0, statements=["s"], figures={"statements": [row]},
            in_groups=[True] * 3, lot=lambda: rng.randbytes(32),
        ).text  # fmt: skip

    none, all_ = shape(made(set())), shape(made({0, 1, 2}))
    assert none[1] == all_[1] == [("s", 1, 2, 2), ("s", -1, 1, 1), ("s", 0, 0, 0), (None, None, 0, 0)]
    assert (none[0]["loaded"], all_[0]["loaded"]) == (0, 3)
    assert made({0}) != made({0})


def test_counted_at_once_by_number(world: World) -> None:
    """Conversation pages tell nothing of the salts: they are in no page, file or entry."""
    conversation = talk(world)
    crowd(conversation, people=12)
    jobs.run_due(NOW)
    salts = [bytes(salt).hex() for salt in Vote.objects.values_list("salt", flat=True)]
    told = "".join(entry.data for entry in recorded()) + reads.published(conversation)
    told += "".join(CountedSet.objects.values_list("text", flat=True))
    assert not [salt for salt in salts if salt in told]
    assert Conversation.objects.get().erased == 0
    assert Exposure.objects.exists()
