"""Two codings of one source side by side: field by field, how far they agree and where they differ."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from covenant.scrutinise.engine.cases import stated
from covenant.scrutinise.engine.kappa import Kappa, kappa
from covenant.scrutinise.formats.keys import KEYS
from covenant.scrutinise.programme import NOT_STATED, Actor, Inherited, NotStated, Programme

STATED, NONE = "stated", "none"
# What the coder puts into words or numbers them by: nothing in it is right or wrong.
_OWN_WORDS = ("id", "where", "item", "document", "name", "title", "wording")
# Where these hold nothing they say nothing.
_SILENT_IF_EMPTY = ("for_proposals", "by", "level_reasons")


@dataclass(frozen=True)
class Code:
    """What one coder made of a field: a category, and its members where it lists several or is a value."""

    category: str
    members: frozenset[str] | None
    says: str
    where: str | NotStated


@dataclass(frozen=True)
class Sets:
    """Of `n` lists that both coders gave, how many are `same`, and how far they overlap on average."""

    n: int
    same: int
    overlap: float | None


@dataclass(frozen=True)
class FieldAgreement:
    """How far two coders agree about a field, over all that both coded; `silent` if neither states it."""

    table: str
    field: str
    kappa: Kappa
    sets: Sets
    silent: bool


@dataclass(frozen=True)
class Difference:
    """A field about which two coders differ: what each says, and where in the source each found it."""

    table: str
    id: str
    field: str
    first: str
    second: str
    first_where: str | NotStated
    second_where: str | NotStated


@dataclass(frozen=True)
class Matched:
    """Of a table, how many things both coded, and what only one of them has."""

    table: str
    n: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """Two codings side by side. Nothing is added up over fields."""

    matched: tuple[Matched, ...]
    fields: tuple[FieldAgreement, ...]
    differences: tuple[Difference, ...]


Codes = dict[str, dict[str, Code]]  # by the id of a thing and the name of a field


def agreement(first: Programme, second: Programme) -> Agreement:
    """Set two codings of one source side by side.

    Civic meaning: shows whether what a reading rests on is in the document or in the eye of its coder, and
    which fields two people must talk about before anybody relies on them.

    Parameters
    ----------
    first, second : proposals are matched by id; duties by their order, where a proposal has equally many in
        both; ends by their wording; actors by name; what was heard by id; lineage by document and item,
        with or without the document's id before it.

    Returns
    -------
    Agreement
        For each field, over all that was matched: Cohen's kappa on categories, "not stated" and "none" among
        them. A field of one choice has its choices as categories; a list, a day or a number is "stated", and
        its members are compared as sets where both state it: how many are the same, and the mean of the share
        that they have in common (Jaccard). Of texts in the coder's words only whether they are stated is
        compared. Every difference stands below with both values.

    Examples
    --------
    >>> from covenant.scrutinise.programme import Proposal
    >>> guild, council = Actor("Guild"), Actor("Council")
    >>> ann, bob = (Proposal("P1", owner=owner) for owner in ((council, guild), (guild,)))
    >>> found = agreement(Programme("Wells", proposals=(ann,)), Programme("Wells", proposals=(bob,)))
    >>> [(each.field, each.first, each.second) for each in found.differences if each.table == "proposals"]
    [('owner', 'Council; Guild', 'Guild')]
    >>> next(field.sets for field in found.fields if field.field == "owner")
    Sets(n=1, same=0, overlap=0.5)

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960). P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
    """
    firsts, seconds = _coded(first, second), _coded(second, first)
    matched: list[Matched] = []
    fields: list[FieldAgreement] = []
    differences: list[Difference] = []
    for table in firsts:
        ours, theirs = firsts[table], seconds[table]
        both = [id for id in ours if id in theirs]
        only_first = tuple(id for id in ours if id not in theirs)
        matched.append(Matched(table, len(both), only_first, tuple(id for id in theirs if id not in ours)))
        for field in _fields(table):
            pairs = [(ours[id][field], theirs[id][field]) for id in both]
            if table != "programme":  # of which there is but one
                fields.append(_field(table, field, pairs))
            differences += [
                Difference(table, id, field, a.says, b.says, a.where, b.where)
                for id, (a, b) in zip(both, pairs, strict=True)
                if a.category != b.category or a.members != b.members
            ]
    return Agreement(tuple(matched), tuple(fields), tuple(differences))


def _fields(table: str) -> tuple[str, ...]:
    return tuple(key for key in KEYS[table] if key not in _OWN_WORDS)


def _field(table: str, field: str, pairs: list[tuple[Code, Code]]) -> FieldAgreement:
    lists = [(a.members, b.members) for a, b in pairs if a.members is not None and b.members is not None]
    overlaps = [len(ours & theirs) / len(ours | theirs) for ours, theirs in lists if ours | theirs]
    sets = Sets(
        len(lists),
        sum(ours == theirs for ours, theirs in lists),
        sum(overlaps) / len(overlaps) if overlaps else None,
    )
    categories = [(a.category, b.category) for a, b in pairs]
    silent = all({a, b} == {NOT_STATED.value} for a, b in categories)
    return FieldAgreement(table, field, kappa(categories), sets, silent)


def _coded(programme: Programme, other: Programme) -> dict[str, Codes]:
    """All that a coder said, by table; of duties only those of proposals that have as many in the other."""
    proposals = {proposal.id: proposal for proposal in programme.proposals}
    theirs = {proposal.id: stated(proposal.duties) for proposal in other.proposals}
    duties = {
        f"{id}, duty {number}": duty
        for id, proposal in proposals.items()
        if len(stated(proposal.duties)) == len(theirs.get(id, ()))
        for number, duty in enumerate(stated(proposal.duties), start=1)
    }
    found: dict[str, dict[str, Any]] = {
        "programme": {"the programme": programme},
        "ends": _numbered((_plain(end.wording), end) for end in stated(programme.ends)),
        "actors": _actors(programme),
        "proposals": proposals,
        "duties": duties,
        "heard": {each.id: each for each in stated(programme.heard)},
        "lineage": _numbered((_item(each), each) for each in stated(programme.lineage)),
    }
    return {table: _codes(table, records) for table, records in found.items()}


def _codes(table: str, records: dict[str, Any]) -> Codes:
    return {id: {field: _code(each, field) for field in _fields(table)} for id, each in records.items()}


def _plain(words: str) -> str:
    """A wording without what people quote differently: case, and all that is neither letter nor figure."""
    return " ".join("".join(each if each.isalnum() else " " for each in words.casefold()).split())


def _item(row: Inherited) -> str:
    """An item of an earlier document, whether or not its id begins with that of its document."""
    return f"{row.document}: {row.item.removeprefix(f'{row.document}.')}"


def _numbered(pairs: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    """Things by name; of those that share one, the second and those after it get a number."""
    times: Counter[str] = Counter()
    found = {}
    for name, thing in pairs:
        times[name] += 1
        found[name if times[name] == 1 else f"{name} ({times[name]})"] = thing
    return found


def _actors(programme: Programme) -> dict[str, Actor]:
    """Every actor that a proposal or a duty names, by its name."""
    by_name: dict[str, Actor] = {}
    for proposal in programme.proposals:
        duties = stated(proposal.duties)
        values = [getattr(proposal, key) for key in KEYS["proposals"]] + [duty.on for duty in duties]
        for value in values:
            for actor in value if isinstance(value, tuple) else ():
                if isinstance(actor, Actor) and not isinstance(actor.name, NotStated):
                    by_name.setdefault(_plain(actor.name), actor)
    return by_name


def _code(record: Any, field: str) -> Code:
    value = getattr(record, field)
    places = getattr(record, "where", NOT_STATED)
    where = dict(places).get(field, NOT_STATED) if isinstance(places, tuple) else places
    match value:
        case NotStated():
            return Code(value.value, None, value.value, where)
        case None | "" | ():
            said = NOT_STATED.value if field in _SILENT_IF_EMPTY else NONE
            return Code(said, None, said, where)
        case Enum():
            return Code(str(value.value), None, str(value.value), where)
        case str() if field != "date":
            return Code(STATED, None, value, where)
        case datetime.date() | int() | str():
            return Code(STATED, frozenset([str(value)]), str(value), where)
    if field == "duties":
        return Code(STATED, frozenset([str(len(value))]), f"{len(value)} stated", where)
    names = [_name(each) for each in value]
    return Code(STATED, frozenset(_plain(name) or name for name in names), "; ".join(names), where)


def _name(member: Any) -> str:
    if isinstance(member, Actor):
        return "somebody not named" if isinstance(member.name, NotStated) else member.name
    return str(member.value) if isinstance(member, Enum) else str(member)
