"""The words in which questions speak of actors, counts and sources."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from covenant.scrutinise.programme import (
    Actor,
    Actors,
    Duty,
    End,
    NotStated,
    Proposal,
)
from covenant.scrutinise.types import Evidence

CAVEAT = (
    "A machine asks these questions; only a scrutineer's signed act is a finding. They rest on what was "
    "recorded from the source: what is not found here may still be there."
)
LAW = (
    "The law may settle this, or place it with one body. Nothing here fetters a public body's discretion, "
    "and this is no legal advice."
)


NOT_FOUND = (
    "Not found in what was recorded from the source: it may be there, or stand elsewhere, and it is no fault."
)


def many(count: int, noun: str) -> str:
    """A count with its noun.

    >>> many(1, "proposal"), many(3, "proposal"), many(2, "duty")
    ('1 proposal', '3 proposals', '2 duties')
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def of_them(count: int, n: int) -> str:
    """In how many of the n that a question has just named; of a single one, simply in it.

    >>> of_them(2, 3), of_them(1, 1)
    ('in 2 of them', 'in it')
    """
    return f"in {count} of them" if n > 1 else "in it"


def plain(words: str) -> str:
    """Words as they are compared: without regard to capitals and to the width of spaces.

    >>> plain(" Warm\t homes "), plain("WARM HOMES")
    ('warm homes', 'warm homes')
    """
    return " ".join(words.casefold().split())


def described(actor: Actor, *also: str) -> str:
    """An actor by name, sector, tier and what is asked for besides, saying which of these are not stated.

    >>> described(Actor("Marl Council"))
    'Marl Council (sector not stated, tier not stated)'
    >>> described(Actor("Pump Guild"), "size")
    'Pump Guild (sector not stated, tier not stated, size: not stated)'
    """
    name = "somebody not named" if isinstance(actor.name, NotStated) else actor.name
    sector = "sector not stated" if isinstance(actor.sector, NotStated) else actor.sector.value
    tier = "tier not stated" if isinstance(actor.tier, NotStated) else actor.tier.value
    more = "".join(f", {field}: {getattr(actor, field).value}" for field in also)
    return f"{name} ({sector}, {tier}{more})"


def burden(proposal: Proposal, field: str, on: Actors, duty: Duty, *also: str) -> Evidence:
    """What a proposal says about who carries one of its duties."""
    what = "a duty" if isinstance(duty.text, NotStated) else duty.text
    return Evidence(proposal.id, field, f"{what}: {told(on, *also)}", duty.where)


def said(proposal: Proposal, field: str, *also: str) -> Evidence:
    """What a proposal says in a field of any kind; what the source rules out is "none".

    >>> said(Proposal("P1", deadline=""), "deadline").says, said(Proposal("P1"), "deadline").says
    ('none', 'not stated')
    """
    return Evidence(proposal.id, field, told(getattr(proposal, field), *also), proposal.found_at(field))


def told(value: object, *also: str) -> str:
    """A field's value in words, actors with what is asked for besides; what the source rules out is "none".

    >>> told(NotStated.NOT_STATED), told(""), told(("reeds", "rain")), told((Actor("Marl Council"),))
    ('not stated', 'none', 'reeds; rain', 'Marl Council (sector not stated, tier not stated)')
    """
    each = value if isinstance(value, tuple) else (value,)
    return "; ".join(_word(one, *also) for one in each) or "none"


def _word(value: object, *also: str) -> str:
    if isinstance(value, Actor):
        return described(value, *also)
    return str((value.value if isinstance(value, Enum) else value) or "")


def quoted(ends: Iterable[End]) -> str:
    """The wording of ends, each in quotation marks.

    >>> quoted([End("neighbours decide")])
    '“neighbours decide”'
    """
    return " and ".join(f"“{end.wording}”" for end in ends)
