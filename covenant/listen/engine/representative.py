"""Which statements set a group apart from the others."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from covenant.listen.engine.tally import added
from covenant.listen.types import Flags, Floats, Ints, Settings, Tally, Telling, Vote


@dataclass(frozen=True, eq=False)
class Answers:
    """One answer (agree, or disagree) of a group, against everyone in other groups. One number a
    statement.
    """

    n: Ints
    p: Floats
    z: Floats
    ratio: Floats
    z_others: Floats

    @property
    def strength(self) -> Floats:
        product: Floats = self.ratio * self.z_others * self.p * self.z
        return product


def threshold(confidence: float) -> float:
    """The one-sided z of a confidence, to four decimals as the field rounds it.

    Examples
    --------
    >>> threshold(0.9)
    1.2816
    """
    return round(NormalDist().inv_cdf(confidence), 4)


def share_and_z(successes: Ints, trials: Ints) -> tuple[Floats, Floats]:
    """The share who gave an answer, with one of each added, and how far from a half it lies.

    Examples
    --------
    >>> share_and_z(np.array([47]), np.array([64]))
    (array([0.72727273]), array([3.84507677]))
    """
    return (successes + 1) / (trials + 2), 2 * np.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5)


def two_proportions(successes: Ints, trials: Ints, others: Ints, other_trials: Ints) -> Floats:
    """How surely two shares differ: z with 1 added to every count, 0 where everyone gave the answer.

    Examples
    --------
    >>> two_proportions(np.array([9]), np.array([9]), np.array([0]), np.array([9])).round(3)
    array([4.045])
    """
    s1, n1, s2, n2 = successes + 1.0, trials + 1.0, others + 1.0, other_trials + 1.0
    pooled = (s1 + s2) / (n1 + n2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0.0) * (1 / n1 + 1 / n2))
    return np.divide(s1 / n1 - s2 / n2, spread, out=np.zeros_like(spread), where=spread > 0)


def compare(group: Tally, others: Tally) -> tuple[Answers, Answers]:
    """A group's agreement and disagreement with each statement, against the people of all other groups.

    Parameters
    ----------
    group, others : Tally

    Returns
    -------
    agree, disagree : Answers

    Raises
    ------
    ValueError
        The two are not about equally many statements.

    Examples
    --------
    >>> one = Tally(np.array([9]), np.array([0]), np.array([1]))
    >>> rest = Tally(np.array([1]), np.array([9]), np.array([0]))
    >>> agree, disagree = compare(one, rest)
    >>> agree.ratio
    array([5.])
    """
    if len(group.agrees) != len(others.agrees):
        raise ValueError("both are about the same statements")
    found = []
    for n, rest in ((group.agrees, others.agrees), (group.disagrees, others.disagrees)):
        p, z = share_and_z(n, group.seen)
        p_rest, _ = share_and_z(rest, others.seen)
        found.append(Answers(n, p, z, p / p_rest, two_proportions(n, group.seen, rest, others.seen)))
    return found[0], found[1]


def representative(
    by_group: tuple[Tally, ...], excluded: Flags, settings: Settings
) -> tuple[tuple[Telling, ...], ...]:
    """For each group, the statements that it answers unlike the others and mostly one way: what it stands
    for.

    Parameters
    ----------
    by_group : tuple of Tally
    excluded : bool array of n_statements
        Statements that stand for nobody: moderated out, or meta.
    settings : Settings
        `confidence` and `listed`.

    Returns
    -------
    tuple of tuple of Telling
        For each group at most `listed`, those agreed with first; at least one where it saw any statement.
        None where there are not two groups.

    Raises
    ------
    ValueError
        Not one flag for each statement.

    Examples
    --------
    >>> one = Tally(np.array([9, 5]), np.array([0, 5]), np.array([1, 0]))
    >>> two = Tally(np.array([1, 5]), np.array([9, 5]), np.array([0, 0]))
    >>> found = representative((one, two), np.zeros(2, bool), Settings())
    >>> [[(t.statement, t.direction.name) for t in group] for group in found]
    [[(0, 'AGREE')], [(0, 'DISAGREE')]]

    References
    ----------
    C. Small et al., "Polis" (2021), representative comments.
    """
    if len(by_group) < 2:
        return ((),) * len(by_group)
    n = len(by_group[0].agrees)
    if excluded.shape != (n,):
        raise ValueError("one flag for each statement")
    rest = [added(tuple(t for o, t in enumerate(by_group) if o != g), n) for g in range(len(by_group))]
    return tuple(_choose(g, o, excluded, settings) for g, o in zip(by_group, rest, strict=True))


def _choose(group: Tally, others: Tally, excluded: Flags, settings: Settings) -> tuple[Telling, ...]:
    agree, disagree = compare(group, others)
    least = threshold(settings.confidence)
    open_to = ~excluded & (group.agrees + group.disagrees > 0)
    agreed = open_to & (agree.z_others > least) & (agree.z > least)
    refused = open_to & (disagree.z_others > least) & (disagree.z > least)
    # Where both hold, the difference from the others decides.
    agreed, refused = (
        agreed & ~(refused & (disagree.z_others >= agree.z_others)),
        refused & ~(agreed & (agree.z_others > disagree.z_others)),
    )
    strength = np.where(agreed, agree.strength, np.where(refused, disagree.strength, -np.inf))
    order = [int(j) for j in np.argsort(-strength, kind="stable") if agreed[j] or refused[j]]
    if not order:
        return _fallback(agree, disagree, group, open_to)
    best_agree = [j for j in order if agreed[j]][:1]
    chosen = (best_agree + [j for j in order if j not in best_agree])[: settings.listed]
    told = [_telling(j, agree if agreed[j] else disagree, group, bool(agreed[j])) for j in chosen]
    return tuple(sorted(told, key=lambda each: each.direction != Vote.AGREE))


def _fallback(agree: Answers, disagree: Answers, group: Tally, open_to: Flags) -> tuple[Telling, ...]:
    """Nothing passes the tests: the one answer that differs most from the others'."""
    if not open_to.any():
        return ()
    apart = np.where(open_to, np.maximum(agree.z_others, disagree.z_others), -np.inf)
    j = int(np.argmax(apart))
    agrees = bool(agree.z_others[j] >= disagree.z_others[j])
    return (_telling(j, agree if agrees else disagree, group, agrees),)


def _telling(j: int, answers: Answers, group: Tally, agrees: bool) -> Telling:
    return Telling(
        statement=j,
        direction=Vote.AGREE if agrees else Vote.DISAGREE,
        n_success=int(answers.n[j]),
        n_trials=int(group.seen[j]),
        p=float(answers.p[j]),
        z=float(answers.z[j]),
        ratio=float(answers.ratio[j]),
        z_others=float(answers.z_others[j]),
    )
