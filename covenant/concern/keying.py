"""Writes on keys, of the scrutineer. Reached through `actions`."""

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from covenant.concern import models, rules, sealing
from covenant.concern.types import Standing
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.scrutinise import reads as scrutineers
from covenant.scrutinise.actions import acting


def make_key(*, by: Actor, covenant: UUID, passphrase: str, again: str, at: datetime) -> UUID:
    """Make a key for the scrutineer in office; its secret half is kept locked by the passphrase alone."""
    typed = rules.check_passphrase(passphrase, again)
    acting(
        by=by, covenant=covenant, today=day_of(at)
    )  # before the passphrase is stretched: that takes a while
    secret = sealing.new_secret()
    locked = sealing.lock(secret, typed, secrets.token_bytes(sealing.SALT), log_cost=sealing.LOG_COST)
    return _keep(by, covenant, sealing.public(secret), locked, at)


def bring_key(*, by: Actor, covenant: UUID, recipient: str, at: datetime) -> UUID:
    """Use the public half of a key that the scrutineer made elsewhere and keeps there."""
    return _keep(by, covenant, sealing.check_recipient(recipient), b"", at)


def _keep(by: Actor, covenant: UUID, recipient: str, locked: bytes, at: datetime) -> UUID:
    day = day_of(at)
    with writing():
        appointment = acting(by=by, covenant=covenant, today=day)
        if models.Key.objects.filter(covenant=covenant, recipient=recipient).exists():
            raise NotPossible("This key was used here before: make another.")
        last = models.Key.objects.filter(covenant=covenant).aggregate(last=Max("number"))["last"] or 0
        made = models.Key.objects.create(
            covenant_id=covenant,
            appointment_id=appointment,
            number=last + 1,
            recipient=recipient,
            locked=locked,
            is_outside=not locked,
            made_on=day,
        )
        body = {"covenant": str(covenant), "appointment": str(appointment), "recipient": recipient}
        append(kind="concern.key_made", subject=made.id, body=body, at=at)
    return made.id


def look_into_box(*, by: Actor, covenant: UUID, at: datetime) -> None:
    """Say in public that the scrutineer looked into the box on a day, whatever was or was not in it."""
    day = day_of(at)
    with writing():
        acting(by=by, covenant=covenant, today=day)
        key = in_use(covenant=covenant, today=day)
        if key is None:
            raise NotPossible("There is no key yet, so there is no box to look into.")
        if key.looked_on == day:
            return
        key.looked_on = day
        key.save(update_fields=["looked_on"])
        append(kind="concern.box_looked_into", subject=covenant, body={"key": str(key.id)}, at=at)


def seal_anew(*, by: Actor, key: UUID, passphrase: str, at: datetime) -> None:
    """Seal to the key in use what is open and was sealed to an earlier key, whose passphrase is typed.

    For whoever holds the earlier key, in office or not: what they can read, the next scrutineer can from now
    on, and they no longer.
    """
    old = models.Key.objects.select_related("appointment").filter(id=key).first()
    if old is None:
        raise NotFound("There is no such key.")
    if by.user is None or old.appointment.person_id != by.user:
        raise NotAllowed("Only the scrutineer whose key it was can seal anew what was sealed to it.")
    if not old.locked:
        raise NotPossible(
            "The secret half of this key is not here. Whoever raised a concern can seal it to the next "
            "scrutineer with their case code."
        )
    secret = sealing.unlock(old.locked, passphrase)
    with writing():
        new = in_use(covenant=old.covenant_id, today=day_of(at))
        if new is None or new.id == old.id:
            raise NotPossible("There is no later key: the next scrutineer makes one first.")
        for row in _sealed_to(old):
            move(row=row, secret=secret, new=new)
        # Whether or not there was anything: otherwise the entry would tell that something waits to be read.
        append(kind="concern.sealed_anew", subject=new.id, body={"from": str(old.id)}, at=at)


def move(*, row: models.Letter | models.Step, secret: str, new: models.Key) -> None:
    """Open what is sealed with a secret key, and seal it to another and to the case."""
    words = sealing.unseal(row.sealed, secret)
    row.sealed = sealing.seal(words, [new.recipient, row.concern.recipient])
    row.key = new
    row.save(update_fields=["sealed", "key"])


def _sealed_to(key: models.Key) -> list[models.Letter | models.Step]:
    open_ = {"key": key, "concern__standing__in": [Standing.RECEIVED, Standing.ADMITTED]}
    letters = models.Letter.objects.filter(**open_).select_related("concern")
    steps = models.Step.objects.filter(**open_).exclude(sealed=b"").select_related("concern")
    return [*letters, *steps]


def in_use(*, covenant: UUID, today: date) -> models.Key | None:
    """The newest key of whoever can act as scrutineer today; None where nobody can, or has made none.

    Nor is there one where their account is closed or erased: nobody could open what is sealed to it.
    """
    found = scrutineers.sitting(covenant=covenant, today=today)
    if found is None:
        return None
    rows = models.Key.objects.filter(
        covenant=covenant, appointment=found[0], appointment__person__is_active=True
    )
    return rows.select_related("appointment").order_by("-number").first()


def forget_person(*, person: UUID) -> int:
    """Erase the locked keys of a person who was erased; returns how many.

    Whoever raised a concern can seal it to the next scrutineer with their code.
    """
    with writing():
        return models.Key.objects.filter(appointment__person=person).exclude(locked=b"").update(locked=b"")
