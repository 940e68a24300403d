"""`covenant listen map`: from an export to files, or one clear line and nothing."""

import csv
import json
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from covenant.listen.cli import app
from tests.listen.conftest import NAMES
from tests.listen.exports import export
from tests.listen.test_formats import FAULTS


def run(*arguments):
    return CliRunner().invoke(app, ["map", *map(str, arguments)])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("public", [False, True])
def test_every_real_conversation_has_its_files(polis, tmp_path, name, public):
    out = tmp_path / "out"
    result = run(polis / name, "--out", out, "--json", *(["--public"] if public else []))
    assert result.exit_code == 0 and result.stderr == ""
    summary = json.loads(result.stdout)
    found = json.loads((out / "opinion.json").read_text("utf-8"))
    assert summary["participants"] == found["participants"] and summary["files"] == sorted(
        p.name for p in out.iterdir()
    )
    assert (out / "positions.csv").exists() != public
    report = (out / "report.html").read_text("utf-8")
    assert "not a random sample" in report and "a story" in report
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\ssrc=|\son\w+=", report)
    assert all(len(svg) < 100_000 for svg in re.findall(r"<svg.*?</svg>", report, re.S))
    with (out / "statements.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(found["statements"])
    if not public:
        with (out / "positions.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == ["participant", "x", "y", "group"]
        assert len(rows) == found["participants"]["total"]


@pytest.mark.parametrize("name", FAULTS)
def test_bad_input_is_one_line_exit_2_and_nothing_written(tmp_path, name):
    changed, place = FAULTS[name]
    out = tmp_path / "out"
    result = run(export(tmp_path, **changed), "--out", out)
    assert result.exit_code == 2 and result.stdout == ""
    assert place in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def test_the_real_process_says_the_same(tmp_path):
    changed, place = FAULTS["a vote of 7"]
    command = [sys.executable, "-c", "from covenant.listen.cli import app; app()"]
    arguments = ["map", str(export(tmp_path, **changed)), "--out", str(tmp_path / "out")]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and place in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_what_stands_in_the_folder_is_kept_until_the_new_files_are_whole(tmp_path):
    out = tmp_path / "out"
    folder = export(tmp_path)
    assert run(folder, "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / "notes.txt").write_text("mine")
    (folder / "votes.csv").write_text("")
    assert run(folder, "--out", out).exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before | {"notes.txt": b"mine"}


def test_public_files_are_not_put_beside_positions_of_people(tmp_path):
    out = tmp_path / "out"
    folder = export(tmp_path)
    run(folder, "--out", out)
    result = run(folder, "--out", out, "--public")
    assert result.exit_code == 2 and "positions.csv" in result.stderr


def test_out_must_be_a_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    result = run(export(tmp_path), "--out", tmp_path / "file")
    assert result.exit_code == 2 and "needs a folder" in result.stderr
    assert run(tmp_path / "nowhere", "--out", tmp_path / "out").exit_code == 2


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    folder = export(tmp_path)
    for name in ("one", "two"):
        assert run(folder, "--out", tmp_path / name, "--seed", 5).exit_code == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_statement_that_begins_like_a_formula_is_harmless_in_the_table(tmp_path):
    run(export(tmp_path), "--out", tmp_path / "out")
    assert "'=2+3" in (tmp_path / "out" / "statements.csv").read_text("utf-8")
    assert (
        json.loads((tmp_path / "out" / "opinion.json").read_text("utf-8"))["statements"][1]["text"] == "=2+3"
    )


def test_reading_and_drawing_need_neither_numba_nor_scipy():
    modules = ["types", "pictures", "formats", "figures", "report", "outputs", "cli", "engine.draw"]
    lines = [f"import covenant.listen.{module}" for module in modules]
    check = "import sys; sys.exit(any(name in sys.modules for name in ('numba', 'scipy', 'django')))"
    done = subprocess.run([sys.executable, "-c", "\n".join([*lines, check])], check=False)
    assert done.returncode == 0
