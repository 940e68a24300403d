"""What both workers measure, alike. Standard library only: the rival's environment has nothing of ours."""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def peak() -> float:
    """The most memory that this process has held, in MB. Linux's ru_maxrss would count its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1024
        )
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 1024)


def timed(work: Callable[[], Any], times: int) -> tuple[dict[str, float], Any]:
    """The median of several runs: seconds on the wall and of the processor; and what the last one found."""
    walls, processors, found = [], [], None
    for _ in range(times):
        found = None
        gc.collect()
        wall, processor = time.perf_counter(), time.process_time()
        found = work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return {"wall": statistics.median(walls), "cpu": statistics.median(processors)}, found


def say(found: dict[str, Any]) -> None:
    """The one line that a worker prints."""
    sys.stdout.write(json.dumps(found) + "\n")
