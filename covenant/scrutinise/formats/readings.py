"""Writes readings, and two codings side by side, as plain data. docs/standard/programme.md documents both."""

from __future__ import annotations

import dataclasses
from enum import Enum
from fractions import Fraction
from typing import Any

from covenant.scrutinise.engine.agreement import Agreement
from covenant.scrutinise.formats.coded import Coded
from covenant.scrutinise.types import Reading

READING, AGREEMENT = "covenant-reading/2", "covenant-agreement/1"


def as_json(reading: Reading) -> dict[str, Any]:
    """Write a reading as plain data for `json.dumps`; the same reading always gives the same data.

    >>> from covenant.scrutinise.programme import NOT_STATED
    >>> as_json(Reading("referee/2", "Wells", NOT_STATED, NOT_STATED, (), (), (), (), "a caveat"))["source"]
    'not stated'
    """
    return {"format": READING, **plain(reading)}


def agreement_as_json(found: Agreement, first: Coded, second: Coded) -> dict[str, Any]:
    """Write two codings side by side as plain data for `json.dumps`, with who coded them."""
    coders = {"first": plain(first.coding), "second": plain(second.coding)}
    return {"format": AGREEMENT, **coders, **plain(found)}


def plain(value: Any) -> Any:
    """Frozen dataclasses, enums, tuples and fractions as plain data."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value
