"""What is exported is whole at one checkpoint, though the record goes on, and both verifiers pass it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from covenant.record import exporting, verify_record
from tests.record.copies import new_log
from tests.record.exports import act
from tests.record.test_tampering import alone, files_of, verify
from tests.records import published


def test_an_export_holds_what_the_checkpoint_covers_and_nothing_else(tmp_path: Path) -> None:
    log = new_log(tmp_path, witnesses=1)
    note = log.grow(300)
    early = {path: (log.folder / path).read_bytes() for path in files_of(log.folder)}
    log.grow(300)  # the narrow tiles of before are full now, and the narrow files are gone
    for path in early:
        if ".p/" in path and (log.folder / path.partition(".p/")[0]).exists():
            (log.folder / path).unlink()
    (log.folder / "checkpoint").write_text(note)
    (log.folder / ".lock").touch()
    assert exporting.export(log.folder, tmp_path / "out") == 300
    assert {path: (tmp_path / "out" / path).read_bytes() for path in files_of(tmp_path / "out")} == early
    assert verify(tmp_path / "out")[0] == alone(tmp_path / "out")[0] == 0


@pytest.mark.django_db
def test_the_command_exports_what_was_published_and_it_verifies(tmp_path: Path) -> None:
    for number in range(5):
        act(number)
    published(tmp_path / "record")
    env = {**os.environ, "COVENANT_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "covenant.cli", "record", "export", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 entries written" in done.stdout
    assert verify(tmp_path / "out")[0] == 0, "five acts, and that the key was made"
    (tmp_path / "record" / "checkpoint").write_text("nonsense")
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.django_db
def test_the_stand_alone_verifier_is_handed_out_as_it_is(client: Client) -> None:
    answer = client.get("/record/verify_record.py")
    assert answer.status_code == 200
    assert b"".join(answer) == Path(verify_record.__file__).read_bytes()  # type: ignore[arg-type]
    assert "attachment" in answer["Content-Disposition"]
