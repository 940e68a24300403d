"""Writes about the codes that are posted to households. Reached through `actions`."""

import random
import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.crypto import salted_hmac

from covenant.listen import codes, rules
from covenant.listen.heard import CODE_USED, Started, State
from covenant.listen.models import Code, Conversation, Participant
from covenant.listen.voting import start
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal

A_BATCH = 5000


def issue_codes(*, by: Actor | None, conversation: UUID, area: str, n: int, at: datetime) -> list[str]:
    """Make codes for the households of an area. They are told once, here, and kept as keyed hashes alone.

    The record tells how many, for where, and one hash over all the keyed hashes: none can be slipped in
    later. `by` is None at the command line of the machine itself.
    """
    if not 1 <= n <= codes.MOST:
        raise NotPossible(f"From 1 to {codes.MOST:,} codes can be made at once.")
    where = rules.area(area)
    with writing():
        row = Conversation.objects.filter(id=conversation).first()
        if row is None:
            raise NotFound("There is no conversation at this address.")
        if by is not None:
            rules.check_can_convene(by, row.place_id)
        made = [codes.make(secrets.randbelow) for _ in range(n)]
        macs = [_mac(conversation, codes.read(code)) for code in made]
        body = {"area": where, "n": n, "root": codes.root_of(macs)}
        entry = append(kind="codes.issued", subject=conversation, body=body, at=at).id
        Code.objects.bulk_create(
            (Code(conversation=row, mac=mac, area=where, batch=entry) for mac in sorted(macs)),
            batch_size=A_BATCH,
        )
        Conversation.objects.filter(id=conversation).update(codes_issued=F("codes_issued") + n)
    return made


def use_code(*, participant: UUID, typed: str, at: datetime) -> None:
    """Use a code, once: what this participant answers from now on counts at the level of a posted code.

    Which code it was is not kept with the participant, nor who used it with the code.
    """
    symbols = codes.read(typed)
    with writing():
        who = Participant.objects.select_related("conversation").filter(id=participant).first()
        if who is None:
            raise NotFound("You have not begun to take part in this conversation.")
        of = who.conversation
        rules.check_takes_part(State(of.state), of.opens, of.closes, day_of(at))
        if who.level >= codes.GIVES:
            raise NotPossible("You have used a code here already: leave this one to somebody else.")
        _spend(of.id, symbols, at)
        Participant.objects.filter(id=participant).update(level=codes.GIVES)


def start_with_code(*, conversation: UUID, typed: str, at: datetime, rng: random.Random) -> Started:
    """Join a conversation with a code; where it is not taken, nobody joins."""
    symbols = codes.read(typed)
    with writing():
        started = start(conversation=conversation, level=codes.GIVES, at=at, rng=rng)
        _spend(conversation, symbols, at)
    return started


def _spend(conversation: UUID, symbols: str, at: datetime) -> None:
    mac, salt = _mac(conversation, symbols), secrets.token_bytes(32)
    found = Code.objects.filter(conversation=conversation, mac=mac)
    if not found.filter(used_on=None).update(used_on=day_of(at), salt=salt):
        if found.exists():
            raise NotPossible("This code has been used: each gives one person a say.")
        raise NotPossible("This is no code of this conversation: look at it once more.")
    body = {"code": seal({"as": "code", "mac": mac.hex()}, salt)}
    append(kind=CODE_USED, subject=conversation, body=body, at=at)
    Conversation.objects.filter(id=conversation).update(codes_used=F("codes_used") + 1)


def _mac(conversation: UUID, symbols: str) -> bytes:
    """What is kept of a code: without the secret key nobody can try codes against it."""
    return salted_hmac("covenant.listen.codes", f"{conversation} {symbols}", algorithm="sha256").digest()
