"""The log's side: witnesses that sign are served in the checkpoint; those that do not hold nothing up."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client

from covenant.record import copies, jobs, publishing, reads, witnessing
from covenant.record.engine import notes
from covenant.record.keys import load
from covenant.record.signer import Signer
from covenant.record.witness import Witness, open_key
from tests.record.exports import NOW, act, publish
from tests.record.test_tampering import alone, verify
from tests.record.test_witness import answering
from tests.signers import ORIGIN

pytestmark = pytest.mark.django_db


def ask(asked: list[witnessing.Asked], folder: Path) -> int:
    return witnessing.ask_all(asked, folder=folder, now=NOW)


def witness_in(folder: Path, signer: Signer) -> Witness:
    return Witness(
        folder, open_key(folder, f"{folder.name}.example"), [held.key for held in load(signer.folder)]
    )


def named(*pairs: tuple[str, Witness]) -> list[witnessing.Asked]:
    return witnessing.witnesses(" ".join(f"{url} {witness.signer.key}" for url, witness in pairs))


@contextmanager
def silent() -> Iterator[str]:
    """Somebody who takes a call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_two_witnesses_sign_what_grows_and_one_that_was_shown_another_view_refuses(
    folder: Path, signer: Signer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = witness_in(tmp_path / "one", signer), witness_in(tmp_path / "two", signer)
    with answering(one) as first, answering(two) as second:
        asked = named((first, one), (second, two))
        assert ask(asked, folder) == 0, "nothing is signed yet"
        for entries in (3, 300, 1):
            for number in range(entries):
                act(number)
            publish(folder, signer)
            assert ask(asked, folder) == 2
            assert ask(asked, folder) == 0, "they have signed"
            note = (folder / "checkpoint").read_text()
            assert note == reads.tip().note
            text, by = notes.opened(note, [one.signer.key, two.signer.key])
            assert (notes.checkpoint(text).size, len(by)) == (reads.size(), 2)
            options = ["--witness", one.signer.key, "--witness", two.signer.key]
            assert verify(folder)[0] == verify(folder, *options)[0] == alone(folder, *options)[0] == 0
        publish(folder, signer)
        assert (folder / "checkpoint").read_text() == note, "nothing new: it stays as it is"
        again = named((first, one))  # after a restart it asks the witness where it is
        act(0)
        publish(folder, signer)
        assert ask(again, folder) == 1
        kept = two.seen(ORIGIN)
        assert kept is not None
        other = notes.Checkpoint(ORIGIN, kept.size, bytes(32)).text  # what somebody showed the second one
        note = f"{other}\n{signer._signed(other)}"
        two.sign(notes.checkpoint(other), note, 1)
        with caplog.at_level(logging.ERROR):
            assert ask(asked, folder) == 0
    assert "the witness two.example does not sign: it answers 422" in caplog.text


def test_witnesses_that_are_down_slow_or_talk_nonsense_hold_nothing_up(
    folder: Path,
    signer: Signer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(witnessing, "SECONDS", 0.5)
    act(0)
    publish(folder, signer)
    good, other = witness_in(tmp_path / "good", signer), witness_in(tmp_path / "other", signer)
    down = witness_in(tmp_path / "down", signer)
    with answering(good) as first, answering(other) as wrong, silent() as slow:
        key = notes.new_signer("slow.example", bytes(32), notes.COSIGNATURE).key
        asked = [
            *named((first, good), ("http://127.0.0.1:9", down)),
            witnessing.Asked(slow, key),
            witnessing.Asked(wrong, notes.new_signer("else.example", bytes(32), notes.COSIGNATURE).key),
        ]
        began = time.monotonic()
        with caplog.at_level(logging.ERROR):
            assert ask(asked, folder) == 1
            assert time.monotonic() - began < 5
            assert caplog.text.count("does not sign") == 3
            for each in asked:
                each.rest = 0
            assert ask(asked, folder) == 0
            assert caplog.text.count("does not sign") == 3, "once a minute"
    assert "no signature of its own" in caplog.text
    trust = copies.trust_beside(folder)
    assert [each.name for each in trust.others] == [
        "good.example",
        "down.example",
        "slow.example",
        "else.example",
    ]
    assert copies.check(folder, trust).checkpoint.size == reads.size()


def test_lines_for_a_checkpoint_that_is_no_longer_the_newest_are_kept_and_not_served(
    folder: Path, signer: Signer, tmp_path: Path
) -> None:
    act(0)
    publish(folder, signer)
    witness, before = witness_in(tmp_path / "w", signer), reads.tip()
    line = witness.signer.cosign(before.note.rpartition("\n\n")[0] + "\n", 1)
    act(1)
    publish(folder, signer)
    newest = (folder / "checkpoint").read_text()
    later = witness.signer.cosign(before.note.rpartition("\n\n")[0] + "\n", 2)
    for size, lines in ((before.size, line), (before.size, line + later), (before.size, later), (7, line)):
        publishing.add_lines(folder=folder, size=size, lines=lines, now=NOW)
    assert (folder / "checkpoint").read_text() == newest
    kept = reads.checkpoint_over(before.size - 1)
    assert kept is not None
    assert kept.note == before.note + line


WRONG = [
    "https://w.example",
    "https://w.example x",
    "w.example w.example+00000000+BAAA",
    f"file:///etc {notes.new_signer('w', bytes(32), 4).key}",
    f"https://w.example {notes.new_signer('w', bytes(32), 1).key}",
    f"https://w.example {notes.new_signer('w', bytes(32), 4).key} " * 2,
]


@pytest.mark.parametrize("text", WRONG)
def test_a_list_of_witnesses_that_is_none_is_refused_at_the_start(text: str, settings) -> None:  # type: ignore[no-untyped-def]
    settings.WITNESSES = text
    (fault,) = jobs.faults()
    assert fault.startswith("COVENANT_WITNESSES: ")


def test_no_witnesses_are_the_rule(settings, client: Client) -> None:  # type: ignore[no-untyped-def]
    assert settings.WITNESSES == ""
    assert jobs.faults() == []
    assert jobs.witnesses() == []
    assert jobs.ask_witnesses([], NOW) == 0
    assert client.get("/record/witnesses").status_code in (200, 404)


def test_publishing_goes_on_while_a_witness_is_asked(folder: Path, signer: Signer, tmp_path: Path) -> None:
    """What is asked for is signed by the witness while the log is two checkpoints further."""
    act(0)
    publish(folder, signer)
    tip, witness = reads.tip(), witness_in(tmp_path / "w", signer)
    line = witness.signer.cosign(tip.note.rpartition("\n\n")[0] + "\n", 5)
    for number in range(2):
        act(number)
        publish(folder, signer)
    publishing.add_lines(folder=folder, size=tip.size, lines=line, now=NOW)
    assert notes.checkpoint(notes.split((folder / "checkpoint").read_text())[0]).size == tip.size + 2
