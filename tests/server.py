"""A real server on a free port, and a real browser to look at it with."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import new_database

ROOT = Path(__file__).resolve().parent.parent
BROWSER = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Site:
    """A copy of the product with a database of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "server.log"
        self.env = {**environment(home), "PYTHONUNBUFFERED": "1"}
        self.url, self.pid = "", 0

    def run(self, *command: str) -> str:
        """Run `covenant …` or `manage.py …` on this copy's database."""
        program = (
            [sys.executable, "manage.py"]
            if command[0] == "migrate"
            else [sys.executable, "-m", "covenant.cli"]
        )
        done = subprocess.run([*program, *command], cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def count(self, table: str) -> int:
        """How many rows a table of this copy's database has, asked from outside it."""
        sql = f"SELECT COUNT(*) FROM {table}"  # noqa: S608
        if url := self.env.get("DATABASE_URL"):
            import psycopg

            with psycopg.connect(url) as postgres:
                return int(postgres.execute(sql).fetchone()[0])
        with closing(sqlite3.connect(self.home / "covenant.sqlite3")) as file:
            return int(file.execute(sql).fetchone()[0])

    def written(self, table: str) -> int:
        """How many bytes are written so far by an act that has not ended: on SQLite to any table."""
        if url := self.env.get("DATABASE_URL"):
            import psycopg

            with psycopg.connect(url) as postgres:
                return int(postgres.execute("SELECT pg_relation_size(%s)", [table]).fetchone()[0])
        journal = self.home / "covenant.sqlite3-wal"
        return journal.stat().st_size if journal.exists() else 0

    @contextmanager
    def serving(self, *, workers: int = 1) -> Iterator[str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self.log.open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "covenant.cli", "serve", f"--port={port}", f"--workers={workers}"],
                cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                self.url, self.pid = f"http://127.0.0.1:{port}", server.pid
                self._wait(server)
                yield self.url
            finally:
                server.terminate()
                server.wait(timeout=20)

    def _wait(self, server: subprocess.Popen) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                assert server.poll() is None, self.log.read_text()
                time.sleep(0.1)
        pytest.fail(f"no page within 30 s:\n{self.log.read_text()}")

    def last_code(self, email: str) -> str:
        """The code in the newest mail to an address, from where the server prints its mail."""
        for _ in range(200):
            mails = re.findall(
                rf"To: {re.escape(email)}\n.*?\n\n(.*?)\n-{{20,}}", self.log.read_text(), re.DOTALL
            )
            codes = (
                re.findall(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{2,4})\s*$", mails[-1], re.MULTILINE) if mails else []
            )
            if codes:
                return codes[-1]
            time.sleep(0.1)
        raise AssertionError(f"no code for {email} in:\n{self.log.read_text()}")


def environment(home: Path) -> dict[str, str]:
    """That of a program with a database of its own: a file in its home, or one more in the tests' cluster."""
    env = {**os.environ, "COVENANT_HOME": str(home)}
    if cluster := env.get("DATABASE_URL"):
        env["DATABASE_URL"] = new_database(cluster)
    return env


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's Chromium through Playwright; the test is skipped, and says so, where there is none."""
    if BROWSER is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        try:
            yield running
        finally:
            running.close()


def barriers(page: Any) -> list[str]:
    """What axe-core finds on a page that would keep somebody out: WCAG 2.2 A and AA."""
    # The page's own policy forbids foreign scripts, so axe runs outside it, in the browser's own world.
    page.evaluate(AXE.read_text())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [
        f"{page.url} {problem['id']}: {problem['help']}: {node['html'][:160]}"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than the screen."""
    page.wait_for_load_state()  # between two pages there is no document
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
