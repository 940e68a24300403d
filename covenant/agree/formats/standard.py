"""The Open Covenant Standard 0.1: a covenant as a file, and a file as what would be signed.

docs/standard/covenant.md explains the file; `open-covenant-0.1.schema.json` is its schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.agree.engine import Content, content_hash
from covenant.agree.formats.checking import MOST_FAULTS, of_schema, parse, pointer
from covenant.agree.formats.faults import Fault, NotValid
from covenant.agree.formats.naming import of_names
from covenant.agree.types import (
    ClauseView,
    Ground,
    GroundKind,
    Reciprocal,
    Resources,
    Section,
    SectionKind,
    Term,
)
from covenant.place.types import PartyView, Sector, Tier

FORMAT = "open-covenant/0.1"
NOWHERE = UUID(int=0)  # a file says nothing of the place of a party


def write(file: Mapping[str, Any]) -> bytes:
    """A file's bytes: JSON in UTF-8, two spaces deep, a line's end after it."""
    return (json.dumps(file, ensure_ascii=False, indent=2) + "\n").encode()


def compact(file: Mapping[str, Any]) -> str:
    """A file on one line, as a page carries it."""
    return json.dumps(file, ensure_ascii=False, separators=(",", ":"))


def read(data: bytes) -> dict[str, Any]:
    """A file that keeps to the standard.

    Raises
    ------
    NotValid
        With every fault: what the schema does not have, what names nothing in the file, days that no calendar
        has, and versions whose words are not those of their hash.
    """
    file = parse(data)
    if faults := validate(file):
        raise NotValid(faults)
    return file


def validate(file: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with a file, in the order of the standard; nothing where it keeps to it."""
    faults = of_schema(file)
    faults += of_names(file)
    wrong = {fault.at for fault in faults}
    if not any(at.startswith(("/parties", "/covenant/title", "/covenant/id")) or not at for at in wrong):
        faults += _of_hashes(file, wrong)
    return faults[:MOST_FAULTS]


def _of_hashes(file: Mapping[str, Any], wrong: set[str]) -> Iterator[Fault]:
    """Versions whose hash is not that of their words, among those in which nothing else is wrong."""
    for place, version in enumerate(file.get("covenant", {}).get("versions", ())):
        at = pointer("covenant", "versions", place)
        if version.get("hash") and not any(each == at or each.startswith(f"{at}/") for each in wrong):
            actual = content_hash(content(file, version))
            if actual != version["hash"]:
                said = f"These words have the hash {actual}: they are not those that were signed."
                yield Fault(f"{at}/hash", said)


# ------------------------------------------------------------------------------------- out of a file


def parties(file: Mapping[str, Any]) -> dict[str, PartyView]:
    """The parties that a file names, by their ids."""
    return {
        each["id"]: PartyView(
            id=UUID(each["id"]),
            slug="",
            name=each["name"],
            sector=Sector(each["sector"]),
            kind=each.get("kind", ""),
            org_id=next(iter(each.get("identifiers", ())), ""),
            place=NOWHERE,
        )
        for each in file["parties"]
    }


def content(file: Mapping[str, Any], version: Mapping[str, Any]) -> Content:
    """All that a version in a valid file says, as it was or would be signed."""
    named = parties(file)
    term = version.get("term", {})
    numbers = {each["commitment"]: each["number"] for each in version["clauses"]}
    return Content(
        title=file["covenant"]["title"],
        purpose=version["purpose"],
        parties=tuple(named[id] for id in version["parties"]),
        clauses=tuple(_clause(each, named, numbers) for each in version["clauses"]),
        sections=tuple(
            Section(SectionKind(each["kind"]), each["text"]) for each in version.get("sections", ())
        ),
        term=Term(*(_day(term.get(name)) for name in ("starts", "ends", "review"))),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _clause(
    said: Mapping[str, Any], named: Mapping[str, PartyView], numbers: Mapping[str, int]
) -> ClauseView:
    first, *together = (named[id] for id in said["debtors"])
    return ClauseView(
        id=UUID(said["commitment"]),
        commitment=UUID(said["commitment"]),
        number=said["number"],
        debtor=first,
        together=tuple(together),
        creditors=tuple(named[id] for id in said["creditors"]),
        text=said["text"],
        measure=said["measure"],
        evidence=said.get("evidence", ""),
        due=date.fromisoformat(said["due"]),
        review=_day(said.get("review")),
        tier=Tier(said["tier"]),
        outcome=said["outcome"],
        baseline=said.get("baseline", ""),
        resources=Resources(said["resources"]),
        explain=said.get("explain", ""),
        reciprocals=tuple(Reciprocal(UUID(id), numbers.get(id, 0)) for id in said.get("if", ())),
        grounds=tuple(_ground(each) for each in said.get("grounds", ())),
    )


def _ground(said: Mapping[str, Any]) -> Ground:
    statement = said.get("statement")
    return Ground(
        kind=GroundKind(said["kind"]),
        statement=UUID(statement) if statement else None,
        citation=dict(said.get("citation", {})),
        text=said.get("text", ""),
        source=said.get("source", ""),
    )


# ----------------------------------------------------------------------------------------- into a file


def filled(**said: Any) -> dict[str, Any]:
    """What is said, in this order, without what is left open."""
    return {name: _written(value) for name, value in said.items() if value not in (None, "", (), [], {})}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def party_said(party: PartyView, identifiers: Iterable[str] = ()) -> dict[str, Any]:
    return filled(
        id=party.id,
        name=party.name,
        sector=party.sector.value,
        kind=party.kind,
        identifiers=list(identifiers),
    )


def clause_said(clause: ClauseView) -> dict[str, Any]:
    """A clause as a file has it."""
    return {
        "commitment": str(clause.commitment),
        "number": clause.number,
        "debtors": [str(party.id) for party in clause.debtors],
        "creditors": [str(party.id) for party in clause.creditors],
        "text": clause.text,
        "measure": clause.measure,
        **filled(evidence=clause.evidence),
        "due": clause.due.isoformat(),
        **filled(review=clause.review),
        "tier": clause.tier.value,
        "outcome": clause.outcome,
        **filled(baseline=clause.baseline),
        "resources": clause.resources.value,
        **filled(explain=clause.explain),
        **filled(**{"if": [str(each.commitment) for each in clause.reciprocals]}),
        **filled(grounds=[_ground_said(ground) for ground in clause.grounds]),
    }


def _ground_said(ground: Ground) -> dict[str, Any]:
    """A ground as a file has it. What opens the seal of words stays where it can be erased."""
    citation = {name: value for name, value in ground.citation.items() if name != "salt"}
    return filled(
        kind=ground.kind.value,
        statement=ground.statement,
        citation=citation,
        text=ground.text,
        source=ground.source,
    )


def words_said(content: Content) -> dict[str, Any]:
    """What a version says, as a file has it."""
    return {
        "purpose": content.purpose,
        "parties": [str(party.id) for party in content.parties],
        **filled(
            sections=[{"kind": each.kind.value, "text": each.text} for each in content.sections if each.text],
            term=filled(starts=content.term.starts, ends=content.term.ends, review=content.term.review),
        ),
        "clauses": [clause_said(clause) for clause in content.clauses],
    }
