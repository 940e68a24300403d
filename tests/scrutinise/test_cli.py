"""`covenant scrutinise` as people meet it: what it prints, what it refuses, how it ends."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from covenant.scrutinise.cli import app
from covenant.scrutinise.engine import referee
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import Programme

TEMPLATE = Path(__file__).parents[2] / "docs" / "standard" / "programme-template.toml"
QUESTIONS = len(referee.ask(Programme("Buckets"), read_thresholds()).unasked)


def run(*arguments, width=80):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


def planted(tmp_path, extra=""):
    """A programme about which every rule asks."""
    path = tmp_path / "buckets.toml"
    proposals = "".join(
        f'[[proposals]]\nid = "B{number}"\nstarted_by = ["m"]\ndecided_by = ["m"]\naffected = ["s"]\n'
        f'money_controlled_by = ["m"]\nconsultation_held = "none"\nconsultation_promised = "none"\n'
        f'[[proposals.duties]]\ntext = "bail"\non = ["g"]\nfunding = "none"\n{extra}'
        for number in range(1, 5)
    )
    path.write_text(
        'format = "covenant-programme/2"\n[programme]\ntitle = "Buckets [bold]for all[/bold]"\n'
        '[[ends]]\nwording = "each lane bails for itself"\ndirection = "bottom-up"\n'
        '[actors.m]\nname = "Ministry of Buckets"\nsector = "state"\ntier = "nation"\n'
        '[actors.g]\nname = "Guild of Bailers"\nsector = "civil society"\ntier = "neighbourhood"\n'
        '[actors.s]\nname = "Spout Lane"\nsector = "residents"\ntier = "neighbourhood"\n' + proposals,
        encoding="utf-8",
    )
    return path


def test_a_programme_is_read_and_its_questions_end_with_0(tmp_path):
    result = run(planted(tmp_path))
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert result.stderr == ""
    assert re.search(r"\b[1-9]\d* questions, [1-9]\d* not asked", words)
    for expected in (
        "4 of n = 4 (100%)",
        "Ministry of Buckets (state, nation)",
        "each lane bails for itself",
        "Answered by",
        "Limited by",
        "Not asked, and why",
        "no legal advice",
        "only a scrutineer's signed act is a finding",
    ):
        assert expected in words, expected
    assert "Buckets [bold]for all[/bold]" in result.stdout, "what a file says is never markup"


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_the_terminal_and_no_id_is_cut(tmp_path, width):
    result = run(planted(tmp_path), width=width)
    assert max(map(len, result.stdout.splitlines())) <= width
    assert "…" not in result.stdout
    assert "parity.decides.civil-society" in result.stdout


def test_json_is_all_that_is_printed_and_says_the_same(tmp_path):
    result = run(planted(tmp_path), "--json")
    assert result.exit_code == 0 and result.stderr == ""
    reading = json.loads(result.stdout)
    assert reading["format"] == "covenant-reading/2"
    ids = {question["id"] for question in reading["questions"]}
    assert {"direction.decides", "duty.unfunded", "parity.decides.civil-society"} <= ids
    words = " ".join(run(planted(tmp_path)).stdout.split())
    assert f"{len(ids)} questions, {len(reading['unasked'])} not asked" in words
    question = next(q for q in reading["questions"] if q["id"] == "direction.decides")
    assert question["metric"] == {
        "name": "decided only from above those affected, with no reason given",
        "value": 1.0,
        "unit": "share of proposals",
        "count": 4,
        "n": 4,
        "undetermined": 0,
    }
    assert question["evidence"][0]["proposal"] is None
    assert question["threshold"]["least_share"] == 0.5
    assert run(planted(tmp_path), "--json").stdout == result.stdout


def test_the_template_of_the_standard_is_read():
    assert run(TEMPLATE).exit_code == 0


def test_a_file_that_states_nothing_is_asked_nothing_and_the_silence_is_explained(tmp_path):
    path = tmp_path / "silent.toml"
    path.write_text('format = "covenant-programme/2"\nprogramme.title = "S"\n[[proposals]]\nid = "1"\n')
    words = " ".join(run(path).stdout.split())
    assert re.search(r"\b0 questions, [1-9]\d* not asked", words)
    assert "nothing declared" in words and "not enough stated" in words


def test_thresholds_of_ones_own_are_used_and_printed(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('[duty]\nleast_count = 5\nleast_share = 0.5\nreason = "five make a crowd"\n')
    reading = json.loads(run(planted(tmp_path), "--json", "--thresholds", mine).stdout)
    silent = {unasked["id"]: unasked for unasked in reading["unasked"]}
    assert silent["duty.unfunded"]["threshold"]["reason"] == "five make a crowd"
    assert "duty.unfunded" not in {question["id"] for question in reading["questions"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"", "'covenant-programme/2'"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a = [1,\n b = 2", "line 2"),
        (b"x" * 2_000_001, "at most 2,000,000"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b'format = "covenant-programme/2"\n[[proposals]]\nidd = "P1"\n', "did you mean 'id'"),
    ],
    ids=["absent", "empty", "binary", "broken", "large", "deep", "misspelt"],
)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_bad_input_ends_with_2_and_a_line_for_each_fault(tmp_path, content, says, options):
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    result = run(path, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert all(line.startswith(str(path)) for line in result.stderr.splitlines())
    assert "Traceback" not in result.output


def test_the_faults_of_both_files_are_named_at_once(tmp_path):
    bad, worse = tmp_path / "bad.toml", tmp_path / "worse.toml"
    bad.write_text("title = 1\n")
    worse.write_text("[duty]\nleast_count = 0\n")
    stderr = run(bad, "--thresholds", worse).stderr
    assert str(bad) in stderr and str(worse) in stderr and "least_count" in stderr


def test_a_directory_is_refused(tmp_path):
    assert run(tmp_path).exit_code == 2


def test_a_hostile_text_reaches_the_terminal_neither_as_control_characters_nor_as_markup(tmp_path):
    path = planted(tmp_path, extra='where = "[red]p. 1[/red]"\n')
    assert "[red]p. 1[/red]" in run(path, width=200).stdout
    path = planted(tmp_path, extra='where = "\\u001b[2Jgone"\n')
    result = run(path)
    assert result.exit_code == 2 and "\x1b" not in result.output


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_runs_as_a_program_with_no_database_whatever_the_terminal_can_print(tmp_path, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "DATABASE_URL": "nonsense://"}
    program = "from covenant.cli import main; main()"
    for options in ([], ["--json"]):
        result = subprocess.run(
            [sys.executable, "-c", program, "scrutinise", str(planted(tmp_path)), *options],
            capture_output=True,
            env=environment,
            check=False,
        )
        assert result.returncode == 0, result.stderr.decode()
        assert result.stderr == b""
    json.loads(result.stdout)


def test_what_nobody_has_looked_for_yet_is_said_and_asks_nothing(tmp_path):
    path = tmp_path / "later.toml"
    row = {
        "item": "strategy-2018.young",
        "document": "strategy-2018",
        "text": "Youth",
        "relation": "not found",
    }
    lineage = "[[lineage]]\n" + "".join(f'{key} = "{value}"\n' for key, value in row.items())
    path.write_text(
        'format = "covenant-programme/2"\nprogramme.title = "S"\nprogramme.date = "2031"\n'
        f'[[proposals]]\nid = "1"\n{lineage}'
    )
    words = " ".join(run(path).stdout.split())
    assert re.search(r"Not looked for yet: \d+ things that \d+ earlier documents held", words)
    path.write_text(path.read_text().replace(lineage, ""))
    assert "Not looked for yet" not in run(path).stdout


def test_the_crosswalk_is_printed_and_an_unknown_document_is_named(tmp_path):
    whole = run("lineage", "strategy-2018")
    assert whole.exit_code == 0 and "Civil Society Strategy" in whole.stdout
    unknown = run("lineage", "strategy-2081")
    assert unknown.exit_code == 2 and "did you mean 'strategy-2018'" in unknown.stderr
