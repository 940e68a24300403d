"""The code of a case: the only thing that ties anybody to a concern. Pure.

It is 128 bits drawn by lot and 12 that check them, as seven groups of four letters and figures. Only a hash
of it is kept; what is sealed to its holder is sealed to a key that follows from it (`sealing`).
"""

import json
import re
from hashlib import sha256

from covenant.place.types import NotPossible

SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, without those that look like another: 0 O, 1 I
LENGTH, GROUP = 28, 4
BITS, CHECKED = 128, 12
_TOKEN = re.compile(r"[0-9a-f]{32}")


def make(drawn: bytes) -> str:
    """The code for 16 bytes that were drawn by lot, as it is shown.

    Examples
    --------
    >>> make(bytes(16))
    '2222-2222-2222-2222-2222-2222-23SK'
    """
    if len(drawn) * 8 != BITS:
        raise ValueError("a code is made of 16 bytes")
    number = int.from_bytes(drawn, "big") << CHECKED | _check(drawn)
    symbols = "".join(SYMBOLS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(symbols[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(typed: str) -> bytes:
    """The 16 bytes of a code that somebody typed; small letters, spaces and hyphens do not matter.

    Raises
    ------
    NotPossible
        It is no code: something was mistyped or left out.
    """
    if len(typed) > 200:
        raise NotPossible("That is no case code: it is far too long.")
    symbols = "".join(letter for letter in typed.upper() if letter not in "-‐‑–—" and not letter.isspace())
    if len(symbols) != LENGTH or not set(symbols) <= set(SYMBOLS):
        raise NotPossible(
            "A case code has seven groups of four letters and figures, and never 0, O, 1 or I: "
            "look at it once more."
        )
    number = 0
    for symbol in symbols:
        number = number << 5 | SYMBOLS.index(symbol)
    drawn = (number >> CHECKED).to_bytes(BITS // 8, "big")
    if number & (1 << CHECKED) - 1 != _check(drawn):
        raise NotPossible("One of the letters or figures is mistyped: look at the code once more.")
    return drawn


def kept(drawn: bytes) -> str:
    """What is kept of a code, to know it again: of 128 bits by lot a hash alone gives nothing away."""
    return sha256(b"covenant concern: which case\0" + drawn).hexdigest()


def token(typed: str) -> bytes | None:
    """The 16 bytes that a form was given, as they came back; None where somebody changed them."""
    return bytes.fromhex(typed) if _TOKEN.fullmatch(typed) else None


def from_form(token: bytes, *said: str) -> bytes:
    """The bytes of the code for a token by lot and what came with it: a form sent twice unchanged is one.

    Examples
    --------
    >>> from_form(bytes(16), "a", "b") == from_form(bytes(16), "a", "b")
    True
    >>> from_form(bytes(16), "a", "b") == from_form(bytes(16), "ab", "")
    False
    """
    return sha256(b"covenant concern: code\0" + token + json.dumps(said).encode()).digest()[: BITS // 8]


def _check(drawn: bytes) -> int:
    return int.from_bytes(sha256(b"covenant concern: check\0" + drawn).digest()[:2], "big") >> 4
