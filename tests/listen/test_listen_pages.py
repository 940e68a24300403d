"""What people meet: reading, voting without an account, one's own votes, the data."""

import csv
import io
import json
import random
import re

import pytest
from django.core.signing import TimestampSigner
from django.test import Client

from covenant.listen import actions, jobs, reads
from covenant.listen.models import Conversation, Exposure, Participant, Statement, Vote
from tests.listen.talk import NOW, TEXTS, client, crowd, talk
from tests.personas import World, make_world
from tests.records import record_size

pytestmark = pytest.mark.django_db
URL = "/listen/buses/"
PART = URL + "take-part/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def counted(world: World) -> World:
    """An open conversation of 24 people, with results."""
    crowd(talk(world), people=24)
    jobs.run_due(NOW)
    return world


def page(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def shown(browser: Client) -> tuple[str, str]:
    """The exposure and the words of the statement that stands before somebody."""
    text = page(browser, PART)
    return (
        re.search(r'name="exposure" value="([^"]+)"', text)[1],
        re.search(r'cov-statement"[^>]*><p>([^<]+)<', text)[1],
    )


def test_a_person_takes_part_from_the_first_statement_to_the_last_without_an_account(world: World) -> None:
    conversation = talk(world)
    browser = Client()
    assert "Take part" in page(browser, URL)
    assert "Start" in page(browser, PART)
    browser.post(PART + "start/")
    seen = []
    for number, vote in enumerate(("agree", "disagree", "pass", "agree", "agree", "pass")):
        assert f"You have answered {number} of {len(TEXTS)}" in page(browser, PART)
        exposure, text = shown(browser)
        seen.append(text)
        answer = browser.post(PART + "answer/", {"exposure": exposure, "vote": vote})
        assert (answer.status_code, answer["Location"]) == (302, PART)
    assert sorted(seen) == sorted(TEXTS)
    assert f"You have answered all {len(TEXTS)} statements" in page(browser, PART)
    values = {vote.text: int(vote.value) for vote in reads.own_votes(Participant.objects.get().id)}
    assert [values[text] for text in seen] == [1, -1, 0, 1, 1, 0]
    assert "Carry on taking part" in page(browser, URL)
    actions.add_statement(
        by=world.actor("convenor"), conversation=conversation, text="Ferries instead", at=NOW
    )
    assert "There is more to answer" in page(browser, PART)
    browser.post(PART + "next/")
    assert shown(browser)[1] == "Ferries instead"


def test_looking_at_pages_writes_nothing(counted: World) -> None:
    browser = Client()
    browser.post(PART + "start/")

    def everything() -> list:
        rows = [
            model.objects.order_by("pk").values() for model in (Conversation, Participant, Exposure, Vote)
        ]
        return [list(each) for each in rows] + [record_size()]

    before = everything()
    for url in (
        "/listen/",
        URL,
        URL + "map/",
        URL + "statements/?order=divided&page=9",
        PART,
        PART + "votes/",
        PART + "suggest/",
        URL + "results.json",
        URL + "statements.csv",
    ):
        page(browser, url)
    for url in (PART + "start/", PART + "answer/", PART + "next/"):
        page(browser, url, 405)
    assert everything() == before


def test_the_cookie_is_of_one_conversation_and_holds_a_random_id_alone(world: World) -> None:
    talk(world)
    browser = Client()
    cookie = browser.post(PART + "start/").cookies["participant"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (URL, True, "Lax")
    assert cookie.value.split(":")[0] == str(Participant.objects.get().id)
    assert browser.post(PART + "start/").cookies.get("participant") is None, "joining twice changes nothing"
    assert Participant.objects.count() == 1


def test_a_cookie_that_was_tampered_with_is_nobody(world: World) -> None:
    talk(world)
    talk(world, slug="parks")
    browser = Client()
    browser.post(PART + "start/")
    signed = browser.cookies["participant"].value
    theirs = actions.start(
        conversation=Conversation.objects.get(slug="buses").id, at=NOW, rng=random.Random(1)
    )
    exposure, _ = shown(browser)
    for forged in (
        str(theirs.participant),
        signed.replace(signed[:8], "0" * 8),
        signed[:-1],
        TimestampSigner(salt="other").sign(str(theirs.participant)),
        "",
    ):
        thief = Client()
        thief.cookies["participant"] = forged
        assert "Start" in page(thief, PART)
        assert "no answers" in page(thief, PART + "votes/")
        thief.post(PART + "answer/", {"exposure": exposure, "vote": "agree"})
    elsewhere = Client()
    elsewhere.cookies["participant"] = signed
    assert "Start" in page(elsewhere, "/listen/parks/take-part/")
    assert not Vote.objects.exists()


def test_nobody_sees_the_votes_of_another_not_even_the_convenor(world: World) -> None:
    talk(world)
    browser = Client()
    browser.post(PART + "start/")
    exposure, text = shown(browser)
    browser.post(PART + "answer/", {"exposure": exposure, "vote": "disagree"})
    assert text in page(browser, PART + "votes/")
    me = str(Participant.objects.get().id)
    jobs.run_due(NOW)
    for who in ("public", "convenor", "moderator", "scrutineer", "analyst", "administrator"):
        other = client(world, who)
        assert "no answers" in page(other, PART + "votes/")
        for url in (
            URL,
            URL + "map/",
            URL + "statements/",
            URL + "results.json",
            URL + "statements.csv",
            "/record/",
        ):
            assert me not in page(other, url)
        if who in ("convenor", "moderator"):
            assert me not in page(other, URL + "moderate/")


def test_somebody_changes_their_mind(world: World) -> None:
    talk(world)
    browser = Client()
    browser.post(PART + "start/")
    exposure, _ = shown(browser)
    browser.post(PART + "answer/", {"exposure": exposure, "vote": "agree"})
    statement = Vote.objects.get().statement_id
    answer = browser.post(f"{PART}votes/{statement}/", {"vote": "disagree"}, follow=True)
    assert "Your answer is changed" in answer.content.decode()
    assert sorted(Vote.objects.values_list("value", "current")) == [(-1, True), (1, False)]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"vote": "agree"},
        {"vote": "perhaps"},
        {"vote": "agree", "exposure": "1"},
        {"vote": "agree", "exposure": "01890000-0000-7000-8000-000000000000"},
    ],
)
def test_a_form_that_is_not_ours_is_answered_clearly_and_counts_nothing(world: World, sent: dict) -> None:
    talk(world)
    browser = Client()
    browser.post(PART + "start/")
    exposure, _ = shown(browser)
    data = {"exposure": exposure, **sent} if sent.get("vote") == "perhaps" else sent
    answer = browser.post(PART + "answer/", data, follow=True)
    assert answer.status_code == 200
    assert "govuk-notification-banner" in answer.content.decode()
    assert shown(browser)[0] == exposure, "what stood before them still does"
    assert not Vote.objects.exists()


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    talk(world)
    assert Client(enforce_csrf_checks=True).post(PART + "start/").status_code == 403
    assert not Participant.objects.exists()


def test_a_closed_conversation_says_so_and_keeps_what_was_said(world: World) -> None:
    conversation = talk(world)
    browser = Client()
    browser.post(PART + "start/")
    exposure, _ = shown(browser)
    actions.close_conversation(by=world.actor("convenor"), conversation=conversation, at=NOW)
    answer = browser.post(PART + "answer/", {"exposure": exposure, "vote": "agree"}, follow=True)
    assert "This conversation is closed" in answer.content.decode()
    Client().post(PART + "start/")
    assert (Vote.objects.count(), Participant.objects.count()) == (0, 1)


def test_a_statement_hidden_meanwhile_is_told_and_the_next_one_comes(world: World) -> None:
    talk(world)
    browser = Client()
    browser.post(PART + "start/")
    exposure, text = shown(browser)
    statement = Statement.objects.get(text=text)
    actions.moderate(by=world.actor("moderator"), statement=statement.id, shown=False, reason="Spam", at=NOW)
    gone = page(browser, PART)
    assert "That statement is gone" in gone
    assert text not in gone
    answer = browser.post(PART + "answer/", {"exposure": exposure, "vote": "agree"}, follow=True)
    assert "was not counted" in answer.content.decode()
    assert shown(browser)[1] != text


def test_somebody_says_what_is_missing_and_a_moderator_looks_first(world: World) -> None:
    talk(world)
    browser = Client()
    assert browser.get(PART + "suggest/").status_code == 302, "after starting"
    browser.post(PART + "start/")
    refused = browser.post(PART + "suggest/", {"text": TEXTS[0]})
    assert (refused.status_code, "already" in refused.content.decode()) == (400, True)
    answer = browser.post(PART + "suggest/", {"text": "<b>Ferries</b> & more"}, follow=True)
    assert "A moderator looks at it" in answer.content.decode()
    assert "Ferries" not in page(browser, URL + "statements/")
    queue = page(client(world, "moderator"), URL + "moderate/")
    assert "&lt;b&gt;Ferries&lt;/b&gt; &amp; more" in queue
    assert "<b>Ferries" not in queue


def test_the_page_says_of_whom_it_speaks_and_what_people_share(counted: World) -> None:
    text = page(Client(), URL)
    assert "24 people" in text
    assert "no estimate of all residents" in text
    assert "Common ground" in text
    assert "100% agreed" in text
    assert "What divides" in text
    first = Statement.objects.get(number=1)
    assert f"/statements/{first.id}/" in text
    told = page(Client(), URL + "map/")
    assert "Groups are a story, not a truth" in told
    assert "<svg" in told
    assert "Group A" in told
    assert not re.search(r"<(script(?! src)|style)|\sstyle=|\son[a-z]+=", told + text)


def test_results_are_served_byte_for_byte(counted: World) -> None:
    answer = Client().get(URL + "results.json")
    conversation = Conversation.objects.get()
    assert answer.content.decode() == reads.published(conversation.id)
    assert json.loads(answer.content)["public"] is True


def test_a_spreadsheet_gets_counts_and_no_formulas(world: World) -> None:
    wicked = ["=1+1", "+44 for all", "-1 is enough", "@home, help", 'Quotes " and, commas']
    talk(world, texts=wicked)
    text = page(Client(), URL + "statements.csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["statement"] for row in rows] == [
        "'=1+1",
        "'+44 for all",
        "'-1 is enough",
        "'@home, help",
        'Quotes " and, commas',
    ]
    assert all(row["seen"] == "" for row in rows)


def test_the_pages_of_a_conversation_before_its_first_vote(world: World) -> None:
    talk(world)
    assert "no results yet" in page(Client(), URL)
    assert "no results yet" in page(Client(), URL + "map/")
    page(Client(), URL + "results.json", 404)
    page(Client(), "/listen/nowhere/", 404)


def test_a_page_takes_a_fixed_number_of_queries(counted: World, django_assert_max_num_queries) -> None:
    browser = Client()
    for url, most in (
        ("/listen/", 1),
        (URL, 3),
        (URL + "map/", 3),
        (URL + "statements/", 3),
        (URL + "results.json", 2),
        (PART, 1),
    ):
        with django_assert_max_num_queries(most):
            browser.get(url)
    browser.post(PART + "start/")
    with django_assert_max_num_queries(5):
        browser.get(PART)
    with django_assert_max_num_queries(6):
        browser.get(PART + "votes/")
