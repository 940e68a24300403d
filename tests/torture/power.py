"""Power losses: one run of the house is captured, and its power is cut at many moments of it.

Each time a disk is built as it could be found, the product starts on it, recovers and goes on, and everything
that must hold is asked of it.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import invariants
from tests.torture.disk import Disk, Step, steps

ROOT = Path(__file__).resolve().parents[2]
THREADS = 4
HOME = "home"  # in a folder that is begun with


@dataclass
class Capture:
    """A run of the house: what its folder held at first, what it asked of the disk, what it was made of."""

    home: Path
    base: Path
    log: list[Step]
    scene: str
    keys_apart: bool


@dataclass
class Losses:
    """What came of many cuts."""

    runs: int = 0
    cuts: int = 0
    acts: Counter[str] = field(default_factory=Counter)  # acknowledged before the cuts, all told
    ways: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Losses") -> None:
        self.runs, self.cuts = self.runs + 1, self.cuts + other.cuts
        self.acts += other.acts
        self.ways += other.ways
        self.faults += other.faults


def on_sqlite(home: Path) -> dict[str, str]:
    """The environment of a process that lives in a home and keeps its rows there."""
    return {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "COVENANT_HOME": str(home),
    }


def make_scene(home: Path, **env: str) -> str:
    """Fill an empty home, in a process of its own."""
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.torture.scene"]
    done = subprocess.run(command, cwd=ROOT, env={**on_sqlite(home), **env}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def scene_in(base: Path) -> str:
    """A home on SQLite, made once in a folder: `HOME` in it, and what the load needs to know."""
    told = base / "scene.json"
    if not told.exists():
        told.write_text(make_scene(base / HOME))
    return told.read_text()


def capture(
    folder: Path,
    base: Path,
    shim: Path,
    *,
    seed: int,
    seconds: float = 4,
    synchronous: str = "",
    keys_apart: bool = False,
) -> Capture:
    """Run the house for some seconds in a folder and keep what it asked of the disk.

    It begins with the home in `base`. With `keys_apart` the keys are where COVENANT_KEYS says, in a folder
    that nobody else writes into.
    """
    home, log, scene = folder / f"home-{seed}", folder / f"log-{seed}", scene_in(base)
    shutil.copytree(base / HOME, home)
    env = {
        **os.environ, "COVENANT_HOME": str(home), "LD_PRELOAD": str(shim),
        "TORTURE_HOME": str(home), "TORTURE_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    if keys_apart:
        env["COVENANT_KEYS"] = str(home / invariants.KEYS_APART)
    command = [
        sys.executable,
        "-m",
        "tests.torture.captured",
        str(seconds),
        str(THREADS),
        str(seed),
        synchronous,
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        input=scene,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    )
    assert done.returncode == 0, done.stderr
    kept = steps(log)
    log.unlink()
    return Capture(home, base / HOME, kept, scene, keys_apart)


def sees_everything(run: Capture) -> list[str]:
    """Where the log, played back whole, gives other files than the run left: what the shim did not see."""
    disk = Disk(run.home, run.base)
    for number, step in enumerate(run.log):
        disk.play(number, step)
    played = disk.live()
    there = {
        path.relative_to(run.home).as_posix(): path.read_bytes()
        for path in run.home.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }
    return sorted(path for path in {*played, *there} if played.get(path) != there.get(path))


def cut(
    run: Capture,
    times: int,
    *,
    seed: int,
    image: Path,
    forgets: str = "",
    enough: int = 1000,
) -> Losses:
    """Cut the power at random moments of a run; ends early where `enough` faults were found."""
    rng, result = random.Random(seed), Losses()
    moments = _moments(run.log, times, rng)
    disk, known = Disk(run.home, run.base, forgets), invariants.Known()
    position = 0
    for moment in moments:
        for number in range(position, moment):
            step = run.log[number]
            disk.play(number, step)
            _outside(step, disk, known)
        position = moment
        way = _one(disk, known, rng, image, run, result)
        result.cuts += 1
        result.ways[way] += 1
        if len(result.faults) >= enough:
            break
    result.acts = known.kinds
    return result


def _moments(log: list[Step], times: int, rng: random.Random) -> list[int]:
    """A third of them anywhere, a third just after an act was acknowledged, a third near a signature."""
    acts, signed = list[int](), list[int]()
    for number, step in enumerate(log, 1):
        if step.kind == "m":
            (signed if step.data.startswith(b'["signed"') else acts).append(number)
    aside = (-60, -40, -25, -15, -10, -5, 0, 0, 5, 10, 20, 40)  # tiles before it, the checkpoint after it
    near = [
        min(len(log), max(1, rng.choice(signed) + rng.choice(aside))) for _ in range(times // 3) if signed
    ]
    told = rng.choices(acts, k=times // 3) if acts else []
    return sorted([*near, *told, *rng.choices(range(1, len(log) + 1), k=times - len(near) - len(told))])


def _outside(step: Step, disk: Disk, known: invariants.Known) -> None:
    """What somebody outside has learnt with a step: an acknowledgement, a signature, a served checkpoint."""
    if step.kind == "m":
        told = json.loads(step.data)
        if told[0] == "signed":
            known.see(told[1], "signed")
        else:
            known.hear(told)
    elif step.kind == "r" and step.other.endswith("/record/checkpoint"):
        known.see((disk.read("record/checkpoint") or b"").decode(), "served")


def _one(
    disk: Disk, known: invariants.Known, rng: random.Random, image: Path, run: Capture, result: Losses
) -> str:
    shutil.rmtree(image, ignore_errors=True)
    image.mkdir()
    way = disk.lose_power(image, rng)
    found = _served_at_once(image)
    told = _recover(image, run)
    found += [told] if told else []
    try:
        rows, line = invariants.sqlite_rows(image / "covenant.sqlite3")
        try:
            now = invariants.Known(**{**vars(known), "seen": dict(known.seen)})
            found += invariants.faults(image, rows, now, sqlite=True, whole=not told)
        finally:
            line.close()
    except Exception as fault:
        found.append(f"the database cannot be read: {type(fault).__name__}: {fault}")
    result.faults += [f"cut {result.cuts} ({way}): {each}" for each in found]
    return way


def _served_at_once(image: Path) -> list[str]:
    """Before anything starts: what any web server would serve of the record is whole."""
    file = image / "record" / "checkpoint"
    if not file.exists():
        return []
    note = file.read_bytes().decode(errors="replace")
    keys = invariants.vkeys(image / "record" / "keys.json")
    if fault := invariants.signature_fault(note, keys):
        return [f"on the disk the checkpoint is broken: {fault}"]
    return [f"on the disk, {each}" for each in _not_whole(image / "record", int(note.split("\n")[1]))]


def _not_whole(folder: Path, size: int) -> list[str]:
    """Bundles and tiles against each other alone: the rows are not open yet."""
    data = list[bytes]()
    for number in range((size + 255) // 256):
        width = min(256, size - number * 256)
        path = folder / "tile" / "entries" / f"{number:03}"
        narrow = path.with_name(f"{path.name}.p") / str(width)
        file = narrow if width < 256 and narrow.exists() else path
        raw, at = file.read_bytes() if file.exists() else b"", 0
        while at + 2 <= len(raw) and len(data) < number * 256 + width:
            length = int.from_bytes(raw[at : at + 2], "big")
            data.append(raw[at + 2 : at + 2 + length])
            at += 2 + length
        if len(data) < number * 256 + width:
            return [f"the bundle {number} that the checkpoint over {size} needs is not whole"]
    leaves = [invariants.hashlib.sha256(b"\0" + each).digest() for each in data]
    return list(invariants.tiles_missing(folder, size, invariants.Tree(leaves, data)))


def _recover(image: Path, run: Capture) -> str:
    """Start the product on what was found, in a process forked from this one; why it did not go on, or ""."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            _start_and_go_on(image, run)
            said = ""
        except BaseException:
            said = traceback.format_exc()
        os.write(write, said[-3000:].encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    if not said:
        return ""
    return f"the product does not go on: {said.strip().splitlines()[-1]}"


def _start_and_go_on(image: Path, run: Capture) -> None:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from covenant.record import actions, jobs
    from covenant.record.signer import Signer
    from tests.torture import house
    from tests.torture.scene import load

    # This process was set up for no folder in particular.
    for name, place in (
        ("RECORD_FILES", "record"),
        ("KEYS", invariants.KEYS_APART if run.keys_apart else "keys"),
        ("HOME", ""),
    ):
        setattr(settings, name, image / place)
    connection.close()
    connection.settings_dict["NAME"] = str(image / "covenant.sqlite3")
    signer = Signer(settings.KEYS, settings.RECORD_ORIGIN)
    actions.sequence()
    jobs.publish(timezone.now(), signer)
    faults = list[str]()
    say = lambda kind, *told: faults.append(str(told)) if kind in ("fault", "failed") else None  # noqa: E731
    house.one_person(load(run.scene), say, random.Random(), f"after-{random.randrange(10**9)}")
    actions.sequence()
    jobs.publish(timezone.now(), signer)
    assert not faults, faults
    connection.close()
