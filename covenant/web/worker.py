"""Does the work that is due: what to do stands in the rows themselves, so nothing is lost with a queue."""

import logging
import threading
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

log = logging.getLogger("covenant.jobs")
SECONDS_BETWEEN = 2.0


def run_due(now: datetime) -> int:
    """Do all the work that is due once; returns how many pieces of work were done."""
    from covenant.listen import jobs as listen  # the engines that they call take a while to import
    from covenant.scrutinise import jobs as scrutinise

    return listen.run_due(now) + scrutinise.run_due(now)


def faults() -> list[str]:
    """What is wrong with the files that jobs are told to use, a line each."""
    from covenant.scrutinise import jobs as scrutinise

    return scrutinise.faults()


def run_forever(stop: threading.Event) -> None:
    """Do what is due, again and again, until told to stop; a failure is logged and tried again later."""
    pause = SECONDS_BETWEEN
    while not stop.wait(pause):
        try:
            pause = SECONDS_BETWEEN if run_due(timezone.now()) else min(pause * 1.2, 5 * SECONDS_BETWEEN)
        except Exception:
            log.exception("work that is due failed; it is tried again in a minute")
            pause = 60.0
        finally:
            close_old_connections()


def start_thread() -> threading.Event:
    """Start the worker as a thread of this process; returns what stops it."""
    stop = threading.Event()
    threading.Thread(target=run_forever, args=(stop,), name="jobs", daemon=True).start()
    return stop
