"""The names of what is consented to and signed: each is one hash over every word of it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from covenant.record.types import root
from covenant.scrutinise.desk import Row, Terms


def terms_hash(covenant: UUID, needed: Iterable[UUID], person: str, terms: Terms) -> str:
    """The name of a proposal to appoint: one hash over every word of it and everyone whose consent it takes.

    Parameters
    ----------
    person
        Who it is, sealed: the hash binds the person and tells nobody their address.
    """
    return root(
        {
            "act": "appoint a scrutineer",
            "covenant": str(covenant),
            "parties": sorted(map(str, needed)),
            "person": person,
            "name": terms.name,
            "statement": terms.statement,
            "interests": terms.interests,
            "contact": terms.contact,
            "starts": terms.starts.isoformat(),
            "ends": terms.ends.isoformat(),
        }
    )


def removal_hash(appointment: UUID, needed: Iterable[UUID], reason: str) -> str:
    """The name of a proposal to remove: one hash over its reason and everyone whose consent it takes."""
    act = "remove a scrutineer"
    parties = sorted(map(str, needed))
    return root({"act": act, "appointment": str(appointment), "parties": parties, "reason": reason})


def finding_hash(
    *,
    question: UUID,
    version: str,
    text: str,
    evidence: Sequence[Row],
    engine: str,
    sha256: str,
    parties: Iterable[UUID],
    commitments: Iterable[UUID],
    supersedes: UUID | None,
    why: str,
) -> str:
    """The name of a finding: one hash over every word that is signed, and all that it rests on."""
    return root(
        {
            "question": str(question),
            "version": version,
            "text": text,
            "evidence": [row.as_json() for row in evidence],
            "engine": engine,
            "reading": sha256,
            "parties": sorted(map(str, parties)),
            "commitments": sorted(map(str, commitments)),
            "supersedes": str(supersedes) if supersedes else None,
            "why": why,
        }
    )
