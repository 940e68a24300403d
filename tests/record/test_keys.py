"""The keys of the record, with the signer as it runs: rotation, loss, and what it refuses."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from covenant.record import keys, publishing, reads, signer, trust
from covenant.record.engine import merkle, notes
from covenant.record.keys import Held, KeyFault, Standing
from covenant.record.signer import NoSigner, Refused, Remote
from tests.record.exports import NOW, act
from tests.records import recorded
from tests.signers import ORIGIN, run, signing

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(64)]
NODES, _ALL = merkle.in_memory(LEAVES)
PROMISE = notes.Promise(ORIGIN, bytes(32), "2026-03-02T12:00:00Z", 60).text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Remote]]:
    """One process for the tests that leave its keys as they are."""
    home = tmp_path_factory.mktemp("signer")
    with signing(home) as remote:
        yield home, remote


def text_of(size: int, nodes: merkle.Nodes = NODES, origin: str = ORIGIN) -> str:
    return notes.Checkpoint(origin, size, merkle.range_hash(nodes, 0, size)).text


def sign(remote: Remote, size: int) -> str:
    """Have the first so many leaves signed; the note."""
    last, _root = remote.last()
    proof = merkle.consistency_proof(NODES, last, size) if last else []
    return f"{text_of(size)}\n{remote.checkpoint(text_of(size), proof)}"


def ids(home: Path, standing: Standing = Standing.IN_USE) -> list[str]:
    return [held.id for held in keys.load(home / "keys") if held.standing is standing]


def by(note: str, home: Path) -> set[str]:
    """The ids of the keys that signed a note, each signature checked."""
    _text, found = notes.opened(note, [held.key for held in keys.load(home / "keys")])
    return {key.id.hex() for key in found}


def test_keys_are_changed_under_load_and_either_verifies_meanwhile(tmp_path: Path) -> None:
    signed, failures, stop = list[str](), list[BaseException](), threading.Event()
    with signing(tmp_path) as remote:

        def load() -> None:
            size = 1
            try:
                while not stop.is_set():
                    signed.append(sign(remote, size))
                    remote.promise(PROMISE)
                    size = min(size + 1, len(LEAVES))
            except BaseException as failure:
                failures.append(failure)

        running = threading.Thread(target=load)
        running.start()
        (old,) = ids(tmp_path)
        assert run(tmp_path, "keys", "add").returncode == 0
        _old, new = ids(tmp_path)
        time.sleep(0.3)
        both = len(signed)
        retired = run(tmp_path, "keys", "retire", old, "--reason", "Yearly change")
        assert retired.returncode == 0, retired.stderr
        time.sleep(0.3)
        stop.set()
        running.join(timeout=20)
        assert failures == []
        after = sign(remote, len(LEAVES))
        told = remote.keys()
        assert "Yearly change" in told
    assert by(signed[0], tmp_path) == {old}
    assert by(after, tmp_path) == {new}
    overlap = signed[both - 1]
    assert by(overlap, tmp_path) == {old, new}
    for held in keys.load(tmp_path / "keys"):
        assert notes.opened(overlap, [held.key])[1] == [held.key], "either key by itself is enough"
    assert not (tmp_path / "keys" / f"{old}.key").exists()
    assert ids(tmp_path, Standing.RETIRED) == [old]
    listed = run(tmp_path, "keys").stdout
    assert f"{old} retired since" in listed
    assert f"{new} in use since" in listed


def test_what_cannot_be_done_with_keys_is_said_in_a_line(tmp_path: Path) -> None:
    assert "the signer makes the first" in run(tmp_path, "keys").stdout
    for words in (["add"], ["lost", "--reason", "Stolen"]):
        refused = run(tmp_path, "keys", *words)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    signer.Signer(tmp_path / "keys", ORIGIN)
    (only,) = ids(tmp_path)
    for words, said in (
        (["retire", only], "the only key in use"),
        (["retire", "ffffffff"], "no key ffffffff in use"),
        (["lost", "--reason", " "], "say why"),
    ):
        refused = run(tmp_path, "keys", *words)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert said in refused.stderr
    assert ids(tmp_path) == [only]


def test_a_stolen_key_is_replaced_and_the_record_goes_on_where_it_was(tmp_path: Path) -> None:
    with signing(tmp_path) as remote:
        before = sign(remote, 5)
        (old,) = ids(tmp_path)
        lost = run(tmp_path, "keys", "lost", "--reason", "A laptop was stolen")
        assert lost.returncode == 0, lost.stderr
        assert "after 5 entries, as signed last" in lost.stdout
        (new,) = ids(tmp_path)
        after = sign(remote, 9)
        told = remote.keys()
        with pytest.raises(Refused, match="9 entries were signed"):
            remote.checkpoint(text_of(3), [])
    assert (by(before, tmp_path), by(after, tmp_path)) == ({old}, {new})
    assert ids(tmp_path, Standing.LOST) == [old]
    (_lost, _new) = trust.keys_of(told)
    assert (_lost.standing, _lost.reason) == (Standing.LOST, "A laptop was stolen")
    assert not (tmp_path / "keys" / f"{old}.key").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("whole_folder", [False, True], ids=["the state", "the whole folder"])
def test_what_was_signed_last_is_taken_from_what_is_published_where_it_is_lost(
    tmp_path: Path, whole_folder: bool
) -> None:
    folder = tmp_path / "record"
    with signing(tmp_path) as remote:
        for number in range(300):
            act(number)
        assert publishing.publish(folder=folder, origin=ORIGIN, signer=remote, now=NOW)
        size, root = remote.last()
    (old,) = ids(tmp_path)
    if whole_folder:
        shutil.rmtree(tmp_path / "keys")
    else:
        (tmp_path / "keys" / signer.STATE).unlink()
        assert "covenant record keys lost" in run(tmp_path, "signer").stderr
    done = run(tmp_path, "keys", "lost", "--reason", "The disk failed")
    assert done.returncode == 0, done.stderr
    assert f"after {size} entries, as published" in done.stdout
    (new,) = ids(tmp_path)
    with signing(tmp_path) as remote:
        assert remote.last() == (size, root)
        with pytest.raises(Refused):
            remote.checkpoint(text_of(3), [])
        act(0)
        assert publishing.publish(folder=folder, origin=ORIGIN, signer=remote, now=NOW)
        assert not publishing.publish(folder=folder, origin=ORIGIN, signer=remote, now=NOW)
    assert by((folder / "checkpoint").read_text(), tmp_path) == {new}
    told = [(entry.kind, entry.subject) for entry in recorded() if entry.kind.startswith("key.")]
    assert told == [("key.added", old), ("key.lost", old), ("key.added", new)]
    (lost,) = [entry for entry in reads.about(old) if entry.kind == "key.lost"]
    assert lost.body["reason"] == "The disk failed"


@pytest.mark.django_db
def test_a_published_record_that_is_not_whole_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    own = signer.Signer(tmp_path / "keys", ORIGIN)
    for number in range(3):
        act(number)
    publishing.publish(folder=folder, origin=ORIGIN, signer=own, now=NOW)
    (tmp_path / "keys" / signer.STATE).unlink()
    before = keys.load(tmp_path / "keys")
    note = (folder / "checkpoint").read_text()
    for damage in (
        lambda: (folder / "checkpoint").write_text(note.replace("\n4\n", "\n3\n", 1)),
        lambda: (folder / "tile/0/000.p/4").write_bytes(bytes(128)),
    ):
        (folder / "checkpoint").write_text(note)
        damage()
        refused = run(tmp_path, "keys", "lost", "--reason", "Lost")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert keys.load(tmp_path / "keys") == before


@pytest.mark.django_db
def test_publishing_tells_the_record_what_became_of_each_key_once(tmp_path: Path) -> None:
    folder, own = tmp_path / "record", signer.Signer(tmp_path / "keys", ORIGIN)

    def publish() -> bool:
        return publishing.publish(folder=folder, origin=ORIGIN, signer=own, now=NOW)

    assert publish()
    (first,) = ids(tmp_path)
    second = keys.add(tmp_path / "keys", ORIGIN, "2026-03-03T00:00:00Z").id
    assert publish()
    keys.end(tmp_path / "keys", first, Standing.RETIRED, "Due", "2026-03-04T00:00:00Z")
    (folder / "keys.json").unlink()
    assert publish()
    assert not publish()
    told = [(entry.kind, entry.subject) for entry in recorded()]
    assert told == [("key.added", first), ("key.added", second), ("key.retired", first)]
    assert reads.about(first)[1].body["reason"] == "Due"
    assert trust.keys_of((folder / "keys.json").read_text()) == tuple(keys.load(tmp_path / "keys"))


@pytest.mark.django_db
def test_a_key_that_is_published_cannot_be_forgotten_without_a_word(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    own = signer.Signer(tmp_path / "keys", ORIGIN)
    publishing.publish(folder=folder, origin=ORIGIN, signer=own, now=NOW)
    other = signer.Signer(tmp_path / "other", ORIGIN)
    told = (folder / "keys.json").read_text()
    with pytest.raises(publishing.Contradiction, match="does not know the key"):
        publishing.publish(folder=folder, origin=ORIGIN, signer=other, now=NOW)
    assert (folder / "keys.json").read_text() == told


def test_two_signers_never_use_the_same_keys(shared: tuple[Path, Remote], tmp_path: Path) -> None:
    home, remote = shared
    second = run(home, "signer")
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert "another signer uses these keys" in second.stderr
    with pytest.raises(KeyFault, match="another signer"):
        signer.serve(home / "keys", ORIGIN, tmp_path / "elsewhere.sock")
    with pytest.raises(KeyFault, match="answers there already"):
        signer.serve(tmp_path / "own keys", ORIGIN, home / "signer.sock")
    assert remote.answers()


def test_one_key_is_added_by_each_of_many_at_once(tmp_path: Path) -> None:
    signer.Signer(tmp_path / "keys", ORIGIN)
    at_once = [
        threading.Thread(target=keys.add, args=(tmp_path / "keys", ORIGIN, "2026-03-02T12:00:00Z"))
        for _ in range(8)
    ]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert len(ids(tmp_path)) == len(keys.signers(tmp_path / "keys")) == 9


def test_keys_of_another_log_are_refused(tmp_path: Path) -> None:
    signer.Signer(tmp_path / "keys", ORIGIN)
    for words in (["signer"], ["keys", "lost", "--reason", "Mine now"]):
        refused = run(tmp_path, *words, origin="else.example")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert "another log" in refused.stderr
    assert len(ids(tmp_path)) == 1


@pytest.mark.parametrize("what", ["keys.json", "state", "key", "readable", "another's"])
def test_a_folder_of_keys_that_is_not_as_it_should_be_signs_nothing(tmp_path: Path, what: str) -> None:
    own = signer.Signer(tmp_path / "keys", ORIGIN)
    own.checkpoint(text_of(2), [])
    (only,) = ids(tmp_path)
    private = tmp_path / "keys" / f"{only}.key"
    match what:
        case "keys.json":
            (tmp_path / "keys" / keys.KEYS).unlink()
        case "state":
            (tmp_path / "keys" / signer.STATE).write_text("{}")
        case "key":
            private.unlink()
        case "readable":
            private.chmod(0o644)
        case "another's":
            private.write_text("00" * 32)
    refused = run(tmp_path, "signer")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert refused.stderr.startswith(str(tmp_path / "keys"))


def test_private_keys_and_the_socket_are_not_for_everyone(shared: tuple[Path, Remote]) -> None:
    home, _remote = shared
    for file in (home / "keys").glob("*.key"):
        assert file.stat().st_mode & 0o077 == 0
    assert (home / "keys").stat().st_mode & 0o077 == 0
    assert (home / "signer.sock").stat().st_mode & 0o007 == 0


GARBAGE = [
    b"\n",
    b"garbage\n",
    b"\xff\xfe\x00\n",
    b"[]\n",
    b"null\n",
    b"5\n",
    b"{}\n",
    b'{"ask":[]}\n',
    b'{"ask":"sign","text":"x"}\n',
    b'{"ask":"promise"}\n',
    b'{"ask":"promise","text":5}\n',
    b'{"ask":"promise","text":"\\ud800"}\n',
    b'{"ask":"checkpoint","text":"x","proof":["zz"]}\n',
    b'{"ask":"checkpoint","text":"x","proof":5}\n',
    b'{"ask":"checkpoint","text":"log.example/record\\n5\\nAAAA\\n","proof":[]}\n',
    b"[" * 100_000 + b"\n",
]


def talk(home: Path, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(home / "signer.sock"))
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("data", GARBAGE, ids=lambda data: ascii(data[:40]))
def test_garbage_is_refused_and_the_signer_goes_on(shared: tuple[Path, Remote], data: bytes) -> None:
    home, remote = shared
    answered = talk(home, data)
    assert answered.startswith(b'{"refused": ')
    assert answered.count(b"\n") == 1
    assert remote.answers()


def test_a_request_that_is_too_long_is_refused_and_what_follows_it_is_not_read(
    shared: tuple[Path, Remote],
) -> None:
    home, remote = shared
    try:
        answered = talk(home, b"x" * (signer.LONGEST + 1) + b'\n{"ask":"keys"}\n')
    except OSError:  # it was hung up on while it still talked
        answered = b""
    assert b'"keys": ' not in answered
    assert remote.answers()


def test_clients_that_say_nothing_or_go_away_hold_up_nobody(shared: tuple[Path, Remote]) -> None:
    home, remote = shared
    silent = [socket.socket(socket.AF_UNIX) for _ in range(40)]
    try:
        for line in silent:
            line.connect(str(home / "signer.sock"))
            line.sendall(b'{"ask":"pro')
        started = time.monotonic()
        assert remote.promise(PROMISE)
        assert time.monotonic() - started < 5
    finally:
        for line in silent:
            line.close()
    assert remote.answers()


def test_the_process_refuses_to_undo_what_it_signed(tmp_path: Path) -> None:
    other, _size = merkle.in_memory(LEAVES[::-1])
    with signing(tmp_path) as remote:
        sign(remote, 6)
        fork = merkle.consistency_proof(other, 6, 8)
        for text, proof in (
            (text_of(4), []),
            (text_of(6, other), []),
            (text_of(8, other), fork),
            (text_of(8), []),
            (text_of(8, origin="else.example"), merkle.consistency_proof(NODES, 6, 8)),
        ):
            with pytest.raises(Refused):
                remote.checkpoint(text, proof)
        with pytest.raises(Refused, match="a promise of else"):
            remote.promise(PROMISE.replace(ORIGIN, "else.example"))
        assert remote.last()[0] == 6
    with signing(tmp_path) as remote:
        assert remote.last()[0] == 6, "it remembers after it was killed"
        assert sign(remote, 8)


def test_nobody_answers_where_there_is_no_signer(tmp_path: Path) -> None:
    remote = Remote(tmp_path / "signer.sock", seconds=1)
    assert not remote.answers()
    with pytest.raises(NoSigner):
        remote.promise(PROMISE)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    signer.Signer(tmp_path / "keys", ORIGIN)
    (tmp_path / "keys" / keys.KEYS).chmod(0)
    assert str(tmp_path / "keys" / keys.KEYS) in run(tmp_path, "signer").stderr


def test_a_list_of_keys_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"keys":[{}]}', '{"keys":[{"vkey":"x","since":"","standing":"in use"}]}'):
        (tmp_path / keys.KEYS).write_text(text)
        with pytest.raises(KeyFault, match="no list of keys"):
            keys.load(tmp_path)
    assert Held("x", "").standing is Standing.IN_USE
