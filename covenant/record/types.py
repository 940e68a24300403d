"""What an entry of the record is, and how anything is written before it is hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

START = "0" * 64  # what the first entry follows
DEEPEST = 50  # lists and objects within each other


@dataclass(frozen=True)
class Entry:
    """One act: when, of what kind, about what. It holds no personal data; what is private is sealed."""

    index: int
    at: str  # ISO 8601, UTC, to the second
    kind: str  # such as "version.signed"
    subject: str  # the id of what the act was about
    body: dict[str, Any] = field(hash=False)
    previous: str
    hash: str


@dataclass(frozen=True)
class Tip:
    """Where a record ended when it was exported."""

    entries: int
    hash: str  # of the last; START where there are none


@dataclass(frozen=True)
class Fault:
    """The first entry that is not as it was written, and what is wrong with it."""

    index: int
    what: str


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
