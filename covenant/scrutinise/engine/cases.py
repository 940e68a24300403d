"""Makes a case of a few stated or unstated fields: every outcome that stating the rest could give."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from covenant.scrutinise.engine.tally import COUNTS, DOES_NOT, Case, Outcome
from covenant.scrutinise.engine.wording import said
from covenant.scrutinise.programme import NOT_STATED, NotStated, Proposal
from covenant.scrutinise.types import Evidence

# What a text can say to a rule: that there is something, or that there is nothing.
SAID = ("something", "")
T = TypeVar("T")


def stated(values: tuple[T, ...] | NotStated) -> tuple[T, ...]:
    """What is stated of a list: nothing where the list is not stated.

    >>> stated(NOT_STATED), stated(("reeds",))
    ((), ('reeds',))
    """
    return () if isinstance(values, NotStated) else values


def weighed(
    id: str | None,
    fields: Mapping[str, Any],
    ways: Mapping[str, Sequence[Any]],
    read: Callable[[Mapping[str, Any]], Outcome],
    evidence: tuple[Evidence, ...],
    *,
    under: str = "",
) -> Case:
    """Read some fields, each one that is not stated in every way in which it could be.

    Civic meaning: what a source leaves unsaid settles nothing, unless nothing that it could say would matter.

    Parameters
    ----------
    id : of the proposal.
    fields : each field's value, or NOT_STATED.
    ways : for each field, the values that can matter.
    read : the outcome of fields that are all stated.
    evidence : what the fields say.
    under : what stands before a field's name where it is named as missing, such as "duties 2, ".

    Returns
    -------
    Case
        A field that is not stated is missing only where it could change the outcome with the others.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> ruled_out = lambda fields: DOES_NOT if fields["owner"] else COUNTS
    >>> case = weighed("P1", {"owner": NOT_STATED}, {"owner": SAID}, ruled_out, ())
    >>> case.can_be == {COUNTS, DOES_NOT}, case.missing
    (True, (('P1', 'owner'),))
    """
    unsaid = [field for field, value in fields.items() if value is NOT_STATED]
    can_be = frozenset(
        read({**fields, **dict(zip(unsaid, way, strict=True))})
        for way in itertools.product(*(ways[field] for field in unsaid))
    )
    missing = tuple((id, f"{under}{field}") for field in unsaid) if len(can_be) > 1 else ()
    return Case(can_be, len(fields) - len(unsaid) + len(missing), missing, evidence)


def ruled_out(proposal: Proposal, field: str) -> Case:
    """A proposal that counts where the source rules a field out, and does not where it states something.

    >>> ruled_out(Proposal("P1", deadline=""), "deadline").can_be == {COUNTS}
    True
    """
    value = {field: getattr(proposal, field)}
    return weighed(
        proposal.id,
        value,
        {field: SAID},
        lambda fields: DOES_NOT if fields[field] else COUNTS,
        (said(proposal, field),),
    )
