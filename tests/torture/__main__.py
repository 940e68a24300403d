"""`python -m tests.torture`: kill the house a thousand times, cut its power, and say what was lost.

    python -m tests.torture                              the long run: what `make torture` does
    python -m tests.torture --sqlite 20 --postgres 0     a shorter one, without one of its parts
    python -m tests.torture --part power --power 50      one part of it, its result as JSON

It ends with the exit code 1 where anything that must hold did not.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.torture import power

NO_COMPILER = "there is no C compiler on this machine (Debian's packages gcc and libc6-dev)"
A_DATABASE = 50  # kills, then a new one begins: each check asks everything anew
A_CAPTURE = 25  # power cuts of one run
# The longest first: two run at a time.
PARTS = {"served": 100, "sqlite": 900, "power": 200, "postgres": 180, "served-postgres": 20, "teeth": 25}
AT_ONCE = 2
TITLES = {
    "sqlite": "SIGKILL, SQLite: the house without its pages",
    "served": "SIGKILL, SQLite: `covenant serve`",
    "postgres": "SIGKILL, PostgreSQL: the house without its pages",
    "served-postgres": "SIGKILL, PostgreSQL: `covenant serve --workers 2`",
    "power": "power cut, SQLite",
    "teeth": "power cut, SQLite, with a fault planted, which must be found",
}
PLANTED = {  # files of which a sync does nothing
    "a checkpoint leaves before its tiles are synced": "record/tile",
    "a signature leaves before the signer's memory is synced": "signed.json",
    "an act is acknowledged before the database is synced": "covenant.sqlite3",
}
TOO_WEAK = ("NORMAL", "OFF")  # settings of SQLite's `synchronous`


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__.splitlines()[0])
    for part, times in PARTS.items():
        made.add_argument(f"--{part}", type=int, default=times, metavar="N", help=f"{TITLES[part]} ({times})")
    made.add_argument("--part", choices=PARTS, help="only this one, and its result as JSON")
    made.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    made.add_argument(
        "--seconds", type=float, default=4, help="how long each run lasts whose power is cut (4)"
    )
    made.add_argument("--base", type=Path, help="a folder in which what the house begins with is kept")
    return made


@contextmanager
def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="torture-", dir="/tmp"))  # the path of a socket is short
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _quick() -> Iterator[Path]:
    """A folder in memory, where there is one: for what is only looked at."""
    memory = Path("/dev/shm")  # noqa: S108
    made = Path(tempfile.mkdtemp(prefix="torture-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        yield made / "looked-at"
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _set_up(home: Path, url: str = "") -> None:
    """Django, once, in the process that the house is forked from: it opens no connection itself."""
    os.environ.update(COVENANT_HOME=str(home), DJANGO_SETTINGS_MODULE="covenant.web.settings")
    os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    import covenant.agree.actions
    import covenant.listen.actions
    import covenant.record.jobs  # noqa: F401


def kills_on_sqlite(times: int, seed: int, base: Path | None, *, served: bool) -> dict[str, Any]:
    from tests.torture import kills, stores

    total = kills.Result()
    with _folder() as folder, _quick() as check:
        home, base = folder / "home", base or folder / "base"
        scene = power.scene_in(base)
        _set_up(home)
        for number, some in enumerate(_shares(times, A_DATABASE)):
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(base / power.HOME, home)
            store = stores.SQLite(home, check)
            if served:
                done = kills.serve(store, scene, some, seed=seed + number, port=_free_port())
            else:
                done = kills.torture(store, scene, some, seed=seed + number)
            total.add(done)
            if total.faults:
                break
    return vars(total)


def kills_on_postgres(times: int, seed: int, *, served: bool) -> dict[str, Any]:
    import psycopg

    from tests import postgres
    from tests.torture import kills, stores

    with _folder() as folder, postgres.cluster(durable=True) as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as line:
            line.execute("CREATE DATABASE torture TEMPLATE template0")
        home, url = folder / "home", cluster.url("torture")
        scene = power.make_scene(home, DATABASE_URL=url)
        _set_up(home, url)
        store = stores.Postgres(home, cluster, url)
        if served:
            return vars(kills.serve(store, scene, times, seed=seed, port=_free_port(), workers=2))
        return vars(kills.torture(store, scene, times, seed=seed))


def power_cuts(times: int, seed: int, base: Path | None, seconds: float) -> dict[str, Any]:
    from tests.torture import disk

    total, began = power.Losses(), time.monotonic()
    with _folder() as folder, _quick() as image:
        shim = disk.compile_shim(folder)
        if shim is None:
            return {"skipped": NO_COMPILER}
        _set_up(folder / "home")
        for number, some in enumerate(_shares(times, A_CAPTURE, 2)):
            run = power.capture(
                folder, base or folder, shim, seed=seed + number, seconds=seconds, keys_apart=bool(number % 2)
            )
            if unseen := power.sees_everything(run):
                return {"skipped": f"not all writes can be seen here: {', '.join(unseen)}"}
            total.add(power.cut(run, some, seed=seed + number, image=image))
            shutil.rmtree(run.home)
            if total.faults:
                break
    return {**vars(total), "seconds": time.monotonic() - began}


def planted(times: int, seed: int, base: Path | None, seconds: float) -> dict[str, Any]:
    """What is found of faults that were planted: by each, the first of them and how many cuts it took."""
    from tests.torture import disk

    found, began = dict[str, Any](), time.monotonic()
    with _folder() as folder, _quick() as image:
        shim = disk.compile_shim(folder)
        if shim is None:
            return {"skipped": NO_COMPILER}
        _set_up(folder / "home")
        base = base or folder
        run = power.capture(folder, base, shim, seed=seed, seconds=seconds)
        for name, part in PLANTED.items():
            found[name] = power.cut(run, times, seed=seed, image=image, forgets=part, enough=1)
        for number, weak in enumerate(TOO_WEAK, 1):
            run = power.capture(folder, base, shim, seed=seed + number, seconds=seconds / 2, synchronous=weak)
            found[f"PRAGMA synchronous={weak}"] = power.cut(run, times, seed=seed, image=image, enough=1)
    told = {name: [losses.cuts, *losses.faults[:1]] for name, losses in found.items()}
    return {"planted": told, "seconds": time.monotonic() - began}


def _shares(times: int, most: int, least: int = 1) -> list[int]:
    """So many times in parts as even as can be, none of them with more than `most`."""
    parts = max(least, -(-times // most))
    return [times * (n + 1) // parts - times * n // parts for n in range(parts)]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def one_part(part: str, times: int, asked: argparse.Namespace) -> dict[str, Any]:
    if "postgres" in part:
        from tests import postgres

        if postgres.binaries() is None:
            return {"skipped": postgres.NOT_HERE}
        return kills_on_postgres(times, asked.seed, served=part.startswith("served"))
    if part == "power":
        return power_cuts(times, asked.seed, asked.base, asked.seconds)
    if part == "teeth":
        return planted(times, asked.seed, asked.base, asked.seconds)
    return kills_on_sqlite(times, asked.seed, asked.base, served=part == "served")


def told(part: str, done: dict[str, Any]) -> list[str]:
    """What came of a part, in lines."""
    if "skipped" in done:
        return [f"{TITLES[part]}: skipped, {done['skipped']}"]
    if part == "teeth":
        lines = [f"{TITLES[part]}: {done['seconds']:.0f} s"]
        for name, (cuts, *fault) in done["planted"].items():
            lines.append(f"    {name}: {f'found at cut {cuts}' if fault else f'NOT FOUND in {cuts} cuts'}")
        return lines
    acts = f"{sum(done['acts'].values())} acts acknowledged ({_many(done['acts'])})"
    if part == "power":
        lines = [f"{TITLES[part]}: {done['cuts']} cuts of {done['runs']} runs; {done['seconds']:.0f} s"]
        lines += [f"    before them, {acts}", f"    what was not synced: {_many(done['ways'])}"]
    else:
        lines = [
            f"{TITLES[part]}: {sum(done['kills'].values())} kills, {done['checks']} checks; "
            f"{done['seconds']:.0f} s; the first act after a start within {done['slowest']:.1f} s",
            f"    {acts}; {done['entries']} entries in {done['databases']} databases",
            f"    killed: {_many(done['kills'])}",
        ]
    return [*lines, *(f"    WRONG: {each}" for each in done["faults"][:20])]


def _many(times: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in Counter(times).most_common())


def main() -> int:
    asked = parser().parse_args()
    times = {part: vars(asked)[part.replace("-", "_")] for part in PARTS}
    if asked.part:
        sys.stdout.write(json.dumps(one_part(asked.part, times[asked.part], asked)))
        return 0
    began, wrong = time.monotonic(), False
    _say(f"seed {asked.seed}")
    with _folder() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        power.scene_in(base := asked.base or folder)
        running = {pool.submit(_run, part, times[part], asked, base): part for part in PARTS if times[part]}
        for each in as_completed(running):
            for line in each.result():
                _say(line)
                wrong |= any(word in line for word in ("WRONG", "NOT FOUND", "ended with"))
    said = "SOMETHING WAS LOST OR IS WRONG" if wrong else "nothing was lost"
    _say(f"{said}; {time.monotonic() - began:.0f} s")
    return int(wrong)


def _run(part: str, times: int, asked: argparse.Namespace, base: Path) -> list[str]:
    """One part in a process of its own, for Django knows one home and one database."""
    words = ["--part", part, f"--{part}", str(times), "--base", str(base)]
    words += ["--seed", str(asked.seed), "--seconds", str(asked.seconds)]
    done = subprocess.run([sys.executable, "-m", "tests.torture", *words], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        return [f"{TITLES[part]}: it ended with {done.returncode}"]
    return told(part, json.loads(done.stdout))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
