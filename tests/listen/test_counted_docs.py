"""The example in docs/counted.md is what the code makes."""

import json
import re
import subprocess
import sys
from pathlib import Path

from covenant.listen.ballots import counted_set, find, opening, seal_cast, tag_counted

DOCS = Path(__file__).resolve().parents[2] / "docs" / "counted.md"
VOTE = {
    "conversation": "0198c6a2-0000-7000-8000-000000000001",
    "statement": "0198c6a2-0000-7000-8000-000000000002",
    "value": 1,
}


def salt(number: int) -> bytes:
    return bytes(range(number, number + 32))


def example() -> dict[str, str]:
    """One statement that two agreed with, as if so few could be shown; and one other answer."""
    row = {"id": VOTE["statement"], "seen": 2, "counted": "everyone"} | dict.fromkeys(
        ("agrees", "disagrees", "passes"), 0
    )
    made = counted_set(
        [(0, 0, 1, salt(0)), (1, 0, 1, salt(1)), (1, 1, 0, salt(2))],
        conversation=VOTE["conversation"], entries=1042, erased=0,
        statements=[VOTE["statement"], "0198c6a2-0000-7000-8000-000000000003"],
        figures={"statements": [row]}, in_groups=[True, True], lot=bytes,
    )  # fmt: skip
    head, line, *_ = made.text.splitlines()
    tag = tag_counted(entries=1042, salt=salt(0), **VOTE)
    place = find(made.text, tag)
    assert place is not None
    assert (place.line, place.of, place.shown) == (2, 2, True)
    return {
        "SEAL": seal_cast(level=0, salt=salt(0), **VOTE),
        "TAG": tag,
        "OPENING": json.dumps(opening(level=0, salt=salt(0), **VOTE)),
        "HEAD": head,
        "LINE": line,
    }


def test_the_example_is_what_the_code_makes() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name, made in example().items():
        assert f"    {made}\n" in text, name


def test_the_snippet_runs_with_python_alone_and_prints_what_is_said() -> None:
    text = DOCS.read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n)+", text.split("## A worked example")[1], re.MULTILINE)
    code, printed = (re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip() for block in blocks[:2])
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == printed
