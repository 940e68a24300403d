"""`python -m tests.torture.captured`: the house under the eyes of `disk.c`, for some seconds.

What it acknowledges and what it has signed goes into the same log as its writes, at the moment it is so.
"""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Sequence

from tests.torture import house
from tests.torture.scene import load


class Marking:
    """The signer, with a word in the log whenever a signature has come out of it."""

    def __init__(self, signer: object) -> None:
        self.signer = signer

    def __getattr__(self, name: str) -> object:
        return getattr(self.signer, name)

    def checkpoint(self, text: str, proof: Sequence[bytes]) -> str:
        lines = self.signer.checkpoint(text, proof)
        say("signed", text)
        return lines


def say(*told: object) -> None:
    ctypes.CDLL(None).torture_mark(house.line(*told).strip())


def main(seconds: float, threads: int, seed: int, synchronous: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    import django

    django.setup()
    from django.conf import settings

    from covenant.record import jobs
    from covenant.web.signing import start_signer

    if synchronous:  # else as the product has it
        options = settings.DATABASES["default"]["OPTIONS"]
        options["init_command"] = f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};"
    remote = jobs.Remote
    jobs.Remote = lambda *given, **more: Marking(remote(*given, **more))
    start_signer()
    stop = threading.Event()
    threading.Thread(target=lambda: (time.sleep(seconds), stop.set()), daemon=True).start()
    scene = load(sys.stdin.read())
    house.live(scene, say, threads=threads, seed=seed, sequences=True, stop=stop)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
