"""The files that a run leaves: all of them, or none."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from covenant.listen.pictures import Figures
from covenant.listen.report import report
from covenant.listen.types import OpinionMap

RISKY = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a sign that would begin one.

    Examples
    --------
    >>> harmless("=1+1"), harmless("We agree")
    ("'=1+1", 'We agree')
    """
    return f"'{text}" if text.lstrip().startswith(RISKY) or text.startswith(RISKY) else text


def documents(figures: Figures, opinion: OpinionMap, participants: Sequence[str]) -> dict[str, str]:
    """Each output file's name and text. Public figures go without `positions.csv`: it names every
    participant.
    """
    written = {
        "opinion.json": json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        "statements.csv": statements_csv(figures),
        "report.html": report(figures),
    }
    if not figures["public"]:
        written["positions.csv"] = positions_csv(opinion, participants, figures["groups"])
    return written


def _csv(rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def positions_csv(
    opinion: OpinionMap, participants: Sequence[str], groups: Sequence[Mapping[str, Any]]
) -> str:
    """Where each participant stands; the group is empty for those who are in none."""
    labels = [group["label"] for group in groups]
    rows: list[list[Any]] = [["participant", "x", "y", "group"]]
    for name, (x, y), g in zip(
        participants, opinion.positions.tolist(), opinion.groups.labels.tolist(), strict=True
    ):
        rows.append([harmless(name), f"{x:.10g}", f"{y:.10g}", labels[g] if g >= 0 else ""])
    return _csv(rows)


def statements_csv(figures: Figures) -> str:
    """A row for each statement; figures that may not be shown are empty cells."""
    counts = ("agrees", "disagrees", "passes", "seen")
    header = ["statement", "text", "moderated_out", "meta", *counts, "counted", "agree_share", "low", "high"]
    header += [f"{name}_{group['label']}" for group in figures["groups"] for name in counts]
    header += ["group_aware_consensus", "extremity", "priority", "kinds"]
    rows: list[list[Any]] = [header]
    for row in figures["statements"]:
        share = row["share"] or {}
        line = [harmless(row["id"]), harmless(row["text"]), int(row["moderated_out"]), int(row["meta"])]
        line += [
            *(row[name] for name in counts),
            row["counted"],
            *(share.get(name) for name in ("value", "low", "high")),
        ]
        line += [cell[name] for cell in row["groups"] for name in counts]
        line += [row["group_aware_consensus"], row["extremity"], row["priority"], " ".join(row["kinds"])]
        rows.append(line)
    return _csv(rows)


def write(written: Mapping[str, str], folder: Path) -> None:
    """Write all files beside the folder first, then move them in: a reader never sees half a result.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in written.items():
            (beside / name).write_text(text, "utf-8", newline="")
        folder.mkdir(exist_ok=True)
        for name in written:
            os.replace(beside / name, folder / name)  # noqa: PTH105 (it replaces on every system)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
