"""`covenant scrutinise convert` and `agree` as people meet them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from covenant.scrutinise.cli import app
from covenant.scrutinise.formats.programmes import read_coded
from tests.scrutinise.workbooks import workbook

TEMPLATE = Path(__file__).parents[2] / "docs" / "standard" / "programme-template.toml"


def run(*arguments, width=100):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


@pytest.mark.parametrize("name", ["plan.xlsx", "plan", "plan.toml"])
def test_a_programme_is_converted_and_asked_the_same(tmp_path, name):
    result = run("convert", TEMPLATE, "--to", tmp_path / name)
    assert (result.exit_code, result.stderr) == (0, "") and "written" in result.stdout
    assert run(tmp_path / name, "--json").stdout == run(TEMPLATE, "--json").stdout


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_text("mine")
    result = run("convert", TEMPLATE, "--to", path)
    assert result.exit_code == 2 and "is there already" in result.stderr and path.read_text() == "mine"


@pytest.mark.parametrize(
    ("to", "says"),
    [("plan.ods", ".toml, .xlsx or a folder"), ("absent/plan.xlsx", "no folder to write into")],
)
def test_a_place_that_cannot_be_written_to_is_refused_in_a_line(tmp_path, to, says):
    result = run("convert", TEMPLATE, "--to", tmp_path / to)
    assert result.exit_code == 2 and says in result.stderr and len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_faults_of_both_files_are_told_and_no_more_than_anybody_would_read(tmp_path):
    many, bad = tmp_path / "many.csv", tmp_path / "bad.xlsx"
    many.write_text("id,kind\n" + "".join(f"P{n},idea\n" for n in range(500)))
    bad.write_bytes(workbook()[:200])
    result = run("agree", many, bad)
    lines = result.stderr.splitlines()
    assert result.exit_code == 2 and result.stdout == "" and "Traceback" not in result.output
    assert len(lines) == 102 and lines[100] == f"{many}: and 400 faults more" and str(bad) in lines[101]
    assert lines[0].startswith(f"{many}: proposals, row 2, column B (kind): found 'idea'")


def two(tmp_path):
    """Two codings of the template's plan that differ in a duty's funding and in who decides."""
    plan = TEMPLATE.read_text(encoding="utf-8")
    changes = {
        "ann": {'coder = "A. B."': 'coder = "Ann [bold]A.[/bold]"'},
        "bob": {
            'coder = "A. B."': 'coder = "Bob B."',
            'funding = "partly"': 'funding = "funded"',
            'decided_by = ["street"]': 'decided_by = ["council"]',
        },
    }
    for name, changed in changes.items():
        words = plan
        for before, after in changed.items():
            assert words.count(before) == 1
            words = words.replace(before, after)
        (tmp_path / f"{name}.toml").write_text(words, encoding="utf-8")
    return tmp_path / "ann.toml", tmp_path / "bob.toml"


def test_two_codings_are_set_side_by_side_in_any_form(tmp_path):
    first, second = two(tmp_path)
    assert run("convert", second, "--to", tmp_path / "bob").exit_code == 0
    result = run("agree", first, tmp_path / "bob")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0 and result.stderr == ""
    for expected in (
        "First: Ann [bold]A.[/bold]",
        "Second: Bob B.",
        "proposals: 5 in both",
        "duties: funding 5 4 0.74 0.34 to 1.00",
        "proposals: decided_by 5 5 not defined 4 of 5 0.80",
        "funding partly (text: p. 6;",
    ):
        assert expected in words, expected
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_json_says_the_same_and_nothing_else(tmp_path):
    first, second = two(tmp_path)
    found = json.loads(run("agree", first, second, "--json").stdout)
    assert found["format"] == "covenant-agreement/1"
    assert found["first"]["coder"] == "Ann [bold]A.[/bold]" and found["second"]["date"] == "2031-06-01"
    field = next(each for each in found["fields"] if (each["table"], each["field"]) == ("duties", "funding"))
    assert (field["kappa"]["n"], field["kappa"]["agreed"]) == (5, 4)
    assert field["kappa"]["value"] == pytest.approx(0.7368, abs=1e-4)
    assert {(each["table"], each["field"]) for each in found["differences"]} == {
        ("proposals", "decided_by"),
        ("duties", "funding"),
    }


def test_a_coding_beside_itself_differs_in_nothing():
    result = run("agree", TEMPLATE, TEMPLATE)
    assert result.exit_code == 0 and "differ in nothing" in result.stdout


def test_a_blank_template_of_every_sheet_comes_from_the_template(tmp_path):
    run("convert", TEMPLATE, "--to", tmp_path / "fill.xlsx")
    assert read_coded(tmp_path / "fill.xlsx") == read_coded(TEMPLATE)
