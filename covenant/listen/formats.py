"""The Polis export folder: what others give us. Columns are found by name. No Django, no numba."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from covenant.listen.tables import (
    FormatError,
    Table,
    flag,
    identity,
    milliseconds,
    read_table,
    records,
    vote_value,
    whole,
)
from covenant.listen.types import Ints, Statement, Votes

__all__ = ["Events", "Export", "FormatError", "read_export"]


@dataclass(frozen=True, eq=False)
class Events:
    """Every vote as it was cast, in order of time, repeats and all. Indices are those of `Export.votes`."""

    participants: NDArray[np.int64]
    statements: NDArray[np.int64]
    values: NDArray[np.int8]
    milliseconds: Ints
    """Since 1970, UTC."""


@dataclass(frozen=True, eq=False)
class Export:
    """One conversation as a Polis export tells it."""

    topic: str
    description: str
    url: str
    statements: tuple[Statement, ...]
    participants: tuple[str, ...]
    votes: Votes
    groups: tuple[int | None, ...]
    """The group that was published for each participant, None where there was none."""
    events: Events | None = None
    """None where the folder has the matrix alone."""
    published_counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Agrees and disagrees in comments.csv by statement id: they count superseded votes too."""


def read_export(folder: Path) -> Export:
    """Read a Polis export folder.

    `comments.csv` is needed, and `votes.csv` or `participants-votes.csv`. Where both are there, the latest
    votes must agree with the matrix: two files that tell different stories are no ground for anything.

    Raises
    ------
    FormatError
        A file is missing or wrong: its name, row and column are in the message.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FormatError(str(folder), "this is not a folder; give the folder of a Polis export")
    statements, counts = _statements(read_table(folder / "comments.csv"))
    index = {statement.id: j for j, statement in enumerate(statements)}
    said = read_table(folder / "votes.csv") if (folder / "votes.csv").exists() else None
    matrix_file = folder / "participants-votes.csv"
    matrix = read_table(matrix_file) if matrix_file.exists() else None
    if said is None and matrix is None:
        raise FormatError(str(folder), "neither votes.csv nor participants-votes.csv is here")
    people: dict[str, int] = {}
    groups: dict[str, int | None] = {}
    if matrix:
        people, groups = _people(matrix)
    cells = _matrix(matrix, people, index) if matrix else None
    events = _events(said, people, index) if said else None
    rows = (events.participants, events.statements, events.values) if events else cells
    assert rows is not None  # noqa: S101 (one of the two files is there)
    votes = Votes.of(*rows, n_participants=len(people), n_statements=len(statements))
    if events and cells and matrix:
        stored = Votes.of(*cells, n_participants=len(people), n_statements=len(statements))
        _same(votes, stored, matrix, tuple(people), statements)
    summary = _summary(folder / "summary.csv")
    return Export(
        topic=summary.get("topic", "") or folder.name,
        description=summary.get("conversation-description", ""),
        url=summary.get("url", ""),
        statements=statements,
        participants=tuple(people),
        votes=votes,
        groups=tuple(groups.get(person) for person in people),
        events=events,
        published_counts=counts,
    )


def _statements(table: Table) -> tuple[tuple[Statement, ...], dict[str, tuple[int, int]]]:
    at_id, at_text = table.need("comment-id"), table.need("comment-body", "comment", "txt")
    at_out, at_meta = table.need("moderated", "mod"), table.find("is-meta", "is_meta", "meta")
    at_time, at_author = table.find("timestamp"), table.find("author-id", "author_id")
    at_agrees, at_disagrees = table.find("agrees"), table.find("disagrees")
    found: dict[str, Statement] = {}
    counts: dict[str, tuple[int, int]] = {}
    for row, record in table.rows:
        name = identity(table, row, at_id, record[at_id])
        if name in found:
            raise table.fault(row, at_id, f"the statement {name} is there twice")
        moderated = whole(table, row, at_out, record[at_out].strip() or "0")
        if moderated not in (-1, 0, 1):
            raise table.fault(
                row, at_out, f"{moderated} is not 1 (let in), 0 (not yet) or -1 (moderated out)"
            )
        stamp = record[at_time].strip() if at_time is not None else ""
        found[name] = Statement(
            id=name,
            text=record[at_text].strip(),
            out=moderated == -1,
            meta=flag(table, row, at_meta, record),
            author=(record[at_author].strip() or None) if at_author is not None else None,
            created=milliseconds(table, row, at_time, stamp) // 1000
            if stamp and at_time is not None
            else None,
        )
        if at_agrees is not None and at_disagrees is not None:
            agrees, disagrees = (
                whole(table, row, at, record[at].strip()) for at in (at_agrees, at_disagrees)
            )
            counts[name] = agrees, disagrees
    return tuple(sorted(found.values(), key=lambda each: int(each.id))), counts


def _people(matrix: Table) -> tuple[dict[str, int], dict[str, int | None]]:
    at, at_group = matrix.need("participant"), matrix.find("group-id", "group")
    groups: dict[str, int | None] = {}
    for row, record in matrix.rows:
        name = identity(matrix, row, at, record[at])
        if name in groups:
            raise matrix.fault(row, at, f"the participant {name} is there twice")
        label = record[at_group].strip() if at_group is not None else ""
        groups[name] = whole(matrix, row, at_group, label) if label and at_group is not None else None
    return {name: i for i, name in enumerate(sorted(groups, key=int))}, groups


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]


def _matrix(matrix: Table, people: dict[str, int], index: dict[str, int]) -> Columns:
    """The cells that hold a vote. A column whose name is a whole number is a statement."""
    columns = [(at, name) for at, name in enumerate(matrix.header) if name.isdecimal()]
    for at, name in columns:
        if len(name) > 18 or str(int(name)) not in index:
            raise matrix.fault(1, at, f"the statement {name[:18]} is not in comments.csv")
    found: tuple[list[int], list[int], list[int]] = ([], [], [])
    at_person = matrix.need("participant")
    places = [(at, index[str(int(name))]) for at, name in columns]
    for row, record in matrix.rows:
        person = people[identity(matrix, row, at_person, record[at_person])]
        for at, statement in places:
            if text := record[at].strip():
                found[0].append(person)
                found[1].append(statement)
                found[2].append(vote_value(matrix, row, at, text))
    return np.array(found[0], np.int64), np.array(found[1], np.int64), np.array(found[2], np.int8)


def _events(table: Table, people: dict[str, int], index: dict[str, int]) -> Events:
    """Every vote in order of time; the file's own order among equals. People whom the matrix lacks are
    added.
    """
    at_time, at_statement = table.need("timestamp"), table.need("comment-id")
    at_person, at_vote = table.need("voter-id", "participant"), table.need("vote")
    who, what, value, when = [], [], [], []
    new: dict[str, None] = {}
    for row, record in table.rows:
        when.append(milliseconds(table, row, at_time, record[at_time]))
        statement = identity(table, row, at_statement, record[at_statement])
        if statement not in index:
            raise table.fault(row, at_statement, f"the statement {statement} is not in comments.csv")
        what.append(index[statement])
        person = identity(table, row, at_person, record[at_person])
        if person not in people:
            new[person] = None
        who.append(person)
        value.append(vote_value(table, row, at_vote, record[at_vote]))
    for person in sorted(new, key=int):
        people[person] = len(people)
    times = np.array(when, np.int64)
    order = np.argsort(times, kind="stable")
    places = np.array([people[person] for person in who], np.int64)
    return Events(
        places[order], np.array(what, np.int64)[order], np.array(value, np.int8)[order], times[order]
    )


def _same(
    votes: Votes, stored: Votes, matrix: Table, people: tuple[str, ...], statements: tuple[Statement, ...]
) -> None:
    """Raise at the first cell in which the matrix and the latest votes differ."""
    names = {name for name in matrix.header if name.isdecimal()}
    rows = {
        identity(matrix, row, matrix.need("participant"), r[matrix.need("participant")]): row
        for row, r in matrix.rows
    }
    for i, person in enumerate(people):
        cast, kept = (
            {
                statements[j].id: int(v)
                for j, v in zip(
                    each.statements[each.indptr[i] : each.indptr[i + 1]].tolist(),
                    each.values[each.indptr[i] : each.indptr[i + 1]].tolist(),
                    strict=True,
                )
            }
            for each in (votes, stored)
        )
        if cast == kept:
            continue
        if person not in rows:
            problem = f"the participant {person} voted in votes.csv and has no row here"
            raise FormatError(matrix.file, problem, column="participant")
        name = min((s for s in cast.keys() | kept.keys() if cast.get(s) != kept.get(s)), key=int)
        here, there = (str(vote.get(name, "empty")) for vote in (kept, cast))
        problem = f"this cell is {here} and the latest vote in votes.csv is {there}"
        raise FormatError(
            matrix.file, problem, row=rows[person], column=name if name in names else f"{name} (missing)"
        )


def _summary(path: Path) -> dict[str, str]:
    """Lines of a name and a value; a folder may lack the file."""
    if not path.exists():
        return {}
    return {record[0].strip().lower(): record[1].strip() for _, record in records(path) if len(record) > 1}
