"""The product as it is served: a real `covenant serve`, asked over HTTP by many browsers at once.

Each browser comes from an address of its own within this machine, takes part, changes its mind, adds a
statement; some sign. What was answered with the page that follows an act is acknowledged.
"""

import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.torture.scene import SLUG, Scene

ROOT = Path(__file__).resolve().parents[2]
VOTES = {"agree": 1, "disagree": -1, "pass": 0}
PART = f"/listen/{SLUG}/take-part/"


class Refused(Exception):
    """The page that came is not the one that follows the act."""


class Browser:
    """One connection, its cookies, and the forms that it sends."""

    def __init__(self, port: int, rng: random.Random, session: str = "") -> None:
        address = f"127.{rng.randint(1, 254)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
        self.line = HTTPConnection("127.0.0.1", port, timeout=10, source_address=(address, 0))
        self.cookies = {"csrftoken": secrets.token_hex(16)}
        if session:
            self.cookies["sessionid"] = session

    def get(self, path: str) -> str:
        status, _where, page = self._ask("GET", path, None)
        if status != 200:
            raise Refused(f"GET {path}: {status}")
        return page

    def send(self, path: str, follows: str, **form: str) -> None:
        """Send a form; `Refused` unless it was answered with the page that follows."""
        status, where, _page = self._ask(
            "POST", path, {**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        )
        if status != 302 or where != follows:
            raise Refused(f"POST {path}: {status} {where}")

    def _ask(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.line.getresponse()
        page = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.getheader("Location", ""), page


def take_part(scene: Scene, port: int, say: Callable[..., None], rng: random.Random) -> None:
    """One person in one browser, from the first click to the last."""
    browser = Browser(port, rng)
    browser.send(f"{PART}start/", PART)
    who = browser.cookies["participant"].split(":")[0].strip('"')
    say("participant", who)
    for _ in range(rng.randint(2, 8)):
        shown = re.search(r'name="exposure" value="([\w-]+)"', browser.get(PART))
        if shown is None:
            break
        vote = rng.choice(list(VOTES))
        browser.send(f"{PART}answer/", PART, exposure=shown[1], vote=vote)
        say("exposure", who, shown[1], VOTES[vote])
    mine = re.findall(rf"{PART}votes/([\w-]+)/", browser.get(f"{PART}votes/"))
    for _ in range(rng.randint(0, 15)):
        statement = rng.choice(mine)
        vote = rng.choice(list(VOTES))
        browser.send(f"{PART}votes/{statement}/", f"{PART}votes/", vote=vote)
        say("vote", who, statement, VOTES[vote])
    text = f"Somebody wrote {rng.randrange(10**12)}"
    browser.send(f"{PART}suggest/", PART, text=text)
    say("text", text)


def sign(
    scene: Scene, port: int, say: Callable[..., None], rng: random.Random, waiting: tuple[str, ...]
) -> None:
    """Both parties sign a covenant that waits for them, each in a browser of its own."""
    slug, version, hash = waiting
    for party, session in zip(scene.parties, scene.sessions, strict=True):
        page = f"/covenants/{slug}/versions/1/"
        Browser(port, rng, session).send(f"{page}sign/", page, party=party, hash=hash)
        say("signature", version, party)


class Load:
    """Many browsers at once, each in a thread, until told to stop."""

    def __init__(self, scene: Scene, port: int, say: Callable[..., None], *, browsers: int) -> None:
        self.scene, self.port, self.say = scene, port, say
        self.waiting, self.stop = deque(scene.proposed), threading.Event()
        self.threads = [threading.Thread(target=self._browse, daemon=True) for _ in range(browsers)]
        for thread in self.threads:
            thread.start()

    def _browse(self) -> None:
        rng = random.SystemRandom()
        while not self.stop.is_set():
            try:
                if self.waiting and rng.random() < 0.1:
                    with suppress(IndexError):  # another browser took the last one
                        sign(self.scene, self.port, self.say, rng, self.waiting.popleft())
                else:
                    take_part(self.scene, self.port, self.say, rng)
            except (OSError, HTTPException, Refused) as fault:
                self.say("failed", f"{type(fault).__name__}: {fault}".split("\n")[0])
                time.sleep(0.05)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=30)
            assert not thread.is_alive()


class Served:
    """`covenant serve` with all its processes."""

    def __init__(self, home: Path, port: int, log: Path, workers: int = 1) -> None:
        self.home, self.port, self.log, self.workers = home, port, log, workers
        self.main: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "covenant.cli", "serve", "--port", str(self.port)]
        if self.workers > 1:
            command += ["--workers", str(self.workers)]
        with self.log.open("ab") as log:
            self.main = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "COVENANT_HOME": str(self.home)},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def processes(self) -> dict[int, str]:
        """What runs of it: "main", "worker" or "signer" by process."""
        assert self.main is not None
        found = {}
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                state, _parent, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.main.pid and state != "Z":
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    name = "main" if int(entry.name) == self.main.pid else "worker"
                    found[int(entry.name)] = "signer" if b"signer" in words else name
        return found

    def kill(self, name: str, rng: random.Random) -> bool:
        """Kill one process of this name; False where there is none."""
        there = [pid for pid, each in self.processes().items() if each == name]
        if not there:
            return False
        with suppress(ProcessLookupError):
            os.kill(rng.choice(there), signal.SIGKILL)
        return True

    def end(self) -> None:
        """Kill what is left of all of it, and wait until none is there."""
        assert self.main is not None
        for _ in range(1000):
            with suppress(ProcessLookupError):
                os.killpg(self.main.pid, signal.SIGKILL)
            self.main.poll()
            if not self.processes():
                break
            time.sleep(0.005)
        self.main.wait()
