"""A version of a covenant, read as a programme of commitments: the same rules ask of both."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from covenant.agree.types import ClauseView, Resources, VersionView
from covenant.place.types import PartyView, Sector, Tier
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Funding, Kind, Programme, Proposal


def programme(title: str, version: VersionView, tiers: Mapping[UUID, Tier]) -> Programme:
    """What a version states, in the referee's terms; the rest is not stated.

    Parameters
    ----------
    tiers
        The tier of each place, by its id: a party acts at the tier of its place.

    Who decides is known: a commitment is in force only with the consent of those who owe it and are owed it,
    and of every other party that the version affects. They decide about it even where this version leaves it
    as it was and so does not ask them again. Residents sign nothing, so they are not among them. Who first
    thought of a commitment and what money stands behind it is not kept yet, so it is not stated.
    """
    parties = tuple(_actor(party, tiers) for party in version.parties)
    return Programme(
        title=f"{title}, version {version.number}",
        source=version.hash or NOT_STATED,
        proposals=tuple(_proposal(clause, version, parties, tiers) for clause in version.clauses),
    )


def _proposal(
    clause: ClauseView,
    version: VersionView,
    parties: tuple[Actor, ...],
    tiers: Mapping[UUID, Tier],
) -> Proposal:
    deciding = [party for party in version.needed or version.parties if party.sector.signs]
    deciding += [
        party
        for party in (clause.debtor, *clause.creditors)
        if party.sector.signs and party.id not in {each.id for each in deciding}
    ]
    funding = NOT_STATED if clause.resources is Resources.NOT_STATED else Funding(clause.resources.value)
    made = Proposal(
        f"C{clause.number}",
        clause.text,
        Kind.COMMITMENT,
        affected=tuple(_actor(party, tiers) for party in clause.creditors),
        decided_by=tuple(_actor(party, tiers) for party in deciding),
        parties=parties,
        duties=(Duty(clause.text, (_actor(clause.debtor, tiers),), funding=funding),),
    )
    heard = any(ground.kind.is_heard for ground in clause.grounds)
    residents = (Actor("those who took part in the conversation", Sector.RESIDENTS),)
    return replace(made, consultation_held=residents) if heard else made


def _actor(party: PartyView, tiers: Mapping[UUID, Tier]) -> Actor:
    return Actor(party.name, party.sector, tiers.get(party.place, NOT_STATED))
