"""`covenant verify` meets any file with one clear line and an exit code, never with a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.record import verify_record
from tests.record.copies import Log, new_log
from tests.record.test_tampering import alone, verify

HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "nulls": b"\0" * 5000,
    "UTF-16": "— a note".encode("utf-16"),
    "a byte order mark alone": b"\xef\xbb\xbf",
    "line ends alone": b"\n\n\n",
    "a number": b"7\n",
    "a list": b"[1, 2]\n",
    "null": b"null\n",
    "an empty object": b"{}\n",
    "lists in lists": b"[" * 200_000 + b"]" * 200_000,
    "objects in objects": b'{"keys":' * 100_000,
    "a huge number": b'{"format": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"format": NaN}',
    "half a character": b'{"format": "\\ud800"}',
    "a name twice": b'{"keys": [], "keys": []}',
    "a colour for a terminal": b'{"format": "\\u001b[31m"}',
    "a receipt of nothing": b'{\n "format": "covenant-receipt/1"\n}\n',
    "a receipt of a number": b'{\n "format": "covenant-receipt/1",\n "leaf": 7\n}\n',
    "signatures of nobody": b'{\n "format": "covenant-signatures/1"\n}\n',
    "signatures of numbers": b'{"format": "covenant-signatures/1", "title": 1, "version": 1, "hash": 1, '
    b'"words": 1, "signatures": [1]}',
    "a note of no lines": "\n\n— a b\n".encode(),
    "many lines below a note": b"a\n\n" + "— a AAAAAAA=\n".encode() * 9000,
    "a checkpoint of too much": b"log.example/record\n" + b"9" * 5000 + b"\nAAAA\n\n",
}
BOTH = pytest.mark.parametrize("check", [verify, alone], ids=["covenant verify", "verify_record.py"])


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = new_log(tmp_path, witnesses=1)
    made.grow(3)
    return made


@BOTH
@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_none_is_refused_in_one_line(log: Log, what: str, check) -> None:  # type: ignore[no-untyped-def]
    for path in ("checkpoint", "keys.json", "witnesses", "tile/0/000.p/3", "tile/entries/000.p/3"):
        was = (log.folder / path).read_bytes()
        (log.folder / path).write_bytes(HOSTILE[what])
        code, said = check(log.folder)
        assert code in (1, 2)
        assert "\x1b" not in said
        assert len(said) < 700, said
        assert str(log.folder / path) in said or (path == "witnesses" and not HOSTILE[what]), said
        (log.folder / path).write_bytes(was)
    receipt = log.folder / "receipt.json"
    receipt.write_bytes(HOSTILE[what])
    code, said = check(receipt)
    assert code in (1, 2)
    assert str(receipt) in said
    assert len(said) < 700, said


@BOTH
def test_a_checkpoint_of_more_than_there_can_be_ends_at_the_first_file_that_is_missing(
    log: Log, check
) -> None:  # type: ignore[no-untyped-def]
    """A log that signs a lie of this kind costs whoever checks it no time."""
    from covenant.record.engine import notes

    text = notes.Checkpoint("log.example/record", 10**17, bytes(32)).text
    (log.folder / "checkpoint").write_text(f"{text}\n{log.signer._signed(text)}")
    code, said = check(log.folder)
    assert code == 1
    assert "tile/entries/000" in said


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Log:
    made = new_log(tmp_path_factory.mktemp("any"))
    made.grow(2)
    return made


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_at_all_are_met_with_an_exit_code(kept: Log, content: bytes) -> None:
    for path in ("checkpoint", "keys.json", "tile/0/000.p/2", "receipt.json"):
        file = kept.folder / path
        was = file.read_bytes() if file.exists() else None
        file.write_bytes(content)
        for check in (verify, alone):
            assert check(file if path == "receipt.json" else kept.folder)[0] in (1, 2)
        file.unlink() if was is None else file.write_bytes(was)


@settings(max_examples=200, deadline=None)
@given(
    changes=st.dictionaries(
        st.sampled_from(["format", "leaf", "promise", "proof", "opening"]), json_values, min_size=1
    )
)
def test_any_values_at_all_in_a_receipt_are_met_with_an_exit_code(kept: Log, changes: dict) -> None:
    file = kept.folder.parent / "receipt.json"
    whole = json.loads(kept.receipt(1))
    told = json.dumps({**whole, **changes}, indent=1, ensure_ascii=False) + "\n"
    file.write_text(told, errors="surrogatepass")
    (file.parent / "keys.json").write_text(kept.signer.keys())
    for check in (verify, alone):
        assert check(file)[0] in (1, 2)


def test_an_endless_file_is_not_read_to_its_end(log: Log) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this machine has no endless file")
    assert verify("/dev/zero", "--keys", log.folder)[0] == 2
    (log.folder / "checkpoint").unlink()
    (log.folder / "checkpoint").symlink_to("/dev/zero")
    assert verify(log.folder)[0] == 2
    assert alone(log.folder)[0] == 1


def test_a_file_that_is_not_there_is_named(log: Log, tmp_path: Path) -> None:
    for missing in (tmp_path / "nothing", tmp_path / ("a" * 300)):
        code, said = verify(missing, "--keys", log.folder)
        assert (code, str(missing) in said) == (2, True)
    empty = tmp_path / "empty"
    empty.mkdir()
    code, said = verify(empty)
    assert (code, str(empty / "keys.json") in said) == (2, True)
    assert "--key" in said


@pytest.mark.parametrize("path", ["checkpoint", "keys.json", "tile/0/000.p/3"])
def test_a_folder_in_the_place_of_a_file_is_refused(log: Log, path: str) -> None:
    (log.folder / path).unlink()
    (log.folder / path).mkdir()
    for check in (verify, alone):
        code, said = check(log.folder)
        assert code in (1, 2)
        assert path in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(log: Log) -> None:
    (log.folder / "checkpoint").chmod(0)
    assert verify(log.folder)[0] == 2


@pytest.mark.parametrize("key", ["", "a", "a+b+c", "log.example+00000000+AAAA", "é" * 99, "a+" * 9000])
def test_a_key_that_is_none_is_refused(log: Log, key: str) -> None:
    for option in ("--key", "--witness"):
        code, said = verify(log.folder, option, key)
        assert code == 2
        assert "no public key" in said
        assert len(said) < 400


def test_a_quorum_that_cannot_be_is_refused(log: Log) -> None:
    assert verify(log.folder, "--quorum", 1)[0] == 2
    seen = str(log.witnesses[0].key)
    assert (
        verify(log.folder, "--witness", seen)[0]
        == verify(log.folder, "--witness", seen, "--quorum", 1)[0]
        == 0
    )
    assert verify(log.folder, "--witness", seen, "--quorum", 2)[0] == 2


def test_the_name_of_a_file_cannot_write_to_the_terminal(log: Log, tmp_path: Path) -> None:
    code, said = verify(tmp_path / "\x1b[31m:smile:[bold]\n\udcff", "--keys", log.folder)
    assert code == 2
    assert "\x1b" not in said
    assert "[31m:smile:[bold]" in said


def run(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    """The command as people meet it, in a process of its own, where there is no database."""
    env = {**os.environ, "COVENANT_HOME": str(home)}
    command = [sys.executable, "-m", "covenant.cli", *map(str, arguments)]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_the_command_ends_with_0_1_or_2_and_says_why_in_one_line(log: Log, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("verify", log.folder, home=home).returncode == 0
    (log.folder / "tile/0/000.p/3").unlink()
    changed = run("verify", log.folder, home=home)
    assert changed.returncode == 1
    assert changed.stderr == f"{log.folder / 'tile/0/000.p/3'}: this file of the record is missing\n"
    missing = run("verify", tmp_path / "no", home=home)
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert not home.exists() or not list(home.glob("*.sqlite3"))
    script = [sys.executable, "-I", verify_record.__file__, str(log.folder)]
    done = subprocess.run(script, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "000.p/3" in done.stderr
    assert done.stderr.count("\n") == 1
