"""`covenant verify` meets any file with one clear line and an exit code, never with a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.record import formats
from covenant.record.types import START
from tests.record.exports import verify

GOOD = {
    "index": 0, "at": "2026-03-02T12:00:00Z", "kind": "thing.done", "subject": "x", "body": {},
    "previous": START, "hash": START,
}  # fmt: skip


def with_field(name: str, value: str) -> bytes:
    """An entry in which one field is this JSON."""
    return json.dumps({**GOOD, name: "HERE"}).replace('"HERE"', value).encode() + b"\n"


HOSTILE = {
    "binary": bytes(range(256)) * 4,
    "nulls": b"\0" * 5000,
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "a byte order mark alone": b"\xef\xbb\xbf",
    "line ends alone": b"\n\n\n",
    "a number": b"7\n",
    "a list": b"[1, 2]\n",
    "a list of pairs": b'[["index", 0]]\n',
    "null": b"null\n",
    "an empty object": b"{}\n",
    "a field too many": with_field("index", '0, "more": 1'),
    "deep nesting": b"[" * 200_000 + b"]" * 200_000 + b"\n",
    "deep nesting in the body": with_field("body", '{"a":' * 100_000 + "1" + "}" * 100_000),
    "nesting just too deep": with_field("body", '{"a":' * 50 + "1" + "}" * 50),
    "nesting near the interpreter's limit": with_field("body", '{"a":' * 900 + "1" + "}" * 900),
    "nesting where it is not expected": with_field("kind", "[" * 900 + "]" * 900),
    "a huge whole number": with_field("index", "9" * 10_000),
    "a large whole number": with_field("index", "9" * 4000),
    "a huge whole number in the body": with_field("body", '{"n": ' + "9" * 10_000 + "}"),
    "a negative index": with_field("index", "-1"),
    "true for an index": with_field("index", "true"),
    "a fraction for an index": with_field("index", "0.0"),
    "not a number": with_field("body", '{"n": NaN}'),
    "infinity": with_field("body", '{"n": -Infinity}'),
    "a fraction": with_field("body", '{"n": 1.0}'),
    "an overflow": with_field("body", '{"n": 1e999}'),
    "half a character": with_field("body", r'{"n": "\ud800"}'),
    "half a character in a name": with_field("body", r'{"\udfff": 1}'),
    "half a character for a kind": with_field("kind", r'"\ud800"'),
    "a body that is a list": with_field("body", "[]"),
    "a number for a hash": with_field("hash", "0"),
    "a colour for a terminal": with_field("index", r'"\u001b[31m"'),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_no_record_is_refused_in_one_line(tmp_path: Path, what: str) -> None:
    file = tmp_path / "entries.jsonl"
    file.write_bytes(HOSTILE[what])
    result = verify(file)
    assert result.exit_code == 2, result.output
    assert f"{file}: line 1 (entry 0): " in result.stderr
    assert len(result.stderr) < 500


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "entries.jsonl"


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_at_all_are_met_with_an_exit_code(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert verify(file).exit_code == (2 if content else 0)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(fields=st.fixed_dictionaries({name: json_values | st.just(GOOD[name]) for name in GOOD}))
def test_any_values_at_all_in_an_entry_are_met_with_an_exit_code(file: Path, fields: dict) -> None:
    file.write_text(json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n", errors="surrogatepass")
    assert verify(file).exit_code in (1, 2)


def test_an_endless_line_is_not_read_to_its_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this machine has no endless file")
    assert verify("/dev/zero").exit_code == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for missing in (tmp_path / "nothing", tmp_path, tmp_path / ("a" * 300)):
        result = verify(missing)
        assert result.exit_code == 2
        assert str(missing) in result.stderr


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl").mkdir()
    assert verify(tmp_path).exit_code == 2
    (tmp_path / "entries.jsonl").rmdir()
    (tmp_path / "entries.jsonl").touch()
    (tmp_path / "tip.json").mkdir()
    assert verify(tmp_path).exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl").touch(mode=0o000)
    assert verify(tmp_path).exit_code == 2


def test_a_record_without_entries_is_a_record(tmp_path: Path) -> None:
    formats.write([], tmp_path)
    result = verify(tmp_path, "--tip", START)
    assert (result.exit_code, result.stdout) == (0, "0 entries\n")
    assert verify(tmp_path, "--tip", "1" * 64).exit_code == 1


TIPS = {
    "empty": b"",
    "binary": b"\xff\xfe\x00",
    "a list": b"[]",
    "a hash that is none": b'{"entries": 0, "hash": "\\u001b[31mred"}',
    "text for a number": b'{"entries": "0", "hash": "' + b"0" * 64 + b'"}',
    "infinity": b'{"entries": Infinity, "hash": "' + b"0" * 64 + b'"}',
    "below nothing": b'{"entries": -1, "hash": "' + b"0" * 64 + b'"}',
    "deep nesting": b"[" * 9000,
}


@pytest.mark.parametrize("what", TIPS)
def test_a_tip_that_is_none_is_refused_in_one_line(tmp_path: Path, what: str) -> None:
    formats.write([], tmp_path)
    (tmp_path / "tip.json").write_bytes(TIPS[what])
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'tip.json'}: this is no tip of a record\n"


@pytest.mark.parametrize("tip", ["", "abc", "g" * 64, "0" * 63, "0" * 65, "é" * 64])
def test_a_noted_hash_that_is_none_is_refused(tmp_path: Path, tip: str) -> None:
    formats.write([], tmp_path)
    result = verify(tmp_path, "--tip", tip)
    assert (result.exit_code, result.stderr[:6]) == (2, "--tip:")


def test_the_name_of_a_file_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    result = verify(tmp_path / "\x1b[31m:smile:[bold]\n\udcff")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "[31m:smile:[bold]" in result.stderr


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command as people meet it, in a process of its own, where there is no database."""
    env = {**os.environ, "COVENANT_HOME": str(home)}
    command = [sys.executable, "-m", "covenant.cli", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_the_command_ends_with_0_1_or_2_and_says_why_in_one_line(tmp_path: Path) -> None:
    formats.write([], tmp_path)
    assert run("verify", str(tmp_path), home=tmp_path).returncode == 0
    (tmp_path / "tip.json").write_text(json.dumps({"entries": 1, "hash": "a" * 64}))
    changed = run("verify", str(tmp_path), home=tmp_path)
    assert changed.returncode == 1
    assert changed.stderr == f"{tmp_path}: entry 0: it is missing: the tip counts 1\n"
    missing = run("verify", str(tmp_path / "no"), home=tmp_path)
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert not list(tmp_path.glob("*.sqlite3"))
