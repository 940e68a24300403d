"""Kills: the house is killed at random moments while it works, started again at once, and asked what it kept.

One process holds everything that people outside were told, forks the processes of the house, kills them and
asks. It never opens the database before they are dead, and then a copy: recovery is the product's own affair.
"""

import ctypes
import json
import os
import random
import re
import select
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import house, invariants
from tests.torture.pages import Load, Served
from tests.torture.scene import Scene, load
from tests.torture.stores import Store

THREADS, BROWSERS = 4, 8
AT_FIRST = 3  # kills of a signer that makes its first key, in each database
SERVED = 2.5  # seconds that `covenant serve` lives after its first act, at most
LONGEST = 0.4  # seconds that the house lives after its first act


@dataclass
class Result:
    """What came of many kills."""

    kills: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    entries: int = 0
    databases: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0  # seconds from a start to the first act that was acknowledged
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def close(self, store: Store, known: invariants.Known, began: float) -> None:
        """Take in what is known at the end."""
        with store.rows() as rows:
            self.entries = rows("SELECT count(*) FROM record_entry")[0][0]
        self.acts, self.seconds = known.kinds, time.monotonic() - began
        self.failed = Counter(re.sub(r"[0-9a-f-]{36}|\d+", "…", each)[:80] for each in known.failed)

    def add(self, other: "Result") -> None:
        self.kills += other.kills
        self.failed += other.failed
        self.faults += other.faults
        self.slowest = max(self.slowest, other.slowest)
        self.acts += other.acts
        for name in ("checks", "entries", "databases", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Child:
    """A process of the house, forked from this one, and what it says."""

    def __init__(self, name: str, does: Callable[[house.Say], None]) -> None:
        read, write = os.pipe()
        self.name, self.pid = name, os.fork()
        if self.pid == 0:
            _end_with_parent()
            os.close(read)
            try:
                does(lambda *told: os.write(write, house.line(*told)))
            except BaseException as fault:
                os.write(write, house.line("fault", f"{name} ended: {type(fault).__name__}: {fault}"))
            os._exit(0)
        os.close(write)
        self.pipe, self.rest = read, b""

    def hear(self, known: invariants.Known) -> bool:
        """Take in what was said; False where nothing can follow."""
        more = os.read(self.pipe, 1 << 16)
        *lines, self.rest = (self.rest + more).split(b"\n")
        for line in lines:
            known.hear(json.loads(line))
        return bool(more)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def bury(self, known: invariants.Known) -> None:
        """Wait until it is dead and take in its last words."""
        os.waitpid(self.pid, 0)
        while self.hear(known):
            pass
        os.close(self.pipe)


def _end_with_parent() -> None:
    """Where the torture itself is killed, nothing of it stays."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class House:
    """The processes of the house at work in one home."""

    def __init__(
        self, store: Store, scene: Scene, known: invariants.Known, rng: random.Random, *, asleep: bool = False
    ) -> None:
        self.home, self.scene, self.known, self.rng = store.home, scene, known, rng
        self.children = dict[str, Child]()
        # The sequencer in a process of its own, as beside several servers, or a thread of the only server.
        self.apart = store.servers > 1 or rng.random() < 0.5
        self.started = time.monotonic()
        if asleep:
            return
        for number in range(store.servers):
            self.begin(f"server {number}" if number else "server")
        self.begin("signer")
        if self.apart:
            self.begin("sequencer")

    def begin(self, name: str) -> None:
        does = {"server": self._server, "signer": self._signer, "sequencer": self._sequencer}[name.split()[0]]
        self.children[name] = Child(name, does)

    def _server(self, say: house.Say) -> None:
        from threading import Event

        seed = random.SystemRandom().randrange(2**40)
        house.live(self.scene, say, threads=THREADS, seed=seed, sequences=not self.apart, stop=Event())

    def _sequencer(self, say: house.Say) -> None:
        from threading import Event

        house.sequence(say, Event())

    def _signer(self, say: house.Say) -> None:
        from django.conf import settings

        from covenant.record import signer
        from covenant.record.keys import KeyFault

        try:
            signer.serve(settings.KEYS, settings.RECORD_ORIGIN, settings.SIGNER)
        except (
            KeyFault
        ) as fault:  # the one before it is dying, and answers still: try again, as the product does
            if "answers there already" not in str(fault):
                raise

    def run(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Let it work for so long, and listen."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not until():
            pipes = {child.pipe: child for child in self.children.values()}
            ready, _w, _x = select.select(list(pipes), [], [], min(left, 0.02))
            for pipe in ready:
                if not pipes[pipe].hear(self.known):
                    child = pipes[pipe]
                    child.bury(self.known)
                    self.begin(child.name)
            self.known.look(self.home)

    def alone(self) -> list[str]:
        """Those of its processes that may be killed while the others go on."""
        return [name for name in self.children if name != "server" or len(self.children) > 3]

    def until_it_acts(self) -> float:
        """Wait for the first act that is acknowledged; how long it took since the start."""
        before = self.known.acts
        self.run(20, until=lambda: self.known.acts > before)
        if self.known.acts == before:
            self.known.faults.append("the house did not act within 20 s of its start")
        return time.monotonic() - self.started

    def kill(self, name: str) -> None:
        """Kill one of its processes, which is started again at once."""
        child = self.children[name]
        child.kill()
        child.bury(self.known)
        self.begin(name)

    def end(self, *, at_once: bool) -> None:
        """Kill all of it: in one moment, or one process first and the others a little later."""
        children = list(self.children.values())
        self.rng.shuffle(children)
        for child in children:
            child.kill()
            if not at_once:
                time.sleep(self.rng.uniform(0, 0.02))
        for child in children:
            child.bury(self.known)


def first_starts(store: Store, scene: Scene, known: invariants.Known, rng: random.Random, times: int) -> None:
    """Kill a signer while it makes its first key: the next one must begin as if nothing had been."""
    from django.conf import settings

    from covenant.record.signer import Remote

    house_ = House(store, scene, known, rng, asleep=True)
    for _ in range(times):
        shutil.rmtree(settings.KEYS, ignore_errors=True)
        for seconds in (rng.uniform(0, 0.02), 10.0):
            signer = Child("signer", house_._signer)
            end = time.monotonic() + seconds
            while time.monotonic() < end and not (seconds > 1 and Remote(settings.SIGNER).answers()):
                time.sleep(0.001)
            if time.monotonic() >= end and seconds > 1:
                known.faults.append("no signer starts after one was killed at its first start")
            signer.kill()
            signer.bury(known)
    shutil.rmtree(settings.KEYS, ignore_errors=True)


def torture(store: Store, scene_text: str, kills: int, *, seed: int) -> Result:
    """Kill the house so many times in one home, and ask after each time that all of it died."""
    result, rng, known = Result(databases=1), random.Random(seed), invariants.Known()
    scene, began = load(scene_text), time.monotonic()
    first_starts(store, scene, known, rng, AT_FIRST)
    result.kills["the signer at its first start"] += AT_FIRST
    while sum(result.kills.values()) < kills and not (result.faults or known.faults):
        house_ = House(store, scene, known, rng)
        if rng.random() < 0.8:
            result.slowest = max(result.slowest, house_.until_it_acts())
            house_.run(rng.uniform(0, LONGEST))
        else:
            house_.run(rng.uniform(0, 0.1))  # while it starts and recovers
        while rng.random() < 0.4:
            name = rng.choice([*house_.alone(), *store.alone()])
            if name in store.alone():
                store.kill(name)
            else:
                house_.kill(name)
            result.kills[f"the {name.split()[0]} alone"] += 1
            house_.run(rng.uniform(0, LONGEST))
        if (name := rng.choice(["", *store.whole()])) != "":
            store.kill(name)
            result.kills[f"the {name}"] += 1
            house_.run(rng.uniform(0, 0.1))  # with no database
        at_once = rng.random() < 0.5
        house_.end(at_once=at_once)
        result.kills["all at once" if at_once else "one after another"] += 1
        result.checks += 1
        store.restart()
        asked = store.ask(known)
        result.faults += [f"after kill {sum(result.kills.values())}: {each}" for each in asked]
    result.faults += known.faults if not result.faults else []
    if not result.faults:
        result.faults += [f"at rest: {each}" for each in rest(store, scene, known)]
    result.close(store, known, began)
    return result


def rest(store: Store, scene: Scene, known: invariants.Known) -> list[str]:
    """Start once more, let the record be signed to its end, and ask again."""
    house_ = House(store, scene, known, random.Random(0))
    house_.until_it_acts()
    house_.end(at_once=True)
    signer = Child("signer", house_._signer)
    last = Child("sequencer", _to_the_end)
    last.bury(known)
    signer.kill()
    signer.bury(known)
    return store.ask(known, whole=True)


def _to_the_end(say: house.Say) -> None:
    from django.utils import timezone

    from covenant.record import jobs

    fault = ""
    for _ in range(100):
        done = jobs.run_due(timezone.now())
        fault = done.fault
        if not done.placed and not fault:
            return
        time.sleep(0.05)
    say("fault", f"the record is not signed to its end: {fault}")


def serve(store: Store, scene_text: str, kills: int, *, seed: int, port: int, workers: int = 1) -> Result:
    """The same with a real `covenant serve` and browsers: the processes are those of the product."""
    result, rng, known = Result(databases=1), random.Random(seed), invariants.Known()
    scene, began = load(scene_text), time.monotonic()
    served = Served(store.home, port, store.home.parent / "server.log", workers)
    load_ = Load(scene, port, lambda *told: known.hear(list(told)), browsers=BROWSERS)
    try:
        while sum(result.kills.values()) < kills and not result.faults:
            served.start()
            result.slowest = max(result.slowest, _until_it_answers(served, known))
            _watch(store.home, known, rng.uniform(0, SERVED))
            while rng.random() < 0.3 and served.kill("signer", rng):
                result.kills["the signer"] += 1
                _watch(store.home, known, rng.uniform(0, SERVED))
            name = rng.choice(["all at once", "all at once", "main", "worker"])
            if name != "all at once":
                served.kill(name, rng)
                _watch(store.home, known, rng.uniform(0, 0.1))
            served.end()
            result.kills[name if name == "all at once" else f"the server's {name}"] += 1
            result.checks += 1
            asked = store.ask(known)
            result.faults += [f"after kill {sum(result.kills.values())}: {each}" for each in asked]
    finally:
        load_.end()
        served.end()
    if not result.faults:
        result.faults += [f"at rest: {each}" for each in rest(store, scene, known)]
    result.close(store, known, began)
    return result


def _until_it_answers(served: Served, known: invariants.Known) -> float:
    before, began = known.acts, time.monotonic()
    while known.acts == before:
        _watch(served.home, known, 0.02)
        if time.monotonic() - began > 60:
            known.faults.append(
                f"the server did not act within 60 s of its start: {served.log.read_text()[-500:]}"
            )
            break
    return time.monotonic() - began


def _watch(home: Path, known: invariants.Known, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        known.look(home)
        time.sleep(0.02)
