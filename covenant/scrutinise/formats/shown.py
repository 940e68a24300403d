"""How a value from a file is shown in a line of text, and which letters are never let through."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

# They turn text around, or stand for nothing.
_UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def shown(value: Any) -> str:
    """A value as a fault shows it: short, on one line, without control characters.

    >>> shown("a\\nb"), shown(3), shown([1, 2]), shown(None)
    ("'a\\\\nb'", 'the number 3', 'a list of 2', 'nothing')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value[:60]) + ("..." if len(value) > 60 else "")
        case int() | Decimal():
            usual = Decimal(value).is_finite() and -(10**12) < value < 10**12
            return f"the number {value}" if usual else "a number beyond all use"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def printable(text: str) -> str:
    """A text as it stands if it can be printed on one line, otherwise with its control characters spelt out.

    >>> printable("Wells"), printable("a\\x1b[31m")
    ('Wells', "'a\\\\x1b[31m'")
    """
    return text if text.isprintable() else repr(text)


def hostile(text: str) -> bool:
    """Whether a text holds letters that no reader sees: control characters, or such as turn it around."""
    return any(unicodedata.category(each) in ("Cc", "Cs") or each in _UNSEEN for each in text)
