"""What every write does: it takes its turn and leaves an entry. Later the entry is given a place."""

import json
import os
import random
import secrets
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Model, Q
from django.db.models.functions import TruncDay

from covenant.record import models, reads
from covenant.record.engine.merkle import leaf_hash
from covenant.record.keys import Held, Standing
from covenant.record.mending import NotTaken as NotTaken
from covenant.record.mending import take_back as take_back
from covenant.record.signer import STATE, NoSigner, Refused, Remote
from covenant.record.types import BALLOT, DAY_ALONE, Appended, data_of, moment, seal

A_BATCH = 20_000  # entries that are given places in one transaction
_turn = threading.RLock()
_here = threading.local()  # how many `writing()` this thread is within
_EVERY_ACT, _SEQUENCER = 20_250_717, 20_250_718  # names of PostgreSQL's advisory locks


@contextmanager
def writing(*, only: UUID | None = None) -> Iterator[None]:
    """One write at a time, and everything inside is one transaction: rows and entries are kept together.

    SQLite has one writer, and waiting here is fairer than waiting in it. On PostgreSQL an act waits for every
    other, in any process; one that touches the rows of one participant alone says so with `only`, and waits
    for acts of that participant and for acts that concern everyone.
    """
    if connection.vendor == "sqlite":
        with _turn, transaction.atomic(), _inside():
            yield
    else:
        with transaction.atomic():
            _wait(only)
            with _inside():
                yield


@contextmanager
def _inside() -> Iterator[None]:
    _here.depth = getattr(_here, "depth", 0) + 1
    try:
        yield
    finally:
        _here.depth -= 1


def _wait(only: UUID | None) -> None:
    """Take the locks of an act: held until its transaction ends, and taken again at no cost within it."""
    with connection.cursor() as cursor:
        if only is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_EVERY_ACT])
        else:
            mine = only.int & 0x7FFF_FFFF_FFFF_FFFF
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)", [_EVERY_ACT, mine]
            )


def append(
    *,
    kind: str,
    subject: object,
    body: dict[str, Any],
    sealed: Mapping[str, Any] | None = None,
    at: datetime,
) -> Appended:
    """Add an entry to the record, inside the transaction of the act that it tells of.

    Its place is given to it within a second or so, by `sequence`.

    Parameters
    ----------
    kind
        What was done, such as ``"version.signed"``. What `types.DAY_ALONE` begins tells the day alone.
    subject
        The id of what it was done to.
    body
        The rest, of JSON's types and whole numbers; what is personal goes in sealed (`types.seal`).
    sealed
        More of the body that people worded, and that may have to be erased one day: the entry holds a seal
        of each, and the words stand beside it with their salt (`models.Opening`).
    at
        When, with a time zone.
    """
    if not getattr(_here, "depth", 0):
        raise RuntimeError("an entry is appended inside `writing()`, with the rows that it tells of")
    if at.tzinfo is None:
        raise ValueError("the moment of an act has a time zone")
    at = at.astimezone(UTC)
    told = moment(at.replace(hour=0, minute=0, second=0) if kind.startswith(DAY_ALONE) else at)
    salts = {name: secrets.token_bytes(32) for name in sealed or {}}
    seals = {name: {"sealed": seal(value, salts[name])} for name, value in (sealed or {}).items()}
    data = data_of(told, kind, str(subject), {**body, **seals})
    leaf = leaf_hash(data.encode())
    row = models.Entry.objects.create(at=at, kind=kind, subject=str(subject), data=data, leaf=leaf)
    models.Opening.objects.bulk_create(
        models.Opening(entry=row.pk, name=name, value=json.dumps(value, ensure_ascii=False), salt=salts[name])
        for name, value in (sealed or {}).items()
    )
    return Appended(row.pk, leaf.hex(), data)


def erase_openings(*, leaves: Collection[str]) -> int:
    """Erase what stands sealed in some entries, by their hashes; returns how many fields were erased.

    The entries stay, and so does every proof of them: what was sealed can no longer be shown or guessed at.
    """
    with writing():
        wanted = [bytes.fromhex(leaf) for leaf in leaves]
        rows = models.Entry.objects.filter(leaf__in=wanted).values_list("id", flat=True)
        return models.Opening.objects.filter(entry__in=list(rows)).delete()[0]


def erased(*, what: str, id: UUID) -> None:
    """Note, outside the database, that something was erased: a backup from before may bring it back.

    Once the erasure is kept, a line with the kind and the random id is on the disk. `erasures` reads them.
    """
    line = json.dumps({"what": what, "id": str(id)}) + "\n"

    def note() -> None:
        with Path(settings.ERASURES).open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    transaction.on_commit(note)


def tell_days_alone(*, before: datetime) -> int:
    """Forget the moment of what tells the day alone and a signed checkpoint covers; the day stays."""
    signed = models.Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
    alone = reduce(or_, (Q(kind__startswith=kind) for kind in DAY_ALONE))
    rows = models.Entry.objects.filter(alone, index__lt=signed, at__lt=before)
    with writing():
        day = TruncDay("at", tzinfo=UTC)
        return rows.exclude(at=day).update(at=day)


def sequence(*, rng: random.Random | None = None) -> int:
    """Give every entry that waits the next place, without gaps; returns how many there were.

    Votes among them share their places out by lot, so that the record does not tell who voted after whom.
    One process at a time does this: entries that were written before it is called have places afterwards.
    Where fewer have places than were signed, as after an old backup was put back, none is given one: it would
    be another entry's.
    """
    done = 0
    if signed_size() > reads.size():
        return done
    while given := _give_places(rng or random.SystemRandom()):
        done += given
    return done


def _give_places(rng: random.Random) -> int:
    with _one_sequencer():
        waiting = models.Entry.objects.filter(index=None).order_by("id")
        rows = list(waiting.values_list("id", "kind")[:A_BATCH])
        if not rows:
            return 0
        last = models.Entry.objects.aggregate(last=Max("index"))["last"]
        first = 0 if last is None else last + 1
        ballots = [place for place, (_id, kind) in enumerate(rows) if kind.startswith(BALLOT)]
        drawn = rng.sample(ballots, len(ballots))
        ids = [id for id, _kind in rows]
        for place, other in zip(ballots, drawn, strict=True):
            ids[place] = rows[other][0]
        _set_places(ids, first)
    return len(ids)


@contextmanager
def _one_sequencer() -> Iterator[None]:
    if connection.vendor == "sqlite":
        with writing():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER])
            yield


def _set_places(ids: list[int], first: int) -> None:
    places = range(first, first + len(ids))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            pairs = list(zip(places, ids, strict=True))
            cursor.executemany('UPDATE record_entry SET "index" = %s WHERE id = %s', pairs)
        else:
            cursor.execute(
                'UPDATE record_entry SET "index" = given.place'
                " FROM unnest(%s::bigint[], %s::bigint[]) AS given(id, place)"
                " WHERE record_entry.id = given.id",
                [ids, list(places)],
            )


def count_anew(*, table: type[Model]) -> None:
    """Have PostgreSQL look at a table that was filled at once: until it does, it asks in the slowest way.

    It would look by itself within a minute or so after what was written is committed. SQLite need not.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")


def keep_checkpoint(*, size: int, root: bytes, note: str, at: datetime) -> None:
    """Keep a checkpoint that was signed; the same one again, signed by more, takes its place."""
    with transaction.atomic():
        models.Checkpoint.objects.update_or_create(
            size=size, defaults={"root": root.hex(), "note": note, "at": at}
        )


def tell_keys(*, held: Sequence[Held], at: datetime) -> None:
    """Let the record tell what became of the keys that sign it; what it tells already is not told again."""
    for key in held:
        told = {entry.kind for entry in reads.about(key.id)}
        with writing():
            if "key.added" not in told:
                append(kind="key.added", subject=key.id, body={"vkey": key.vkey, "since": key.since}, at=at)
            ended = f"key.{key.standing.value}"
            if key.standing is not Standing.IN_USE and ended not in told:
                body = {"vkey": key.vkey, "until": key.until, "reason": key.reason}
                append(kind=ended, subject=key.id, body=body, at=at)


def signer_answers() -> bool:
    """Whether a signer's process answers at its socket."""
    return Remote(settings.SIGNER, seconds=2.0).answers()


def signed_size() -> int:
    """How many entries were signed, as the signer says or else its file; 0 where neither can be asked."""
    try:
        return Remote(settings.SIGNER).last()[0]
    except (NoSigner, Refused):
        pass
    try:
        return int(json.loads((settings.KEYS / STATE).read_text())["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
