import socket
import subprocess
import sys
from pathlib import Path

from tests.server import ROOT, Site


def test_a_port_that_is_in_use_is_named_and_nothing_is_served(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "covenant.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env=site.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"covenant serve: port {port} of 127.0.0.1 is in use; choose another with --port\n"
