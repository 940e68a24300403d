"""Keeps a signer of the record running beside the server, where nobody else runs one."""

import logging
import subprocess
import sys
import threading
import time

from covenant.record.actions import signer_answers

log = logging.getLogger("covenant.record")
SECONDS_BETWEEN = 1.0


def start_signer() -> None:
    """Start the signer as a process of its own, and again whenever it has gone; it ends with this process."""
    if not signer_answers():
        threading.Thread(target=_keep_one, name="signer", daemon=True).start()


def _keep_one() -> None:
    command = [sys.executable, "-m", "covenant.cli", "record", "signer", "--with-parent"]
    while True:
        if not signer_answers():
            child = subprocess.Popen(command, stdin=subprocess.PIPE)
            child.wait()
            log.warning("the signer ended with the exit code %s; another is started", child.returncode)
        time.sleep(SECONDS_BETWEEN)
