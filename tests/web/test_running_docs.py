"""docs/running.md is true: its commands, settings, units and the proxy in front are those of the product."""

import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import typer

from covenant.cli import app
from tests.server import ROOT, Site

TEXT = (ROOT / "docs" / "running.md").read_text()
FILES = dict(re.findall(r"^```\w+\n# file: (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
COMMANDS = re.findall(r"(?:^ {4,}|ExecStart=\S*/|`)(covenant [a-z].*?)(?:`|$)", TEXT, re.MULTILINE)


def _command(words: list[str]) -> Any:
    found: Any = typer.main.get_command(app)
    while hasattr(found, "commands") and words:
        name = words.pop(0)
        assert name in found.commands, f"there is no command {name}"
        found = found.commands[name]
    return found


def test_the_commands_that_it_names_are_there_with_their_options() -> None:
    assert len(COMMANDS) > 15
    for line in COMMANDS:
        words = re.sub(r'"[^"]*"', "text", line).split()[1:]
        found = _command(words)
        assert not hasattr(found, "commands"), line
        known = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_the_settings_that_it_names_are_settings() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"\b(COVENANT_\w+)", TEXT))
    assert len(named) > 10
    known = set(re.findall(r"`(COVENANT_\w+)`", contributing)) | {"COVENANT_KEYS", "COVENANT_SIGNER"}
    assert named - known - {"COVENANT_ORIGIN"} == set()


def test_its_units_are_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd on this machine")
    units = {Path(name).name: text for name, text in FILES.items() if name.endswith(".service")}
    assert len(units) == 2
    for name, text in units.items():
        (tmp_path / name).write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if any(name in line for name in units)]
    assert told == []


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_behind_its_proxy_the_callers_address_is_the_proxys_word(tmp_path: Path) -> None:
    """nginx with this configuration, but for ports and certificate: a forged address counts for nothing."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("there is no nginx on this machine")
    site = Site(tmp_path / "home")
    site.log = tmp_path / "server.log"
    site.run("migrate", "--verbosity", "0")
    site.env |= {"COVENANT_PROXIES": "1", "COVENANT_LIMITS": "0.01"}
    with site.serving() as url:
        port, (server,) = _free(), [FILES[name] for name in FILES if "nginx" in name]
        server = re.sub(r"\s+ssl_\S+ .*?;", "", server).replace("443 ssl", str(port))
        server = server.replace("http://127.0.0.1:8000", url).replace("$host", "127.0.0.1")
        conf = tmp_path / "nginx.conf"
        logs = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log;"
        temporary = " ".join(
            f"{name}_temp_path {tmp_path}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf.write_text(f"daemon off; {logs} events {{}} http {{ {temporary} {server} }}")
        running = subprocess.Popen([nginx, "-c", str(conf), "-p", str(tmp_path)], stderr=subprocess.DEVNULL)
        try:
            codes = [_search(port, f"203.0.113.{n}") for n in range(4)]
        finally:
            running.terminate()
            running.wait(timeout=20)
    assert codes == [200, 200, 429, 429], "whatever address each claimed, all four came over one line"


def _search(port: int, claimed: str) -> int:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/places/?q=x", headers={"X-Forwarded-For": claimed}
    )
    for _ in range(50):
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx does not answer")
