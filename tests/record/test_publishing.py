"""What has a place is written and signed; what a crash leaves half done is done again; no lie is signed."""

import shutil
from pathlib import Path

import pytest

from covenant.record import actions, publishing, reads
from covenant.record.engine import merkle, notes, tiles
from covenant.record.keys import KeyFault, load
from covenant.record.models import Checkpoint, Entry
from covenant.record.signer import Refused, Signer
from tests.record.exports import act, publish
from tests.signers import ORIGIN

pytestmark = pytest.mark.django_db


def opened(folder: Path, signer: Signer) -> notes.Checkpoint:
    """The newest checkpoint, after its signature and the root over all its tiles were checked."""
    keys = [held.key for held in load(signer.folder)]
    text, _by = notes.opened((folder / "checkpoint").read_text(), keys)
    found = notes.checkpoint(text)
    read = lambda path: (folder / path).read_bytes()  # noqa: E731
    leaves = []
    for tile in tiles.tiles_of(found.size):
        if tile.level == tiles.ENTRIES:
            leaves += map(merkle.leaf_hash, tiles.entries_of(read(tile.path), tile))
    nodes, size = merkle.in_memory(leaves)
    assert size == found.size == reads.size()
    assert merkle.range_hash(nodes, 0, size) == found.root == tiles.root_of(read, size)
    return found


def test_the_record_grows_in_tiles_and_each_checkpoint_holds_all_before_it(
    folder: Path, signer: Signer
) -> None:
    assert publish(folder, signer), "the record begins with the key that signs it"
    assert [entry.kind for entry in reads.entries()] == ["key.added"]
    for entries in (1, 3, 252, 1, 300, 70):
        for number in range(entries):
            act(number)
        assert publish(folder, signer)
        opened(folder, signer)
        assert not publish(folder, signer), "nothing is new"
    assert Checkpoint.objects.count() == 7
    narrow = [path for path in folder.rglob("*") if path.is_file() and ".p" in path.parent.name]
    assert {path.relative_to(folder).as_posix() for path in narrow} >= {
        tile.path for tile in tiles.right_edge(reads.size())
    }
    assert (folder / "keys.json").read_text() == signer.keys()


def test_tiles_that_were_lost_or_torn_are_written_again(folder: Path, signer: Signer) -> None:
    for number in range(300):
        act(number)
    publish(folder, signer)
    whole = opened(folder, signer)
    for damage in (
        lambda: shutil.rmtree(folder / "tile"),
        lambda: (folder / "tile/0/001.p/44").write_bytes(b"torn"),
        lambda: (folder / "tile/entries/001.p/44").write_bytes(b""),
    ):
        damage()
        act(0)
        assert publish(folder, signer)
        assert opened(folder, signer).size > whole.size


def test_a_checkpoint_that_was_signed_and_not_kept_is_signed_again_as_it_was(
    folder: Path, signer: Signer
) -> None:
    act(0)
    publish(folder, signer)
    note = (folder / "checkpoint").read_text()
    Checkpoint.objects.all().delete()
    (folder / "checkpoint").unlink()
    assert publish(folder, signer)
    assert (folder / "checkpoint").read_text() == note == reads.tip().note


def test_a_record_that_was_set_back_is_not_signed(folder: Path, signer: Signer) -> None:
    for number in range(3):
        act(number)
    publish(folder, signer)
    Entry.objects.filter(index=3).delete()
    Checkpoint.objects.all().delete()
    with pytest.raises(publishing.Contradiction, match="4 entries were signed, and there are 3"):
        publish(folder, signer)


@pytest.mark.parametrize("with_its_hash", [False, True])
def test_an_entry_that_was_changed_in_the_rows_is_not_signed_away(
    folder: Path, signer: Signer, with_its_hash: bool
) -> None:
    for number in range(3):
        act(number)
    publish(folder, signer)
    row = Entry.objects.get(index=1)
    row.data = row.data.replace("thing-1", "thing-9")
    if with_its_hash:
        row.leaf = merkle.leaf_hash(row.data.encode())
    row.save()
    shutil.rmtree(folder / "tile")
    act(3)
    with pytest.raises((publishing.Contradiction, Refused)):
        publish(folder, signer)
    assert signer.last()[0] == 4


def test_a_gap_is_not_signed(folder: Path, signer: Signer) -> None:
    for number in range(3):
        act(number)
    actions.sequence()
    Entry.objects.filter(index=1).delete()
    with pytest.raises(publishing.Contradiction, match="gap"):
        publish(folder, signer)


def test_the_signer_refuses_what_undoes_what_it_signed(tmp_path: Path, signer: Signer) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(8)]
    nodes, _ = merkle.in_memory(leaves)
    other, _ = merkle.in_memory(leaves[::-1])

    def ask(size: int, nodes: merkle.Nodes = nodes, proof: list[bytes] | None = None) -> str:
        root = merkle.range_hash(nodes, 0, size)
        if proof is None:
            proof = merkle.consistency_proof(nodes, signer.last()[0], size) if signer.last()[0] else []
        return signer.checkpoint(notes.Checkpoint(ORIGIN, size, root).text, proof)

    assert ask(4) == ask(4)
    assert ask(6)
    for refused in (
        lambda: ask(4, proof=[]),  # back
        lambda: ask(6, other, []),  # another record of the same size
        lambda: ask(8, other),  # another record that goes on
        lambda: ask(8, proof=[]),
        lambda: signer.checkpoint(notes.Checkpoint("else.example", 8, bytes(32)).text, []),
        lambda: signer.checkpoint("not a checkpoint\n", []),
        lambda: signer.promise(notes.Promise("else.example", bytes(32), "2026-03-02T12:00:00Z", 60).text),
        lambda: signer.promise(notes.Checkpoint(ORIGIN, 8, bytes(32)).text),
    ):
        with pytest.raises(Refused):
            refused()
    assert signer.last()[0] == 6
    assert ask(8)
    again = Signer(tmp_path / "keys", ORIGIN)
    assert again.last()[0] == 8, "it remembers after a restart"
    with pytest.raises(KeyFault, match="another log"):
        Signer(tmp_path / "keys", "else.example")
    (tmp_path / "keys" / "signed.json").unlink()
    with pytest.raises(KeyFault, match="signed last is not known"):
        Signer(tmp_path / "keys", ORIGIN)
