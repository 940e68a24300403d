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


def test_faulty_thresholds_are_named_and_nothing_is_served(tmp_path: Path) -> None:
    site, own = Site(tmp_path), tmp_path / "thresholds.toml"
    own.write_text("[duty]\nleast_count = 0\nleast_share = 2\n[pumps]\n")
    for command in (["serve", "--port", "1"], ["work"]):
        done = subprocess.run(
            [sys.executable, "-m", "covenant.cli", *command],
            cwd=ROOT,
            env={**site.env, "COVENANT_THRESHOLDS": str(own)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert all(word in done.stderr for word in ("least_count", "least_share", "reason", "pumps"))
        assert "Traceback" not in done.stderr
