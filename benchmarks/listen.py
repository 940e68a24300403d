"""The opinion map beside red-dwarf's: time, memory, published groups, and planted groups found again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from covenant.listen.formats import read_export

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RIVAL = ROOT / ".venv-rivals" / "bin" / "python"
DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "polis"
console = Console(width=118)
Columns = dict[str, np.ndarray]


def main() -> None:
    console.print("\n[bold]listen: the opinion map, beside red-dwarf 0.4.0[/bold]")
    cases: dict[str, tuple[Columns, list[int] | None]] = {}
    if DATA.is_dir():
        for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
            cases[folder.name] = _real(folder)
    else:
        console.print("The real Polis conversations are not here (COVENANT_DATA): they are left out.")
    cases["10,000 x 500, made up"] = planted(1, people=10_000, statements=500, seen=0.05, groups=4)[0], None
    rival = RIVAL.exists()
    if not rival:
        console.print(f"red-dwarf is not here ({RIVAL.relative_to(ROOT)}): only our own figures are shown.")
    with tempfile.TemporaryDirectory() as folder:
        found = {name: _both(columns, Path(folder), rival) for name, (columns, _) in cases.items()}
        _times(found)
        _start(found, _cold(cases["10,000 x 500, made up"][0], Path(folder)))
        _agreement({name: (found[name], groups) for name, (_, groups) in cases.items() if groups})
        _planted(Path(folder), rival)


def _real(folder: Path) -> tuple[Columns, list[int]]:
    """The latest votes of a conversation, and its published groups (-1: none)."""
    export = read_export(folder)
    votes = export.votes
    who = np.repeat(np.arange(votes.n_participants), votes.cast)
    out = np.array([statement.out for statement in export.statements])
    columns = {"who": who, "what": votes.statements, "value": votes.values, "out": out}
    return columns, [-1 if group is None else group for group in export.groups]


def planted(
    seed: int, *, people: int, statements: int, seen: float, groups: int, faith: float = 0.9
) -> tuple[Columns, list[int]]:
    """Votes of people who answer as their group does with probability `faith`, and the group of each."""
    rng = np.random.default_rng(seed)
    of = rng.integers(groups, size=people)
    answers = rng.choice([-1, 1], (groups, statements))
    follows = rng.random((people, statements)) < faith
    values = np.where(follows, answers[of], -answers[of])
    who, what = np.nonzero(rng.random((people, statements)) < seen)
    out = np.zeros(statements, np.bool_)
    return {"who": who, "what": what, "value": values[who, what], "out": out}, of.tolist()


def _run(
    command: list[str], columns: Columns, folder: Path, times: int, **environment: str
) -> dict[str, Any]:
    path = folder / "votes.npz"
    np.savez(path, **columns)  # type: ignore[arg-type]
    done = subprocess.run(
        [*command, str(path), str(times)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"} | environment,
    )
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _ours(columns: Columns, folder: Path, times: int, **environment: str) -> dict[str, Any]:
    return _run([sys.executable, "-m", "benchmarks.listen_ours"], columns, folder, times, **environment)


def _both(columns: Columns, folder: Path, rival: bool) -> dict[str, Any]:
    _ours(columns, folder, 1)  # once before, so that the kernels are compiled and stored
    theirs = _run([str(RIVAL), str(HERE / "listen_rival.py")], columns, folder, 3) if rival else None
    return {"votes": len(columns["who"]), "ours": _ours(columns, folder, 9), "theirs": theirs}


def _cold(columns: Columns, folder: Path) -> dict[str, Any]:
    """A first run on a new machine: nothing is compiled yet."""
    return _ours(columns, folder, 1, NUMBA_CACHE_DIR=str(folder / "cache"))


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f}"


def _times(found: dict[str, Any]) -> None:
    table = Table(
        title="Whole map, milliseconds on the wall (of the processor): median of 9 of ours, of 3 of theirs"
    )
    for name in ("conversation", "votes", "ours", "theirs", "ratio", "ratio*", "MB ours", "MB theirs"):
        table.add_column(name, justify="left" if name == "conversation" else "right")
    for name, each in found.items():
        cells = [name, f"{each['votes']:,}", *_sides(each)]
        table.add_row(*cells)
    console.print(table)
    console.print(
        "ratio*: without the clustering step on either side, since the rival's silhouette is over every "
        "pair of people "
        "and ours over at most 100 base clusters. MB: the most that the whole process held, and in brackets "
        "how much of "
        "it came during the runs."
    )


def _sides(each: dict[str, Any]) -> list[str]:
    sides = [each["ours"], each["theirs"]]
    time = [f"{_ms(s['full']['wall'])} ({_ms(s['full']['cpu'])})" if s else "-" for s in sides]
    memory = [f"{s['peak']:.0f} ({s['peak'] - s['before']:.0f})" if s else "-" for s in sides]
    ours, theirs = sides
    ratios = [
        f"{theirs[k]['wall'] / ours[k]['wall']:.0f}x" if theirs else "-" for k in ("full", "without_groups")
    ]
    return [*time, *ratios, *memory]


def _start(found: dict[str, Any], cold: dict[str, Any]) -> None:
    last = list(found.values())[-1]
    words = (
        f"Apart from these, ours takes {last['ours']['imports']:.2f} s to import and "
        f"{last['ours']['compilation']:.2f} s to load its compiled kernels "
        f"({cold['compilation']:.1f} s to compile them, once on a machine)"
    )
    if last["theirs"]:
        words += f"; theirs {last['theirs']['imports']:.2f} s to import"
    console.print(words + ".")


def _agreement(found: dict[str, Any]) -> None:
    if not found:
        return
    table = Table(
        title="Agreement with the published groups (adjusted Rand index): median, and range over seeds"
    )
    for name in ("conversation", "people", "ours, 10 seeds", "theirs, 5 seeds"):
        table.add_column(name)
    for name, (each, groups) in found.items():
        cells = []
        for side in (each["ours"], each["theirs"]):
            scores = sorted(same_groups(labels, groups) for labels in side["labels"]) if side else []
            words = f"{median(scores):.2f}  ({scores[0]:.2f} to {scores[-1]:.2f})" if scores else "-"
            cells.append(words)
        table.add_row(name, str(sum(group >= 0 for group in groups)), *cells)
    console.print(table)
    console.print(
        "The published groups depend on the order in which votes came in, which no export tells: 1.00 is "
        "not the aim."
    )


def _planted(folder: Path, rival: bool) -> None:
    table = Table(
        title="Planted groups found again: 2,000 people, 60 statements, 30% seen; median adjusted Rand index"
    )
    for name in ("groups", "answer as their group", "ours, 20 seeds", "right number", "theirs, 3 seeds"):
        table.add_column(name)
    for groups, faith in ((2, 0.9), (3, 0.9), (4, 0.9), (3, 0.75), (1, 0.9)):
        ours, theirs, right = [], [], 0
        for seed in range(20):
            columns, of = planted(seed, people=2000, statements=60, seen=0.3, groups=groups, faith=faith)
            labels = _find(columns, seed)
            ours.append(same_groups(labels, of))
            right += max(labels) + 1 == groups
            if rival and seed < 3:
                command = [str(RIVAL), str(HERE / "listen_rival.py")]
                theirs.append(same_groups(_run(command, columns, folder, 1)["labels"][0], of))
        score = f"{median(theirs):.2f}" if theirs else "-"
        table.add_row(str(groups), f"{faith:.0%}", f"{median(ours):.2f}", f"{right} of 20", score)
    console.print(table)


def _find(columns: Columns, seed: int) -> list[int]:
    from covenant.listen.engine.opinion import opinion_map
    from covenant.listen.types import Votes

    n, m = int(columns["who"].max()) + 1, len(columns["out"])
    votes = Votes.of(columns["who"], columns["what"], columns["value"], n_participants=n, n_statements=m)
    labels: list[int] = opinion_map(votes, rng=np.random.default_rng(seed)).groups.labels.tolist()
    return labels


def same_groups(found: list[int], given: list[int]) -> float:
    """The adjusted Rand index over those whom both place in a group: 1 where they agree, 0 by chance."""
    pairs = [(a, b) for a, b in zip(found, given, strict=True) if a >= 0 and b >= 0]
    one, two = (np.array(side) for side in zip(*pairs, strict=True))
    table = np.zeros((one.max() + 1, two.max() + 1))
    np.add.at(table, (one, two), 1)

    def within(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns, n = within(table.sum(axis=1)), within(table.sum(axis=0)), len(one)
    expected = rows * columns / (n * (n - 1) / 2)
    most = (rows + columns) / 2
    return (within(table) - expected) / (most - expected) if most > expected else 1.0
