"""Whatever a file names must be in it, once: parties, commitments, versions. Part of `standard`.

It looks at files of which nothing is known yet, so that it says what is wrong beside what the schema says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from covenant.agree.formats.checking import pointer
from covenant.agree.formats.faults import MOST_FAULTS, Fault, shown

NEEDS_NO_HASH = ("draft", "withdrawn")
_ID = re.compile(r"[0-9a-f-]{36}")
_BESIDE: dict[str, tuple[str, ...]] = {
    "trace": (),
    "progress": ("party",),
    "ratings": ("party",),
    "money": ("from", "to"),
    "findings": (),
}
_MOVES: dict[str, tuple[str, ...]] = {"departures": ("party",), "successions": ("old", "new")}
Table = Mapping[str, Any]


def of_names(file: Table) -> list[Fault]:
    """What names nothing, or names twice what is once."""
    faults: list[Fault] = []
    for fault in _names(file):
        faults.append(fault)
        if len(faults) >= MOST_FAULTS:
            break
    return faults


def _tables(holder: object, key: str) -> Iterator[tuple[int, Table]]:
    """The objects in a list, with their places."""
    found = holder.get(key) if isinstance(holder, dict) else None
    for place, each in enumerate(found if isinstance(found, list) else ()):
        if isinstance(each, dict):
            yield place, each


def _texts(holder: Table, key: str) -> list[tuple[int, str]]:
    found = holder.get(key)
    return [
        (place, each)
        for place, each in enumerate(found if isinstance(found, list) else ())
        if isinstance(each, str)
    ]


def _names(file: Table) -> Iterator[Fault]:
    sectors: dict[str, object] = {}
    for place, party in _tables(file, "parties"):
        id = party.get("id")
        if isinstance(id, str):
            if id in sectors:
                yield Fault(pointer("parties", place, "id"), "Another party has this id already.")
            sectors.setdefault(id, party.get("sector"))
    covenant = file.get("covenant")
    if covenant is None and "pledges" not in file:
        yield Fault("", "A file holds a covenant or pledges.")
    numbers: dict[str, object] = {}
    yield from _versions(covenant, sectors, numbers)
    for name, keys in _MOVES.items():
        for place, each in _tables(covenant, name):
            yield from _known(each, keys, sectors, "covenant", name, place)
    for place, pledge in _tables(file, "pledges"):
        yield from _known(pledge, ("party",), sectors, "pledges", place)
    for name, keys in _BESIDE.items():
        for place, each in _tables(file, name):
            yield from _known(each, keys, sectors, name, place)
            if isinstance(each.get("commitment"), str) and each["commitment"] not in numbers:
                yield Fault(
                    pointer(name, place, "commitment"), "No version in this file has this commitment."
                )
            for reply, said in _tables(each, "replies"):
                yield from _known(said, ("party",), sectors, name, place, "replies", reply)


def _known(each: Table, keys: tuple[str, ...], sectors: Table, *at: object) -> Iterator[Fault]:
    for key in keys:
        id = each.get(key)
        if isinstance(id, str) and _ID.fullmatch(id) and id not in sectors:
            yield Fault(pointer(*at, key), "This party is not among the parties of the file.")


def _listed(version: Table, key: str, sectors: Table, *at: object) -> Iterator[Fault]:
    """Parties in a list of ids: each known, and once."""
    seen = set[str]()
    for place, id in _texts(version, key):
        if id in seen:
            yield Fault(pointer(*at, key, place), "This stands twice in one list.")
        elif _ID.fullmatch(id) and id not in sectors:
            yield Fault(pointer(*at, key, place), "This party is not among the parties of the file.")
        seen.add(id)


def _versions(covenant: object, sectors: Table, numbers: dict[str, object]) -> Iterator[Fault]:
    seen, in_force = set[int](), 0
    for _, version in _tables(covenant, "versions"):
        for _, clause in _tables(version, "clauses"):
            if isinstance(clause.get("commitment"), str):
                numbers.setdefault(clause["commitment"], clause.get("number"))
    for place, version in _tables(covenant, "versions"):
        at = ("covenant", "versions", place)
        number, state = version.get("number"), version.get("state")
        if isinstance(number, int):
            if number in seen:
                yield Fault(pointer(*at, "number"), f"There is a version {number} already.")
            seen.add(number)
        in_force += state == "in force"
        if state == "in force" and in_force > 1:
            yield Fault(pointer(*at, "state"), "Another version is in force: only one can be.")
        if isinstance(state, str) and state not in NEEDS_NO_HASH and "hash" not in version:
            yield Fault(pointer(*at), f"A version that is {shown(state)} has a hash.")
        yield from _version(version, at, sectors, numbers)


def _version(version: Table, at: tuple, sectors: Table, numbers: Table) -> Iterator[Fault]:
    for key in ("parties", "needed"):
        yield from _listed(version, key, sectors, *at)
    for place, id in _texts(version, "parties"):
        if sectors.get(id) == "residents":
            said = "Residents are no party: promises are made to them, and nobody signs for them."
            yield Fault(pointer(*at, "parties", place), said)
    yield from _known(version, ("author",), sectors, *at)
    kinds = set[object]()
    for place, section in _tables(version, "sections"):
        kind = section.get("kind")
        if isinstance(kind, str) and kind in kinds:
            yield Fault(pointer(*at, "sections", place, "kind"), "There is a section of this kind already.")
        kinds.add(kind if isinstance(kind, str) else None)
    for key in ("signatures", "refusals"):
        for place, each in _tables(version, key):
            yield from _known(each, ("party",), sectors, *at, key, place)
            party = each.get("party")
            if isinstance(party, str) and sectors.get(party) == "residents":
                yield Fault(pointer(*at, key, place, "party"), "Nobody signs for residents.")
            if key == "signatures" and "hash" in each and each["hash"] != version.get("hash"):
                said = "It is a signature to other words: the version has another hash."
                yield Fault(pointer(*at, key, place, "hash"), said)
    yield from _clauses(version, at, sectors, numbers)


def _clauses(version: Table, at: tuple, sectors: Table, numbers: Table) -> Iterator[Fault]:
    commitments, taken = set[str](), set[int]()
    parties = {id for _, id in _texts(version, "parties")}
    for place, clause in _tables(version, "clauses"):
        here = (*at, "clauses", place)
        id, number = clause.get("commitment"), clause.get("number")
        if isinstance(id, str):
            if id in commitments:
                yield Fault(pointer(*here, "commitment"), "This version has this commitment already.")
            elif numbers.get(id) != number:
                said = f"This commitment has the number {numbers.get(id)} in another version."
                yield Fault(pointer(*here, "number"), said)
            commitments.add(id)
        if isinstance(number, int):
            if number in taken:
                yield Fault(pointer(*here, "number"), f"There is a commitment {number} already.")
            taken.add(number)
        for key in ("debtors", "creditors"):
            yield from _listed(clause, key, sectors, *here)
        yield from _sides(clause, here, sectors, parties, str(version.get("state")))
        for link, other in _texts(clause, "if"):
            if other not in numbers or other == id:
                said = (
                    "It depends on itself." if other == id else "No version in this file has this commitment."
                )
                yield Fault(pointer(*here, "if", link), said)
        for ground, each in _tables(clause, "grounds"):
            if "statement" not in each and not ("text" in each and "source" in each):
                said = "A ground cites a statement, or has a text and a source."
                yield Fault(pointer(*here, "grounds", ground), said)


def _sides(clause: Table, here: tuple, sectors: Table, parties: set[str], state: str) -> Iterator[Fault]:
    """Who owes, and to whom: residents owe nothing, and nobody owes only themselves."""
    debtors = {id for _, id in _texts(clause, "debtors")}
    for place, id in _texts(clause, "debtors"):
        if sectors.get(id) == "residents":
            said = "Residents owe nothing under a covenant: promises are made to them."
            yield Fault(pointer(*here, "debtors", place), said)
    creditors = _texts(clause, "creditors")
    if debtors and creditors and all(id in debtors for _, id in creditors):
        yield Fault(pointer(*here, "creditors"), "It is owed to nobody but those who owe it.")
    for key in ("debtors", "creditors"):
        for place, id in _texts(clause, key):
            stranger = id in sectors and id not in parties and sectors[id] != "residents"
            if stranger and state not in NEEDS_NO_HASH:
                yield Fault(pointer(*here, key, place), "This is no party to the version.")
