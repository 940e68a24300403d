"""`covenant place` as whoever runs the machine meets it."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from covenant.place.cli import app
from covenant.place.models import Grant, Place, User
from tests.personas import World, all_that_is_kept
from tests.server import Site

ROOT = Path(__file__).resolve().parent.parent.parent
COVENANT = [sys.executable, "-c", "from covenant.cli import main; main()"]


def _run(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**site.env, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [*COVENANT, *words], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.database
def test_a_machine_gets_its_first_place_and_its_first_convenor(tmp_path: Path) -> None:
    site = Site(tmp_path)
    early = _run(site, "place", "add", "testing", "Testing", "--tier", "district")
    assert early.returncode == 2
    assert "migrate" in early.stderr
    assert len(early.stderr.splitlines()) == 1
    site.run("migrate", "--verbosity", "0")
    added = _run(site, "place", "add", "testing", "Testing [bold]", "--tier", "district")
    assert (added.returncode, added.stdout) == (0, "Testing [bold] is at /places/testing/\n")
    given = _run(site, "place", "grant", "a@testing.example", "convenor", "testing")
    assert (given.returncode, given.stdout) == (0, "a@testing.example is now convenor of Testing [bold]\n")
    again = _run(site, "place", "add", "testing", "Testing", "--tier", "district")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "There is a place with the address “testing” already.\n"


BAD = [
    ["add", "testing", "Again", "--tier", "district"],
    ["add", "Two Words", "Name", "--tier", "parish"],
    ["add", "fresh", "", "--tier", "parish"],
    ["add", "fresh", "Name", "--tier", "parish", "--gss", "nonsense"],
    ["add", "fresh", "Name", "--tier", "parish", "--within", "nowhere"],
    ["grant", "a@testing.example", "convenor", "nowhere"],
    ["grant", "nobody", "convenor", "testing"],
    ["grant", "", "convenor", "testing"],
    ["grant", "a@testing.example", "scrutineer", "testing"],
]


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(world: World, words: list[str]) -> None:
    kept = all_that_is_kept()
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output
    assert all_that_is_kept() == kept


@pytest.mark.parametrize(
    "words",
    [
        ["add", "fresh", "Name"],
        ["add", "fresh", "Name", "--tier", "galaxy"],
        ["grant", "a@testing.example", "king", "testing"],
    ],
    ids=" ".join,
)
def test_a_word_that_no_command_knows_is_named(world: World, words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not Place.objects.filter(slug="fresh").exists()


def test_a_place_within_another_and_a_role_in_it(world: World) -> None:
    words = [
        "add",
        "corner",
        "The Corner",
        "--tier",
        "neighbourhood",
        "--within",
        "testing",
        "--gss",
        "E00000001",
    ]
    assert CliRunner().invoke(app, words).exit_code == 0
    words = ["grant", "Ada@Testing.Example", "moderator", "corner", "--name", "Ada"]
    assert CliRunner().invoke(app, words).exit_code == 0
    corner = Place.objects.get(slug="corner")
    assert (corner.parent_id, corner.gss) == (world.place, "E00000001")
    assert User.objects.get(email="ada@testing.example").name == "Ada"
    assert Grant.objects.get(place=corner).role == "moderator"
