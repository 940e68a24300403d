"""Several processes on one PostgreSQL: nothing that was acknowledged is lost, and work is done once."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from covenant.web import worker
from covenant.web.worker import SEQUENCE, WORK, alone
from tests.at_once import at_once
from tests.server import ROOT, Site

PEOPLE, STATEMENTS = 12, 6
MAKE_A_TALK = """
import django; django.setup()
from tests.listen.talk import talk
from tests.personas import make_world
talk(make_world())
"""


@pytest.mark.django_db(transaction=True)
def test_a_kind_of_work_is_done_by_one_at_a_time_and_another_kind_beside_it() -> None:
    barrier = threading.Barrier(3)

    def tries(kind: int) -> bool:
        with alone(kind) as mine:
            barrier.wait(10)
            return mine

    found = at_once(lambda: tries(WORK), lambda: tries(WORK), lambda: tries(SEQUENCE))
    assert found[2] is True
    assert sorted(found[:2]) == ([True, True] if connection.vendor == "sqlite" else [False, True])
    with alone(WORK) as mine, pytest.raises(ZeroDivisionError), alone(SEQUENCE) as other:
        assert mine and other
        raise ZeroDivisionError
    with alone(SEQUENCE) as mine:
        assert mine, "it is free again after a failure"


def test_what_fails_every_second_is_counted_each_time_and_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, failed = threading.Event(), []

    def run_due(now: object) -> None:
        if len(failed) == 4:
            stop.set()
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "SECONDS_TO_SEQUENCE", 0.001)
    monkeypatch.setattr(worker, "alone", lambda lock: nullcontext(True))
    monkeypatch.setattr(worker.record, "run_due", run_due)
    monkeypatch.setattr(worker.metrics, "work_failed", lambda: failed.append(1))
    with caplog.at_level("ERROR", "covenant.jobs"):
        worker.sequence_forever(stop)
    assert len(failed) == 5
    assert [record.getMessage() for record in caplog.records] == [
        "the record was not written on; it is tried again each second"
    ]


def test_sqlite_refuses_more_than_one_process_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "covenant.cli", "serve", "--workers", "2", "--port", "1"]
    env = {**os.environ, "COVENANT_HOME": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "covenant serve: 2 processes need PostgreSQL, because SQLite has one writer: "
        "name one in DATABASE_URL, or leave --workers out\n"
    )


class Browser:
    """Somebody who takes part through the pages."""

    def __init__(self, url: str) -> None:
        self.url, self.jar = url + "/listen/buses/take-part/", http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.page = self.read(self.opener.open(self.url, timeout=30))

    def read(self, answer: Any) -> str:
        with answer:
            assert answer.status == 200
            return answer.read().decode()

    def found(self, name: str) -> str | None:
        found = re.search(rf'name="{name}"[^>]* value="([^"]+)"', self.page)
        return found[1] if found else None

    def send(self, path: str, **words: str) -> None:
        form = {"csrfmiddlewaretoken": self.found("csrfmiddlewaretoken"), **words}
        data = urllib.parse.urlencode(form).encode()
        self.page = self.read(self.opener.open(self.url + path, data, timeout=30))

    def answers_all(self) -> int:
        """Answer until nothing is left, each form twice, as an impatient finger does; how many there were."""
        answered = 0
        while exposure := self.found("exposure"):
            before = self.page
            self.send("answer/", exposure=exposure, vote="agree" if answered % 2 else "disagree")
            after, self.page = self.page, before
            self.send("answer/", exposure=exposure, vote="agree" if answered % 2 else "disagree")
            self.page, answered = after, answered + 1
        return answered


def takes_part(url: str) -> int:
    browser = Browser(url)
    browser.send("start/")
    return browser.answers_all()


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.5)
    return False


def processes_of(parent: int) -> list[int]:
    """The processes that this one started and that serve."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(words[1]) == parent and "\0serve\0" in command:
            found.append(int(status.parent.name))
    return found


@pytest.mark.database
def test_two_processes_lose_no_vote_and_publish_results_once(tmp_path: Path) -> None:
    if not os.environ.get("DATABASE_URL"):
        pytest.skip("this is about PostgreSQL, and these tests run on SQLite")
    import psycopg

    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    script = [sys.executable, "-c", MAKE_A_TALK]
    env = {**site.env, "DJANGO_SETTINGS_MODULE": "covenant.web.settings", "PYTHONPATH": str(ROOT)}
    subprocess.run(script, cwd=ROOT, env=env, check=True, timeout=60)
    with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as database:

        def count(sql: str) -> Any:
            return database.execute(sql).fetchone()[0]

        with site.serving(workers=2) as url:
            assert len(processes_of(site.pid)) == 2
            with ThreadPoolExecutor(PEOPLE) as pool:
                answered = list(pool.map(takes_part, [url] * PEOPLE))
            votes = sum(answered)
            assert votes == PEOPLE * STATEMENTS
            assert count("SELECT count(*) FROM listen_vote") == votes
            assert count("SELECT count(*) FROM listen_vote WHERE current") == votes
            assert count("SELECT count(*) FROM record_entry WHERE kind = 'vote.counted'") == votes

            def results() -> dict[str, Any]:
                with urllib.request.urlopen(f"{url}/listen/buses/results.json", timeout=30) as answer:
                    return json.load(answer)

            def all_are_counted() -> bool:
                places = "SELECT count(*) = 0 FROM record_entry WHERE index IS NULL"
                due = (
                    "SELECT max(counted) > (SELECT max(index) FROM record_entry WHERE kind = 'vote.counted')"
                )
                return bool(count(places) and count(due + " FROM listen_conversation"))

            assert until(all_are_counted), site.log.read_text()
            assert results()["participants"]["total"] == PEOPLE
            published = count("SELECT count(*) FROM listen_snapshot")
            time.sleep(8)  # two rounds of each process's worker: nothing is due, and nothing comes
            assert count("SELECT count(*) FROM listen_snapshot") == published
            told = "SELECT count(*) FROM record_entry WHERE kind = 'snapshot.published'"
            assert count(told) == published
            signed = "SELECT max(size) FROM record_checkpoint"
            assert until(lambda: count(signed) == count("SELECT count(*) FROM record_entry"))
            assert count("SELECT max(index) + 1 FROM record_entry") == count(signed)
            assert count("SELECT count(DISTINCT index) FROM record_entry") == count(signed)
        log = site.log.read_text()
        assert "Traceback" not in log and "failed" not in log, log
