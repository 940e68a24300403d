"""docs/asvs.md is whole and true as far as a machine can tell."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "asvs.md").read_text()
STATUSES = ("met", "exception", "not applicable", "not met")
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 begins with: those of level 3 come last.
SECTIONS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3), 11: (2, 3, 3, 4, 1, 1, 0), 12: (3, 2, 4), 13: (1, 5, 2, 5),
    14: (2, 4, 3), 15: (3, 3, 7, 0),
    16: (1, 5, 4, 3, 3), 17: (1, 4, 2),
}  # fmt: skip
ASKED = [
    f"V{chapter}.{section}.{number}"
    for chapter, sections in SECTIONS.items()
    for section, most in enumerate(sections, 1)
    for number in range(1, most + 1)
]
ROWS = [re.split(r"(?<!\\)\|", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| V")]
Row = tuple[str, str, str, str, str]


def _rows() -> list[Row]:
    return [tuple(cell.strip() for cell in row) for row in ROWS]  # type: ignore[misc]


def test_every_requirement_has_one_row_in_order() -> None:
    assert len(ASKED) == 253
    assert [row[0] for row in _rows()] == ASKED


def test_every_row_is_whole() -> None:
    wrong = [
        row
        for row in _rows()
        if len(row) != 5
        or row[1] not in ("1", "2")
        or row[3] not in STATUSES
        or not row[2]
        or len(row[4]) < 3
    ]
    assert wrong == []


def test_the_sums_at_the_top_are_true() -> None:
    told = {
        found[1]: [int(number) for number in found.groups()[1:]]
        for found in re.finditer(r"^\| ([a-z ]+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    }
    levels = {status: [row[1] for row in _rows() if row[3] == status] for status in STATUSES}
    counted = {status: [of.count("1"), of.count("2"), len(of)] for status, of in levels.items()}
    counted["all"] = [sum(counts[place] for counts in counted.values()) for place in range(3)]
    assert told == counted
    assert counted["all"] == [70, 183, 253]


def _evidence() -> list[tuple[str, str, str]]:
    """Each file that a row names, and the name in it."""
    return [
        (row[0], path, name)
        for row in _rows()
        for path, name in re.findall(r"`([\w./-]+\.\w+|Makefile)(?::(\w+))?`", row[4])
    ]


def test_every_file_and_name_that_is_evidence_is_there() -> None:
    evidence = _evidence()
    assert len(evidence) > 150
    assert [f"{id}: {path}:{name}" for id, path, name in evidence if not _is_there(path, name)] == []


def _is_there(path: str, name: str) -> bool:
    file = ROOT / path
    if not file.is_file():
        return False
    return not name or name in _names(file)


def _names(file: Path) -> set[str]:
    """What a module defines, at its top or within a class or a branch."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
    return found


def test_what_is_met_names_its_evidence_or_says_why_none_is_needed() -> None:
    """A row of few words and no file is a claim: there are few of them."""
    bare = [row[0] for row in _rows() if row[3] == "met" and "`" not in row[4]]
    assert len(bare) <= 15, bare


def test_what_is_not_met_says_what_it_would_take() -> None:
    wrong = [row[0] for row in _rows() if row[3] == "not met" and not re.search(r"would|Waits for V", row[4])]
    assert wrong == []


def test_tests_that_are_evidence_are_collected() -> None:
    """A test that pytest does not find proves nothing."""
    files = sorted({path for _id, path, _name in _evidence() if Path(path).name.startswith("test_")})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    named = {(path, name) for _id, path, name in _evidence() if path in files and name.startswith("test_")}
    missing = [f"{path}::{name}" for path, name in named if f"{path}::{name}" not in done.stdout]
    assert missing == []


@pytest.mark.parametrize("path", ["nowhere.py", "covenant/cli.py"])
def test_a_name_that_is_not_there_is_noticed(path: str) -> None:
    assert not _is_there(path, "no_such_name")
