"""What machines ask: whether the server is well, what it counts, whom to tell of a weakness."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from covenant.record.actions import append, writing
from covenant.web import health, metrics
from tests.personas import make_world, talk

pytestmark = pytest.mark.django_db
TOKEN = {"HTTP_AUTHORIZATION": "Bearer a-long-token"}


@pytest.fixture
def counted(settings: Any, tmp_path: Path) -> Any:
    settings.METRICS_TOKEN, settings.HOME = "a-long-token", tmp_path
    metrics.requests.cache_clear()
    yield
    metrics.requests.cache_clear()


def _append(seconds_ago: int) -> None:
    with writing():
        append(kind="test.made", subject="x", body={}, at=timezone.now() - timedelta(seconds=seconds_ago))


def test_a_server_that_is_well_says_so_and_nothing_else(client: Client) -> None:
    _append(5)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_a_record_that_lags_behind_what_is_published_is_named(client: Client) -> None:
    _append(61)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["record"]})


def test_a_database_that_fails_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DatabaseError("secret words of the database")

    monkeypatch.setattr(health.record, "waiting", broken)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["database"]})


def test_health_asks_the_database_twice(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        client.get("/health/")


def test_there_are_no_metrics_without_a_token_set(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "a-long-token", "Bearer a-long-tokem", "Bearer é"]
)
def test_metrics_need_the_token(counted: None, client: Client, shown: str) -> None:
    answer = client.get("/metrics", HTTP_AUTHORIZATION=shown)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"covenant_" not in answer.content


def test_metrics_count_requests_by_name_and_tell_how_the_record_stands(counted: None, client: Client) -> None:
    held = talk(make_world())
    for path in (f"/listen/{held.slug}/", f"/listen/{held.slug}/", "/listen/nowhere/", "/nowhere/"):
        client.get(path)
    answer = client.get("/metrics", **TOKEN)
    page = answer.content.decode()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    told = dict(re.findall(r"^(\S+) (\S+)$", page, re.MULTILINE))
    assert told['covenant_requests_total{route="listen:conversation",status="200"}'] == "2"
    assert told['covenant_requests_total{route="listen:conversation",status="404"}'] == "1"
    assert told['covenant_requests_total{route="none",status="404"}'] == "1"
    assert told["covenant_votes"] == "36"
    assert int(told["covenant_record_entries_unsigned"]) > 36
    assert told["covenant_request_duration_seconds_count"] == "4"
    assert held.slug not in page


def test_every_line_of_metrics_is_as_prometheus_reads_it(counted: None, client: Client) -> None:
    client.get("/")
    metrics.work_failed()
    name, value = r"covenant_[a-z_]+(\{[a-z]+=\"[^\"\\]*\"(,[a-z]+=\"[^\"\\]*\")*\})?", r"[0-9.e+-]+"
    line = re.compile(rf"# (HELP|TYPE) covenant_[a-z_]+ .+|{name} {value}")
    page = client.get("/metrics", **TOKEN).content.decode()
    assert [text for text in page.splitlines() if not line.fullmatch(text)] == []
    assert "covenant_work_failures_total 1" in page
    kinds = re.findall(r"^# TYPE (\S+)", page, re.MULTILINE)
    assert len(kinds) == len(set(kinds))


def test_two_processes_count_into_one(counted: None) -> None:
    one, other = metrics.Requests(), metrics.Requests()
    one.count("home", 200, 0.01)
    other.count("home", 200, 0.02)
    other.count("no such page", 799, 100.0)
    lines = list(one.lines())
    assert 'covenant_requests_total{route="home",status="200"} 2' in lines
    assert 'covenant_request_seconds_total{route="home",status="200"} 0.030000' in lines
    assert 'covenant_requests_total{route="unnamed",status="other"} 1' in lines


def test_whom_to_tell_of_a_weakness(client: Client, settings: Any) -> None:
    path = "/.well-known/security.txt"
    assert client.get(path).status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@testing.example"
    answer = client.get(path)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert lines["Contact"] == "mailto:security@testing.example"
    assert lines["Canonical"] == f"http://testserver{path}"
    ends = timezone.datetime.fromisoformat(lines["Expires"])
    assert timedelta(days=100) < ends - timezone.now() < timedelta(days=366)
