"""Keeps a signer of the record running beside the server, where nobody else runs one."""

import logging
import subprocess
import sys
import threading
import time

from covenant.record.actions import signer_answers

log = logging.getLogger("covenant.record")
SECONDS_BETWEEN = 1.0
SECONDS_TO_BE_SURE = 3.0  # the signer of a server that was ended just now may answer once more


def start_signer() -> None:
    """Start the signer as a process of its own, and again whenever it has gone; it ends with this process."""
    threading.Thread(target=_look_after, name="signer", daemon=True).start()


def _look_after() -> None:
    if signer_answers():
        time.sleep(SECONDS_TO_BE_SURE)
        if signer_answers():
            return  # somebody else runs it
    _keep_one()


def _keep_one() -> None:
    command = [sys.executable, "-m", "covenant.cli", "record", "signer", "--with-parent"]
    while True:
        if not signer_answers():
            child = subprocess.Popen(command, stdin=subprocess.PIPE)
            child.wait()
            log.warning("the signer ended with the exit code %s; another is started", child.returncode)
        time.sleep(SECONDS_BETWEEN)
