"""Signing in by a code sent by email: the only way in, for people who were given a role."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client

from covenant.place.models import User

SIGN_IN, CODE, SIGN_OUT = "/account/sign-in/", "/account/code/", "/account/sign-out/"
WRONG = "WRNG-CODE"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@example.org", "Ada Obi")


def ask(client: Client, email: str = "ada@example.org", after: str = "") -> HttpResponse:
    return client.post(f"{SIGN_IN}?next={after}" if after else SIGN_IN, {"email": email})


def code_in(message: EmailMessage) -> str:
    found = re.search(r"^ {4}(\S+)$", message.body, re.MULTILINE)
    assert found, message.body
    return found[1]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_with_a_role_signs_in_and_out(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    assert ask(client).headers["Location"] == CODE
    (message,) = mailoutbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "Your code to sign in to Covenant"
    assert not signed_in(client)

    entered = client.post(CODE, {"code": code_in(message).lower()})
    assert entered.headers["Location"] == "/"
    assert signed_in(client)
    page = client.get("/record/").content.decode()
    assert "Ada Obi" in page
    assert "Sign in" not in page

    assert client.get(SIGN_OUT).status_code == 405
    assert signed_in(client)
    assert client.post(SIGN_OUT).headers["Location"] == "/"
    assert not signed_in(client)


def test_the_address_may_be_typed_in_capitals(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client, "Ada@Example.ORG")
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert signed_in(client)


def test_a_wrong_code_is_refused_and_can_be_corrected(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    refused = client.post(CODE, {"code": WRONG})
    assert refused.status_code == 200
    assert "This is not the code that we sent last" in refused.content.decode()
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert signed_in(client)


def test_a_code_dies_after_three_wrong_ones(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client, after="/record/")
    tries = [client.post(f"{CODE}?next=/record/", {"code": WRONG}) for _ in range(3)]
    assert [response.status_code for response in tries] == [200, 200, 302]
    assert tries[-1].headers["Location"] == f"{SIGN_IN}?next=%2Frecord%2F"
    assert "too many tries" in client.get(SIGN_IN).content.decode()
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert not signed_in(client)


def test_a_code_works_once(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client)
    code = code_in(mailoutbox[0])
    client.post(CODE, {"code": code})
    client.post(SIGN_OUT)
    client.post(CODE, {"code": code})
    assert not signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked_for_it(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    other = Client()
    other.post(CODE, {"code": code_in(mailoutbox[0])})
    assert not signed_in(other)


def test_a_code_expires_after_15_minutes(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client, after="/record/")
    later = (datetime.now(UTC) + timedelta(minutes=15, seconds=1)).timestamp()
    with mock.patch("time.time", return_value=later):
        late = client.post(f"{CODE}?next=/record/", {"code": code_in(mailoutbox[0])})
    assert late.headers["Location"] == f"{SIGN_IN}?next=%2Frecord%2F"
    assert not signed_in(client)
    assert "can no longer be used" in client.get(SIGN_IN).content.decode()


def test_nothing_tells_whether_an_address_has_a_role(ada: User, mailoutbox: list[EmailMessage]) -> None:
    pages = []
    for email in ("ada@example.org", "bob@example.org"):
        client = Client()
        seen = [ask(client, email), client.get(CODE), *(client.post(CODE, {"code": WRONG}) for _ in range(3))]
        seen.append(client.get(SIGN_IN))
        pages.append([_comparable(response, email) for response in seen])
    assert pages[0] == pages[1]
    _, to_bob = mailoutbox
    assert to_bob.to == ["bob@example.org"]
    assert "there is no code" in to_bob.body
    assert not User.objects.filter(email="bob@example.org").exists()


def _comparable(response: HttpResponse, email: str) -> tuple[int, str | None, str]:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.headers.get("Location"), page.replace(email, "")


def test_an_unknown_address_cannot_sign_in_with_an_empty_code(client: Client) -> None:
    ask(client, "bob@example.org")
    for code in ("", "-", " - "):
        client.post(CODE, {"code": code})
    assert not signed_in(client)


def test_the_page_that_was_wanted_is_kept_through_both_steps(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    assert 'name="next" value="/record/"' in client.get(f"{SIGN_IN}?next=/record/").content.decode()
    to_code = ask(client, after="/record/").headers["Location"]
    assert to_code == f"{CODE}?next=%2Frecord%2F"
    assert 'name="next" value="/record/"' in client.get(to_code).content.decode()
    entered = client.post(CODE, {"code": code_in(mailoutbox[0]), "next": "/record/"})
    assert entered.headers["Location"] == "/record/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(
    client: Client, ada: User, mailoutbox: list[EmailMessage], elsewhere: str
) -> None:
    ask(client, after=elsewhere)
    entered = client.post(f"{CODE}?next={elsewhere}", {"code": code_in(mailoutbox[0]), "next": elsewhere})
    assert entered.headers["Location"] == "/"
    assert client.post(SIGN_OUT, {"next": elsewhere}).headers["Location"] == "/"


def test_a_new_code_can_be_asked_for(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client, after="/record/")
    assert client.get(SIGN_IN).headers["Location"] == CODE  # one step at a time
    again = client.post(SIGN_OUT, {"next": f"{SIGN_IN}?next=/record/"})
    assert again.headers["Location"] == f"{SIGN_IN}?next=/record/"
    ask(client)
    assert code_in(mailoutbox[0]) != code_in(mailoutbox[1])
    client.post(CODE, {"code": code_in(mailoutbox[1])})
    assert signed_in(client)


def test_a_closed_account_cannot_sign_in(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client)
    User.objects.update(is_active=False)  # between the two steps
    assert client.post(CODE, {"code": code_in(mailoutbox[0])}).headers["Location"] == SIGN_IN
    assert not signed_in(client)
    ask(client)
    assert "there is no code" in mailoutbox[1].body


@pytest.mark.parametrize(
    ("email", "said"), [("", "Enter your email address"), ("ada@", "in the correct format")]
)
def test_what_is_no_address_is_refused_in_plain_words(client: Client, email: str, said: str) -> None:
    page = ask(client, email).content.decode()
    assert f'<a href="#id_email">{said}' in page or f"{said}, like name@example.com</a>" in page
    assert "<title>Error: Sign in – Covenant</title>" in page
    assert 'aria-describedby="id_email_error"' in page


def test_the_code_page_without_a_code_leads_back(client: Client) -> None:
    assert client.get(CODE).headers["Location"] == SIGN_IN


def test_a_form_without_its_token_is_refused(ada: User) -> None:
    refused = Client(enforce_csrf_checks=True).post(SIGN_IN, {"email": "ada@example.org"})
    assert refused.status_code == 403
    assert "Please try again" in refused.content.decode()


@pytest.mark.parametrize(
    "path", ["/account/", "/account/login/", "/account/signup/", "/account/password/reset/"]
)
def test_there_is_no_other_way_in(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
