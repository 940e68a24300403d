"""The whole way through the pages, as those who walk it: raise, read, admit, consent, climb to a finding."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from covenant.concern import codes, models, rules, sealing
from covenant.concern.types import Offer, Outcome, Rung, Standing
from covenant.record.models import Entry
from covenant.scrutinise.rules import REPLY_DAYS
from tests.concern.boxes import HAPPENED, PASSPHRASE, RIGHT, Boxed, days
from tests.personas import NOW, signed_in, stop_the_clock

pytestmark = pytest.mark.django_db
OF = "/covenants/our-covenant/concerns"
CASE = "/concerns/case/"


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the first form on a page that are not the site's own token."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def raise_in(browser: Client, **words: str) -> str:
    """Raise one on the page; returns the case code."""
    page = browser.get(f"{OF}/raise/").text
    said = {**form_of(page), "safe": "on", "happened": HAPPENED, "right": RIGHT, "about": "C1", **words}
    answer = browser.post(f"{OF}/raise/", said)
    assert answer.status_code == 200, answer.text
    return re.search(r'id="case-code">([^<]+)<', answer.text)[1]  # type: ignore[index]


def test_from_raising_to_a_published_finding(boxed: Boxed, monkeypatch: pytest.MonkeyPatch) -> None:
    resident, scrutineer, council = (
        Client(),
        signed_in(boxed.world, "scrutineer"),
        signed_in(boxed.world, "council"),
    )
    code = raise_in(resident)
    id = models.Concern.objects.get().id
    desk = f"{OF}/desk/{id}"
    assert str(id)[:8] in scrutineer.get(f"{OF}/desk/").text
    assert HAPPENED not in scrutineer.get(f"{desk}/").text
    read = scrutineer.post(f"{desk}/", {"passphrase": PASSPHRASE})
    assert HAPPENED in read.text
    assert "about commitment C1" in read.text
    assert "no-store" in read["Cache-Control"]
    admitted = scrutineer.post(f"{desk}/admit/", {"parties": [boxed.world.parties["council"]], "tests": "on"})
    assert admitted.status_code == 302
    for number, rung in enumerate(Rung):
        words = f"What is said of rung {number}"
        assert scrutineer.post(f"{desk}/offer/", {"statement": words, "checked": "on"}).status_code == 302
        assert scrutineer.post(f"{desk}/climb/").status_code == 409, "nobody has consented"
        case = resident.post(CASE, {"code": code})
        assert words in case.text
        step = re.search(r'name="step" value="([^"]+)"', case.text)[1]  # type: ignore[index]
        if rung is not Rung.FINDING:
            assert words not in council.get(f"{OF}/asked/").text, "not before there is consent"
        agreed = resident.post(CASE, {"code": code, "act": "consent", "step": step})
        assert "You have consented" in agreed.text
        assert words not in council.get(f"{OF}/asked/").text, "not before the scrutineer takes it there"
        assert scrutineer.post(f"{desk}/climb/").status_code == 302
        if rung is not Rung.FINDING:
            assert words in council.get(f"{OF}/asked/").text
    finding = models.Concern.objects.get().finding
    assert finding is not None
    place = f"/covenants/our-covenant/scrutiny/findings/{finding.id}"
    assert Client().get(f"{place}/").status_code == 404, "a draft is for the parties concerned alone"
    reply = {"party": boxed.world.parties["council"], "answer": "explain", "text": "It never did."}
    assert council.post(f"{place}/reply/", reply).status_code == 302
    closing = {"outcome": Outcome.FOUND, "text": "It is published."}
    assert scrutineer.post(f"{desk}/close/", closing).status_code == 400, "nothing is signed yet"
    stop_the_clock(monkeypatch, NOW + timedelta(days=REPLY_DAYS + 1))
    scrutineer = signed_in(boxed.world, "scrutineer")  # signed out meanwhile
    signing = scrutineer.get(f"{place}/sign/").text
    assert "Sign this finding" in signing
    assert scrutineer.post(f"{place}/sign/", form_of(signing)).status_code == 302
    assert scrutineer.post(f"{desk}/close/", closing).status_code == 302
    public = Client().get(f"{OF}/").text
    assert "What is said of rung 4" in public
    assert "It never did." in Client().get(f"{place}/").text
    assert "It is closed. A finding was published" in resident.post(CASE, {"code": code}).text


def test_the_routes_stand_before_the_form_and_a_tick_is_needed(boxed: Boxed) -> None:
    browser = Client()
    page = browser.get(f"{OF}/raise/").text
    for told in (
        "999",
        "0808 800 5000",
        "Care Quality Commission",
        "Ofsted",
        "Ombudsman",
        "Charity Commission",
    ):
        assert 0 < page.index(told) < page.index('<form method="post" novalidate')
    answer = browser.post(f"{OF}/raise/", {"happened": HAPPENED, "right": RIGHT})
    assert (answer.status_code, models.Concern.objects.count()) == (400, 0)
    assert HAPPENED in answer.text, "nothing that was typed is lost"


def test_what_is_sent_twice_is_one_concern_with_one_code(boxed: Boxed) -> None:
    browser = Client()
    said = {**form_of(browser.get(f"{OF}/raise/").text), "safe": "on", "happened": HAPPENED, "right": RIGHT}
    pages = {
        re.search(r'id="case-code">([^<]+)<', browser.post(f"{OF}/raise/", said).text)[1] for _ in range(2)
    }  # type: ignore[index]
    assert (len(pages), models.Concern.objects.count(), models.Letter.objects.count()) == (1, 1, 1)
    said["token"] = "somebody’s own"
    assert browser.post(f"{OF}/raise/", said).status_code == 200
    assert models.Concern.objects.count() == 2


def test_where_nobody_can_read_it_nothing_is_taken(boxed: Boxed, monkeypatch: pytest.MonkeyPatch) -> None:
    models.Key.objects.all().delete()
    for browser in (Client(), signed_in(boxed.world, "charity")):
        assert "Nobody can take a concern now" in browser.get(f"{OF}/raise/").text
        answer = browser.post(f"{OF}/raise/", {"safe": "on", "happened": HAPPENED, "right": RIGHT})
        assert (answer.status_code, models.Concern.objects.count()) == (400, 0)
        assert HAPPENED in answer.text
        assert "Nobody can take a concern about this covenant now" in answer.text


def test_nobody_takes_one_once_the_term_is_over(boxed: Boxed, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW + timedelta(days=500))
    assert "Nobody can take a concern now" in Client().get(f"{OF}/raise/").text


def test_a_wrong_passphrase_is_told_and_changes_nothing(boxed: Boxed) -> None:
    id = boxed.id_of(boxed.raise_one())
    scrutineer = signed_in(boxed.world, "scrutineer")
    answer = scrutineer.post(f"{OF}/desk/{id}/", {"passphrase": "seven loud herons under slate"})
    assert answer.status_code == 400
    assert "This passphrase does not open the key" in answer.text
    assert "seven loud herons" not in answer.text
    assert HAPPENED not in answer.text
    assert models.Key.objects.get().looked_on is None


def test_wrong_codes_are_told_apart_and_open_nothing(boxed: Boxed) -> None:
    browser, code = Client(), raise_in(Client())
    other = "3" if code[0] == "2" else "2"
    for typed, told in (
        (other + code[1:], "mistyped"),
        (code[:-1], "seven groups"),
        ("", "Fill in"),
        ("2222-2222-2222-2222-2222-2222-23SK", "no case with this code"),
        ("é" * 28, "seven groups"),
    ):
        answer = browser.post(CASE, {"code": typed})
        assert (answer.status_code, told in answer.text) == (400, True), typed
        assert HAPPENED not in answer.text
    assert HAPPENED in browser.post(CASE, {"code": code.lower().replace("-", " ")}).text


def test_whoever_raised_it_answers_declines_and_withdraws(boxed: Boxed) -> None:
    code = boxed.admitted()
    typed, browser = {"code": codes.make(code)}, Client()
    for _ in range(2):
        assert (
            "can read it"
            in browser.post(CASE, {**typed, "act": "answer", "text": "And again on Monday"}).text
        )
    assert models.Letter.objects.count() == 2
    step = boxed.offer(code)
    browser.post(CASE, {**typed, "act": "consent", "step": step})
    assert models.Step.objects.get().statement
    browser.post(CASE, {**typed, "act": "decline", "step": step})
    assert (models.Step.objects.get().state, models.Step.objects.get().statement) == (Offer.DECLINED, "")
    assert browser.post(CASE, {**typed, "act": "consent", "step": step}).status_code == 400
    assert browser.post(CASE, {**typed, "act": "consent", "step": "é"}).status_code == 400
    assert browser.post(CASE, {**typed, "act": "withdraw"}).status_code == 400
    before = boxed.counts()
    assert "is withdrawn" in browser.post(CASE, {**typed, "act": "withdraw", "sure": "on"}).text
    assert models.Letter.objects.count() == 0
    assert not any(models.Step.objects.values_list("sealed", flat=True))
    assert boxed.counts() == before, "figures change when the scrutineer acts"
    scrutineer = signed_in(boxed.world, "scrutineer")
    id = boxed.id_of(code)
    assert "Withdrawn by whoever raised it" in scrutineer.get(f"{OF}/desk/{id}/").text
    assert scrutineer.post(f"{OF}/desk/{id}/close/", {"outcome": "put right", "text": "x"}).status_code == 400
    assert scrutineer.post(f"{OF}/desk/{id}/close/", {"outcome": "withdrawn"}).status_code == 302
    assert dict(boxed.counts().closed)[Outcome.WITHDRAWN] == 1


def test_a_refusal_names_the_test(boxed: Boxed) -> None:
    code = raise_in(Client())
    id = models.Concern.objects.get().id
    scrutineer = signed_in(boxed.world, "scrutineer")
    words = {"criterion": "no statutory route takes it", "text": "The Ombudsman takes this."}
    assert scrutineer.post(f"{OF}/desk/{id}/refuse/", words).status_code == 302
    page = Client().post(CASE, {"code": code}).text
    assert "The Ombudsman takes this." in page
    assert "that a statutory route takes" in page
    assert "The Ombudsman takes this." not in Client().get(f"{OF}/").text
    assert Client().get(f"{OF}/").text.count("Not admitted") == 1


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("Ask ada@example.org", "email address"),
        ("Ring 020 7946 0000", "telephone number"),
        (" ", "Fill in"),
        ("x" * 3001, "at most 3000"),
    ],
)
def test_words_for_others_hold_no_way_to_a_person(boxed: Boxed, statement: str, told: str) -> None:
    id = boxed.id_of(boxed.admitted())
    answer = signed_in(boxed.world, "scrutineer").post(
        f"{OF}/desk/{id}/offer/", {"statement": statement, "checked": "on"}
    )
    assert (answer.status_code, told in answer.text) == (400, True)
    assert models.Step.objects.count() == 0


def test_a_party_raises_one_in_the_open_with_its_mandate_alone(boxed: Boxed) -> None:
    said = {
        "safe": "on",
        "party": boxed.world.parties["charity"],
        "happened": "Late again",
        "right": "Pay in May",
    }
    assert signed_in(boxed.world, "business").post(f"{OF}/raise-openly/", said).status_code == 403
    assert Client().get(f"{OF}/raise-openly/").status_code == 302
    answer = signed_in(boxed.world, "charity").post(f"{OF}/raise-openly/", said)
    assert answer.status_code == 200
    page = Client().get(f"{OF}/").text
    assert "Late again" in page
    assert "Friends of Testing" in page


def test_a_key_made_elsewhere_opens_what_is_downloaded(boxed: Boxed) -> None:
    secret, scrutineer = sealing.new_secret(), signed_in(boxed.world, "scrutineer")
    refused = scrutineer.post(f"{OF}/desk/key/outside/", {"recipient": secret})
    assert (refused.status_code, "secret half" in refused.text) == (400, True)
    for typed in ("age1", "x", "age1" + "q" * 58, "ssh-ed25519 AAAA"):
        assert scrutineer.post(f"{OF}/desk/key/outside/", {"recipient": typed}).status_code == 400
    kept = scrutineer.post(f"{OF}/desk/key/outside/", {"recipient": f" {sealing.public(secret)}\n"})
    assert kept.status_code == 302
    raise_in(Client())
    letter = models.Letter.objects.get()
    page = scrutineer.get(f"{OF}/desk/{letter.concern_id}/")
    assert "Your key is not here" in page.text
    file = scrutineer.get(f"{OF}/desk/{letter.concern_id}/letters/{letter.id}.age")
    assert sealing.unseal(file.content, secret)["happened"] == HAPPENED
    assert signed_in(boxed.world, "convenor").get(file.wsgi_request.path).status_code == 403


def test_a_key_takes_a_passphrase_that_is_no_guess(boxed: Boxed) -> None:
    scrutineer = signed_in(boxed.world, "scrutineer")
    for first, again in (("short", "short"), ("a" * 40, "a" * 40), (PASSPHRASE, PASSPHRASE + "x"), ("", "")):
        answer = scrutineer.post(f"{OF}/desk/key/", {"passphrase": first, "again": again})
        assert answer.status_code == 400, first
    assert models.Key.objects.count() == 1
    assert (
        scrutineer.post(f"{OF}/desk/key/", {"passphrase": PASSPHRASE, "again": PASSPHRASE}).status_code == 302
    )
    assert models.Key.objects.count() == 2


def test_the_pages_ask_the_database_a_fixed_number_of_times(boxed: Boxed) -> None:
    def asked(path: str, browser: Client) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    scrutineer, council = signed_in(boxed.world, "scrutineer"), signed_in(boxed.world, "council")
    boxed.to(boxed.admitted(), Rung.SPONSORS)
    pages = [
        (f"{OF}/", Client()),
        (f"{OF}/desk/", scrutineer),
        (f"{OF}/asked/", council),
        (f"{OF}/raise/", Client()),
    ]
    [asked(*page) for page in pages]  # what is noted of who signed in, is
    first = [asked(*page) for page in pages]
    for number in range(6):
        boxed.to(boxed.admitted(), [Rung.PEOPLE, Rung.FORUM][number % 2])
        boxed.raise_one()
    assert [asked(*page) for page in pages] == first
    assert max(first) <= 50


def test_each_party_sees_only_what_was_put_to_it(boxed: Boxed) -> None:
    code = boxed.admitted()
    boxed.to(code, Rung.PEOPLE)
    batch = models.Step.objects.get().batch
    statement = models.Step.objects.get().statement
    seen = {
        who: statement in signed_in(boxed.world, who).get(f"{OF}/asked/").text
        for who in ("council", "charity", "business", "convenor", "scrutineer", "lapsed")
    }
    assert [who for who, sees in seen.items() if sees] == ["council", "scrutineer"]
    say = {"party": boxed.world.parties["council"], "text": "We will say so in writing."}
    assert signed_in(boxed.world, "charity").post(f"{OF}/asked/{batch}/", say).status_code == 404
    council = signed_in(boxed.world, "council")
    assert council.post(f"{OF}/asked/{batch}/", {**say, "text": "Ask a@b.example"}).status_code == 400
    assert council.post(f"{OF}/asked/{batch}/", say).status_code == 302
    assert "We will say so in writing." in str(boxed.case(code).said)
    boxed.to(code, Rung.FORUM)
    assert "hang on silence" in signed_in(boxed.world, "charity").get(f"{OF}/asked/").text
    boxed.to(code, Rung.MEDIATOR)
    assert "A mediator" in signed_in(boxed.world, "convenor").get(f"{OF}/asked/").text


def test_a_scrutineer_who_sleeps_is_seen_whatever_is_in_the_box(
    boxed: Boxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, days(rules.LOOK_DAYS))
    assert "Overdue" not in Client().get(f"{OF}/").text
    stop_the_clock(monkeypatch, days(rules.LOOK_DAYS + 1))
    assert "Overdue" in Client().get(f"{OF}/").text
    scrutineer = signed_in(boxed.world, "scrutineer")
    for _ in range(2):
        assert scrutineer.post(f"{OF}/desk/looked/").status_code == 302
    assert "Overdue" not in Client().get(f"{OF}/").text
    assert Entry.objects.filter(kind="concern.box_looked_into").count() == 1


def test_nobody_but_the_scrutineer_opens_the_desk(boxed: Boxed) -> None:
    id = boxed.id_of(boxed.raise_one())
    for who in ("convenor", "administrator", "council", "charity", "moderator", "analyst"):
        browser = signed_in(boxed.world, who)
        assert browser.get(f"{OF}/desk/").status_code == 403, who
        assert browser.post(f"{OF}/desk/{id}/", {"passphrase": PASSPHRASE}).status_code == 403, who
        assert browser.post(f"{OF}/desk/{id}/admit/").status_code == 403, who
    assert Client().get(f"{OF}/desk/").status_code == 302
    assert models.Concern.objects.get().standing == Standing.RECEIVED
