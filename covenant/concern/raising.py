"""Writes of whoever raises a concern. Reached through `actions`.

None of them but `raise_openly` takes an actor: nobody is asked who they are, so that nobody can be told. What
was written is sealed before it is kept. They leave no entry in the record: the scrutineer's acts do.
"""

import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from covenant.agree import reads as agree
from covenant.concern import codes, models, rules, sealing
from covenant.concern.keying import in_use, move
from covenant.concern.publishing import draft_left_alone
from covenant.concern.rules import next_offer, next_standing
from covenant.concern.types import Offer, Standing
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.record.types import seal
from covenant.scrutinise.actions import hold_finding

NO_BOX = (
    "Nobody can take a concern about this covenant now: it has no scrutineer in office who has made a key. "
    "Nothing of what you wrote was kept."
)


def raise_concern(
    *, covenant: UUID, token: bytes, about: str = "", happened: str, right: str, safe: bool, at: datetime
) -> str:
    """Take a concern in confidence; returns the case code, which is nowhere else.

    Parameters
    ----------
    token
        16 bytes by lot from the form that was filled in: to send a form again unchanged is no second concern.
    about
        The commitment, such as ``"C1"``; empty for none.
    safe
        Whether it was said that nobody is in danger.
    """
    rules.check_no_danger(safe)
    happened = rules.check_text(happened, "Say what happened.")
    right = rules.check_text(right, "Say what would put it right.")
    with writing():
        words = {"about": about[:20], "happened": happened, "right": right}
        return _take(covenant, None, token, words, at)[0]


def raise_openly(
    *,
    by: Actor,
    covenant: UUID,
    party: UUID,
    token: bytes,
    about: str = "",
    happened: str,
    right: str,
    safe: bool,
    at: datetime,
) -> str:
    """Raise a concern in the open for a party, whose words everyone reads; returns the case code."""
    rules.check_no_danger(safe)
    happened = rules.check_public_words(happened, "Say what happened.", most=rules.LONGEST_TEXT)
    right = rules.check_public_words(right, "Say what would put it right.", most=rules.LONGEST_TEXT)
    with writing():
        now = agree.in_force(covenant)
        mandate = rules.check_can_raise_openly(by, party, now.parties if now else (), day_of(at))
        words = {"about": about[:20], "happened": happened, "right": right}
        code, made = _take(covenant, party, token, words, at)
        if made is None:
            return code
        salt = secrets.token_bytes(32)
        models.Openly.objects.create(
            concern=made,
            party_id=party,
            user_id=mandate.user,
            mandate_id=mandate.id,
            text=happened,
            right=right,
            salt=salt,
        )
        body = {
            "covenant": str(covenant),
            "party": str(party),
            "mandate": str(mandate.id),
            "person": seal(str(mandate.user), salt),
        }
        append(kind="concern.raised_openly", subject=made.id, body=body, sealed=words, at=at)
    return code


def _take(
    covenant: UUID, party: UUID | None, token: bytes, words: dict[str, str], at: datetime
) -> tuple[str, models.Concern | None]:
    """The code and the new row; no row where this form was sent before, as it is: other words are another."""
    if agree.in_force(covenant) is None:
        raise NotPossible("No version of this covenant is in force, so nobody owes anything under it yet.")
    key = in_use(covenant=covenant, today=day_of(at))
    if key is None:
        raise NotPossible(NO_BOX)
    drawn = codes.from_form(token, str(covenant), str(party or ""), *words.values())
    code, kept = codes.make(drawn), codes.kept(drawn)
    if models.Concern.objects.filter(code=kept).exists():
        return code, None
    made = models.Concern.objects.create(
        covenant_id=covenant,
        standing=Standing.RECEIVED,
        code=kept,
        recipient=sealing.public(sealing.secret_of_code(drawn)),
        raised_on=day_of(at),
    )
    post(concern=made, key=key, words=words, from_raiser=True, at=at)
    return code, made


def answer(*, code: bytes, text: str, at: datetime) -> None:
    """Write to the scrutineer; to send the same words again changes nothing."""
    said = rules.check_text(text, "Write what you want the scrutineer to know.")
    with writing():
        row = of_code(code=code)
        next_standing(Standing(row.standing), "write")
        key = _box(row, at)
        last = row.letters.order_by("-number").first()
        if last is not None and last.from_raiser:
            words = sealing.unseal(last.sealed, sealing.secret_of_code(code))
            if words.get("text") == said:
                return
        post(concern=row, key=key, words={"text": said}, from_raiser=True, at=at)


def consent(*, code: bytes, step: UUID, at: datetime) -> None:
    """Consent to go to one rung, with exactly these words before exactly these parties."""
    with writing():
        row = of_code(code=code)
        offered = _step(row, step)
        if offered.state == Offer.CONSENTED:
            return
        next_standing(Standing(row.standing), "consent")
        offered.state = next_offer(Offer(offered.state), "consent")
        words = sealing.unseal(offered.sealed, sealing.secret_of_code(code))
        offered.statement = str(words["statement"])
        offered.save(update_fields=["state", "statement"])


def decline(*, code: bytes, step: UUID, at: datetime) -> None:
    """Decline to go to a rung, or take back a consent on which nothing was done yet."""
    with writing():
        row = of_code(code=code)
        offered = _step(row, step)
        if offered.state == Offer.DECLINED:
            return
        offered.state = next_offer(Offer(offered.state), "decline")
        offered.statement = ""
        offered.save(update_fields=["state", "statement"])


def withdraw(*, code: bytes, at: datetime) -> None:
    """Withdraw a concern: what was written is deleted at once, and it climbs no further.

    A draft of a finding that rests on it alone cannot be signed from then on.
    """
    with writing():
        row = of_code(code=code)
        if row.standing == Standing.WITHDRAWN:
            return
        row.standing = next_standing(Standing(row.standing), "withdraw")
        row.save(update_fields=["standing"])
        row.letters.all().delete()
        drop_offers(concern=row)
        row.steps.update(sealed=b"")
        if (draft := draft_left_alone(concern=row)) is not None:
            hold_finding(finding=draft)


def hand_over(*, code: bytes, at: datetime) -> None:
    """Seal to the key in use all that was sealed to an earlier one: whoever raised it can open it all."""
    with writing():
        row = of_code(code=code)
        next_standing(Standing(row.standing), "write")
        key, secret = _box(row, at), sealing.secret_of_code(code)
        letters = row.letters.exclude(key=key).select_related("concern")
        steps = row.steps.exclude(key=key).exclude(sealed=b"").select_related("concern")
        for letter in letters:
            move(row=letter, secret=secret, new=key)
        for step in steps:
            move(row=step, secret=secret, new=key)


def post(
    *, concern: models.Concern, key: models.Key, words: dict[str, str], from_raiser: bool, at: datetime
) -> None:
    """Keep a letter, sealed to the scrutineer and to the case, inside the transaction of an act."""
    last = concern.letters.aggregate(last=Max("number"))["last"] or 0
    models.Letter.objects.create(
        concern=concern,
        number=last + 1,
        from_raiser=from_raiser,
        key=key,
        sealed=sealing.seal(words, [key.recipient, concern.recipient]),
        day=day_of(at),
    )


def drop_offers(*, concern: models.Concern) -> None:
    """Drop what was offered and not acted on, consented or not, inside the transaction of an act."""
    concern.steps.filter(state__in=[Offer.OFFERED, Offer.CONSENTED]).update(state=Offer.DROPPED, statement="")


def of_code(*, code: bytes) -> models.Concern:
    """The concern of a code; raises where there is none, or no longer."""
    row = (
        models.Concern.objects.select_related("covenant", "openly", "finding")
        .filter(code=codes.kept(code))
        .first()
    )
    if row is None:
        raise NotFound(
            "There is no case with this code. What was sealed is deleted some time after a case is closed."
        )
    return row


def _box(row: models.Concern, at: datetime) -> models.Key:
    key = in_use(covenant=row.covenant_id, today=day_of(at))
    if key is None:
        raise NotPossible(
            "There is no scrutineer in office with a key now, so nothing can be sealed. Nothing was kept."
        )
    return key


def _step(row: models.Concern, step: UUID) -> models.Step:
    found = row.steps.filter(id=step).first()
    if found is None:
        raise NotFound("This was not offered to you.")
    return found
