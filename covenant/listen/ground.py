"""What a statement can be cited as, and its counts, out of published figures. Pure."""

from typing import Any

from covenant.listen.heard import GroupCount

Row = dict[str, Any]


def kinds(row: Row, divisive: set[str]) -> tuple[str, ...]:
    """What a statement can be cited as.

    Common ground: the figures list it as what everyone shares, or the larger part of those who saw it agreed
    beyond chance, in every group that is shown too. Dissent: the figures list it among what divides people,
    or the larger part of one group agrees with it while the larger part of another disagrees.

    Parameters
    ----------
    row
        A statement's row of the figures.
    divisive
        The ids of the statements that the figures list as dividing people.

    Returns
    -------
    tuple of str
        "common ground", "dissent", both or neither.
    """
    groups = [group for group in row["groups"] if group["seen"]]
    yes = [2 * group["agrees"] > group["seen"] for group in groups]
    no = [2 * group["disagrees"] > group["seen"] for group in groups]
    found = []
    listed = {"agreed", "disagreed"} & set(row["kinds"])
    beyond_chance = bool(row["share"]) and row["share"]["low"] > 0.5
    if row["seen"] and (listed or (beyond_chance and all(yes))):
        found.append("common ground")
    if row["id"] in divisive or (any(yes) and any(no)):
        found.append("dissent")
    return tuple(found)


def groups(figures: dict[str, Any], row: Row) -> tuple[GroupCount, ...]:
    """How each group answered one statement, in the figures' own order; withheld counts are None."""
    named = {group["id"]: group for group in figures["groups"]}
    return tuple(
        GroupCount(
            name=named[cell["group"]]["label"],
            size=named[cell["group"]]["size"],
            agrees=cell["agrees"],
            disagrees=cell["disagrees"],
            passes=cell["passes"],
        )
        for cell in row["groups"]
    )


def row_of(figures: dict[str, Any], statement: str) -> Row | None:
    """A statement's row, or None where the figures do not have it."""
    return next((row for row in figures["statements"] if row["id"] == statement), None)


def thousandths(share: float | None) -> int | None:
    return None if share is None else round(1000 * share)
