"""Who uses this copy of the product: servers and workers side by side, a restore only where there is none."""

import fcntl
import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """A server or a worker runs."""


@contextmanager
def present(home: Path, *, alone: bool = False) -> Iterator[None]:
    """Be there until the block ends, or the process does.

    Raises
    ------
    InUse
        Somebody else is there, and this needs to be alone; or somebody is there alone.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / ".present", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        yield
    finally:
        os.close(handle)


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone: nobody would look after it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def wait() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=wait, name="parent", daemon=True).start()
