"""Writes: bodies are asked for their answer by a link that works once. Reached through `actions`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from covenant.agree import signing_rules as rules
from covenant.agree.capacity import sign_as
from covenant.agree.consenting import refuse
from covenant.agree.models import Version
from covenant.agree.pausing import wait_for_trustees
from covenant.agree.signing_models import Ask, Link, Telling
from covenant.agree.signing_types import AskKind, CapacitySaid, LinkState, Reply, Way
from covenant.agree.standing import has_answered, link_of, running_pause, speaking, state_of
from covenant.agree.types import VersionState
from covenant.place import reads as places
from covenant.place.rules import check_can_convene
from covenant.place.types import Actor, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing


def ask_to_sign(*, by: Actor, version: UUID, mandate: UUID, at: datetime) -> UUID:
    """Ask the person who holds a mandate to answer a version, by a link that works once; returns its id.

    The mail with the link is sent by the job, once this is kept. An earlier link of theirs ends.
    """
    with writing():
        row = _version(version)
        check_can_convene(by, row.covenant.place_id)
        today = day_of(at)
        party, user = _held(row, mandate, today)
        rules.check_can_ask(
            VersionState(row.state),
            party,
            list(row.needed.values_list("id", flat=True)),
            answered=has_answered(version=version, party=party),
            paused=running_pause(version=version, party=party, today=today),
        )
        earlier = Link.objects.filter(version=row, user=user, party=party, replaced_at=None)
        last = earlier.order_by("-ask__day").values_list("ask__day", flat=True).first()
        rules.check_not_asked_lately(last, today)
        earlier.update(replaced_at=at)
        kind = AskKind.CHANGE if row.base_id else AskKind.COVENANT
        ask = note_ask(party=party, kind=kind, version=version, at=at)
        link = Link.objects.create(
            ask_id=ask,
            version=row,
            party_id=party,
            mandate_id=mandate,
            user_id=user,
            hash=row.hash,
            expires=today + timedelta(days=rules.DAYS_OF_A_LINK),
        )
    return link.id


def note_ask(*, party: UUID, kind: AskKind, version: UUID | None, at: datetime) -> UUID:
    """Count something that a body is asked to do, with its minutes; within the act that asks it."""
    row = Ask.objects.create(
        party_id=party, version_id=version, kind=kind, minutes=kind.minutes, day=day_of(at), at=at
    )
    body = {"party": str(party), "kind": kind.value, "minutes": kind.minutes}
    append(kind="party.asked", subject=version or party, body=body, at=at)
    return row.id


def answer_link(
    *,
    token: str,
    reply: Reply,
    hash: str,
    said: CapacitySaid | None = None,
    refusing: Mapping[str, str] | None = None,
    reason: str = "",
    meets: date | None = None,
    at: datetime,
) -> None:
    """Answer by a one-time link for the person and the hash that it is bound to.

    To sign or to refuse uses it up; to say when trustees meet does not, so that it can be used afterwards.

    Raises
    ------
    NotFound
        Where there is no such link.
    NotPossible
        Where it cannot be used, with the reason, and where the answer itself cannot stand.
    """
    with writing():
        link = link_of(token)
        state = state_of(link, day_of(at))
        if state is not LinkState.OPEN:
            raise NotPossible(state.says)
        by = speaking(user=link.user_id, party=link.party_id)
        if reply is Reply.WAIT:
            if meets is None:
                raise NotPossible("Say on which day your trustees meet.")
            wait_for_trustees(by=by, version=link.version_id, party=link.party_id, meets=meets, at=at)
            return
        if reply is Reply.REFUSE:
            refuse(by=by, version=link.version_id, party=link.party_id, reason=reason, at=at)
        else:
            if said is None:
                raise NotPossible("Say for whom your body signs: for itself, or for members who were asked.")
            sign_as(
                by=by,
                version=link.version_id,
                party=link.party_id,
                hash=hash,
                said=said,
                way=Way.LINK,
                refusing=refusing,
                at=at,
            )
        link.used_at, link.reply = at, reply
        link.save(update_fields=["used_at", "reply"])


def drop_links(*, before: datetime) -> int:
    """Forget whom links were sent to, and addresses at which bodies were told, some time after they ended.

    That a body was asked, and what was answered, stays. Returns how many were forgotten.
    """
    with writing():
        ended = Link.objects.filter(expires__lt=day_of(before)).delete()[0]
        over = Telling.objects.filter(until__lt=day_of(before)).exclude(sent_to="", token_hash=None)
        return ended + over.update(sent_to="", token_hash=None)


def _held(row: Version, mandate: UUID, today: date) -> tuple[UUID, UUID]:
    """The party and the person of a mandate that holds today for somebody whom this version concerns."""
    parties = list(row.parties.values_list("id", flat=True)) + list(row.needed.values_list("id", flat=True))
    found = next((m for m in places.mandates(parties=parties) if m.id == mandate), None)
    if found is None:
        raise NotFound("There is no such mandate of a party to this version.")
    link = Link(mandate_id=mandate)
    user = link.mandate.user_id
    if speaking(user=user, party=found.party, mandate=mandate).mandate_for(found.party, today) is None:
        raise NotPossible("This mandate does not hold today, so nobody can answer under it.")
    return found.party, user


def _version(id: UUID) -> Version:
    row = Version.objects.select_related("covenant").filter(id=id).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    return row
