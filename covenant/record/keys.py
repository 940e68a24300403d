"""The keys that sign the record, in a folder that only the signer's process reads.

`keys.json` says which there are and is public; each private key stands in a file of its own.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from covenant.record.engine.notes import Key, Signer, WrongNote, key, new_signer
from covenant.record.types import canonical

KEYS, LOCK = "keys.json", ".lock"


class Standing(StrEnum):
    """What a key is worth."""

    IN_USE = "in use"
    RETIRED = "retired"  # what it signed stands; it signs no more
    LOST = "lost"  # somebody else may hold it: what it signs from the moment on is worth nothing


@dataclass(frozen=True)
class Held:
    """A public key of the record and how it stands."""

    vkey: str
    since: str  # ISO 8601, UTC
    standing: Standing = Standing.IN_USE
    until: str = ""
    reason: str = ""

    @property
    def key(self) -> Key:
        return key(self.vkey)

    @property
    def id(self) -> str:
        return self.key.id.hex()


class KeyFault(Exception):
    """The folder of keys is not as it should be; the message says what, and what to do."""


def load(folder: Path) -> list[Held]:
    """The public keys in a folder; none where there is no `keys.json` yet."""
    try:
        return parse((folder / KEYS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyFault) as fault:
        raise KeyFault(f"{folder / KEYS}: this is no list of keys ({fault})") from None


def parse(text: str) -> list[Held]:
    """The public keys in a list of them, as it is published."""
    try:
        rows = json.loads(text)["keys"]
        found = [Held(**{**row, "standing": Standing(row["standing"])}) for row in rows]
        for each in found:
            each.key  # noqa: B018  (raises where it is none)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise KeyFault(f"it cannot be read: {fault}") from None
    return found


def signers(folder: Path) -> list[Signer]:
    """The private keys that are in use."""
    found = []
    for held in load(folder):
        if held.standing is Standing.IN_USE:
            file = _file(folder, held.id)
            try:
                if file.stat().st_mode & 0o077:
                    raise KeyFault(f"{file}: others can read this private key; `chmod 600` it")
                seed = bytes.fromhex(file.read_text().strip())
                signer = new_signer(held.key.name, seed)
            except (OSError, ValueError) as fault:
                raise KeyFault(f"{file}: the private key cannot be read ({fault})") from None
            if signer.key != held.key:
                raise KeyFault(f"{file}: this is not the private key of {held.vkey}")
            found.append(signer)
    return found


def add(folder: Path, name: str, now: str) -> Held:
    """Make a new key; from now on it signs beside those that are in use."""
    with _alone(folder):
        return _add(folder, name, now, load(folder))


def end(folder: Path, id: str, standing: Standing, reason: str, now: str) -> Held:
    """Take a key out of use; its private half is deleted, so that nobody can sign with it by mistake."""
    with _alone(folder):
        found = load(folder)
        mine = next((each for each in found if each.id == id and each.standing is Standing.IN_USE), None)
        if mine is None:
            raise KeyFault(f"there is no key {id} in use; in use: {_ids(found)}")
        if sum(each.standing is Standing.IN_USE for each in found) == 1:
            raise KeyFault(f"{id} is the only key in use: add another first")
        ended = replace(mine, standing=standing, until=now, reason=reason)
        _save(folder, [ended if each is mine else each for each in found])
        _file(folder, id).unlink(missing_ok=True)
    return ended


def replace_all(folder: Path, name: str, reason: str, now: str, known: list[Held]) -> Held:
    """Say in one step that every key in use is lost, and make a new one.

    `known` are the keys that were published: the folder may have been lost with its list.
    """
    with _alone(folder):
        found = load(folder) if (folder / KEYS).exists() else known
        lost = [
            replace(each, standing=Standing.LOST, until=now, reason=reason)
            if each.standing is Standing.IN_USE
            else each
            for each in found
        ]
        made = _add(folder, name, now, lost)
        for each in lost:
            _file(folder, each.id).unlink(missing_ok=True)
    return made


def _add(folder: Path, name: str, now: str, others: list[Held]) -> Held:
    seed = secrets.token_bytes(32)
    try:
        held = Held(str(new_signer(name, seed).key), now)
    except WrongNote as fault:
        raise KeyFault(str(fault)) from None
    write(_file(folder, held.id), seed.hex() + "\n", mode=0o600)
    _save(folder, [*others, held])
    return held


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    make_folder(folder)
    with locked(folder / LOCK):
        yield


@contextmanager
def locked(file: Path, *, wait: bool = True) -> Iterator[None]:
    """One at a time, in any thread and process of this machine; a crash frees it.

    Raises
    ------
    BlockingIOError
        Without waiting: another holds it.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def public(folder: Path) -> str:
    """The list of public keys as it is published: signed by every key in use, so that nobody on its way to a
    reader can call a key lost, or a lost one good."""
    held = load(folder)
    return published(held, [each.sign(signed_text(held)) for each in signers(folder)])


def signed_text(held: Sequence[Held]) -> str:
    """What a key signs of the list that it stands in."""
    rows = canonical([asdict(each) for each in held]).decode()
    return f"covenant keys/1\n{held[0].key.name}\n{rows}\n" if held else ""


def published(held: Sequence[Held], lines: Sequence[str]) -> str:
    """The list of keys with the lines that sign it, in the one way in which it is written."""
    told = {"keys": [asdict(each) for each in held], "signatures": [line.rstrip("\n") for line in lines]}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def write(file: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file whole or not at all, and have it on the disk before this returns."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.touch(mode)
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    sync_folder(file.parent)


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone opens, where there is none, and have its name on the disk."""
    for each in reversed([each for each in (folder, *folder.parents) if not each.is_dir()]):
        each.mkdir(mode=0o700 if each == folder else 0o777, exist_ok=True)
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _save(folder: Path, held: list[Held]) -> None:
    write(folder / KEYS, _text(held))


def _text(held: list[Held]) -> str:
    return json.dumps({"keys": [asdict(each) for each in held]}, indent=1) + "\n"


def _file(folder: Path, id: str) -> Path:
    return folder / f"{id}.key"


def _ids(found: list[Held]) -> str:
    return ", ".join(each.id for each in found if each.standing is Standing.IN_USE) or "none"
