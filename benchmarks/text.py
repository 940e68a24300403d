"""Reading a document for the lexicon, beside one regular expression a term and spaCy's PhraseMatcher."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from covenant.scrutinise.engine.terms import forms
from covenant.scrutinise.formats.lexicon import read_lexicon

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RIVAL = ROOT / ".venv-rivals" / "bin" / "python"
SIZES = {"a report of 15,000 words": 15_000, "300,000 words": 300_000}
console = Console(width=118)
Entry = dict[str, Any]


def main() -> None:
    console.print("\n[bold]text: which of the lexicon's terms a document mentions[/bold]")
    entries = _entries()
    sides = {
        "ours": [sys.executable, "-m", "benchmarks.text_ours"],
        "re, one a term": [sys.executable, str(HERE / "text_rival.py"), "re"],
        "spaCy": [str(RIVAL), str(HERE / "text_rival.py"), "spacy"],
    }
    if not RIVAL.exists():
        console.print(f"spaCy is not here ({RIVAL.relative_to(ROOT)}): it is left out.")
        del sides["spaCy"]
    table = Table(title="Milliseconds on the wall (of the processor), all terms made ready; MB: most held")
    for name in ("document", "by", "ready", "reading", "MB", "mentions", "the same for"):
        table.add_column(name, justify="left" if name in ("document", "by") else "right")
    with tempfile.TemporaryDirectory() as folder:
        for title, words in SIZES.items():
            task = Path(folder) / "task.json"
            task.write_text(json.dumps({"text": made_up(1, words, entries), "entries": entries}))
            found = {side: _run(command, task, 5 if side == "ours" else 1) for side, command in sides.items()}
            _rows(table, title, found)
    console.print(table)
    terms = sum(len(entry["terms"]) + len(entry["not"]) for entry in entries)
    console.print(
        f"{terms:,} ways of writing {len(entries)} entries; 'the same for': how many entries have the same "
        "count as ours. Both others are given our rule for terms that overlap, in a few lines of their own. "
        "'with no rule': what the expressions count if every match is taken, as they usually are."
    )


def _entries() -> list[Entry]:
    """The house's entries, with those ways of writing them that all sides read alike: words and spaces."""

    def plain(phrases: tuple[str, ...]) -> list[str]:
        ways = {way for phrase in phrases for way in forms(phrase)}
        return sorted(" ".join(way) for way in ways if all(word.isascii() and word.isalpha() for word in way))

    return [
        {"kind": e.kind.value, "name": e.name, "terms": plain(e.terms), "not": plain(e.not_terms)}
        for e in read_lexicon().entries
    ]


def made_up(seed: int, words: int, entries: list[Entry]) -> str:
    """A text of words without sense, one in fourteen a term or a phrase that rules one out."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnoprstuvwxyz"
    others = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(8000)]
    phrases = [phrase for entry in entries for phrase in (*entry["terms"], *entry["not"])]
    pieces: list[str] = []
    count = 0
    while count < words:
        piece = rng.choice(phrases) if rng.random() < 1 / 14 else rng.choice(others)
        count += len(piece.split())
        piece = rng.choice((str, str, str, str.title, str.upper))(piece)
        pieces.append(piece.replace(" ", rng.choice((" ", " ", " ", "\n"))))
        pieces.append(rng.choices((" ", "\n", ". ", "; "), (80, 10, 6, 4))[0])
    return "".join(pieces)


def _run(command: list[str], task: Path, times: int) -> dict[str, Any]:
    done = subprocess.run(
        [*command, str(task), str(times)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _rows(table: Table, title: str, found: dict[str, dict[str, Any]]) -> None:
    ours = found["ours"]["counts"]
    for side, each in found.items():
        same = sum(a == b for a, b in zip(each["counts"], ours, strict=True))
        row = [f"{1000 * each['ready']:,.0f}", f"{1000 * each['read']['wall']:,.0f}"]
        row[1] += f" ({1000 * each['read']['cpu']:,.0f})"
        table.add_row(
            title, side, *row, f"{each['peak']:.0f}", f"{sum(each['counts']):,}", f"{same} of {len(ours)}"
        )
        if "every" in each:
            table.add_row(title, f"{side}, with no rule", "", "", "", f"{sum(each['every']):,}", "")
        title = ""
