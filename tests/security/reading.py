"""How something that others wrote is read, for whoever breaks it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Parser:
    """How a file, a folder or a text of others is read."""

    name: str
    read: Callable[[Path], object]
    file: str  # the name of the file that is broken
    seeds: Callable[[Path], list[bytes]]
    refuses: tuple[type[Exception], ...]
    covers: tuple[str, ...]  # the modules that take bytes or texts apart for it
    beside: Callable[[Path], None] | None = None  # what else must lie in the folder


def as_text(read: Callable[[str], object]) -> Callable[[Path], object]:
    """A parser of a text: every byte is a letter, and what is no UTF-8 becomes half a letter."""
    return lambda path: read(path.read_bytes().decode("utf-8", "surrogateescape"))


def as_bytes(read: Callable[[bytes], object]) -> Callable[[Path], object]:
    return lambda path: read(path.read_bytes())


def given(*texts: str | bytes) -> Callable[[Path], list[bytes]]:
    return lambda _folder: [text.encode() if isinstance(text, str) else text for text in texts]
