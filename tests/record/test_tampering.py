"""Whoever changes a copy of the record is found out by both verifiers, and the file and entry are named."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from covenant.cli import app
from covenant.record import verify_record
from covenant.record.engine import tiles
from tests.record.copies import Log, new_log

COMMAND, RUNNER = get_command(app), CliRunner()
SIZE = 600  # entries: two full bundles and a narrow one, two levels of tiles
Verify = Callable[..., tuple[int, str]]


def verify(*arguments: object) -> tuple[int, str]:
    """`covenant verify`: its exit code and what it says."""
    result = RUNNER.invoke(COMMAND, ["verify", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stderr.count("\n") == (result.exit_code != 0), result.stderr
    return result.exit_code, result.stderr or result.stdout


def alone(*arguments: object) -> tuple[int, str]:
    """The stand-alone verifier, in this process: as many times as a property wants it."""
    said, told = StringIO(), sys.argv
    try:
        sys.argv = ["verify_record.py", *map(str, arguments)]
        with redirect_stdout(said):
            verify_record.main()
    except (ValueError, OSError) as fault:
        return 1, str(fault)
    finally:
        sys.argv = told
    return 0, said.getvalue()


BOTH = pytest.mark.parametrize("check", [verify, alone], ids=["covenant verify", "verify_record.py"])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    made = new_log(tmp_path_factory.mktemp("original"), witnesses=2)
    made.grow(300)
    shutil.copytree(made.folder, made.folder.parent / "early")
    for path in tiles.right_edge(300):
        (made.folder / path.path).unlink()
        (made.folder / path.path).parent.rmdir()
    made.grow(SIZE - 300)
    return made


@pytest.fixture(scope="module")
def early(log: Log) -> Path:
    return log.folder.parent / "early"


@pytest.fixture(scope="module")
def copied(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(log.folder, tmp_path_factory.mktemp("copy") / "record")


@pytest.fixture
def copy(log: Log, copied: Path) -> Iterator[Path]:
    yield copied
    shutil.rmtree(copied)
    shutil.copytree(log.folder, copied)


def files_of(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def is_found(check: Verify, copy: Path, path: str, *, entry: int | None = None) -> None:
    """It fails, and names this file of the copy, and this entry."""
    code, said = check(copy)
    assert code in (1, 2), said
    assert (copy / path).as_posix() in said, said
    if entry is not None:
        named = re.search(r"\bentry (\d+)", said)
        assert named and int(named[1]) == entry, said


@BOTH
def test_a_copy_as_it_was_signed_passes(log: Log, early: Path, check: Verify) -> None:
    code, said = check(log.folder)
    assert code == 0, said
    assert f"{SIZE} entries" in said
    assert check(log.folder, "--against", early)[0] == 0
    assert check(log.folder, "--against", early / "checkpoint")[0] == 0
    assert check(log.folder, "--key", log.trust.keys[0].vkey)[0] == 0


def test_what_it_cannot_show_is_said(log: Log, early: Path) -> None:
    assert "written anew" in verify(log.folder)[1]
    assert "--key" in verify(log.folder)[1]
    assert "written anew" not in verify(log.folder, "--against", early)[1]


def flip(file: Path, bit: int) -> tuple[bytes, int]:
    """Flip a bit of a file; returns what was in it, and in which byte the bit is."""
    was = file.read_bytes()
    changed, at = bytearray(was), bit // 8 % len(was)
    changed[at] ^= 1 << bit % 8
    file.write_bytes(changed)
    return was, at


def entry_at(path: str, data: bytes, at: int) -> int | None:
    """The entry to which a byte of a bundle or of a tile of leaves' hashes belongs."""
    tile = tiles.parse_path(path)
    if tile is None or tile.level not in (tiles.ENTRIES, 0):
        return None
    if tile.level == 0:
        return tile.n * tiles.WIDTH + at // 32
    end = 0
    for number, entry in enumerate(tiles.entries_of(data, tile)):
        end += 2 + len(entry)
        if at < end:
            return tile.n * tiles.WIDTH + number
    raise AssertionError


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_one_bit_that_is_flipped_in_any_file_is_found(log: Log, copied: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files_of(log.folder)))
    bit = data.draw(st.integers(0, 8 * (log.folder / path).stat().st_size - 1))
    was, at = flip(copied / path, bit)
    try:
        is_found(verify, copied, path, entry=entry_at(path, was, at))
        is_found(alone, copied, path, entry=entry_at(path, was, at) if "entries" in path else None)
    finally:
        (copied / path).write_bytes(was)


@BOTH
@pytest.mark.parametrize("path", ["checkpoint", "keys.json", "witnesses"])
def test_bits_all_through_what_is_signed_count(log: Log, copy: Path, check: Verify, path: str) -> None:
    """In the lines of witnesses too: nobody's signature may be spoilt unseen."""
    for bit in range(0, 8 * (log.folder / path).stat().st_size, 13):
        was, _at = flip(copy / path, bit)
        is_found(check, copy, path)
        (copy / path).write_bytes(was)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_bytes_that_are_cut_or_put_in_are_found(log: Log, copied: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files_of(log.folder)))
    was = (copied / path).read_bytes()
    at = data.draw(st.integers(0, len(was)))
    more = data.draw(st.binary(min_size=1, max_size=40))
    changed = data.draw(
        st.sampled_from([was[:at], was[:at] + more + was[at:], was[:at] + was[at + 1 :], was * 2])
    )
    try:
        (copied / path).write_bytes(changed)
        for check in (verify, alone):
            if path == "witnesses" and changed in (b"", was[: was.index(b"\n") + 1]):
                assert check(copied)[0] == 1  # the checkpoint is signed by a key that is not known then
            elif changed != was:
                is_found(check, copied, path)
    finally:
        (copied / path).write_bytes(was)


@BOTH
def test_a_file_that_is_missing_is_named(log: Log, copy: Path, check: Verify) -> None:
    for path in files_of(log.folder):
        (copy / path).unlink()
        is_found(check, copy, path if path != "witnesses" else "checkpoint")
        shutil.copy(log.folder / path, copy / path)


@BOTH
def test_two_files_that_changed_places_are_found(log: Log, copy: Path, check: Verify) -> None:
    for one, other in (
        ("tile/entries/000", "tile/entries/001"),
        ("tile/0/000", "tile/0/001"),
        ("tile/0/000", "tile/entries/000"),
        ("tile/1/000.p/2", "tile/0/002.p/88"),
        ("checkpoint", "keys.json"),
    ):
        for path, source in ((one, other), (other, one)):
            shutil.copy(log.folder / source, copy / path)
        code, said = check(copy)
        assert code in (1, 2)
        assert str(copy / one) in said or str(copy / other) in said
        for path in (one, other):
            shutil.copy(log.folder / path, copy / path)


@BOTH
@pytest.mark.parametrize(
    "path", ["tile/0/003", "tile/entries/003", "tile/2/000.p/1", "more.txt", "tile/0/x000/000", "tile/1/000"]
)
def test_a_file_too_many_is_named(copy: Path, check: Verify, path: str) -> None:
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_bytes(b"")
    is_found(check, copy, path)


def test_a_narrower_tile_of_before_says_what_the_wider_one_says(log: Log, early: Path, copy: Path) -> None:
    narrower = [tile.path for tile in tiles.right_edge(300)]
    assert len(narrower) == 3
    for path in narrower:
        (copy / path).parent.mkdir(exist_ok=True)
        shutil.copy(early / path, copy / path)
        assert verify(copy)[0] == alone(copy)[0] == 0
        flip(copy / path, 99)
        is_found(verify, copy, path)
        shutil.copy(early / path, copy / path)


@BOTH
def test_entries_that_were_edited_with_all_that_follows_from_them_are_found(
    tmp_path: Path, check: Verify
) -> None:
    """Whoever has no key can make tiles that agree with each other, and no checkpoint for them."""
    log = new_log(tmp_path)
    note = log.grow(300)
    log.data[6] = log.data[6].replace("thing-", "think-")
    log.write_tiles()
    is_found(check, log.folder, "checkpoint")
    assert (log.folder / "checkpoint").read_text() == note
    other = new_log(tmp_path / "other")
    for name in ("checkpoint", "keys.json"):
        other.grow(1)
        shutil.copy(other.folder / name, log.folder / name)
        assert check(log.folder)[0] == 1
    other.lie(log.data)
    assert check(other.folder)[0] == 0, "with a key of their own they can"
    assert check(other.folder, "--key", log.trust.keys[0].vkey)[0] == 1


@BOTH
def test_a_record_that_was_set_back_or_written_anew_fails_beside_an_earlier_copy(
    log: Log, early: Path, check: Verify, tmp_path: Path
) -> None:
    code, said = check(early, "--against", log.folder)
    assert code == 1
    assert "set back" in said or "entry 300: it is missing" in said
    anew = new_log(tmp_path)
    anew.grow(300)
    before = shutil.copytree(anew.folder, tmp_path / "before")
    anew.lie([*anew.data[:270], anew.data[5], *anew.data[271:], anew.data[0]])
    assert check(anew.folder)[0] == 0, "it is whole in itself"
    for earlier in (before, before / "checkpoint"):
        code, said = check(anew.folder, "--against", earlier)
        assert code == 1
        assert "written anew" in said
    if check is verify:
        assert "entry 270: " in check(anew.folder, "--against", before)[1]
    receipt = tmp_path / "receipt.json"
    receipt.write_text(anew.receipt(2))
    shutil.copy(anew.folder / "keys.json", tmp_path)
    assert check(receipt, "--against", anew.folder)[0] == 0
    assert check(receipt, "--against", before)[0] == 1


def test_an_entry_that_was_signed_and_is_none_is_named(tmp_path: Path) -> None:
    """A log could sign what two readers read differently; it says so of itself then."""
    log = new_log(tmp_path)
    log.grow(3)
    log.lie([log.data[0], log.data[1][:-1] + ',"subject":"y"}', log.data[2]])
    code, said = verify(log.folder)
    assert (code, "tile/entries/000.p/3: entry 1: it is no entry of a record" in said) == (1, True)


def test_the_stand_alone_verifier_is_one_short_file_that_needs_nothing_of_ours(
    log: Log, tmp_path: Path
) -> None:
    file = Path(verify_record.__file__)
    text = file.read_text()
    assert len(text.splitlines()) <= 200
    assert not re.search(r"^\s*(from|import) covenant", text, re.MULTILINE)
    copy = shutil.copy(file, tmp_path / "verify_record.py")
    receipt = tmp_path / "receipt.json"
    receipt.write_text(log.receipt(1))
    keys = [
        "--key",
        log.trust.keys[0].vkey,
        *(part for each in log.trust.others for part in ("--witness", str(each))),
    ]
    for arguments in ([log.folder], [receipt, *keys], [receipt, *keys, "--against", log.folder]):
        done = run(copy, *arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "seals" in done.stdout
    receipt.write_text(log.receipt(1).replace("thing", "thong").replace("true", "false"))
    done = run(copy, receipt, *keys, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert str(receipt) in done.stderr


def run(script: Path, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(script), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


@settings(max_examples=100, deadline=None)
@given(index=st.integers(0, SIZE - 1), bit=st.integers(min_value=0))
def test_a_flipped_bit_in_a_receipt_is_found_by_the_stand_alone_verifier(
    log: Log, index: int, bit: int
) -> None:
    file = log.folder.parent / "receipt.json"
    for name in ("keys.json", "witnesses"):
        shutil.copy(log.folder / name, file.parent / name)
    file.write_text(log.receipt(index))
    assert alone(file)[0] == verify(file)[0] == 0
    flip(file, bit)
    for check in (alone, verify):
        code, said = check(file)
        assert code in (1, 2)
        assert str(file) in said
