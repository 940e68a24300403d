"""Every form that the table of permissions knows or a crawl finds, with hostile words in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from tests.personas import all_that_is_kept
from tests.security.answers import MARK, Answer, ask, faults
from tests.security.effort import attacks, some
from tests.security.hostile import FORM, VALUES, Pairs, bodies, urlencoded
from tests.security.pages import Form, Page
from tests.security.routes import Request, addresses, requests
from tests.test_permissions import COLUMNS, SIGNING_IN, House
from tests.test_permissions import _undone as undone

pytestmark = pytest.mark.django_db

PLANTED = f"<{MARK}x {MARK}y='1'> \"{MARK}\" {MARK}{{{{7*7}}}} ={MARK}|calc & \u202e"


def _pairs(words: dict[str, object]) -> Pairs:
    return [
        (name, str(each))
        for name, value in words.items()
        for each in (value if isinstance(value, list | tuple) else [value])
    ]


def _posts(house: House) -> list[Request]:
    return [each for each in requests(house) if each.method == "POST"]


@attacks(110)
@given(data=st.data())
def test_whatever_is_sent_to_a_form_is_answered_in_order(house: House, data: st.DataObject) -> None:
    posts = _posts(house)
    request = posts[data.draw(st.integers(0, len(posts) - 1))]
    # Mostly somebody who may, so that what is sent reaches what is behind the door.
    who = data.draw(st.sampled_from((*(request.by * 6), *COLUMNS)))
    body, kind = data.draw(bodies(_pairs(request.words)))
    with undone():
        answer = ask(house.browser(who), "POST", request.path, body, kind)
        assert faults(answer) == []
        if answer.status == 302:
            assert faults(ask(house.client, "GET", answer.headers["Location"])) == []


@attacks(45)
@given(data=st.data())
def test_whoever_may_not_changes_nothing_whatever_they_send(
    house: House, before: dict[str, list[tuple]], data: st.DataObject
) -> None:
    posts = [each for each in _posts(house) if each.by and not set(COLUMNS) <= set(each.by)]
    request = posts[data.draw(st.integers(0, len(posts) - 1))]
    others = [who for who in COLUMNS if who not in request.by]
    allowed_elsewhere = {who for each in posts if each.path == request.path for who in each.by}
    others = [who for who in others if who not in allowed_elsewhere]
    if not others:
        return
    body, kind = data.draw(bodies(_pairs(request.words)))
    with undone():
        answer = ask(house.browser(data.draw(st.sampled_from(others))), "POST", request.path, body, kind)
        assert faults(answer) == []
        assert _kept() == before, answer.asked


@pytest.fixture(scope="module")
def before(house: House) -> dict[str, list[tuple]]:
    return _kept()


def _kept() -> dict[str, list[tuple]]:
    return {table: rows for table, rows in all_that_is_kept().items() if table != "listen_exposure"}


def test_every_value_is_refused_or_shown_as_the_text_that_it_is(house: House) -> None:
    """Each field of each form in turn, with one hostile value after the other."""
    tries = [
        (request, place, value)
        for request in _posts(house)
        for place in range(len(_pairs(request.words)))
        for value in VALUES
    ]
    assert len(tries) > 5_000
    wrong = []
    for request, place, value in some(tries, 110):
        pairs = _pairs(request.words)
        pairs[place] = (pairs[place][0], value)
        who = some(request.by or COLUMNS, 1)[0]
        with undone():
            wrong += faults(ask(house.browser(who), "POST", request.path, urlencoded(pairs), FORM))
    assert "\n".join(wrong) == ""


# ------------------------------------------------------------------------------------------- the crawl


@dataclass(frozen=True)
class Found:
    """A form that somebody meets somewhere."""

    who: str
    at: str
    form: Form

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        path = urlsplit(self.form.action or self.at).path
        return resolve(path).view_name, self.form.method, tuple(each.name for each in self.form.fields)


def _crawl(house: House, who: str, start: set[str]) -> Iterator[tuple[Answer, Page]]:
    """Every page to which links lead, from the first page and from every address that is known."""
    waiting, seen = sorted(start, reverse=True), set(start)
    shapes: dict[tuple[str, int], int] = {}
    while waiting:
        path = waiting.pop()
        answer = ask(house.browser(who), "GET", path)
        page = Page(answer.text if answer.kind == "text/html" else "", path)
        yield answer, page
        for link in sorted(page.links - seen):
            seen.add(link)
            shape = (resolve(urlsplit(link).path).view_name, len(urlsplit(link).query))
            shapes[shape] = shapes.get(shape, 0) + 1
            if shapes[shape] <= 3:  # of pages of one kind, a few
                waiting.append(link)


WALKERS = ("convenor", "scrutineer", "council", "resident", "public")


@pytest.fixture(scope="module")
def found(house: House) -> list[Found]:
    """Every form that anyone meets, once for each kind; each page on the way is in order."""
    known = {path for paths in addresses(house).values() for path in paths}
    forms: dict[tuple, Found] = {}
    wrong = []
    for who in WALKERS:
        for answer, page in _crawl(house, who, {"/"} if who != "convenor" else known):
            wrong += faults(answer)
            if answer.status in (400, 404, 405, 409) and answer.asked.split()[1] not in known:
                wrong.append(f"{who} follows a link to {answer.status}: {answer.asked}")
            for form in page.forms:
                each = Found(who, page.at, form)
                forms.setdefault(each.key, each)
    assert "\n".join(wrong) == ""
    return list(forms.values())


def test_the_crawl_finds_the_forms_that_the_table_knows(house: House, found: list[Found]) -> None:
    by_crawl = {each.key[0] for each in found if each.form.method == "POST"}
    by_table = {request.route for request in _posts(house)}
    assert len(by_crawl) > 35
    assert by_crawl - by_table - SIGNING_IN == set(), (
        "a form that posts where the table of permissions looks at nothing"
    )


def test_every_form_has_its_token_and_stays_on_the_site(found: list[Found]) -> None:
    wrong = [each for each in found if each.form.method not in ("GET", "POST")]
    for each in found:
        tokens = [one for one in each.form.fields if one.name == "csrfmiddlewaretoken"]
        if len(tokens) != (each.form.method == "POST"):
            wrong.append(each)
        if each.form.method == "POST" and not (each.form.action or each.at).startswith(
            ("/", "http://testserver/")
        ):
            wrong.append(each)
    assert "\n".join(wrong) == ""


def test_every_form_that_is_found_can_be_filled_in_and_sent(house: House, found: list[Found]) -> None:
    wrong = []
    for each in found:
        for words in (PLANTED, "a" * 70_000):
            wrong += _send(house, each, each.form.filled(words))
    assert "\n".join(wrong) == ""


def test_every_field_that_is_found_takes_hostile_values(house: House, found: list[Found]) -> None:
    tries = [
        (each, place, value) for each in found for place in range(len(each.form.filled())) for value in VALUES
    ]
    wrong = []
    for each, place, value in some(tries, 80):
        pairs = each.form.filled()
        pairs[place] = (pairs[place][0], value)
        wrong += _send(house, each, pairs)
    assert "\n".join(wrong) == ""


def _send(house: House, each: Found, pairs: Pairs) -> list[str]:
    path = urlsplit(each.form.action or each.at).path
    with undone():
        browser = house.browser(each.who)
        if each.form.method == "GET":
            return faults(ask(browser, "GET", f"{path}?{urlencoded(pairs).decode()[:8000]}"))
        answer = ask(browser, "POST", path, urlencoded(pairs), FORM)
        shown = [ask(browser, "GET", answer.headers["Location"])] if answer.status == 302 else []
        return [fault for one in (answer, *shown) for fault in faults(one)]


# ------------------------------------------------------------------------------- what is kept is text


WORDS = {
    *("title", "introduction", "text", "reason", "statements", "purpose", "why", "name", "kind", "measure"),
    *("outcome", "source", "office", "given_by", "org_id", "interests", "contact", "baseline", "waived"),
}


def test_what_is_kept_is_shown_to_everyone_as_the_text_that_it_is(house: House) -> None:
    """Each act of the table is done with hostile words, and then everyone looks at everything."""
    with undone():
        kept = 0
        for request in _posts(house):
            if not request.by or request.route in ("places:lay_down", "listen:close"):
                continue
            pairs = [(n, PLANTED if n in WORDS or _is_prose(v) else v) for n, v in _pairs(request.words)]
            if not any(value == PLANTED for _name, value in pairs):
                continue
            answer = ask(house.browser(request.by[0]), "POST", request.path, urlencoded(pairs), FORM)
            assert faults(answer) == []
            kept += answer.status == 302
        assert kept > 15
        shown, wrong = 0, []
        for who in ("public", "convenor"):
            for answer, _page in _crawl(
                house, who, {path for ps in addresses(house).values() for path in ps}
            ):
                shown += MARK in answer.text
                wrong += faults(answer)
        assert shown > 15
        assert "\n".join(wrong) == ""


def _is_prose(value: str) -> bool:
    return " " in value and not value[:1].isdigit()
