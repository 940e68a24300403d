"""Does the work that is due: what to do stands in the rows themselves, so nothing is lost with a queue."""

import logging
import threading
from datetime import datetime
from time import monotonic

from django.db import close_old_connections
from django.utils import timezone

from covenant.record import jobs as record

log = logging.getLogger("covenant.jobs")
SECONDS_BETWEEN = 2.0
SECONDS_TO_SEQUENCE = 1.0
SECONDS_BETWEEN_WARNINGS = 60.0


def run_due(now: datetime) -> int:
    """Do all the work that is due once; returns how many pieces of work were done."""
    from covenant.listen import jobs as listen  # the engines that they call take a while to import
    from covenant.scrutinise import jobs as scrutinise

    return record.run_due(now).placed + listen.run_due(now) + scrutinise.run_due(now)


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


def sequence_forever(stop: threading.Event) -> None:
    """Give what was done its place in the record, every second: this waits for no other work."""
    told = 0.0
    while not stop.wait(SECONDS_TO_SEQUENCE):
        try:
            fault = record.run_due(timezone.now()).fault
            if fault and monotonic() - told > SECONDS_BETWEEN_WARNINGS:
                log.error("the record is not signed: %s", fault)
                told = monotonic()
        except Exception:
            log.exception("the record was not written on; it is tried again in a second")
        finally:
            close_old_connections()


def start_threads() -> threading.Event:
    """Start the worker and the sequencer as threads of this process; returns what stops them."""
    stop = threading.Event()
    for does, name in ((run_forever, "jobs"), (sequence_forever, "sequencer")):
        threading.Thread(target=does, args=(stop,), name=name, daemon=True).start()
    return stop
