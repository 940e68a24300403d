"""Sealing words to keys, with age (X25519). Pure: what is sealed and opened is handed in and out.

Keys that follow from a case code or a passphrase are made here too: 32 bytes, written as age writes a secret
key. A passphrase is stretched with scrypt at a cost that is stated and bounded. (`pyrage.passphrase`
takes its cost from the machine's speed: on a quick one a gigabyte and seconds, each time that it is opened.)
"""

import json
from collections.abc import Iterable
from hashlib import scrypt, sha256
from typing import Any

import pyrage  # type: ignore[import-untyped]

from covenant.place.types import NotPossible

PADDED = 1024  # bytes: what is sealed is filled up to a multiple, so that its length tells little
LOG_COST, HIGHEST_LOG_COST = 17, 18  # scrypt's N as a power of two; r = 8, p = 1: 128 MB
SALT = 16
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
HUMAN = "age-secret-key-"


class WrongPassphrase(NotPossible):
    """The passphrase does not open the key."""


class Unreadable(NotPossible):
    """This was not sealed to that key, or it is damaged."""


def new_secret() -> str:
    """A secret key drawn by lot."""
    return str(pyrage.x25519.Identity.generate())


def public(secret: str) -> str:
    """The public half of a secret key."""
    return str(pyrage.x25519.Identity.from_str(secret).to_public())


def check_recipient(typed: str) -> str:
    """The public half of a key made elsewhere; raises where it is none, and where it is the secret half."""
    said = "".join(typed.split())
    if said.upper().startswith("AGE-SECRET-KEY"):
        raise NotPossible(
            "This is the secret half of a key. Nothing was kept of it, but it was sent here: make a new key, "
            "and send only the line that begins with age1."
        )
    try:
        key = pyrage.x25519.Recipient.from_str(said.lower())
    except (pyrage.RecipientError, UnicodeEncodeError):
        raise NotPossible(
            "This is no public key of age: it begins with age1 and has 62 letters and figures."
        ) from None
    try:
        pyrage.encrypt(b"", [key])
    except BaseException as failed:
        # A point of low order: pyrage panics at it, with an exception that it names nowhere.
        if type(failed).__name__ != "PanicException":
            raise
        raise NotPossible("This key cannot be used: make another.") from None
    return str(key)


def seal(words: dict[str, Any], recipients: Iterable[str]) -> bytes:
    """Words, filled up and sealed so that each of these keys opens them alone."""
    plain = json.dumps(words, ensure_ascii=False).encode("utf-8", "replace")
    plain += b" " * (-len(plain) % PADDED)
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(each) for each in recipients]))


def unseal(sealed: bytes | memoryview, secret: str) -> dict[str, Any]:
    """What was sealed to a secret key's public half; raises `Unreadable` where it was not, or is damaged."""
    try:
        plain = pyrage.decrypt(bytes(sealed), [pyrage.x25519.Identity.from_str(secret)])
        words = json.loads(plain)
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError, RecursionError):
        raise Unreadable("This was sealed to another key, or it is damaged.") from None
    if not isinstance(words, dict):
        raise Unreadable("This holds something else than words.")
    return words


def secret_of_code(drawn: bytes) -> str:
    """The secret key that follows from a case code."""
    return _written(sha256(b"covenant concern: key of a case\0" + drawn).digest())


def lock(secret: str, passphrase: str, salt: bytes, *, log_cost: int = LOG_COST) -> bytes:
    """A secret key, locked so that the passphrase opens it: the cost, the salt, and age."""
    outer = _stretched(passphrase, salt, log_cost)
    return (
        bytes([log_cost])
        + salt
        + pyrage.encrypt(secret.encode(), [pyrage.x25519.Identity.from_str(outer).to_public()])
    )


def unlock(locked: bytes | memoryview, passphrase: str) -> str:
    """The secret key; raises `WrongPassphrase` where this passphrase does not open it."""
    locked = bytes(locked)
    cost, salt, rest = locked[:1], locked[1 : 1 + SALT], locked[1 + SALT :]
    if len(salt) != SALT or not 1 <= cost[0] <= HIGHEST_LOG_COST:
        raise Unreadable("The key that is kept here is damaged.")
    outer = pyrage.x25519.Identity.from_str(_stretched(passphrase, salt, cost[0]))
    try:
        return pyrage.decrypt(rest, [outer]).decode()
    except pyrage.DecryptError:
        raise WrongPassphrase(
            "This passphrase does not open the key. Nothing was changed: type it once more."
        ) from None


def _stretched(passphrase: str, salt: bytes, log_cost: int) -> str:
    n = 1 << log_cost
    key = scrypt(
        passphrase.encode("utf-8", "replace"),
        salt=salt,
        n=n,
        r=8,
        p=1,
        maxmem=256 * 8 * n + (1 << 20),
        dklen=32,
    )
    return _written(key)


def _written(key: bytes) -> str:
    """32 bytes as age writes a secret key: Bech32 (BIP 173), in capitals."""
    values = _in_fives(key)
    head = [ord(letter) >> 5 for letter in HUMAN] + [0] + [ord(letter) & 31 for letter in HUMAN]
    check = _polymod([*head, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return (HUMAN + "1" + "".join(LETTERS[value] for value in values)).upper()


def _in_fives(key: bytes) -> list[int]:
    number, bits = int.from_bytes(key, "big"), len(key) * 8
    short = -bits % 5
    number <<= short
    return [number >> place & 31 for place in range(bits + short - 5, -1, -5)]


def _polymod(values: Iterable[int]) -> int:
    sums = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, each in enumerate(sums):
            check ^= each if top >> place & 1 else 0
    return check
