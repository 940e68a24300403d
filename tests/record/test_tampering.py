"""Whoever changes an exported record is found out, and the first entry that was changed is named."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from covenant.record import engine, formats
from covenant.record.types import START, Entry
from tests.record.exports import act, export, verify, written_anew

pytestmark = pytest.mark.django_db  # pytest-django makes a database only where a test asks for one
N = 7


@pytest.fixture(scope="module")
def original(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An export of N entries. The database is needed for this alone, and nothing of it is kept there."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        for number in range(N):
            act(number)
        folder = export(tmp_path_factory.mktemp("record"))
        transaction.set_rollback(True)
    return folder


@pytest.fixture(scope="module")
def copy(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(original, tmp_path_factory.mktemp("copy") / "record")


def lines_of(folder: Path) -> list[bytes]:
    return (folder / formats.ENTRIES).read_bytes().splitlines(keepends=True)


def entries_of(folder: Path) -> list[Entry]:
    entries, wrong = formats.read(folder)
    assert wrong is None
    return entries


def tamper(original: Path, copy: Path, lines: list[bytes]) -> None:
    """Verify a copy with these lines: it fails and names the first entry in which it differs."""
    before = lines_of(original)
    (copy / formats.ENTRIES).write_bytes(b"".join(lines))
    after = lines_of(copy)
    first = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(before), len(after)) if first is None else first
    result = verify(copy)
    assert result.exit_code in (1, 2), result.output
    assert named(result.stderr) == first, result.stderr


def named(said: str) -> int:
    """The entry that a message names first."""
    found = re.search(r"\bentry (\d+)", said)
    assert found, said
    return int(found[1])


def test_an_export_as_it_was_written_passes(original: Path) -> None:
    result = verify(original)
    assert result.exit_code == 0
    assert f"{N} entries" in result.stdout
    assert "written anew" in result.stdout  # what this cannot show is said


def test_an_export_passes_beside_its_own_copy_and_tip(original: Path) -> None:
    tip = entries_of(original)[-1].hash
    result = verify(original / "entries.jsonl", "--against", original, "--tip", f" {tip.upper()}")
    assert result.exit_code == 0
    assert "written anew" not in result.stdout


def test_a_record_that_has_grown_still_holds_its_earlier_copy_and_its_earlier_tip(
    original: Path, tmp_path: Path
) -> None:
    entries = entries_of(original)
    formats.write(entries[:3], tmp_path)
    assert verify(original, "--against", tmp_path, "--tip", entries[2].hash).exit_code == 0


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_one_bit_that_is_flipped_is_found(original: Path, copy: Path, data: st.DataObject) -> None:
    text = bytearray((original / formats.ENTRIES).read_bytes())
    bit = data.draw(st.integers(0, len(text) * 8 - 1))
    text[bit // 8] ^= 1 << bit % 8
    line = (original / formats.ENTRIES).read_bytes()[: bit // 8].count(b"\n")
    (copy / formats.ENTRIES).write_bytes(text)
    result = verify(copy)
    assert result.exit_code in (1, 2)
    assert named(result.stderr) == line, result.stderr


@pytest.mark.parametrize("kept", range(N))
def test_a_record_cut_off_between_two_entries_is_found(original: Path, copy: Path, kept: int) -> None:
    tamper(original, copy, lines_of(original)[:kept])


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_record_cut_off_anywhere_is_found(original: Path, copy: Path, data: st.DataObject) -> None:
    text = (original / formats.ENTRIES).read_bytes()
    tamper(original, copy, [text[: data.draw(st.integers(0, len(text) - 1))]])


@pytest.mark.parametrize("gone", range(N))
def test_an_entry_that_was_taken_out_is_found(original: Path, copy: Path, gone: int) -> None:
    lines = lines_of(original)
    tamper(original, copy, lines[:gone] + lines[gone + 1 :])


@settings(max_examples=60, deadline=None)
@given(where=st.integers(0, N), which=st.integers(0, N - 1))
def test_an_entry_that_was_put_in_twice_is_found(original: Path, copy: Path, where: int, which: int) -> None:
    lines = lines_of(original)
    tamper(original, copy, [*lines[:where], lines[which], *lines[where:]])


@settings(max_examples=60, deadline=None)
@given(one=st.integers(0, N - 1), other=st.integers(0, N - 1))
def test_two_entries_that_changed_places_are_found(original: Path, copy: Path, one: int, other: int) -> None:
    lines = lines_of(original)
    lines[one], lines[other] = lines[other], lines[one]
    if one != other:
        tamper(original, copy, lines)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_field_that_was_edited_is_found(original: Path, copy: Path, data: st.DataObject) -> None:
    lines = lines_of(original)
    which = data.draw(st.integers(0, N - 1))
    fields = json.loads(lines[which])
    name = data.draw(st.sampled_from(sorted(fields)))
    new = {
        "index": st.integers(0, 2**63 - 1),
        "body": st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.booleans(), max_size=3),
    }.get(name, st.text(max_size=70))
    changed = data.draw(new.filter(lambda value: value != fields[name]))
    lines[which] = (json.dumps({**fields, name: changed}, ensure_ascii=False, sort_keys=True) + "\n").encode()
    tamper(original, copy, lines)


@pytest.mark.parametrize("which", range(N))
def test_an_entry_with_a_new_hash_of_its_own_is_found_by_the_one_that_follows_it(
    original: Path, copy: Path, which: int
) -> None:
    entries = entries_of(original)
    edited = replace(entries[which], kind="thing.undone")
    entries[which] = replace(edited, hash=engine.entry_hash(edited))
    (copy / formats.ENTRIES).write_text("".join(map(formats.line, entries)))
    result = verify(copy)
    assert result.exit_code == 1
    assert named(result.stderr) == min(which + 1, N - 1)  # the last is found by tip.json
    against = verify(copy / formats.ENTRIES, "--against", original)
    assert against.exit_code == 1


def in_other_bytes(line: bytes) -> dict[str, bytes]:
    """The same entry to whoever reads the JSON, in other bytes."""
    text, fields = line.decode(), json.loads(line)
    return {
        "a name twice, the first edited": b'{"kind": "thing.undone", ' + line[1:],
        "a name twice in the body": text.replace('"body": {', '"body": {"name": "Elsewhere", ').encode(),
        "other white space": json.dumps(fields, separators=(",", ":"), sort_keys=True).encode() + b"\n",
        "another order": json.dumps(dict(reversed(fields.items())), ensure_ascii=False).encode() + b"\n",
        "a letter as an escape": text.replace("thing.done", "thing.d\\u006fne").encode(),
        "a carriage return": line[:-1] + b"\r\n",
        "a byte order mark": b"\xef\xbb\xbf" + line,
        "an empty line before": b"\n" + line,
        "a space after": line[:-1] + b" \n",
    }


@pytest.mark.parametrize("how", in_other_bytes(b'{"body": {}}\n'))
def test_a_line_that_says_the_same_in_other_bytes_is_found(original: Path, copy: Path, how: str) -> None:
    lines = lines_of(original)
    lines[0] = in_other_bytes(lines[0])[how]
    tamper(original, copy, lines)


def test_a_last_line_without_its_end_is_found(original: Path, copy: Path) -> None:
    lines = lines_of(original)
    tamper(original, copy, [*lines[:-1], lines[-1][:-1]])


def test_of_two_faults_the_first_is_named(original: Path, copy: Path) -> None:
    lines = lines_of(original)
    lines[2], lines[5] = lines[2].replace(b"thing.done", b"thing.gone"), b"\x00\xff\n"
    tamper(original, copy, lines)


@pytest.mark.parametrize("first", range(N))
def test_a_record_written_anew_passes_alone_and_fails_beside_a_copy_or_a_tip(
    original: Path, tmp_path: Path, first: int
) -> None:
    entries = entries_of(original)
    formats.write(written_anew(entries, first, kind="thing.undone"), tmp_path)
    assert verify(tmp_path).exit_code == 0
    against = verify(tmp_path, "--against", original)
    assert (against.exit_code, named(against.stderr)) == (1, first)
    tip = verify(tmp_path, "--tip", entries[-1].hash)
    assert tip.exit_code == 1
    assert entries[-1].hash in tip.stderr


def test_an_entry_added_at_the_end_and_chained_well_is_found_by_the_tip_beside_it(
    original: Path, copy: Path
) -> None:
    entries = entries_of(original)
    more = replace(entries[-1], index=N, previous=entries[-1].hash)
    more = replace(more, hash=engine.entry_hash(more))
    tamper(original, copy, [*lines_of(original), formats.line(more).encode()])


def test_an_earlier_copy_that_was_itself_changed_is_named_as_such(original: Path, tmp_path: Path) -> None:
    earlier = shutil.copytree(original, tmp_path / "earlier")
    lines = lines_of(original)
    lines[3] = lines[3].replace(b"thing.done", b"thing.gone")
    (earlier / formats.ENTRIES).write_bytes(b"".join(lines))
    result = verify(original, "--against", earlier)
    assert (result.exit_code, named(result.stderr)) == (1, 3)
    assert str(earlier) in result.stderr


def test_a_tip_that_was_changed_is_found(original: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(original, tmp_path / "record")
    last = entries_of(original)[-1].hash
    for count, hash, first in ((N - 1, last, N - 2), (N + 1, last, N), (0, START, 0), (N, "a" * 64, N - 1)):
        (folder / formats.TIP).write_text(json.dumps({"entries": count, "hash": hash}))
        result = verify(folder)
        assert (result.exit_code, named(result.stderr)) == (1, first)
