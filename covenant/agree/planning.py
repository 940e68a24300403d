"""What an import of a file would make, before anything is made: whom it means here, and what it leaves out.

Part of `reads`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from uuid_utils.compat import uuid7

from covenant.agree.engine import Content
from covenant.agree.formats import standard
from covenant.agree.formats.checking import pointer
from covenant.agree.formats.commitments import commitments, file_of
from covenant.agree.formats.faults import MOST_GUESSES, Fault, NotValid
from covenant.agree.formats.tables import read_grids
from covenant.agree.formats.whom import Named
from covenant.agree.models import Ground as GroundRow
from covenant.agree.types import ClauseView, Ground, GroundKind, VersionState
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.types import PartyView, PlaceView, Sector
from covenant.record.types import committed


@dataclass(frozen=True)
class Signed:
    """A signature that a file tells of. Nothing of it was checked here, and it is no signature here."""

    party: str
    office: str
    capacity: str
    day: date


@dataclass(frozen=True)
class Plan:
    """What would be made of a file: a draft with these words between these parties of this place."""

    content: Content
    number: int  # of the version in the file
    state: VersionState  # that the file says
    hash: str
    signed: tuple[Signed, ...]
    notes: tuple[str, ...]  # what is taken otherwise than the file says

    @property
    def note(self) -> str:
        """Where a draft came from, for everybody who reads it."""
        said = f"It came from a file, which calls it version {self.number}, {self.state.value}."
        if not self.signed:
            return said
        names = "; ".join(f"{each.party} on {each.day.day} {each.day:%B %Y}" for each in self.signed[:40])
        return (
            f"{said} Said by the file, and not checked here: it was signed by {names}. "
            "Nobody has signed it here."
        )


def plan(file: Mapping[str, Any], *, place: UUID, version: int | None = None) -> Plan:
    """What would be made of a valid file in a place.

    Parameters
    ----------
    version
        Which of the file's versions; the one in force, or else the newest, where none is given.

    Raises
    ------
    NotValid
        With every party of it that is not known here, and the names that are near.
    """
    said = _chosen(file, version)
    content = standard.content(file, said)
    here, faults = _meant(file, content, places.parties(place=place))
    if faults:
        raise NotValid(faults)
    notes: list[str] = []
    cited = _cited_here(content)
    kept = {clause.commitment for clause in content.clauses}
    clauses = []
    for clause in content.clauses:
        links = tuple(each for each in clause.reciprocals if each.commitment in kept)
        if len(links) < len(clause.reciprocals):
            notes.append(
                f"Commitment {clause.number} depends on one that this version does not have: left out."
            )
        clauses.append(
            replace(
                clause,
                debtor=here[clause.debtor.id],
                together=tuple(here[party.id] for party in clause.together),
                creditors=tuple(here[party.id] for party in clause.creditors),
                reciprocals=links,
                grounds=tuple(_ground(ground, clause, cited, notes) for ground in clause.grounds),
            )
        )
    taken = replace(
        content, parties=tuple(here[party.id] for party in content.parties), clauses=tuple(clauses)
    )
    state = VersionState(said["state"])
    signed = _signed(said, standard.parties(file))
    return Plan(taken, said["number"], state, said.get("hash", ""), signed, tuple(notes))


def _chosen(file: Mapping[str, Any], version: int | None) -> Mapping[str, Any]:
    if "covenant" not in file:
        said = "The file holds pledges and no covenant: “covenant agree pledges” takes those."
        raise NotValid([Fault("", said)])
    versions = sorted(file["covenant"]["versions"], key=lambda each: -each["number"])
    if version is None:
        return next((each for each in versions if each["state"] == VersionState.IN_FORCE), versions[0])
    found = next((each for each in versions if each["number"] == version), None)
    if found is None:
        raise NotValid([Fault("/covenant/versions", f"The file has no version {version}.")])
    return found


def _meant(
    file: Mapping[str, Any], content: Content, known: list[PartyView]
) -> tuple[dict[UUID, PartyView], list[Fault]]:
    """The party of this place that each of a file means, by id, identifier or name; and who is unknown."""
    needed = {party.id for party in (*content.parties, *(p for c in content.clauses for p in c.named))}
    named = Named(known)
    here, faults = dict[UUID, PartyView](), list[Fault]()
    for place, said in enumerate(file["parties"]):
        id = UUID(said["id"])
        if id not in needed:
            continue
        at = pointer("parties", place)
        found = named.called(said["id"], *said.get("identifiers", ()), said["name"])
        if found is None and said["sector"] == Sector.RESIDENTS:
            found = named.residents
        if found is None:
            close = named.near(said["name"], guess=len(faults) < MOST_GUESSES)
            faults.append(Fault(at, f"No party of this place is “{said['name'][:100]}”.{close}"))
        elif found.sector.value != said["sector"]:
            side = found.sector.label.lower()
            faults.append(Fault(at, f"“{found.name}” stands on another side here: {side}."))
        elif found in here.values():
            faults.append(Fault(at, f"“{found.name}” is meant by another party of the file already."))
        else:
            here[id] = found
    return here, faults


def _cited_here(content: Content) -> dict[UUID, list[dict[str, Any]]]:
    """What the covenants here cite of the statements that a file cites: one query."""
    wanted = {ground.statement for clause in content.clauses for ground in clause.grounds if ground.statement}
    rows = GroundRow.objects.filter(statement__in=wanted).values_list("statement_id", "citation")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for statement, citation in rows:
        found.setdefault(statement, []).append(citation)
    return found


def _ground(
    ground: Ground, clause: ClauseView, cited: Mapping[UUID, list[dict[str, Any]]], notes: list[str]
) -> Ground:
    """A ground as it can stand here: nobody says by a file how many agreed to something."""
    if not ground.kind.is_heard and ground.text and ground.source:
        return replace(ground, statement=None, citation={})
    if ground.statement is not None and ground.kind.is_heard:
        same = committed(ground.citation)
        for known in cited.get(ground.statement, ()):
            if committed(known) == same:
                return replace(ground, citation=known)
        now = listen.latest_citation(ground.statement)
        if now is not None:
            notes.append(
                f"Commitment {clause.number} cites what was said here: its figures are those known here now, "
                "not those of the file."
            )
            return replace(ground, citation=now.as_json())
    notes.append(
        f"Commitment {clause.number} cites what was said elsewhere: it stands as evidence that the file "
        "tells of, and was not checked here."
    )
    text = ground.text or str(ground.citation.get("text", "")) or "A statement that the file does not quote"
    where = ground.citation.get("conversation_title", "")
    source = ground.source or f"Said by an imported file{f', of the conversation “{where}”' if where else ''}"
    return Ground(GroundKind.EVIDENCE, None, {}, text, source[:500])


def _signed(said: Mapping[str, Any], named: Mapping[str, PartyView]) -> tuple[Signed, ...]:
    return tuple(
        Signed(
            named[each["party"]].name,
            each.get("office", ""),
            each.get("capacity", ""),
            date.fromisoformat(each["date"]),
        )
        for each in said.get("signatures", ())
    )


# ----------------------------------------------------------------------------------- a file of any form


@dataclass(frozen=True)
class Found:
    """A file of the standard, out of what was handed in, and what of that was not read."""

    file: dict[str, Any]
    notes: tuple[str, ...] = ()


def file_from(
    name: str,
    content: bytes,
    *,
    place: PlaceView,
    day_first: bool = False,
    title: str = "",
    purpose: str = "",
) -> Found:
    """What was handed in as a file of the standard: one, or a table of commitments, by the end of its name.

    Raises
    ------
    NotValid
        With every fault.
    """
    if name.rpartition(".")[2].lower() == "json":
        return Found(standard.read(content))
    digest = hashlib.sha256(content).hexdigest()
    grids = read_grids(name, content)
    known = places.parties(place=place.id)
    taken = commitments(grids, known, tier=place.tier, day_first=day_first, seed=digest)
    if not any(party.sector.signs for party in taken.parties):
        raise NotValid([Fault("", "No body of this place is named in the table.")])
    stem = name.rpartition(".")[0].replace("_", " ").strip()[:200]
    file = file_of(taken, place=place, title=title or stem or "A covenant", purpose=purpose, id=uuid7())
    return Found(file, tuple(taken.notes))


def address_of(title: str) -> str:
    """An address for a covenant with a title."""
    return slugify(title)[:50].strip("-") or "covenant"


def alone(file: Mapping[str, Any], version: int | None = None) -> dict[str, Any]:
    """A file with one of its versions alone: what an import makes a draft of."""
    return {
        "format": file["format"],
        "place": file["place"],
        "parties": file["parties"],
        "covenant": {
            "id": file["covenant"]["id"],
            "title": file["covenant"]["title"],
            "versions": [dict(_chosen(file, version))],
        },
    }
