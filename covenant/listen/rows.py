"""Published figures as a page tells them: statements with their counts, what sets groups apart. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
ORDERS = ("agreed", "divided", "newest")


@dataclass(frozen=True)
class Row:
    """A statement and how it was answered; counts are None where too few people saw it.

    The widths of the three parts of its bar are whole thousandths that add up to 1000.
    """

    id: str
    number: int
    text: str
    agrees: int | None = None
    disagrees: int | None = None
    passes: int | None = None
    seen: int | None = None
    percent: int = 0  # who agreed
    against: int = 0  # who disagreed
    low: int = 0  # the ends of the 95 % interval of `percent`
    high: int = 0
    wide: tuple[int, int, int] = (0, 0, 0)  # agree, pass, disagree

    @property
    def starts(self) -> tuple[int, int]:
        """Where the bar's second and third part start."""
        return self.wide[0], self.wide[0] + self.wide[1]


@dataclass(frozen=True)
class Group:
    """A group of people who voted alike, told by what sets it apart."""

    label: str
    size: int | None
    agrees: tuple[
        tuple[Row, int, int], ...
    ]  # a statement, how many of the group agreed, of how many who saw it
    disagrees: tuple[tuple[Row, int, int], ...]


def rows(figures: Figures | None, shown: Iterable[tuple[str, int, str]]) -> dict[str, Row]:
    """The statements that are shown now, by id, each with its figures if it has any.

    Parameters
    ----------
    figures
        A snapshot's; None where there is none yet.
    shown
        Id, number and text of each statement. One that was hidden since is not among them.
    """
    counted = {line["id"]: line for line in figures["statements"]} if figures else {}
    return {id: _row(counted.get(id), id, number, text) for id, number, text in shown}


def _row(line: Mapping[str, Any] | None, id: str, number: int, text: str) -> Row:
    if line is None or not line["seen"]:
        return Row(id, number, text)
    seen, share = line["seen"], line["share"]
    first = round(1000 * line["agrees"] / seen)
    second = round(1000 * (line["agrees"] + line["passes"]) / seen)
    return Row(
        id,
        number,
        text,
        line["agrees"],
        line["disagrees"],
        line["passes"],
        seen,
        percent=round(100 * line["agrees"] / seen),
        against=round(100 * line["disagrees"] / seen),
        low=round(100 * share["low"]),
        high=round(100 * share["high"]),
        wide=(first, second - first, 1000 - second),
    )


def listed(figures: Figures, name: str, known: Mapping[str, Row]) -> list[Row]:
    """The statements that the figures list as "agree" or "disagree" (common ground) or as "divisive"."""
    found = figures["divisive"] if name == "divisive" else figures["consensus"][name]
    return [known[each["statement"]] for each in found if each["statement"] in known]


def groups(figures: Figures, known: Mapping[str, Row]) -> list[Group]:
    """Each group by the statements that set it apart, as far as they may be shown."""
    return [
        Group(group["label"], group["size"], _told(group, "agree", known), _told(group, "disagree", known))
        for group in figures["groups"]
    ]


def _told(group: Mapping[str, Any], way: str, known: Mapping[str, Row]) -> tuple[tuple[Row, int, int], ...]:
    return tuple(
        (known[told["statement"]], told["n_success"], told["n_trials"])
        for told in group["representative"]
        if told["direction"] == way and told["statement"] in known
    )


def in_order(found: Iterable[Row], order: str) -> list[Row]:
    """Statements by how many agree, by how much they divide, or the newest first; without counts last."""
    if order == "newest":
        return sorted(found, key=lambda row: -row.number)
    if order == "divided":
        return sorted(found, key=lambda row: (-min(row.percent, row.against), -(row.seen or 0), row.number))
    return sorted(found, key=lambda row: (row.seen is None, -row.low, row.number))
