"""A programme and the word on its coding as the tables of a programme file, and those as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

from covenant.scrutinise.formats.coded import Coded
from covenant.scrutinise.formats.faults import LONGEST_ID, NONE, UNNAMED
from covenant.scrutinise.formats.keys import FORMAT, KEYS, PLACED
from covenant.scrutinise.programme import Actor, Duty, Kind, NotStated, Proposal

Tables = dict[str, Any]
Called = dict[Actor, str]
# What these hold where they are empty is what they hold where they are left out.
_AS_LEFT_OUT = (("for_proposals", NONE), ("by", NONE), ("level_reasons", NONE), ("kind", Kind.PROPOSAL.value))
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def tables_of(coded: Coded) -> Tables:
    """The tables of a programme file that reads back as the same programme: what is not stated is left out.

    Examples
    --------
    >>> from covenant.scrutinise.programme import Programme
    >>> wells = Programme("Wells", ends=(), proposals=(Proposal("P1", decided_by=(Actor("Ann"),)),))
    >>> tables = tables_of(Coded(wells))
    >>> tables["ends"], tables["proposals"], tables["actors"]
    ('none', [{'id': 'P1', 'decided_by': ['Ann']}], {'Ann': {'name': 'Ann'}})
    """
    programme = coded.programme
    called = _called(coded)
    file: Tables = {"format": FORMAT}
    file["programme"] = _table(programme, "programme", called)
    file["coding"] = _table(coded.coding, "coding", called)
    file["ends"] = _list(programme.ends, "ends", called)
    known = dict(coded.actors) | {id: actor for actor, id in called.items() if id != UNNAMED}
    file["actors"] = {id: _table(actor, "actors", called) for id, actor in known.items()}
    file["proposals"] = [_proposal(proposal, called) for proposal in programme.proposals]
    file["heard"] = _list(programme.heard, "heard", called)
    file["lineage"] = _list(programme.lineage, "lineage", called)
    return {key: value for key, value in file.items() if value or key == "proposals"}


def _called(coded: Coded) -> Called:
    """An id for each actor: the one that the file gave it, or one made of its name."""
    called = {Actor(): UNNAMED}
    for id, actor in coded.actors:
        called.setdefault(actor, id)
    taken = {id.casefold() for id, _ in coded.actors} | {UNNAMED}
    for actor in _mentioned(coded.programme.proposals):
        if actor not in called:
            name = "" if isinstance(actor.name, NotStated) else actor.name
            stem = re.sub(r"[^\w]+", "-", name).strip("-")[: LONGEST_ID - 6] or "actor"
            id, number = stem, 1
            while id.casefold() in taken or id.casefold() == NONE:
                number += 1
                id = f"{stem}-{number}"
            called[actor] = id
            taken.add(id.casefold())
    return called


def _mentioned(proposals: tuple[Proposal, ...]) -> Iterator[Actor]:
    for proposal in proposals:
        duties = () if isinstance(proposal.duties, NotStated) else proposal.duties
        values = [getattr(proposal, key) for key in KEYS["proposals"]] + [duty.on for duty in duties]
        lists = (value for value in values if isinstance(value, tuple))
        yield from (each for value in lists for each in value if isinstance(each, Actor))


def _list(found: Any, name: str, called: Called) -> Any:
    if isinstance(found, NotStated):
        return None
    return [_table(each, name, called) for each in found] or NONE


def _table(record: Any, name: str, called: Called) -> Tables:
    pairs = ((key, _value(getattr(record, key), called)) for key in KEYS[name])
    return {key: value for key, value in pairs if value is not None and (key, value) not in _AS_LEFT_OUT}


def _proposal(proposal: Proposal, called: Called) -> Tables:
    table = _table(proposal, "proposals", called)
    table.pop("where", None)
    where = dict(proposal.where)
    stated = [key for key in PLACED["proposals"] if key in table]
    if where and len(set(where.values())) == 1 and list(where) == stated:
        table["where"] = next(iter(where.values()))
    elif where:
        table["where"] = where
    return table


def _value(value: Any, called: Called) -> Any:
    """A field as a file has it: None where nothing is stated."""
    match value:
        case NotStated():
            return None
        case None | "" | ():
            return NONE
        case Enum():
            return value.value
        case Actor():
            return called[value]
        case Duty():
            return _table(value, "duties", called)
        case tuple():
            return [_value(each, called) for each in value]
    return value


def toml_of(file: Tables) -> str:
    """The tables of a programme file as TOML.

    >>> print(toml_of({"format": "f", "actors": {"a b": {"name": "A"}}, "proposals": [{"id": "1"}]}))
    format = "f"
    <BLANKLINE>
    [actors."a b"]
    name = "A"
    <BLANKLINE>
    [[proposals]]
    id = "1"
    <BLANKLINE>
    """
    lines = [f"{key} = {_toml(value)}" for key, value in file.items() if isinstance(value, str)]
    for name, value in file.items():
        if name == "actors":
            for id, table in value.items():
                lines += ["", f"[actors.{_key(id)}]", *_lines(table)]
        elif isinstance(value, dict):
            lines += ["", f"[{name}]", *_lines(value)]
        elif isinstance(value, list):
            for table in value:
                lines += ["", f"[[{name}]]", *_lines(table)]
                for duty in table.get("duties", ()) if table.get("duties") != NONE else ():
                    lines += ["", f"[[{name}.duties]]", *_lines(duty)]
                if isinstance(table.get("where"), dict):
                    lines += ["", f"[{name}.where]", *_lines(table["where"])]
    return "\n".join(lines) + "\n"


def _lines(table: Tables) -> list[str]:
    """The keys of a table, without what has tables of its own below it."""
    return [f"{key} = {_toml(value)}" for key, value in table.items() if not _has_tables(value)]


def _has_tables(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _toml(key)


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    # JSON's strings are TOML's basic strings, once no control character is in them.
    return json.dumps(value, ensure_ascii=False)
