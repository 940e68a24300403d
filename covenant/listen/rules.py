"""Who may do what in a conversation, and which states it can pass through."""

from datetime import date, datetime, timedelta
from uuid import UUID

from covenant.listen.engine.suppression import MINIMUM
from covenant.listen.heard import State
from covenant.listen.types import Vote
from covenant.place.types import Actor, NotAllowed, NotPossible, Role

MOST_CHARACTERS = 280
MOST_WAITING = 10  # statements of one participant that no moderator has looked at yet
TOP_LEVEL = 4
A_DAY, LONGEST_GRANT = timedelta(days=1), timedelta(days=366)
RESERVED = {"new"}  # slugs that are addresses of other pages

TRANSITIONS: dict[State, dict[str, State]] = {
    State.DRAFT: {"open": State.OPEN},
    State.OPEN: {"close": State.CLOSED},
    State.CLOSED: {"open": State.OPEN},
}


def next_state(state: State, act: str) -> State:
    """The state after an act.

    Raises
    ------
    NotPossible
        Where the act cannot follow this state.
    """
    after = TRANSITIONS[state].get(act)
    if after is None:
        raise NotPossible(f"This conversation is {state.value}: nobody can {act} it now.")
    return after


def check_can_convene(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is a convenor of the place."""
    if not can_convene(actor, place):
        raise NotAllowed("Only a convenor of this place can do this.")


def can_convene(actor: Actor, place: UUID) -> bool:
    return actor.has_role(Role.CONVENOR, place)


def check_can_moderate(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is a moderator or a convenor of the place."""
    if not can_moderate(actor, place):
        raise NotAllowed("Only a moderator or a convenor of this place can do this.")


def can_moderate(actor: Actor, place: UUID) -> bool:
    return actor.has_role(Role.MODERATOR, place) or can_convene(actor, place)


def check_can_see_full_figures(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is an analyst of the place: small cells can tell of one person."""
    if not actor.has_role(Role.ANALYST, place):
        raise NotAllowed("Only an analyst of this place can see unsuppressed figures.")


def check_can_grant_replays(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is an administrator of the place."""
    if not can_grant_replays(actor, place):
        raise NotAllowed("Only an administrator of this place can allow replays.")


def can_grant_replays(actor: Actor, place: UUID) -> bool:
    return actor.has_role(Role.ADMINISTRATOR, place)


def check_can_replay(actor: Actor, place: UUID) -> None:
    """Raise unless the actor is an analyst of the place: it takes a grant for the conversation besides."""
    if not can_replay(actor, place):
        raise NotAllowed("Only an analyst of this place whom an administrator allowed it can replay results.")


def can_replay(actor: Actor, place: UUID) -> bool:
    return actor.has_role(Role.ANALYST, place)


def check_grant(by: Actor, to: Actor, place: UUID, today: date, until: date) -> None:
    """Raise unless replays can be allowed to this person until that day."""
    if by.user == to.user:
        raise NotPossible("Nobody can allow replays to themself: another administrator can.")
    if not can_replay(to, place):
        raise NotPossible("Replays are for an analyst of this place: give that role first.")
    if not today <= until <= today + LONGEST_GRANT:
        raise NotPossible(f"Allow replays until a day within the next {LONGEST_GRANT.days} days.")


def publishes_set(votes: int, now: datetime, *, before: tuple[int, datetime] | None, is_over: bool) -> bool:
    """Whether new results come with their counted set.

    The first do, the last do, and between them those with a tenth more votes (ten at least) or a day later:
    so the files of a conversation are few, and nobody waits for long.
    """
    if before is None or is_over:
        return True
    then, made_at = before
    return votes - then >= max(MINIMUM, then // 10) or now - made_at >= A_DAY


def can_see(actor: Actor, place: UUID, state: State) -> bool:
    """A draft is open to those who prepare it; everything else to everyone."""
    return state is not State.DRAFT or can_moderate(actor, place)


def takes_part(state: State, opens: date | None, closes: date | None, today: date) -> bool:
    """Whether votes are taken: the conversation is open, and today is within its dates (inclusive)."""
    return state is State.OPEN and (opens is None or opens <= today) and (closes is None or today <= closes)


def check_takes_part(state: State, opens: date | None, closes: date | None, today: date) -> None:
    """Raise, saying why, unless votes and statements are taken today."""
    if takes_part(state, opens, closes, today):
        return
    if state is State.OPEN and opens and today < opens:
        raise NotPossible(f"This conversation opens on {opens:%d %B %Y}. Nothing was counted.")
    if state is State.DRAFT:
        raise NotPossible("This conversation is not open yet. Nothing was counted.")
    raise NotPossible("This conversation is closed. What you said before still counts; this was not counted.")


def check_dates(opens: date | None, closes: date | None) -> None:
    if opens and closes and closes < opens:
        raise NotPossible("A conversation closes on or after the day on which it opens.")


def check_slug(slug: str) -> None:
    if slug in RESERVED:
        raise NotPossible(f"“{slug}” is the address of another page: choose another.")


def check_level(level: int) -> None:
    if not 0 <= level <= TOP_LEVEL:
        raise NotPossible(f"Assurance is from 0 to {TOP_LEVEL}.")


def vote(value: int) -> Vote:
    """The vote that a number stands for.

    Raises
    ------
    NotPossible
        It is not 1, 0 or -1.
    """
    try:
        return Vote(value)
    except ValueError:
        raise NotPossible("A vote is agree, disagree or pass.") from None


def wording(text: str, most: int | None = MOST_CHARACTERS) -> str:
    """A statement's text, with white space made even.

    Raises
    ------
    NotPossible
        There is none, or too much of it, or characters that nobody can see.
    """
    even = " ".join(text.split())
    if not even:
        raise NotPossible("Write your statement first.")
    if most and len(even) > most:
        raise NotPossible(f"A statement has at most {most} characters; this one has {len(even)}.")
    if any(not character.isprintable() and character not in JOINERS for character in even):
        raise NotPossible(
            "A statement cannot hold control characters or invisible marks: type it as plain text."
        )
    return even


JOINERS = "\u200c\u200d"  # Persian, Hindi and others, and many emoji, are written with them


def same(text: str) -> str:
    """What two statements share that differ only in case, white space or the stop at their end."""
    return " ".join(text.split()).casefold().rstrip(".!?。 ")


def check_new(text: str, others: list[str]) -> None:
    """Raise where somebody has said the same already."""
    if same(text) in {same(other) for other in others}:
        raise NotPossible("Somebody has made this statement already: you will be asked what you think of it.")


def area(text: str) -> str:
    """The name of an area for which codes are issued, with white space made even.

    Raises
    ------
    NotPossible
        There is none, or more than a name.
    """
    return _line(text, 60, "Say for which area the codes are.")


def reason(text: str) -> str:
    """Why something is allowed, with white space made even: everyone can read it.

    Raises
    ------
    NotPossible
        There is none, or it is too long.
    """
    return _line(text, 300, "Say why: everyone can read the reason in the record.")


def _line(text: str, most: int, missing: str) -> str:
    even = " ".join(text.split())
    if not even:
        raise NotPossible(missing)
    if len(even) > most or not even.isprintable():
        raise NotPossible(f"Use at most {most} characters of plain text.")
    return even


def check_waiting(waiting: int) -> None:
    """Raise where a participant has as many statements waiting as one may have."""
    if waiting >= MOST_WAITING:
        raise NotPossible(
            f"You have {waiting} statements waiting for a moderator: wait until some are looked at."
        )


def check_reason(shown: bool, reason: str) -> None:
    """Raise where a statement would be hidden without a reason that everyone can read."""
    if not shown and not reason.strip():
        raise NotPossible("Say why this statement is hidden: the reason is public.")
