"""Our side: python -m benchmarks.ledger_ours DATA FILES, with COVENANT_HOME an empty folder."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
import django

django.setup()
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.measured import peak, say, timed  # noqa: E402
from covenant.profile import actions  # noqa: E402
from covenant.profile.formats.files import FileKind, read  # noqa: E402

URLS = (
    "/places/hartlepool/profile/",
    "/places/birmingham/profile/",
    "/places/kent/profile/",
    "/places/cumberland/profile/",
    "/places/cumberland/profile/?body=E07000026",
    "/places/?q=hart",
    "/",
)


def main(data: Path, files: list[list[str]]) -> None:
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    loading: dict[str, Any] = {}
    for kind, file in files:
        wall, processor = time.perf_counter(), time.process_time()
        [done] = actions.load(parsed=[read(FileKind(kind), data / file)], at=datetime.now(UTC))
        if kind == "outturn":
            loading = {
                "wall": time.perf_counter() - wall,
                "processor": time.process_time() - processor,
                "lines": done.counts["lines"],
                "peak": peak(),
            }
    everything = time.perf_counter() - began
    say({"loading": loading, "all": everything, "pages": [_page(url) for url in URLS]})


def _page(url: str) -> dict[str, Any]:
    browser = Client(SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(url)
    asked = len(queries)  # before the next request forgets them
    assert answer.status_code == 200, url
    spent, _ = timed(lambda: browser.get(url), 15)
    return {"url": url, "queries": asked, "bytes": len(answer.content), **spent}


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
