"""Takes back entries that were signed and published, and that a database which was set back no longer has.

What the entries told of may be lost with it; that they were made is not, and the record goes on where it was.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from covenant.record import keys, models, reads
from covenant.record.engine import merkle, notes, tiles

A_BATCH = 2000


class NotTaken(Exception):
    """The files do not go on from the entries that are here; the message says why."""


def take_back(*, folder: Path, origin: str) -> int:
    """Give places to all that a copy of the record's files holds beyond the entries here; returns how many.

    An entry that is here and waits for its place is given the one that it had. Called inside `writing()`.

    Parameters
    ----------
    folder
        The record's files as they were served, such as an export or a mirror: with their checkpoint and keys.
    origin
        The name of the log.

    Raises
    ------
    NotTaken
        The files are not whole, not signed, of another log, or differ from the entries here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("entries are taken back inside `writing()`")
    here = reads.size()
    try:
        note = (folder / "checkpoint").read_text(encoding="utf-8")
        text, _signers = notes.opened(note, [each.key for each in keys.load(folder)])
        signed = notes.checkpoint(text)
        if signed.origin != origin:
            raise NotTaken(f"{folder} is a copy of {signed.origin}, and this is {origin}")
        if signed.size <= here:
            return 0
        data = list(_data(folder, signed.size))
        leaves = [merkle.leaf_hash(each) for each in data]
        nodes, size = merkle.in_memory(leaves)
        if merkle.range_hash(nodes, 0, size) != signed.root:
            raise NotTaken(f"{folder}: its entries are not those that were signed")
    except (OSError, ValueError, keys.KeyFault) as fault:
        raise NotTaken(f"{folder}: this is no whole copy of the record ({fault})") from None
    _check_same(leaves, here)
    return _insert(data[here:], leaves[here:], here)


def _data(folder: Path, size: int) -> Iterator[bytes]:
    for tile in tiles.tiles_of(size):
        if tile.level == tiles.ENTRIES:
            yield from tiles.entries_of((folder / tile.path).read_bytes(), tile)


def _check_same(leaves: list[bytes], here: int) -> None:
    rows = models.Entry.objects.filter(index__lt=here).order_by("index").values_list("leaf", flat=True)
    for index, (leaf, signed) in enumerate(zip(rows.iterator(chunk_size=A_BATCH), leaves, strict=False)):
        if bytes(leaf) != signed:
            raise NotTaken(f"entry {index} here is not the one that was signed")


def _insert(data: list[bytes], leaves: list[bytes], first: int) -> int:
    waiting: dict[bytes, list[int]] = {}
    for id, leaf in models.Entry.objects.filter(index=None).order_by("-id").values_list("id", "leaf"):
        waiting.setdefault(bytes(leaf), []).append(id)
    rows = []
    for index, (text, leaf) in enumerate(zip(data, leaves, strict=True), first):
        if ids := waiting.get(leaf):
            models.Entry.objects.filter(id=ids.pop()).update(index=index)
            continue
        told = json.loads(text)
        at = datetime.fromisoformat(told["at"])
        rows.append(
            models.Entry(
                index=index, at=at, kind=told["kind"], subject=told["subject"], data=text.decode(), leaf=leaf
            )
        )
    models.Entry.objects.bulk_create(rows, batch_size=A_BATCH)
    return len(data)
