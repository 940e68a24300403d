"""Witnesses outside: they sign what goes on from what they saw, and nothing else, over real HTTP."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from covenant.record import copies, looking
from covenant.record.engine import merkle, notes, submission
from covenant.record.trust import Trust, open_checkpoint, pinned
from covenant.record.witness import Witness, WrongWitness, open_key
from covenant.record.witness_cli import new_server
from tests.record.copies import ORIGIN, Log, new_log
from tests.record.test_tampering import alone, verify


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = new_log(tmp_path / "log")
    made.grow(5)
    return made


def witness_of(log: Log, folder: Path, name: str = "w.example") -> Witness:
    return Witness(folder, open_key(folder, name), [held.key for held in log.trust.keys])


@contextmanager
def answering(witness: Witness) -> Iterator[str]:
    server = new_server(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder, as any web server would serve it."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, format: str, *arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def post(url: str, body: bytes | str) -> tuple[int, str, str]:
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(f"{url}/add-checkpoint", data, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(), refusal.headers["Content-Type"]


def asked(log: Log, old: int) -> str:
    proof = merkle.consistency_proof(log.nodes, old, len(log.data)) if 0 < old <= len(log.data) else []
    return submission.write(old, proof, log.note)


def test_a_witness_signs_what_goes_on_and_says_of_all_else_what_the_protocol_says(
    log: Log, tmp_path: Path
) -> None:
    witness = witness_of(log, tmp_path / "w")
    with answering(witness) as url:
        assert urllib.request.urlopen(f"{url}/").read().decode() == f"{witness.signer.key}\n"
        status, line, _kind = post(url, asked(log, 0))
        assert status == 200
        trust = Trust(log.trust.keys, witnesses=(witness.signer.key,), quorum=1)
        _found, opened = open_checkpoint(log.note + line, trust)
        assert [key.name for key, _at in opened.witnessed] == ["w.example"]
        assert post(url, asked(log, 0)) == (409, "5\n", "text/x.tlog.size")
        assert post(url, asked(log, 5))[0] == 200, "the same again, at another moment"
        log.grow(7)
        assert post(url, asked(log, 3)) == (409, "5\n", "text/x.tlog.size")
        for body, status in (
            (submission.write(5, [], log.note), 422),
            (submission.write(5, [bytes(32)], log.note), 422),
            (submission.write(13, [], log.note), 400),
            (asked(log, 5).replace("old 5", "old 05"), 400),
            (asked(log, 5).replace("old 5", "size 5"), 400),
            (asked(log, 5).replace("\n\n", "\nAAAA\n\n", 1), 400),
            ("old 5\n" + "A" * 43 + "=\n" * 1 + "x" * 99, 400),
            (submission.write(5, [bytes(32)] * 64, log.note), 400),
            (b"\xff", 400),
            ("", 400),
            (asked(log, 5) + "x" * 200_000, 400),
            (asked(log, 5).replace(log.note, notes.Checkpoint("else", 5, bytes(32)).text + "\n"), 400),
            (asked(log, 5).replace(log.note[-20:-4], "A" * 16), 403),
            (asked(log, 5).replace(f"— {ORIGIN}", "— stranger"), 403),
        ):
            assert post(url, body)[0] == status, body
        other = new_log(tmp_path / "other")
        other.grow(12)
        assert post(url, asked(other, 5))[0] == 403, "a key of another, by the same name"
        strange = notes.new_signer("strange.example", bytes(32))
        text = notes.Checkpoint("strange.example", 12, bytes(32)).text
        assert post(url, submission.write(0, [], f"{text}\n{strange.sign(text)}"))[0] == 404
        assert post(url, asked(log, 5))[0] == 200
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{url}/else")
    assert (witness_of(log, tmp_path / "w").seen(ORIGIN) or pytest.fail()).size == 12, "it remembers"


def test_who_was_shown_another_view_refuses_and_two_checkpoints_prove_it(log: Log, tmp_path: Path) -> None:
    one, two = (
        witness_of(log, tmp_path / "one", "one.example"),
        witness_of(log, tmp_path / "two", "two.example"),
    )
    with answering(one) as first, answering(two) as second:
        assert post(first, asked(log, 0))[0] == post(second, asked(log, 0))[0] == 200
        log.grow(5)
        assert post(first, asked(log, 5))[0] == 200
        true = log.note
        log.lie([*log.data[:5], *log.data[4:9]])
        assert notes.checkpoint(notes.split(log.note)[0]).size == 10
        assert post(second, asked(log, 5))[0] == 200, "it has seen nothing else yet"
        assert post(first, asked(log, 10)) == (409, "10\n", "text/x.tlog.size")
        log.lie([log.data[1], *log.data[1:10], log.data[0]])
        assert post(second, asked(log, 10))[0] == 422
    (evidence,) = (tmp_path / "one").rglob("evidence/*")
    kept = [(evidence / name).read_text() for name in ("seen-before", "shown-now")]
    trust = Trust(log.trust.keys, allow_unknown=True)
    found = [open_checkpoint(note, trust)[0] for note in kept]
    assert [each.size for each in found] == [10, 10]
    assert found[0].root != found[1].root, "the log signed both"
    assert kept[0].startswith(true[:60])


def test_of_two_who_ask_at_once_one_is_signed_and_nothing_is_rolled_back(log: Log, tmp_path: Path) -> None:
    witness = witness_of(log, tmp_path / "w")
    with answering(witness) as url:
        assert post(url, asked(log, 0))[0] == 200
        bodies = []
        for _step in range(6):
            log.grow(1)
            bodies.append(asked(log, 5))
        answers, start = list[int](), threading.Barrier(len(bodies))

        def ask(body: str) -> None:
            start.wait(timeout=20)
            answers.append(post(url, body)[0])

        threads = [threading.Thread(target=ask, args=(body,)) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
    assert sorted(answers) == [200] + [409] * 5


def test_a_witness_fetches_keeps_a_copy_and_signs_it(log: Log, tmp_path: Path) -> None:
    witness = witness_of(log, tmp_path / "w")
    key = log.trust.keys[0].key
    with served(log.folder) as url:
        for more, new in ((0, 5), (0, 0), (250, 250), (1, 1), (300, 300), (66_000, 66_000)):
            if more:
                shutil.rmtree(log.folder / "tile")
                log.grow(more)
            found = looking.look(witness, key, looking.over_http(url), int(time.time()))
            assert (found.size, found.new) == (len(log.data), new)
            options = ["--key", str(key), "--witness", str(witness.signer.key)]
            assert verify(found.folder, *options)[0] == alone(found.folder, *options)[0] == 0
    copy = copies.check(found.folder, Trust(pinned([str(key)]), witnesses=(witness.signer.key,), quorum=1))
    assert copy.checkpoint.size == len(log.data)
    assert not list(found.folder.rglob("*.part")), "nothing is left over"


def test_a_witness_that_fetches_shouts_at_another_view_and_keeps_both(log: Log, tmp_path: Path) -> None:
    witness, key = witness_of(log, tmp_path / "w"), log.trust.keys[0].key
    log.grow(300)

    def look() -> looking.Looked:
        with served(log.folder) as url:
            return looking.look(witness, key, looking.over_http(url), int(time.time()))

    assert look().size == 305
    whole = list(log.data)
    for data, said in (
        ([*whole[:100], whole[7], *whole[101:]], "shows other entries"),  # as many
        ([*whole[:100], whole[7], *whole[101:], whole[0]], "shows other entries"),  # and one more
        (whole[:200], "was at 305 entries and now shows 200"),
    ):
        log.lie(data)
        with pytest.raises(looking.Contradiction, match=said) as fault:
            look()
        assert str(tmp_path / "w") in str(fault.value)
        assert (witness.seen(ORIGIN) or pytest.fail()).size == 305
    assert len(list((tmp_path / "w").rglob("evidence/*"))) == 3
    log.lie([*whole, whole[3]])
    assert look().new == 1, "the true one goes on"


def test_what_is_served_and_not_signed_is_no_contradiction(log: Log, tmp_path: Path) -> None:
    witness, key = witness_of(log, tmp_path / "w"), log.trust.keys[0].key
    fetch = looking.over_http  # over a folder that somebody on the way spoils
    with served(log.folder) as url:
        looking.look(witness, key, fetch(url), 1)
        log.grow(300)
        for path in ("tile/entries/000", "tile/entries/001.p/49", "checkpoint"):
            was = (log.folder / path).read_bytes()
            for spoilt in (was.replace(b"thing", b"think").replace(b"log.", b"dog."), was[:-1], b"", None):
                if spoilt is None:
                    (log.folder / path).unlink()
                else:
                    (log.folder / path).write_bytes(spoilt)
                with pytest.raises(looking.NotServed):
                    looking.look(witness, key, fetch(url), 1)
                (log.folder / path).write_bytes(was)
        assert looking.look(witness, key, fetch(url), 1).new == 300
    with pytest.raises(looking.NotServed, match="cannot be fetched"):
        looking.look(witness, key, fetch(url), 1)
    assert not list((tmp_path / "w").rglob("evidence/*"))
    with pytest.raises(ValueError, match="no address"):
        fetch("file:///etc/")


def test_what_a_witness_saw_in_one_way_holds_in_the_other(log: Log, tmp_path: Path) -> None:
    """Asked and fetching, it is one witness: it never signs two views."""
    witness, key = witness_of(log, tmp_path / "w"), log.trust.keys[0].key
    log.grow(20)
    with answering(witness) as url:
        assert post(url, asked(log, 0))[0] == 200
    log.lie([*log.data[:3], *log.data[4:], log.data[0], log.data[1]])
    with served(log.folder) as url, pytest.raises(looking.Contradiction):
        looking.look(witness, key, looking.over_http(url), 1)


def test_a_witness_whose_memory_is_spoilt_signs_nothing(log: Log, tmp_path: Path) -> None:
    witness = witness_of(log, tmp_path / "w")
    with answering(witness) as url:
        assert post(url, asked(log, 0))[0] == 200
        (kept,) = (tmp_path / "w").rglob("checkpoint")
        kept.write_text("spoilt")
        assert post(url, asked(log, 5))[0] == 500
    (tmp_path / "w" / "witness.json").write_text("{}")
    with pytest.raises(WrongWitness):
        open_key(tmp_path / "w", "w.example")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "covenant.cli", "witness", *map(str, arguments)]
    env = {**os.environ, "COVENANT_HOME": str(Path(str(arguments[-1])) / "no-home")}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


def test_the_command_fetches_and_ends_with_1_where_a_log_lied(log: Log, tmp_path: Path) -> None:
    key, folder = log.trust.keys[0].vkey, tmp_path / "w"
    with served(log.folder) as url:
        done = run("once", url, "--key", key, "--name", "w.example", "--dir", folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert "5 entries, 5 of them new" in done.stdout
        assert oct((folder / "witness.json").stat().st_mode)[-3:] == "600"
        log.lie(log.data[:4])
        done = run("once", url, "--key", key, "--dir", folder)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "set back" in done.stderr
        assert run("once", url, "--key", "nonsense", "--dir", folder).returncode == 2
        assert run("once", url, "--key", key, "--dir", tmp_path / "new").returncode == 2, "it has no name"
    assert run("once", url, "--key", key, "--dir", folder).returncode == 2, "nobody serves it"


def test_the_command_serves(log: Log, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "covenant.cli", "witness", "serve", "--port", "0", "--name", "w.example"]
    options = ["--key", log.trust.keys[0].vkey, "--dir", str(tmp_path / "w")]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("w.example+")
            url = process.stdout.readline().split()[-1].removesuffix("/add-checkpoint")
            assert post(url, asked(log, 0))[0] == 200
            process.kill()  # a crash forgets nothing that was signed
        finally:
            process.kill()
    assert (witness_of(log, tmp_path / "w").seen(ORIGIN) or pytest.fail()).size == 5
    assert json.loads((tmp_path / "w" / "witness.json").read_text())["name"] == "w.example"
