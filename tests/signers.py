"""A real signer: a process of its own that holds keys in a folder and answers at a socket."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from covenant.record.signer import Remote

ORIGIN = "log.example/record"


def environment(home: Path, origin: str = ORIGIN) -> dict[str, str]:
    """What a command needs to know to find the keys, the record and the signer below a folder."""
    told = {"COVENANT_HOME": str(home), "COVENANT_ORIGIN": origin, "COVENANT_KEYS": str(home / "keys")}
    return {**os.environ, **told, "COVENANT_SIGNER": str(home / "signer.sock")}


def run(home: Path, *words: str, origin: str = ORIGIN) -> subprocess.CompletedProcess[str]:
    """`covenant record …`, as people start it."""
    command = [sys.executable, "-m", "covenant.cli", "record", *words]
    return subprocess.run(command, env=environment(home, origin), capture_output=True, text=True)


@contextmanager
def signing(home: Path, origin: str = ORIGIN) -> Iterator[Remote]:
    """A signer's process that ends with the block."""
    command = [sys.executable, "-m", "covenant.cli", "record", "signer", "--with-parent"]
    process = subprocess.Popen(
        command, env=environment(home, origin), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        remote = Remote(home / "signer.sock", seconds=20)
        for _ in range(600):
            if remote.answers():
                break
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        yield remote
    finally:
        process.kill()
        process.communicate()
