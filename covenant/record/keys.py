"""The keys that sign the record, in a folder that only the signer's process reads.

`keys.json` says which there are and is public; each private key stands in a file of its own.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from covenant.record.engine.notes import Key, Signer, WrongNote, key, new_signer

KEYS = "keys.json"


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
        rows = json.loads((folder / KEYS).read_text(encoding="utf-8"))["keys"]
        found = [Held(**{**row, "standing": Standing(row["standing"])}) for row in rows]
        for each in found:
            each.key  # noqa: B018  (raises where it is none)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise KeyFault(f"{folder / KEYS}: this is no list of keys ({fault})") from None
    return found


def signers(folder: Path) -> list[Signer]:
    """The private keys that are in use."""
    found = []
    for held in load(folder):
        if held.standing is Standing.IN_USE:
            file = _file(folder, held.id)
            try:
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
    make_folder(folder)
    seed = secrets.token_bytes(32)
    try:
        held = Held(str(new_signer(name, seed).key), now)
    except WrongNote as fault:
        raise KeyFault(str(fault)) from None
    write(_file(folder, held.id), seed.hex() + "\n", mode=0o600)
    _save(folder, [*load(folder), held])
    return held


def end(folder: Path, id: str, standing: Standing, reason: str, now: str) -> Held:
    """Take a key out of use; its private half is deleted, so that nobody can sign with it by mistake."""
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


def public(folder: Path) -> str:
    """The list of public keys as it is published."""
    return _text(load(folder))


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
