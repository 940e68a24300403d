"""Who may appoint, remove and act as a scrutineer, who may reply, and which states follow each other."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from covenant.place.rules import can_convene
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView
from covenant.scrutinise.stages import Answer, Became, Motion, Stage

LONDON = ZoneInfo("Europe/London")
REPLY_DAYS = 14  # for which the parties concerned see a finding before it can be signed
LONGEST_TEXT = 5000

State = TypeVar("State", Motion, Became, Stage)

# From each state, what an act makes of it. What is not here cannot happen: no act edits the words of a
# proposal, a finding or a reply, and nothing that was signed is ever unsigned.
MOTIONS: dict[Motion, dict[str, Motion]] = {
    Motion.OPEN: {"carry": Motion.CARRIED, "refuse": Motion.REFUSED, "withdraw": Motion.WITHDRAWN},
    Motion.CARRIED: {},
    Motion.REFUSED: {},
    Motion.WITHDRAWN: {},
}
QUESTIONS: dict[Became, dict[str, Became]] = {
    Became.WAITING: {
        "take up": Became.TAKEN_UP,
        "answer": Became.ANSWERED,
        "set aside": Became.SET_ASIDE,
    },
    Became.TAKEN_UP: {
        "answer": Became.ANSWERED,
        "set aside": Became.SET_ASIDE,
        "draft": Became.TAKEN_UP,
        "sign": Became.FINDING,
    },
    Became.ANSWERED: {"take up": Became.TAKEN_UP},
    Became.SET_ASIDE: {"take up": Became.TAKEN_UP},
    Became.FINDING: {"draft": Became.FINDING, "sign": Became.FINDING},
}
FINDINGS: dict[Stage, dict[str, Stage]] = {
    Stage.SHOWN: {"sign": Stage.SIGNED, "drop": Stage.DROPPED, "reply": Stage.SHOWN},
    Stage.SIGNED: {"mend": Stage.MENDED, "supersede": Stage.SUPERSEDED, "reply": Stage.SIGNED},
    Stage.MENDED: {"supersede": Stage.SUPERSEDED, "reply": Stage.MENDED},
    Stage.SUPERSEDED: {},
    Stage.DROPPED: {},
}


def next_state(table: Mapping[State, Mapping[str, State]], state: State, act: str) -> State:
    """The state after an act.

    Raises
    ------
    NotPossible
        Where the act cannot follow this state.
    """
    after = table[state].get(act)
    if after is None:
        raise NotPossible(f"This is “{state.value}”: nobody can {act} it any more.")
    return after


def acts_from(state: Became) -> tuple[str, ...]:
    """What a scrutineer can do with a question by itself; a finding has pages of its own."""
    return tuple(act for act in QUESTIONS[state] if act not in ("draft", "sign"))


def check_said(text: str, ask: str) -> str:
    """The words without the space around them; raises where there are none or far too many."""
    said = text.strip()
    if not said:
        raise NotPossible(ask)
    if len(said) > LONGEST_TEXT:
        raise NotPossible(f"Say it in at most {LONGEST_TEXT} characters.")
    return said


def check_can_propose(
    actor: Actor, place: UUID, parties: Iterable[PartyView], today: date
) -> HeldMandate | None:
    """The mandate with which the actor proposes a scrutineer; None for the convenor, who needs none."""
    mandate = next((m for p in parties if (m := actor.mandate_for(p.id, today))), None)
    if mandate is None and not can_convene(actor, place):
        raise NotAllowed("Only the convenor, or who holds a mandate of a party, can propose a scrutineer.")
    return mandate


def check_can_propose_removal(actor: Actor, parties: Iterable[PartyView], today: date) -> HeldMandate:
    """The mandate with which the actor proposes to remove a scrutineer: no convenor or administrator can."""
    mandate = next((m for p in parties if (m := actor.mandate_for(p.id, today))), None)
    if mandate is None:
        raise NotAllowed("Only a person with a mandate of a party can propose to remove the scrutineer.")
    return mandate


def check_can_consent(actor: Actor, party: UUID, needed: Iterable[UUID], today: date) -> HeldMandate:
    """The mandate with which the actor consents, or refuses, for a party."""
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("You hold no mandate of this party today.")
    if party not in set(needed):
        raise NotPossible("This does not need the consent of that party.")
    return mandate


def check_can_withdraw(actor: Actor, place: UUID, put_for: UUID | None, today: date) -> None:
    """Raise unless the actor speaks for whoever put the proposal: a party, or else the convenor."""
    if not can_withdraw(actor, place, put_for, today):
        raise NotAllowed("Only those who proposed this can withdraw it. A party can refuse it.")


def can_withdraw(actor: Actor, place: UUID, put_for: UUID | None, today: date) -> bool:
    if put_for is None:
        return can_convene(actor, place)
    return actor.mandate_for(put_for, today) is not None


def check_same_parties(needed: Iterable[UUID], now: Iterable[UUID]) -> None:
    """Raise where the covenant's parties are no longer those whose consent was asked."""
    if set(needed) != set(now):
        raise NotPossible(
            "The covenant’s parties have changed since this was proposed. Withdraw it and propose it anew."
        )


def day(of: date) -> str:
    """A day as people write it."""
    return f"{of.day} {of:%B %Y}"


def reply_by(shown: date) -> date:
    """The last day of the parties' time to reply before a finding can be signed.

    Examples
    --------
    >>> reply_by(date(2026, 3, 2))
    datetime.date(2026, 3, 16)
    """
    return shown + timedelta(days=REPLY_DAYS)


def check_time_to_reply_is_over(reply_by: date, today: date) -> None:
    """Raise while the parties concerned may still reply before the finding is signed."""
    if today <= reply_by:
        raise NotPossible(
            f"The parties concerned have until {day(reply_by)} to reply. Sign it from the day after."
        )


def can_see(stage: Stage, actor: Actor, parties: Iterable[UUID], in_office: bool, today: date) -> bool:
    """Everyone sees what was signed; a draft is seen by the scrutineer and by the parties concerned alone."""
    return stage.is_public or in_office or any(actor.mandate_for(party, today) for party in parties)


def speaks_for(actor: Actor, parties: Iterable[PartyView], today: date) -> list[PartyView]:
    """The parties, of some, for which the actor may speak today."""
    return [party for party in parties if actor.mandate_for(party.id, today)]


def check_can_reply(actor: Actor, party: UUID, concerned: Iterable[UUID], today: date) -> HeldMandate:
    """The mandate with which the actor replies for a party that the finding concerns."""
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("Only a person with a mandate of a party that this concerns can reply.")
    if party not in set(concerned):
        raise NotPossible("This does not concern that party, so there is nothing to reply to.")
    return mandate


def check_reply(answer: Answer, by: date | None, url: str, dated: date | None, today: date) -> None:
    """Raise unless a reply says what its kind needs, in a way that a reader can check."""
    if answer is Answer.ACCEPT and by is None:
        raise NotPossible("Say by when you will do it.")
    if answer is Answer.ACCEPT and by is not None and by < today:
        raise NotPossible("The day by which you will do it is today or later.")
    if answer is Answer.FIX:
        if not url.startswith(("https://", "http://")):
            raise NotPossible(
                "Give the address where a reader sees that it is mended, beginning with https://."
            )
        if dated is None or dated > today:
            raise NotPossible("Say of what date the evidence is: not a date to come.")
