"""A disk that loses its power: what a program asked of it, and what could be there afterwards.

`disk.c` writes down every write, rename and sync under one folder. Played back up to a moment, the log says
what is certain to be there: of a file what was written before its last sync began, of a folder the names that
stood before its own. Of all later writes any sector may be there or not, and one may be torn; of all later
names any may have changed or not. That is stricter than most file systems are.
"""

import random
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
HEAD = struct.Struct("=cIIIQ")
SECTORS = (512, 4096)  # bytes: which of them a disk writes whole, each image draws for itself
NOT_KEPT = "-shm"  # SQLite's index of its log lies in memory, and is made anew


@dataclass(frozen=True)
class Step:
    """One thing that was asked of the disk; of kind "m", a word of the test."""

    kind: str
    at: int
    path: str
    other: str
    data: bytes


@dataclass
class File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, str, int, bytes]] = field(default_factory=list)

    def content(self) -> bytearray:
        """What a program reads."""
        found = bytearray(self.durable)
        for _step, kind, at, data in self.pending:
            _apply(found, kind, at, data)
        return found

    def sync(self, before: int) -> None:
        for _step, kind, at, data in [each for each in self.pending if each[0] < before]:
            _apply(self.durable, kind, at, data)
        self.pending = [each for each in self.pending if each[0] >= before]


@dataclass
class Folder:
    durable: dict[str, "File | Folder"] = field(default_factory=dict)
    live: dict[str, "File | Folder"] = field(default_factory=dict)
    pending: list[tuple[int, dict[str, "File | Folder | None"]]] = field(default_factory=list)

    def change(self, step: int, names: dict[str, "File | Folder | None"]) -> None:
        _name(self.live, names)
        self.pending.append((step, names))

    def sync(self, before: int) -> None:
        for _step, names in [each for each in self.pending if each[0] < before]:
            _name(self.durable, names)
        self.pending = [each for each in self.pending if each[0] >= before]


def compile_shim(folder: Path) -> Path | None:
    """The library to preload, made from `disk.c`; None where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    made = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(made), str(SOURCE), "-lpthread"]
    done = subprocess.run(command, capture_output=True, text=True)
    return made if done.returncode == 0 else None


def steps(log: Path) -> list[Step]:
    """What stands in a log."""
    raw, at, found = log.read_bytes(), 0, list[Step]()
    while at < len(raw):
        kind, path, other, data, where = HEAD.unpack_from(raw, at)
        at += HEAD.size
        texts = raw[at : at + path + other].decode()  # paths of ours are ASCII
        at += path + other
        step = Step(kind.decode(), where, texts[:path], texts[path:], raw[at : at + data])
        at += data
        if not step.path.endswith(NOT_KEPT):
            found.append(step)
    return found


class Disk:
    """One folder on a disk, from what it held at first."""

    def __init__(self, home: Path, base: Path, forgets: str = "") -> None:
        """A sync of files with `forgets` in their path does nothing: a fault that is planted."""
        self.home, self.forgets = str(home.resolve()), forgets
        self.root, self.syncing = _read(base), dict[int, tuple[File | Folder, int]]()

    def play(self, number: int, step: Step) -> None:
        """Do one step."""
        if step.kind == "m":
            return
        if step.kind in "be":
            self._sync(number, step)
            return
        folder, name = self._parent(step.path)
        match step.kind:
            case "c":
                folder.change(number, {name: File()})
            case "d":
                folder.change(number, {name: Folder()})
            case "u":
                folder.change(number, {name: None})
            case "l":
                other, new = self._parent(step.other)
                other.change(number, {new: folder.live[name]})
            case "r":
                other, new = self._parent(step.other)
                moved = folder.live[name]
                if other is folder:
                    folder.change(number, {name: None, new: moved})
                else:
                    other.change(number, {new: moved})
                    folder.change(number, {name: None})
            case _:
                self._file(step.path).pending.append((number, step.kind, step.at, step.data))

    def _sync(self, number: int, step: Step) -> None:
        if step.kind == "b":
            self.syncing[step.at] = self._node(step.path), number
            return
        node, before = self.syncing.pop(step.at)
        if not (self.forgets and self.forgets in step.path[len(self.home) :]):
            node.sync(before)

    def _node(self, path: str) -> File | Folder:
        node: File | Folder = self.root
        for name in path[len(self.home) :].split("/")[1:]:
            assert isinstance(node, Folder), path
            node = node.live[name]
        return node

    def _parent(self, path: str) -> tuple[Folder, str]:
        folder, _slash, name = path.rpartition("/")
        found = self._node(folder)
        assert isinstance(found, Folder), path
        return found, name

    def _file(self, path: str) -> File:
        found = self._node(path)
        assert isinstance(found, File), path
        return found

    def read(self, path: str) -> bytes | None:
        """What a program would read at a path in the folder now; None where nothing is."""
        try:
            return bytes(self._file(f"{self.home}/{path}").content())
        except KeyError:
            return None

    def live(self) -> dict[str, bytes]:
        """Every file as a program sees it, by its path in the folder."""
        return {path: bytes(file.content()) for path, file in _walk(self.root)}

    def lose_power(self, out: Path, rng: random.Random) -> str:
        """Write one of the states in which the disk may be found afterwards; returns how it was drawn."""
        image = _Image(rng)
        image.write(self.root, out)
        return image.way


WAYS = ("nothing unsynced", "everything", "in order, the last torn", "any sectors", "any sectors, any names")


class _Image:
    def __init__(self, rng: random.Random) -> None:
        self.rng, self.way = rng, rng.choice(WAYS)
        self.sector, self.share = rng.choice(SECTORS), rng.random()
        self.garbage = rng.random() < 0.3  # what was never written reads as what lay there before

    def write(self, folder: Folder, out: Path) -> None:
        out.mkdir(exist_ok=True)
        names = dict(folder.durable)
        for change in self._names(folder):
            _name(names, change)
        for name, node in names.items():
            if isinstance(node, Folder):
                self.write(node, out / name)
            else:
                (out / name).write_bytes(self._content(node))

    def _names(self, folder: Folder) -> Iterator[dict[str, File | Folder | None]]:
        changes = [names for _step, names in folder.pending]
        match self.way:
            case "nothing unsynced":
                return iter(())
            case "everything":
                return iter(changes)
            case "any sectors, any names":
                return (each for each in changes if self.rng.random() < self.share)
        return iter(changes[: self.rng.randint(0, len(changes))])

    def _content(self, file: File) -> bytearray:
        content, writes = bytearray(file.durable), file.pending
        if self.way == "nothing unsynced":
            return content
        if self.way == "everything":
            return file.content()
        if self.way == "in order, the last torn":
            writes = writes[: self.rng.randint(0, len(writes))]
            for number, (_step, kind, at, data) in enumerate(writes, 1):
                torn = self.rng.randint(0, len(data)) if number == len(writes) else len(data)
                _apply(content, kind, at, data[:torn], self._filling)
            return content
        for _step, kind, at, data in writes:
            if kind == "t":
                if self.rng.random() < self.share:
                    _apply(content, kind, at, data, self._filling)
                continue
            for start, part in _sectors(at, data, self.sector):
                if self.rng.random() < self.share:
                    torn = self.rng.random() < 0.02
                    part = part[: self.rng.randint(0, len(part))] if torn else part
                    _apply(content, kind, start, part, self._filling)
        return content

    def _filling(self, length: int) -> bytes:
        return self.rng.randbytes(length) if self.garbage else bytes(length)


def _sectors(at: int, data: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start < len(data):
        end = min(len(data), start + size - (at + start) % size)
        yield at + start, data[start:end]
        start = end


def _apply(
    content: bytearray, kind: str, at: int, data: bytes, filling: Callable[[int], bytes] = bytes
) -> None:
    if kind == "t":
        if at <= len(content):
            del content[at:]
        else:
            content.extend(bytes(at - len(content)))
    elif data:
        if at > len(content):
            content.extend(filling(at - len(content)))
        content[at : at + len(data)] = data


def _name(names: dict[str, File | Folder], change: dict[str, File | Folder | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _read(folder: Path) -> Folder:
    found = Folder()
    for entry in folder.iterdir():
        if entry.is_dir():
            found.durable[entry.name] = _read(entry)
        elif entry.is_file() and not entry.name.endswith(NOT_KEPT):
            found.durable[entry.name] = File(bytearray(entry.read_bytes()))
    found.live = dict(found.durable)
    return found


def _walk(folder: Folder, at: str = "") -> Iterator[tuple[str, File]]:
    for name, node in folder.live.items():
        if isinstance(node, Folder):
            yield from _walk(node, f"{at}{name}/")
        else:
            yield f"{at}{name}", node
