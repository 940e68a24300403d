"""`covenant listen retally`, `replay` and `codes` as people start them, and the program that stands alone."""

import csv
import os
import stat
import subprocess
import sys

import pytest

from tests.server import ROOT, Site

TOOL = ROOT / "tools" / "retally.py"
SEED = """
import django; django.setup()
from datetime import date
from tests.personas import make_world, talk, NOW
from covenant.listen import actions, reads
world = make_world()
told = talk(world)
actions.grant_replays(by=world.actor("administrator"), conversation=told.id, email="analyst@testing.example",
    until=date.today(), reason="A check", at=__import__("datetime").datetime.now(__import__("datetime").UTC))
found = reads.sets(told.id)[0].snapshot
import pathlib, sys
out = pathlib.Path(sys.argv[1])
(out / "figures.json").write_text(reads.figures_of(told.id, found), encoding="utf-8")
(out / "counted.jsonl").write_text(reads.set_text(told.id, found), encoding="utf-8")
from tests.records import published
published(out / "record")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A copy of the product with a conversation, its counted set, its record as files, and a grant."""
    home = tmp_path_factory.mktemp("home")
    site = Site(home)
    site.run("migrate", "--verbosity", "0")
    env = {**site.env, "DJANGO_SETTINGS_MODULE": "covenant.web.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SEED, str(home)], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return site


def covenant(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "covenant.cli", "listen", *words]
    return subprocess.run(command, cwd=ROOT, env=site.env, capture_output=True, text=True)


def test_the_program_counts_alone_and_the_command_says_the_same(site: Site) -> None:
    figures, counted, record = (str(site.home / name) for name in ("figures.json", "counted.jsonl", "record"))
    alone = subprocess.run(
        [sys.executable, "-I", "-S", str(TOOL), figures, counted, "--record", record],
        capture_output=True, text=True, cwd=site.home, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert (alone.returncode, alone.stderr) == (0, "")
    assert "36 first votes in the record, 0 loaded, 0 erased: 36 counted" in alone.stdout
    ours = covenant(site, "retally", figures, counted, "--record", record)
    assert (ours.returncode, ours.stdout) == (0, alone.stdout)
    assert len(TOOL.read_text(encoding="utf-8").splitlines()) <= 120
    wrong = covenant(site, "retally", figures, figures)
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
    other = site.home / "less.jsonl"
    head, *rows = (site.home / "counted.jsonl").read_text(encoding="utf-8").splitlines()
    other.write_text("\n".join([head, *rows[1:]]) + "\n", encoding="utf-8")
    assert covenant(site, "retally", figures, str(other)).returncode == 1


def test_a_replay_on_the_command_line(site: Site) -> None:
    done = covenant(site, "replay", "talk", "--by", "analyst@testing.example")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The same, byte for byte.")
    for who in ("convenor@testing.example", "nobody@testing.example"):
        refused = covenant(site, "replay", "talk", "--by", who)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_codes_on_the_command_line_are_for_their_owner_alone(site: Site) -> None:
    out = site.home / "codes.csv"
    words = ("codes", "talk", "--area", "North ward", "--count", "3", "--out", str(out))
    assert covenant(site, *words).returncode == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert (len(rows), {row["area"] for row in rows}) == (3, {"North ward"})
    before = out.read_bytes()
    again = covenant(site, *words)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert out.read_bytes() == before, "nothing is written over"
    other = site.home / "other.csv"
    refused = covenant(site, "codes", "nowhere", "--area", "X", "--count", "3", "--out", str(other))
    assert (refused.returncode, other.exists()) == (2, False)
    refused = covenant(site, "codes", "talk", "--area", " ", "--count", "3", "--out", str(other))
    assert (refused.returncode, other.exists()) == (2, False)
    printed = covenant(site, "codes", "talk", "--area", "South", "--count", "2")
    assert (printed.returncode, len(printed.stdout.splitlines())) == (0, 3)
