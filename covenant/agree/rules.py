"""Who may do what with a covenant, and which states a version can pass through."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from covenant.agree.engine import Content, Part, has_both_sides
from covenant.agree.runs import Run as Run
from covenant.agree.runs import runs as runs
from covenant.agree.types import ClauseView, Term
from covenant.agree.types import VersionState as State
from covenant.place.rules import can_convene
from covenant.place.types import (
    Actor,
    HeldMandate,
    NotAllowed,
    NotFound,
    NotPossible,
    PartyView,
    Role,
    Sector,
)

# From each state, what an act makes of it. What is not here cannot happen: no act edits a version that was
# proposed, and only the last answer needed puts one in force, or what was agreed of it.
TRANSITIONS: dict[State, dict[str, State]] = {
    State.DRAFT: {"propose": State.PROPOSED, "withdraw": State.WITHDRAWN},
    State.PROPOSED: {
        "complete": State.IN_FORCE,
        "settle": State.IN_PART,
        "refuse": State.REFUSED,
        "lapse": State.LAPSED,
        "withdraw": State.WITHDRAWN,
    },
    State.IN_FORCE: {"supersede": State.SUPERSEDED, "end": State.ENDED},
    State.SUPERSEDED: {},
    State.ENDED: {},
    State.IN_PART: {},
    State.REFUSED: {},
    State.LAPSED: {},
    State.WITHDRAWN: {},
}


RESERVED = {"new", "cite", "import", "by-link", "told"}  # where its address would be that of another page


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


def can_draft(actor: Actor, place: UUID, author: UUID | None, today: date | None) -> bool:
    """Whether the actor works on the drafts of the convenor, or on those of a party: nobody on another's."""
    if author is None:
        return can_convene(actor, place)
    return today is not None and actor.mandate_for(author, today) is not None


def check_can_draft(actor: Actor, place: UUID, author: UUID | None, today: date | None) -> None:
    """Raise unless the actor may work on such drafts."""
    if can_draft(actor, place, author, today):
        return
    if author is None:
        raise NotAllowed("Only a convenor of this place can draft its covenants.")
    raise NotAllowed("Only a person with a mandate from the party that drafts this can work on it.")


MOST_DAYS_TO_ANSWER = 366


def check_answer_by(day: date | None, today: date) -> None:
    """Raise where parties could not answer by a day, or would be kept waiting for more than a year."""
    if day is not None and not 0 <= (day - today).days <= MOST_DAYS_TO_ANSWER:
        raise NotPossible("The last day to answer is today or later, and within a year.")


def check_open(state: State, answer_by: date | None, today: date) -> None:
    """Raise unless a version can still be answered."""
    if state is not State.PROPOSED:
        raise NotPossible(f"This version is {state.value}: it can be answered no more.")
    if answer_by is not None and today > answer_by:
        raise NotPossible(
            f"The time to answer this version was over after {answer_by.day} {answer_by:%B %Y}."
        )


def check_term(term: Term) -> None:
    """Raise where a covenant would end before it starts, or be reviewed outside its term."""
    if term.starts and term.ends and term.ends < term.starts:
        raise NotPossible("A covenant ends on or after the day on which it starts.")
    if term.review and (
        (term.starts and term.review < term.starts) or (term.ends and term.review > term.ends)
    ):
        raise NotPossible("The review falls within the term of the covenant.")


def check_refuses_parts(refused: Mapping[str, str], parts: Collection[Part]) -> None:
    """Raise unless these are parts that the party is asked about, each refused for a reason, and not all."""
    asked = {part.key for part in parts}
    if not refused.keys() <= asked:
        raise NotPossible("One of these parts does not change anything that your party owes or is owed.")
    if not all(refused.values()):
        raise NotPossible("Say why: the other parties need to know what to change.")
    if refused and refused.keys() == asked:
        raise NotPossible("That is every part of it: refuse the version as a whole.")


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
        strangers = [p.name for p in clause.named if p.sector.signs and p.id not in listed]
        if strangers:
            raise NotPossible(f"Commitment {clause.number} names {strangers[0]}, which is not a party.")
        if not clause.grounds:
            raise NotPossible(f"Commitment {clause.number} says nothing of its ground: cite what it answers.")


def check_changes_something(parts: Collection[Part]) -> None:
    """Raise where a draft says what is in force: nobody could consent to anything."""
    if not parts:
        raise NotPossible("This draft says what is in force: change something first.")


def check_clause(
    debtor: PartyView, creditors: Sequence[PartyView], together: Sequence[PartyView] = ()
) -> None:
    """Raise unless such a promise can be: residents owe nothing, and nobody owes only themselves."""
    debtors = {debtor.id, *(party.id for party in together)}
    if not all(party.sector.signs for party in (debtor, *together)):
        raise NotPossible("Residents owe nothing under a covenant: promises are made to them.")
    if len(debtors) <= len(together):
        raise NotPossible("Name each party once among those who owe this.")
    if not [creditor for creditor in creditors if creditor.id not in debtors]:
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


LONGEST_NOTICE = 731  # days


def check_speaks_for(actor: Actor, party: UUID, today: date) -> HeldMandate:
    """The mandate with which the actor speaks for a party; else raise."""
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("You hold no mandate to speak for this party today.")
    return mandate


def check_can_leave(actor: Actor, party: UUID, parties: Collection[UUID], today: date) -> HeldMandate:
    """The mandate with which the actor gives notice for a party that is bound; else raise."""
    mandate = check_speaks_for(actor, party, today)
    if party not in parties:
        raise NotPossible("This party is not bound by the covenant, so it has nothing to leave.")
    return mandate


def check_owes_alone(clause: ClauseView) -> None:
    """Raise where several owe a commitment: none can say for the others that it stands."""
    if clause.together:
        raise NotPossible("Several owe this together, and none can say for the others that it stands.")


def check_notice(reason: str, leaves: date, today: date) -> None:
    """Raise unless a notice says why, and from when, within two years."""
    if not reason.strip():
        raise NotPossible("Say why: the others relied on what was promised.")
    if not 0 <= (leaves - today).days <= LONGEST_NOTICE:
        raise NotPossible("A party leaves today at the earliest, and within two years of its notice.")


def check_can_name_successor(actor: Actor, place: UUID, parties: Collection[UUID], today: date) -> None:
    """Raise unless the actor convenes the place or speaks for one of the two bodies."""
    if not can_convene(actor, place) and not any(actor.mandate_for(party, today) for party in parties):
        raise NotAllowed("Only a convenor, or somebody who speaks for one of the two bodies, can say this.")


def check_succession(old: PartyView | None, new: PartyView | None, parties: Collection[UUID]) -> None:
    """Raise unless one body can take the other's place: on the same side, and one of them bound."""
    if old is None or new is None:
        raise NotFound("One of these parties is not known.")
    if old.id not in parties:
        raise NotPossible("The first of these bodies is no party to the covenant in force.")
    if old.id == new.id:
        raise NotPossible("A body is its own successor already.")
    if not new.sector.signs or (new.sector is Sector.STATE) is not (old.sector is Sector.STATE):
        raise NotPossible(
            "A body takes another's place on the same side, and nobody takes the place of residents."
        )
