"""Who may do what in a working relationship agreement, states of a version, how it stands on a day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import ceil
from uuid import UUID

from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, Role
from covenant.relate.types import (
    CLIENTS,
    NEEDED_ROLES,
    Agreement,
    Contract,
    DecisionRule,
    Forum,
    LegalStatus,
    Member,
    PersonRole,
    Promise,
    Standing,
    Words,
)
from covenant.relate.types import VersionState as State

TRANSITIONS: dict[State, dict[str, State]] = {
    State.DRAFT: {"propose": State.PROPOSED, "withdraw": State.WITHDRAWN},
    State.PROPOSED: {"activate": State.ACTIVE, "refuse": State.REFUSED, "withdraw": State.WITHDRAWN},
    State.ACTIVE: {"supersede": State.SUPERSEDED},
    State.SUPERSEDED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
}
LONGEST_NOTICE = 730  # days
RESERVED_WORDS = "This is a reserved matter, which is never put to a vote here:"


def next_state(state: State, act: str) -> State:
    """The state after an act; raise where it cannot follow."""
    after = TRANSITIONS[state].get(act)
    if after is None:
        raise NotPossible(f"This version is {state.value}: nobody can {act} it any more.")
    return after


def check_is_draft(state: State) -> None:
    if state is not State.DRAFT:
        raise NotPossible(f"This version is {state.value}, so its words cannot change. Propose a change.")


# Who acts


def acts_as(actor: Actor, members: Iterable[Member], today: date) -> list[Member]:
    """As which members somebody may act: as the named person that they are, and for bodies by mandate."""
    return [member for member in members if _holds(actor, member, today)]


def _holds(actor: Actor, member: Member, today: date) -> bool:
    if actor.user is None:
        return False
    if member.is_person:
        return member.user == actor.user
    return bool(member.party and actor.mandate_for(member.party.id, today))


def check_acts_as(actor: Actor, member: Member, today: date) -> HeldMandate | None:
    """Raise unless somebody acts for themself, or for a body with a mandate, which is returned."""
    if not _holds(actor, member, today):
        if member.is_person:
            raise NotAllowed("Only the person who is named can do this: nobody does it for them.")
        raise NotAllowed("Only somebody with a mandate from this body that holds today can do this.")
    return None if member.is_person else actor.mandate_for(member.party.id, today)  # type: ignore[union-attr]


def check_bound(member: UUID, agreement: Agreement) -> None:
    """Raise unless a member is bound today: whoever has left decides nothing, and owes nothing."""
    if member not in agreement.bound:
        raise NotPossible("Whoever is not in the agreement today, or has left it, has no part in this.")


def can_see_draft(actor: Actor, agreement_place: UUID, members: Iterable[Member], today: date) -> bool:
    return actor.has_role(Role.CONVENOR, agreement_place) or bool(acts_as(actor, members, today))


def sees_draft(actor: Actor, agreement: Agreement, today: date) -> bool:
    """Whether somebody sees and works on drafts of an agreement, and sees the names in it."""
    inside = [member for member in agreement.members if member.id in agreement.inside]
    return can_see_draft(actor, agreement.place.id, inside, today)


# What can be agreed on


def check_words(words: Words, members: Sequence[Member]) -> None:
    """Raise unless words can stand in a draft: what they name is there, and is named once."""
    if not (words.title.strip() and words.purpose.strip() and words.client_group.strip()):
        raise NotPossible("Give a title, and say what the agreement is for and who the client group are.")
    ids, keys = {str(member.id) for member in members}, [each.key for each in words.promises]
    keys += [behaviour.key for behaviour in words.behaviours]
    if len(set(keys)) != len(keys):
        raise NotPossible("A behaviour or a promise is there twice.")
    for promise in words.promises:
        check_promise(promise, ids, words)
    check_contract(words.contract)
    forum = words.forum
    if not set(forum.members) <= ids:
        raise NotPossible("Somebody in the forum is not in this version: look through its members.")
    if {_plain(each) for each in forum.matters} & {_plain(each) for each in forum.reserved}:
        raise NotPossible("A matter is reserved, or it is decided in the forum: not both.")
    if not 1 <= forum.quorum <= max(1, len(forum.members)):
        raise NotPossible("The quorum is at least one, and at most as many as are in the forum.")
    if not 0 <= words.exit.notice_days <= LONGEST_NOTICE:
        raise NotPossible(f"Notice is at most {LONGEST_NOTICE} days.")


def check_promise(promise: Promise, members: Collection[str], words: Words) -> None:
    if promise.by not in members or promise.to not in {*members, CLIENTS} or promise.by == promise.to:
        raise NotPossible("A promise is made by one member to another, or to the client group.")
    if promise.reciprocal_of and (
        promise.reciprocal_of == promise.key or words.promise(promise.reciprocal_of) is None
    ):
        raise NotPossible("A promise is made in return for another promise of this version.")


def check_contract(contract: Contract) -> None:
    if contract != Contract() and not contract.reference.strip():
        raise NotPossible("Say which contract it is: give its reference, or leave out the rest of it.")
    if contract.value is not None and contract.value < 0:
        raise NotPossible("The value of a contract is not below zero.")
    if contract.ends and not contract.starts:
        raise NotPossible("Say on which day the contract starts: it has a day on which it ends.")
    if contract.starts and contract.ends and contract.ends < contract.starts:
        raise NotPossible("A contract ends on or after the day on which it starts.")


def vacant(members: Iterable[Member]) -> tuple[PersonRole, ...]:
    """The roles that somebody must hold, and none of these do."""
    held = {member.role for member in members}
    return tuple(role for role in NEEDED_ROLES if role not in held)


def check_can_propose(words: Words, members: Sequence[Member], gone: Collection[UUID]) -> None:
    """Raise unless a version is whole enough for people to consent to it."""
    check_words(words, members)
    if len([member for member in members if not member.is_person]) < 2:
        raise NotPossible("An agreement is between at least two bodies.")
    missing = vacant(members)
    if missing:
        said = " and ".join(role.label.lower() for role in missing)
        raise NotPossible(f"Nobody is named yet as: {said}. An agreement has at least one of each.")
    if {member.id for member in members} & set(gone):
        raise NotPossible("Somebody in this version has left. Take them out first.")
    if not words.principles or not all(principle.behaviours for principle in words.principles):
        raise NotPossible("Give at least one principle, and at least one behaviour for each.")
    if not all(each.good.strip() and each.bad.strip() for each in words.behaviours):
        raise NotPossible("Give each behaviour a good and a bad example.")
    if not words.exit.continuity.strip():
        raise NotPossible("Say who looks after clients when somebody leaves: nobody may fall between.")


# How it stands


def standing(active: bool, proposed: bool, bodies: int, waits: bool, vacant: bool) -> Standing:
    """How an agreement stands, from whether it has an active version, and from who is bound by it."""
    if not active:
        return Standing.PROPOSED if proposed else Standing.DRAFT
    if bodies < 2:
        return Standing.ENDED
    return Standing.WAITING if waits or vacant else Standing.IN_FORCE


def binding(agreement: Agreement) -> list[Promise]:
    """The promises that bind today: of those who are bound; while it waits, those to clients alone."""
    if agreement.active is None or agreement.standing is Standing.ENDED:
        return []
    bound = {str(id) for id in agreement.bound}
    waiting = agreement.standing is Standing.WAITING
    return [
        promise
        for promise in agreement.active.words.promises
        if promise.by in bound and (promise.to == CLIENTS or (promise.to in bound and not waiting))
    ]


def check_in_force(agreement: Agreement) -> None:
    """Raise where people would go on together before they have accepted how things stand."""
    if agreement.standing is not Standing.IN_FORCE:
        raise NotPossible(
            "The agreement is not in force today. Until everyone has accepted how it stands, "
            "only what was promised to clients goes on."
        )


def check_last_day(last_day: date, today: date, notice_days: int, *, person: bool) -> None:
    """Raise unless somebody can leave on a day: a body after its notice, a person whenever they say."""
    if last_day < today:
        raise NotPossible("The last day is today or later: until it is over, clients know whom to turn to.")
    if not person and (last_day - today).days < notice_days:
        raise NotPossible(f"This agreement asks a body for {notice_days} days of notice.")
    if (last_day - today).days > 2 * LONGEST_NOTICE:
        raise NotPossible("The last day is too far away.")


def check_carer(carer: Member | None, agreement: Agreement, last_day: date, leaver: UUID) -> None:
    """Raise unless clients are looked after by a body that stays, or stays as long as this takes.

    So does it for those who left before and whose clients the leaver looks after.
    """
    if carer is None or carer.is_person or carer.id not in agreement.bound:
        raise NotPossible("Name a body of this agreement that looks after the clients.")
    leaving = {each.member: each.last_day for each in agreement.changes if each.last_day}
    if carer.id == leaver:
        kept = [each for each in agreement.changes if each.carer == leaver and each.last_day]
        if any(each.last_day and each.last_day > last_day for each in kept):
            raise NotPossible("Your body looks after others’ clients for longer: name another body.")
    elif carer.id in leaving and (leaving[carer.id] or last_day) < last_day:
        raise NotPossible("That body leaves before: name one that stays until the last day.")


def carer_on(agreement: Agreement, member: UUID, today: date) -> Member | None:
    """Which body looks after the clients of somebody who leaves; where it left too, the one it named."""
    leaving = {each.member: each for each in agreement.changes if each.last_day}
    seen = set[UUID]()
    while (change := leaving.get(member)) and change.carer and change.carer not in seen:
        member = change.carer
        seen.add(member)
        later = leaving.get(member)
        if later is None or (later.last_day and later.last_day >= today):
            return agreement.member(member)
    return None


# The forum


def _plain(matter: str) -> str:
    return " ".join(matter.casefold().split())


def check_matter(forum: Forum, matter: str) -> None:
    """Raise unless a matter is one that the forum decides: a reserved one is refused by its name."""
    if _plain(matter) in {_plain(each) for each in forum.reserved}:
        raise NotPossible(f"{RESERVED_WORDS} “{' '.join(matter.split())}”.")
    if _plain(matter) not in {_plain(each) for each in forum.matters}:
        raise NotPossible("This is none of the matters that the forum decides.")


def passes(forum: Forum, yes: int, no: int) -> bool:
    """Whether so many votes decide for something, under the rule and the quorum of a forum."""
    cast = yes + no
    least = {
        DecisionRule.UNANIMOUS: cast,
        DecisionRule.THREE_QUARTERS: ceil(cast * 3 / 4),
        DecisionRule.MAJORITY: cast // 2 + 1,
    }[forum.rule]
    return cast >= max(1, forum.quorum) and yes >= least


# What touches procurement law


def material_changes(old: Words, new: Words, bodies_changed: bool) -> list[str]:
    """Which changes a lawyer should look at first, in plain words: a warning, not advice."""
    was, becomes = old.contract, new.contract
    found = []
    if was.reference or becomes.reference:
        if was.reference != becomes.reference:
            found.append("It is linked to another contract, or to none.")
        if was.value != becomes.value:
            found.append("The value of the contract would change.")
        if (was.starts, was.ends) != (becomes.starts, becomes.ends):
            found.append("The length of the contract would change.")
        if was.scope != becomes.scope:
            found.append("The scope of the contract would change.")
        if bodies_changed:
            found.append("The bodies beside the contract would change.")
    if old.legal_status is not new.legal_status:
        statuses = {LegalStatus.BINDING, LegalStatus.ANNEX} & {old.legal_status, new.legal_status}
        found.append(
            "What binds in law would change." if statuses else "How the agreement stands in law would change."
        )
    return found
