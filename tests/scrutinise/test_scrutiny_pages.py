"""Scrutiny as people meet it: pages, their data, and what they ask of the database."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from covenant.agree import actions as agree
from covenant.place import actions as places
from covenant.place.types import Tier
from covenant.scrutinise import actions
from covenant.scrutinise.models import Finding, Proposal, Question
from covenant.scrutinise.stages import Answer
from tests import personas
from tests.personas import NOW, World
from tests.scrutinise.desks import GAP, LATER, QUESTION, Desk, make_desk, publish

pytestmark = pytest.mark.django_db
BASE = "/covenants/our-covenant/scrutiny/"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    personas.stop_the_clock(monkeypatch)
    return personas.make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return make_desk(world)


def page(browser: Client, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return answer.content.decode()


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"{name} is not on the page"
    return found.group(1)


def test_a_covenant_is_scrutinised_from_appointment_to_a_mended_finding(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole round as people do it: each form is filled in from the page that shows it."""
    version = personas.draft(world)
    personas.sign_all(world, version)
    publish(version)
    public = Client()
    assert "has no scrutineer now" in page(public, BASE)
    appoint(world)
    assert "Worked for nobody here." in page(public, BASE)
    scrutineer = personas.signed_in(world, "scrutineer")
    assert "Go to your desk" in page(scrutineer, BASE)
    assert "Waits since today" in page(scrutineer, BASE + "desk/")
    take_up_and_draft(scrutineer)
    draft = f"{BASE}findings/{Finding.objects.get().id}/"
    page(public, draft, 404)
    council = personas.signed_in(world, "council")
    assert "This is no finding" in page(council, draft)
    answer = council.post(
        draft + "reply/",
        {"party": world.parties["council"], "answer": "accept", "text": "Agreed.", "until": "2026-06-30"},
    )
    assert answer.status_code == 302
    assert "You can sign from the day after" in page(scrutineer, draft + "sign/")
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    scrutineer = personas.signed_in(world, "scrutineer")  # by now their session is over
    words = page(scrutineer, draft + "sign/")
    assert "The hall has no money." in words
    assert scrutineer.post(draft + "sign/", {"hash": field(words, "hash")}).status_code == 302
    shown = page(public, draft)
    assert "Signed by Sam Scrutineer" in shown and "Accepts it." in shown and "To be done by" in shown
    for says in (shown, page(public, "/scrutiny/")):
        assert "binds nobody" in says and "no legal advice" in says
    assert "Open finding" in page(public, "/covenants/our-covenant/")
    commitment = Finding.objects.get().commitments.get().id
    assert "The scrutineer found" in page(public, f"/commitments/{commitment}/")
    assert scrutineer.post(draft + "mend/", {"checked": "Line 4 of the budget"}).status_code == 302
    assert "Line 4 of the budget" in page(public, draft)
    assert "There is no open finding." in page(public, "/covenants/our-covenant/")
    assert "finding, mended" in page(public, BASE)


def appoint(world: World) -> None:
    convenor = personas.signed_in(world, "convenor")
    words = {
        "name": "Sam Scrutineer",
        "email": "scrutineer@testing.example",
        "statement": "Worked for nobody here.",
        "interests": "None.",
        "starts": "2026-03-02",
        "ends": "2027-03-01",
    }
    assert convenor.post(BASE + "appoint/", words).status_code == 302
    proposal = f"{BASE}proposals/{Proposal.objects.get().id}/"
    for who in ("council", "charity"):
        browser = personas.signed_in(world, who)
        shown = page(browser, proposal)
        form = {"party": field(shown, "party"), "hash": field(shown, "hash")}
        assert browser.post(proposal + "consent/", form).status_code == 302


def take_up_and_draft(scrutineer: Client) -> None:
    question = f"{BASE}desk/1/{QUESTION}/"
    form = {"act": "take up", "reading": field(page(scrutineer, question), "reading")}
    assert scrutineer.post(question, form).status_code == 302
    shown = page(scrutineer, question + "find/")
    checked = re.findall(r'name="(parties|commitments)" value="([^"]+)"[^>]*checked', shown)
    assert [name for name, _value in checked] == ["parties", "commitments"], "filled in from the evidence"
    form = {"text": "The hall has no money.", **dict(checked)}
    assert scrutineer.post(question + "find/", form).status_code == 302


def test_a_form_that_says_too_little_is_shown_again_with_what_is_missing(desk: Desk) -> None:
    scrutineer = personas.signed_in(desk.world, "scrutineer")
    council = personas.signed_in(desk.world, "council")
    finding = desk.show(desk.deal("take up"))
    for browser, path, words, why in (
        (scrutineer, f"desk/1/{GAP}/", {"act": "answer", "reading": "x"}, "Say why"),
        (scrutineer, f"desk/1/{GAP}/", {"act": "take up", "reading": "x"}, "anew"),
        (scrutineer, f"desk/1/{GAP}/", {"act": "sign"}, "govuk-error"),
        (scrutineer, "desk/ask/1/", {"text": "Why?"}, "Fill in"),
        (council, f"findings/{finding}/reply/", {"answer": "fix", "text": "Done"}, "For which party"),
        (council, "appoint/", {"name": "S", "email": "no"}, "Fill in"),
        (council, "remove/", {"reason": ""}, "Fill in"),
        (scrutineer, f"findings/{finding}/drop/", {"reason": " "}, "Fill in"),
    ):
        answer = browser.post(BASE + path, words)
        assert answer.status_code == 400, path
        assert why in answer.content.decode(), path


@pytest.mark.parametrize(
    ("answer", "names"), [("accept", ["until"]), ("fix", ["url", "dated"]), ("explain", [])]
)
def test_what_a_kind_of_reply_needs_is_asked_for_at_its_field(
    desk: Desk, answer: str, names: list[str]
) -> None:
    finding = desk.found()
    council = personas.signed_in(desk.world, "council")
    words = {"party": desk.world.parties["council"], "answer": answer, "text": "We say so."}
    answered = council.post(f"{BASE}findings/{finding}/reply/", words)
    assert answered.status_code == (400 if names else 302)
    linked = re.findall(r'<a href="#id_(\w+)"', answered.content.decode())
    assert linked == names


def test_what_a_finding_rests_on_and_each_question_has_a_table_with_a_caption(desk: Desk) -> None:
    version = "/covenants/our-covenant/versions/1/"
    for path in (version, f"{version}questions/", f"{BASE}findings/{desk.found()}/"):
        tables = re.findall(r"<table.*?</table>", page(Client(), path), re.DOTALL)
        assert tables, path
        assert all("<caption" in table and "scope=" in table for table in tables), path


def test_a_forged_hash_on_the_page_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = desk.show(desk.deal("take up"))
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    scrutineer = personas.signed_in(desk.world, "scrutineer")
    for words in ({}, {"hash": "0" * 64}, {"hash": "\x00"}):
        assert scrutineer.post(f"{BASE}findings/{finding}/sign/", words).status_code == 409
    assert Finding.objects.get().stage != "open"


@pytest.mark.parametrize("path", ["desk/", "desk/ask/1/", f"desk/1/{QUESTION}/", f"desk/1/{QUESTION}/find/"])
def test_the_desk_closes_with_the_term_in_london(
    desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.deal("take up")
    scrutineer = personas.signed_in(desk.world, "scrutineer")
    page(scrutineer, BASE + path)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 3, 2, tzinfo=NOW.tzinfo))
    scrutineer = personas.signed_in(desk.world, "scrutineer")
    assert "Your term as scrutineer ended on 1 March 2027." in page(scrutineer, BASE + path, 403)


def test_there_is_no_page_for_what_is_not_there(desk: Desk) -> None:
    scrutineer = personas.signed_in(desk.world, "scrutineer")
    nothing = desk.version
    for path in (
        f"{BASE}findings/{nothing}/",
        f"{BASE}findings/{nothing}/sign/",
        f"{BASE}proposals/{nothing}/",
        f"{BASE}desk/9/{QUESTION}/",
        f"{BASE}desk/1/no.such/",
        f"{BASE}desk/ask/9/",
        "/covenants/nowhere/scrutiny/",
        "/covenants/nowhere/scrutiny.json",
    ):
        page(scrutineer, path, 404)
    page(scrutineer, f"{BASE}desk/1/{QUESTION}/find/", 409)


def test_hostile_words_stay_words_on_every_page(desk: Desk) -> None:
    world, council = desk.world, desk.world.actor("council")
    publish(desk.version, at=NOW + timedelta(1), engine="x", questions=(QUESTION, HOSTILE), text=HOSTILE)
    finding = desk.show(desk.deal("take up"), HOSTILE)
    party = desk.party("council")
    actions.reply(by=council, finding=finding, party=party, answer=Answer.EXPLAIN, text=HOSTILE, at=NOW)
    desk.sign(finding)
    desk.deal("set aside", GAP, HOSTILE)
    removal = actions.propose_removal(by=council, appointment=desk.appointment, reason=HOSTILE, at=NOW)
    actions.refuse_proposal(by=council, proposal=removal, party=party, reason=HOSTILE, at=NOW)
    scrutineer = personas.signed_in(world, "scrutineer")
    for path in (
        BASE,
        BASE + "desk/",
        f"{BASE}findings/{finding}/",
        f"{BASE}findings/{finding}/sign/",
        f"{BASE}findings/{finding}/mend/",
        f"{BASE}proposals/{removal}/",
        f"{BASE}desk/1/{QUESTION}/",
        f"{BASE}desk/1/{QUESTION}/find/",
        "/scrutiny/",
        "/covenants/our-covenant/",
    ):
        shown = page(scrutineer, path)
        assert "<script>alert" not in shown and "<img src=x" not in shown, path
        assert "&lt;script&gt;" in shown, path


def test_the_data_say_what_the_page_says_and_hold_no_draft_and_no_address(desk: Desk) -> None:
    finding = desk.found()
    council = desk.party("council")
    actions.reply(
        by=desk.world.actor("council"),
        finding=finding,
        party=council,
        answer=Answer.ACCEPT,
        text="We will.",
        until=date(2026, 9, 1),
        at=LATER,
    )
    desk.show(desk.deal("take up", GAP), "A draft that nobody else reads")
    for who in ("public", "scrutineer"):
        text = page(personas.signed_in(desk.world, who), "/covenants/our-covenant/scrutiny.json")
        assert "nobody else reads" not in text
    data = json.loads(text)
    assert data["format"] == "covenant-scrutiny/1"
    (appointment,) = data["appointments"]
    assert appointment["stands"] == "in office"
    assert [consent["party"] for consent in appointment["consents"]] == [
        "Testing District Council",
        "Friends of Testing",
    ]
    (found,) = data["findings"]
    assert found["text"] == "The hall has no money." and found["hash"] == Finding.objects.get(id=finding).hash
    assert found["replies"][0]["by"] == "2026-09-01" and found["no reply from"] == []
    assert (data["trend"][0]["asked"], data["trend"][0]["not found"]) == (1, 1)
    assert {q["became"] for q in data["versions"][0]["questions"]} == {"finding", "taken up"}
    assert "@testing.example" not in text.replace("scrutineer@testing.example, on Mondays", "")


def test_a_finding_without_a_reply_says_so(desk: Desk) -> None:
    finding = desk.found()
    shown = page(Client(), f"{BASE}findings/{finding}/")
    assert "No reply" in shown


def test_the_list_of_findings_is_newest_first_and_by_place(desk: Desk) -> None:
    finding = desk.found("The older one")
    other = make_desk(desk.world, "second")
    newer = other.show(other.deal("take up"), "The newer one")
    other.sign(newer, at=LATER + timedelta(days=1))
    places.add_place(name="Street", slug="street", tier=Tier.NEIGHBOURHOOD, within=desk.world.place, at=NOW)
    shown = page(Client(), "/scrutiny/")
    assert shown.index("The newer one") < shown.index("The older one")
    assert str(finding) in page(Client(), "/scrutiny/?place=testing")
    assert str(finding) not in page(Client(), "/scrutiny/?place=elsewhere")
    assert str(finding) not in page(Client(), "/scrutiny/?place=street")
    for odd in ("place=nowhere", "page=0", "page=-1", "page=x", "page=99999999999", "page=²", "page=2"):
        page(Client(), "/scrutiny/?" + odd)


def test_the_public_is_told_how_long_a_question_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=40))
    assert "Has waited 40 days" in page(Client(), BASE)


# How much a page asks of the database


def _fill(desk: Desk, many: int) -> UUID:
    """A covenant with so many questions, steps, findings, replies and proposals; a finding's id."""
    world, council = desk.world, desk.party("council")
    publish(
        desk.version,
        engine="many",
        at=NOW + timedelta(hours=1),
        questions=tuple(f"duty.{n}" for n in range(many)),
    )
    for n in range(many):
        finding = desk.show(desk.deal("take up", f"duty.{n}"), f"Finding {n}")
        for text in ("First", "Second"):
            actions.reply(
                by=world.actor("council"),
                finding=finding,
                party=council,
                answer=Answer.EXPLAIN,
                text=text,
                at=NOW,
            )
        desk.sign(finding)
        removal = actions.propose_removal(
            by=world.actor("council"), appointment=desk.appointment, reason=f"r{n}", at=NOW
        )
        hash = personas.proposal_hash(removal)
        actions.consent(by=world.actor("council"), proposal=removal, party=council, hash=hash, at=NOW)
    return finding


@pytest.mark.parametrize("who", ["public", "scrutineer", "council"])
def test_a_page_asks_as_much_of_two_findings_as_of_twelve(world: World, who: str) -> None:
    counts: dict[str, list[Any]] = {}
    for slug, many in (("small", 2), ("large", 12)):
        desk = make_desk(world, slug)
        finding = _fill(desk, many)
        for _ in range(1 if many == 2 else 3):
            change = agree.draft_change(by=world.actor("convenor"), covenant=desk.covenant, why="w", at=NOW)
            personas.add_clause(world, change, debtor="charity", creditor="council")
            personas.sign_all(world, change)
            publish(change)
        commitment = Question.objects.filter(version=desk.version)[0].version.clauses.get().commitment_id
        browser = personas.signed_in(world, who)
        browser.get("/")
        base = f"/covenants/{slug}/scrutiny/"
        counts[slug] = []
        for path in (
            base,
            f"{base}desk/",
            f"{base}desk/1/duty.1/",
            f"{base}findings/{finding}/",
            f"{base}findings/{finding}/reply/",
            f"{base}proposals/{desk.appointment}/",
            f"/covenants/{slug}/scrutiny.json",
            f"/covenants/{slug}/",
            f"/commitments/{commitment}/",
            "/scrutiny/",
        ):
            with CaptureQueriesContext(connection) as queries:
                status = browser.get(path).status_code
            counts[slug].append(
                (re.sub(r"[0-9a-f-]{36}", "ID", path.replace(slug, "")), status, len(queries))
            )
    assert counts["small"] == counts["large"]
    assert max(number for _path, _status, number in counts["large"]) <= 40
