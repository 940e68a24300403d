"""The parts of a direction: who has which say, and how far those affected take part; each for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from covenant.place.types import Sector
from covenant.scrutinise.engine import participation
from covenant.scrutinise.engine.distance import held, standing
from covenant.scrutinise.engine.sectors import among
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject
from covenant.scrutinise.programme import Participation, Power, Proposal
from covenant.scrutinise.types import Figure

_WHICH = "for an end declared bottom-up"
_REASON = "or why it must be so: rights, safeguarding, an emergency, or what the law requires."
_NEAR = "those affected, or a body at their own tier,"
_NOT_NEAR = "neither those affected nor a body at their own tier may"


@dataclass(frozen=True)
class Part:
    """One part of the direction: what is asked about it, how a proposal is read, what stands beside."""

    subject: Subject
    case: Callable[[Proposal], Case]
    asks: str
    of: str = ""  # of which of the proposals for the end
    beside: Callable[[Sequence[Proposal]], list[Figure]] | None = None


def _subject(name: str, metric: str, would_answer: str, which: str = "") -> Subject:
    answer = f"{would_answer}; {_REASON}"
    return Subject(f"direction.{name}", "direction", metric, "proposal", f"{_WHICH}{which}", answer)


def _power(
    name: str, power: Power, metric: str, asks: str, would_answer: str, nobody: Outcome = SET_ASIDE
) -> Part:
    return Part(
        _subject(name, f"{metric}, with no reason given", would_answer),
        partial(held, power=power, nobody=nobody),
        asks,
        beside=partial(_sectors, power),
    )


def _sectors(power: Power, counted: Sequence[Proposal]) -> list[Figure]:
    """Of those that count, in how many each sector, or nobody, holds the power; whoever does so in any."""
    figures = []
    for sector in Sector:
        holding = sum(among(proposal.holders(power), sector) is True for proposal in counted)
        if holding:
            words = f"of these, held by {sector.value}, alone or with others"
            figures.append(Figure(words, holding, len(counted)))
    nobodys = sum(proposal.holders(power) == () for proposal in counted)
    return [*figures, Figure("of these, said to be nobody's", nobodys, len(counted))] if nobodys else figures


def _levels(field: str, words: str, counted: Sequence[Proposal]) -> list[Figure]:
    """Of those that count, how many state each level of participation that any of them states."""
    stated = [getattr(proposal, field) for proposal in counted]
    return [
        Figure(f"of these, {words}: {level.value}", stated.count(level), len(counted))
        for level in Participation
        if level in stated
    ]


def _promised(counted: Sequence[Proposal]) -> list[Figure]:
    """What is promised; and who decides, since those who decide for themselves may need no promise."""
    stands = [standing(proposal.decided_by, proposal.affected) for proposal in counted]
    told = [can_be for can_be in stands if can_be in ({COUNTS}, {DOES_NOT})]
    words = f"of these, decided by {_NEAR} alone or with others"
    levels = _levels("participation_promised", "promised", counted)
    return [*levels, Figure(words, told.count(frozenset({DOES_NOT})), len(told))]


PARTS: Final = (
    _power(
        "starts",
        Power.STARTS,
        "started only from above those affected",
        "started only from above those affected, with no reason given. What part have those affected in what "
        "is begun?",
        "Who of those affected asked for these proposals or shaped them, and where it is recorded",
    ),
    _power(
        "problem",
        Power.PROBLEM,
        "for a problem defined only from above those affected",
        "for a problem that is defined only from above those affected, with no reason given. What part have "
        "those affected in saying what is wrong?",
        "Who of those affected said what the problem is, or agreed that it is one, and where it is recorded",
    ),
    _power(
        "decides",
        Power.DECIDES,
        "decided only from above those affected",
        "decided only from above those affected, with no reason given. What part have those affected in "
        "deciding?",
        "Who of those affected, or which body at their own tier, decides with those named",
    ),
    _power(
        "money",
        Power.MONEY,
        "money controlled only from above those affected",
        "paid from money controlled only from above those affected, with no reason given. What part have "
        "those affected in it?",
        f"What part of the money {_NEAR} control",
    ),
    _power(
        "opts-out",
        Power.OPTS_OUT,
        f"{_NOT_NEAR} opt out",
        f"of a kind from which {_NOT_NEAR} opt out, with no reason given. What way out have those whom it "
        "does not suit?",
        f"How {_NEAR} can stay out, or what stands in place of a way out",
        nobody=COUNTS,
    ),
    _power(
        "ends",
        Power.ENDS,
        f"{_NOT_NEAR} bring it to an end",
        f"of a kind that {_NOT_NEAR} bring to an end, with no reason given. What can those affected do about "
        "what does not serve them?",
        f"How {_NEAR} can bring it to an end, or when and with whom it is looked at again",
        nobody=COUNTS,
    ),
    Part(
        _subject(
            "consultation",
            "decided only from above, and nobody consulted",
            "To whom these proposals were or will be put, when, and what may still change",
            " and decided only from above those affected",
        ),
        participation.unheard,
        "said to be put to nobody, with no reason given: no consultation was held and none is promised. How "
        "will those affected be heard?",
        of=" that are decided only from above",
    ),
    Part(
        _subject(
            "participation",
            "no more promised to those affected than to be consulted, with no reason given",
            "What part those affected have beyond being asked, and where it is promised",
        ),
        participation.little_promised,
        "said to promise those affected no more than to be consulted, with no reason given. What part will "
        "those affected have beyond being asked?",
        beside=_promised,
    ),
    Part(
        _subject(
            "evidenced",
            "less participation evidenced than promised, with no reason given",
            "What was done with those affected, when, and where it is recorded; what is still to come",
            " and promising those affected a part",
        ),
        participation.not_borne_out,
        "said to promise those affected more of a part than the source shows them to have had, with no "
        "reason given. What became of the rest of the promise?",
        of=" that promise those affected a part",
        beside=partial(_levels, "participation_evidenced", "evidenced"),
    ),
)
