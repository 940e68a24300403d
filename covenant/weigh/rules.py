"""Who may do what with ideas and decisions, what a decision needs before it can be signed, and its states."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from covenant.place.rules import can_convene, check_can_convene
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView, Role, Sector
from covenant.weigh.costs import YEARS, check_baseline, check_cost
from covenant.weigh.shown import AppraisalView, Consideration, OptionView
from covenant.weigh.types import AppraisalState as State
from covenant.weigh.types import (
    AppraisalWords,
    ConsiderationKind,
    GroundKind,
    OptionWords,
    Source,
    Voice,
)

# From each state, what an act makes of it. What was judged or withdrawn is never opened again.
TRANSITIONS: dict[State, dict[str, State]] = {
    State.OPEN: {"put": State.PUT, "withdraw": State.WITHDRAWN},
    State.PUT: {"make": State.JUDGED, "fail": State.OPEN, "take back": State.OPEN},
    State.JUDGED: {},
    State.WITHDRAWN: {},
}
WEB = re.compile(r"https?://[^\s/]+\S*")


def next_state(state: State, act: str) -> State:
    """The state after an act.

    Raises
    ------
    NotPossible
        Where the act cannot follow this state.
    """
    after = TRANSITIONS[state].get(act)
    if after is None:
        raise NotPossible(f"This decision is {state.label.lower()}, so that cannot be done any more.")
    return after


def check_is_open(state: State) -> None:
    """Raise unless what is weighed can still change."""
    if state is State.PUT:
        raise NotPossible(
            "The judgement is put for signing, so nothing in it can change. The convenor can take it back as "
            "long as nobody has answered."
        )
    if state is not State.OPEN:
        raise NotPossible(f"This decision is {state.value}: nothing in it changes any more.")


# Ideas


def voices(
    actor: Actor, place: UUID, parties: Iterable[PartyView], today: date
) -> tuple[tuple[Voice, PartyView | None], ...]:
    """For whom the actor may write an idea in a place; `parties` are the bodies in and around it."""
    found: list[tuple[Voice, PartyView | None]] = []
    if can_convene(actor, place):
        found.append((Voice.HEARD, None))
    found += [(Voice.PARTY, party) for party in parties if actor.mandate_for(party.id, today)]
    if role_of(actor, place):
        found.append((Voice.ROLE, None))
    return tuple(found)


def role_of(actor: Actor, place: UUID) -> Role | None:
    """The role in which the actor speaks in a place: the first that they hold."""
    return next((role for role in Role if actor.has_role(role, place)), None)


def check_can_write(
    actor: Actor, place: UUID, voice: Voice, party: UUID | None, near: Iterable[PartyView], today: date
) -> HeldMandate | None:
    """Raise unless the actor may write an idea in a place so; returns the mandate of a body."""
    if (voice, party) not in [(v, p.id if p else None) for v, p in voices(actor, place, near, today)]:
        raise NotAllowed(
            "Ideas are written by the convenor on behalf of what was heard, by bodies of the place through "
            "somebody who holds their mandate, and by people who hold a role in it."
        )
    return actor.mandate_for(party, today) if party else None


def check_idea(
    title: str, text: str, voice: Voice, statements: Collection[UUID], source: Source | None
) -> None:
    """Raise unless an idea says something and stands on something."""
    if not (title.strip() and text.strip()):
        raise NotPossible("Give the idea a title, and say what could be done.")
    if not (statements or source):
        raise NotPossible("Say what the idea stands on: a statement that was heard, or a named source.")
    if voice is Voice.HEARD and not statements:
        raise NotPossible("On behalf of what was heard you write in answer to at least one statement.")


def check_ground_kind(kind: GroundKind, kinds: Collection[str]) -> None:
    """Raise unless a statement can be cited so: what is shared and what divides is found by the results."""
    if kind is GroundKind.EVIDENCE:
        raise NotPossible("Evidence is cited with its text, its source and a link.")
    if kind.is_heard and kind.value not in kinds:
        found = " and ".join(kinds) or "neither common ground nor dissent: cite it as a need"
        raise NotPossible(f"The results do not show this statement as {kind.value}. They show {found}.")


def check_source(said: Source, *, needs_link: bool) -> None:
    """Raise unless a reader can find what is cited."""
    if not (said.text.strip() and said.source.strip()):
        raise NotPossible("Say what it is, and where a reader finds it.")
    if said.url and not WEB.fullmatch(said.url):
        raise NotPossible("A link to a source begins with https:// or http://.")
    if needs_link and not said.url:
        raise NotPossible("Evidence needs a link with which a reader finds it.")


# A decision and its options


def mandates_in(
    actor: Actor, bodies: Iterable[PartyView], today: date
) -> tuple[tuple[PartyView, HeldMandate], ...]:
    """The bodies of a decision for which the actor may act today, with the mandates."""
    held = ((body, actor.mandate_for(body.id, today)) for body in bodies)
    return tuple((body, mandate) for body, mandate in held if mandate)


def check_can_contribute(actor: Actor, place: UUID, bodies: Iterable[PartyView], today: date) -> None:
    """Raise unless the actor may add what is weighed: the convenor and the bodies that weigh it."""
    if not (can_convene(actor, place) or mandates_in(actor, bodies, today)):
        raise NotAllowed(
            "Only the convenor of this place and the bodies that weigh this decision can do this."
        )


def check_can_act_for(
    actor: Actor, place: UUID, party: UUID | None, bodies: Iterable[PartyView], today: date
) -> HeldMandate | None:
    """Raise unless the actor may weigh for a body, or as the convenor for none; returns the mandate."""
    if party is None:
        check_can_convene(actor, place)
        return None
    if party not in {body.id for body in bodies}:
        raise NotPossible("This body does not weigh this decision.")
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("Only somebody who holds a mandate for this body today can do this.")
    return mandate


def check_words(
    words: AppraisalWords, parties: Iterable[PartyView], *, today: date, before: date | None = None
) -> None:
    """Raise unless such a decision can be made; `before` is the day that stood there until now."""
    if not all(each.strip() for each in (words.title, words.asks, words.outcome)):
        raise NotPossible("Give the decision a title, say what is to be decided and what it hopes to change.")
    check_decide_by(words.decide_by, today, before)
    if not (words.bodies and all(party.sector.signs for party in parties)):
        raise NotPossible("Name at least one body that weighs this and signs. Nobody signs for residents.")
    check_baseline(words.baseline, today)


def check_decide_by(day: date, today: date, before: date | None) -> None:
    """Raise unless a decision can be made by a day; one that stood there already may be past."""
    if day.year not in YEARS or (day < today and day != before):
        raise NotPossible(f"A decision is to be made on a day from today on, before {YEARS[-1] + 1}.")


def check_option(words: OptionWords) -> None:
    """Raise unless an option says what it is, and what it says of its cost holds together."""
    if not (words.title.strip() and words.what.strip()):
        raise NotPossible("Give the option a short name, and say what it is.")
    check_cost(words.cost)


def check_can_discard(option: OptionView, reason: str) -> None:
    """Raise unless an option can be set aside: doing nothing always stays, to compare with."""
    if option.is_nothing:
        raise NotPossible("Doing nothing is always among the options: the others are compared with it.")
    if option.discarded:
        raise NotPossible("This option was discarded already; the reason stands beside it.")
    if not reason.strip():
        raise NotPossible("Say why it is discarded: those who were asked have to be told.")


# Before anyone signs


def missing(view: AppraisalView) -> tuple[str, ...]:
    """What a decision lacks before its judgement can be signed, a sentence for each; empty where nothing."""
    return tuple(_missing(view))


def _missing(view: AppraisalView) -> Iterator[str]:
    live = [option for option in view.options if not option.discarded]
    if len(view.options) < 2:
        yield "Beside doing nothing there is no option yet."
    for option in live:
        if not option.words.cost.is_stated:
            yield f"Option {option.number} says nothing of its cost."
    for each in view.considerations:
        if each.is_heard and not each.answer:
            yield f"Consideration {each.number} was heard and has no answer yet: followed or not, and why."
    if not view.considerations:
        yield "There is nothing to weigh yet."
    for body in view.bodies:
        left = _not_weighed(view.considerations, body.id)
        if left:
            yield f"{body.name} has not weighed {_numbers(left)}."
    public = any(body.sector is Sector.STATE for body in view.bodies)
    if public and not any(each.kind is ConsiderationKind.EQUALITY for each in view.considerations):
        yield (
            "No consideration of equality is among what is weighed: a public body has due regard to it "
            "before it decides (section 149 of the Equality Act 2010)."
        )


def _not_weighed(considerations: Sequence[Consideration], party: UUID) -> list[int]:
    return [
        each.number
        for each in considerations
        if party not in {one.party.id for one in each.weighed if one.party}
    ]


def _numbers(some: Sequence[int]) -> str:
    said = ", ".join(map(str, some))
    return f"consideration {said}" if len(some) == 1 else f"considerations {said}"


def check_can_put(view: AppraisalView, chosen: UUID, reason: str) -> None:
    """Raise unless a judgement can be put for signing, and say all that is missing at once."""
    found = list(missing(view))
    option = next((each for each in view.options if each.id == chosen), None)
    if option is None:
        raise NotPossible("Choose one of the options.")
    if option.discarded:
        found.insert(0, f"Option {option.number} was discarded, so it cannot be chosen.")
    if not reason.strip():
        found.insert(0, "Say why this option and not another.")
    if found:
        raise NotPossible(" ".join(found))


# What bodies answer


def outcome(bodies: Collection[UUID], signed: Collection[UUID], dissented: Collection[UUID]) -> str:
    """What the answers of the bodies make of a judgement: an act, or nothing while somebody has not answered.

    It is made once every body has answered and more have signed than dissent.

    Examples
    --------
    >>> a, b, c = UUID(int=1), UUID(int=2), UUID(int=3)
    >>> outcome({a, b, c}, {a, b}, {c}), outcome({a, b}, {a}, {b}), outcome({a, b}, {a}, set())
    ('make', 'fail', '')
    """
    if set(bodies) - set(signed) - set(dissented):
        return ""
    return "make" if len(set(signed)) > len(set(dissented) & set(bodies)) else "fail"


def check_has_not_answered(party: UUID, signed: Collection[UUID], dissented: Collection[UUID]) -> None:
    """Raise where a body answered already: what it said stands."""
    if party in {*signed, *dissented}:
        raise NotPossible("Your body has answered this judgement already: its answer stands.")


def is_late(state: State, decide_by: date, today: date) -> bool:
    """Whether the day is past by which a decision was to be made."""
    return state in (State.OPEN, State.PUT) and today > decide_by


def may_change_idea(actor: Actor, place: UUID, party: UUID | None, author: UUID, today: date) -> bool:
    """Whether the actor may add to an idea or take it back: its author, its body or the convenor."""
    if can_convene(actor, place):
        return True
    if party is not None:
        return actor.mandate_for(party, today) is not None
    return actor.user == author and role_of(actor, place) is not None
