"""The record: how long until what waits is signed, how long a sceptic waits, and the tree beside pymerkle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RIVAL = ROOT / ".venv-rivals" / "bin" / "python"
VERIFIER = ROOT / "covenant" / "record" / "verify_record.py"
WAITING, LARGE, TREE = 100_000, 1_000_000, 20_000
console = Console(width=118)


def main() -> None:
    console.print("\n[bold]record: signing what waits, and checking it with nothing of ours[/bold]")
    table = Table("What", "Seconds", "Mark", box=None)
    with tempfile.TemporaryDirectory() as home:
        found = _run("sequence", WAITING, COVENANT_HOME=home, DATABASE_URL="")
    whole = found["places"] + found["signed"]
    assert found["size"] >= WAITING
    table.add_row(f"{WAITING:,} acts that wait: given places", f"{found['places']:.1f}", "")
    table.add_row("  written as tiles, on the disk, and signed", f"{found['signed']:.1f}", "")
    table.add_row("  in all", f"{whole:.1f}", "5")
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "record"
        key = _run("make", folder, LARGE)["key"]
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(VERIFIER), str(folder), "--key", key], capture_output=True, text=True
        )
        took = time.perf_counter() - start
    assert done.returncode == 0, done.stdout + done.stderr
    table.add_row(f"{LARGE:,} entries verified by verify_record.py", f"{took:.1f}", "10")
    console.print(table)
    _beside()


def _beside() -> None:
    ours = _run("tree", TREE)
    if not RIVAL.exists():
        console.print(f"pymerkle is not here ({RIVAL.relative_to(ROOT)}): only our own figures are shown.")
        theirs = None
    else:
        theirs = _said([str(RIVAL), str(HERE / "record_rival.py"), str(TREE)], {})
        assert theirs["root"] == ours["root"], "pymerkle finds another root"
    table = Table(f"A tree over {TREE:,} entries, in memory", "ours", "pymerkle 7", "ratio", box=None)
    for name, of, count in (
        ("appends a second", "append", TREE),
        ("inclusion proofs a second", "proof", None),
    ):
        rates = [(count or each["proofs"]) / each[of] for each in (ours, theirs) if each]
        beside = [f"{rates[1]:,.0f}", f"{rates[0] / rates[1]:,.1f}x"] if theirs else ["", ""]
        table.add_row(name, f"{rates[0]:,.0f}", *beside)
    console.print(table)
    if theirs:
        console.print("The roots are the same, byte for byte. Seconds of the processor, median of three.")


def _run(*command: object, **environment: str) -> dict[str, Any]:
    return _said([sys.executable, "-m", "benchmarks.record_ours", *map(str, command)], environment)


def _said(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
