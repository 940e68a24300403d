"""Convenors open conversations, moderators look after them, and nobody else can."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse

from covenant.listen import actions, jobs, reads
from covenant.listen.models import Conversation
from covenant.place.types import PUBLIC, NotAllowed, NotFound, NotPossible
from covenant.record import reads as record
from tests.listen.talk import NOW, TEXTS, client, crowd, talk
from tests.personas import World, make_world
from tests.records import recorded, unsealed

pytestmark = pytest.mark.django_db
ROLES = ("public", "convenor", "moderator", "scrutineer", "analyst", "administrator", "stranger", "council")


@pytest.fixture
def world() -> World:
    return make_world()


def kinds(subject: object) -> list[str]:
    return [entry.kind for entry in record.about(subject)]


FORM = {
    "title": "Parks",
    "slug": "parks",
    "introduction": "What should our parks be?",
    "language": "en",
    "statements": "Open them at night\n\nPlant more trees\n",
    "opens": "",
    "closes": "",
}


def test_a_convenor_drafts_a_conversation_opens_it_and_closes_it(world: World) -> None:
    browser = client(world, "convenor")
    answer = browser.post("/listen/new/testing/", FORM)
    assert answer.status_code == 302
    assert answer["Location"] == "/listen/parks/moderate/"
    assert client(world, "public").get("/listen/parks/").status_code == 404
    assert "Open the conversation" in browser.get("/listen/parks/moderate/").content.decode()
    browser.post("/listen/parks/moderate/open/")
    assert client(world, "public").get("/listen/parks/").status_code == 200
    browser.post("/listen/parks/moderate/close/")
    assert "Closed" in client(world, "public").get("/listen/parks/").content.decode()
    id = Conversation.objects.get(slug="parks").id
    assert kinds(id) == ["conversation.begun", "conversation.opened", "conversation.closed"]
    assert [s.text for s in reads.statements(id)] == ["Open them at night", "Plant more trees"]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("slug", "new", "address of another page"),
        ("slug", "Ä", "valid"),
        ("statements", "One\none.", "Line 2"),
        ("statements", "x" * 281, "at most 280"),
        ("statements", "a\x07b", "control characters"),
        ("title", "", "required"),
        ("closes", "2020-01-01", "on or after"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_keeps_nothing(
    world: World, field: str, value: str, why: str
) -> None:
    sent = {**FORM, "opens": "2026-01-01" if field == "closes" else "", field: value}
    answer = client(world, "convenor").post("/listen/new/testing/", sent)
    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert not Conversation.objects.exists()


def test_two_conversations_cannot_have_one_address(world: World) -> None:
    talk(world, slug="parks")
    answer = client(world, "convenor").post("/listen/new/testing/", FORM)
    assert answer.status_code == 400
    assert "already" in answer.content.decode()


def test_a_conversation_without_statements_cannot_be_opened(world: World) -> None:
    with pytest.raises(NotPossible):
        talk(world, texts=[])
    assert not Conversation.objects.exists()
    assert not [entry for entry in recorded() if entry.kind.startswith("conversation")]


@pytest.mark.parametrize("who", ROLES)
def test_who_may_do_what_by_page_and_by_action(world: World, who: str) -> None:
    conversation = talk(world)
    participant = actions.start(conversation=conversation, at=NOW, rng=chance()).participant
    waiting = actions.add_statement(by=participant, conversation=conversation, text="Trams instead", at=NOW)
    actor, browser = world.actor(who), client(world, who)
    convenes, moderates = who == "convenor", who in ("convenor", "moderator")

    def allowed(url: str, data: dict | None = None) -> bool:
        answer = browser.get(url) if data is None else browser.post(url, data)
        refused = answer.status_code == 403 or "/account/sign-in/" in answer.get("Location", "")
        assert refused or answer.status_code in (200, 302), (url, answer.status_code)
        return not refused

    def done(act: Callable[..., object], **what: object) -> bool:
        try:
            act(by=actor, at=NOW, **what)
        except NotAllowed:
            return False
        return True

    queue, one = "/listen/buses/moderate/", f"/listen/buses/moderate/{waiting}/"
    assert allowed("/listen/new/testing/") is convenes
    assert allowed("/listen/new/testing/", FORM) is convenes
    assert allowed(queue) is moderates
    assert allowed(queue, {"text": "Seeded here"}) is moderates
    assert allowed(one) is moderates
    assert allowed(one, {"shown": "yes", "reason": ""}) is moderates
    assert allowed("/listen/buses/moderate/close/", {}) is convenes
    if not convenes:
        actions.close_conversation(by=world.actor("convenor"), conversation=conversation, at=NOW)
    assert allowed("/listen/buses/moderate/open/", {}) is convenes
    if convenes:
        actions.close_conversation(by=actor, conversation=conversation, at=NOW)
    assert done(actions.take_votes, conversation=conversation) is convenes
    assert done(actions.add_statement, conversation=conversation, text="Ferries") is moderates
    assert done(actions.moderate, statement=waiting, shown=False, reason="Off the subject") is moderates


@pytest.mark.parametrize("who", ROLES)
def test_unsuppressed_figures_are_for_an_analyst(world: World, who: str) -> None:
    conversation, actor = talk(world, texts=TEXTS[:4]), world.actor(who)
    crowd(conversation, people=4)
    jobs.run_due(NOW)
    if who == "analyst":
        figures = reads.full_figures(conversation, asked_by=actor).figures
        assert [row["seen"] for row in figures["statements"]] == [4] * 4
    else:
        with pytest.raises(NotAllowed):
            reads.full_figures(conversation, asked_by=actor)
    assert [row["seen"] for row in reads.results(conversation).figures["statements"]] == [None] * 4


def chance() -> random.Random:
    return random.Random(5)


def test_a_draft_is_not_there_for_those_who_do_not_prepare_it(world: World) -> None:
    conversation = actions.begin_conversation(
        by=world.actor("convenor"),
        place=world.place,
        title="Secret",
        slug="secret",
        introduction="",
        statements=["One"],
        at=NOW,
    )
    statement = reads.statements(conversation)[0].id
    for who in ROLES:
        sees = who in ("convenor", "moderator")
        actor, browser = world.actor(who), client(world, who)
        assert any(c.slug == "secret" for c in reads.conversations(asked_by=actor)) is sees
        for page in ("", "map/", "statements/", "statements.csv", "take-part/", "moderate/"):
            status = browser.get(f"/listen/secret/{page}").status_code
            assert status == (200 if sees else 404), (who, page)
        if not sees:
            with pytest.raises(NotFound):
                reads.statement(statement, asked_by=actor)
    with pytest.raises(NotFound):
        reads.citation(statement)
    with pytest.raises(NotPossible):
        actions.start(conversation=conversation, at=NOW, rng=chance())


def test_a_statement_of_a_participant_waits_is_shown_and_can_be_hidden_with_a_public_reason(
    world: World,
) -> None:
    conversation = talk(world)
    participant = actions.start(conversation=conversation, at=NOW, rng=chance()).participant
    id = actions.add_statement(by=participant, conversation=conversation, text="  Trams \n instead ", at=NOW)
    with pytest.raises(NotFound):
        reads.statement(id, asked_by=PUBLIC)
    browser = client(world, "moderator")
    assert "Trams instead" in browser.get("/listen/buses/moderate/").content.decode()
    browser.post(f"/listen/buses/moderate/{id}/", {"shown": "yes", "reason": ""})
    assert reads.statement(id).text == "Trams instead"
    refused = browser.post(f"/listen/buses/moderate/{id}/", {"shown": "no", "reason": "  "})
    assert refused.status_code == 400
    browser.post(f"/listen/buses/moderate/{id}/", {"shown": "no", "reason": "It repeats number 3"})
    with pytest.raises(NotFound):
        reads.statement(id)
    entries = record.about(id)
    assert [entry.kind for entry in entries] == ["statement.added", "statement.shown", "statement.hidden"]
    assert unsealed(entries[-1])["reason"] == "It repeats number 3"
    assert "Trams" not in str(entries[0].body), "what no moderator has looked at is sealed in the record"
    assert "instead" not in client(world, "public").get("/listen/buses/statements.csv").content.decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Write your statement"),
        ("   \n ", "Write your statement"),
        ("x" * 281, "at most 280"),
        ("a\u202eb", "invisible marks"),
        (TEXTS[0].upper() + ".", "already"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_in_plain_words(world: World, text: str, why: str) -> None:
    conversation = talk(world)
    participant = actions.start(conversation=conversation, at=NOW, rng=chance()).participant
    with pytest.raises(NotPossible, match=why):
        actions.add_statement(by=participant, conversation=conversation, text=text, at=NOW)
    assert len(reads.statements(conversation)) == len(TEXTS)


def test_nobody_can_flood_the_moderators(world: World) -> None:
    conversation = talk(world)
    participant = actions.start(conversation=conversation, at=NOW, rng=chance()).participant
    for number in range(10):
        actions.add_statement(by=participant, conversation=conversation, text=f"Idea {number}", at=NOW)
    with pytest.raises(NotPossible, match="10 statements waiting"):
        actions.add_statement(by=participant, conversation=conversation, text="One more", at=NOW)


def test_a_participant_of_one_conversation_is_nobody_in_another(world: World) -> None:
    here, there = talk(world), talk(world, slug="parks")
    participant = actions.start(conversation=here, at=NOW, rng=chance()).participant
    with pytest.raises(NotFound):
        actions.add_statement(by=participant, conversation=there, text="Trams", at=NOW)


def test_votes_are_taken_within_the_dates_the_last_day_included(world: World) -> None:
    conversation = talk(world, opens=date(2026, 3, 2), closes=date(2026, 3, 3))
    late_on_the_last_day = NOW + timedelta(days=1, hours=11, minutes=59)
    actions.start(conversation=conversation, at=late_on_the_last_day, rng=chance())
    for moment, why in ((NOW - timedelta(days=1), "opens on"), (NOW + timedelta(days=1, hours=12), "closed")):
        with pytest.raises(NotPossible, match=why):
            actions.start(conversation=conversation, at=moment, rng=chance())


def test_every_page_has_its_name(world: World) -> None:
    talk(world)
    for name in ("conversation", "map", "statements", "take_part", "votes", "statements_csv"):
        assert client(world, "public").get(reverse(f"listen:{name}", args=["buses"])).status_code == 200
