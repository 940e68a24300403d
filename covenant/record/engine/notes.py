"""Signed texts: whoever knows a key can tell who signed a checkpoint, a promise or a cosignature.

Reference: C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # what a key signs: notes, or cosignatures of checkpoints
LARGEST = 100_000  # bytes of a note
_NAME = re.compile(r"[^\s+\ud800-\udfff]{1,200}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_DASH = "\N{EM DASH} "


class WrongNote(ValueError):
    """A note, a key or a proof is not written as it should be, or is not signed by a key that is known."""


@dataclass(frozen=True)
class Key:
    """A public key, by the name under which it signs and by what it signs."""

    name: str
    public: bytes  # 32 bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes with which a signature says whose it is."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """One line under a note."""

    name: str
    id: bytes
    value: bytes


@dataclass(frozen=True)
class Signer:
    """A private key, and the public one that others know it by."""

    key: Key
    private: Ed25519PrivateKey

    def sign(self, text: str) -> str:
        """The line with which this key signs a text."""
        return self._line(self.private.sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> str:
        """The line with which a witness signs a checkpoint at a moment, in seconds since 1970."""
        signed = self.private.sign(_cosigned(text, seconds))
        return self._line(seconds.to_bytes(8, "big") + signed)

    def _line(self, value: bytes) -> str:
        return f"{_DASH}{self.key.name} {encode(self.key.id + value)}\n"


def new_signer(name: str, seed: bytes, kind: int = ED25519) -> Signer:
    """The key that 32 secret bytes make."""
    if not _NAME.fullmatch(name):
        raise WrongNote(f"“{name}” is no name of a key: no spaces, no plus, at most 200 characters")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(Key(name, private.public_key().public_bytes_raw(), kind), private)


def key(text: str) -> Key:
    """A public key from how it is written: name, id and base64, with a plus between them.

    Raises
    ------
    WrongNote
        It is no Ed25519 key, or its id is not that of the key.
    """
    parts = text.strip().split("+", 2)
    raw = decode(parts[2]) if len(parts) == 3 else b""
    if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE) or not _NAME.fullmatch(parts[0]):
        raise WrongNote(f"“{text.strip()[:120]}” is no public key of a note")
    found = Key(parts[0], raw[1:], raw[0])
    if parts[1] != found.id.hex():
        raise WrongNote(f"the key of {parts[0]} has another id than it says")
    return found


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Bytes from base64, written in the one way in which they are written.

    Examples
    --------
    >>> decode("AA==")
    b'\\x00'
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise WrongNote("this is not base64") from None
    if encode(found) != text:  # the last character may say more than the bytes do
        raise WrongNote("this is base64 in another way than it is written")
    return found


def split(note: str) -> tuple[str, list[Signature]]:
    """The text of a note and the lines that sign it.

    Raises
    ------
    WrongNote
        It is no note: a line is missing, or is written otherwise.
    """
    text, blank, below = note.rpartition("\n\n")
    if not (blank and below.endswith("\n")) or len(note) > LARGEST:
        raise WrongNote("this is no signed note")
    if any((ord(letter) < 32 and letter != "\n") or "\ud800" <= letter <= "\udfff" for letter in note):
        raise WrongNote("a note has no control characters, and no halves of letters")
    return text + "\n", [_signature(line) for line in below[:-1].split("\n")]


def _signature(line: str) -> Signature:
    name, space, value = line.removeprefix(_DASH).partition(" ")
    if not (line.startswith(_DASH) and space and _NAME.fullmatch(name)):
        raise WrongNote("a line below a note is no signature")
    raw = decode(value)
    if len(raw) < 5:
        raise WrongNote("a signature is too short")
    return Signature(name, raw[:4], raw[4:])


def opened(note: str, keys: Iterable[Key]) -> tuple[str, list[Key]]:
    """The text of a note that a known key signed, and the known keys that signed it.

    Raises
    ------
    WrongNote
        No known key signed it, or a signature by a known key is wrong.
    """
    text, signatures = split(note)
    by = {(each.name, each.id): each for each in keys}
    found = list[Key]()
    for signature in signatures:
        known = by.get((signature.name, signature.id))
        if known is None or known in found:
            continue
        if not _is_right(known, signature.value, text):
            raise WrongNote(f"the signature by {known.name} is wrong")
        found.append(known)
    if not found:
        raise WrongNote("no key that is known here signed this")
    return text, found


def cosignatures(note: str, *, by_others_than: str) -> list[tuple[str, str, int]]:
    """Who else put a line under a checkpoint: name, id of the key, and when, in seconds since 1970.

    Whether the lines are right only someone who knows the keys can tell (`opened`).
    """
    found = []
    for each in split(note)[1]:
        if each.name != by_others_than and len(each.value) == 72:
            found.append((each.name, each.id.hex(), int.from_bytes(each.value[:8], "big")))
    return found


def _is_right(known: Key, value: bytes, text: str) -> bool:
    message = text.encode()
    if known.kind == COSIGNATURE:
        if len(value) != 72:
            return False
        message, value = _cosigned(text, int.from_bytes(value[:8], "big")), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(known.public).verify(value, message)
    except InvalidSignature:
        return False
    return True


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


def checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a note.

    Raises
    ------
    WrongNote
        It is none.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not _NUMBER.fullmatch(lines[1]) or not _NAME.fullmatch(lines[0]):
        raise WrongNote("this is no checkpoint")
    root = decode(lines[2])
    if len(root) != 32:
        raise WrongNote("this is no checkpoint: its root has not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


@dataclass(frozen=True)
class Proof:
    """That an entry is in a log: its place, the hashes beside its way to the root, the signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str  # the note

    @property
    def text(self) -> str:
        hashes = "".join(f"{encode(each)}\n" for each in self.hashes)
        return f"c2sp.org/tlog-proof@v1\nindex {self.index}\n{hashes}\n{self.checkpoint}"


def proof(text: str) -> Proof:
    """A proof from how it is written.

    Raises
    ------
    WrongNote
        It is none.
    """
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    number = lines[1].removeprefix("index ") if len(lines) > 1 and lines[1].startswith("index ") else ""
    if not blank or lines[0] != "c2sp.org/tlog-proof@v1" or not _NUMBER.fullmatch(number):
        raise WrongNote("this is no proof of a log")
    hashes = _hashes(lines[2:])
    return Proof(int(number), hashes, note)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    found = tuple(decode(line) for line in lines)
    if len(found) > 63 or any(len(each) != 32 for each in found):
        raise WrongNote("this is no proof: a hash in it has not 32 bytes")
    return found


@dataclass(frozen=True)
class Promise:
    """That an act was received and will stand in the record soon: given at once, before it does."""

    origin: str
    leaf: bytes
    at: str  # ISO 8601, UTC, as in the entry
    seconds: int  # within which it will stand there

    @property
    def text(self) -> str:
        return f"covenant promise/1\n{self.origin}\n{encode(self.leaf)}\n{self.at}\n{self.seconds}\n"


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def promise(text: str) -> Promise:
    """A promise from the text of a note.

    Raises
    ------
    WrongNote
        It is none.
    """
    lines = text.split("\n")
    whole = len(lines) == 6 and not lines[5] and lines[0] == "covenant promise/1"
    if not (
        whole and _NAME.fullmatch(lines[1]) and _MOMENT.fullmatch(lines[3]) and _NUMBER.fullmatch(lines[4])
    ):
        raise WrongNote("this is no promise")
    leaf = decode(lines[2])
    if len(leaf) != 32:
        raise WrongNote("this is no promise: the hash of its entry has not 32 bytes")
    return Promise(lines[1], leaf, lines[3], int(lines[4]))
