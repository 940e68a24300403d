"""The same rules on a covenant in the database: read once, published, in the record, and shown."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from covenant.agree import actions as agree
from covenant.agree import reads as agreed
from covenant.agree.models import Clause
from covenant.agree.types import GroundKind
from covenant.keep import actions as keep
from covenant.keep.types import Progress
from covenant.listen import reads as listen
from covenant.place import reads as placed
from covenant.place.types import Sector, Tier
from covenant.record import reads as record
from covenant.scrutinise import jobs, reads
from covenant.scrutinise.covenants import Around, programme
from covenant.scrutinise.engine import referee
from covenant.scrutinise.formats.readings import as_json
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.models import Reading
from covenant.scrutinise.programme import NOT_STATED, Funding
from tests import personas

pytestmark = pytest.mark.django_db
PAGE = "/covenants/our-covenant/versions/1/questions/"
DATA = "/covenants/our-covenant/versions/1/questions.json"


@pytest.fixture
def world():
    return personas.make_world()


@pytest.fixture
def version(world):
    """A version in force with one commitment of the council and two of the charity."""
    draft = personas.draft(world)
    for _ in range(2):
        personas.add_clause(world, draft, debtor="charity")
    personas.sign_all(world, draft)
    return draft


@pytest.fixture
def unfunded(monkeypatch):
    """Let covenants state that no money comes with their commitments, which no page of them can say yet."""

    def without_money(*arguments):
        read = programme(*arguments)
        bare = [
            replace(proposal, duties=tuple(replace(duty, funding=Funding.NONE) for duty in proposal.duties))
            for proposal in read.proposals
        ]
        return replace(read, proposals=tuple(bare))

    monkeypatch.setattr(jobs, "programme", without_money)


def read_as_programme(id, **around):
    title, view = agreed.version(id)
    return programme(title, view, Around({place.id: place.tier for place in placed.places()}, **around))


def entries(version):
    return [entry for entry in record.about(version) if entry.kind == "questions.asked"]


def test_a_commitment_is_read_as_a_duty_of_its_debtor_that_affects_its_creditors(version):
    read = read_as_programme(version)
    first = read.proposals[0]
    assert [proposal.id for proposal in read.proposals] == ["C1", "C2", "C3"]
    assert [actor.name for actor in first.duties[0].on] == ["Testing District Council"]
    assert [actor.name for actor in first.affected] == ["Residents of Testing"]
    assert {actor.name for actor in first.decided_by} == {"Testing District Council", "Friends of Testing"}
    assert {actor.tier for actor in first.decided_by} == {Tier.DISTRICT}


def test_what_a_covenant_does_not_keep_is_not_stated_and_asked_nothing(version):
    read = read_as_programme(version)
    for proposal in read.proposals:
        assert (
            proposal.started_by
            is proposal.money_controlled_by
            is proposal.consultation_promised
            is NOT_STATED
        )
        assert proposal.duties[0].funding is NOT_STATED
    assert referee.ask(read, read_thresholds()).questions == ()


def test_a_party_that_signed_its_duties_earlier_is_not_said_to_have_no_say_in_them(world):
    parties = [world.parties[key] for key in ("council", "charity", "business")]
    convenor = world.actor("convenor")
    draft = agree.start_covenant(
        by=convenor,
        place=world.place,
        title="Our covenant",
        slug="our-covenant",
        purpose="To do it.",
        parties=parties,
        at=personas.NOW,
    )
    for _ in range(3):
        personas.add_clause(world, draft, debtor="business", creditor="council")
    personas.add_clause(world, draft, debtor="council", creditor="charity")
    personas.sign_all(world, draft, by=("council", "charity", "business"))
    covenant = agreed.covenant("our-covenant", asked_by=convenor, today=personas.NOW.date())
    change = agree.draft_change(by=convenor, covenant=covenant.id, why="More", at=personas.NOW)
    personas.add_clause(world, change, debtor="council", creditor="charity")
    agree.propose(by=convenor, version=change, at=personas.NOW)
    _title, view = agreed.version(change)
    assert "Testing Traders" not in {party.name for party in view.needed}
    read = read_as_programme(change)
    assert all("Testing Traders" in {a.name for a in proposal.decided_by} for proposal in read.proposals[:3])
    asked = {question.id for question in referee.ask(read, read_thresholds()).questions}
    assert "parity.decides.business" not in asked


def test_nobody_decides_for_residents_since_nobody_signs_for_them(version):
    for proposal in read_as_programme(version).proposals:
        assert all(actor.sector is not Sector.RESIDENTS for actor in proposal.decided_by)


def test_a_statement_that_people_voted_on_is_a_consultation_and_a_survey_is_none(world):
    talk = personas.talk(world)
    draft = personas.draft(world)
    clause = personas.add_clause(world, draft)
    convenor = world.actor("convenor")
    agree.cite_statement(
        by=convenor,
        version=draft,
        clause=clause,
        kind=GroundKind.COMMON_GROUND,
        statement=talk.statements[0],
    )
    personas.sign_all(world, draft)
    first, second = read_as_programme(draft).proposals
    assert first.consultation_held is NOT_STATED
    assert [actor.sector for actor in second.consultation_held] == [Sector.RESIDENTS]


def test_a_draft_is_not_read(world):
    personas.draft(world)
    assert jobs.run_due(personas.NOW) == 0
    assert not Reading.objects.exists()


def test_a_version_is_read_once_however_often_the_work_is_done(version):
    assert jobs.run_due(personas.NOW) == 1
    assert jobs.run_due(personas.NOW) == 0
    assert Reading.objects.count() == len(entries(version)) == 1


def test_the_record_holds_the_hash_of_the_words_that_were_published(version, unfunded):
    jobs.run_due(personas.NOW)
    (entry,) = entries(version)
    kept = Reading.objects.get(version=version)
    assert entry.body["sha256"] == sha256(kept.reading.encode()).hexdigest()
    assert entry.body == {**entry.body, "version": kept.hash, "engine": referee.ENGINE, "questions": 1}


def test_what_is_published_is_what_the_same_rules_say_of_the_same_words(version):
    jobs.run_due(personas.NOW)
    read = read_as_programme(version, as_of=personas.NOW.date(), heard=())
    again = as_json(referee.ask(read, read_thresholds()))
    assert reads.reading(version).whole == json.loads(json.dumps(again))


def test_everyone_sees_the_questions_with_their_evidence(version, unfunded):
    jobs.run_due(personas.NOW)
    page = Client().get(PAGE)
    shown = page.content.decode()
    assert page.status_code == 200
    assert "3 are said to have no funding" in shown
    assert "stated to have no funding" in shown and "<strong>3</strong>" in shown
    assert all(f">{commitment}<" in shown for commitment in ("C1", "C2", "C3"))
    assert "duty 1: the money for it" in shown and "Friends of Testing (civil society, district)" in shown
    assert "What would answer it:" in shown and "What limits it:" in shown
    assert "only a scrutineer’s signed act is one" in shown


def test_a_page_without_questions_says_what_was_not_asked_and_why(version):
    jobs.run_due(personas.NOW)
    shown = Client().get(PAGE).content.decode()
    assert "No question is asked of this version." in shown
    assert "What ends the programme declares is not stated" in shown
    assert "whose funding is stated; of 3 that may be such, 0 can be told" in shown


def test_a_version_that_was_not_read_yet_says_so_and_has_no_data(version):
    assert "has not read this version yet" in Client().get(PAGE).content.decode()
    assert Client().get(DATA).status_code == 404


def test_the_data_say_the_same_as_the_page(version, unfunded):
    jobs.run_due(personas.NOW)
    data = json.loads(Client().get(DATA).content)
    assert data == json.loads(Reading.objects.get().reading)
    assert [question["id"] for question in data["questions"]] == ["duty.unfunded"]


def test_markup_in_a_commitment_stays_text_on_the_page(world, unfunded):
    draft = personas.draft(world)
    Clause.objects.update(text="<script>alert(1)</script>")
    agree.propose(by=world.actor("convenor"), version=draft, at=personas.NOW)
    jobs.run_due(personas.NOW)
    shown = Client().get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert(1)" not in shown


def test_a_new_engine_reads_anew_and_the_old_reading_stays_as_it_was(version, monkeypatch, unfunded):
    jobs.run_due(personas.NOW)
    (old,) = Reading.objects.values()
    monkeypatch.setattr(referee, "ENGINE", "referee/next")
    assert jobs.run_due(personas.NOW + timedelta(days=1)) == 1
    assert Reading.objects.count() == len(entries(version)) == 2
    assert Reading.objects.values().get(id=old["id"]) == old
    assert reads.reading(version).engine == "referee/next"
    assert reads.reading(version).whole["engine"] == "referee/next"


@pytest.fixture
def answering(world):
    """A version in force that answers a statement which is not the one that everyone shares."""
    talk = personas.talk(world)
    draft = personas.draft(world)
    (clause,) = agreed.content_of(draft).clauses
    agree.cite_statement(
        by=world.actor("convenor"),
        version=draft,
        clause=clause.id,
        kind=GroundKind.DISSENT,
        statement=talk.statements[1],
    )
    personas.sign_all(world, draft)
    return draft


def asked_of(version):
    return {asked.id: asked.question for asked in reads.reading(version).questions}


def test_what_everyone_shares_and_no_commitment_answers_is_asked_about(answering):
    jobs.run_due(personas.NOW)
    grounds = agreed.version(answering)[1].clauses[0].grounds
    (cited,) = (ground.citation for ground in grounds if ground.kind.is_heard)
    shared = listen.common_ground([UUID(cited["conversation"]["id"])])
    assert shared and cited["text"] not in {each.text for each in shared}
    question = asked_of(answering)["heard.unanswered"]
    assert (question["metric"]["count"], question["metric"]["n"]) == (len(shared), len(shared))
    said = [row["says"] for row in question["evidence"]]
    assert said == [f"“{each.text}” ({each.seen} answered it)" for each in shared]


def test_only_conversations_that_a_version_answers_are_read(version, world):
    personas.talk(world)
    jobs.run_due(personas.NOW)
    assert "heard.unanswered" not in asked_of(version)


def test_a_version_in_force_is_read_again_each_day_and_published_when_something_else_is_asked(version):
    due = agreed.version(version)[1].clauses[0].due
    day = datetime.combine(due, time(12), UTC)
    assert jobs.run_due(day) == 1
    assert "review.silent" not in asked_of(version)
    assert jobs.run_due(day + timedelta(days=1)) == 1
    assert asked_of(version)["review.silent"]["metric"]["count"] == 3
    before = reads.reading(version)
    assert jobs.run_due(day + timedelta(days=2)) == jobs.run_due(day + timedelta(days=3)) == 0
    after = reads.reading(version)
    assert (after.whole, after.as_of) == (before.whole, before.as_of)
    assert after.stood_until == due + timedelta(days=3)
    assert len(entries(version)) == Reading.objects.count() == 2


@pytest.mark.parametrize(("progress", "days"), [(Progress.UNDER_WAY, 1), (Progress.DONE, -9)])
def test_a_report_ends_the_silence(version, world, progress, days):
    """Any report on its day or later does; before that, only one that says how it ended."""
    clause = agreed.version(version)[1].clauses[0]
    day = datetime.combine(clause.due, time(12), UTC) + timedelta(days=1)
    keep.report(
        by=world.actor("council"),
        commitment=clause.commitment,
        progress=progress,
        text="So.",
        at=day + timedelta(days=days),
    )
    jobs.run_due(day + timedelta(days=2))
    assert asked_of(version)["review.silent"]["metric"]["count"] == 2


def test_a_version_that_is_no_longer_in_force_is_not_read_again(world, version):
    jobs.run_due(personas.NOW)
    covenant = agreed.covenant("our-covenant", asked_by=world.actor("convenor"), today=personas.NOW.date())
    change = agree.draft_change(by=world.actor("convenor"), covenant=covenant.id, why="More", at=personas.NOW)
    personas.add_clause(world, change)
    personas.sign_all(world, change)
    jobs.run_due(personas.NOW + timedelta(days=3))
    assert reads.reading(version).stood_until == personas.NOW.date()
    assert reads.reading(change).stood_until == personas.NOW.date() + timedelta(days=3)


def test_promises_to_bodies_that_promise_nothing_back_are_asked_about(world):
    draft = personas.draft(world)
    for _ in range(3):
        personas.add_clause(world, draft, debtor="charity", creditor="council")
    personas.sign_all(world, draft)
    jobs.run_due(personas.NOW)
    question = asked_of(draft)["reciprocity.unreturned"]
    assert (question["metric"]["count"], question["metric"]["n"]) == (3, 3)
    assert [row["proposal"] for row in question["against"]] == []


def test_reading_costs_the_same_number_of_queries_however_many_commitments_there_are(world):
    counts = []
    for clauses, slug in ((1, "small"), (8, "large")):
        draft = personas.draft(world, slug=slug)
        for _ in range(clauses):
            personas.add_clause(world, draft)
        personas.sign_all(world, draft)
        with CaptureQueriesContext(connection) as queries:
            assert jobs.run_due(personas.NOW) == 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_everyone_can_read_from_where_on_each_rule_asks(settings, tmp_path):
    shown = Client().get("/scrutiny/thresholds/").content.decode()
    for rule, threshold in read_thresholds().items():
        assert f'id="{rule}"' in shown and escape(threshold.reason) in shown
    assert "of its own" not in shown
    settings.THRESHOLDS = tmp_path / "own.toml"
    settings.THRESHOLDS.write_text('[duty]\nleast_count = 7\nleast_share = 0.5\nreason = "We are <few>."\n')
    shown = Client().get("/scrutiny/thresholds/").content.decode()
    assert "of its own" in shown and "We are &lt;few&gt;." in shown and ">7<" in shown


def test_a_site_asks_from_its_own_thresholds_on(version, unfunded, settings, tmp_path):
    settings.THRESHOLDS = tmp_path / "own.toml"
    settings.THRESHOLDS.write_text('[duty]\nleast_count = 4\nleast_share = 0\nreason = "Three are few."\n')
    jobs.run_due(personas.NOW)
    assert "duty.unfunded" not in asked_of(version)
    settings.THRESHOLDS.write_text('[duty]\nleast_count = 3\nleast_share = 0\nreason = "Three are many."\n')
    jobs.run_due(personas.NOW + timedelta(days=1))
    assert asked_of(version)["duty.unfunded"]["threshold"]["reason"] == "Three are many."
