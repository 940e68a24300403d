"""What a run found, as plain figures for a file, a page or a snapshot. Pure; needs no numba.

Public figures are worked out from the counts that may be shown, and from nothing else: see
`engine/suppression.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from covenant.listen.engine import VERSION
from covenant.listen.engine.grid import density
from covenant.listen.engine.interval import wilson
from covenant.listen.engine.suppression import MINIMUM, Shown, shown, veil
from covenant.listen.types import OpinionMap, Statement, Telling, Vote

SCHEMA = "covenant.listen.opinion/1"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FEW = "fewer than 10 people"
BESIDE = "so that another group's small count cannot be worked out"
Figures = dict[str, Any]


def figures(
    opinion: OpinionMap,
    statements: Sequence[Statement],
    *,
    public: bool,
    seed: int | None = None,
    topic: str = "",
    description: str = "",
) -> Figures:
    """The figures of one opinion map, ready for JSON; with `public`, only what may be shown to everyone.

    Raises
    ------
    ValueError
        There is not one statement for each column of the votes.
    """
    if len(statements) != len(opinion.everyone.agrees):
        raise ValueError("one statement for each column of the votes")
    show = _shown(opinion, public)
    groups = _groups(opinion, statements, show, public)
    rows = [
        _statement(opinion, statements, j, show[j], public)
        for j, statement in enumerate(statements)
        if not (public and statement.out)
    ]
    votes = sum(row["seen"] or 0 for row in rows) if public else opinion.n_votes
    return {
        "schema": SCHEMA,
        "engine": {"name": "covenant.listen", "version": VERSION},
        "seed": seed,
        "public": public,
        "fewest_shown": MINIMUM if public else 1,
        "parameters": _parameters(opinion),
        "conversation": {"topic": topic, "description": description},
        "participants": _participants(opinion, groups),
        "votes": votes,
        "statements_asked": sum(not statement.out for statement in statements),
        "statements_moderated_out": sum(statement.out for statement in statements),
        "groups": groups,
        "silhouettes": {str(k): _number(v) for k, v in opinion.groups.silhouettes.items()},
        "consensus": {
            "agree": _agreed(opinion.agreed, statements, show, rows),
            "disagree": _agreed(opinion.disagreed, statements, show, rows),
        },
        "divisive": _divisive(rows),
        "statements": rows,
        "map": _map(opinion, groups, public),
    }


def _number(value: float) -> float:
    """Ten digits: the same on every machine, whatever its arithmetic does with the last few."""
    return float(f"{value:.10g}") + 0.0


def _parameters(opinion: OpinionMap) -> Figures:
    settings = opinion.settings
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def _small(opinion: OpinionMap, public: bool) -> list[bool]:
    return [bool(public and size < MINIMUM) for size in opinion.groups.sizes]


def _shown(opinion: OpinionMap, public: bool) -> list[Shown]:
    n = len(opinion.everyone.agrees)
    if not public:
        return [Shown(True, True, (True,) * opinion.groups.n)] * n
    small = _small(opinion, public)
    seen = opinion.everyone.seen
    bases = np.array([tally.seen for tally in opinion.by_group]).reshape(opinion.groups.n, n)
    outside = seen - bases.sum(axis=0)
    return [shown(bases[:, j].tolist(), int(outside[j]), small) for j in range(n)]


def _groups(
    opinion: OpinionMap, statements: Sequence[Statement], show: list[Shown], public: bool
) -> list[Figures]:
    sizes = opinion.groups.sizes.tolist()
    small = _small(opinion, public)
    outside = len(opinion.groups.labels) - sum(sizes)
    hidden = veil(sizes, small, outside)
    return [
        {
            "id": g,
            "label": LETTERS[g],
            "size": None if hidden[g] else sizes[g],
            "suppressed": (FEW if small[g] else BESIDE) if hidden[g] else None,
            "centre": None if small[g] else [_number(v) for v in opinion.groups.centres[g]],
            "representative": [
                _telling(told, statements, show[told.statement])
                for told in opinion.representative[g]
                if show[told.statement].groups[g]
            ],
        }
        for g in range(opinion.groups.n)
    ]


def _telling(told: Telling, statements: Sequence[Statement], show: Shown) -> Figures:
    compared = all(show.groups)
    return {
        "statement": statements[told.statement].id,
        "direction": told.direction.name.lower(),
        "n_success": told.n_success,
        "n_trials": told.n_trials,
        "share": _number(told.n_success / told.n_trials) if told.n_trials else 0.0,
        "p": _number(told.p),
        "z": _number(told.z),
        "ratio": _number(told.ratio) if compared else None,
        "z_others": _number(told.z_others) if compared else None,
    }


def _participants(opinion: OpinionMap, groups: list[Figures]) -> Figures:
    total, inside = len(opinion.groups.labels), int(opinion.groups.sizes.sum())
    known = all(group["size"] is not None for group in groups)
    return {
        "total": total,
        "in_groups": inside if known else None,
        "outside": total - inside if known else None,
    }


def _counts(agrees: int, disagrees: int, passes: int) -> Figures:
    seen = agrees + disagrees + passes
    low, high = wilson(agrees, seen)
    share = {"value": agrees / seen if seen else 0.0, "low": low, "high": high}
    return {
        "agrees": agrees,
        "disagrees": disagrees,
        "passes": passes,
        "seen": seen,
        "share": {name: _number(value) for name, value in share.items()} | {"n": seen} if seen else None,
    }


def _withheld() -> Figures:
    return dict.fromkeys(("agrees", "disagrees", "passes", "seen", "share"))


def _statement(
    opinion: OpinionMap, statements: Sequence[Statement], j: int, show: Shown, public: bool
) -> Figures:
    statement = statements[j]
    cells = [[int(n[j]) for n in (t.agrees, t.disagrees, t.passes)] for t in opinion.by_group]
    everyone = opinion.everyone
    total = [int(n[j]) for n in (everyone.agrees, everyone.disagrees, everyone.passes)]
    if not show.everyone:
        total = [sum(column) for column in zip(*cells, strict=True)]
    small = _small(opinion, public)
    groups = [
        {"group": g, **(_counts(*cell) if show.groups[g] else _withheld())}
        | {"suppressed": None if show.groups[g] else FEW if small[g] or sum(cell) < MINIMUM else BESIDE}
        for g, cell in enumerate(cells)
    ]
    return {
        "id": statement.id,
        "text": statement.text,
        "moderated_out": statement.out,
        "meta": statement.meta,
        **(_counts(*total) if show.total else _withheld()),
        "counted": "everyone" if show.everyone else "people in groups",
        "suppressed": None if show.total else FEW,
        "groups": groups,
        "group_aware_consensus": _number(opinion.group_aware[j]) if all(show.groups) and groups else None,
        "extremity": None if public else _number(opinion.extremity[j]),
        "priority": None if public else _number(opinion.priority[j]),
        "kinds": _kinds(opinion, j, show),
    }


def _kinds(opinion: OpinionMap, j: int, show: Shown) -> list[str]:
    kinds = []
    if show.total and any(told.statement == j for told in opinion.agreed):
        kinds.append("agreed")
    if show.total and any(told.statement == j for told in opinion.disagreed):
        kinds.append("disagreed")
    for g, telling in enumerate(opinion.representative):
        if show.groups[g] and any(told.statement == j for told in telling):
            kinds.append(f"represents-{LETTERS[g]}")
    return kinds


def _agreed(
    telling: Sequence[Telling], statements: Sequence[Statement], show: list[Shown], rows: list[Figures]
) -> list[Figures]:
    """What everyone shares, in the counts that each row shows."""
    by_id = {row["id"]: row for row in rows}
    listed = []
    for told in telling:
        if not show[told.statement].total:
            continue
        row = by_id[statements[told.statement].id]
        success, trials = row["agrees" if told.direction == Vote.AGREE else "disagrees"], row["seen"]
        p = (success + 1) / (trials + 2)
        z = 2 * (trials + 1) ** 0.5 * ((success + 1) / (trials + 1) - 0.5)
        listed.append(
            {
                "statement": row["id"],
                "direction": told.direction.name.lower(),
                "n_success": success,
                "n_trials": trials,
                "share": _number(success / trials),
                "p": _number(p),
                "z": _number(z),
            }
        )
    return listed


def _divisive(rows: list[Figures], listed: int = 5, least: float = 0.5) -> list[Figures]:
    """Statements that split those who saw them: 4 x the share that agrees x the share that disagrees."""
    split = []
    for row in rows:
        if row["moderated_out"] or row["meta"] or not row["seen"] or row["seen"] < MINIMUM:
            continue
        division = 4 * row["agrees"] * row["disagrees"] / row["seen"] ** 2
        if division >= least:
            split.append({"statement": row["id"], "division": _number(division)})
    return sorted(split, key=lambda each: -each["division"])[:listed]


def _map(opinion: OpinionMap, groups: list[Figures], public: bool) -> Figures:
    """The squares of the map that may be shown; where they need ten people, as fine a grid as keeps most."""
    drawn = [g for g, group in enumerate(groups) if group["centre"] is not None]
    people = int(sum(opinion.groups.sizes[g] for g in drawn))
    best: tuple[int, Any] | None = None
    for across in (28, 20, 14, 10, 7, 5, 4, 3) if public else (28,):
        cells, middles, side = density(
            opinion.positions, opinion.groups, across=across, minimum=MINIMUM if public else 1
        )
        keep = np.isin(cells[:, 0], drawn)
        covered = int(cells[keep, 1].sum())
        if best is None or covered > best[0]:
            best = covered, (cells[keep], middles[keep], side)
        if covered >= 0.8 * people:
            break
    assert best is not None  # noqa: S101 (the loop ran at least once)
    covered, (cells, middles, side) = best
    return {
        "cells": [
            {"group": int(g), "x": _number(x), "y": _number(y), "count": int(count)}
            for (g, count), (x, y) in zip(cells, middles, strict=True)
        ],
        "side": _number(side),
        "variance": [_number(v) for v in opinion.axes.explained],
        "people": covered,
    }
