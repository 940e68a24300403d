"""The short version of `make torture`: nothing that was acknowledged is lost, and what would be, is found."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.torture import invariants, power
from tests.torture.disk import Disk, Step

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every house begins with, made once."""
    folder = tmp_path_factory.mktemp("torture")
    power.scene_in(folder)
    return folder


def part(name: str, times: int, base: Path) -> dict[str, Any]:
    """One part of the torture, in a process of its own; skipped where the machine lacks what it takes."""
    command = [sys.executable, "-m", "tests.torture", "--part", name, f"--{name}", str(times)]
    command += ["--base", str(base), "--seconds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    if "skipped" in result:
        pytest.skip(result["skipped"])
    return result


@pytest.mark.parametrize(("name", "times"), [("sqlite", 20), ("served", 2), ("postgres", 10)])
def test_kills_lose_nothing_that_was_acknowledged(name: str, times: int, base: Path) -> None:
    result = part(name, times, base)
    assert result["faults"] == []
    assert sum(result["kills"].values()) >= times
    assert result["acts"]["vote"] > 0


def test_power_cuts_lose_nothing_that_was_acknowledged(base: Path) -> None:
    result = part("power", 30, base)
    assert result["faults"] == []
    assert (result["cuts"], result["runs"]) == (30, 2)
    assert result["acts"]["vote"] > 0
    assert len(result["ways"]) > 2


def test_power_cuts_find_every_fault_that_is_planted(base: Path) -> None:
    """On a machine with much else to do little is signed while a run lasts: then another run is cut."""
    found: dict[str, str] = {}
    for _ in range(4):
        result = part("teeth", 40, base)
        assert len(result["planted"]) == 5
        found |= {name: fault[0] for name, (_cuts, *fault) in result["planted"].items() if fault}
        if len(found) == 5:
            break
    assert len(found) == 5, found
    weak = found["PRAGMA synchronous=OFF"]
    assert "LOST" in weak or "malformed" in weak, weak


@pytest.fixture(scope="module")
def at_rest(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which people acted and all was signed."""
    home = tmp_path_factory.mktemp("rest") / "home"
    shutil.copytree(base / power.HOME, home)
    env = {**power.on_sqlite(home), "DJANGO_SETTINGS_MODULE": "covenant.web.settings"}
    command = [sys.executable, "-c", SETTLE]
    done = subprocess.run(
        command, cwd=ROOT, env=env, input=power.scene_in(base), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return home


SETTLE = """
import random, sys, django
django.setup()
from django.conf import settings
from django.utils import timezone
from covenant.record import actions, jobs
from covenant.record.signer import Signer
from tests.torture import house, scene
told, rng = scene.load(sys.stdin.read()), random.Random(1)
signer = Signer(settings.KEYS, settings.RECORD_ORIGIN)
say = lambda *said: None
for turn in range(4):
    house.one_person(told, say, rng, f"turn-{turn}")
    house.sign(told, say, told.proposed[turn])
    house.refuse(told, say, told.proposed[-1 - turn])
    actions.sequence()
    jobs.publish(timezone.now(), signer)
"""


def faults(home: Path, known: invariants.Known | None = None) -> list[str]:
    rows, line = invariants.sqlite_rows(home / "covenant.sqlite3")
    try:
        return invariants.faults(home, rows, known or invariants.Known(), sqlite=True, whole=True)
    finally:
        line.close()


def test_a_house_at_rest_has_no_faults(at_rest: Path) -> None:
    assert faults(at_rest) == []


SQL = {
    "a vote without its row": "DELETE FROM listen_vote WHERE id = (SELECT min(id) FROM listen_vote)",
    "a vote that was changed": "UPDATE listen_vote SET value = (value + 2) % 3 - 1"
    " WHERE entry = (SELECT max(entry) FROM listen_vote)",
    "a vote without its entry": 'UPDATE listen_vote SET entry = 10000000 WHERE "current" AND entry ='
    ' (SELECT max(entry) FROM listen_vote WHERE "current")',
    "a signature that is gone": "DELETE FROM agree_signature",
    "a statement that was changed": "UPDATE listen_statement SET text = 'other' WHERE number = 1",
    "words that are gone": "DELETE FROM record_opening",
    "a gap": 'UPDATE record_entry SET "index" = "index" + 1000 WHERE "index" > 70',
    "an entry that was changed": "UPDATE record_entry SET data = replace(data, 'true', 'false')"
    " WHERE kind = 'vote.counted'",
    "an entry that waits": 'UPDATE record_entry SET "index" = NULL WHERE "index" ='
    ' (SELECT max("index") FROM record_entry)',
    "a checkpoint that is gone": "DELETE FROM record_checkpoint",
    "a checkpoint with another root": "UPDATE record_checkpoint SET root = replace(root, 'a', 'b')",
}  # fmt: skip


@pytest.mark.parametrize("name", SQL)
def test_faults_in_the_rows_are_found(name: str, at_rest: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(at_rest, home)
    with sqlite3.connect(home / "covenant.sqlite3") as line:
        assert line.execute(SQL[name]).rowcount > 0
    line.close()
    assert faults(home) != []


def _flip(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def _set_back(file: Path) -> None:
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "size": told["size"] - 1}))


FILES: dict[str, Callable[[Path], None]] = {
    "record/checkpoint": _flip,
    "record/tile/0/**/*": _flip,
    "record/tile/entries/**/*": _flip,
    "keys/signed.json": _set_back,
}


@pytest.mark.parametrize("pattern", FILES)
def test_faults_in_the_files_are_found(pattern: str, at_rest: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(at_rest, home)
    files = sorted(file for file in home.glob(pattern) if file.is_file())
    assert files, pattern
    for file in files:
        FILES[pattern](file)
    assert faults(home) != []


def test_an_acknowledged_act_that_is_not_there_is_lost(at_rest: Path) -> None:
    some = "01900000-0000-7000-8000-000000000000"
    for told in (["vote", some, some, 1], ["participant", some], ["statement", some], ["text", "Never said"],
                 ["signature", some, some], ["refusal", some, some]):  # fmt: skip
        known = invariants.Known()
        known.hear(told)
        assert [each for each in faults(at_rest, known) if "LOST" in each] != []


def test_two_checkpoints_over_one_size_are_found(at_rest: Path) -> None:
    known = invariants.Known()
    known.see((at_rest / "record" / "checkpoint").read_text(), "one")
    size = next(iter(known.seen))[0]
    known.seen[size, bytes(32)] = "another"
    assert any("two different checkpoints" in each for each in faults(at_rest, known))


def _disk(tmp_path: Path, *asked: tuple[str, str, str, int, bytes]) -> Disk:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "old").write_bytes(b"a" * 1024)
    disk = Disk(tmp_path / "home", tmp_path / "home")
    for number, (kind, path, other, at, data) in enumerate(asked):
        full = [f"{tmp_path}/home/{each}".rstrip("/") if each is not None else "" for each in (path, other)]
        disk.play(number, Step(kind, at, *full, data))
    return disk


def images(disk: Disk, tmp_path: Path) -> list[dict[str, bytes]]:
    found = []
    for seed in range(200):
        out = tmp_path / f"image-{seed}"
        disk.lose_power(out, random.Random(seed))
        found.append({file.name: file.read_bytes() for file in out.iterdir()})
    return found


def test_what_was_synced_is_there_and_what_was_not_may_be_torn(tmp_path: Path) -> None:
    disk = _disk(
        tmp_path,
        ("w", "old", "", 0, b"b" * 512), ("b", "old", "", 1, b""), ("w", "old", "", 512, b"c" * 512),
        ("e", "old", "", 1, b""), ("w", "old", "", 1024, b"d" * 512),
    )  # fmt: skip
    found = [each["old"] for each in images(disk, tmp_path)]
    assert {each[:512] for each in found} == {b"b" * 512}  # written before the sync began
    assert len({each[512:1024] for each in found}) > 2  # meanwhile: there, not there, in part
    assert {len(each) for each in found} > {1024, 1536}


def test_a_name_is_there_once_its_folder_is_synced(tmp_path: Path) -> None:
    made = (
        ("c", "new", "", 0o644, b""),
        ("w", "new", "", 0, b"x"),
        ("b", "new", "", 1, b""),
        ("e", "new", "", 1, b""),
    )
    renamed = ("r", "new", "old", 0, b"")
    loose = images(_disk(tmp_path, *made, renamed), tmp_path)
    assert {each["old"][:1] for each in loose} == {b"a", b"x"}
    other = tmp_path / "other"
    other.mkdir()
    kept = images(_disk(other, *made, renamed, ("b", "", "", 2, b""), ("e", "", "", 2, b"")), other)
    assert kept == [{"old": b"x"}] * 200
