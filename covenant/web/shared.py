"""A piece of memory that every process of this machine shares: a file, mapped, with one lock around it."""

import fcntl
import mmap
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Shared:
    """So many bytes in a file, the same ones in every process that opens it.

    What they mean is said by `kind`: a file of another kind or size is put aside and made anew. The bytes are
    reserved on the disk when the file is made, so that a full disk refuses the file and kills no process.
    """

    def __init__(self, file: Path, *, kind: bytes, size: int) -> None:
        self._head = kind.ljust(32, b"\0")[:32]
        self._turn = threading.Lock()
        self._file = self._open(file, len(self._head) + size)
        self._all = mmap.mmap(self._file, len(self._head) + size)
        self.bytes = memoryview(self._all)[len(self._head) :]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Alone with the bytes, among the threads of this process and among processes."""
        with self._turn:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _open(self, file: Path, size: int) -> int:
        file.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(3):
            try:
                found = os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError:
                self._make(file, size)
                continue
            if os.fstat(found).st_size == size and os.pread(found, len(self._head), 0) == self._head:
                return found
            os.close(found)
            file.unlink(missing_ok=True)
        raise OSError(f"{file} cannot be made")

    def _make(self, file: Path, size: int) -> None:
        """Two processes may start at once: whoever is first to link the file in has made it."""
        mine = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        made = os.open(mine, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(made, 0, size)
            os.pwrite(made, self._head, 0)
            os.link(mine, file)
        except FileExistsError:
            pass
        finally:
            os.close(made)
            mine.unlink()
