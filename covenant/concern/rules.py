"""Who may do what with a concern, what can follow what, and how long each may take."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from covenant.concern.types import Criterion, Offer, Rung, Standing
from covenant.place.rules import can_convene
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView, Sector

LOOK_DAYS = 14  # within which the scrutineer is to have looked into the box again
WAIT_DAYS = 28  # from admission to the first rung
KEPT_DAYS = 90  # after which the sealed words of a closed concern are deleted
FEWEST_TOLD = 3  # below this a month's count is told as "fewer than 3"
MOST_AT_ONCE = 2  # concerns before a body without paid staff; what is more waits its turn
LONGEST_TEXT = 5000
LONGEST_STATEMENT = 3000
SHORTEST_PASSPHRASE = 16

# The ladder. From each rung, the one that follows; None stands before the first.
LADDER: dict[Rung | None, Rung | None] = {
    None: Rung.PEOPLE,
    Rung.PEOPLE: Rung.SPONSORS,
    Rung.SPONSORS: Rung.FORUM,
    Rung.FORUM: Rung.MEDIATOR,
    Rung.MEDIATOR: Rung.FINDING,
    Rung.FINDING: None,
}
CLOCKS: dict[Rung, int] = {  # days that a rung may take; from the day after, it is stuck
    Rung.PEOPLE: 21,
    Rung.SPONSORS: 28,
    Rung.FORUM: 42,
    Rung.MEDIATOR: 56,
    Rung.FINDING: 28,
}
# From each standing, what an act makes of it. What is not here cannot happen.
CONCERNS: dict[Standing, dict[str, Standing]] = {
    Standing.RECEIVED: {
        "admit": Standing.ADMITTED,
        "refuse": Standing.CLOSED,
        "join": Standing.ADMITTED,
        "write": Standing.RECEIVED,
        "withdraw": Standing.WITHDRAWN,
    },
    Standing.ADMITTED: {
        "join": Standing.ADMITTED,
        "write": Standing.ADMITTED,
        "offer": Standing.ADMITTED,
        "consent": Standing.ADMITTED,
        "climb": Standing.ADMITTED,
        "close": Standing.CLOSED,
        "withdraw": Standing.WITHDRAWN,
    },
    Standing.WITHDRAWN: {"note": Standing.CLOSED},
    Standing.CLOSED: {},
}
OFFERS: dict[Offer, dict[str, Offer]] = {
    Offer.OFFERED: {"consent": Offer.CONSENTED, "decline": Offer.DECLINED, "drop": Offer.DROPPED},
    Offer.CONSENTED: {"decline": Offer.DECLINED, "climb": Offer.TAKEN, "drop": Offer.DROPPED},
    Offer.DECLINED: {},
    Offer.TAKEN: {},
    Offer.DROPPED: {},
}
OPEN = (Standing.ADMITTED, Standing.WITHDRAWN)  # what everyone counts as open until the scrutineer closes it

# Bodies that are taken to have no paid staff, by the kind with which they were added.
SMALL_KINDS = frozenset(
    {
        "community group",
        "community association",
        "residents’ association",
        "residents' association",
        "tenants’ association",
        "tenants' association",
        "unincorporated association",
        "association",
        "voluntary group",
        "volunteer group",
        "friends group",
        "mutual aid group",
        "self-help group",
        "sports club",
        "club",
        "parish meeting",
    }
)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+44|0)(?:[ -]?\d){9,10}(?!\d)")


def next_standing(standing: Standing, act: str) -> Standing:
    """Where a concern stands after an act; raises where the act cannot follow."""
    after = CONCERNS[standing].get(act)
    if after is None:
        raise NotPossible(f"This concern is {standing.value}: it is too late, or too early, to {act} it.")
    return after


def next_offer(offer: Offer, act: str) -> Offer:
    """Where an offer stands after an act; raises where the act cannot follow."""
    after = OFFERS[offer].get(act)
    if after is None:
        raise NotPossible(f"This was {offer.value} already, so nobody can {act} it any more.")
    return after


def next_rung(rung: Rung | None, *, finding_dropped: bool = False) -> Rung:
    """The one rung that follows; a finding whose draft was dropped can be worded, and consented to, anew.

    Examples
    --------
    >>> next_rung(None).value, next_rung(Rung.FORUM).value
    ('people', 'mediator')
    """
    after = Rung.FINDING if rung is Rung.FINDING and finding_dropped else LADDER[rung]
    if after is None:
        raise NotPossible("This is the last rung: a finding is before the parties, or published.")
    return after


def due(rung: Rung | None, since: date) -> date:
    """The last day on which what came to a rung on a day is not stuck.

    Examples
    --------
    >>> due(Rung.PEOPLE, date(2026, 3, 2))
    datetime.date(2026, 3, 23)
    """
    return since + timedelta(days=CLOCKS[rung] if rung else WAIT_DAYS)


def audience(
    rung: Rung, concerned: Collection[UUID], bound: Collection[UUID], everyone: Collection[UUID]
) -> set[UUID]:
    """The parties before whom the words of a rung come.

    Parameters
    ----------
    concerned
        Whose it is to put it right.
    bound
        Who owes, and who signs and is owed, under the commitment that it is about.
    everyone
        All parties of the version in force that sign.
    """
    if rung in (Rung.PEOPLE, Rung.FINDING):
        return set(concerned)
    return set(concerned) | set(bound) if rung is Rung.SPONSORS else set(concerned) | set(everyone)


def is_small(party: PartyView) -> bool:
    """Whether a body is taken to have no paid staff."""
    return party.sector is not Sector.STATE and party.kind.strip().lower() in SMALL_KINDS


def at_the_cap(parties: Iterable[PartyView], before_them: Mapping[UUID, int]) -> list[PartyView]:
    """Of some parties, the small ones that have as many concerns before them as may be."""
    return [p for p in parties if is_small(p) and before_them.get(p.id, 0) >= MOST_AT_ONCE]


def check_cap(parties: Iterable[PartyView], before_them: Mapping[UUID, int]) -> None:
    """Raise where a body without paid staff would be asked to deal with too many concerns at once."""
    if full := at_the_cap(parties, before_them):
        raise NotPossible(
            f"{full[0].name} has no paid staff and deals with {MOST_AT_ONCE} concerns already. "
            "This one waits its turn, and is counted as waiting."
        )


def check_text(text: str, ask: str, *, most: int = LONGEST_TEXT) -> str:
    """The words without the space around them; raises where there are none or far too many."""
    said = text.strip()
    if not said:
        raise NotPossible(ask)
    if len(said) > most:
        raise NotPossible(f"Say it in at most {most} characters.")
    return said


def check_public_words(text: str, ask: str, *, most: int = LONGEST_STATEMENT) -> str:
    """Words that others will read: raises where a person could be reached by what stands in them."""
    said = check_text(text, ask, most=most)
    if _ADDRESS.search(said):
        raise NotPossible("There is an email address in these words. Take it out: no person is named here.")
    if _TELEPHONE.search(said):
        raise NotPossible("There is a telephone number in these words. Take it out: no person is named here.")
    return said


def check_no_danger(safe: bool) -> None:
    """Raise unless whoever raises it has said that nobody is in danger."""
    if not safe:
        raise NotPossible(
            "If somebody is in danger or may be harmed, use the routes above: nobody reads this at once. "
            "If not, tick that it is not about somebody in danger."
        )


def check_can_raise_openly(
    actor: Actor, party: UUID, parties: Iterable[PartyView], today: date
) -> HeldMandate:
    """The mandate with which the actor raises a concern in the open for a party of the covenant."""
    mandate = actor.mandate_for(party, today)
    if mandate is None or party not in {each.id for each in parties}:
        raise NotAllowed("Only a person with a mandate of a party can raise a concern in the open for it.")
    return mandate


def speaks_for(actor: Actor, parties: Iterable[PartyView], today: date) -> list[PartyView]:
    """The parties, of some, for which the actor may speak today."""
    return [party for party in parties if actor.mandate_for(party.id, today)]


def can_see_asked(
    actor: Actor, rung: Rung, shown_to: Iterable[UUID], place: UUID, acts: bool, today: date
) -> bool:
    """Those before whom the words came, the scrutineer, and at the mediator whoever convenes."""
    if acts or any(actor.mandate_for(party, today) for party in shown_to):
        return True
    return rung is Rung.MEDIATOR and can_convene(actor, place)


def check_can_say(actor: Actor, party: UUID, shown_to: Collection[UUID], today: date) -> HeldMandate:
    """The mandate with which the actor answers for a party that was asked."""
    mandate = actor.mandate_for(party, today)
    if mandate is None or party not in set(shown_to):
        raise NotAllowed("Only a person with a mandate of a party that was asked can answer for it.")
    return mandate


def check_passphrase(first: str, again: str) -> str:
    """The passphrase; raises where it differs or could be guessed in a short time."""
    if first != again:
        raise NotPossible("The two passphrases differ: type the same twice.")
    if len(first) < SHORTEST_PASSPHRASE or len(set(first)) < SHORTEST_PASSPHRASE // 2:
        raise NotPossible(
            f"A passphrase has at least {SHORTEST_PASSPHRASE} characters: five or six words that do not "
            "belong together are best."
        )
    return first


def check_test(test: Criterion | None) -> Criterion:
    """Raise where a refusal does not name the test that was not passed."""
    if test is None:
        raise NotPossible("Say which test it did not pass: whoever raised it is told.")
    return test


def told(received: int) -> int | None:
    """A month's count as everyone may know it: None for fewer than three, none at all included."""
    return received if received >= FEWEST_TOLD else None


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month that follows.

    Examples
    --------
    >>> month_after(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
