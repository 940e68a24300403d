"""The logs hold nothing of who asked or what they typed, whatever is asked and whatever goes wrong."""

import http.client
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.views.debug import get_exception_reporter_class

from covenant.listen.views import reading
from covenant.place.models import User
from covenant.web.logs import NothingPrivate, Plain, scrubbed
from tests.personas import World, make_world, talk
from tests.server import Site

EMAIL, WORDS, SECRET = "zebedee.quill@private.example", "my neighbour Mr Pettigrew drinks", "s3cr3t-planted-1"
ADDRESS, AGENT, V6 = "203.0.113.77", "PlantedBrowser/9", "2001:db8:77::77"
LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO covenant\.access: [A-Z]+ [\w:]+ \d{3} \d+\.\d ms [0-9a-f]{12}"
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What all loggers write, as the product's handler would."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Plain())
    loggers = [
        logging.getLogger(name) for name in ("", "django", "django.request", "django.security", "covenant")
    ]
    access = logging.getLogger("covenant.access")
    access.setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)
    access.setLevel(logging.WARNING)


@pytest.mark.django_db
def test_whatever_is_done_nothing_planted_is_in_the_log(
    written: io.StringIO, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    held = talk(world)
    browser = Client(
        raise_request_exception=False, REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT, HTTP_X_FORWARDED_FOR=V6
    )
    planted = {EMAIL, WORDS, SECRET, ADDRESS, AGENT, V6, "Zebedee", held.slug, str(held.id)}
    planted |= _sign_in(browser, mailoutbox) | _take_part(browser, held.slug)
    _send_what_is_hostile(browser)
    _fail(browser, world, held.slug, monkeypatch)
    log = written.getvalue()
    assert log.count(" INFO covenant.access: ") > 20
    assert "GET listen:conversation 500" in log
    assert {word for word in planted if word and word in log} == set()
    for line in log.splitlines():
        assert "covenant.access" not in line or LINE.fullmatch(line), line


def _sign_in(browser: Client, mailoutbox: list[EmailMessage]) -> set[str]:
    User.objects.create_user(EMAIL, "Zebedee Quill")
    browser.post("/account/sign-in/", {"email": "not-an-address-" + SECRET})
    browser.post(f"/account/sign-in/?next=/{SECRET}/", {"email": EMAIL})
    found = re.search(r"^ {4}(\S+)$", mailoutbox[-1].body, re.MULTILINE)
    assert found
    browser.post("/account/code/", {"code": "WRNG-CODE"})
    browser.post("/account/code/", {"code": found[1]})
    browser.get("/account/devices/")
    return {found[1], "WRNG-CODE", *(cookie.value for cookie in browser.cookies.values())}


def _take_part(browser: Client, slug: str) -> set[str]:
    browser.post(f"/listen/{slug}/take-part/start/")
    browser.get(f"/listen/{slug}/take-part/")
    browser.post(f"/listen/{slug}/take-part/answer/", {"exposure": SECRET, "value": WORDS})
    browser.post(f"/listen/{slug}/take-part/suggest/", {"text": WORDS})
    browser.get(f"/places/?q={SECRET}")
    return {cookie.value for cookie in browser.cookies.values()}


def _send_what_is_hostile(browser: Client) -> None:
    browser.get("/", HTTP_HOST=f"{SECRET}.example")
    browser.get(f"/{SECRET}\r\nforged line: {EMAIL}")
    browser.get(f"/places/{SECRET}/")
    browser.get("/record/", {"before": SECRET})
    browser.generic(SECRET.upper(), "/")
    browser.post("/account/sign-in/", {f"field {n} {SECRET}": "x" for n in range(1_001)})
    browser.generic("POST", "/account/sign-in/", WORDS * 50_000, content_type="text/plain")
    browser.generic(
        "POST", "/account/sign-in/", WORDS, content_type="multipart/form-data; boundary=" + SECRET
    )
    Client(enforce_csrf_checks=True).post(f"/account/sign-in/?{SECRET}", {"email": EMAIL})
    browser.cookies["sessionid"] = SECRET
    browser.get("/", HTTP_COOKIE=f"sessionid={SECRET}; csrftoken={SECRET}", HTTP_REFERER=f"http://x/{SECRET}")


def _fail(browser: Client, world: World, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(slug: str, *, asked_by: Any) -> None:
        typed = f"{WORDS} {SECRET}"
        try:
            raise IntegrityError(f"duplicate key: (email)=({EMAIL}) {typed}")
        except IntegrityError as fault:
            fault.add_note(SECRET)
            raise RuntimeError(f"while handling {typed}") from fault

    monkeypatch.setattr(reading.reads, "conversation", broken)
    for path in (f"/listen/{slug}/", f"/listen/{slug}/?{SECRET}"):
        answer = browser.get(path)
        assert answer.status_code == 500
        assert SECRET not in answer.content.decode()


def test_a_fault_tells_where_in_the_code_and_of_what_kind(written: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("covenant.jobs").exception("work failed")
    log = written.getvalue()
    assert "ERROR covenant.jobs: work failed" in log
    assert "builtins.ValueError" in log
    assert re.search(r"test_logs\.py:\d+ in test_a_fault_tells", log)
    assert SECRET not in log


def test_others_lines_are_scrubbed_and_stay_one_line(written: io.StringIO) -> None:
    logging.getLogger("library").warning("sent to %s from %s\nforged: %s", EMAIL, ADDRESS, "x" * 40)
    assert written.getvalue().count("\n") == 1
    assert "[address]" in written.getvalue()
    assert "x" * 40 not in written.getvalue()


@pytest.mark.parametrize(
    "private",
    [EMAIL, ADDRESS, V6, "fe80::1", "01a210e2-73d4-7334-b7e6-b20814f1ba4d", "AB2D-EFGH", "A" * 30, "::1"],
)
def test_what_looks_private_is_taken_out(private: str) -> None:
    assert private not in scrubbed(f"before {private} after")
    assert scrubbed("12:30:05 took 1.5 s, 3 of 4") == "12:30:05 took 1.5 s, 3 of 4"


def test_a_report_of_a_fault_holds_no_values(rf: RequestFactory, settings: Any) -> None:
    request = rf.post("/", {"email": EMAIL}, HTTP_COOKIE=f"sessionid={SECRET}")
    assert get_exception_reporter_class(request) is NothingPrivate
    typed = SECRET
    try:
        raise ValueError(typed)
    except ValueError as fault:
        reporter = NothingPrivate(request, type(fault), fault, fault.__traceback__)
    for report in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert "ValueError" in report
        assert not [word for word in (SECRET, EMAIL, settings.SECRET_KEY) if word in report]


def test_a_real_server_writes_nothing_private_down(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.env |= {"COVENANT_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    site.run("migrate", "--verbosity", "0")
    with site.serving() as url:
        for path, headers in (
            (f"/{SECRET}", {}),
            ("/", {"Host": f"{SECRET}.example"}),
            ("/", {"Cookie": f"sessionid={SECRET}", "User-Agent": AGENT, "X-Forwarded-For": ADDRESS}),
            (f"/places/?q={SECRET}%0d%0aforged", {"Referer": f"http://{SECRET}/"}),
        ):
            line = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
            line.request("GET", path, headers=headers)
            line.getresponse().read()
            line.close()
    log = site.log.read_text()
    assert log.count("covenant.access") >= 4
    assert [word for word in (SECRET, AGENT, ADDRESS, "forged") if word in log] == []
