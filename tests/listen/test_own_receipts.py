"""A voter keeps a receipt of each answer: it opens their own leaf, and nobody else can ask for it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from covenant.listen import reads
from covenant.record import actions, jobs
from covenant.record.checking import check_receipt, check_receipts
from covenant.record.trust import trust_of
from tests.listen.talk import talk
from tests.personas import World, make_world, stop_the_clock
from tests.signers import signing

pytestmark = pytest.mark.django_db
TALK = "/listen/buses/take-part/"
PRIVATE = "no-store, private"


@pytest.fixture(autouse=True)
def signed(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A record of this test's own, which a real signer signs."""
    settings.RECORD_FILES, settings.SIGNER = tmp_path / "record", tmp_path / "signer.sock"
    with signing(tmp_path, django_settings.RECORD_ORIGIN):
        yield


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    stop_the_clock(monkeypatch)
    made = make_world()
    talk(made)
    return made


def voter(answers: int = 3) -> Client:
    """A browser that has answered some statements."""
    browser = Client()
    browser.post(f"{TALK}start/")
    for number in range(answers):
        exposure = browser.get(TALK).context["part"].exposure.id
        vote = ("agree", "disagree", "pass")[number % 3]
        browser.post(f"{TALK}answer/", {"exposure": exposure, "vote": vote})
    return browser


def answered(browser: Client) -> list[UUID]:
    return [row.statement for row in reads.own_votes(browser.get(TALK).context["part"].participant)]


def sign() -> None:
    assert jobs.run_due(timezone.now()).fault == ""


def test_after_an_answer_a_link_leads_to_its_receipt_which_opens_the_leaf(world: World) -> None:
    browser = voter(answers=1)
    assert f'href="{TALK}receipt/"' in browser.get(TALK).text
    moved = browser.get(f"{TALK}receipt/")
    (statement,) = answered(browser)
    assert moved["Location"] == f"{TALK}votes/{statement}/receipt/"
    waiting = browser.get(moved["Location"])
    assert 'hx-trigger="every' in waiting.text
    assert "Look again" in waiting.text
    sign()
    page = browser.get(moved["Location"])
    assert "hx-trigger" not in page.text
    file = browser.get(f"{TALK}votes/{statement}/receipt.json")
    trust = trust_of((django_settings.RECORD_FILES / "keys.json").read_text())
    verdict = check_receipt(file.text, trust)
    assert verdict.fault == ""
    assert any(said.startswith("What the entry seals is") for said in verdict.checked)
    receipt = json.loads(file.text)
    assert receipt["opening"]["sealed"]["value"] == 1
    assert receipt["opening"]["salt"] in page.text
    assert "\n2026-03-02T12:00:00Z\n" in receipt["promise"], "the voter's own promise tells the second"
    told = {**receipt["opening"]["sealed"], "value": -1}
    receipt["opening"]["sealed"] = told
    lie = json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"
    assert "not what the entry sealed" in check_receipt(lie, trust).fault


def test_every_answer_has_its_receipt_and_one_file_has_them_all(world: World) -> None:
    browser = voter()
    sign()
    page = browser.get(f"{TALK}votes/").text
    for statement in answered(browser):
        assert f'href="{TALK}votes/{statement}/receipt/"' in page
    file = browser.get(f"{TALK}votes/receipts.json")
    assert file["Content-Disposition"] == 'attachment; filename="buses-receipts.json"'
    trust = trust_of((django_settings.RECORD_FILES / "keys.json").read_text())
    verdicts = check_receipts(file.text, trust)
    assert [verdict.fault for verdict in verdicts] == ["", "", ""]
    (checked,) = (browser.post("/record/check/", {"receipt": file.text}),)
    assert checked.text.count(">Holds<") == 3


def test_a_change_of_mind_has_a_receipt_of_its_own(world: World) -> None:
    browser = voter(answers=1)
    (statement,) = answered(browser)
    sign()
    first = json.loads(browser.get(f"{TALK}votes/{statement}/receipt.json").text)
    browser.post(f"{TALK}votes/{statement}/", {"vote": "pass"})
    sign()
    second = json.loads(browser.get(f"{TALK}votes/{statement}/receipt.json").text)
    assert [json.loads(each["leaf"])["body"]["first"] for each in (first, second)] == [True, False]
    assert second["opening"]["sealed"]["value"] == 0
    assert second["opening"]["salt"] != first["opening"]["salt"]


def test_no_promise_is_made_by_a_moment_that_was_forgotten(world: World) -> None:
    browser = voter(answers=2)
    sign()
    old = answered(browser)
    assert actions.tell_days_alone(before=timezone.now() + timedelta(days=1)) == 2
    exposure = browser.get(TALK).context["part"].exposure.id
    browser.post(f"{TALK}answer/", {"exposure": exposure, "vote": "agree"})
    sign()
    file = browser.get(f"{TALK}votes/receipts.json").text
    told = json.loads(file)["receipts"]
    assert ["promise" in each for each in told] == [True, False, False], "what came since has one"
    assert all("proof" in each and "opening" in each for each in told)
    trust = trust_of((django_settings.RECORD_FILES / "keys.json").read_text())
    assert [verdict.fault for verdict in check_receipts(file, trust)] == ["", "", ""]
    page = browser.get(f"{TALK}votes/{old[0]}/receipt/").text
    assert "no longer kept, so no promise" in page
    assert "promise/1" not in page


def test_nobody_else_has_them_and_no_cache_keeps_them(world: World) -> None:
    browser = voter()
    statement = answered(browser)[0]
    paths = [
        f"{TALK}receipt/",
        f"{TALK}votes/receipts.json",
        f"{TALK}votes/{statement}/receipt/",
        f"{TALK}votes/{statement}/receipt.json",
    ]
    other = voter(answers=0)
    for path in paths:
        mine = browser.get(path)
        assert mine.status_code in (200, 302)
        assert mine["Cache-Control"] == PRIVATE
        assert mine["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert "Access-Control-Allow-Origin" not in mine
        for who in (Client(), other):
            assert who.get(path).status_code == 404
        for method in (browser.post, browser.put, browser.delete):
            assert method(path).status_code == 405
    leaf = json.loads(browser.get(paths[-1]).text)["leaf"]
    entry = next(e for e in reads.record.about(json.loads(leaf)["subject"]) if e.data == leaf)
    public = browser.get(f"/record/receipts/{entry.leaf}/").text
    salt = json.loads(browser.get(paths[-1]).text)["opening"]["salt"]
    assert salt not in public
    assert str(statement) not in public


def test_a_page_with_the_form_that_signs_out_tells_this_site_where_it_was_sent_from(world: World) -> None:
    """A browser that tells no referrer sends `Origin: null`, and Django refuses the form."""
    browser = voter(answers=1)
    page = browser.get(f"{TALK}receipt/", follow=True)
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("answers", [1, 5])
def test_receipts_take_a_fixed_number_of_queries(
    world: World, django_assert_num_queries: Any, answers: int
) -> None:
    browser = voter(answers)
    sign()
    statement = answered(browser)[0]
    with django_assert_num_queries(4):  # the conversation, the votes, the entries, the checkpoints
        assert browser.get(f"{TALK}votes/receipts.json").status_code == 200
    with django_assert_num_queries(4):
        assert browser.get(f"{TALK}votes/{statement}/receipt/").status_code == 200


def test_without_a_signer_the_receipts_are_there_at_once(world: World, settings: Any, tmp_path: Path) -> None:
    browser = voter()
    sign()
    settings.SIGNER = tmp_path / "nobody.sock"
    receipts = json.loads(browser.get(f"{TALK}votes/receipts.json").text)["receipts"]
    assert [sorted(each) for each in receipts] == [["format", "leaf", "opening", "proof"]] * 3
