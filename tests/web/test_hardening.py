"""Headers, cookies, sessions and sizes: what every answer forbids, and how long somebody stays signed in."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from covenant.place.models import User
from tests.personas import make_world, signed_in, talk
from tests.server import ROOT

HOURS_12, DAYS_7 = 12 * 3600, 7 * 86_400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/static/covenant.css", "/health/", "/record/"])
def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    answer.close()
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert len(answer["X-Request-Id"]) == 12
    if path in ("/", "/nowhere/"):
        assert "object-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_nobody_keeps_a_page_that_is_somebodys_own() -> None:
    world = make_world()
    held, anyone = talk(world), Client()
    assert "no-store" not in anyone.get(f"/listen/{held.slug}/").get("Cache-Control", "")
    assert "no-store" in signed_in(world, "convenor").get("/")["Cache-Control"]
    anyone.post(f"/listen/{held.slug}/take-part/start/")
    for path in ("", "take-part/", "take-part/votes/"):
        assert "no-store" in anyone.get(f"/listen/{held.slug}/{path}")["Cache-Control"]


@pytest.mark.parametrize("length", ["x", "-1", "1e9", "9" * 30])
def test_a_length_that_is_none_is_refused(client: Client, length: str) -> None:
    assert client.generic("POST", "/", b"", CONTENT_LENGTH=length).status_code == 400


def test_too_much_at_once_is_refused_unread(client: Client) -> None:
    answer = client.generic("POST", "/account/sign-in/", b"x" * 1_000_001, content_type="text/plain")
    assert answer.status_code == 413


@pytest.mark.django_db
def test_too_many_fields_are_refused(client: Client) -> None:
    fields = {f"field{n}": "" for n in range(1_001)}
    assert client.post("/account/sign-in/", fields).status_code == 400


@pytest.fixture
def convenor(db: None) -> Client:
    return signed_in(make_world(), "convenor")


def _is_signed_in(browser: Client) -> bool:
    return browser.get("/account/devices/").status_code == 200


def _later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_who_was_away_for_twelve_hours_is_signed_out(
    convenor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _is_signed_in(convenor)
    _later(monkeypatch, HOURS_12 - 60)
    assert _is_signed_in(convenor)
    _later(monkeypatch, HOURS_12 - 60)
    assert _is_signed_in(convenor), "they were there meanwhile"
    _later(monkeypatch, HOURS_12 + 60)
    assert not _is_signed_in(convenor)


def test_after_seven_days_everybody_is_signed_out(convenor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _is_signed_in(convenor)
    seen = 0
    for _ in range(16):
        _later(monkeypatch, 11 * 3600)
        seen += _is_signed_in(convenor)
    assert seen == 7 * 24 // 11


def test_a_session_has_a_new_key_and_new_days_after_signing_in(
    client: Client, db: None, mailoutbox: list[Any]
) -> None:
    User.objects.create_user("ada@example.org", "Ada Obi")
    client.post("/account/sign-in/", {"email": "ada@example.org"})
    before = client.cookies["sessionid"].value
    code = next(line.strip() for line in mailoutbox[0].body.splitlines() if line.startswith("    "))
    client.post("/account/code/", {"code": code})
    assert client.cookies["sessionid"].value != before
    assert abs(client.session["began"] - timezone.now().timestamp()) < 60
    old = Client()
    old.cookies["sessionid"] = before
    assert not _is_signed_in(old)


def test_signing_out_everywhere_ends_every_session_and_no_one_elses(db: None) -> None:
    world = make_world()
    here, there, other = (signed_in(world, who) for who in ("convenor", "convenor", "moderator"))
    assert all(map(_is_signed_in, (here, there, other)))
    assert "Sign out on every device" in here.get("/account/devices/").content.decode()
    assert here.post("/account/devices/").status_code == 302
    assert [_is_signed_in(each) for each in (here, there, other)] == [False, False, True]
    assert _is_signed_in(signed_in(world, "convenor")), "they can sign in again"
    assert Client().post("/account/devices/").status_code == 302


HTTPS = """
import django, sys
django.setup()
from django.test import Client
from django.conf import settings
browser = Client(HTTP_HOST="covenant.example.org")
assert browser.get("/").status_code == 301
assert browser.get("/", HTTP_X_FORWARDED_PROTO="http").status_code == 301
answer = browser.get("/account/sign-in/", HTTP_X_FORWARDED_PROTO="https")
assert answer.status_code == 200, answer.status_code
assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", answer.headers
(cookie,) = answer.cookies.values()
assert cookie.key == "__Host-csrf" and cookie["secure"] and cookie["path"] == "/" and not cookie["domain"]
assert cookie["samesite"] == "Lax" and cookie["httponly"]
assert settings.SESSION_COOKIE_NAME == "__Host-session" and settings.SESSION_COOKIE_SECURE
assert browser.get("/", HTTP_HOST="other.example.org", HTTP_X_FORWARDED_PROTO="https").status_code == 400
from covenant.web.hardening import Notes
assert Notes.cookie_name == "__Host-messages"
"""


def _under_https(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "COVENANT_HOME": str(tmp_path),
        "COVENANT_HTTPS": "1",
        "COVENANT_HOSTS": "covenant.example.org",
        "DJANGO_SETTINGS_MODULE": "covenant.web.settings",
    }
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_under_https_the_cookies_are_this_hosts_alone(tmp_path: Path) -> None:
    done = _under_https(tmp_path, "-c", HTTPS)
    assert done.returncode == 0, done.stderr


def test_djangos_own_check_for_deployment_finds_nothing(tmp_path: Path) -> None:
    done = _under_https(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
