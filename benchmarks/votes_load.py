"""Asks a server for pages over connections that stay open, and times it. Standard library only: one process.

Reads from standard input what to ask, as JSON, and prints one line of JSON with what came of it:

    {"port": 8000, "connections": 16, "warm": 200, "kind": "vote", "slug": "…", "people": [["cookie", "id"]]}

`kind` is "vote" (a form is sent for each person), "pair" (the form, and the page that it leads to, from
statement to statement) or "page" (the page of the conversation).
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.measured import say

CSRF = "a" * 32  # the form's token and the cookie's are compared; whoever sends both may choose them
EXPOSURE = re.compile(rb'name="exposure" value="([^"]+)"')
VOTES = ("agree", "disagree", "pass")
Step = tuple[str, bytes]


def request(method: str, path: str, person: int, cookie: str, body: str = "") -> bytes:
    """One of each person, who are at addresses of their own: so the proxy says for which this stands."""
    address = f"10.{person >> 16 & 255}.{person >> 8 & 255}.{person & 255}"
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"X-Forwarded-For: {address}"]
    lines += [f"Cookie: csrftoken={CSRF}; {cookie}"]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join([*lines, "", ""]) + body).encode()


class Errand:
    """What one connection asks: it is given each answer and says what to ask next; None where all is done."""

    def __init__(self, kind: str, slug: str, people: Iterator[tuple[int, list[str]]]) -> None:
        self.kind, self.people, self.turn, self.person = kind, people, 0, 0
        self.page = f"/listen/{slug}/"
        self.cookie, self.exposure = "", ""

    def next(self, last: str, answer: bytes) -> Step | None:
        if self.kind == "page":
            person = next(self.people, None)
            return ("page", request("GET", self.page, person[0], "")) if person else None
        if last == "vote" and self.kind == "pair":
            return "next", request("GET", f"{self.page}take-part/", self.person, self.cookie)
        found = EXPOSURE.search(answer) if last == "next" else None
        if found:
            self.exposure = found[1].decode()
        else:
            person = next(self.people, None)
            if person is None:
                return None
            self.person, (self.cookie, self.exposure) = person
        self.turn += 1
        body = f"csrfmiddlewaretoken={CSRF}&exposure={self.exposure}&vote={VOTES[self.turn % 3]}"
        return "vote", request("POST", f"{self.page}take-part/answer/", self.person, self.cookie, body)


class Line:
    """One connection: what it asked last, since when, and what has come of the answer."""

    def __init__(self, port: int, errand: Errand) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.errand, self.step, self.since, self.got = errand, "", 0.0, b""

    def ask(self, answer: bytes) -> bool:
        following = self.errand.next(self.step, answer)
        if following is None:
            self.socket.close()
            return False
        self.step, sent = following
        self.got, self.since = b"", time.perf_counter()
        self.socket.sendall(sent)
        return True

    def answer(self) -> bytes | None:
        """The whole answer, once it is here."""
        more = self.socket.recv(1 << 16)
        if not more:
            raise ConnectionError("the server closed a connection that stays open")
        self.got += more
        head, mark, body = self.got.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        return self.got if mark and len(body) >= int(length[1] if length else 0) else None


def run(port: int, connections: int, warm: int, kind: str, slug: str, people: list[list[str]]) -> dict:
    """Ask until all people are served; the first `warm` answers are not counted."""
    turns, times, answers = iter(enumerate(people)), dict[str, list[float]](), Counter[str]()
    waiting = selectors.DefaultSelector()
    for _ in range(connections):
        line = Line(port, Errand(kind, slug, turns))
        if line.ask(b""):
            waiting.register(line.socket, selectors.EVENT_READ, line)
    done, began = 0, time.perf_counter()
    while waiting.get_map():
        for key, _ in waiting.select():
            line = key.data
            answer = line.answer()
            if answer is None:
                continue
            now, done = time.perf_counter(), done + 1
            if done == warm:
                began, times = now, {}
            times.setdefault(line.step, []).append(now - line.since)
            answers[f"{line.step} {answer[9:12].decode()}"] += 1
            fd = line.socket
            if not line.ask(answer):
                waiting.unregister(fd)
    wall = time.perf_counter() - began
    return {
        "wall": wall,
        "answers": answers,
        "cpu": time.process_time(),
        "times": {step: sorted(found) for step, found in times.items()},
    }


if __name__ == "__main__":
    say(run(**json.load(sys.stdin)))
