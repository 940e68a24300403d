"""What an entry of the record is, and how anything is written before it is hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

DEEPEST = 50  # lists and objects within each other
LONGEST = 0xFFFF  # bytes of an entry as it is published
MAXIMUM_MERGE_DELAY = 60  # seconds after an act within which a signed checkpoint covers its entry
BALLOT = "vote."  # entries of these kinds tell the day alone, and stand in an order drawn by lot
DAY_ALONE = (BALLOT, "concern.")  # entries of all these kinds tell the day alone


@dataclass(frozen=True)
class Entry:
    """One act: when, of what kind, about what. It holds no personal data; what is private is sealed."""

    index: int | None  # None while it waits for its place
    at: str  # ISO 8601, UTC, to the second
    kind: str  # such as "version.signed"
    subject: str  # the id of what the act was about
    body: dict[str, Any] = field(hash=False)
    data: str  # the entry as it is hashed and published
    leaf: str  # the hash of it, in hexadecimal

    @property
    def sealed(self) -> list[str]:
        """The names of the fields that stand sealed, with what opens them kept beside the entry."""
        return [name for name, value in self.body.items() if isinstance(value, dict) and "sealed" in value]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What it says beside its kind, as text."""
        return [
            (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for name, value in self.body.items()
        ]

    @property
    def when(self) -> str:
        """When the act was done, in UTC, as far as the entry tells."""
        return self.at[:10] if self.kind.startswith(DAY_ALONE) else f"{self.at[:10]} {self.at[11:16]}"


@dataclass(frozen=True)
class Opened:
    """What an entry holds sealed, as long as nobody erased it."""

    name: str
    value: Any
    salt: str  # in hexadecimal


@dataclass(frozen=True)
class Appended:
    """An entry that was written with its act and waits for its place."""

    id: int  # of the row: where rows elsewhere point
    leaf: str
    data: str


@dataclass(frozen=True)
class Tip:
    """The newest signed checkpoint; none yet where its note is empty."""

    size: int
    root: str  # in hexadecimal
    note: str
    at: str


def data_of(at: str, kind: str, subject: str, body: Mapping[str, Any]) -> str:
    """An entry as it is hashed and published.

    Raises
    ------
    ValueError
        It cannot be written in the one way, or is longer than an entry may be.

    Examples
    --------
    >>> data_of("2026-03-02T12:00:00Z", "thing.done", "x", {"n": 1})
    '{"at":"2026-03-02T12:00:00Z","body":{"n":1},"kind":"thing.done","subject":"x"}'
    """
    written = canonical({"at": at, "body": body, "kind": kind, "subject": subject})
    if len(written) > LONGEST:
        raise ValueError(f"an entry of the record has at most {LONGEST} bytes, and this has {len(written)}")
    return written.decode()


def moment(at: datetime) -> str:
    """A moment as it is written wherever something is signed or published: ISO 8601, UTC, to the second.

    Examples
    --------
    >>> moment(datetime(2026, 3, 2, 12, 0, 0, 999_999, UTC))
    '2026-03-02T12:00:00Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(value: Any) -> bytes:
    """The one way in which a value is written before it is hashed: JSON, keys sorted, UTF-8, no white space.

    Raises
    ------
    ValueError
        For what two programs may write differently, or not at all: a number that is not whole, a name that is
        not text, half a character (a lone surrogate), or more than `DEEPEST` lists within each other.

    Examples
    --------
    >>> canonical({"b": 1, "a": ["é", None]}).decode()
    '{"a":["é",null],"b":1}'
    """
    _check(value, DEEPEST)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _check(value: Any, depth: int) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is not a whole number: write it as text")
    if not isinstance(value, Mapping | list | tuple):
        return
    if not depth:
        raise ValueError(f"more than {DEEPEST} lists or objects stand within each other")
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("a name in an object is text")
        value = list(value.values())
    for inner in value:
        _check(inner, depth - 1)


def seal(value: Any, salt: bytes) -> str:
    """Stand in for something private: nobody can tell the value without the salt, and nobody can change it.

    Parameters
    ----------
    value
        What is private, of JSON's types.
    salt
        At least 32 random bytes, kept beside the value and outside the record. Erase both, and the entry
        that holds the seal still verifies.

    Returns
    -------
    str
        SHA-256 of the canonical value followed by the salt, in hexadecimal.

    Examples
    --------
    >>> seal("Ada", bytes(32))[:16]
    '503e6261ad2ac4aa'
    """
    if len(salt) < 32:
        raise ValueError("a salt has at least 32 bytes")
    return hashlib.sha256(canonical(value) + salt).hexdigest()


def root(fields: Mapping[str, Any]) -> str:
    """One hash over many fields: the hash of a list of the fields' own hashes.

    A field can later be erased and its hash kept, and the root still verifies.

    Examples
    --------
    >>> root({"a": 1, "b": 2}) == root({"b": 2, "a": 1})
    True
    >>> root({"a": 1}) == root({"a": 2})
    False
    """
    leaves = [[name, hashlib.sha256(canonical([name, fields[name]])).hexdigest()] for name in sorted(fields)]
    return hashlib.sha256(canonical(leaves)).hexdigest()


WORDS = ("text", "salt")  # what stands beside a seal, and can be erased


def committed(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a hash of something that quotes people's words is made of: the seals of the words in their place.

    Examples
    --------
    >>> committed({"text": "Open it", "salt": "00", "seal": "ab", "agrees": 3})
    {'seal': 'ab', 'agrees': 3}
    >>> committed({"text": "Loaded, so without a seal"})
    {'text': 'Loaded, so without a seal'}
    """
    if "seal" in told:
        return {name: value for name, value in told.items() if name not in WORDS}
    if "statements" in told:
        return {**told, "statements": [committed(row) for row in told["statements"]]}
    return dict(told)
