"""Our side of one measurement: python -m benchmarks.text_ours TASK.json TIMES"""

import json
import sys
import time
from pathlib import Path

from benchmarks.measured import peak, say, timed
from covenant.scrutinise.engine.terms import Entry, EntryKind, Index
from covenant.scrutinise.engine.text import read


def main(path: str, times: int) -> None:
    task = json.loads(Path(path).read_text())
    began = time.perf_counter()
    index = Index(
        tuple(
            Entry(EntryKind(each["kind"]), each["name"], tuple(each["terms"]), tuple(each["not"]))
            for each in task["entries"]
        )
    )
    ready = time.perf_counter() - began
    seconds, reading = timed(lambda: read(task["text"], index), times)
    counts = [found.rate.count for found in reading.mentions]
    say({"ready": ready, "read": seconds, "peak": peak(), "counts": counts})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
