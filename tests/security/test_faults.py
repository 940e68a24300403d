"""The pages that tell of faults are plain and tell nothing of the machine; no secret stands in our files."""

import ipaddress
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.security.answers import ROOT, Answer, ask, faults
from tests.security.hostile import FORM
from tests.server import Site

pytestmark = pytest.mark.django_db

WORDS = "Words that nobody but the machine may know"


def _bad_request() -> Answer:
    return ask(Client(), "POST", "/account/sign-in/", b"&".join(b"a%d=1" % n for n in range(3000)), FORM)


def _forbidden() -> Answer:
    return ask(Client(enforce_csrf_checks=True), "POST", "/account/sign-in/", b"email=a", FORM)


def _not_found() -> Answer:
    return ask(Client(), "GET", "/nothing/here/")


def _not_allowed() -> Answer:
    return ask(Client(), "PUT", "/record/")


def _too_large() -> Answer:
    return ask(Client(), "POST", "/account/sign-in/", b"x" * 4_000_000, FORM)


@pytest.mark.parametrize(
    ("provoke", "status"),
    [(_bad_request, 400), (_forbidden, 403), (_not_found, 404), (_not_allowed, 405), (_too_large, 413)],
)
def test_a_fault_of_the_one_who_asks_is_told_plainly(provoke: object, status: int) -> None:
    answer = provoke()  # type: ignore[operator]
    assert answer.status == status
    assert faults(answer) == []
    assert "Exception" not in answer.text
    assert _is_a_page(answer)


def _is_a_page(answer: Answer) -> bool:
    return answer.kind == "text/html" and all(
        part in answer.text for part in ("<!doctype html>", 'lang="en-gb"', "covenant.css", "<h1", "<title>")
    )


@pytest.mark.parametrize("path", ["/", "/record/", "/account/sign-in/"])
def test_a_fault_of_ours_tells_nothing(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks, the page is the same; its words are in the log of the server alone."""

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError(WORDS)

    monkeypatch.setattr("django.template.loader.select_template", broken)
    monkeypatch.setattr("covenant.web.views.listen.conversations", broken)
    monkeypatch.setattr("covenant.record.views.reads.tip", broken)
    monkeypatch.setattr("allauth.account.views.RequestLoginCodeView.get_context_data", broken)
    answer = ask(Client(), "GET", path)
    assert answer.status == 500
    assert WORDS not in answer.text
    assert "RuntimeError" not in answer.text
    assert [fault for fault in faults(answer) if "500 " not in fault] == []
    assert _is_a_page(answer)


def test_debugging_is_off_and_nothing_in_the_environment_turns_it_on() -> None:
    from django.conf import settings

    assert settings.DEBUG is False
    assert not re.search(
        r"^DEBUG = (?!False$)", (ROOT / "covenant/web/settings.py").read_text(), re.MULTILINE
    )


# ------------------------------------------------------------------------------- a real server, by its socket


RAW = {
    "a header with NUL": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\x00b\r\n\r\n",
    "a header of many lines": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n b\r\n\r\n",
    "letters of no kind": b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Type: a; charset=\xff\xfe\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "another's host": b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "an absolute address": b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": (
        b"POST /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 3\r\nContent-Length: 60\r\n\r\na=1"
    ),
    "a length and chunks": (
        b"POST /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /smuggled/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    ),
    "a length that is none": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "chunks of no size": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "another coding": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: localhost\r\nCookie: secret=1\r\n\r\n",
    "connect": b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no method": b"\r\n\r\n\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    "a method of 10,000 letters": b"A" * 10_000 + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address of 100,000 letters": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "1,000 headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 1_000 + b"\r\n",
    "a header of a megabyte": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"b" * 1_000_000 + b"\r\n\r\n",
    "a path out of the house": b"GET /static/../../pyproject.toml HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a hidden path out": b"GET /static/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path with NUL": b"GET /static/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a part of a file from beyond its end": (
        b"GET /static/covenant.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=99999999999-\r\n\r\n"
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("attacked"))
    site.run("migrate", "--verbosity", "0")
    with site.serving():
        yield site


def _talk(site: Site, said: bytes, seconds: float = 20) -> bytes:
    import socket

    heard = b""
    with socket.create_connection(("127.0.0.1", int(site.url.rsplit(":", 1)[1])), timeout=seconds) as line:
        line.settimeout(seconds)
        try:
            line.sendall(said)
            while part := line.recv(65_536):
                heard += part
        except OSError:
            pass  # it hung up on us, as it may
    return heard


@pytest.mark.parametrize("name", RAW)
def test_whatever_comes_down_the_line_is_refused_or_answered(site: Site, name: str) -> None:
    heard = _talk(site, RAW[name], seconds=1.5)
    statuses = re.findall(rb"HTTP/1\.[01] (\d{3})", heard)
    assert b"500" not in statuses, heard[:400]
    assert b"Traceback" not in heard
    assert b"[project]" not in heard
    assert b"secret=1" not in heard
    assert len(statuses) <= 1, f"one request was taken for several: {statuses}"
    if "evil" in RAW[name].decode("latin-1"):
        assert b"evil.example" not in heard
    assert b"HTTP/1.1 200" in _talk(site, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


def test_static_files_are_sent_with_what_keeps_them_what_they_are(site: Site) -> None:
    heard = _talk(
        site, b"GET /static/covenant.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).lower()
    head = heard.split(b"\r\n\r\n")[0]
    assert b"content-type: text/css" in head
    assert b"x-content-type-options: nosniff" in head


def test_the_server_does_not_tell_its_name_and_version(site: Site) -> None:
    head = (
        _talk(site, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .split(b"\r\n\r\n")[0]
        .lower()
    )
    assert not re.search(rb"\r\n(x-powered-by|server: .*\d)", head), head


# ------------------------------------------------------------------------------------------ secrets


KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bglpat-[\w-]{20}"
    r"|\bxox[abprs]-\w+|\bsk-[A-Za-z0-9]{20,}|\bAIza[\w-]{35}|PRIVATE\+KEY\+[\w.-]+\+[0-9a-f]{8}\+|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
)
GIVEN = re.compile(
    r"(?i)\b(password|passwd|secret_?key|api_?key|token)\b[\"']?\s*[:=]\s*[\"']([^\"'{}<>$\s]{12,})[\"']"
)
EMAIL = re.compile(r"\b[\w.+-]+@([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b")
FICTIONAL = re.compile(r"(.*\.)?(example|invalid|test|localhost|example\.(com|org|net|gov\.uk))$")
ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")


def _tracked() -> Iterator[tuple[str, str]]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("this is no git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        file = ROOT / name
        raw = file.read_bytes() if file.is_file() else b""
        if b"\0" not in raw and not name.endswith(("package-lock.json",)):
            yield name, raw.decode(errors="replace")


def _found_in(text: str) -> list[str]:
    found = [match[0][:40] for match in KEY.finditer(text)]
    found += [match[0] for match in GIVEN.finditer(text)]
    found += [match[0] for match in EMAIL.finditer(text.lower()) if not FICTIONAL.match(match[1])]
    found += [match[0] for match in ADDRESS.finditer(text) if _is_somebodys(match[0])]
    return found


def _is_somebodys(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def test_no_secret_key_or_personal_address_is_in_the_repository() -> None:
    wrong = [f"{name}: {found}" for name, text in _tracked() for found in _found_in(text)]
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "A" * 16,
        'SECRET_KEY = "' + "k3y" * 6 + '"',
        "jo.bloggs@" + "gmail.com",
        "8.8" + ".8.8",
    ],
)
def test_the_search_for_secrets_finds_them(text: str) -> None:
    assert _found_in(f"before {text} after") != []


def test_what_is_made_while_running_is_never_tracked() -> None:
    names = {name for name, _text in _tracked()}
    made = re.compile(r"(^|/)(var|secret_key|keys)(/|$)|\.(sqlite3|pem|key|env)$")
    assert {name for name in names if made.search(name)} == set()
    ignored = (Path(ROOT) / ".gitignore").read_text().split()
    assert any("var" in each for each in ignored)


@pytest.mark.parametrize(
    ("headers", "wrong"),
    [
        ({}, ""),
        ({"Set-Cookie a": "a=1; HttpOnly; Path=/; SameSite=Lax"}, ""),
        ({"Set-Cookie a": 'a=""; Max-Age=0; Path=/; SameSite=Lax'}, ""),
        ({"Set-Cookie a": "a=1; Path=/; SameSite=Lax"}, "lacks HttpOnly"),
        ({"Set-Cookie a": "a=1; HttpOnly; Path=/"}, "lacks SameSite=Lax"),
        ({"Set-Cookie a": "a=1; HttpOnly; Path=/; SameSite=None"}, "lacks SameSite=Lax"),
        ({"Referrer-Policy": "no-referrer"}, "Referrer-Policy is"),
        ({"Referrer-Policy": "no-referrer", "Content-Disposition": "attachment; filename=a"}, ""),
        ({"Referrer-Policy": "unsafe-url", "Content-Disposition": "attachment"}, "Referrer-Policy is"),
    ],
)
def test_a_loose_cookie_or_a_page_that_tells_nobody_where_it_is_is_a_fault(
    headers: dict[str, str], wrong: str
) -> None:
    good = dict(ask(Client(), "GET", "/record/").headers)
    found = faults(Answer("GET /record/", 200, {**good, **headers}, b"", 0, ""))
    assert len(found) == bool(wrong)
    assert wrong in "".join(found)
