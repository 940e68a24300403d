"""What is around every page, whatever the page says, and how every form looks."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from covenant.place.actions import add_place
from covenant.place.types import NotAllowed, NotPossible, Tier
from covenant.record.actions import append, writing
from covenant.record.views import A_PAGE
from covenant.web.refusals import RefusalMiddleware
from tests.records import recorded

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def wexcombe() -> None:
    county = add_place(name="Aldermere", slug="aldermere", tier=Tier.COUNTY, at=NOW)
    add_place(name="Wexcombe", slug="wexcombe", tier=Tier.DISTRICT, gss="E07999999", within=county, at=NOW)


PAGES = {
    "/": 200,
    "/places/wexcombe/": 200,
    "/record/": 200,
    "/account/sign-in/": 200,
    "/nowhere/": 404,
    "/places/nowhere/": 404,
}


@pytest.fixture(params=PAGES)
def response(request: pytest.FixtureRequest, client: Client, wexcombe: None) -> HttpResponse:
    found = client.get(request.param)
    assert found.status_code == PAGES[request.param]
    return found


def test_every_page_forbids_what_it_does_not_need(response: HttpResponse) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_every_page_has_what_a_screen_reader_needs(response: HttpResponse) -> None:
    check(response.content.decode())


def check(html: str) -> None:
    page = Page(html)
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert [tag for tag, _ in page.tags].count("main") == 1
    assert page.first("html")["lang"] == "en-gb"
    assert re.search(r"<title>\s*\S.* – Covenant</title>", html)
    assert "width=device-width" in html
    assert "maximum-scale" not in html
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    body = levels[levels.index(1) :]
    assert all(deeper - level <= 1 for level, deeper in pairwise(body)), levels
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    if "skip-link" in html:
        assert page.first("a") == {"href": "#main-content", "class": "govuk-skip-link"}
        assert page.first("main")["id"] == "main-content"
    for _, attrs in page.tags:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(attrs.get(name, "").split()) <= set(ids), attrs
        for name in ("href", "src", "action"):
            assert not re.match(r"(https?:)?//", attrs.get(name, "")), attrs


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def first(self, tag: str) -> dict[str, str]:
        return next(attrs for found, attrs in self.tags if found == tag)


def test_a_page_that_is_not_there_says_what_is_not_there(client: Client) -> None:
    assert "There is no place with the address “nowhere”." in client.get("/places/nowhere/").content.decode()


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotAllowed("Only a convenor of this place can do this."), 403), (NotPossible("It has ended."), 409)],
)
def test_a_refusal_is_a_page_in_the_words_of_the_rule(
    refusal: Exception, status: int, rf: RequestFactory, django_user_model: type
) -> None:
    request = rf.post("/")
    request.user = django_user_model(email="ada@example.org", name="Ada Obi")
    page = RefusalMiddleware(lambda request: HttpResponse()).process_exception(request, refusal)
    assert page is not None
    assert page.status_code == status
    assert str(refusal) in page.content.decode()
    assert "try again" not in page.content.decode()  # they are signed in already
    check(page.content.decode())


def test_a_refusal_leads_people_who_are_not_signed_in_to_sign_in() -> None:
    page = render_to_string("refused.html", {"reason": "Only a convenor of this place can do this."})
    assert 'href="/account/sign-in/"' in page
    check(page)


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "404.html", "405.html", "500.html"])
def test_the_pages_for_faults_need_nothing(name: str) -> None:
    check(render_to_string(name))


def test_a_message_is_shown_once_to_everyone() -> None:
    said = [
        {"level_tag": constants.DEFAULT_TAGS[level], "__str__": level}
        for level in (constants.SUCCESS, constants.ERROR)
    ]
    page = render_to_string("404.html", {"messages": said})
    assert page.count("govuk-notification-banner__title") == 2
    assert page.count('role="alert"') == 1
    check(page)


def test_the_home_page_says_so_where_there_is_nothing_yet(client: Client) -> None:
    assert "There are no places here yet." in client.get("/").content.decode()


def test_the_record_is_shown_a_page_at_a_time_the_newest_first(client: Client) -> None:
    with writing():
        for number in range(102):
            append(kind="test.made", subject=str(number), body={"note": f"<b>{number}</b>"}, at=NOW)
    recorded()
    page = client.get("/record/").content.decode()
    oldest = 102 - A_PAGE
    assert page.index('id="entry-101"') < page.index(f'id="entry-{oldest}"')
    assert f'id="entry-{oldest - 1}"' not in page
    assert "&lt;b&gt;101&lt;/b&gt;" in page
    assert f'href="?before={oldest}"' in page
    older = client.get(f"/record/?before={oldest}").content.decode()
    assert f'id="entry-{oldest - 1}"' in older
    assert f'id="entry-{oldest}"' not in older
    assert "?before=" not in client.get("/record/?before=12").content.decode()
    for html in (page, older):
        check(html)
    assert client.get("/record/?before=two").status_code == 404


class Everything(forms.Form):
    title = forms.CharField(help_text="In a few words")
    text = forms.CharField(label="What matters", max_length=140, widget=forms.Textarea)
    due = forms.DateField()
    email = forms.EmailField(required=False)
    tier = forms.ChoiceField(choices=[("parish", "Parish")])
    kind = forms.ChoiceField(choices=[("need", "Need"), ("dissent", "Dissent")], widget=forms.RadioSelect)
    who = forms.MultipleChoiceField(choices=[("r", "Residents")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="I have read it")
    secret = forms.CharField(widget=forms.HiddenInput)


def page_with(form: forms.Form) -> str:
    page = render_to_string("404.html", {"form": form})
    return page.replace("</main>", f"<form>{form}</form></main>")


def fields(html: str) -> Iterator[dict[str, str]]:
    for tag, attrs in Page(html).tags:
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            yield attrs


def test_every_kind_of_field_has_its_block_and_its_label() -> None:
    html = page_with(Everything(initial={"due": date(2027, 3, 27)}))
    check(html)
    found = list(fields(html))
    labelled = {attrs["for"] for tag, attrs in Page(html).tags if tag == "label"}
    assert {attrs["id"] for attrs in found} == labelled
    blocks = {attrs["name"]: attrs["class"].split()[0] for attrs in found}
    assert blocks == {
        "title": "govuk-input",
        "text": "govuk-textarea",
        "due": "govuk-input",
        "email": "govuk-input",
        "tier": "govuk-select",
        "kind": "govuk-radios__input",
        "who": "govuk-checkboxes__input",
        "sure": "govuk-checkboxes__input",
    }
    by_name = {attrs["name"]: attrs for attrs in found}
    assert (by_name["due"]["type"], by_name["due"]["value"]) == ("date", "2027-03-27")
    assert by_name["email"]["spellcheck"] == "false"
    assert "maxlength" not in by_name["text"]
    assert by_name["text"]["aria-describedby"] == "id_text_helptext"
    assert "You can use up to 140 characters." in html
    assert html.count("(optional)") == 1
    assert html.count("<legend") == 2


def test_every_error_stands_at_its_field_and_in_the_summary_which_links_to_it() -> None:
    html = page_with(Everything({}))
    check(html)
    assert "<title>Error: " in html
    linked = re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', html)
    assert linked[0] == ("id_title", "Fill in “Title”")
    assert linked[-2:] == [("id_who_0", "Choose an answer to “Who”"), ("id_sure", "Tick “I have read it”")]
    names = ["id_title", "id_text", "id_due", "id_tier", "id_kind_0", "id_who_0", "id_sure"]
    assert [anchor for anchor, _ in linked] == names
    assert set(names) <= {attrs["id"] for attrs in fields(html)}
    title = next(attrs for attrs in fields(html) if attrs["name"] == "title")
    assert title["aria-invalid"] == "true"
    assert title["aria-describedby"] == "id_title_helptext id_title_error"
    assert "govuk-input--error" in title["class"]
    assert html.count("govuk-form-group--error") == 7


def test_an_error_of_the_whole_form_is_linked_too() -> None:
    form = Everything({})
    form.add_error(None, "The dates do not fit <each other>.")
    html = page_with(form)
    assert '<a href="#form-error-1">The dates do not fit &lt;each other&gt;.</a>' in html
    assert 'id="form-error-1"' in html
    check(html)


def test_the_style_sheet_brings_no_crown_and_no_font_of_the_government() -> None:
    sheet = Path(settings.STATICFILES_DIRS[0], "covenant.css").read_text()
    assert ".cov-statement" in sheet
    assert not re.search(r"GDS Transport|@font-face|@import|url\((?!\"?data:)", sheet)
