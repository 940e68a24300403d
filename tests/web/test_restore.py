"""The drill: serve, act, back up, act more, kill, lose the folder, restore, go on. And what is refused."""

import http.cookiejar
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.server import ROOT, Site

TALK = "/listen/better-aldermere/take-part/"


class Voter:
    """Somebody who takes part through the pages, with a browser's cookies."""

    def __init__(self, url: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.url, self.browser = url, urllib.request.build_opener(jar)
        self._send("start/", self._page())

    def vote(self) -> None:
        page = self._page()
        exposure = re.search(r'name="exposure" value="([^"]+)"', page)
        assert exposure, page
        self._send("answer/", page, exposure=exposure[1], vote="agree")

    def _page(self) -> str:
        with self.browser.open(self.url + TALK, timeout=20) as answer:
            return answer.read().decode()

    def _send(self, step: str, page: str, **words: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **words}).encode()
        with self.browser.open(self.url + TALK + step, form, timeout=20) as answer:
            assert answer.status == 200


@contextmanager
def serving(site: Site) -> Iterator[tuple[str, subprocess.Popen]]:
    """A server that the test may kill, its signer with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "covenant.cli", "serve", "--port", str(port)]
    with site.log.open("a") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=log, stderr=subprocess.STDOUT)
    try:
        site.url = f"http://127.0.0.1:{port}"
        site._wait(server)
        yield site.url, server
    finally:
        server.terminate()
        server.wait(timeout=20)


def count(site: Site, question: str) -> int:
    with closing(sqlite3.connect(site.home / "covenant.sqlite3", timeout=20)) as database:
        return database.execute(question).fetchone()[0] or 0


def votes(site: Site) -> int:
    return count(site, "SELECT count(*) FROM listen_vote")


def place_of_the_restore(site: Site) -> int:
    return count(site, "SELECT \"index\" FROM record_entry WHERE kind = 'backup.restored'")


def signed(folder: Path) -> int:
    file = folder / "checkpoint"
    return int(file.read_text().split("\n")[1]) if file.exists() else 0


def wait_until_signed(site: Site) -> int:
    for _ in range(200):
        entries = count(site, "SELECT count(*) FROM record_entry")
        if signed(site.home / "record") == entries:
            return entries
        time.sleep(0.1)
    raise AssertionError(f"not signed within 20 s:\n{site.log.read_text()}")


def wait_until_free(url: str) -> None:
    """A server whose first process was killed ends by itself: nothing answers there any more."""
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return
        time.sleep(0.1)
    pytest.fail("what was killed still serves after 10 s")


def command(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "covenant.cli", *words],
        cwd=ROOT, env=site.env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo place that was never served."""
    site = Site(tmp_path_factory.mktemp("demo") / "home")
    site.run("migrate", "--verbosity", "0")
    site.run("demo")
    return site.home


@pytest.fixture
def site(demo: Path, tmp_path: Path) -> Site:
    """The demo place, with its keys elsewhere than its database, as the documentation says they should be."""
    shutil.copytree(demo, tmp_path / "home")
    site = Site(tmp_path / "home")
    site.log = tmp_path / "server.log"
    site.env |= {"COVENANT_KEYS": str(tmp_path / "keys"), "COVENANT_SIGNER": str(tmp_path / "signer.sock")}
    return site


def lose_the_folder(site: Site) -> None:
    """The disk with the database and the record is gone; the secret key comes back from its offline copy."""
    secret = (site.home / "secret_key").read_text()
    shutil.rmtree(site.home)
    site.home.mkdir(mode=0o700)
    (site.home / "secret_key").write_text(secret)


def test_the_drill(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backups, mirror = tmp_path / "backups", tmp_path / "mirror"
    with serving(site) as (url, server):
        voter = Voter(url)
        for _ in range(3):
            voter.vote()
        wait_until_signed(site)
        site.run("backup", "--out", str(backups))
        backed_up_at, kept_votes = time.monotonic(), votes(site)
        for _ in range(4):
            voter.vote()
        all_entries, all_votes = wait_until_signed(site), votes(site)
        shutil.copytree(site.home / "record", mirror, ignore=shutil.ignore_patterns(".*"))
        killed_at = time.monotonic()
        server.send_signal(signal.SIGKILL)
        server.wait(timeout=20)
        wait_until_free(url)
    lose_the_folder(site)
    began = time.monotonic()
    (file,) = backups.iterdir()
    done = command(site, "restore", str(file), "--reason", "The disk failed", "--record", str(mirror))
    assert done.returncode == 0, done.stderr
    restored = re.search(r"Restored: (\d+) entries", done.stdout)
    assert restored
    assert f"{all_entries - int(restored[1])} entries of the record were signed after" in done.stdout
    assert "erasures.jsonl is not here: whoever was erased" in done.stdout, "it was lost with the folder"
    with serving(site) as (url, _server):
        back = time.monotonic() - began
        assert votes(site) == kept_votes
        wait_until_signed(site)
        assert place_of_the_restore(site) == all_entries, "it stands right behind all that was signed"
        newcomer = Voter(url)
        newcomer.vote()
        wait_until_signed(site)
        with urllib.request.urlopen(f"{url}/health/", timeout=20) as answer:
            assert answer.status == 200
        checked = command(site, "doctor", "--json")
        assert checked.returncode == 0, checked.stdout
        for tile in sorted(mirror.rglob("*")):
            same = site.home / "record" / tile.relative_to(mirror)
            if tile.is_file() and same.exists() and tile.name not in ("checkpoint", "keys.json"):
                assert same.read_bytes() == tile.read_bytes()
    with capsys.disabled():
        lost = all_votes - kept_votes
        sys.stdout.write(
            f"\ndrill: {lost} votes lost, all that were acknowledged in the {killed_at - backed_up_at:.1f} s "
            f"since the backup (RPO: the time between two backups); serving again after {back:.1f} s (RTO)\n"
        )
    assert back < 900


def test_a_backup_that_is_older_than_the_record_says_so_and_nothing_is_forked(
    site: Site, tmp_path: Path
) -> None:
    """Without a copy of the record's files no entry is given another's place."""
    file = tmp_path / "a.backup"
    with serving(site) as (url, _server):
        wait_until_signed(site)
        site.run("backup", "--out", str(file))
        kept = count(site, "SELECT count(*) FROM record_entry")
        voter = Voter(url)
        voter.vote()
        entries = wait_until_signed(site)
    lose_the_folder(site)
    done = command(site, "restore", str(file), "--reason", "A drill")
    assert done.returncode == 0, done.stderr
    assert f"{entries} entries were signed, and {kept} are here" in done.stdout
    assert "docs/running.md" in done.stdout
    with serving(site) as (_url, _server):
        time.sleep(3)
        assert count(site, 'SELECT count(*) FROM record_entry WHERE "index" IS NOT NULL') == kept
        assert signed(site.home / "record") == kept
    told = {each["what"]: each for each in json.loads(command(site, "doctor", "--json").stdout)}
    assert told["Signer"]["state"] == "fail"
    assert f"{entries} entries were signed and {kept} are here" in told["Signer"]["how"]


def test_what_was_here_is_moved_aside_and_its_signed_entries_are_taken_back(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "a.backup"
    with serving(site) as (url, _server):
        wait_until_signed(site)
        site.run("backup", "--out", str(file))
        refused = command(site, "restore", str(file), "--over", "--reason", "A drill")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "stop it first" in refused.stderr
        Voter(url).vote()
        entries, before = wait_until_signed(site), votes(site)
    refused = command(site, "restore", str(file), "--reason", "A drill")
    assert (refused.returncode, votes(site)) == (2, before)
    assert "holds something" in refused.stderr
    done = command(site, "restore", str(file), "--over", "--reason", "A drill")
    assert done.returncode == 0, done.stderr
    (aside,) = site.home.glob("replaced-*")
    assert str(aside) in done.stdout
    assert {each.name for each in aside.iterdir()} >= {"covenant.sqlite3", "record"}
    assert aside.stat().st_mode & 0o777 == 0o700
    assert votes(site) == before - 1
    with serving(site):
        wait_until_signed(site)
    assert place_of_the_restore(site) == entries


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    """A site with one place, and a backup of it."""
    folder = tmp_path_factory.mktemp("small")
    site = Site(folder / "home")
    site.run("migrate", "--verbosity", "0")
    site.run("place", "add", "testing", "Testing", "--tier", "district")
    site.run("backup", "--out", str(folder / "a.backup"))
    return site, folder / "a.backup"


def test_a_backup_holds_no_key(small: tuple[Site, Path]) -> None:
    site, file = small
    content = file.read_bytes()
    assert (site.home / "secret_key").read_bytes() not in content
    assert b"secret_key" not in content
    assert b".key" not in content
    assert file.stat().st_mode & 0o777 == 0o600


def _state(site: Site) -> dict[str, bytes]:
    hidden = (".present", "metrics", "limits")
    files = [file for file in site.home.rglob("*") if file.is_file() and file.name not in hidden]
    return {str(file): file.read_bytes() for file in files if not file.name.endswith(("-shm", "-wal"))}


@pytest.mark.parametrize("how", ["cut", "changed", "foreign", "missing", "newer", "no reason", "bad reason"])
def test_what_cannot_be_restored_is_named_in_a_line_and_changes_nothing(
    small: tuple[Site, Path], tmp_path: Path, how: str
) -> None:
    from covenant.web import archive

    site, good = small
    file, reason, content = tmp_path / "b.backup", "A drill", bytearray(good.read_bytes())
    if how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "changed":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif how == "foreign":
        file.write_bytes(b"PK\3\4 this is another thing")
    elif how == "newer":
        manifest = archive.unpack(good, tmp_path / "out")
        later = (*manifest.migrations, "place.9999_from_the_future")
        archive.write(file, tmp_path / "out", archive.replace(manifest, migrations=later))
    elif how != "missing":
        file.write_bytes(content)
        reason = "" if how == "no reason" else "ask ada@example.org"
    before = _state(site)
    done = command(site, "restore", str(file), "--over", "--reason", reason)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert done.stderr.startswith("covenant restore: ")
    assert _state(site) == before


def test_a_backup_that_cannot_be_written_is_named_in_a_line(small: tuple[Site, Path], tmp_path: Path) -> None:
    site, good = small
    (tmp_path / "file").write_text("x")
    for out in (good, tmp_path / "file" / "folder"):
        done = command(site, "backup", "--out", str(out))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_in_a_folder_the_newest_are_kept(small: tuple[Site, Path], tmp_path: Path) -> None:
    site, _good = small
    for _ in range(3):
        done = command(site, "backup", "--out", str(tmp_path), "--keep", "2")
        assert done.returncode == 0, done.stderr
        time.sleep(1.1)
    assert len(list(tmp_path.glob("covenant-*.backup"))) == 2
    assert "Deleted 1 older" in done.stdout


def test_postgresql_is_backed_up_and_put_back_too(tmp_path: Path) -> None:
    if postgres.binaries() is None:
        pytest.skip(postgres.NOT_HERE)
    site, file = Site(tmp_path / "home"), tmp_path / "a.backup"
    with postgres.cluster() as cluster:
        site.env["DATABASE_URL"] = cluster.url()
        site.run("migrate", "--verbosity", "0")
        site.run("place", "add", "first", "First", "--tier", "district")
        site.run("place", "grant", "a@testing.example", "convenor", "first")
        site.run("backup", "--out", str(file))
        site.run("place", "add", "second", "Second", "--tier", "district")
        site.run("place", "grant", "a@testing.example", "convenor", "second")
        refused = command(site, "restore", str(file), "--reason", "A drill")
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert _places_with_a_role(site) == ["first", "second"]
        done = command(site, "restore", str(file), "--over", "--reason", "A drill")
        assert done.returncode == 0, done.stderr
        assert _places_with_a_role(site) == ["first"]
        (aside,) = site.home.glob("replaced-*")
        assert (aside / "database.pgdump").stat().st_mode & 0o077 == 0
        site.run("place", "add", "third", "Third", "--tier", "district")  # ids and sequences go on
        other = Site(tmp_path / "other")
        other.env["DATABASE_URL"] = ""
        refused = command(other, "restore", str(file), "--reason", "A drill")
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert "the backup is of postgresql, and the settings name sqlite" in refused.stderr


def _places_with_a_role(site: Site) -> list[str]:
    return [row["place"] for row in json.loads(site.run("place", "grants", "--json"))]
