"""The Polis export folder: what others give us. Columns are found by name. No Django, no numba."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from covenant.listen.types import Ints, Statement, Votes

FILES = ("votes.csv", "comments.csv", "participants-votes.csv", "summary.csv")
TRUE = {"1", "true", "t", "yes"}
FALSE = {"", "0", "false", "f", "no"}
LARGEST_CELL = 10_000_000


class FormatError(ValueError):
    """What is wrong with a file, where, and in plain English."""

    def __init__(self, file: str, problem: str, *, row: int | None = None, column: str | None = None) -> None:
        self.file, self.row, self.column, self.problem = file, row, column, problem
        place = file
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {problem}")


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


@dataclass(frozen=True)
class Table:
    """A CSV file as text: its header, and its rows with the line on which each begins."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def find(self, *names: str) -> int | None:
        """The place of a column under any of its names."""
        return next((self.header.index(name) for name in names if name in self.header), None)

    def need(self, *names: str) -> int:
        at = self.find(*names)
        if at is None:
            raise FormatError(self.file, "this column is missing", row=1, column=names[0])
        return at

    def fault(self, row: int, at: int, problem: str) -> FormatError:
        return FormatError(self.file, problem, row=row, column=self.header[at])


def read_export(folder: Path) -> Export:
    """Read a Polis export folder.

    `comments.csv` is needed, and `votes.csv` or `participants-votes.csv`. Where both are there, the latest votes must agree
    with the matrix: two files that tell different stories are no ground for anything.

    Raises
    ------
    FormatError
        A file is missing or wrong: its name, row and column are in the message.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FormatError(str(folder), "this is not a folder; give the folder of a Polis export")
    statements, counts = _statements(_table(folder / "comments.csv"))
    index = {statement.id: j for j, statement in enumerate(statements)}
    said = _table(folder / "votes.csv") if (folder / "votes.csv").exists() else None
    matrix_file = folder / "participants-votes.csv"
    matrix = _table(matrix_file) if matrix_file.exists() else None
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


def _text(path: Path) -> str:
    """The file as text, whatever its byte-order mark says."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FormatError(path.name, f"this file is not in the folder {path.parent.name}") from None
    except OSError as error:
        raise FormatError(path.name, f"this file cannot be read: {error.strerror}") from None
    if not raw.strip():
        raise FormatError(path.name, "this file is empty", row=1)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise FormatError(path.name, "this is not a text file", row=1) from None
    for problem, at in (("this is not a text file", raw.find(b"\0")),):
        if at >= 0:
            raise FormatError(path.name, problem, row=raw.count(b"\n", 0, at) + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise FormatError(path.name, "this is not a text file in UTF-8", row=row) from None


def _records(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record and the line on which it begins. A record may hold line breaks."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FormatError(path.name, f"this line cannot be read as CSV ({error})", row=line) from None
        if any(cell.strip() for cell in record):
            yield line, tuple(record)
        line = reader.line_num + 1


def _table(path: Path) -> Table:
    records = _records(path)
    first = next(records, None)
    if first is None:
        raise FormatError(path.name, "this file is empty", row=1)
    header = tuple(name.strip().lower() for name in first[1])
    for at, name in enumerate(header):
        if name and name in header[:at]:
            raise FormatError(path.name, "this column is there twice", row=first[0], column=name)
    table: list[tuple[int, tuple[str, ...]]] = []
    for line, record in records:
        if tuple(cell.strip().lower() for cell in record) == header:
            raise FormatError(path.name, "the header is repeated here", row=line, column=header[0])
        if len(record) != len(header):
            at = min(len(record), len(header) - 1)
            problem = f"this row has {len(record)} cells and the header {len(header)}"
            raise FormatError(path.name, problem, row=line, column=header[at])
        table.append((line, record))
    return Table(path.name, header, tuple(table))


def _whole(table: Table, row: int, at: int, text: str) -> int:
    """A whole number; `3.0` is one too, as spreadsheets write it."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not value.is_integer() or abs(value) > 2**53:
        raise table.fault(row, at, f"{_quoted(text)} is not a whole number")
    return int(value)


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"'{short[:40]}…'" if len(short) > 40 else f"'{short}'"


def _id(table: Table, row: int, at: int, text: str) -> str:
    number = _whole(table, row, at, text.strip())
    if number < 0:
        raise table.fault(row, at, f"{_quoted(text)} is not an id: ids are whole numbers from 0")
    return str(number)


def _vote(table: Table, row: int, at: int, text: str) -> int:
    vote = _whole(table, row, at, text.strip())
    if vote not in (-1, 0, 1):
        raise table.fault(row, at, f"{_quoted(text)} is not a vote: 1 is agree, 0 pass and -1 disagree")
    return vote


def _flag(table: Table, row: int, at: int | None, record: tuple[str, ...]) -> bool:
    text = record[at].strip().lower() if at is not None else ""
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise table.fault(row, at or 0, f"{_quoted(text)} is neither true nor false")


def _milliseconds(table: Table, row: int, at: int, text: str) -> int:
    """Older exports write milliseconds, newer ones seconds: below 10^11 it is seconds (until the year 5138)."""
    stamp = _whole(table, row, at, text.strip())
    if not 0 <= stamp < 10**14:
        raise table.fault(row, at, f"{_quoted(text)} is not a time")
    return stamp if stamp >= 10**11 else stamp * 1000


def _statements(table: Table) -> tuple[tuple[Statement, ...], dict[str, tuple[int, int]]]:
    at_id, at_text = table.need("comment-id"), table.need("comment-body", "comment", "txt")
    at_out, at_meta = table.need("moderated", "mod"), table.find("is-meta", "is_meta", "meta")
    at_time, at_author = table.find("timestamp"), table.find("author-id", "author_id")
    at_agrees, at_disagrees = table.find("agrees"), table.find("disagrees")
    found: dict[str, Statement] = {}
    counts: dict[str, tuple[int, int]] = {}
    for row, record in table.rows:
        name = _id(table, row, at_id, record[at_id])
        if name in found:
            raise table.fault(row, at_id, f"the statement {name} is there twice")
        moderated = _whole(table, row, at_out, record[at_out].strip() or "0")
        if moderated not in (-1, 0, 1):
            raise table.fault(row, at_out, f"{moderated} is not 1 (let in), 0 (not yet) or -1 (moderated out)")
        stamp = record[at_time].strip() if at_time is not None else ""
        found[name] = Statement(
            id=name,
            text=record[at_text].strip(),
            out=moderated == -1,
            meta=_flag(table, row, at_meta, record),
            author=(record[at_author].strip() or None) if at_author is not None else None,
            created=_milliseconds(table, row, at_time, stamp) // 1000 if stamp and at_time is not None else None,
        )
        if at_agrees is not None and at_disagrees is not None:
            agrees, disagrees = (_whole(table, row, at, record[at].strip()) for at in (at_agrees, at_disagrees))
            counts[name] = agrees, disagrees
    return tuple(sorted(found.values(), key=lambda each: int(each.id))), counts


def _people(matrix: Table) -> tuple[dict[str, int], dict[str, int | None]]:
    at, at_group = matrix.need("participant"), matrix.find("group-id", "group")
    groups: dict[str, int | None] = {}
    for row, record in matrix.rows:
        name = _id(matrix, row, at, record[at])
        if name in groups:
            raise matrix.fault(row, at, f"the participant {name} is there twice")
        label = record[at_group].strip() if at_group is not None else ""
        groups[name] = _whole(matrix, row, at_group, label) if label and at_group is not None else None
    return {name: i for i, name in enumerate(sorted(groups, key=int))}, groups


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]


def _matrix(matrix: Table, people: dict[str, int], index: dict[str, int]) -> Columns:
    """The cells that hold a vote. A column whose name is a whole number is a statement."""
    columns = [(at, name) for at, name in enumerate(matrix.header) if name.isdecimal()]
    for at, name in columns:
        if str(int(name)) not in index:
            raise matrix.fault(1, at, f"the statement {name} is not in comments.csv")
    found: tuple[list[int], list[int], list[int]] = ([], [], [])
    at_person = matrix.need("participant")
    places = [(at, index[str(int(name))]) for at, name in columns]
    for row, record in matrix.rows:
        person = people[_id(matrix, row, at_person, record[at_person])]
        for at, statement in places:
            if text := record[at].strip():
                found[0].append(person)
                found[1].append(statement)
                found[2].append(_vote(matrix, row, at, text))
    return np.array(found[0], np.int64), np.array(found[1], np.int64), np.array(found[2], np.int8)


def _events(table: Table, people: dict[str, int], index: dict[str, int]) -> Events:
    """Every vote in order of time; the file's own order among equals. People whom the matrix lacks are added."""
    at_time, at_statement = table.need("timestamp"), table.need("comment-id")
    at_person, at_vote = table.need("voter-id", "participant"), table.need("vote")
    who, what, value, when, new = [], [], [], [], {}
    for row, record in table.rows:
        when.append(_milliseconds(table, row, at_time, record[at_time]))
        statement = _id(table, row, at_statement, record[at_statement])
        if statement not in index:
            raise table.fault(row, at_statement, f"the statement {statement} is not in comments.csv")
        what.append(index[statement])
        person = _id(table, row, at_person, record[at_person])
        if person not in people:
            new[person] = None
        who.append(person)
        value.append(_vote(table, row, at_vote, record[at_vote]))
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
    rows = {_id(matrix, row, matrix.need("participant"), r[matrix.need("participant")]): row for row, r in matrix.rows}
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
    return {record[0].strip().lower(): record[1].strip() for _, record in _records(path) if len(record) > 1}
