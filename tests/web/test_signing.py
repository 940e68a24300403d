"""A server keeps a signer running beside it, unless somebody else does."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from covenant.record.signer import Remote
from covenant.web import signing
from tests.server import ROOT
from tests.signers import environment
from tests.signers import signing as signer_in

SERVER = """
import django, time
django.setup()
from covenant.web.signing import start_signer
start_signer()
print("started", flush=True)
time.sleep(60)
"""


@contextmanager
def server(home: Path) -> Iterator[None]:
    """A process that starts a signer as the server does."""
    env = {**environment(home), "DJANGO_SETTINGS_MODULE": "covenant.web.settings"}
    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        yield
    finally:
        process.kill()
        process.communicate()


def answers(home: Path, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if Remote(home / "signer.sock", seconds=2.0).answers():
            return True
        time.sleep(0.05)
    return False


def test_where_the_signer_of_an_ended_server_answers_once_more_another_is_started(tmp_path: Path) -> None:
    with ExitStack() as life:
        assert life.enter_context(signer_in(tmp_path)).answers()
        with server(tmp_path):
            time.sleep(1.0)  # it has looked, and was answered
            life.close()
            assert not answers(tmp_path, within=0.2)
            assert answers(tmp_path, within=20)


def test_where_somebody_else_runs_a_signer_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, said = [], iter([True, True])
    monkeypatch.setattr(signing, "SECONDS_TO_BE_SURE", 0.01)
    monkeypatch.setattr(signing, "signer_answers", lambda: next(said))
    monkeypatch.setattr(signing, "_keep_one", lambda: kept.append(1))
    before = threading.active_count()
    signing.start_signer()
    for thread in [each for each in threading.enumerate() if each.name == "signer"]:
        thread.join(5)
    assert (kept, list(said), threading.active_count()) == ([], [], before)
