"""Statements' words in published results: they stand beside their seals, so that they can be erased. Pure.

The hash in the record is made without the words and their salts. Whoever holds both can show that the words
were there; once they are erased, the counts and the hash still hold, and nobody can guess at the words.
"""

from collections.abc import Mapping
from typing import Any

from covenant.record.types import WORDS, seal


def with_seals(figures: Mapping[str, Any], salts: Mapping[str, bytes]) -> dict[str, Any]:
    """Results whose statements carry the seal of their words and the salt; those without a salt stay."""
    rows = [_with_seal(row, salts.get(row["id"])) for row in figures["statements"]]
    return {**figures, "statements": rows}


def _with_seal(row: Mapping[str, Any], salt: bytes | None) -> dict[str, Any]:
    if salt is None:
        return dict(row)
    return {**row, "salt": salt.hex(), "seal": seal(row["text"], salt)}


def with_seals_of(told: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """Results worked out again, with the seals of words that were erased since they were published."""
    kept = {row["id"]: row for row in published["statements"] if row.get("seal") and not row["text"]}
    words = ("text", "salt", "seal")
    rows = [
        {**row, **{name: kept[row["id"]][name] for name in words}} if row["id"] in kept else row
        for row in told["statements"]
    ]
    return {**told, "statements": rows}


def without_words(told: Mapping[str, Any], statement: str) -> dict[str, Any]:
    """The same results or citation after the words of one statement were erased."""
    if "statements" in told:
        rows = [_emptied(row) if row["id"] == statement else row for row in told["statements"]]
        return {**told, "statements": rows}
    return _emptied(told)


def _emptied(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if name in WORDS else value for name, value in row.items()}
