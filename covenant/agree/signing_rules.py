"""Who may be asked how, and what makes an answer by link, on paper or for members one that counts."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from covenant.agree.signing_types import Capacity, CapacitySaid, LinkState, Reply
from covenant.agree.types import VersionState
from covenant.place.rules import can_convene, check_email, on_both_sides
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView

DAYS_OF_A_LINK = 14
DAYS_TO_DISOWN = 10
DAYS_BETWEEN_ASKS = 3  # of the same person, about the same version
DAYS_AHEAD = 90  # trustees meet at least four times a year
LONGEST_HOW, LONGEST_REASON, MOST_MEMBERS = 500, 2000, 10_000_000


def check_capacity(said: CapacitySaid | None) -> None:
    """Raise unless the numbers belong to the capacity and can be true."""
    if said is None:
        return
    if said.capacity is Capacity.ITSELF:
        if said.asked is not None or said.answered is not None:
            raise NotPossible("Numbers of members belong to a signature for members who were asked.")
        return
    if said.asked is None or said.answered is None:
        raise NotPossible("Say how many members were asked, and how many answered.")
    if not 1 <= said.asked <= MOST_MEMBERS:
        raise NotPossible("At least one member was asked.")
    if not 0 <= said.answered <= said.asked:
        raise NotPossible("No more members can have answered than were asked.")
    if not said.how.strip():
        raise NotPossible("Say how the members were asked, and what they answered.")


def link_state(
    *,
    used: bool,
    replaced: bool,
    expires: date,
    today: date,
    hash: str,
    version_hash: str,
    version_state: VersionState,
    answer_by: date | None,
    answered: bool,
    mandated: bool,
) -> LinkState:
    """Whether a link can be used on a day; the first reason against it, in the order of what helps most."""
    reasons = (
        (used, LinkState.USED),
        (replaced, LinkState.REPLACED),
        (version_state is VersionState.WITHDRAWN, LinkState.WITHDRAWN),
        (hash != version_hash, LinkState.CHANGED),
        (version_state is not VersionState.PROPOSED, LinkState.OVER),
        (answered, LinkState.ANSWERED),
        (not mandated, LinkState.NO_MANDATE),
        (today > expires, LinkState.EXPIRED),
        (answer_by is not None and today > answer_by, LinkState.OVER),
    )
    return next((state for holds, state in reasons if holds), LinkState.OPEN)


def check_can_ask(
    state: VersionState, party: UUID, needed: Collection[UUID], *, answered: bool, paused: date | None
) -> None:
    """Raise unless a party can be asked for its answer now."""
    if state is not VersionState.PROPOSED:
        raise NotPossible(f"This version is {state.value}: nobody is asked to answer it.")
    if party not in needed:
        raise NotPossible("This version does not change anything that this party owes or is owed.")
    if answered:
        raise NotPossible("This party has answered this version already.")
    if paused is not None:
        raise NotPossible(
            f"The trustees of this party meet on {_day(paused)}. It is not asked again before then."
        )


def check_not_asked_lately(last: date | None, today: date) -> None:
    """Raise where the same person was asked the same a few days ago."""
    if last is not None and today < last + timedelta(days=DAYS_BETWEEN_ASKS):
        again = last + timedelta(days=DAYS_BETWEEN_ASKS)
        raise NotPossible(
            f"This person was asked on {_day(last)}. They can be asked again from {_day(again)}."
        )


def check_pause(
    meets: date, today: date, *, before: date | None, moved: bool, answered: bool, state: VersionState
) -> None:
    """Raise unless a party can wait for that day: it is ahead, not too far, and was moved once at most.

    Parameters
    ----------
    before
        The day that the party named earlier, if it did.
    moved
        Whether it has moved that day already.
    """
    if state is not VersionState.PROPOSED:
        raise NotPossible(f"This version is {state.value}: there is nothing to wait with.")
    if answered:
        raise NotPossible("Your party has answered this version already.")
    if not 1 <= (meets - today).days <= DAYS_AHEAD:
        raise NotPossible(f"The meeting is tomorrow at the earliest, and within {DAYS_AHEAD} days.")
    if before is None:
        return
    if moved:
        raise NotPossible("Your party has moved its meeting once already. The day stands.")
    if meets <= before:
        raise NotPossible(f"A meeting is moved to a later day than {_day(before)}.")


def check_paper(
    reply: Reply, reason: str, kept_at: str, signed_on: date, *, proposed_on: date, today: date
) -> None:
    """Raise unless an answer on paper can be what it is said to be."""
    if reply is Reply.WAIT:
        raise NotPossible("A paper says that the body agrees or does not.")
    if reply is Reply.REFUSE and not reason.strip():
        raise NotPossible("Say why: the other parties need to know what to change.")
    if not kept_at.strip():
        raise NotPossible("Say where the paper is kept, so that others can see it.")
    if not proposed_on <= signed_on <= today:
        raise NotPossible(
            f"It was signed on or after {_day(proposed_on)}, when the words were shown, and not after today."
        )


def checkers(party: PartyView, parties: Iterable[PartyView]) -> list[PartyView]:
    """The parties of another side, whose representatives may countersign a paper of this one."""
    return [other for other in parties if other.sector.signs and on_both_sides(other.sector, [party.sector])]


def check_can_countersign(
    actor: Actor,
    *,
    as_party: UUID,
    allowed: Iterable[PartyView],
    recorded_by: UUID | None,
    signed_by: UUID,
    today: date,
) -> HeldMandate:
    """The mandate with which the actor countersigns for a party of another side; else raise."""
    if as_party not in {party.id for party in allowed}:
        raise NotPossible("A paper is countersigned for a party of another side.")
    mandate = actor.mandate_for(as_party, today)
    if mandate is None:
        raise NotAllowed("You hold no mandate to speak for this party today.")
    if actor.user in (recorded_by, signed_by):
        raise NotPossible(
            "Whoever recorded the paper, or signed it, does not countersign it: somebody else does."
        )
    return mandate


def check_can_record_contact(actor: Actor, place: UUID, party: UUID, today: date) -> None:
    """Raise unless the actor convenes the place and does not speak for the body themself."""
    if not can_convene(actor, place):
        raise NotAllowed("Only a convenor of this place can do this.")
    if actor.mandate_for(party, today) is not None:
        raise NotPossible("You speak for this body yourself: somebody else must find its contact.")


def check_contact(address: str, found: str) -> None:
    """Raise unless a contact is an address, with where it was found."""
    check_email(address)
    if not found.strip():
        raise NotPossible("Say where the address was found, such as a public register.")


def is_independent(*, address: str, recorded_by: UUID | None, signatory: UUID, signatorys: str) -> bool:
    """Whether a contact reaches somebody else than the signatory, by somebody else's word."""
    return recorded_by != signatory and address.strip().lower() != signatorys.strip().lower()


def can_disown(*, until: date | None, disowned: bool, today: date) -> bool:
    """Whether a body that was told can still say that it was not its signature."""
    return until is not None and today <= until and not disowned


def check_can_disown(reason: str, *, until: date | None, disowned: bool, today: date) -> None:
    """Raise unless it can, with a reason."""
    if disowned:
        raise NotPossible("The body has disowned this signature already.")
    if not can_disown(until=until, disowned=disowned, today=today):
        raise NotPossible("The days in which the body could disown this signature are over.")
    if not reason.strip():
        raise NotPossible("Say why: everyone can read it.")


def check_not_disowned(is_disowned: bool) -> None:
    """Raise where a body said that who holds this mandate does not sign for it."""
    if is_disowned:
        raise NotPossible(
            "The body disowned what was signed under this mandate, so it counts no more. "
            "The body can give a new mandate."
        )


def person(actor: Actor) -> UUID:
    """The person behind an act that only somebody who is signed in can do; else raise."""
    if actor.user is None:
        raise NotAllowed("Sign in first.")
    return actor.user


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
