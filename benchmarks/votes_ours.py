"""Seeds a conversation for `votes.py`, and measures a vote without HTTP. Prints one line of JSON."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from benchmarks.measured import say

STATEMENTS, ANSWERED = 50, 40
SLUG = "buses"


def seed(people: int) -> dict[str, Any]:
    """A conversation with results, and people who have each a statement before them."""
    from django.http import HttpResponse
    from django.utils import timezone

    from covenant.listen import actions, jobs, reads
    from covenant.listen.views.who import remember
    from covenant.record.actions import writing
    from tests.personas import make_world

    rng, now = random.Random(1), timezone.now()
    world = make_world()
    conversation = actions.open_conversation(
        by=world.actor("convenor"),
        place=world.place,
        title="Buses on Sundays",
        slug=SLUG,
        introduction="What should run?\n\nWe decide in May.",
        statements=[f"The bus number {n} should run on Sundays, early and late" for n in range(STATEMENTS)],
        at=now,
    )
    with writing():
        for person in range(ANSWERED):
            started = actions.start(conversation=conversation, at=now, rng=rng)
            exposure, turn = started.exposure, 0
            while exposure is not None:
                value, turn = (1, -1, 0, 1)[(person % 2 + turn) % 4], turn + 1
                exposure = actions.answer(
                    participant=started.participant, exposure=exposure, value=value, at=now, rng=rng
                ).exposure
    jobs.run_due(now)
    found = reads.conversation(SLUG)
    with writing():
        started_all = [actions.start(conversation=conversation, at=now, rng=rng) for _ in range(people)]
    cookies = []
    for each in started_all:
        response = HttpResponse()
        remember(response, found, each.participant)
        cookies.append([response.cookies.output(header="", attrs=[]).strip(), str(each.exposure)])
    return {"slug": SLUG, "people": cookies}


def alone(votes: int) -> dict[str, Any]:
    """Votes through the action alone: processor, queries, and how much of it the record takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from covenant.listen import actions, reads, voting
    from covenant.record import jobs as record

    taken = {"append": 0.0, "seal_cast": 0.0}

    def timed(name: str) -> None:
        does: Callable[..., Any] = getattr(voting, name)

        def wrapper(*given: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return does(*given, **named)
            finally:
                taken[name] += time.thread_time() - began

        setattr(voting, name, wrapper)

    rng, now = random.Random(2), timezone.now()
    conversation = reads.conversation(SLUG).id

    def people() -> list[Any]:
        return [actions.start(conversation=conversation, at=now, rng=rng) for _ in range(votes // 10)]

    def cast(started: list[Any]) -> None:
        for each in started:
            exposure = each.exposure
            for turn in range(10):
                exposure = actions.answer(
                    participant=each.participant, exposure=exposure, value=turn % 3 - 1, at=now, rng=rng
                ).exposure

    cast(people()[:10])
    (first, *_), started = people(), people()
    with CaptureQueriesContext(connection) as caught:
        cast([first])
    began, wall = time.thread_time(), time.perf_counter()
    cast(started)
    cpu, wall = time.thread_time() - began, time.perf_counter() - wall
    record.run_due(timezone.now())
    for name in taken:
        timed(name)
    began = time.thread_time()
    cast(people())
    began = time.process_time()
    placed = record.run_due(timezone.now()).placed
    later = time.process_time() - began
    return {
        "cpu": cpu / votes,
        "wall": wall / votes,
        "queries": [each["sql"] for each in caught.captured_queries][: len(caught) // 10 + 1],
        "count": len(caught) / 10,
        "append": sum(taken.values()) / votes,
        "later": later / placed,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    django.setup()
    say({"seed": seed, "alone": alone}[sys.argv[1]](int(sys.argv[2])))
