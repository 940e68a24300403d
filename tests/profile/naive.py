"""Plain, slow twins of the profile's engines, and sums taken from files by hand."""

import csv
import gzip
import io
from collections import defaultdict
from decimal import Decimal
from math import sqrt
from pathlib import Path
from statistics import fmean, pstdev

from covenant.profile.shown import Break, Point


def nearest(features: dict[str, tuple[float, ...]], most: int) -> dict[str, list[tuple[float, str]]]:
    """For each code the others by distance, worked out one pair at a time."""
    columns = list(zip(*features.values(), strict=True))
    means, spreads = [fmean(each) for each in columns], [pstdev(each) for each in columns]
    used = [i for i, spread in enumerate(spreads) if spread > 1e-12 * max(1.0, *map(abs, columns[i]))]
    found = {}
    for code, here in features.items():
        others = []
        for other, there in features.items():
            if other != code:
                z = [((here[i] - means[i]) - (there[i] - means[i])) / spreads[i] for i in used]
                others.append((sqrt(fmean([value * value for value in z])), other))
        found[code] = sorted(others)[:most]
    return found


def comparable(one: Point, two: Point, breaks: list[Break]) -> bool:
    """Whether no break lies after the earlier year and at or before the later."""
    early, late = sorted((one.year, two.year))
    return not any(early < each.year <= late for each in breaks)


def real(pence: int, year: int, base: int, calendar: dict[int, Decimal]) -> int:
    """In the prices of another financial year, in exact decimals."""

    def level(start: int) -> Decimal:
        return (3 * calendar[start] + calendar[start + 1]) / 4

    return int((Decimal(pence) * level(base) / level(year)).quantize(Decimal(1)))


def ancestors(code: str, into: dict[str, list[str]]) -> set[str]:
    """Everything that went into a code, by going back one step at a time."""
    found: set[str] = set()
    for old in into.get(code, []):
        found |= {old} | ancestors(old, into)
    return found


def sums(file: Path, columns: list[str], by: str) -> dict[tuple[str, str], Decimal]:
    """What the columns of a file come to, by the value of another, with nothing of ours in between."""
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(text)):
        for column in columns:
            if row[column] not in ("", ".."):
                found[row[by], column] += Decimal(row[column])
    return dict(found)
