"""Asks about proposals from which a body that holds the power for them is absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.groups import TIERS, any_of, carried, some
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import burden, described, many, of_them, plain, said
from covenant.scrutinise.programme import Actor, Actors, NotStated, Programme, Proposal
from covenant.scrutinise.types import Figure, Metric, Question, Threshold, TierPart, Unasked

PRESENT = (
    "started_by",
    "problem_defined_by",
    "decided_by",
    "money_controlled_by",
    "parties",
    "owner",
    "consultation_promised",
    "consultation_held",
)
_SHOWN = 10  # absent bodies listed beside a question
_ABSENT = Subject(
    "tiers.absent",
    "tiers",
    "a body that holds the power for it is absent from it",
    "proposal",
    "that says who holds the power for it",
    "What part each body that holds the power has, has been asked to take or has declined; or how it can be "
    "done without that power.",
)


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find proposals whose source says who holds the power for them, and gives one of these no part in them.

    Civic meaning: what a body alone has the power to do does not happen without it. A body has a part where
    it starts the proposal, defines the problem, decides, controls money, owns it, takes part, is consulted or
    carries a duty of it; only to be affected is none.

    A body is the same as another of that name. One that is not named is taken for the same as any of its
    sector and tier; where either of these is not stated, it may be the same or not, each time on its own.

    Parameters
    ----------
    programme : read, never changed.
    thresholds : by rule; this reads "tiers" (least count in proposals).

    Returns
    -------
    tuple of Question or Unasked
        A single one.

    Raises
    ------
    KeyError
        Where there is no threshold called "tiers".

    Examples
    --------
    >>> from fractions import Fraction
    >>> county, council = Actor("Marlshire County Council"), Actor("Marl Council")
    >>> roads = Proposal("P1", power_held_by=(county,), duties=(), **dict.fromkeys(PRESENT, (council,)))
    >>> ask(Programme("Roads", proposals=(roads,)), {"tiers": Threshold(1, Fraction(0), "an example")})[0].id
    'tiers.absent'
    """
    cases = [_case(proposal) for proposal in programme.proposals]
    counted = [p for p, case in zip(programme.proposals, cases, strict=True) if case.can_be == {COUNTS}]
    return (verdict(_ABSENT, cases, thresholds["tiers"], _text, beside=_beside(counted)),)


def named(programme: Programme) -> tuple[TierPart, ...]:
    """Count in how many proposals a body of each tier is named at all, with whatever part.

    Civic meaning: shows which tiers of government and of society a programme leaves out. It asks nothing, and
    no tier has to be in every proposal. Residents are no body.

    Parameters
    ----------
    programme : read, never changed.

    Returns
    -------
    tuple of TierPart
        For each tier, out of the n proposals that name anybody and do not leave it open whether at this tier.

    Raises
    ------
    Nothing: whatever is not stated names nobody.

    Examples
    --------
    >>> from covenant.place.types import Sector, Tier
    >>> council = Actor("Marl Council", Sector.STATE, Tier.DISTRICT)
    >>> wells = Programme("Wells", proposals=(Proposal("P1", decided_by=(council,)), Proposal("P2")))
    >>> [(part.tier.value, part.count, part.n) for part in named(wells) if part.count]
    [('district', 1, 1)]
    """
    somebody = [actors for actors in map(mentioned, programme.proposals) if actors]
    found = []
    for tier, group in TIERS.items():
        told = [some(actors, group) for actors in somebody]
        found.append(TierPart(tier, told.count(True), len(told) - told.count(None)))
    return tuple(found)


def mentioned(proposal: Proposal) -> tuple[Actor, ...]:
    """All whom a proposal names, in whatever part.

    >>> mentioned(Proposal("P1", owner=(Actor("Marl Council"),))) == (Actor("Marl Council"),)
    True
    """
    lists = [getattr(proposal, field) for field in proposal.ACTORS]
    lists += [on for _, on, _ in carried(proposal)]
    return tuple(actor for actors in lists for actor in stated(actors))


def _text(metric: Metric) -> str:
    it = "it" if metric.n == 1 else "them"
    return (
        f"In {many(metric.n, 'proposal')} it can be told who holds the power for {it} and whether these have "
        f"a part; {of_them(metric.count, metric.n)} a body that holds the power is nowhere said to start it, "
        "define the problem, decide, control the money, own it, take part, be consulted or carry a duty. How "
        "will those who hold the power be brought in?"
    )


def _case(proposal: Proposal) -> Case:
    holders = proposal.power_held_by
    if holders == ():
        return Case(frozenset({SET_ASIDE}), 1)
    fields = [("power_held_by", holders), *_parts(proposal)]
    unnamed = [(proposal.id, field) for field, actors in fields if not _all_named(actors)]
    says = [said(proposal, field) for field in ("power_held_by", *PRESENT)]
    says += [burden(proposal, *each) for each in carried(proposal)]
    can_be = set(Outcome) if isinstance(holders, NotStated) else _outcomes(holders, _parts(proposal))
    return Case(frozenset(can_be), len(fields), tuple(unnamed), tuple(says))


def _parts(proposal: Proposal) -> list[tuple[str, Actors]]:
    """Each field that gives somebody a part in a proposal."""
    fields = [(field, getattr(proposal, field)) for field in PRESENT]
    return fields + [(field, on) for field, on, _ in carried(proposal)]


def _all_named(actors: Actors) -> bool:
    return not isinstance(actors, NotStated) and all(_name(actor) for actor in actors)


def _outcomes(holders: Sequence[Actor], parts: Sequence[tuple[str, Actors]]) -> set[Outcome]:
    present = set(_present(holders, parts).values())
    if False in present:
        return {COUNTS}
    return {COUNTS, DOES_NOT} if None in present else {DOES_NOT}


def _present(holders: Sequence[Actor], parts: Sequence[tuple[str, Actors]]) -> dict[Actor, bool | None]:
    """Whether each holder has a part: by its name, or else by sector and tier, of which there are few."""
    taking = [actor for _, actors in parts for actor in stated(actors)]
    names = {_name(actor) for actor in taking} - {""}
    kinds = {(actor.sector, actor.tier) for actor in taking}
    nameless = {(actor.sector, actor.tier) for actor in taking if not _name(actor)}
    unsaid = [None for _, actors in parts if isinstance(actors, NotStated)][:1]
    return {
        holder: any_of([
            _name(holder) in names,
            *unsaid,
            *(_alike((holder.sector, holder.tier), kind) for kind in (nameless if _name(holder) else kinds)),
        ])
        for holder in holders
    }  # fmt: skip


def _name(actor: Actor) -> str:
    return "" if isinstance(actor.name, NotStated) else plain(actor.name)


def _alike(one: tuple[object, object], other: tuple[object, object]) -> bool | None:
    """Whether two pairs of sector and tier are the same; None where what is not stated leaves it open."""
    told: bool | None = True
    for mine, yours in zip(one, other, strict=True):
        if isinstance(mine, NotStated) or isinstance(yours, NotStated):
            told = None
        elif mine is not yours:
            return False
    return told


def _beside(counted: Sequence[Proposal]) -> list[Figure]:
    """Who is absent from how many of the proposals that count; the rest of a long list is only counted."""
    absent: Counter[str] = Counter()
    for proposal in counted:
        present = _present(stated(proposal.power_held_by), _parts(proposal))
        absent.update({described(holder) for holder, has in present.items() if has is False})
    most = sorted(absent.items(), key=lambda item: (-item[1], item[0]))
    figures = [Figure(f"of these, without {body}", count, len(counted)) for body, count in most[:_SHOWN]]
    if len(most) > _SHOWN:
        figures.append(Figure("absent bodies that are not listed here", len(most) - _SHOWN, len(most)))
    return figures
