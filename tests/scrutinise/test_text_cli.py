"""`covenant scrutinise text` as people meet it."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from covenant.scrutinise.cli import app

NEW = (
    "The council will consult residents. Charities [bold]and[/bold] faith groups are\n"
    "partners under the Civil Society Covenant. There is no new funding.\n\f"
    "The combined authority\u2019s mayor leads. The council agrees.\n\f"
)
OLD = "# Plan\n\nGovernment funding was cut. The council waits.\n"


def run(*arguments, width=80):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(NEW, encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.md"
    path.write_text(OLD, encoding="utf-8")
    return path


def mention(document, name):
    return next(each for each in document["mentions"] if each["name"] == name)


def test_documents_are_shown_beside_each_other_with_n_rate_interval_and_excerpts(new, old):
    result = run("text", new, "--against", old, width=100)
    assert result.exit_code == 0 and result.stderr == ""
    words = " ".join(result.stdout.split())
    assert f"A {new}: n = 31 words, 2 pages" in words
    assert f"B {old}: n = 8 words" in words
    # 2 in 31 and 1 in 8 words; the tables' ends 0.2422 and 7.2247, 0.0253 and 5.5716, per 10,000 words
    assert "Local government, tier not said A 2 645 78.1 to 2,331 B 1 1,250 31.6 to 6,965" in words
    assert "page 1, line 1 The [council] will consult residents." in words
    assert "page 2, line 3 The council agrees." not in words
    assert "line 3 The [council] waits." in words
    assert "Not found here: Neighbourhood;" in words
    assert "Charities [bold]and[/bold] [faith groups]" in words, "what a file says is never markup"


def test_it_says_what_the_figures_do_not_mean(new):
    words = " ".join(run("text", new).stdout.split())
    for expected in (
        "A mention is no merit, and an absence no fault",
        '"no new funding" mentions funding',
        '"Not found here" is not "not there"',
        "if mentions came independently",
        "the true uncertainty is wider",
        "Intervals that do not meet are no proof",
    ):
        assert expected in words, expected
    for word in ("score", "total", "rank", "best", "higher", "lower"):
        assert word not in words.lower()


def test_json_is_all_that_is_printed_and_holds_every_place(new, old):
    result = run("text", new, "--against", old, "--json", "--excerpts", 1)
    assert result.exit_code == 0 and result.stderr == ""
    reading = json.loads(result.stdout)
    assert (reading["format"], reading["engine"]) == ("covenant-text-reading/1", "text/1")
    assert list(reading) == ["format", "engine", "lexicon", "documents", "caveats"]
    first, second = reading["documents"]
    assert (first["words"], first["pages"]) == (31, 2)
    assert (second["words"], second["pages"]) == (8, None)
    council = mention(first, "Local government, tier not said")
    assert (council["count"], council["lines"], council["pages"]) == (2, [1, 3], [1, 2])
    assert council["excerpts"] == [
        {"line": 1, "page": 1, "before": "The ", "words": "council", "after": " will consult residents."}
    ]
    assert council["per_10000_words"]["value"] == pytest.approx(2 / 31 * 10_000)
    assert mention(second, "Region") == {
        "kind": "tier", "name": "Region", "count": 0, "lines": [], "pages": None, "excerpts": [],
        "per_10000_words": {"value": 0.0, "low": 0.0, "high": pytest.approx(3.688879 / 8 * 10_000)},
    }  # fmt: skip
    assert len(first["mentions"]) == len(reading["lexicon"]["entries"])
    assert run("text", new, "--against", old, "--json", "--excerpts", 1).stdout == result.stdout


def test_a_kind_or_two_can_be_asked_for(new):
    document = json.loads(run("text", new, "--json", "--kind", "tier", "--kind", "document").stdout)[
        "documents"
    ][0]
    assert {each["kind"] for each in document["mentions"]} == {"tier", "document"}
    assert "Sectors" not in run("text", new, "--kind", "tier").stdout
    whole = json.loads(run("text", new, "--json").stdout)["documents"][0]["mentions"]
    assert document["mentions"] == [each for each in whole if each["kind"] in ("tier", "document")]


def test_no_excerpts_and_a_lexicon_of_ones_own(new, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'format = "covenant-lexicon/1"\ntitle = "Mine [red]x[/red]"\n'
        '[[entries]]\nkind = "theme"\nname = "Partners [b]"\nterms = ["partners"]\n'
    )
    out = run("text", new, "--lexicon", mine, "--excerpts", 0).stdout
    assert "Mine [red]x[/red]" in out and "Partners [b]" in out and "line 2" not in out
    assert "Tiers of government" not in out


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal_and_no_name_is_cut(tmp_path, width):
    for name in ("new.txt", "old.txt"):
        (tmp_path / name).write_text(NEW * 40)
    out = run("text", tmp_path / "new.txt", "--against", tmp_path / "old.txt", width=width).stdout
    assert max(map(len, out.splitlines())) <= width
    tables = [line for line in out.splitlines() if line.startswith(" ")]
    assert not any(line.rstrip().endswith("…") and " to " in line for line in tables)


BAD = {
    "absent": (None, "cannot be read"),
    "empty": (b"", "an empty file"),
    "binary": (b"\x7fELF\x02\x01\x01\x00\x00", "control character '\\x7f'"),
    "pdf": (b"%PDF-1.7\n\xe2\xe3", "pdftotext"),
    "word": (b"PK\x03\x04\x14\x00", "save it as plain text"),
    "latin-1": ("caf\u00e9\n\nm\u00fcde".encode("latin-1"), "line 1, byte 4: found bytes that are not UTF-8"),
    "utf-16": ("council".encode("utf-16"), "not UTF-8"),
    "large": (b"a " * 5_000_001, "more than 10,000,000 bytes"),
    "escape codes": (b"fine\n\x1b]0;gone\x07", "line 2: found the control character '\\x1b'"),
    "c1": ("fine\u009b31m".encode(), "control character"),
    "null": (b"a\x00b", "control character '\\x00'"),
    "no words": (b"--- ... \n\f _ \n", "no words"),
    "addresses": (b"https://www.gov.uk/council\n", "no words"),
    "a mark": (b"\xef\xbb\xbf", "no words"),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_bad_input_ends_with_2_and_one_line_that_names_the_file(tmp_path, new, content, says, options):
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    for arguments in ([path], [new, "--against", path]):
        result = run("text", *arguments, *options)
        assert result.exit_code == 2 and result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.startswith(str(path)) and says in line and line.isprintable()


def test_the_faults_of_all_files_are_named_at_once(tmp_path, new):
    lexicon = tmp_path / "mine.toml"
    lexicon.write_text("a = 1\n")
    result = run("text", tmp_path, "--against", tmp_path / "none.txt", "--lexicon", lexicon)
    assert result.exit_code == 2
    assert (
        "no regular file" in result.stderr and "none.txt" in result.stderr and str(lexicon) in result.stderr
    )
    many = run("text", *[new, *(part for _ in range(26) for part in ("--against", new))])
    assert many.exit_code == 2 and "27 documents; expected at most 26" in many.stderr


def test_what_turns_text_around_or_hides_in_it_does_not_reach_the_terminal(tmp_path):
    path = tmp_path / "turned.txt"
    path.write_text("the \u202ecouncil\u202c\u200b and\u2028 its \u2066funding\u2069", encoding="utf-8")
    result = run("text", path)
    assert result.exit_code == 0
    assert not set("\u202e\u202c\u200b\u2028\u2066\u2069") & set(result.stdout)
    assert "the [council]" in result.stdout


def test_line_ends_of_every_system_and_a_mark_at_the_start_are_the_same_text(tmp_path):
    read = []
    for number, content in enumerate(
        (b"the council\nmet\n", b"\xef\xbb\xbfthe council\r\nmet\r\n", b"the council\rmet\r")
    ):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(content)
        (document,) = json.loads(run("text", path, "--json").stdout)["documents"]
        read.append((document["words"], document["mentions"]))
    assert read[0] == read[1] == read[2] and read[0][0] == 3


def test_a_programme_is_still_read_by_the_short_command(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('format = "covenant-programme/2"\nprogramme.title = "S"\n[[proposals]]\nid = "1"\n')
    short, long = run(path, "--json"), run("programme", path, "--json")
    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout == run("--json", path).stdout
    assert run("--no-such-option", path).exit_code == 2
    helped = run("--help")
    assert helped.exit_code == 0 and "programme" in helped.stdout and "text" in helped.stdout
    assert run().exit_code == 2


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_runs_as_a_program_with_no_database_whatever_the_terminal_can_print(new, old, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "DATABASE_URL": "nonsense://"}
    program = "from covenant.cli import main; main()"
    for options in ([], ["--json"]):
        result = subprocess.run(
            [sys.executable, "-c", program, "scrutinise", "text", str(new), "--against", str(old), *options],
            capture_output=True,
            env=environment,
            check=False,
        )
        assert result.returncode == 0, result.stderr.decode()
        assert result.stderr == b""
    json.loads(result.stdout)
