"""What comes too often waits; nothing that was typed is lost, and no address is kept."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from covenant.place.models import User
from covenant.web import limits
from covenant.web.addresses import client as address_of
from covenant.web.limits import (
    CODES_FOR,
    DOWNLOADS,
    FORMS_FROM,
    SEARCHES,
    VOTES_OF,
    Counts,
)
from covenant.web.shared import Shared
from tests.personas import draft, make_world, sign_all, signed_in, talk
from tests.security.routes import routes
from tests.server import ROOT

SIGN_IN = "/account/sign-in/"


@pytest.fixture
def limited(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The limits as they are outside tests, with a table of their own."""
    settings.LIMITS, settings.HOME = 1, tmp_path
    limits.counts.cache_clear()
    yield
    limits.counts.cache_clear()


@pytest.fixture
def table(tmp_path: Path) -> Counts:
    return open_table(tmp_path / "limits")


def open_table(file: Path) -> Counts:
    return Counts(Shared(file, kind=b"test", size=Counts.size()))


def test_so_many_are_let_through_in_a_window_and_again_in_the_next(table: Counts) -> None:
    limit, start = DOWNLOADS, 1_800_000_000 // 60 * 60
    waits = [table.wait([(limit, "a")], now=start + 1) for _ in range(limit.most + 2)]
    assert waits == [0] * limit.most + [59, 59]
    assert table.wait([(limit, "b")], now=start + 1) == 0, "another is not asked to wait"
    assert table.wait([(SEARCHES, "a")], now=start + 1) == 0, "another thing is not counted with it"
    assert table.wait([(limit, "a")], now=start + 60) == 0


def test_what_is_refused_by_one_limit_spends_none_of_another(table: Counts) -> None:
    both = [(CODES_FOR, "ada"), (DOWNLOADS, "line")]
    waits = [table.wait(both, now=1_800_000_000) for _ in range(CODES_FOR.most + 50)]
    assert waits.count(0) == CODES_FOR.most
    left = [table.wait([(DOWNLOADS, "line")], now=1_800_000_000) for _ in range(DOWNLOADS.most)]
    assert left.count(0) == DOWNLOADS.most - CODES_FOR.most


def test_limits_of_a_machine_are_a_multiple_of_those_of_the_house(table: Counts) -> None:
    waits = [table.wait([(CODES_FOR, "ada")], now=1e9, times=3) for _ in range(20)]
    assert waits.count(0) == 3 * CODES_FOR.most


KNOCK = """
import sys
from pathlib import Path
from covenant.web.limits import FORMS_FROM, Counts
from covenant.web.shared import Shared
table = Counts(Shared(Path(sys.argv[1]), kind=b"test", size=Counts.size()))
print(sum(table.wait([(FORMS_FROM, "line")], now=1.8e9) == 0 for _ in range(400)))
"""


def test_a_limit_holds_across_processes(tmp_path: Path) -> None:
    """Four processes, 400 each at once: exactly as many get through as one alone would let through."""
    command = [sys.executable, "-c", KNOCK, str(tmp_path / "limits")]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "covenant.web.settings", "COVENANT_HOME": str(tmp_path)}
    four = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    through = [int(each.communicate(timeout=60)[0]) for each in four]
    assert sum(through) == FORMS_FROM.most < 4 * 400


def test_the_key_changes_daily_and_yesterdays_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "limits"
    table, day = open_table(file), 86_400
    table.wait([(VOTES_OF, "192.0.2.7")], now=20_000 * day)
    first = file.read_bytes()
    assert b"192.0.2.7" not in first
    key = first[32 + 8 : 32 + 40]
    table.wait([(VOTES_OF, "192.0.2.7")], now=20_001 * day)
    assert key not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_many_lines_do_not_get_in_each_others_way(table: Counts) -> None:
    """4,000 that ask as often as they may: hardly anybody is refused for what others did."""
    refused = sum(
        bool(table.wait([(CODES_FOR, f"line {n}")], now=1.8e9))
        for _ in range(CODES_FOR.most)
        for n in range(4_000)
    )
    assert refused < 20 == 4_000 * CODES_FOR.most // 1_000


def test_a_file_of_another_kind_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "limits"
    for content in (b"", b"x" * 10, b"\0" * (32 + Counts.size())):
        file.unlink(missing_ok=True)
        file.write_bytes(content)
        table = open_table(file)
        assert table.wait([(VOTES_OF, "a")], now=1.8e9) == 0


def test_a_count_takes_some_microseconds(table: Counts) -> None:
    asked = [(VOTES_OF, "participant"), (limits.VOTES_FROM, "192.0.2.7")]
    began = time.process_time()
    for _ in range(2_000):
        table.wait(asked, now=1.8e9, times=1e6)
    each = (time.process_time() - began) / 2_000
    assert each < 200e-6, f"{each * 1e6:.0f} µs"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "10.0.0.1"),
        ("203.0.113.9", 0, "10.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("forged, 198.51.100.1, 203.0.113.9", 2, "198.51.100.1"),
        ("203.0.113.9", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        (",", 1, "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(forwarded: str, proxies: int, address: str) -> None:
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of(meta, proxies=proxies) == address


@pytest.mark.django_db
def test_one_address_can_be_sent_five_codes_in_15_minutes(
    limited: None, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.create_user("ada@example.org", "Ada Obi")
    answers = [Client().post(SIGN_IN, {"email": "Ada@example.org "}) for _ in range(6)]
    assert [response.status_code for response in answers] == [302] * 5 + [429]
    assert len(mailoutbox) == 5
    assert int(answers[-1]["Retry-After"]) <= 15 * 60
    page = answers[-1].content.decode()
    assert "Please wait a little" in page
    assert 'name="email" value="Ada@example.org "' in page
    assert Client().post(SIGN_IN, {"email": "bob@example.org"}).status_code == 302


@pytest.mark.django_db
def test_a_statement_that_came_too_often_can_be_sent_from_the_page_that_refused_it(
    limited: None, settings: Any
) -> None:
    settings.LIMITS = 0.15  # three statements of a person in an hour
    held, browser = talk(make_world()), Client(enforce_csrf_checks=True)
    path = f"/listen/{held.slug}/take-part/suggest/"
    browser.get("/account/sign-in/")
    token = browser.cookies["csrftoken"].value
    browser.post(f"/listen/{held.slug}/take-part/start/", {"csrfmiddlewaretoken": token})
    words = 'Words "quoted" and <b>more</b>'
    for number in range(3):
        sent = browser.post(path, {"text": f"Statement {number}", "csrfmiddlewaretoken": token})
        assert sent.status_code == 302
    refused = browser.post(path, {"text": words, "csrfmiddlewaretoken": token})
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "<b>more" not in page
    again = {name: _unescaped(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
    assert again["text"] == words
    settings.LIMITS = 1  # the hour is over
    assert browser.post(path, again).status_code == 302


def _unescaped(text: str) -> str:
    import html

    return html.unescape(text)


@pytest.mark.django_db
def test_votes_are_limited_by_person_and_by_line(limited: None, settings: Any) -> None:
    settings.LIMITS = 0.025  # three votes of a person in a minute, 45 from a line
    held = talk(make_world())
    path, codes = f"/listen/{held.slug}/take-part/answer/", []
    for _ in range(3):
        browser = Client()
        browser.post(f"/listen/{held.slug}/take-part/start/")
        codes += [browser.post(path, {"value": "1"}).status_code for _ in range(4)]
    assert codes == [302, 302, 302, 429] * 3
    forged = []
    for number in range(40):
        browser = Client()
        browser.cookies["participant"] = f"forged {number}"
        forged.append(browser.post(path, {"value": "1"}).status_code)
    assert forged == [302] * 36 + [429] * 4
    other_line = Client(REMOTE_ADDR="2001:db8::1")
    assert other_line.post(path, {"value": "1"}).status_code == 302


@pytest.mark.django_db
def test_searches_and_downloads_are_limited_and_pages_are_not(limited: None) -> None:
    world = make_world()
    held, browser = talk(world), Client()
    found = [
        browser.get(f"/listen/{held.slug}/statements.csv").status_code for _ in range(DOWNLOADS.most + 1)
    ]
    assert found == [200] * DOWNLOADS.most + [429]
    found = [browser.get("/places/?q=test").status_code for _ in range(SEARCHES.most + 1)]
    assert found == [200] * SEARCHES.most + [429]
    assert browser.get("/places/").status_code == 200
    assert {browser.get("/").status_code for _ in range(150)} == {200}


@pytest.mark.django_db
def test_whatever_takes_longer_with_all_that_is_kept_is_limited(limited: None, settings: Any) -> None:
    """Everything that is handed out whole: own receipts ask the signer, the record is read to its end."""
    world = make_world()
    sign_all(world, draft(world))
    held, browser = talk(world), signed_in(world, "council")
    browser.post(f"/listen/{held.slug}/take-part/start/")
    take_part = f"/listen/{held.slug}/take-part/"
    exposure = browser.get(take_part).context["part"].exposure
    browser.post(f"{take_part}answer/", {"exposure": exposure.id, "vote": "agree"})
    settings.LIMITS = 0.1  # three downloads of a line in a minute
    for line, path in enumerate(
        (
            "/record/entries.jsonl",
            "/account/mine.json",
            "/covenants/our-covenant/versions/1/signatures.json",
            f"{take_part}mine.json",
            f"{take_part}votes/receipts.json",
        )
    ):
        found = [browser.get(path, REMOTE_ADDR=f"192.0.2.{line}").status_code for _ in range(4)]
        assert found == [200, 200, 200, 429], path


def test_every_route_that_has_a_limit_is_there() -> None:
    assert {*limits.ASKED, *limits.SENT} <= {route.name for route in routes()}


@pytest.mark.django_db
def test_nothing_is_asked_of_the_database(limited: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/nowhere/").status_code == 404
    counted = limits.counts()
    with django_assert_num_queries(0):
        counted.wait([(VOTES_OF, "a")], now=time.time())
