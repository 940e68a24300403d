"""The pages of innovation areas: every step by form, bad input, hostile words, days, and the loud warning."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client

from covenant.agree import reads as agreed
from covenant.innovate import actions
from covenant.innovate.models import Area, Evaluation, Freedom, Measurement
from covenant.innovate.types import Verdict
from covenant.place import actions as places
from covenant.place import reads as held
from tests.agree.test_pages import HOSTILE, Page
from tests.innovate.areas import SUNSET, begin, consent, drafted, evaluate, granted, measure, propose
from tests.innovate.test_freedoms import LATER, NEXT
from tests.personas import (
    NOW,
    World,
    all_that_is_kept,
    draft,
    make_world,
    sign_all,
    signed_in,
    stop_the_clock,
)

A = "/innovation/try-it/"


def _form(world: World, **other: Any) -> dict[str, Any]:
    return {
        "title": "One quote",
        "waived": "Three quotes are not needed.",
        "source": "Standing order 14",
        "granter": world.parties["council"],
        "users": [world.parties["charity"]],
        "safeguards": "Purchases are published.",
        "hypothesis": "If one quote is enough, groups begin sooner.",
        "changes_for": "Small groups",
        "measure": "Days to the first activity",
        "unit": "days",
        "target": "35 days",
        "starts": "2026-02-01",
        "sunset": "2026-06-30",
        "evaluator": world.parties["business"],
        "evaluation_due": "2026-07-31",
        **other,
    }


def _area_form(world: World, **other: Any) -> dict[str, Any]:
    return {
        "title": "Try it",
        "slug": "try-it",
        "purpose": "To find out.",
        "places": [world.place],
        "convenor": world.parties["charity"],
        "starts": "2026-01-01",
        "sunset": "2027-12-31",
        **other,
    }


def _text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def _hash(page: str) -> str:
    found = re.search(r'name="hash" value="(\w{64})"', page)
    assert found, "there is no form to consent with"
    return found[1]


def test_every_step_from_an_idea_to_a_renewal_is_taken_on_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = {name: signed_in(world, name) for name in ("convenor", "council", "charity", "business")}
    convenor = who["convenor"]
    page = _text(convenor.post("/innovation/new/testing/", _area_form(world), follow=True))
    assert "Nothing in this area was proposed yet" in page
    convenor.post(f"{A}words/", _area_form(world, title="Try it out"))
    page = _text(convenor.post(f"{A}draft/", _form(world), follow=True))
    assert "Try it out" in page
    convenor.post(f"{A}1/words/", _form(world, baseline="61.5", baseline_n="23", baseline_source="Register",
                                        baseline_dated="2025-12-01"))  # fmt: skip
    page = _text(convenor.post(f"{A}1/propose/", follow=True))
    assert "61.5 days (n = 23; Register, 1 Dec 2025)" in page
    for name in ("charity", "council"):
        page = _text(who[name].get(f"{A}1/"))
        said = {"party": world.parties[name], "hash": _hash(page)}
        page = _text(who[name].post(f"{A}1/consent/", said, follow=True))
    assert "You were the last to consent: the freedom is granted." in page
    assert "In force" in page
    figure = {"party": world.parties["charity"], "value": "41.25", "n": "", "dated": "2026-03-02",
              "source": "Register", "url": "testing.example/register"}  # fmt: skip
    page = _text(who["charity"].post(f"{A}1/measure/", figure, follow=True))
    assert "not stated" in page
    assert 'href="https://testing.example/register"' in page
    stop_the_clock(monkeypatch, LATER)
    who = {name: signed_in(world, name) for name in who}  # they have to sign in again after so long
    convenor = who["convenor"]
    assert "10 days past its sunset" in _text(Client().get(f"{A}1/"))
    said = {"verdict": "the hypothesis held", "figures": "41.25", "learnt": "It is quicker."}
    page = _text(who["business"].post(f"{A}1/evaluate/", said, follow=True))
    assert "The hypothesis held." in page
    assert "Written by Business, Chair, for Testing Traders" in page
    assert "past its sunset" not in page
    who["council"].post(f"{A}1/reply/", {"party": world.parties["council"], "text": "We agree."})
    assert "Testing District Council replied" in _text(Client().get(f"{A}1/"))
    again = _form(world, starts="2026-08-01", sunset="2026-10-31", evaluation_due="2026-11-30")
    assert 'value="One quote"' in _text(convenor.get(f"{A}1/renew/"))
    _text(convenor.post(f"{A}1/renew/", again, follow=True))
    assert "of which the evaluation said: the hypothesis held" in _text(convenor.get(f"{A}2/"))
    assert Freedom.objects.get(number=2).renews_id == Freedom.objects.get(number=1).id


def test_refusing_ending_and_withdrawing_are_taken_on_pages(world: World) -> None:
    area = begin(world)
    refused = drafted(world, area, source="a", waived="a")
    propose(world, refused)
    granted(world, area, source="b", waived="b")
    propose(world, drafted(world, area, source="c", waived="c"))
    charity, party = signed_in(world, "charity"), world.parties["charity"]
    page = _text(charity.post(f"{A}1/refuse/", {"party": party, "reason": "Too risky"}, follow=True))
    assert "Friends of Testing refused it" in page
    page = _text(charity.post(f"{A}2/end/", {"party": party, "reason": "It did harm"}, follow=True))
    assert "Friends of Testing ended it" in page
    assert "Ended early" in page
    signed_in(world, "convenor").post(f"{A}3/withdraw/")
    assert [f.state for f in Freedom.objects.order_by("number")] == ["refused", "ended early", "withdrawn"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"title": ""}, "Fill in"),
        ({"title": "x" * 201}, "200"),
        ({"waived": "x" * 2001}, "2000"),
        ({"users": []}, "Choose an answer"),
        ({"granter": "nobody"}, "not one of the available"),
        ({"evaluator": ""}, "Choose an answer"),
        ({"sunset": "yesterday"}, "valid date"),
        ({"sunset": "2029-01-01"}, "within its area"),
        ({"baseline": "1e999"}, ""),
        ({"baseline": "NaN"}, "number"),
        ({"baseline": "1.23456"}, "decimal"),
        ({"baseline": "12"}, "source and a date"),
        ({"baseline_n": "4"}, "leave all of it out"),
        ({"baseline_n": "-4", "baseline": "3"}, ""),
        ({"target": "", "failure": ""}, "what would count as failure"),
        ({"measure": "a\x00b"}, ""),
    ],
)
def test_a_bad_draft_is_refused_in_plain_words_and_loses_nothing_that_was_typed(
    world: World, words: dict[str, Any], says: str
) -> None:
    begin(world)
    typed = {"hypothesis": "The very words that somebody typed"} | words
    page = _text(signed_in(world, "convenor").post(f"{A}draft/", _form(world, **typed)), 400)
    assert "There is a problem" in page
    assert says in page
    assert "The very words that somebody typed" in page
    assert not Freedom.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"slug": "new"}, "address of another page"),
        ({"slug": "Not One"}, ""),
        ({"places": []}, "Choose an answer"),
        ({"sunset": "2031-01-01"}, "31 December 2030"),
        ({"sunset": "0000-00-00"}, "valid date"),
        ({"sunset": "9999-12-31", "starts": "9999-01-01"}, "from 2000 to 2200"),
        ({"convenor": ""}, "Choose an answer"),
    ],
)
def test_a_bad_area_is_refused_in_plain_words(world: World, words: dict[str, Any], says: str) -> None:
    page = _text(
        signed_in(world, "convenor").post("/innovation/new/testing/", _area_form(world, **words)), 400
    )
    assert says in page
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    "words",
    [{"value": ""}, {"value": "many"}, {"value": "1e400"}, {"dated": "2026-03-03"}, {"n": "0"},
     {"source": ""}, {"url": "javascript:alert(1)"}, {"url": "ftp://x.example/"}, {"n": "9" * 30}],
)  # fmt: skip
def test_a_bad_figure_is_refused_and_nothing_is_kept(world: World, words: dict[str, str]) -> None:
    granted(world, begin(world))
    good = {"party": world.parties["charity"], "value": "4", "dated": "2026-03-01", "source": "Register"}
    _text(signed_in(world, "charity").post(f"{A}1/measure/", good | words), 400)
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("party", ["council", "residents", "business"])
def test_nobody_acts_on_a_form_for_a_body_whose_mandate_they_do_not_hold(world: World, party: str) -> None:
    granted(world, begin(world))
    said = {"party": world.parties[party], "value": "4", "dated": "2026-03-01", "source": "s", "reason": "r"}
    for path in ("measure", "end"):
        _text(signed_in(world, "charity").post(f"{A}1/{path}/", said), 403)
    assert not Measurement.objects.exists()


def test_reading_changes_nothing_and_what_changes_something_is_posted(world: World) -> None:
    area = begin(world)
    propose(world, drafted(world, area))
    browsers = [signed_in(world, who) for who in ("convenor", "council", "public")]
    kept = all_that_is_kept()
    for browser in browsers:
        for path in ("propose", "withdraw", "consent"):
            assert browser.get(f"{A}1/{path}/").status_code == 405
        for path in ("/innovation/", A, f"{A}1/", f"{A}data.json"):
            assert browser.get(path).status_code == 200
            assert browser.post(path).status_code == 405
    assert all_that_is_kept() == kept


def test_only_what_a_person_may_do_is_offered_to_them(world: World) -> None:
    area = begin(world)
    propose(world, drafted(world, area, source="a", waived="a"))
    granted(world, area)

    def offered(number: int) -> dict[str, set[str]]:
        pages = {who: _text(signed_in(world, who).get(f"{A}{number}/")) for who in (*world.people, "public")}
        acts = ("consent", "refuse", "withdraw", "end", "measure", "evaluate", "reply", "words", "propose")
        return {act: {who for who, page in pages.items() if f"{A}{number}/{act}/" in page} for act in acts}

    assert {act: who for act, who in offered(1).items() if who} == {
        "consent": {"council", "charity"},
        "refuse": {"council", "charity"},
        "withdraw": {"convenor"},
    }
    assert {act: who for act, who in offered(2).items() if who} == {
        "end": {"council", "charity"},
        "measure": {"council", "charity", "business"},
    }


# It shouts


@pytest.mark.parametrize(
    ("moment", "standing", "loud"),
    [
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), "In force", ""),  # a second to midnight, summer time
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "No longer in force", "1 day past its sunset"),
        (datetime(2026, 9, 1, 12, 0, tzinfo=UTC), "No longer in force", "63 days past its sunset"),
    ],
)
def test_past_its_sunset_every_page_shouts_and_nobody_had_to_act(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: datetime, standing: str, loud: str
) -> None:
    granted(world, begin(world))
    stop_the_clock(monkeypatch, moment)
    council = signed_in(world, "council")
    kept = all_that_is_kept()
    for path in ("/", "/places/testing/", "/innovation/", A, f"{A}1/"):
        page = _text(Client().get(path))
        assert ("cov-shout" in page) == bool(loud), path
        assert loud in page
        if loud:
            assert "One quote" in page
            assert "Testing Traders owes the evaluation" in page
    assert "cov-shout" not in _text(Client().get("/places/elsewhere/"))
    page = _text(Client().get(f"{A}1/"))
    assert standing in page
    assert ("End this freedom early" in _text(council.get(f"{A}1/"))) == (not loud)
    assert all_that_is_kept() == kept


def test_the_first_page_shows_three_and_counts_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = begin(world)
    for number in range(5):
        granted(world, area, source=f"s{number}", waived=f"w{number}")
    stop_the_clock(monkeypatch, LATER)
    page = _text(Client().get("/"))
    assert page.count('class="cov-shout"') == 3
    assert "All 5 freedoms that await their evaluation" in page
    assert _text(Client().get("/innovation/")).count('class="cov-shout"') == 5


def test_the_data_of_an_area_says_what_its_pages_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    area = begin(world)
    freedom = granted(world, area)
    measure(world, freedom, n=None)
    drafted(world, area, title="Secret", source="x", waived="x")
    stop_the_clock(monkeypatch, LATER)
    evaluate(world, freedom, at=LATER, verdict=Verdict.DID_NOT)
    for who in ("public", "convenor"):
        answer = signed_in(world, who).get(f"{A}data.json")
        assert "Secret" not in _text(answer)
        found = json.loads(answer.content)
    told = found["freedoms"][0]
    assert [f["number"] for f in found["freedoms"]] == [1]
    assert told["baseline"] == {"value": "61", "n": 23, "source": "Register", "dated": "2025-12-01"}
    assert told["measurements"][0]["value"] == "40"
    assert told["measurements"][0]["n"] is None
    assert told["evaluation"]["verdict"] == "the hypothesis did not hold"
    assert told["standing"] == "no longer in force"
    assert told["hash"] == Freedom.objects.get(number=1).hash


def test_a_commitment_leads_to_the_area_that_serves_it(world: World) -> None:
    version = draft(world)
    sign_all(world, version)
    commitment = agreed.content_of(version).clauses[0].commitment
    area = begin(world, grounds=(commitment,))
    path = f"/commitments/{commitment}/"
    freedom = drafted(world, area)
    assert A not in _text(Client().get(path))
    propose(world, freedom)
    assert A in _text(Client().get(path))
    assert path in _text(Client().get(A))


# Hostile words


def _hostile_area() -> World:
    world = make_world()
    from covenant.place.models import Party, Place, User

    Place.objects.update(name=HOSTILE, gss="")
    Party.objects.update(name=HOSTILE, kind=HOSTILE[:60], org_id=HOSTILE[:60])
    User.objects.update(name=HOSTILE)
    places.give_mandate(
        by=world.actor("convenor"), party=world.parties["charity"], email="hostile@testing.example",
        name=HOSTILE, office=HOSTILE, given_by=HOSTILE, starts=NOW.date(), ends=date(2026, 12, 31), at=NOW,
    )  # fmt: skip
    area = begin(world, "hostile", title=HOSTILE, purpose=HOSTILE)
    names = (
        "title",
        "waived",
        "source",
        "safeguards",
        "hypothesis",
        "changes_for",
        "measure",
        "target",
        "failure",
    )
    said: dict[str, Any] = dict.fromkeys(names, HOSTILE) | {"unit": HOSTILE[:60]}
    freedom = drafted(world, area, **said)
    hash = propose(world, freedom)
    consent(world, freedom, "council", hash)
    hostile = held.actor(held.person("hostile@testing.example"))
    actions.consent(by=hostile, freedom=freedom, party=world.parties["charity"], hash=hash, at=NOW)
    measure(world, freedom, source=HOSTILE, note=HOSTILE, url=f"https://testing.example/{HOSTILE}")
    evaluate(world, freedom, at=LATER, figures=HOSTILE, learnt=HOSTILE)
    actions.reply(
        by=world.actor("council"), freedom=freedom, party=world.parties["council"], text=HOSTILE, at=LATER
    )
    ended = granted(world, area, **{**said, "source": "a", "waived": "a"}, **NEXT)
    actions.end_early(
        by=world.actor("council"), freedom=ended, party=world.parties["council"], reason=HOSTILE, at=LATER
    )
    drafted(world, area, **said)
    granted(world, area, **{**said, "source": "b", "waived": "b"})
    return world


def test_hostile_words_are_shown_as_words_on_every_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    world = _hostile_area()
    stop_the_clock(monkeypatch, LATER)
    kinds = set()
    for who in ("public", "convenor", "council", "charity", "business"):
        browser, left, mine = signed_in(world, who), ["/innovation/", "/", "/places/testing/"], set()
        while left:
            path = left.pop().split("#")[0]
            if path in mine or not (path in ("/", "/places/testing/") or path.startswith("/innovation/")):
                continue
            mine.add(path)
            answer = browser.get(path)
            assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"
            if not answer["Content-Type"].startswith("text/html"):
                continue
            text = answer.content.decode()
            page = Page(text)
            assert not page.bad, f"{who} {path}: {page.bad}"
            assert ">49{" not in text
            left += [urljoin(path, link) for link in page.links]
        kinds |= mine
    for path in (
        "",
        "1/renew/",
        "1/reply/",
        "3/",
        "3/words/",
        "4/measure/",
        "4/evaluate/",
        "draft/",
        "data.json",
    ):
        assert f"/innovation/hostile/{path}" in kinds, sorted(kinds)
    assert Evaluation.objects.count() == 1


def test_a_draft_is_no_page_for_the_public(world: World) -> None:
    drafted(world, begin(world))
    for path in (A, f"{A}1/", f"{A}data.json", f"{A}9/", "/innovation/nothing/"):
        _text(Client().get(path), 404)
    assert "Try it" not in _text(Client().get("/innovation/")) + _text(Client().get("/places/testing/"))
    assert "Try it" in _text(signed_in(world, "charity").get("/innovation/"))


def test_the_days_of_the_tests_are_what_they_say() -> None:
    assert SUNSET + timedelta(10) == LATER.date()
