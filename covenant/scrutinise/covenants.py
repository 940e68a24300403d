"""A version of a covenant, read as a programme of commitments: the same rules ask of both."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from covenant.agree.types import ClauseView, VersionView
from covenant.place.types import PartyView, Sector, Tier
from covenant.scrutinise.types import NOT_STATED, Actor, Programme, Proposal


def programme(title: str, version: VersionView, tiers: Mapping[UUID, Tier]) -> Programme:
    """What a version states, in the referee's terms; the rest is not stated.

    Parameters
    ----------
    tiers
        The tier of each place, by its id: a party acts at the tier of its place.

    Who decides is known: a version is in force only with the consent of every party that it affects. Who
    first thought of a commitment and what money stands behind it is not kept yet, so it is not stated.
    """
    deciding = tuple(_actor(party, tiers) for party in version.needed or version.parties)
    parties = tuple(_actor(party, tiers) for party in version.parties)
    return Programme(
        title=f"{title}, version {version.number}",
        source=version.hash or NOT_STATED,
        proposals=tuple(_proposal(clause, deciding, parties, tiers) for clause in version.clauses),
    )


def _proposal(
    clause: ClauseView,
    deciding: tuple[Actor, ...],
    parties: tuple[Actor, ...],
    tiers: Mapping[UUID, Tier],
) -> Proposal:
    made = Proposal.commitment(
        f"C{clause.number}",
        clause.text,
        debtors=(_actor(clause.debtor, tiers),),
        creditors=tuple(_actor(party, tiers) for party in clause.creditors),
        decided_by=deciding,
        parties=parties,
    )
    heard = any(ground.kind.is_heard for ground in clause.grounds)
    residents = (Actor("those who took part in the conversation", Sector.RESIDENTS),)
    return replace(made, consultation_held=residents) if heard else made


def _actor(party: PartyView, tiers: Mapping[UUID, Tier]) -> Actor:
    return Actor(party.name, party.sector, tiers.get(party.place, NOT_STATED))
