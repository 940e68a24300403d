"""Asks about what earlier documents held and the programme sets aside without a reason."""

from __future__ import annotations

from collections.abc import Mapping

from covenant.scrutinise.engine.cases import stated, weighed
from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, SET_ASIDE, Case, Outcome
from covenant.scrutinise.engine.verdict import Subject, verdict
from covenant.scrutinise.engine.wording import many, told
from covenant.scrutinise.programme import NOT_STATED, Inherited, NotStated, Programme, Relation
from covenant.scrutinise.types import Evidence, Figure, Metric, Question, Threshold, Unasked

_SUBJECT = Subject(
    "lineage.set-aside",
    "lineage",
    "said earlier, and set aside without a reason",
    "item",
    "of an earlier document of which it is stated what becomes of it",
    "Why it is not taken up: because it was tried, because something else does it, or because the need is "
    "gone; or where it is taken up after all.",
)
_OUTCOMES = {
    Relation.SET_ASIDE: COUNTS,
    Relation.TAKEN_UP: DOES_NOT,
    Relation.ANSWERED: DOES_NOT,
    Relation.NOT_FOUND: SET_ASIDE,
}


def ask(programme: Programme, thresholds: Mapping[str, Threshold]) -> tuple[Question | Unasked, ...]:
    """Find what earlier documents held and the programme speaks of and drops without a reason.

    Civic meaning: those who were asked before, and answered, want to know what became of it. To set
    something aside is anybody's right; a reader asks for the reason.

    What was looked for and not found is no case: it may be there (see `gaps`).

    Parameters
    ----------
    programme : read, never changed; its `lineage` says what it makes of what earlier documents held.
    thresholds : by rule; this reads "lineage" (least count in items).

    Returns
    -------
    tuple of Question or Unasked
        A single one.

    Raises
    ------
    KeyError
        Where there is no threshold called "lineage".

    Examples
    --------
    >>> from fractions import Fraction
    >>> wells = Programme("Wells", lineage=(Inherited("pumps", "plan", "A pump each.", Relation.SET_ASIDE),))
    >>> [found.id for found in ask(wells, {"lineage": Threshold(1, Fraction(0), "an example")})
    ...     if isinstance(found, Question)]
    ['lineage.set-aside']
    """
    rows = stated(programme.lineage)
    if isinstance(programme.lineage, NotStated):
        cases = [Case(frozenset(Outcome), 1, ((None, "lineage"),), any_number=True)]
    else:
        cases = [_case(place, row) for place, row in enumerate(rows, start=1)]
    relations = [*Relation, NOT_STATED]
    counts = {relation: sum(row.relation is relation for row in rows) for relation in relations}
    beside = [
        Figure(f"of all items, {relation.value}", count, len(rows))
        for relation, count in counts.items()
        if count
    ]
    return (verdict(_SUBJECT, cases, thresholds["lineage"], _text, beside=beside),)


def _text(metric: Metric) -> str:
    one = metric.count == 1
    return (
        f"The programme says what it makes of {many(metric.n, 'item')} that earlier documents held; of "
        f"these, {metric.count} {'is' if one else 'are'} set aside, and no reason is given. "
        f"Why {'is it' if one else 'are they'} not taken up?"
    )


def _case(place: int, row: Inherited) -> Case:
    rows = {"text": f"{row.document}, {row.item}: {row.text}", "relation": told(row.relation)}
    if row.by:
        rows["by"] = told(row.by)
    says = tuple(
        Evidence(None, f"lineage {place}, {field}", words, row.where) for field, words in rows.items()
    )
    return weighed(
        None,
        {"relation": row.relation},
        {"relation": tuple(Relation)},
        lambda fields: _OUTCOMES[fields["relation"]],
        says,
        under=f"lineage {place}, ",
    )
