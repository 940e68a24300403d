"""The pages of ideas and decisions: every step by form, bad input, hostile words."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin
from uuid import UUID, uuid4

import pytest
from django.test import Client

from covenant.place import actions as places
from covenant.weigh import actions, reads
from covenant.weigh.models import Appraisal, Ground, Idea, Interest, Judgement, Option
from covenant.weigh.types import AppraisalState, Baseline, Cost, CostKind, Source, Weight
from tests.agree.test_pages import HOSTILE, Page
from tests.personas import (
    NOW,
    Talk,
    World,
    all_that_is_kept,
    make_world,
    signed_in,
    stop_the_clock,
    talk,
)
from tests.weigh.decisions import begin, judge, need, option, put, ready, sign, write

TYPED = "The very words that somebody typed"
IDEAS = "/places/testing/ideas/"


def _text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def _refused(answer: Any, *shown: str) -> str:
    page = _text(answer, 400)
    assert "There is a problem" in page
    for text in shown:
        assert text in page, f"{text!r} is lost"
    return page


def _idea_form(said: Talk, **other: Any) -> dict[str, Any]:
    statement = f"https://testing.example/statements/{said.statements[0]}/"
    return {
        "author": "heard", "title": "Sundays", "text": TYPED, "kind": "common ground",
        "statements": statement, **other,
    }  # fmt: skip


def _appraisal_form(world: World, **other: Any) -> dict[str, Any]:
    return {
        "title": "The hall on Sundays",
        "asks": TYPED,
        "decide_by": "2026-06-30",
        "bodies": [world.parties["council"], world.parties["charity"]],
        "outcome": "Fewer alone",
        "baseline": "41.5",
        "unit": "per cent",
        "dated": "2025-12-01",
        "source": "Survey",
        **other,
    }


def _option_form(**other: Any) -> dict[str, Any]:
    return {
        "title": "Open it",
        "what": TYPED,
        "cost": "figures",
        "once_low": "100",
        "once_high": "250.50",
        "yearly_low": "1200",
        "price_year": "2026/27",
        "cost_source": "Quote",
        "payer": "The council",
        **other,
    }


def _rows(found: Any, *, heard: bool = False, choice: str) -> dict[str, str]:
    form = {}
    for each in found.considerations:
        if each.is_heard or not heard:
            form |= {f"choice-{each.number}": choice, f"reason-{each.number}": f"because {each.number}"}
    return form


def test_every_step_from_what_was_heard_to_a_judgement_is_taken_on_pages(world: World) -> None:
    said = talk(world)
    who = {name: signed_in(world, name) for name in ("convenor", "council", "charity")}
    convenor = who["convenor"]
    statement = f"/statements/{said.statements[0]}/"
    link = f"{IDEAS}new/?statement={said.statements[0]}"
    assert link in _text(convenor.get(statement))
    assert link not in _text(Client().get(statement))
    assert str(said.statements[0]) in _text(convenor.get(link))
    page = _text(convenor.post(f"{IDEAS}new/", _idea_form(said), follow=True))
    assert TYPED in page
    assert "Open the hall" in page
    idea = Idea.objects.get()
    source = {"kind": "evidence", "need": "Cold homes", "source": "Count", "url": "https://testing.example/"}
    assert "Cold homes" in _text(convenor.post(f"/ideas/{idea.id}/ground/", source, follow=True))
    assert "Sundays" in _text(Client().get(statement))

    page = _text(convenor.post("/places/testing/appraisals/new/", _appraisal_form(world), follow=True))
    assert "What you say can still change it" in page
    assert "41.5 per cent" in page
    at = f"/appraisals/{Appraisal.objects.get().id}/"
    nothing = Option.objects.get()
    free = {"title": "Do nothing", "what": "Stay", "cost": "nothing", "cost_source": "As today"}
    convenor.post(f"{at}options/{nothing.id}/", free)
    page = _text(who["charity"].post(f"{at}options/new/", _option_form(ideas=[idea.id]), follow=True))
    for words in ("£100 to £250.50", "£1,200", "Prices of 2026/27", "Cold homes", "Open the hall"):
        assert words in page
    _text(who["council"].post(f"{at}options/new/", _option_form(title="Sell it"), follow=True))
    third = Option.objects.get(title="Sell it")
    discard = {"party": world.parties["council"], "reason": "The deed forbids it"}
    assert "The deed forbids it" in _text(
        who["council"].post(f"{at}options/{third.id}/discard/", discard, follow=True)
    )
    equality = {"kind": "equality", "text": "Older people gain most", "source": "Note of March"}
    who["council"].post(f"{at}consider/", equality)
    assert "has not weighed" in _text(Client().get(at))
    assert _text(convenor.post(f"{at}put/", {"option": nothing.id, "reason": "r"}), 400)
    for name in ("council", "charity"):
        form = _rows(reads.appraisal(Appraisal.objects.get().id), choice="strong")
        _text(who[name].post(f"{at}weigh/{world.parties[name]}/", form, follow=True))
        declared = {"party": world.parties[name], "text": f"{name} owns no hall"}
        assert f"{name} owns no hall" in _text(who[name].post(f"{at}interest/", declared, follow=True))
    found = reads.appraisal(Appraisal.objects.get().id)
    page = _text(convenor.post(f"{at}answers/", _rows(found, heard=True, choice="not followed"), follow=True))
    assert "Heard, not followed, because" in page
    assert "Nothing is missing" in page
    chosen = Option.objects.get(title="Open it")
    page = _text(convenor.post(f"{at}put/", {"option": chosen.id, "reason": "It is cheap"}, follow=True))
    assert "waits for" in page
    for name in ("council", "charity"):
        page = _text(who[name].get(at))
        hash = re.search(r'name="hash" value="(\w{64})"', page)
        assert hash
        page = _text(
            who[name].post(f"{at}sign/", {"party": world.parties[name], "hash": hash[1]}, follow=True)
        )
    assert "This was decided on 2 March 2026. It is closed." in page
    assert "can still change it" not in page
    assert "Chosen" in page
    assert reads.judged(world.place)[0].baseline.shown == "41.5"
    assert "Heard, not followed, because" in _text(Client().get(statement))
    assert "Chosen" in _text(Client().get(f"/ideas/{idea.id}/"))


def test_the_matrix_is_a_table_for_spreadsheets_and_no_cell_is_a_formula(world: World) -> None:
    appraisal, _chosen = ready(world, talk(world))
    found = reads.appraisal(appraisal)
    weights = {found.considerations[0].id: (Weight.SOME, "=1+1")}
    actions.weigh(by=world.actor("convenor"), appraisal=appraisal, weights=weights, at=NOW)
    answer = Client().get(f"/appraisals/{appraisal}/matrix.csv")
    rows = list(csv.DictReader(io.StringIO(_text(answer).lstrip("\ufeff"))))
    assert len(rows) == 2 * len(found.considerations) + 1
    assert {row["body"] for row in rows} == {
        "Testing District Council", "Friends of Testing", "The convenor",
    }  # fmt: skip
    assert [row["reason"] for row in rows if row["body"] == "The convenor"] == ["'=1+1"]
    heard = [row for row in rows if row["kind"] == "heard"]
    assert heard[0]["what"] == "Open the hall"
    assert heard[0]["answer"] == "followed"


def test_all_that_was_signed_is_there_as_data(world: World) -> None:
    found = judge(world)
    told = json.loads(Client().get(f"/appraisals/{found.id}/judgements/1.json").content)
    assert found.judgement is not None
    assert told["hash"] == found.judgement.hash
    assert told["content"]["chosen"] == str(found.judgement.option)
    for path in (
        f"/appraisals/{found.id}/judgements/2.json",
        f"/appraisals/{uuid4()}/",
        f"/ideas/{uuid4()}/",
    ):
        _text(Client().get(path), 404)


def test_a_day_that_is_past_is_said_and_nothing_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    appraisal = begin(world)
    kept = all_that_is_kept()
    stop_the_clock(monkeypatch, datetime(2026, 6, 30, 22, 59, tzinfo=UTC))
    assert "That day is past" not in _text(Client().get(f"/appraisals/{appraisal}/"))
    stop_the_clock(monkeypatch, datetime(2026, 6, 30, 23, 0, tzinfo=UTC))  # midnight, summer time
    assert "That day is past" in _text(Client().get(f"/appraisals/{appraisal}/"))
    assert all_that_is_kept() == kept


def test_an_unknown_baseline_and_an_undeclared_interest_are_shown_as_such(world: World) -> None:
    page = _text(Client().get(f"/appraisals/{begin(world)}/"))
    assert "No baseline known" in page
    assert page.count("Nothing declared") == 3
    assert "Not stated yet" in page


def test_a_dissent_stands_beside_what_was_put(world: World) -> None:
    appraisal, chosen = ready(world)
    hash = put(world, appraisal, chosen)
    sign(world, appraisal, "council", hash)
    said = {"party": world.parties["charity"], "reason": "It wears our people out"}
    page = _text(signed_in(world, "charity").post(f"/appraisals/{appraisal}/dissent/", said, follow=True))
    assert "It wears our people out" in page
    assert "it is not agreed, and not decided" in page
    assert "Judgement 1: not agreed" in page


def test_an_idea_that_is_withdrawn_stays_readable_and_a_decision_too(world: World) -> None:
    said = talk(world)
    idea, appraisal = write(world, said), begin(world)
    convenor = signed_in(world, "convenor")
    assert "It stays readable" in _text(convenor.post(f"/ideas/{idea}/withdraw/", follow=True))
    assert "Withdrawn" in _text(Client().get(IDEAS))
    assert "Sundays" not in _text(Client().get(f"/statements/{said.statements[0]}/"))
    page = _text(
        convenor.post(f"/appraisals/{appraisal}/withdraw/", {"reason": "The hall was sold"}, follow=True)
    )
    assert "The hall was sold" in page
    _text(convenor.get(f"/appraisals/{appraisal}/put/"), 409)


# Bad input


def test_every_fault_of_an_option_stands_beside_its_field_at_once(world: World) -> None:
    at = f"/appraisals/{begin(world)}/options/new/"
    bad = _option_form(
        title="", once_low="-5", once_high="9" * 30, yearly_low="many", yearly_high="1.999",
        price_year="2026/29", cost_source="", ideas=["nobody"], payer="x" * 2001,
    )  # fmt: skip
    page = _refused(signed_in(world, "convenor").post(at, bad), TYPED, 'value="-5"', "9" * 30, "x" * 2001)
    for name in (
        "title", "once_low", "once_high", "yearly_low", "yearly_high", "price_year", "cost_source", "payer",
    ):  # fmt: skip
        assert f'id="id_{name}_error"' in page, name
    assert Option.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"once_low": "300"}, "once_high"),
        ({"once_low": ""}, "once_low"),
        ({"once_low": "", "once_high": "", "yearly_low": ""}, "once_low"),
        ({"cost": "nothing"}, "cost"),
        ({"cost": "not stated"}, "cost"),
        ({"cost": "gold"}, "cost"),
        ({"once_low": "NaN"}, "once_low"),
        ({"once_low": "1e9999"}, "once_low"),
        ({"once_high": "10000000000001"}, "once_high"),
        ({"price_year": "MMXXVI"}, "price_year"),
        ({"price_year": "\x00"}, "price_year"),
        ({"what": ""}, "what"),
    ],
)
def test_a_bad_option_is_refused_where_it_is_wrong(world: World, words: dict[str, Any], field: str) -> None:
    at = f"/appraisals/{begin(world)}/options/new/"
    page = _refused(signed_in(world, "charity").post(at, _option_form(**words)), "Quote")
    assert f'id="id_{field}_error"' in page
    assert Option.objects.count() == 1


def test_every_fault_of_a_decision_stands_beside_its_field_at_once(world: World) -> None:
    bad = _appraisal_form(
        world, title="", decide_by="2026-02-30", bodies=[], baseline="", dated="2026-03-03", outcome="\x00"
    )
    page = _refused(
        signed_in(world, "convenor").post("/places/testing/appraisals/new/", bad), TYPED, "Survey"
    )
    for name in ("title", "decide_by", "bodies", "baseline", "dated", "outcome"):
        assert f'id="id_{name}_error"' in page, name
    assert not Appraisal.objects.exists()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"decide_by": "2026-03-01"}, "decide_by"),
        ({"decide_by": "9999-12-31"}, "decide_by"),
        ({"bodies": ["nobody"]}, "bodies"),
        ({"baseline": "1e999"}, "baseline"),
        ({"baseline": "1.23456"}, "baseline"),
        ({"unit": ""}, "unit"),
        ({"source": ""}, "source"),
        ({"dated": "0001-01-01"}, "dated"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_a_bad_decision_is_refused_where_it_is_wrong(world: World, words: dict[str, Any], field: str) -> None:
    answer = signed_in(world, "convenor").post(
        "/places/testing/appraisals/new/", _appraisal_form(world, **words)
    )
    assert f'id="id_{field}_error"' in _refused(answer, TYPED)
    assert not Appraisal.objects.exists()


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ({"statements": "not an address\n/statements/also-not/"}, ("statements",)),
        ({"statements": str(uuid4())}, ("statements",)),
        ({"statements": "x\n" * 60}, ("statements",)),
        ({"statements": ""}, ("statements",)),
        ({"kind": "dissent"}, ("kind",)),
        ({"kind": "evidence"}, ("kind", "need", "source", "url")),
        ({"kind": "", "title": ""}, ("kind", "title")),
        ({"kind": "need", "statements": ""}, ("statements", "need", "source")),
        ({"kind": "evidence", "statements": "", "url": "javascript:alert(1)"}, ("url", "need", "source")),
        ({"author": "somebody"}, ("author",)),
        ({"text": "x" * 4001}, ("text",)),
    ],
)
def test_a_bad_idea_is_refused_where_it_is_wrong(
    world: World, words: dict[str, Any], fields: tuple[str, ...]
) -> None:
    form = _idea_form(talk(world), **words)
    if "evidence" in words.values() and "url" not in words:
        form |= {"need": "", "source": ""}
    shown = [TYPED] if "text" not in words else []
    page = _refused(signed_in(world, "convenor").post(f"{IDEAS}new/", form), *shown)
    missing = {name for name in fields if f'id="id_{name}_error"' not in page}
    assert missing <= {"need", "source", "url"} - ({"url"} if "url" in words else set()), missing
    assert not Idea.objects.exists()
    assert not Ground.objects.exists()


def test_what_was_weighed_without_a_reason_is_shown_again_with_the_rest(world: World) -> None:
    appraisal, _chosen = ready(world)
    at = f"/appraisals/{appraisal}/weigh/{world.parties['council']}/"
    council = signed_in(world, "council")
    form = {"choice-1": "decisive", "reason-1": "", "choice-2": "", "reason-2": TYPED, "choice-3": "heavy"}
    page = _refused(council.post(at, form), TYPED)
    for name in ("reason-1", "choice-2", "choice-3"):
        assert f'id="id_{name}_error"' in page
    page = _refused(council.post(at, {"choice-1": ""}))
    assert "Give at least one of them a weight" in page
    assert {w.weight.value for c in reads.appraisal(appraisal).considerations for w in c.weighed} == {
        "strong"
    }


@pytest.mark.parametrize("party", ["council", "residents", "business", "nobody"])
def test_nobody_acts_on_a_form_for_a_body_whose_mandate_they_do_not_hold(world: World, party: str) -> None:
    appraisal, chosen = ready(world)
    charity, at = signed_in(world, "charity"), f"/appraisals/{appraisal}/"
    named = world.parties.get(party, party)
    _text(charity.post(f"{at}interest/", {"party": named, "text": "t"}), 403)
    _text(charity.post(f"{at}options/{chosen}/discard/", {"party": named, "reason": "r"}), 403)
    if party != "nobody":
        assert charity.post(f"{at}weigh/{named}/", {}).status_code in (403, 409)
    hash = put(world, appraisal, chosen)
    kept = all_that_is_kept()
    assert charity.post(f"{at}sign/", {"party": named, "hash": hash}).status_code in (403, 409)
    _text(charity.post(f"{at}dissent/", {"party": named, "reason": "r"}), 403)
    assert all_that_is_kept() == kept
    assert not Interest.objects.exists()


def test_reading_changes_nothing_and_what_changes_something_is_posted(world: World) -> None:
    idea = need(world)
    appraisal, chosen = ready(world)
    put(world, appraisal, chosen)
    browsers = [signed_in(world, who) for who in ("convenor", "council", "public")]
    at, kept = f"/appraisals/{appraisal}/", all_that_is_kept()
    for browser in browsers:
        for path in (f"{at}sign/", f"{at}take-back/", f"/ideas/{idea}/withdraw/"):
            _text(browser.get(path), 405)
        for path in (at, f"{at}matrix.csv", f"{at}judgements/1.json", IDEAS, f"/ideas/{idea}/"):
            _text(browser.get(path))
            _text(browser.post(path), 405)
    assert all_that_is_kept() == kept


def test_only_what_a_person_may_do_is_offered_to_them(world: World) -> None:
    appraisal, chosen = ready(world, talk(world))
    at = f"/appraisals/{appraisal}/"

    def offered(*acts: str) -> dict[str, set[str]]:
        pages = {who: _text(signed_in(world, who).get(at)) for who in (*world.people, "public")}
        return {act: {who for who, page in pages.items() if f'"{at}{act}/' in page} for act in acts}

    weigh = {"convenor", "council", "charity"}
    assert offered("options/new", "consider", "answers", "interest", "put", "words", "withdraw") == {
        **dict.fromkeys(("options/new", "consider", "answers", "interest"), weigh),
        **{act: {"convenor"} for act in ("put", "words", "withdraw")},
    }
    put(world, appraisal, chosen)
    assert offered("sign", "dissent", "take-back", "consider", "put") == {
        **{act: {"council", "charity"} for act in ("sign", "dissent")},
        "take-back": {"convenor"},
        **{act: set() for act in ("consider", "put")},
    }


# Hostile words


def _hostile() -> tuple[World, UUID]:
    world = make_world()
    from covenant.place.models import Party, User

    said = talk(world)
    Party.objects.update(name=HOSTILE, kind=HOSTILE[:60], org_id=HOSTILE[:60])
    User.objects.update(name=HOSTILE)
    places.give_mandate(
        by=world.actor("convenor"), party=world.parties["business"], email="hostile@testing.example",
        name=HOSTILE, office=HOSTILE, given_by=HOSTILE, starts=NOW.date(), ends=date(2026, 12, 31), at=NOW,
    )  # fmt: skip
    ideas = (write(world, said), need(world, title=HOSTILE, text=HOSTILE, source=Source(HOSTILE, HOSTILE)))
    base = Baseline(None)
    appraisal = begin(world, title=HOSTILE, asks=HOSTILE, outcome=HOSTILE, baseline=base)
    names = ("title", "what", "payer", "benefits", "tradeoffs", "gains", "loses", "legal")
    cost = Cost(CostKind.NOT_KNOWN, source=HOSTILE)
    chosen = option(world, appraisal, ideas=ideas, cost=cost, **dict.fromkeys(names, HOSTILE))
    out = option(world, appraisal, **dict.fromkeys(names, HOSTILE))
    act: dict[str, Any] = {"by": world.actor("council"), "appraisal": appraisal, "at": NOW}
    party = world.parties["council"]
    actions.discard_option(option=out, party=party, reason=HOSTILE, **act)
    actions.declare_interest(party=party, text=HOSTILE, **act)
    assert chosen
    return world, appraisal


def test_hostile_words_are_shown_as_words_on_every_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    world, appraisal = _hostile()
    at, kinds = f"/appraisals/{appraisal}/", set[str]()
    ours = ("/places/testing/ideas/", "/places/testing/appraisals/", "/ideas/", "/appraisals/")
    for who in ("public", "convenor", "council", "charity"):
        browser, left, mine = signed_in(world, who), [IDEAS, at], set[str]()
        while left:
            path = left.pop().split("#")[0]
            if path in mine or not path.startswith(ours):
                continue
            mine.add(path)
            answer = browser.get(path)
            assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"
            if not answer["Content-Type"].startswith("text/html"):
                continue
            page = Page(answer.content.decode())
            assert not page.bad, f"{who} {path}: {page.bad}"
            assert ">49{" not in answer.content.decode()
            left += [urljoin(path, link) for link in page.links]
        kinds |= mine
    for path in ("", "options/new/", "consider/", "answers/", "weigh/", "interest/", "words/", "matrix.csv"):
        assert f"{at}{path}" in kinds, sorted(kinds)
    assert reads.appraisal(appraisal).state is AppraisalState.OPEN
    assert not Judgement.objects.exists()
