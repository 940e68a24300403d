"""Who may do what in an innovation area, a freedom's states, and what its dates come to."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from covenant.innovate.types import AreaWording, Baseline, Earlier, NoticeKind, Standing, Verdict, Wording
from covenant.innovate.types import FreedomState as State
from covenant.place.types import Actor, HeldMandate, NotAllowed, NotPossible, PartyView

# From each state, what an act makes of it. No act renews or prolongs: a freedom past its sunset is followed
# by a new one, or by none.
TRANSITIONS: dict[State, dict[str, State]] = {
    State.DRAFT: {"propose": State.PROPOSED, "withdraw": State.WITHDRAWN},
    State.PROPOSED: {"grant": State.GRANTED, "refuse": State.REFUSED, "withdraw": State.WITHDRAWN},
    State.GRANTED: {"end": State.ENDED},
    State.ENDED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
}
LONGEST_AREA_YEARS = 5
YEARS = range(2000, 2201)  # in which an area may start: what is outside was mistyped
EVALUATION_WINDOW = timedelta(
    days=90
)  # before and after the sunset: when an evaluation is due, and published
SOON, NEAR = timedelta(days=30), timedelta(days=90)
RESERVED = {"new"}  # where an area's address would be that of another page
DECIMAL_PLACES, LARGEST = 4, Decimal(10) ** 10


def next_state(state: State, act: str) -> State:
    """The state after an act.

    Raises
    ------
    NotPossible
        Where the act cannot follow this state.
    """
    after = TRANSITIONS[state].get(act)
    if after is None:
        raise NotPossible(f"This freedom is {state.value}: nobody can {act} it any more.")
    return after


def check_is_draft(state: State) -> None:
    """Raise unless a freedom can still be edited: what was proposed never changes."""
    if state is not State.DRAFT:
        raise NotPossible(f"This freedom is {state.value}, so its words cannot change. Draft a new one.")


def check_area(slug: str, words: AreaWording, open_to: Collection[UUID]) -> None:
    """Raise unless such an area can be: within the convenor's place, and for a few years at most."""
    if slug in RESERVED:
        raise NotPossible(f"“{slug}” is the address of another page: choose another.")
    if not (words.title.strip() and words.purpose.strip()):
        raise NotPossible("Give the area a title and say what it is for.")
    if not words.places:
        raise NotPossible("Name at least one place in which the freedoms of the area hold.")
    if not set(words.places) <= set(open_to):
        raise NotPossible("An area lies in the place that convenes it and in places within that place.")
    if words.starts.year not in YEARS:
        raise NotPossible(f"An area starts in a year from {YEARS[0]} to {YEARS[-1]}.")
    if words.sunset < words.starts:
        raise NotPossible("The sunset of an area is on or after the day on which it starts.")
    latest = latest_sunset(words.starts)
    if words.sunset > latest:
        raise NotPossible(
            f"An area lasts at most {LONGEST_AREA_YEARS} years: its sunset is {_said(latest)} or earlier."
        )


def latest_sunset(starts: date) -> date:
    """The last day of an area that starts on a day.

    Examples
    --------
    >>> latest_sunset(date(2026, 4, 1)), latest_sunset(date(2028, 2, 29))
    (datetime.date(2031, 3, 31), datetime.date(2033, 2, 27))
    """
    day = starts - timedelta(days=1) if (starts.month, starts.day) == (2, 29) else starts
    return day.replace(year=day.year + LONGEST_AREA_YEARS) - timedelta(days=1)


def check_wording(
    words: Wording, area_starts: date, area_sunset: date, parties: Mapping[UUID, PartyView]
) -> None:
    """Raise unless such a freedom could be granted, used and judged. `parties` holds every body it names."""
    if not words.users:
        raise NotPossible("Say for whom the rule is waived: at least one body.")
    for id in (words.granter, *words.users, words.evaluator):
        if not parties[id].sector.signs:
            raise NotPossible("Nobody signs for residents: name bodies that can consent for themselves.")
    if words.granter in words.users:
        raise NotPossible("A body that holds a rule needs nobody's waiver: name those for whom it waives it.")
    if words.evaluator in words.users:
        raise NotPossible("No body evaluates a freedom that it uses: name another as the evaluator.")
    if not (area_starts <= words.starts <= words.sunset <= area_sunset):
        raise NotPossible(
            f"A freedom starts and ends within its area, from {_said(area_starts)} to {_said(area_sunset)}, "
            "and ends on or after the day on which it starts."
        )
    if not (
        words.starts <= words.evaluation_due and abs(words.evaluation_due - words.sunset) <= EVALUATION_WINDOW
    ):
        raise NotPossible(
            "The evaluation is due on or after the start, "
            f"and at most {EVALUATION_WINDOW.days} days before or after the sunset."
        )
    check_baseline(words.baseline)
    for text in (
        words.title,
        words.waived,
        words.source,
        words.safeguards,
        words.hypothesis,
        words.changes_for,
    ):
        if not text.strip():
            raise NotPossible(
                "Say what is waived, where it stands, what stays, what you expect and for whom."
            )
    if not (words.measure.strip() and (words.target.strip() or words.failure.strip())):
        raise NotPossible("Say how it is measured, and either the target or what would count as failure.")


def check_baseline(baseline: Baseline) -> None:
    """Raise where a figure comes without what it takes to check it, or that without a figure."""
    if baseline.value is None:
        if baseline.n is not None or baseline.source or baseline.dated:
            raise NotPossible(
                "Give the baseline's figure, or leave all of it out: then it is not measured yet."
            )
        return
    check_figure(baseline.value, baseline.n)
    if not baseline.source.strip() or baseline.dated is None:
        raise NotPossible("A baseline has a source and a date.")


def check_figure(value: Decimal, n: int | None) -> None:
    """Raise unless a figure can be kept exactly and n is a number of people or things."""
    if not value.is_finite() or abs(value) >= LARGEST or value != round(value, DECIMAL_PLACES):
        raise NotPossible(f"A figure has at most 10 digits before the point and {DECIMAL_PLACES} after it.")
    if n is not None and not 0 < n < LARGEST:
        raise NotPossible("n says of how many the figure speaks: leave it out where it is not known.")


def waives_the_same(words: Wording, places: Collection[UUID], earlier: Earlier) -> bool:
    """Whether a freedom is an earlier one by another name.

    That is: the same rule of the same body, for one of the same bodies in one of the same places.
    """
    pairs = ((words.source, earlier.words.source), (words.waived, earlier.words.waived))
    return (
        any(_plain(one) == _plain(other) for one, other in pairs)
        and words.granter == earlier.words.granter
        and bool(set(words.users) & set(earlier.words.users))
        and bool(set(places) & earlier.places)
    )


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKC", text).casefold()  # wide letters are letters
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def check_may_follow(
    words: Wording, places: Collection[UUID], renewed: Earlier | None, granted: Sequence[Earlier]
) -> None:
    """Raise where a freedom renews one, in name or in fact, whose evaluation is not published."""
    for earlier in ([renewed] if renewed else []) + [
        each for each in granted if waives_the_same(words, places, each)
    ]:
        if not earlier.evaluated:
            raise NotPossible(
                f"This would renew freedom {earlier.number} of “{earlier.area_title}”, whose evaluation "
                "is not published. No freedom is renewed before it is evaluated."
            )


def check_in_time(sunset: date, today: date) -> None:
    """Raise where a freedom's sunset has passed: it can be neither proposed nor granted nor ended then."""
    if today > sunset:
        raise NotPossible(f"The sunset of this freedom, {_said(sunset)}, has passed: it holds no more.")


def check_can_consent(actor: Actor, party: UUID, needed: Sequence[UUID], today: date) -> HeldMandate:
    """The mandate with which this actor may consent, refuse or end a freedom for a party.

    Raises
    ------
    NotAllowed
        Where they hold none today.
    NotPossible
        Where the freedom takes no consent of that party: only the body that holds the rule waives it.
    """
    mandate = actor.mandate_for(party, today)
    if mandate is None:
        raise NotAllowed("You hold no mandate for this party today.")
    if party not in needed:
        raise NotPossible(
            "This freedom takes no consent of this party: it holds no rule in it, and uses none."
        )
    return mandate


def check_has_part(actor: Actor, party: UUID, parties: Collection[UUID], today: date) -> HeldMandate:
    """The mandate with which this actor reports figures or replies for a party of a freedom; else raise."""
    mandate = actor.mandate_for(party, today) if party in parties else None
    if mandate is None:
        raise NotAllowed("Only a person with a mandate from a party of this freedom can do this.")
    return mandate


def acts_for(actor: Actor, parties: Sequence[PartyView], today: date) -> list[PartyView]:
    """Those of some parties for which this actor holds a mandate today."""
    return [party for party in parties if actor.mandate_for(party.id, today)]


def was_granted(state: State) -> bool:
    return state in (State.GRANTED, State.ENDED)


def check_was_granted(state: State) -> None:
    """Raise for a freedom that never held: there is nothing to measure or to evaluate."""
    if not was_granted(state):
        raise NotPossible("This freedom was never granted, so there is nothing to report on.")


def check_measurement(value: Decimal, n: int | None, source: str, url: str, dated: date, today: date) -> None:
    """Raise where a reader could not check a reported figure."""
    check_figure(value, n)
    if not source.strip():
        raise NotPossible("Say where the figure comes from.")
    check_address_of_source(url)
    if dated > today:
        raise NotPossible("A figure has the date on which it was so, not a date to come.")


def check_address_of_source(url: str) -> None:
    """Raise where a link would lead a reader to anything but a page."""
    if url and not url.startswith(("https://", "http://")):
        raise NotPossible("Give the address where a reader finds the figures, beginning with https://.")


def evaluation_opens(starts: date, sunset: date) -> date:
    """The first day on which a freedom can be evaluated that did not end early: near its sunset."""
    return max(starts, sunset - EVALUATION_WINDOW)


def check_can_evaluate(
    actor: Actor, evaluator: UUID, state: State, starts: date, sunset: date, today: date
) -> HeldMandate:
    """The mandate with which the actor evaluates for the body that was named for it; else raise."""
    mandate = actor.mandate_for(evaluator, today)
    if mandate is None:
        raise NotAllowed(
            "Only a person with a mandate from the body that evaluates this freedom can do this."
        )
    check_was_granted(state)
    opens = evaluation_opens(starts, sunset)
    if state is State.GRANTED and today < opens:
        raise NotPossible(f"It is too early to tell: an evaluation can be published from {_said(opens)}.")
    return mandate


def check_verdict(verdict: Verdict, figures: str, learnt: str, measured: bool) -> None:
    """Raise for a verdict without figures, or in words that tell nobody anything."""
    if not (figures.strip() and learnt.strip()):
        raise NotPossible("Say which figures the verdict rests on, and what was learnt.")
    if verdict is not Verdict.CANNOT_TELL and not measured:
        raise NotPossible("No figure was reported since the start: without one, it cannot be told.")


def standing(state: State, starts: date, sunset: date, today: date) -> Standing:
    """Where a freedom stands on a day. Its sunset is the last day on which it holds.

    Examples
    --------
    >>> standing(State.GRANTED, date(2026, 1, 1), date(2026, 6, 30), date(2026, 6, 30)).value
    'in force'
    >>> standing(State.GRANTED, date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)).value
    'no longer in force'
    """
    if state is State.GRANTED:
        if today > sunset:
            return Standing.EXPIRED
        return Standing.IN_FORCE if today >= starts else Standing.TO_COME
    if state is State.PROPOSED and today > sunset:
        return Standing.NOT_IN_TIME
    return Standing(state.value)


def notice_kind(
    state: State, sunset: date, evaluation_due: date, evaluated: bool, today: date
) -> NoticeKind | None:
    """What readers are told of a freedom unasked on a day, if anything: past its sunset it shouts.

    Examples
    --------
    >>> day = date(2026, 6, 30)
    >>> notice_kind(State.GRANTED, day, day, False, date(2026, 7, 1)).value
    'past its sunset without an evaluation'
    >>> notice_kind(State.GRANTED, day, day, False, day).value
    'sunset within 30 days'
    """
    if not was_granted(state):
        return None
    if not evaluated and today > sunset:
        return NoticeKind.PAST_SUNSET
    if not evaluated and today > evaluation_due:
        return NoticeKind.OVERDUE
    if state is State.ENDED or today > sunset or sunset - today > NEAR:
        return None
    return NoticeKind.WITHIN_30 if sunset - today <= SOON else NoticeKind.WITHIN_90


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
