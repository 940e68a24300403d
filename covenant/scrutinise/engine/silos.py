"""Asks about proposals that share outcomes, people or places while their owners work apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from covenant.scrutinise.engine.sharing import Sharing, among, places, sharing
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import listed, many, of_them, plain
from covenant.scrutinise.programme import Actors, Names, NotStated, Programme, Proposal
from covenant.scrutinise.types import Evidence, Figure, Metric, Question, Threshold, Unasked

SHOWN = 20  # pairs listed as evidence on either side; the figures count all of them
_SHARE = {
    "outcomes": "share an outcome",
    "people": "are for the same people",
    "places": "share a place",
}


@dataclass(frozen=True)
class _Pairs:
    """Pairs of proposals by the outcomes that each still has, and the first of those that are settled."""

    times: dict[frozenset[Outcome], int] = field(default_factory=dict)
    first: dict[Outcome, list[tuple[int, int]]] = field(default_factory=lambda: {COUNTS: [], DOES_NOT: []})


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find pairs of proposals that share an outcome, people or a place and have no owner in common.

    Civic meaning: people live in one place, while those who serve them work in many departments. Where two
    of these are about the same thing, this asks who holds it together. To have one owner, or to name the
    other as joined, is enough; nobody asks that all be done by one body.

    A pair is a case where both state an owner. It counts where no owner's name is the same and both say, in
    `joined_with`, with whom they are joined, and not with each other.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "silos" (least count in pairs).

    Returns
    -------
    tuple of Question or Unasked
        For outcomes, people and places, in this order. Each pair is taken on its own: what a proposal does
        not state may be stated in one way for one pair and in another for the next. So the bounds hold for
        every way of stating it, and they may be wider than need be.

    Raises
    ------
    KeyError
        Where there is no threshold called "silos".

    Examples
    --------
    >>> from fractions import Fraction
    >>> from covenant.scrutinise.programme import Actor
    >>> roads, homes = (Proposal(name, places=("Marl",), owner=(Actor(name),), joined_with=())
    ...     for name in ("Roads", "Homes"))
    >>> found = ask(Programme("Marl", proposals=(roads, homes)), {"silos": Threshold(1, Fraction(0), "one")})
    >>> [each.id for each in found if isinstance(each, Question)]
    ['silos.places']
    """
    owned = sharing(
        [_owners(proposal.owner) for proposal in programme.proposals],
        [not _all_named(proposal.owner) for proposal in programme.proposals],
    )
    joined = _joined(programme.proposals)
    return tuple(_ask(programme.proposals, shared, owned, joined, thresholds["silos"]) for shared in _SHARE)


def _ask(
    proposals: Sequence[Proposal], shared: str, owned: Sharing, joined: Sharing, threshold: Threshold
) -> Question | Unasked:
    subject = Subject(
        f"silos.{shared}",
        "silos",
        f"{_SHARE[shared]}, with no owner in common and not joined",
        "pair",
        f"of proposals that {_SHARE[shared]} and have owners",
        "Who answers for what they share, or how those who own them plan, pay or report together, and where "
        "that is recorded; or why it is better done apart.",
    )
    together = _together(proposals, shared)
    pairs = _pairs(proposals, together, owned, joined)
    cases = [_read(proposal, shared, bits) for proposal, bits in zip(proposals, together.maybe, strict=True)]
    for can_be, times in pairs.times.items():
        told = pairs.first[next(iter(can_be))] if len(can_be) == 1 else []
        rows = [row for pair in told for row in _evidence(proposals, shared, *pair)]
        cases.append(Case(can_be, evidence=tuple(rows), times=times))
    return verdict(subject, cases, threshold, partial(_text, shared), beside=_beside(pairs))


def _text(shared: str, metric: Metric) -> str:
    return (
        f"In {many(metric.n, 'pair')} of proposals that {_SHARE[shared]} it can be told who owns them and "
        f"whether they are joined; {of_them(metric.count, metric.n)} no owner is the same and "
        "neither is joined with the other. Who holds together what they have in common?"
    )


def _beside(pairs: _Pairs) -> list[Figure]:
    figures = []
    for outcome, which in ((COUNTS, "pairs that count"), (DOES_NOT, "pairs that speak against asking")):
        if total := pairs.times.get(frozenset({outcome}), 0):
            figures.append(Figure(f"{which}, listed as evidence", len(pairs.first[outcome]), total))
    return figures


def _pairs(proposals: Sequence[Proposal], together: Sharing, owned: Sharing, joined: Sharing) -> _Pairs:
    """Sort all pairs by their outcomes, those of one proposal with all the later ones at a time."""
    found = _Pairs()
    everybody = (1 << len(proposals)) - 1
    unsaid = among([isinstance(proposal.owner, NotStated) for proposal in proposals])
    owners = everybody & ~among([proposal.owner == () for proposal in proposals])
    for place, proposal in enumerate(proposals):
        if proposal.owner == ():
            continue
        cases = together.maybe[place] & owners & (everybody >> place << place)
        open_owner = everybody if isinstance(proposal.owner, NotStated) else unsaid
        can = {
            COUNTS: cases & ~joined.surely[place] & ~owned.surely[place],
            DOES_NOT: cases & (joined.maybe[place] | owned.maybe[place]),
            SET_ASIDE: cases & (~together.surely[place] | open_owner),
        }
        for can_be in _WAYS:
            alike = cases
            for outcome, bits in can.items():
                alike &= bits if outcome in can_be else ~bits
            if alike:
                found.times[can_be] = found.times.get(can_be, 0) + alike.bit_count()
            if len(can_be) == 1 and SET_ASIDE not in can_be:
                first = found.first[next(iter(can_be))]
                first += [(place, other) for other in islice(places(alike), SHOWN - len(first))]
    return found


_WAYS = [
    frozenset(outcome for outcome, chosen in zip(Outcome, f"{way:03b}", strict=True) if chosen == "1")
    for way in range(1, 8)
]


def _read(proposal: Proposal, shared: str, partners: int) -> Case:
    """What is read of one proposal: who owns it and with whom it is joined where it may share something."""
    unsaid = {
        shared: isinstance(getattr(proposal, shared), NotStated),
        "owner": bool(partners) and not _all_named(proposal.owner),
        "joined_with": bool(partners) and isinstance(proposal.joined_with, NotStated),
    }
    missing = tuple((proposal.id, name) for name, so in unsaid.items() if so)
    return Case(frozenset({SET_ASIDE}), 3 if partners else 1, missing)


def _evidence(proposals: Sequence[Proposal], shared: str, one: int, other: int) -> list[Evidence]:
    pair = proposals[one], proposals[other]
    rows = []
    for mine, yours in (pair, pair[::-1]):
        theirs = _words(getattr(yours, shared))
        words = [word for word in _stated(getattr(mine, shared)) if plain(word) in theirs]
        says = f"{'; '.join(words)} (shared with {yours.id})"
        rows.append(Evidence(mine.id, shared, says, mine.found_at(shared)))
    for each in pair:
        rows.append(Evidence(each.id, "owner", listed(each.owner), each.found_at("owner")))
        joined = each.joined_with
        ids = joined.value if isinstance(joined, NotStated) else "; ".join(joined) or "none"
        rows.append(Evidence(each.id, "joined_with", ids, each.found_at("joined_with")))
    return rows


def _together(proposals: Sequence[Proposal], shared: str) -> Sharing:
    values = [getattr(proposal, shared) for proposal in proposals]
    return sharing([_words(value) for value in values], [isinstance(value, NotStated) for value in values])


def _joined(proposals: Sequence[Proposal]) -> Sharing:
    """Who is joined with whom, from either side; where one side does not say, it may name the other."""
    at = {proposal.id: place for place, proposal in enumerate(proposals)}
    surely = [0] * len(proposals)
    for place, proposal in enumerate(proposals):
        for other in {at[id] for id in _stated(proposal.joined_with) if id in at}:
            surely[place] |= 1 << other
            surely[other] |= 1 << place
    unsaid = [isinstance(proposal.joined_with, NotStated) for proposal in proposals]
    anybody, everybody = among(unsaid), (1 << len(proposals)) - 1
    maybe = [everybody if more else bits | anybody for more, bits in zip(unsaid, surely, strict=True)]
    return Sharing(tuple(surely), tuple(maybe))


def _words(value: Names) -> frozenset[str]:
    return frozenset(plain(word) for word in _stated(value)) - {""}


def _stated(value: Names) -> tuple[str, ...]:
    return () if isinstance(value, NotStated) else value


def _owners(owner: Actors) -> frozenset[str]:
    named = () if isinstance(owner, NotStated) else owner
    return frozenset(plain(actor.name) for actor in named if not isinstance(actor.name, NotStated))


def _all_named(owner: Actors) -> bool:
    return not isinstance(owner, NotStated) and all(not isinstance(actor.name, NotStated) for actor in owner)
