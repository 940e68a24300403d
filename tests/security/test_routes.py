"""Every route, by every method, as everybody, with whatever can stand in an address."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.security.answers import ask, faults
from tests.security.effort import attacks, some
from tests.security.hostile import FORM, VALUES, urlencoded, values
from tests.security.routes import METHODS, SAFE, addresses, requests, routes
from tests.test_permissions import COLUMNS, House
from tests.test_permissions import _undone as undone

pytestmark = pytest.mark.django_db


def test_there_is_an_address_for_every_route(house: House) -> None:
    found = addresses(house)
    assert len(found) > 70
    assert set(found) == {route.name for route in routes()}
    assert [name for name, paths in found.items() if not paths] == []


def test_every_route_answers_every_method_of_everybody_in_order(house: House) -> None:
    asked = [
        (method, path, who)
        for paths in addresses(house).values()
        for path in paths
        for method in METHODS
        for who in COLUMNS
    ]
    wrong = []
    # Whoever nobody knows asks for everything; of the others, a part each time.
    for method, path, who in [each for each in asked if each[2] == "public"] + some(asked, 250):
        with undone():
            answer = ask(house.browser(who), method, path)
            wrong += [f"{who}: {fault}" for fault in faults(answer)]
            if method not in (*SAFE, "POST") and answer.status not in (403, 404, 405):
                wrong.append(f"{who}: {method} {path}: {answer.status}")
            if method == "HEAD" and answer.body:
                wrong.append(f"{who}: {method} {path} has a body")
    assert "\n".join(wrong) == ""


def test_only_get_and_head_and_post_are_ever_allowed(house: House) -> None:
    told = {
        path: re.split(r",\s*", ask(house.browser("convenor"), "BREW", path).headers.get("Allow", ""))
        for paths in addresses(house).values()
        for path in paths[:1]
    }
    assert {
        path: names
        for path, names in told.items()
        if not set(names) <= {"GET", "HEAD", "POST", "OPTIONS", ""}
    } == {}


def test_what_changes_something_is_never_a_mere_look(house: House) -> None:
    """Routes that are only acted through refuse GET; none does by GET what it does by POST."""
    only_posted = {r.path for r in requests(house) if r.method == "POST"} - {
        r.path for r in requests(house) if r.method == "GET"
    }
    assert len(only_posted) > 25
    statuses = {path: ask(house.browser("administrator"), "GET", path).status for path in only_posted}
    assert {path: status for path, status in statuses.items() if status not in (405, 403, 404)} == {
        path: 200 for path in statuses if _has_a_page(path)
    }


def _has_a_page(path: str) -> bool:
    return path == "/account/code/"


def _parts(path: str) -> Iterator[tuple[str, str]]:
    """A path with one part after the other left open: what stands before it, and what after."""
    pieces = path.split("/")
    for place in range(1, len(pieces)):
        if pieces[place]:
            yield "/".join([*pieces[:place], ""]), "/".join(["", *pieces[place + 1 :]])


@attacks(70)
@given(data=st.data())
def test_whatever_stands_in_an_address_is_answered_in_order(house: House, data: st.DataObject) -> None:
    paths = [urlsplit(path).path for found in addresses(house).values() for path in found]
    parts = [part for path in sorted(paths) for part in _parts(path)]
    before, after = data.draw(st.sampled_from(parts))
    planted = data.draw(values)[:2000]
    safe = data.draw(st.sampled_from(("", "/%\\;:@&=+$,!*'()~.")))
    path = before + (quote(planted.encode("utf-8", "surrogatepass"), safe=safe) or "%20") + after
    who = data.draw(st.sampled_from(COLUMNS))
    method = data.draw(st.sampled_from(("GET", "GET", "POST")))
    with undone():
        assert faults(ask(house.browser(who), method, _plain(path), kind=FORM)) == []


def _plain(path: str) -> str:
    """Without what a browser would never send as part of a path."""
    return re.sub(r"[\x00-\x20\x7f-\U0010ffff?#]", "_", path).replace("//", "/_/")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/%ff%fe/",
            "/places/%ff/",
            "/listen/%00/",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/static/%2e%2e/settings.py",
        ),
        *(
            "/static/../../pyproject.toml",
            "/static/..%5c..%5cpyproject.toml",
            "/static/%00",
            "/static//etc/passwd",
        ),
        *(
            "/.git/config",
            "/.env",
            "/var/covenant.sqlite3",
            "/admin/",
            "/static/",
            "/media/",
            "/" + "a/" * 3000,
        ),
        *(
            "/places/" + "a" * 60_000 + "/",
            "/listen/talk/take-part/votes/" + "0" * 36 + "/",
            "/commitments/x/",
        ),
        "/covenants/agreed/versions/" + "9" * 400 + "/",
        "/innovation/tried/99999999999999999999/",
    ],
)
def test_odd_addresses_lead_to_nothing(house: House, path: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(house.browser("convenor"), method, path)
        assert answer.status in (400, 404, 405), path[:80]
        assert answer.headers["X-Content-Type-Options"] == "nosniff" or path.startswith("/static")
        assert "SQLite format" not in answer.text
        assert "[project]" not in answer.text
        assert [
            fault for fault in faults(answer) if "500" in fault or "tells" in fault or "took" in fault
        ] == []


QUERIES = (
    *("q", "order", "page", "body", "prices", "kind", "statement", "before", "next", "place", "rule"),
    *("severity", "covenant", "state", "participant", "format", "callback", "debug", "lang"),
)


@attacks(70)
@given(data=st.data())
def test_whatever_stands_in_a_query_is_answered_in_order(house: House, data: st.DataObject) -> None:
    paths = sorted({paths[0] for paths in addresses(house).values()})
    path = urlsplit(data.draw(st.sampled_from(paths))).path
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(QUERIES), values), min_size=1, max_size=4))
    query = urlencoded([(name, value[:4000]) for name, value in pairs]).decode()
    odd = data.draw(st.sampled_from(("", "", "&%", "&page=%ff%fe", "&a[b][c]=1", "&=&&&", ";q=1")))
    who = data.draw(st.sampled_from(COLUMNS))
    with undone():
        assert faults(ask(house.browser(who), "GET", f"{path}?{query}{odd}")) == []


HEADS = (
    *(
        "Accept",
        "Accept-Language",
        "Cookie",
        "Host",
        "HX-Request",
        "HX-Current-URL",
        "HX-Target",
        "If-None-Match",
    ),
    *("If-Modified-Since", "Origin", "Range", "Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host"),
    *("X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Requested-With"),
    *("Content-Encoding", "Transfer-Encoding", "Authorization", "Forwarded", "X-CSRFToken"),
)


@attacks(50)
@given(data=st.data())
def test_whatever_stands_in_a_header_is_answered_in_order(house: House, data: st.DataObject) -> None:
    paths = sorted({paths[0] for paths in addresses(house).values()})
    sent = data.draw(st.dictionaries(st.sampled_from(HEADS), values, min_size=1, max_size=3))
    headers = {name: _on_the_line(value) for name, value in sent.items()}
    browser = Client() if "Cookie" in headers else house.browser(data.draw(st.sampled_from(COLUMNS)))
    answer = ask(browser, "GET", data.draw(st.sampled_from(paths)), **headers)
    wrong = faults(answer)
    if (
        "Host" in headers and answer.status == 400
    ):  # no host of ours: nothing is rendered, and nothing is said
        wrong = [fault for fault in wrong if "500" in fault or "tells" in fault]
    assert "\n".join(wrong) == ""


def _on_the_line(value: str) -> str:
    """A header's value as a server hands it on: bytes, each as a letter, without what ends a header."""
    raw = re.sub(r"[\r\n\x00]", "", value)[:4000].encode("utf-8", "surrogatepass")
    return raw.decode("latin-1")


def test_a_host_of_somebody_elses_gets_nothing(house: House, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["covenant.example"]  # type: ignore[attr-defined]
    for head in ({"Host": "evil.example"}, {"Host": "covenant.example", "X-Forwarded-Host": "evil.example"}):
        answer = ask(Client(), "GET", "/account/sign-in/", **head)
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)
    assert ask(Client(), "GET", "/", Host="evil.example").status == 400


@pytest.mark.parametrize("method", [method for method in METHODS if method not in SAFE])
def test_nothing_is_done_without_the_sites_own_token(house: House, method: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for who in ("public", "resident", "convenor"):
        strict.cookies = house.browser(who).cookies
        for paths in addresses(house).values():
            answer = ask(strict, method, paths[0], kind=FORM)
            assert answer.status == 403, answer.asked
            assert faults(answer) == []


def test_no_form_is_taken_from_another_site(house: House) -> None:
    """Even with a valid token: the browser says from where it sends."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = house.browser("convenor").cookies
    page = ask(strict, "GET", "/listen/new/testing/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]
    for request in (each for each in requests(house) if each.method == "POST"):
        pairs = [*((n, str(v)) for n, v in request.words.items()), ("csrfmiddlewaretoken", token)]
        for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
            answer = ask(strict, "POST", request.path, urlencoded(pairs), FORM, Origin=origin)
            assert answer.status == 403, answer.asked


LEADING_AWAY = (
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *(
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        " https://evil.example",
        "//evil.example\\@testserver",
    ),
    *(
        "https://testserver@evil.example/",
        "/%0d%0aLocation:https://evil.example",
        "\t//evil.example",
        "https://testserver.evil.example",
    ),
)


@pytest.mark.parametrize("to", LEADING_AWAY)
def test_nobody_is_led_away_from_the_site(house: House, to: str) -> None:
    for path in (*(paths[0] for paths in addresses(house).values()),):
        if not path.startswith("/account/") and "evil" in path:
            continue
        words = [
            ("next", to),
            ("email", "convenor@testing.example"),
            ("code", "ABCD-EFGH"),
            ("redirect", to),
            ("url", to),
        ]
        query = urlencoded(words[:1]).decode()
        for who in ("public", "convenor"):
            if not path.startswith("/account/") and hash((path, to)) % 10:
                continue
            with undone():
                where = f"{path}{'&' if '?' in path else '?'}{query}"
                assert faults(ask(house.browser(who), "GET", where, Referer=to.strip())) == []
                assert (
                    faults(
                        ask(house.browser(who), "POST", where, urlencoded(words), FORM, Referer=to.strip())
                    )
                    == []
                )


def test_signing_in_leads_only_where_this_site_has_a_page(house: House, mailoutbox: list) -> None:
    """The whole way: ask for a code, enter it, and see where one is sent."""
    for to in LEADING_AWAY:
        with undone():
            browser = Client()
            mailoutbox.clear()
            where = f"/account/sign-in/?{urlencoded([('next', to)]).decode()}"
            ask(
                browser,
                "POST",
                where,
                urlencoded([("email", "convenor@testing.example"), ("next", to)]),
                FORM,
            )
            code = re.search(r"^ {4}(\S+)$", mailoutbox[-1].body, re.MULTILINE)[1]  # type: ignore[index]
            entered = ask(browser, "POST", "/account/code/", urlencoded([("code", code), ("next", to)]), FORM)
            assert entered.status == 302
            assert re.fullmatch(r"/(%0d%0aLocation:https://evil\.example)?", entered.headers["Location"]), to
            assert faults(entered) == []


def test_the_addresses_are_what_they_seem(house: House) -> None:
    """An address that a route makes leads back to that route."""
    for name, paths in addresses(house).items():
        for path in paths:
            found = resolve(urlsplit(path).path)
            assert found.view_name == name or name in ("account_login", "account_signup")
            assert unquote(reverse(found.view_name, kwargs=found.kwargs)) == unquote(urlsplit(path).path)


def test_the_attacks_are_what_they_claim_to_be() -> None:
    assert len(set(VALUES)) > 80
