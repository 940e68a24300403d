"""Reads from where on each rule asks. docs/standard/programme.md documents the format."""

from __future__ import annotations

import dataclasses
import tomllib
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from covenant.scrutinise.formats.faults import Reader, Table
from covenant.scrutinise.formats.shown import shown
from covenant.scrutinise.types import Threshold


def read_thresholds(path: Path | None = None) -> dict[str, Threshold]:
    """Read the house's thresholds, or a file's in place of them. Raises FaultyFile with every fault in it."""
    house = resources.files("covenant.scrutinise").joinpath("thresholds.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(house, parse_float=Decimal)
    reader = Reader(path or Path("thresholds.toml"))
    if path is not None:
        own = reader.parse()
        reader.unknown(own, tables, "")
        tables.update({rule: reader.table(own, rule, "") for rule in tables if rule in own})
    thresholds = {rule: _threshold(reader, rule, table) for rule, table in tables.items()}
    reader.stop_at_faults()
    return thresholds


def _threshold(reader: Reader, rule: str, table: Table) -> Threshold:
    reader.unknown(table, [field.name for field in dataclasses.fields(Threshold)], rule)
    count: Any = table.get("least_count")
    share: Any = table.get("least_share")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        reader.fault(rule, "least_count", shown(count), "a whole number from 1 on")
        count = 1
    is_number = isinstance(share, int | Decimal) and not isinstance(share, bool)
    is_share = is_number and Decimal(share).is_finite() and 0 <= share <= 1
    # A Decimal may have a thousand million places, which a remainder rounds away and a Fraction writes out.
    if not is_share or 0 < share < Decimal("0.0001") or share * 10_000 % 1:
        reader.fault(rule, "least_share", shown(share), "a number from 0 to 1 with at most four decimals")
        share = 0
    return Threshold(count, Fraction(share), reader.required(table, "reason", rule, 1_000))
