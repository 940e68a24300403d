"""Does the work that is due: what to do stands in the rows themselves, so nothing is lost with a queue."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from covenant.agree import jobs as agree
from covenant.record import jobs as record
from covenant.relate import jobs as relate
from covenant.web import metrics
from covenant.web.erasing import erase_again
from covenant.weigh import jobs as weigh

log = logging.getLogger("covenant.jobs")
SECONDS_BETWEEN = 2.0
SECONDS_TO_SEQUENCE = 1.0
SECONDS_BETWEEN_WARNINGS = 60.0
WORK, SEQUENCE, WITNESS = 20_250_719, 20_250_720, 20_250_721  # names of PostgreSQL's advisory locks


def run_due(now: datetime) -> int:
    """Do all the work that is due once; returns how many pieces of work were done."""
    from covenant.concern import jobs as concern
    from covenant.listen import jobs as listen  # the engines that they call take a while to import
    from covenant.scrutinise import jobs as scrutinise
    from covenant.web import retention

    done = record.run_due(now).placed + agree.run_due(now) + weigh.run_due(now)
    done += concern.run_due(now)
    done += relate.run_due(now)
    return done + listen.run_due(now) + scrutinise.run_due(now) + retention.run_due(now)


def faults() -> list[str]:
    """What is wrong with the files and settings that jobs are told to use, a line each."""
    from covenant.scrutinise import jobs as scrutinise

    return [*record.faults(), *scrutinise.faults()]


def run_forever(stop: threading.Event) -> None:
    """Do what is due, again and again, until told to stop; a failure is logged and tried again later."""
    pause, cleared = SECONDS_BETWEEN, False
    while not stop.wait(pause):
        try:
            with alone(WORK) as mine:
                if mine and not cleared:
                    erase_again(timezone.now())
                    cleared = True
                done = run_due(timezone.now()) if mine else 0
            pause = SECONDS_BETWEEN if done else min(pause * 1.2, 5 * SECONDS_BETWEEN)
        except Exception:
            log.exception("work that is due failed; it is tried again in a minute")
            metrics.work_failed()
            pause = 60.0
        finally:
            close_old_connections()


def sequence_forever(stop: threading.Event) -> None:
    """Give what was done its place in the record, every second: this waits for no other work.

    What goes wrong every second, as while the database is away, is told once a minute.
    """
    told = failed = -SECONDS_BETWEEN_WARNINGS
    while not stop.wait(SECONDS_TO_SEQUENCE):
        try:
            with alone(SEQUENCE) as mine:
                fault = record.run_due(timezone.now()).fault if mine else ""
            if fault and monotonic() - told > SECONDS_BETWEEN_WARNINGS:
                log.error("the record is not signed: %s", fault)
                metrics.work_failed()
                told = monotonic()
        except Exception:
            metrics.work_failed()
            if monotonic() - failed > SECONDS_BETWEEN_WARNINGS:
                log.exception("the record was not written on; it is tried again each second")
                failed = monotonic()
        finally:
            close_old_connections()


def witness_forever(stop: threading.Event) -> None:
    """Ask witnesses to sign the newest checkpoint, apart from all else: they may be slow, or down."""
    asked = record.witnesses()
    while asked and not stop.wait(SECONDS_TO_SEQUENCE):
        try:
            with alone(WITNESS) as mine:
                record.ask_witnesses(asked, timezone.now()) if mine else None
        except Exception:
            log.exception("witnesses could not be asked; it is tried again in a second")
        finally:
            close_old_connections()


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether this is the one process that does a kind of work now; nobody waits, and a crash frees it.

    On SQLite one process serves, and a second one that works beside it is only wasteful: what is published
    twice at once is kept once.
    """
    if connection.vendor == "sqlite":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            _free(lock)


def _free(lock: int) -> None:
    """Free it, whatever the work left: a connection that broke has freed it itself."""
    if connection.connection is None or connection.connection.closed:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    except DatabaseError:
        connection.close()


def start_threads() -> threading.Event:
    """Start the worker and the sequencer as threads of this process; returns what stops them."""
    stop = threading.Event()
    does_what = ((run_forever, "jobs"), (sequence_forever, "sequencer"), (witness_forever, "witnesses"))
    for does, name in does_what:
        threading.Thread(target=does, args=(stop,), name=name, daemon=True).start()
    return stop
