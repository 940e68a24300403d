"""What the record tells of a vote, what the counted set tells of it, and how the set is written. Pure.

Both are sealed with one salt that only the voter's browser can ask for. Without it neither can be opened, and
the one cannot be joined to the other.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from covenant.listen.types import Vote
from covenant.record.types import canonical, seal

FORMAT = "covenant-counted/1"


@dataclass(frozen=True)
class CountedSet:
    """The votes that published results counted, as a file that everyone may have."""

    text: str
    votes: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Place:
    """Where a tag stands in the file of a counted set."""

    line: int  # from 1
    nth: int  # of the tags of that line, from 1
    of: int
    shown: bool  # whether the line tells of one statement and one answer


def cast(conversation: object, statement: object, value: int, level: int) -> dict[str, Any]:
    """What the leaf of a vote seals: what was answered to which statement at what level, and not who."""
    return {
        "as": "cast",
        "conversation": str(conversation),
        "level": int(level),
        "statement": str(statement),
        "value": int(value),
    }


def seal_cast(*, conversation: object, statement: object, value: int, level: int, salt: bytes) -> str:
    """Stand in for a vote in the record: whoever has the salt can show what was cast, and nobody else.

    Parameters
    ----------
    conversation, statement
        Their ids.
    value
        1, 0 or -1.
    level
        The assurance of the voter when it was cast, 0 to 4.
    salt
        32 random bytes of this vote alone.

    Returns
    -------
    str
        SHA-256 in hexadecimal: the `vote` of the entry `vote.counted`.

    Examples
    --------
    >>> seal_cast(conversation="c", statement="s", value=1, level=0, salt=bytes(32))[:16]
    '4e8b1096c71b9b9e'
    """
    return seal(cast(conversation, statement, value, level), salt)


def tag_counted(*, conversation: object, entries: int, statement: object, value: int, salt: bytes) -> str:
    """Stand in for a vote in the counted set of the results up to one place in the record.

    Each set has other tags for the same votes, so that two sets cannot be laid over each other to tell what
    one of them leaves out.

    Parameters
    ----------
    entries
        How many entries of the record the results count.
    conversation, statement, value, salt
        As in `seal_cast`.

    Examples
    --------
    >>> vote = dict(conversation="c", statement="s", value=1, salt=bytes(32))
    >>> tag_counted(entries=7, **vote) == tag_counted(entries=8, **vote)
    False
    """
    told = {
        "as": "counted",
        "conversation": str(conversation),
        "entries": entries,
        "statement": str(statement),
        "value": int(value),
    }
    return seal(told, salt)


def opening(
    *, conversation: object, statement: object, value: int, level: int, salt: bytes
) -> dict[str, Any]:
    """What a voter shows to open their own leaf: what was sealed, and the salt."""
    return {"salt": salt.hex(), "sealed": cast(conversation, statement, value, level)}


Ballot = tuple[int, int, int, bytes | None]  # person, statement (by their numbers in the votes), value, salt


def counted_set(
    ballots: Iterable[Ballot],
    *,
    conversation: object,
    entries: int,
    erased: int,
    statements: Sequence[str],
    figures: Mapping[str, Any],
    in_groups: Sequence[bool],
    lot: Callable[[], bytes],
) -> CountedSet:
    """Write the tags of the votes that public figures count, and tell no more of them than the figures do.

    Where the figures give a statement's counts, its tags stand by answer: those that the figures count. All
    other tags stand together at the end, with no statement named: where too few people answered, where a
    moderator hid the statement, where few people outside the groups did. Tags are sorted, so in no order of
    time; sealed as they are, they tell nothing but how many there are.

    Parameters
    ----------
    ballots
        The votes that count. A loaded vote has no salt: its tag is drawn by lot, and nobody can open it.
    erased
        How many votes the record tells of that were erased before.
    statements
        Their ids, by number.
    figures
        The public ones.
    in_groups
        For each person whether they are in a group.
    lot
        Gives 32 random bytes.
    """
    rows = {row["id"]: row for row in figures["statements"] if row["seen"] is not None}
    shown: dict[tuple[str, int], list[str]] = {
        (id, value): [] for id in rows for value in (Vote.AGREE, Vote.DISAGREE, Vote.PASS)
    }
    others: list[str] = []
    votes = loaded = 0
    for person, number, value, salt in ballots:
        id = statements[number]
        tag = tag_counted(
            conversation=conversation, entries=entries, statement=id, value=value, salt=salt or lot()
        )
        row = rows.get(id)
        is_shown = row is not None and (row["counted"] == "everyone" or in_groups[person])
        (shown[id, value] if is_shown else others).append(tag)
        votes, loaded = votes + 1, loaded + (salt is None)
    head = {
        "conversation": str(conversation),
        "entries": entries,
        "erased": erased,
        "format": FORMAT,
        "loaded": loaded,
        "votes": votes,
    }
    lines = [canonical(head).decode()]
    lines += [_line(id, int(value), tags) for (id, value), tags in shown.items()]
    lines.append(_line(None, None, others))
    return CountedSet("\n".join(lines) + "\n", votes)


def _line(statement: str | None, value: int | None, tags: list[str]) -> str:
    told = {"n": len(tags), "statement": statement, "tags": sorted(tags), "value": value}
    return canonical(told).decode()


def find(text: str, tag: str) -> Place | None:
    """Where a tag stands in the file of a counted set; None where it does not."""
    at = text.find(f'"{tag}"')
    if at < 0:
        return None
    start = text.rfind("\n", 0, at) + 1
    line = json.loads(text[start : text.index("\n", at)])
    number = text.count("\n", 0, at) + 1
    return Place(number, line["tags"].index(tag) + 1, line["n"], line["statement"] is not None)
