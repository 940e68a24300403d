"""The file of a backup: a plain tar whose first part is a manifest: how long every other is, and its hash.

Nothing in it is compressed, so it unpacks to no more than it is. It is read strictly: each part is where the
manifest says, under a name that can lie nowhere but in the folder that it is unpacked into.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = "covenant-backup/1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
LONGEST_MANIFEST = 64_000_000  # bytes
BLOCK, PIECE = 512, 1 << 20
NAME = re.compile(r"database\.(sqlite3|pgdump)|record(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*)+")
HASH = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """A file is no whole backup; the message says what is wrong with it."""


@dataclass(frozen=True)
class Part:
    """A file within a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: str  # ISO 8601, UTC
    software: str
    database: str  # a key of DATABASES
    migrations: tuple[str, ...]  # "slice.name", those that the database had
    entries: int  # of the record, with a place
    checkpoint: int  # how many entries the newest signed checkpoint covers
    checkpoint_at: str  # when it was signed; empty where there is none
    parts: tuple[Part, ...] = ()


def write(out: Path, folder: Path, about: Manifest) -> Manifest:
    """Pack all files of a folder into a backup, whole or not at all; nobody but its owner can read it.

    Raises
    ------
    OSError
        It cannot be written; nothing is left behind.
    """
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    parts = tuple(_part(folder, name) for name in names)
    manifest = replace(about, parts=parts)
    text = _as_json(manifest)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _pack(file, MANIFEST, len(text), [text])
            for part in parts:
                with (folder / part.name).open("rb") as source:
                    _pack(file, part.name, part.size, _pieces(source, part.size))
            file.write(bytes(2 * BLOCK))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, out)  # refused where something of this name is there already
        sync(out.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def verify(file: Path) -> Manifest:
    """Read a backup to its end; returns what it holds.

    Raises
    ------
    Damaged
        It is not whole, not as its manifest says, or no backup.
    """
    return _read(file, lambda part, pieces: None)


def unpack(file: Path, folder: Path) -> Manifest:
    """Read a backup and write its parts into a folder, all of them on the disk before this returns."""

    def keep(part: Part, pieces: Iterator[bytes]) -> None:
        target = folder / part.name
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if part.name in DATABASES.values() else 0o644
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())

    manifest = _read(file, keep)
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync(inner)
    return manifest


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part(folder: Path, name: str) -> Part:
    with (folder / name).open("rb") as file:
        return Part(name, os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _pack(file: BinaryIO, name: str, size: int, pieces: list[bytes] | Iterator[bytes]) -> None:
    file.write(_block(name, size))
    for piece in pieces:
        file.write(piece)
    file.write(bytes(-size % BLOCK))


def _block(name: str, size: int) -> bytes:
    """The head of a part: as always, but for its name and size."""
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head.tobuf(tarfile.GNU_FORMAT)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        piece = file.read(min(PIECE, size))
        if not piece:
            raise Damaged("it ends in the middle of a part")
        size -= len(piece)
        yield piece


def _read(path: Path, take: Callable[[Part, Iterator[bytes]], None]) -> Manifest:
    if not path.is_file():
        raise Damaged("there is no such file")
    try:
        with path.open("rb") as file:
            size = _head(file, MANIFEST)
            if size > LONGEST_MANIFEST:
                raise Damaged("its manifest is too long")
            manifest = _manifest(b"".join(_pieces(file, size)))
            _padding(file, size)
            for part in manifest.parts:
                if _head(file, part.name) != part.size:
                    raise Damaged(f"{part.name} is not as long as its manifest says")
                digest = hashlib.sha256()
                pieces = _digested(_pieces(file, part.size), digest)
                take(part, pieces)
                for _ in pieces:
                    pass
                if digest.hexdigest() != part.sha256:
                    raise Damaged(f"{part.name} was changed: its hash is not the one in the manifest")
                _padding(file, part.size)
            if file.read(3 * BLOCK) != bytes(2 * BLOCK):
                raise Damaged("it does not end where its manifest says")
    except OSError as fault:
        raise Damaged(f"it cannot be read ({fault.strerror})") from None
    return manifest


def _padding(file: BinaryIO, size: int) -> None:
    if any(file.read(-size % BLOCK)):
        raise Damaged("there is something between two parts")


def _digested(pieces: Iterator[bytes], digest: Any) -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _head(file: BinaryIO, name: str) -> int:
    """The size of the part that comes next, which has this name and is a plain file."""
    block = file.read(BLOCK)
    try:
        found = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, ValueError):
        raise Damaged("this is no backup, or it is cut off or damaged") from None
    if found.size < 0 or block != _block(name, found.size):
        raise Damaged(f"where {name} should be there is something else")
    return found.size


def _as_json(manifest: Manifest) -> bytes:
    told = {"format": FORMAT, **asdict(manifest)}
    whole = {**told, "sha256": hashlib.sha256(_canonical(told)).hexdigest()}
    return json.dumps(whole, indent=1).encode()


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True).encode()


def _manifest(text: bytes) -> Manifest:
    try:
        told = json.loads(text)
        kept = told.pop("sha256")
        if told["format"] != FORMAT:
            raise Damaged("it was made by a version of Covenant that writes another kind of backup")
        if hashlib.sha256(_canonical(told)).hexdigest() != kept:
            raise Damaged("its manifest was changed")
        del told["format"]
        parts = tuple(Part(**part) for part in told.pop("parts"))
        manifest = Manifest(**{**told, "migrations": tuple(told["migrations"])}, parts=parts)
        _check(manifest)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("its manifest cannot be read") from None
    return manifest


def _check(manifest: Manifest) -> None:
    if datetime.fromisoformat(manifest.made_at).tzinfo is None:
        raise ValueError("it was made at no moment that is known")
    names = [part.name for part in manifest.parts]
    texts = (manifest.made_at, manifest.software, manifest.checkpoint_at, *manifest.migrations)
    sizes = (manifest.entries, manifest.checkpoint, *(part.size for part in manifest.parts))
    if not all(isinstance(text, str) and text.isprintable() and len(text) < 200 for text in texts):
        raise ValueError("a text is none")
    if not all(type(size) is int and 0 <= size < 1 << 62 for size in sizes):
        raise ValueError("a size is none")
    if names.count(DATABASES[manifest.database]) != 1 or len(set(names)) != len(names):
        raise Damaged("it holds no database, or a part twice")
    for part in manifest.parts:
        other = part.name in DATABASES.values() and part.name != DATABASES[manifest.database]
        if other or len(part.name) > 100 or not NAME.fullmatch(part.name) or not HASH.fullmatch(part.sha256):
            raise Damaged("a part of it has a name that no part of a backup has")
