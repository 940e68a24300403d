"""Who may do what with a covenant, and which states a version can pass through."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from covenant.agree.engine import Content, has_both_sides
from covenant.agree.types import VersionState as State
from covenant.place.rules import can_convene
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView, Role

# From each state, what an act makes of it. What is not here cannot happen: no act edits a version that was
# proposed, and only the last consent needed puts one in force.
TRANSITIONS: dict[State, dict[str, State]] = {
    State.DRAFT: {"propose": State.PROPOSED, "withdraw": State.WITHDRAWN},
    State.PROPOSED: {"complete": State.IN_FORCE, "refuse": State.REFUSED, "withdraw": State.WITHDRAWN},
    State.IN_FORCE: {"supersede": State.SUPERSEDED},
    State.SUPERSEDED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
}


RESERVED = {"new", "cite"}  # where a covenant's address would be that of another page


def check_address(slug: str) -> None:
    """Raise where a covenant's pages could not be reached under this address."""
    if slug in RESERVED:
        raise NotPossible(f"“{slug}” is the address of another page: choose another.")


def check_convenes(actor: Actor) -> None:
    """Raise unless the actor is a convenor somewhere: only they have drafts to cite in."""
    if not any(role is Role.CONVENOR for role, _place in actor.grants):
        raise NotAllowed("Only a convenor can answer a statement with a commitment.")


def next_state(state: State, act: str) -> State:
    """The state after an act.

    Raises
    ------
    NotPossible
        Where the act cannot follow this state.
    """
    after = TRANSITIONS[state].get(act)
    if after is None:
        raise NotPossible(f"This version is {state.value}: nobody can {act} it any more.")
    return after


def check_is_draft(state: State) -> None:
    """Raise unless a version can still be edited: what was shown for signing never changes."""
    if state is not State.DRAFT:
        raise NotPossible(f"This version is {state.value}, so its words cannot change. Draft a new version.")


def can_see_draft(actor: Actor, place: UUID, parties: Sequence[UUID], today: date) -> bool:
    """A draft is open to the convenor and those who may sign for its parties."""
    return can_convene(actor, place) or any(actor.mandate_for(party, today) for party in parties)


def check_can_propose(content: Content) -> None:
    """Raise unless a draft says enough to be signed, by both sides."""
    if not content.clauses:
        raise NotPossible("A covenant needs at least one commitment before anyone can sign it.")
    if not has_both_sides(content.parties):
        raise NotPossible("A covenant needs a public body on one side and at least one other body beside it.")
    listed = {party.id for party in content.parties}
    for clause in content.clauses:
        strangers = [
            p.name for p in (clause.debtor, *clause.creditors) if p.sector.signs and p.id not in listed
        ]
        if strangers:
            raise NotPossible(f"Commitment {clause.number} names {strangers[0]}, which is not a party.")
        if not clause.grounds:
            raise NotPossible(f"Commitment {clause.number} says nothing of its ground: cite what it answers.")


def check_clause(debtor: PartyView, creditors: Sequence[PartyView]) -> None:
    """Raise unless such a promise can be: residents owe nothing, and nobody owes only themselves."""
    if not debtor.sector.signs:
        raise NotPossible("Residents owe nothing under a covenant: promises are made to them.")
    if not [creditor for creditor in creditors if creditor.id != debtor.id]:
        raise NotPossible("Say to whom this is owed: at least one other party, or residents.")


def check_can_sign(actor: Actor, party: UUID, needed: Sequence[UUID], today: date) -> HeldMandate:
    """The mandate with which this actor may consent for a party.

    Raises
    ------
    NotAllowed
        Where they hold none today.
    NotPossible
        Where the version does not need that party's consent.
    """
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("You hold no mandate to sign for this party today.")
    if party not in needed:
        raise NotPossible("This version does not change anything that this party owes or is owed.")
    return mandate


def check_hash(shown: str, actual: str) -> None:
    """Raise unless what the signer was shown is what they would sign."""
    if shown != actual:
        raise NotPossible("These are not the words that you were shown. Nothing was signed: read them again.")
