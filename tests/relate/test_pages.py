"""As people meet it: drafted, consented to, left and joined, decided, learnt and asked, page by page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from covenant.place.models import User
from covenant.relate import actions
from covenant.relate.models import Agreement, Answered, Change, Round, Version
from covenant.relate.types import Standing
from tests import personas
from tests.personas import NOW, World, signed_in
from tests.relate import relations
from tests.relate.relations import MATTER, RESERVED, activate, begin, found, member

pytestmark = pytest.mark.django_db
AT = "/working-agreements/alongside/"


def browser(world: World, who: str) -> Client:
    if who in world.people or who == "public":
        return signed_in(world, who)
    client = Client()
    client.force_login(User.objects.get(email=f"{who.lower()}@named.example"))
    return client


def send(client: Client, path: str, **words: Any) -> Any:
    response = client.post(path, words, follow=True)
    assert response.status_code == 200, response.content.decode()[:3000]
    return response


def hidden_hash(page: str) -> str:
    return re.search(r'name="hash" value="(\w{64})"', page)[1]  # type: ignore[index]


PERSON = {"name": "Lea", "email": "lea@named.example", "role": "lived experience", "party": ""}


def test_a_convenor_drafts_one_and_everybody_consents(world: World) -> None:
    convenor = browser(world, "convenor")
    assert "Begin a working relationship agreement" in convenor.get("/places/testing/").text
    bodies = [str(world.parties["council"]), str(world.parties["charity"])]
    begun = {"title": "Alongside", "slug": "alongside", "purpose": "As one", "client_group": "Care leavers"}
    send(convenor, "/places/testing/working-agreements/begin/", **begun, template="worked", bodies=bodies)
    agreement = Agreement.objects.get()
    assert browser(world, "public").get(AT).status_code == 404
    assert "Alongside" not in browser(world, "public").get("/places/testing/working-agreements/").text
    people = {
        "Cora": ("commissioner", bodies[0]),
        "Finn": ("frontline", bodies[1]),
        "Lea": (PERSON["role"], ""),
    }
    for name, (role, party) in people.items():
        said = {"name": name, "email": f"{name.lower()}@named.example", "role": role, "party": party}
        send(convenor, f"{AT}draft/people/", **said)
    seat = {name: str(member(agreement.id, name, world)) for name in people}
    page = convenor.get(f"{AT}draft/words/").text
    assert "Lea (Person with lived experience)" in page
    words = {
        **begun, "legal_status": "moral", "reference": "Contract 1", "value": "1000.50", "rule": "unanimous",
        "quorum": 2, "members": list(seat.values()), "matters": MATTER, "reserved": RESERVED,
        "notice_days": 30, "continuity": "The charity", "outcomes": "Fewer alone\n\nMore heard",
    }  # fmt: skip
    send(convenor, f"{AT}draft/words/", **words)
    behaviour = {"principle": "We listen", "text": "We ask first", "good": "Asked", "bad": "Told"}
    send(browser(world, "Lea"), f"{AT}draft/behaviours/", **behaviour)
    promise = {"by": seat["Finn"], "to": "clients", "what": "Answer the phone", "by_when": "2026-06-30"}
    send(browser(world, "Finn"), f"{AT}draft/promises/", **promise, evidence="The log")
    page = convenor.get(AT).text
    for each in ("We ask first", "Answer the phone", "£1,000.50", "More heard", RESERVED):
        assert each in page
    key = Version.objects.get().words["promises"][0]["key"]
    send(
        convenor, f"{AT}draft/promises/{key}/", **{**promise, "what": "Answer each call"}, evidence="The log"
    )
    send(convenor, f"{AT}draft/propose/")
    for name in people:
        client = browser(world, name)
        page = client.get(f"{AT}consent/").text
        shows = {"shows_name": "on"} if name == "Finn" else {}
        send(client, f"{AT}consent/", member=seat[name], hash=hidden_hash(page), **shows)
    for body in ("council", "charity"):
        client = browser(world, body)
        page = client.get(f"{AT}consent/").text
        assert "shows_name" not in page
        said = {"member": str(member(agreement.id, body, world)), "hash": hidden_hash(page)}
        send(client, f"{AT}consent/", **said)
    assert found(agreement.id).standing is Standing.IN_FORCE
    page = browser(world, "public").get(AT).text
    assert "Finn (Frontline worker, Friends of Testing)" in page
    assert "Cora" not in page
    assert "Lea" not in page.replace("Leave", "").replace("Leaves", "").replace("Learn", "")
    assert "Nothing here fetters the discretion of a public body" in page
    assert "Alongside" in browser(world, "public").get("/places/testing/").text


def test_what_was_typed_is_not_lost_where_it_is_refused(world: World) -> None:
    begin(world)
    convenor = browser(world, "convenor")
    response = convenor.post(f"{AT}draft/people/", {**PERSON, "name": "Lea again"})
    assert response.status_code == 400
    assert "named already" in response.text
    assert "Lea again" in response.text


def test_consent_is_given_by_post_to_what_was_shown(world: World) -> None:
    id = begin(world)
    activate(world, id, but=("Lea",))
    lea, seat = browser(world, "Lea"), str(member(id, "Lea", world))
    assert lea.get(f"{AT}consent/?member={seat}&hash={'0' * 64}").status_code == 200
    assert found(id).standing is Standing.PROPOSED
    wrong = lea.post(f"{AT}consent/", {"member": seat, "hash": "0" * 64})
    assert wrong.status_code == 400
    assert "not the words" in wrong.text
    other = lea.post(
        f"{AT}consent/", {"member": str(member(id, "Lou", world)), "hash": found(id).versions[0].hash}
    )
    assert other.status_code == 403
    assert browser(world, "business").get(f"{AT}consent/").status_code == 403


def test_a_change_shows_what_differs_and_warns(world: World) -> None:
    id = begin(world)
    activate(world, id)
    finn = browser(world, "Finn")
    send(finn, f"{AT}change/", why="The price no longer covers it")
    form = finn.get(f"{AT}draft/words/").context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}
    send(finn, f"{AT}draft/words/", **{**typed, "value": "300000", "purpose": "To work as one family"})
    page = send(finn, f"{AT}draft/propose/").text
    assert "Version 2 waits for every consent" in page
    page = browser(world, "public").get(f"{AT}versions/2/").text
    assert "The value of the contract would change." in page
    assert "no legal advice" in page
    assert re.search(r"<del>.*team.*</del>", page)
    assert "To work as one team" in browser(world, "public").get(AT).text


def test_leaving_and_coming_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    id = begin(world)
    activate(world, id)
    faye, charity = browser(world, "Faye"), str(member(id, "charity", world))
    said = {"member": str(member(id, "Faye", world)), "last_day": "2026-03-02", "carer": charity}
    send(faye, f"{AT}leave/", **said, reason="Another post")
    later = NOW + timedelta(days=1)
    personas.stop_the_clock(monkeypatch, later)
    page = browser(world, "public").get(AT).text
    assert "Waits for re-acceptance" in page
    assert "looked after by Friends of Testing" in page
    assert page.count("Does not bind today") == 2
    assert browser(world, "Faye").get(f"{AT}leave/").status_code == 403
    change = Change.objects.get()
    for who in ("council", "charity", "Cora", "Finn", "Lea", "Lou", "Ines"):
        client = browser(world, who)
        page = client.get(f"{AT}changes/{change.id}/accept/").text
        seat = str(member(id, who, world))
        send(client, f"{AT}changes/{change.id}/accept/", member=seat, hash=hidden_hash(page))
    assert found(id, later).standing is Standing.IN_FORCE
    new = {
        "name": "Nia",
        "email": "nia@named.example",
        "role": "frontline",
        "party": str(world.parties["charity"]),
    }
    send(browser(world, "Finn"), f"{AT}replace/", **new, replaces=str(member(id, "Faye", world)))
    arrival = Change.objects.get(kind="arrival")
    assert browser(world, "Nia").get(f"{AT}changes/{arrival.id}/accept/").status_code == 200
    no = {"member": str(member(id, "Nia", world)), "reason": "Not for me"}
    page = send(browser(world, "Nia"), f"{AT}changes/{arrival.id}/refuse/", **no).text
    assert "Not for me" in page


def test_the_forum_decides_and_refuses_what_is_reserved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = begin(world)
    activate(world, id)
    lea = browser(world, "Lea")
    said = {"member": str(member(id, "Lea", world)), "text": "In the library", "closes": "2026-03-05"}
    refused = lea.post(f"{AT}forum/", {**said, "matter": RESERVED})
    assert refused.status_code == 400
    assert "reserved matter" in refused.text
    assert "In the library" in refused.text
    send(lea, f"{AT}forum/", **said, matter=MATTER)
    for who in ("Lea", "Cora", "charity"):
        send(browser(world, who), f"{AT}forum/1/vote/", member=str(member(id, who, world)), yes="yes")
    assert lea.get(f"{AT}forum/1/vote/").status_code == 409
    assert browser(world, "business").get(f"{AT}forum/1/vote/").status_code == 403
    personas.stop_the_clock(monkeypatch, NOW + timedelta(days=4))
    assert "Decided" in browser(world, "public").get(f"{AT}forum/").text


def test_learning_leads_to_a_change(world: World) -> None:
    id = begin(world)
    activate(world, id)
    finn, seat = browser(world, "Finn"), str(member(id, "Finn", world))
    send(finn, f"{AT}learning/", member=seat, question="Who does not come?")
    early = finn.post(f"{AT}learning/1/", {"member": seat, "kind": "adaptation", "text": "Mornings"})
    assert early.status_code == 400
    send(finn, f"{AT}learning/1/", member=seat, kind="observation", text="Nobody in the evening")
    send(finn, f"{AT}learning/1/", member=seat, kind="adaptation", text="Mornings")
    send(finn, f"{AT}change/?cycle=1", why="Mornings")
    page = finn.get(f"{AT}learning/").text
    assert "It led to version 2" in page
    assert "led to version" not in browser(world, "public").get(f"{AT}learning/").text


def test_a_pulse_is_answered_closed_and_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    id = begin(world)
    activate(world, id)
    send(browser(world, "convenor"), f"{AT}pulse/open/", closes="2026-03-04")
    keys = [each.key for each in found(id).shown.words.behaviours]
    for who in ("Cora", "Finn", "Lea", "Lou", "Faye"):
        send(browser(world, who), f"{AT}pulse/", **dict.fromkeys(keys, "5"))
    page = browser(world, "public").get(f"{AT}pulse/").text
    assert "A round is open until" in page
    assert "The named people answer." in page
    assert "<table" not in page
    assert browser(world, "public").post(f"{AT}pulse/", dict.fromkeys(keys, "5")).status_code in (302, 403)
    personas.stop_the_clock(monkeypatch, NOW + timedelta(days=5))
    actions.close_rounds(at=NOW + timedelta(days=5))
    page = browser(world, "public").get(f"{AT}pulse/").text
    assert page.count("More see the good example") == 5
    assert "answers of 5 people lean" in page
    assert list(Answered.objects.values_list("ratings", flat=True)) == [{}] * 5
    assert Round.objects.get().published


def test_the_data_names_nobody(world: World) -> None:
    id = begin(world)
    activate(world, id)
    told = browser(world, "convenor").get(f"{AT}data.json").json()
    assert told["standing"] == "in force"
    assert len(told["members"]) == 8
    assert told["versions"][0]["words"]["promises"][1]["reciprocal_of"] == "pay"
    assert not [name for name in relations.PEOPLE if name in str(told)]


def test_one_takes_along_what_is_kept_of_oneself(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.open_round(by=relations.someone("Lea"), agreement=id, closes=NOW.date(), at=NOW)
    keys = [each.key for each in found(id).shown.words.behaviours]
    actions.rate(by=relations.someone("Lea"), agreement=id, ratings=dict.fromkeys(keys, 2), at=NOW)
    mine = str(browser(world, "Lea").get("/account/mine.json").json())
    assert "lived experience" in mine
    assert "'tell-early': 2" in mine
    assert "tell-early" not in str(browser(world, "Finn").get("/account/mine.json").json())


@pytest.mark.parametrize("path", ["", "versions/1/", "forum/", "learning/", "pulse/", "data.json"])
def test_pages_ask_the_database_a_fixed_number_of_times(
    world: World, path: str, django_assert_max_num_queries: Any
) -> None:
    id = begin(world)
    activate(world, id)
    seat = member(id, "Lea", world)
    for number in range(12):
        at = NOW + timedelta(seconds=number)
        actions.ask(by=relations.someone("Lea"), agreement=id, member=seat, question="Why?", at=at)
        actions.propose_decision(
            by=relations.someone("Lea"), agreement=id, member=seat, matter=MATTER, text="So",
            closes=NOW.date(), at=at,
        )  # fmt: skip
    client = browser(world, "Lea")
    with django_assert_max_num_queries(17):
        assert client.get(f"{AT}{path}").status_code == 200
