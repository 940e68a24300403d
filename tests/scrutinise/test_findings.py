"""What becomes of a question, how a finding is signed, and how the parties reply: beside it, never inside."""

import inspect
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.record import reads as record
from covenant.record.types import seal
from covenant.scrutinise import actions, rules
from covenant.scrutinise.desk import Row
from covenant.scrutinise.models import Finding, Question, Reading, Reply, Step
from covenant.scrutinise.stages import Answer, Became, Stage
from tests import personas
from tests.personas import NOW, World, all_that_is_kept
from tests.records import recorded, unsealed, without_gaps
from tests.scrutinise.desks import GAP, LATER, QUESTION, Desk, make_desk, publish

pytestmark = pytest.mark.django_db
HOSTILE = ["<script>alert(1)</script>", "=1+1", "‮sdrawkcab", "’; DROP TABLE", "a" * 5000, "{{ x }}"]


@pytest.fixture
def world() -> World:
    return personas.make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return make_desk(world)


def entries(kind: str) -> list[Any]:
    return [entry for entry in recorded() if entry.kind == kind]


def reply(desk: Desk, finding: UUID, who: str = "council", **other: Any) -> UUID:
    words: dict[str, Any] = {
        "by": desk.world.actor(who),
        "party": desk.world.parties.get(who),
        "answer": Answer.EXPLAIN,
        "text": "There was a flood.",
        "at": NOW,
    }
    return actions.reply(finding=finding, **{**words, **other})


# Questions


def test_a_question_and_a_gap_are_dealt_with_alike(desk: Desk) -> None:
    for key, rows in ((QUESTION, "no funding"), (GAP, "not found here")):
        assert desk.question(key).became is Became.WAITING
        desk.deal("take up", key)
        taken = desk.question(key)
        assert taken.became is Became.TAKEN_UP
        assert [row.says for row in taken.evidence] == [rows]
        desk.deal("answer", key, "The budget of May says so.")
        assert [step.became for step in desk.question(key).steps] == [Became.TAKEN_UP, Became.ANSWERED]
        assert desk.question(key).steps[-1].reason == "The budget of May says so."


@pytest.mark.parametrize("act", ["answer", "set aside"])
def test_a_question_is_closed_with_a_public_reason_and_can_be_taken_up_again(desk: Desk, act: str) -> None:
    for nothing in ("", "  \n"):
        with pytest.raises(NotPossible, match="Say why"):
            desk.deal(act, reason=nothing)
    desk.deal(act, reason="It is said on page 4.")
    (entry,) = entries(f"question.{'answered' if act == 'answer' else 'set_aside'}")
    assert unsealed(entry)["reason"] == "It is said on page 4."
    assert entry.body["question"] == QUESTION
    with pytest.raises(NotPossible):
        desk.deal(act, reason="Again")
    desk.deal("take up")
    assert desk.question().became is Became.TAKEN_UP


@pytest.mark.parametrize("act", ["sign", "draft", "find", "", "supersede", "<b>"])
def test_no_other_act_is_done_to_a_question(desk: Desk, act: str) -> None:
    with pytest.raises(NotPossible):
        desk.deal(act, reason="r")
    assert not Question.objects.exists()


def test_a_question_that_was_asked_anew_is_looked_at_anew(desk: Desk) -> None:
    old = personas.reading_hash(desk.version)
    publish(desk.version, engine="referee/next", at=NOW + timedelta(days=1), text="Asks otherwise")
    for stale in (old, "", "0" * 64):
        with pytest.raises(NotPossible, match="anew"):
            desk.deal("take up", reading=stale)
    desk.deal("take up")
    kept = Question.objects.get()
    newest = Reading.objects.get(engine="referee/next")
    assert kept.text == f"Asks otherwise {QUESTION}?"
    assert (kept.engine, kept.sha256) == ("referee/next", sha256(newest.reading.encode()).hexdigest())


def test_a_question_that_was_taken_up_stays_as_it_was_asked(desk: Desk) -> None:
    desk.deal("take up")
    before = desk.question()
    publish(desk.version, engine="referee/next", at=NOW + timedelta(days=1), questions=(), gaps=())
    after = desk.question()
    assert (after.text, after.evidence, after.became) == (before.text, before.evidence, before.became)


def test_a_question_waits_since_it_was_first_asked_without_a_break(desk: Desk) -> None:
    def since(key: str) -> datetime:
        return desk.question(key).asked_at

    def read(day: int, *questions: str) -> None:
        publish(
            desk.version, engine=f"referee/{day}", at=NOW + timedelta(day), questions=questions, text=f"{day}"
        )

    read(1, QUESTION, "duty.new")
    assert (since(QUESTION), since("duty.new")) == (NOW, NOW + timedelta(1))
    read(2, "duty.new")
    read(3, QUESTION, "duty.new")
    assert (since(QUESTION), since("duty.new")) == (NOW + timedelta(3), NOW + timedelta(1))
    desk.deal("take up", "duty.new")
    assert since("duty.new") == NOW + timedelta(1)


def test_nobody_takes_up_what_is_not_asked(desk: Desk) -> None:
    for key in ("duty.other", "", "own.1", "x" * 300):
        with pytest.raises(NotFound):
            desk.deal("take up", key)
    with pytest.raises(NotFound):
        actions.deal_with(
            by=desk.scrutineer, version=uuid4(), question=QUESTION, act="take up", reading="", at=NOW
        )


def test_a_question_of_ones_own_is_marked_and_a_draft_is_no_business_of_a_scrutineer(desk: Desk) -> None:
    row = Row("C1", "", "A sign says closed", "At the door")
    for _ in range(2):
        actions.ask_own(by=desk.scrutineer, version=desk.version, text="Why?", evidence=[row], at=NOW)
    own = desk.question("own.2")
    assert own.is_own and own.evidence == (row,) and own.became is Became.TAKEN_UP
    assert not desk.question(QUESTION).is_own
    with pytest.raises(NotPossible):
        actions.ask_own(by=desk.scrutineer, version=desk.version, text=" ", at=NOW)
    with pytest.raises(NotFound):
        actions.ask_own(
            by=desk.scrutineer, version=personas.draft(desk.world, slug="draft"), text="Why?", at=NOW
        )


# Drafts, and the right of reply


def test_a_finding_rests_on_what_the_question_rested_on_frozen_with_its_engine_and_hash(desk: Desk) -> None:
    finding = desk.finding(desk.found())
    question = desk.question()
    assert finding.evidence == question.evidence
    assert finding.engine == "referee/test"
    assert finding.sha256 == personas.reading_hash(desk.version)
    (shown,), (signed,) = entries("finding.shown"), entries("finding.signed")
    assert shown.body["hash"] == signed.body["hash"] == finding.hash
    row = Finding.objects.get()
    assert signed.body["person"] == seal(str(desk.world.people["scrutineer"]), bytes(row.salt))
    assert "hall has no money" not in str([entry.body for entry in recorded()])


def test_a_draft_is_seen_by_the_parties_concerned_and_the_scrutineer_alone(desk: Desk) -> None:
    finding = desk.show(desk.deal("take up"))
    seen = {
        who: {each.id for each in desk.seen(who).findings}
        for who in ("public", "convenor", "charity", "business", "administrator", "lapsed")
    }
    assert not any(seen.values())
    for who in ("council", "scrutineer"):
        assert {each.id for each in desk.seen(who).findings} == {finding}
    desk.sign(finding)
    assert {each.id for each in desk.seen("public").findings} == {finding}


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        datetime(2026, 3, 16, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_a_finding_cannot_be_signed_before_the_parties_had_their_days(desk: Desk, at: datetime) -> None:
    finding = desk.show(desk.deal("take up"))
    assert desk.finding(finding).reply_by == date(2026, 3, 16)
    reply(desk, finding)
    with pytest.raises(NotPossible, match="until 16 March 2026"):
        desk.sign(finding, at=at)
    desk.sign(finding, at=datetime(2026, 3, 17, 0, 0, 0, tzinfo=UTC))
    assert desk.finding(finding).stage is Stage.SIGNED
    assert desk.question().became is Became.FINDING


def test_a_longer_time_in_the_rules_does_not_change_what_was_promised(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = desk.show(desk.deal("take up"))
    monkeypatch.setattr(rules, "REPLY_DAYS", 300)
    desk.sign(finding)


@pytest.mark.parametrize("hash", ["0" * 64, "x", "of another finding", "of the reading"])
def test_a_forged_or_stale_hash_signs_nothing(desk: Desk, hash: str) -> None:
    finding = desk.show(desk.deal("take up"))
    other = desk.show(desk.deal("take up", GAP), "Something else")
    real = {
        "of another finding": desk.finding(other).hash,
        "of the reading": personas.reading_hash(desk.version),
    }
    before = all_that_is_kept()
    with pytest.raises(NotPossible, match="Nothing was signed"):
        desk.sign(finding, hash=real.get(hash, hash))
    assert all_that_is_kept() == before


@pytest.mark.parametrize(
    "change",
    [{"text": "The hall has money."}, {"evidence": []}, {"engine": "x"}, {"sha256": "0" * 64}, {"why": "x"}],
)
def test_words_that_were_changed_in_the_database_cannot_be_signed(desk: Desk, change: dict[str, Any]) -> None:
    finding = desk.show(desk.deal("take up"))
    hash = desk.finding(finding).hash
    Finding.objects.filter(id=finding).update(**change)
    with pytest.raises(NotPossible, match="Nothing was signed"):
        desk.sign(finding, hash=hash)


def test_parties_that_were_changed_in_the_database_cannot_be_signed_either(desk: Desk) -> None:
    finding = desk.show(desk.deal("take up"))
    hash = desk.finding(finding).hash
    Finding.objects.get().parties.add(desk.party("charity"))
    with pytest.raises(NotPossible, match="Nothing was signed"):
        desk.sign(finding, hash=hash)


def test_a_finding_is_signed_once(desk: Desk) -> None:
    finding = desk.found()
    before = all_that_is_kept()
    for act in (
        lambda: desk.sign(finding),
        lambda: actions.drop_finding(by=desk.scrutineer, finding=finding, reason="No", at=LATER),
        lambda: desk.deal("answer", reason="r"),
        lambda: desk.deal("take up"),
    ):
        with pytest.raises(NotPossible):
            act()
    assert all_that_is_kept() == before


def test_a_draft_can_be_dropped_and_the_question_stays(desk: Desk) -> None:
    question = desk.deal("take up")
    finding = desk.show(question)
    with pytest.raises(NotPossible, match="before the parties"):
        desk.show(question, "Another")
    with pytest.raises(NotPossible, match="before the parties"):
        desk.deal("answer", reason="r")
    actions.drop_finding(by=desk.scrutineer, finding=finding, reason="The council showed it.", at=NOW)
    assert desk.finding(finding, "council").closing == "The council showed it."
    assert not desk.seen("public").findings
    for act in (lambda: desk.sign(finding), lambda: reply(desk, finding)):
        with pytest.raises(NotPossible, match="dropped"):
            act()
    desk.deal("answer", reason="The council showed it.")
    assert "The council showed it" not in str([e.body for e in entries("finding.dropped")])


def test_a_finding_concerns_parties_and_commitments_of_the_version_that_was_asked_about(desk: Desk) -> None:
    question = desk.deal("take up")
    for wrong in ([], [desk.party("business")], [desk.party("residents")], [uuid4()]):
        with pytest.raises(NotPossible):
            desk.show(question, parties=wrong)
    with pytest.raises(NotPossible):
        desk.show(question, commitments=[uuid4()])
    with pytest.raises(NotPossible):
        desk.show(question, " ")
    with pytest.raises(NotFound):
        desk.show(uuid4())
    assert not Finding.objects.exists()


def test_what_was_answered_or_only_waits_becomes_no_finding(desk: Desk) -> None:
    question = desk.deal("answer", reason="r")
    with pytest.raises(NotPossible, match="answered"):
        desk.show(question)


# Correcting, and mending


def test_a_correction_supersedes_and_the_earlier_finding_stays_word_for_word(desk: Desk) -> None:
    old = desk.found()
    row = Finding.objects.values().get(id=old)
    question = desk.question().taken
    assert question is not None
    with pytest.raises(NotPossible, match="superseded"):
        desk.show(question, "Some money")
    new = desk.show(question, "Some money", why="A letter came.", at=LATER)
    assert desk.finding(old, "public").stage is Stage.SIGNED, "until the new one is signed"
    desk.sign(new, at=LATER + timedelta(days=15))
    after = Finding.objects.values().get(id=old)
    assert {name for name in row if row[name] != after[name]} == {"stage"}
    seen = desk.finding(old, "public")
    assert (seen.stage, seen.superseded_by) == (Stage.SUPERSEDED, new)
    assert desk.finding(new, "public").supersedes == old
    assert desk.finding(new, "public").why == "A letter came."
    with pytest.raises(NotPossible, match="superseded"):
        reply(desk, old, at=LATER)
    assert [entry.kind for entry in record.about(old)][-1] == "finding.superseded"


def test_a_finding_is_mended_once_the_scrutineer_says_what_was_checked(desk: Desk) -> None:
    finding = desk.found()
    with pytest.raises(NotPossible, match="what you checked"):
        actions.mend_finding(by=desk.scrutineer, finding=finding, checked=" ", at=LATER)
    reply(desk, finding, answer=Answer.FIX, text="Done.", url="https://testing.example/b", dated=NOW.date())
    assert desk.finding(finding).stage is Stage.SIGNED, "a party says so; only the scrutineer records it"
    actions.mend_finding(by=desk.scrutineer, finding=finding, checked="The budget, line 4", at=LATER)
    seen = desk.finding(finding, "public")
    assert (seen.stage, seen.closing) == (Stage.MENDED, "The budget, line 4")
    with pytest.raises(NotPossible):
        actions.mend_finding(by=desk.scrutineer, finding=finding, checked="Again", at=LATER)
    assert reply(desk, finding, text="Thank you.", at=LATER), "a party can reply later too"


def test_a_successor_signs_what_the_predecessor_showed(desk: Desk) -> None:
    finding = desk.show(desk.deal("take up"), at=NOW)
    world, after = desk.world, datetime(2027, 3, 2, 12, tzinfo=UTC)
    proposal = actions.propose_scrutineer(
        by=world.actor("convenor"),
        covenant=desk.covenant,
        email="analyst@testing.example",
        name="Next",
        statement="s",
        interests="i",
        starts=after.date(),
        ends=after.date(),
        at=NOW,
    )
    for who in ("council", "charity"):
        hash, party = personas.proposal_hash(proposal), world.parties[who]
        actions.consent(by=world.actor(who), proposal=proposal, party=party, hash=hash, at=NOW)
    with pytest.raises(NotAllowed, match="ended"):
        desk.sign(finding, at=after)
    desk.sign(finding, by=world.actor("analyst"), at=after)
    assert desk.finding(finding, "public").by == "Next"


# Replies


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"answer": Answer.ACCEPT}, "by when"),
        ({"answer": Answer.ACCEPT, "until": NOW.date() - timedelta(days=1)}, "today or later"),
        ({"answer": Answer.FIX, "dated": NOW.date()}, "address"),
        ({"answer": Answer.FIX, "url": "javascript:alert(1)", "dated": NOW.date()}, "https"),
        ({"answer": Answer.FIX, "url": "https://x.example"}, "date"),
        ({"answer": Answer.FIX, "url": "https://x.example", "dated": date(2026, 3, 3)}, "date to come"),
        ({"text": "  "}, "sentence"),
        ({"text": "a" * 5001}, "5000"),
    ],
)
def test_a_reply_says_what_its_kind_needs(desk: Desk, words: dict[str, Any], why: str) -> None:
    finding = desk.show(desk.deal("take up"))
    with pytest.raises(NotPossible, match=why):
        reply(desk, finding, **words)
    assert not Reply.objects.exists()


def test_a_further_reply_stands_before_the_earlier_ones_and_the_same_one_again_changes_nothing(
    desk: Desk,
) -> None:
    finding = desk.found()
    first = reply(desk, finding, at=LATER)
    assert reply(desk, finding, at=LATER + timedelta(hours=1)) == first
    second = reply(
        desk, finding, answer=Answer.ACCEPT, text="We will.", until=date(2026, 9, 1), at=LATER + timedelta(1)
    )
    seen = desk.finding(finding, "public")
    assert [each.id for each in seen.replies_of(desk.party("council"))] == [second, first]
    assert [said for _party, said in seen.beside] == [seen.replies]
    assert len(entries("finding.replied")) == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_no_reply_changes_a_letter_of_a_finding(desk: Desk, words: str) -> None:
    finding = desk.show(desk.deal("take up"), words)
    before = Finding.objects.values().get()
    reply(desk, finding, text=words)
    desk.sign(finding)
    reply(desk, finding, text=words, answer=Answer.ACCEPT, until=date(2026, 9, 1), at=LATER)
    after = Finding.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"stage", "signed_at", "salt"}
    assert desk.finding(finding, "public").text == words


def test_who_replies_for_another_party_or_for_none_is_refused(desk: Desk) -> None:
    finding, before = desk.found(), all_that_is_kept()
    charity, council = desk.party("charity"), desk.party("council")
    for who, party in (
        ("charity", council),
        ("charity", charity),  # not concerned
        ("convenor", council),
        ("scrutineer", council),
        ("lapsed", charity),
        ("business", desk.party("business")),
        ("public", council),
    ):
        with pytest.raises((NotAllowed, NotPossible)):
            reply(desk, finding, who, party=party, by=desk.world.actor(who))
    assert all_that_is_kept() == before


def test_what_was_replied_to_a_draft_is_not_in_the_record_in_words(desk: Desk) -> None:
    finding = desk.show(desk.deal("take up"))
    reply(desk, finding, text="A secret for fourteen days")
    assert "secret" not in str([entry.body for entry in recorded()])
    assert entries("finding.replied")[0].body["hash"] == Reply.objects.get().hash


# What holds whatever happens


def test_the_database_keeps_one_standing_finding_and_one_draft_a_question(desk: Desk) -> None:
    finding = desk.found()
    row = Finding.objects.get(id=finding)
    for stage, signed in ((Stage.SIGNED, LATER), (Stage.MENDED, LATER), (Stage.SUPERSEDED, None)):
        row.pk, row.stage, row.signed_at = uuid4(), stage, signed
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.bulk_create([row])


def test_no_action_takes_words_for_a_finding_or_a_reply_that_is_there(desk: Desk) -> None:
    """Whoever adds one must change this test: it names every action and what it can say."""
    takes_text = {
        name
        for name in actions.__all__
        if {"text", "evidence"} & set(inspect.signature(getattr(actions, name)).parameters)
    }
    assert takes_text == {"ask_own", "show_finding", "reply"}
    assert "finding" not in inspect.signature(actions.show_finding).parameters


def test_every_state_has_its_acts_and_no_act_leads_out_of_the_table() -> None:
    for table, states in ((rules.MOTIONS, None), (rules.QUESTIONS, Became), (rules.FINDINGS, Stage)):
        assert {after for acts in table.values() for after in acts.values()} <= set(table)
        assert states is None or set(table) == set(states)
    for ended in (Stage.DROPPED, Stage.SUPERSEDED):
        assert rules.FINDINGS[ended] == {}


def test_the_record_is_whole_after_all_of_it(desk: Desk) -> None:
    finding = desk.found()
    reply(desk, finding, at=LATER)
    actions.mend_finding(by=desk.scrutineer, finding=finding, checked="Seen", at=LATER)
    assert without_gaps(recorded())
    assert Step.objects.count() == 2
