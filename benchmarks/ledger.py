"""The profile of places: how long all bodies take to load, beside pandas; and what a page costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RIVAL = ROOT / ".venv-rivals" / "bin" / "python"
DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "place"
OUTTURN = "local_government_finance/derived_ro_ledger_wide.csv.gz"
FILES = (
    ("geography", "geography/derived_lsoa21_hierarchy.csv.gz"),
    ("geography", "geography/mysociety_uk_local_authorities_future.csv"),
    ("geography", "geography/geographr_ruc21_ltla24.csv"),
    ("outturn", OUTTURN),
    ("spending-power", "local_government_finance/core_spending_power_2012_2021/SpendingMillions.csv"),
    ("competences", "competences/local_services.csv"),
    ("competences", "competences/local-authorities.csv"),
    ("need", "deprivation_need/imd2025_england_ltla24.csv"),
    ("need", "deprivation_need/imd2019_england_ltla23.csv"),
    ("towns-fund", "towns_fund/towns_fund_awards.csv"),
)
console = Console(width=118)


def main() -> None:
    console.print("\n[bold]profile: loading what is published about places, and showing it[/bold]")
    missing = [file for _, file in FILES if not (DATA / file).exists()]
    if missing:
        console.print(f"The published files are not here (COVENANT_DATA), {missing[0]} for one: left out.")
        return
    with tempfile.TemporaryDirectory() as folder:
        ours = _run(
            [sys.executable, "-m", "benchmarks.ledger_ours", str(DATA), json.dumps(FILES)],
            COVENANT_HOME=folder,
        )
    theirs = (
        _run([str(RIVAL), str(HERE / "profile_rival.py"), str(DATA / OUTTURN)]) if RIVAL.exists() else None
    )
    if theirs is None:
        console.print(f"pandas is not here ({RIVAL.relative_to(ROOT)}): only our own figures are shown.")
    _loading(ours, theirs)
    _pages(ours)


def _run(command: list[str], **environment: str) -> dict[str, Any]:
    env = os.environ | {"PYTHONWARNINGS": "ignore"} | environment
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _loading(ours: dict[str, Any], theirs: dict[str, Any] | None) -> None:
    table = Table(
        title="Revenue outturn of all 444 bodies a year, into SQLite: seconds on the wall (processor)"
    )
    for name in ("", "lines kept", "load", "peak MB", "checked"):
        table.add_column(name, justify="left" if not name else "right")
    rows = [("covenant", ours["loading"], "units, doubles, codes; source, hash, record")]
    if theirs:
        rows.append((f"pandas {theirs['version']}", theirs, "nothing"))
    for name, found, checked in rows:
        seconds = f"{found['wall']:.2f} ({found['processor']:.2f})"
        table.add_row(name, f"{found['lines']:,}", seconds, f"{found['peak']:.0f}", checked)
    console.print(table)
    console.print(f"All {len(FILES)} files together: {ours['all']:.1f} s on the wall.")


def _pages(ours: dict[str, Any]) -> None:
    table = Table(title="A place's profile page: median of 15, milliseconds on the server")
    for name in ("page", "wall", "processor", "queries", "kB"):
        table.add_column(name, justify="left" if name == "page" else "right")
    for page in ours["pages"]:
        wall, processor = f"{1000 * page['wall']:.0f}", f"{1000 * page['cpu']:.0f}"
        table.add_row(page["url"], wall, processor, str(page["queries"]), f"{page['bytes'] / 1000:.0f}")
    console.print(table)
