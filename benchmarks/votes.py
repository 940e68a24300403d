"""What a vote and a page cost: a real server on each database, asked by another process."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.postgres import cluster, new_database
from tests.server import ROOT, Site

PEOPLE, WARM, TRACED, ALONE, PAGES = 4000, 300, 300, 500, 3000
CONNECTIONS = 16
SYNCS = "fsync,fdatasync,sync_file_range,sync"
console = Console(width=118)


def main() -> None:
    console.print("\n[bold]listen: what a vote costs, and what a page costs[/bold]")
    console.print(
        f"A conversation of 50 statements with results; {CONNECTIONS} connections that stay open, from one "
        f"other process on the same {os.cpu_count()} cores. Every vote is on the disk before it is answered. "
        "SQLite is served by one process, PostgreSQL by two."
    )
    for name, environment in databases():
        with tempfile.TemporaryDirectory() as home:
            site = Site(Path(home))
            site.env |= {"COVENANT_PROXIES": "1"} | environment  # each person has an address of their own
            tell(name, measure(site))


def databases() -> Iterator[tuple[str, dict[str, str]]]:
    """Each database that this machine has, and how it is reached."""
    asked = os.environ.get("BENCH_ONLY", "")
    if asked in ("", "sqlite"):
        yield "SQLite", {"DATABASE_URL": ""}
    if asked in ("", "postgres"):
        try:
            with cluster(durable=True) as running:
                assert running.process is not None
                url = new_database(running.url())
                yield "PostgreSQL", {"DATABASE_URL": url, "BENCH_CLUSTER": str(running.process.pid)}
        except FileNotFoundError as missing:
            console.print(f"{missing}: left out.")


def measure(site: Site) -> dict[str, Any]:
    site.run("migrate", "--verbosity", "0")
    seeded = worker(site, "seed", PEOPLE)
    found = {"alone": worker(site, "alone", ALONE)}
    people = iter(seeded["people"])
    with site.serving(workers=2 if site.env.get("DATABASE_URL") else 1) as url:
        port = int(url.rsplit(":")[-1])

        def asked(kind: str, count: int) -> dict[str, Any]:
            given = [["", ""]] * count if kind == "page" else [next(people) for _ in range(count)]
            return load(site, port, kind, seeded["slug"], given)

        found["page"] = asked("page", PAGES)
        found["vote"] = asked("vote", PEOPLE - TRACED - 200)
        found["pair"] = asked("pair", 60)
        found["syncs"] = traced(site, lambda: asked("vote", TRACED))
    return found


def worker(site: Site, *command: object) -> Any:
    return said([sys.executable, "-m", "benchmarks.votes_ours", *map(str, command)], site.env)


def load(site: Site, port: int, kind: str, slug: str, people: list[list[str]]) -> dict[str, Any]:
    """Ask, and see what it cost the server: the time of its processes, those of the database apart."""
    order = {"port": port, "connections": CONNECTIONS, "warm": WARM if len(people) > 2 * WARM else 1}
    order |= {"kind": kind, "slug": slug, "people": people}
    before = processors(site)
    found = said([sys.executable, "-m", "benchmarks.votes_load"], os.environ, json.dumps(order))
    after = processors(site)
    wrong = {answer: n for answer, n in found["answers"].items() if answer.split()[1] not in ("200", "302")}
    assert not wrong, f"not every answer was a page: {wrong}"
    times = found["times"].items()
    asked = sum(found["answers"].values())
    whole = sum(found["answers"].get(each, 0) for each in ("vote 302", "vote 200")) or asked
    return {
        "rate": {step: len(each) / found["wall"] for step, each in times},
        "p50": {step: statistics.median(each) for step, each in times},
        "p99": {step: each[int(len(each) * 0.99)] for step, each in times},
        "cpu": {name: (after[name] - before.get(name, 0)) / whole for name in after},
        "whole": whole,
    }


def said(command: list[str], environment: Any, given: str = "") -> Any:
    done = subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def processes() -> dict[int, tuple[str, int, float]]:
    """Every process by its id: its name, its parent, and how many seconds of the processor it has had."""
    found, tick = {}, os.sysconf("SC_CLK_TCK")
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = re.fullmatch(r"\d+ \((.*)\) (.*)", file.read_text().strip(), re.DOTALL).groups()
        except OSError:
            continue
        fields = rest.split()
        used = sum(int(field) for field in fields[11:15])  # its own, and that of children that have ended
        found[int(file.parent.name)] = name, int(fields[1]), used / tick
    return found


def tree(root: int) -> dict[int, tuple[str, int, float]]:
    every = processes()
    wanted = {root}
    while more := {pid for pid, (_, parent, _) in every.items() if parent in wanted} - wanted:
        wanted |= more
    return {pid: every[pid] for pid in wanted if pid in every}


def processors(site: Site) -> dict[str, float]:
    """Seconds of the processor: of the server with its signer, and of the database where it is another."""
    server = next(iter(serving(site)))
    found = {"server": sum(used for _, _, used in tree(server).values())}
    if cluster := postmaster(site):
        found["database"] = sum(used for _, _, used in tree(cluster).values())
    return found


def serving(site: Site) -> Iterator[int]:
    """The processes that were started to serve this copy, the first before its children."""
    mark = f"COVENANT_HOME={site.home}".encode()
    for pid in sorted(processes()):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if mark in environment and b"serve" in command.split(b"\0"):
            yield pid


def postmaster(site: Site) -> int | None:
    pid = site.env.get("BENCH_CLUSTER")
    return int(pid) if pid else None


def traced(site: Site, ask: Any) -> float | None:
    """How often the disk was waited for, a vote; None where nobody can look."""
    if shutil.which("strace") is None:
        return None
    server = next(iter(serving(site)))
    pids = [*tree(server), *(tree(cluster) if (cluster := postmaster(site)) else ())]
    with tempfile.NamedTemporaryFile("r") as out:
        command = ["strace", "-f", "-e", f"trace={SYNCS}", "-o", out.name, *(f"-p{pid}" for pid in pids)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            for _ in pids:
                strace.stderr.readline()
            time.sleep(0.5)
            found = ask()
            strace.terminate()
        return len(re.findall(r"\b(?:fsync|fdatasync)\(", out.read())) / found["whole"]


def tell(name: str, found: dict[str, Any]) -> None:
    table = Table(title=f"{name}: {CONNECTIONS} connections")
    for column in ("asked", "a second", "p50 ms", "p99 ms", "processor ms: server", "database"):
        table.add_column(column, justify="left" if column == "asked" else "right")
    titles = {
        "vote": ("vote", "a vote sent (POST)"),
        "pair": ("vote", "a vote, and the next statement (POST, GET)"),
        "page": ("page", "the conversation's page, uncached"),
    }
    for kind, (step, title) in titles.items():
        each = found[kind]
        milliseconds = [1000 * each[clock][step] for clock in ("p50", "p99")]
        cpu = [1000 * each["cpu"].get(of, 0) for of in ("server", "database")]
        table.add_row(
            title,
            f"{each['rate'][step]:.0f}",
            *(f"{ms:.0f}" for ms in milliseconds),
            *(f"{ms:.2f}" if ms else "-" for ms in cpu),
        )
    console.print(table)
    alone, cpu = found["alone"], found["vote"]["cpu"]["server"]
    record = alone["append"] + alone["later"]
    console.print(
        f"Without HTTP: {1000 * alone['cpu']:.2f} ms of the processor, {1000 * alone['wall']:.2f} ms on "
        f"the wall, {alone['count']:.1f} queries. The record: "
        f"{1000 * alone['append']:.3f} ms to seal and append, "
        f"{1000 * alone['later']:.3f} ms to place and publish: {record / cpu:.0%} of a vote's "
        f"{1000 * cpu:.2f} ms. Waits for the disk a vote, {CONNECTIONS} at once: "
        + (f"{found['syncs']:.2f}." if found["syncs"] is not None else "not counted, strace is not here.")
    )
    if os.environ.get("BENCH_QUERIES"):
        for query in alone["queries"]:
            console.print(query, markup=False, style="dim")


if __name__ == "__main__":
    main()
