"""The file of a backup: whole or not at all, told from what is damaged, and harmless whatever is in it."""

import gzip
import hashlib
import io
import json
import os
import random
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from covenant.web import archive, backup
from covenant.web.archive import MANIFEST, Damaged, Manifest, Part

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ABOUT = Manifest(
    made_at="2026-03-02T12:00:00Z",
    software="0.1.0",
    database="sqlite",
    migrations=("place.0001_initial", "record.0001_initial"),
    entries=3,
    checkpoint=3,
    checkpoint_at="2026-03-02T11:59:00Z",
)
FILES = {
    "database.sqlite3": b"SQLite format 3\0" + random.Random(1).randbytes(3_000),
    "record/checkpoint": b"covenant\n3\n",
    "record/tile/0/000.p/3": b"x" * 96,
    "record/tile/entries/000.p/3": b"",
}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    folder = tmp_path / "staged"
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    archive.write(tmp_path / "a.backup", folder, ABOUT)
    return tmp_path / "a.backup"


def test_what_was_packed_comes_out_again(whole: Path, tmp_path: Path) -> None:
    manifest = archive.unpack(whole, tmp_path / "out")
    assert manifest == archive.verify(whole)
    assert {part.name for part in manifest.parts} == set(FILES)
    for name, content in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == content
        assert Part(name, len(content), hashlib.sha256(content).hexdigest()) in manifest.parts
    assert whole.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out" / "database.sqlite3").stat().st_mode & 0o777 == 0o600


def test_any_tar_can_read_it(whole: Path) -> None:
    with tarfile.open(whole) as tar:
        assert tar.getnames() == [MANIFEST, *sorted(FILES)]
        told = json.load(tar.extractfile(MANIFEST))
    assert (told["software"], told["entries"], told["checkpoint"]) == ("0.1.0", 3, 3)


def test_a_backup_takes_the_place_of_nothing_and_leaves_nothing_half(whole: Path, tmp_path: Path) -> None:
    kept = whole.read_bytes()
    with pytest.raises(FileExistsError):
        archive.write(whole, tmp_path / "staged", ABOUT)
    assert whole.read_bytes() == kept
    with pytest.raises(OSError):
        archive.write(tmp_path / "nowhere" / "b.backup", tmp_path / "staged", ABOUT)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.backup", "staged"]


def test_every_place_where_it_is_cut_off_is_noticed(whole: Path, tmp_path: Path) -> None:
    kept, cut = whole.read_bytes(), tmp_path / "cut.backup"
    for length in [*range(0, len(kept), 97), len(kept) - 1]:
        cut.write_bytes(kept[:length])
        with pytest.raises(Damaged):
            archive.verify(cut)
    cut.write_bytes(kept + b"\0")
    with pytest.raises(Damaged):
        archive.verify(cut)


def test_every_changed_bit_is_noticed(whole: Path, tmp_path: Path) -> None:
    kept, changed, rng = whole.read_bytes(), tmp_path / "changed.backup", random.Random(2)
    for _ in range(1_500):
        place = rng.randrange(len(kept))
        content = bytearray(kept)
        content[place] ^= 1 << rng.randrange(8)
        changed.write_bytes(content)
        with pytest.raises(Damaged):
            archive.verify(changed)


def _tar(path: Path, *members: tuple[tarfile.TarInfo, bytes], format: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(path, "w", format=format) as tar:
        for info, content in members:
            info.size, info.mode = len(content), 0o600
            tar.addfile(info, io.BytesIO(content))
    return path


def _manifest(*parts: dict[str, Any], **told: Any) -> tuple[tarfile.TarInfo, bytes]:
    about = {"format": archive.FORMAT, **{k: v for k, v in vars(ABOUT).items() if k != "parts"}}
    about |= {"migrations": list(ABOUT.migrations), "parts": list(parts), **told}
    about["sha256"] = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    return tarfile.TarInfo(MANIFEST), json.dumps(about).encode()


def _part(name: str, content: bytes = b"x") -> tuple[dict[str, Any], tuple[tarfile.TarInfo, bytes]]:
    told = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return told, (tarfile.TarInfo(name), content)


DATABASE = _part("database.sqlite3", b"SQLite")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../evil",
            "record/../../evil",
            "/etc/passwd",
            "record//x",
            "record/./x",
            "record/.x",
            "record/x/..",
        ),
        *("record/", "record", "keys/a.key", "secret_key", "database.sqlite3-wal", "record/a b", "record/é"),
        *("record/x\n", "C:\\evil", "record\\x", "database.pgdump", "record/" + "x" * 100, "RECORD/x"),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    told, member = _part(name)
    file = _tar(tmp_path / "evil.backup", _manifest(DATABASE[0], told), DATABASE[1], member)
    target = tmp_path / "deep" / "out"
    with pytest.raises(Damaged):
        archive.unpack(file, target)
    assert not (tmp_path / "deep").exists()
    assert not (tmp_path / "evil").exists()


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    told, (info, _content) = _part("record/checkpoint", b"")
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        info.type, info.linkname = kind, "/etc/passwd"
        file = _tar(tmp_path / f"{ord(kind)}.backup", _manifest(DATABASE[0], told), DATABASE[1], (info, b""))
        with pytest.raises(Damaged):
            archive.unpack(file, tmp_path / f"out{ord(kind)}")


@pytest.mark.parametrize(
    "told",
    [
        {"format": "covenant-backup/99"},
        {"database": "oracle"},
        {"database": ["sqlite"]},
        {"entries": -1},
        {"entries": "3"},
        {"entries": True},
        {"checkpoint": 1 << 70},
        {"made_at": "\x1b[31m"},
        {"software": "x" * 500},
        {"migrations": [1]},
        {"migrations": None},
        {"parts": []},
        {"parts": [DATABASE[0], DATABASE[0]]},
        {"parts": [{**DATABASE[0], "sha256": "x"}]},
        {"parts": [{**DATABASE[0], "more": 1}]},
        {"parts": "x"},
        {"extra": 1},
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, told: dict[str, Any]) -> None:
    file = _tar(tmp_path / "a.backup", _manifest(DATABASE[0], **told), DATABASE[1])
    with pytest.raises(Damaged):
        archive.verify(file)


def test_what_is_no_backup_is_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    long_name = tarfile.TarInfo("x" * 5_000)
    huge = tarfile.TarInfo(MANIFEST)
    huge.size = 1 << 50
    foreign = {
        "empty": b"",
        "text": b"hello\n" * 1000,
        "zeros": bytes(10_000),
        "gzip bomb": gzip.compress(bytes(50_000_000)),
        "endless manifest": huge.tobuf(tarfile.GNU_FORMAT) + b"[" * 100_000,
        "deep manifest": _tar(tmp_path / "deep", (tarfile.TarInfo(MANIFEST), b"[" * 1_000_000)).read_bytes(),
        "a long name": _tar(tmp_path / "long", (long_name, b"")).read_bytes(),
        "pax": _tar(tmp_path / "pax", (long_name, b""), format=tarfile.PAX_FORMAT).read_bytes(),
        "no database": _tar(tmp_path / "none", _manifest()).read_bytes(),
        "negative": b"\xff" * 512,
    }
    for name, content in foreign.items():
        file = tmp_path / "foreign.backup"
        file.write_bytes(content)
        with pytest.raises(Damaged):
            archive.verify(file)
            pytest.fail(name)
    for odd in (tmp_path, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(Damaged):
            archive.verify(odd)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Damaged):
        archive.verify(tmp_path / "pipe")


def test_old_backups_are_deleted_by_number_and_by_age_and_never_the_newest(
    tmp_path: Path, settings: Any
) -> None:
    settings.BACKUP_DAYS = 30
    made = [tmp_path / backup.name_of(NOW - timedelta(days=days)) for days in (0, 1, 2, 29, 31, 90)]
    for file in (*made, tmp_path / "notes.txt", tmp_path / "covenant-other.backup"):
        file.write_text("x")
    assert backup.delete_old(tmp_path, keep=None, now=NOW) == [made[4], made[5]]
    assert backup.delete_old(tmp_path, keep=2, now=NOW) == [made[2], made[3]]
    assert backup.delete_old(tmp_path, keep=None, now=NOW + timedelta(days=999)) == [made[1]]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        [made[0].name, "notes.txt", "covenant-other.backup"]
    )
