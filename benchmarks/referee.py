"""The referee on planted programmes: precision and recall of each rule, and how long a reading takes."""

from __future__ import annotations

import random

from rich.console import Console
from rich.table import Table

from benchmarks.measured import timed
from covenant.scrutinise.engine import referee
from tests.scrutinise import programmes as planted
from tests.scrutinise import test_plants

console = Console(width=118)


def main() -> None:
    console.print("\n[bold]scrutinise: the referee's questions[/bold]")
    console.print(
        "No other tool that we know of reads a programme and asks about it, so no rival stands beside these."
    )
    _found()
    _times()


def _found() -> None:
    """Each rule's planted programmes: the tests ask that all be told apart, and this prints how many are."""
    table = Table(
        title=f"Planted programmes, {test_plants.EACH} a rule, told apart with the house's thresholds"
    )
    for name in ("rule", "questions", "planted", "to be asked", "asked rightly", "wrongly", "missed"):
        table.add_column(name, justify="left" if name == "rule" else "right")
    for name in ("precision", "recall"):
        table.add_column(name, justify="right")
    for rule in test_plants.RULES:
        n, right, wrong, missed = test_plants.score(rule)
        counts = [len(test_plants.module(rule).PLANTS), n, right + missed, right, wrong, missed]
        shares = [_share(right, right + wrong), _share(right, right + missed)]
        table.add_row(rule, *map(str, counts), *shares)
    console.print(table)
    absent = sorted(set(referee.RULES) - set(test_plants.RULES))
    if absent:
        console.print(f"No programmes are planted for {', '.join(absent)}: nothing is measured of it.")
    console.print(
        "These programmes are made up after what each rule says of itself: they show that it does what it "
        "says, not that people would ask the same of real documents."
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%} of {whole}" if whole else "-"


def _times() -> None:
    table = Table(title="A whole reading, every rule, one core, without reading the file: median")
    for name in (
        "proposals",
        "duties",
        "runs",
        "ms on the wall",
        "ms of the processor",
        "asked",
        "not asked",
    ):
        table.add_column(name, justify="right")
    for size, runs in ((20, 20), (2_000, 5)):
        programme = planted.crowded(random.Random(size), size, words=max(size // 4, 1))
        time, reading = timed(lambda programme=programme: referee.ask(programme, planted.HOUSE), runs)
        duties = sum(len(proposal.duties) for proposal in programme.proposals)
        milliseconds = [f"{1000 * time[clock]:,.0f}" for clock in ("wall", "cpu")]
        found = [str(len(reading.questions)), str(len(reading.unasked))]
        table.add_row(f"{size:,}", f"{duties:,}", str(runs), *milliseconds, *found)
    console.print(table)


if __name__ == "__main__":
    main()
