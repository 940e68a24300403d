"""A version of a covenant, read as a programme of commitments: the same rules ask of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from covenant.agree.types import ClauseView, Resources, VersionView
from covenant.place.types import PartyView, Sector, Tier
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    Funding,
    Heard,
    Kind,
    NotStated,
    Programme,
    Proposal,
)

HEARD = Actor("those who took part in the conversation", Sector.RESIDENTS)


@dataclass(frozen=True)
class Around:
    """What stands around a version on a day: the tiers of its places, what was heard, what was reported."""

    tiers: Mapping[UUID, Tier]
    as_of: date | NotStated = NOT_STATED
    heard: tuple[Heard, ...] | NotStated = NOT_STATED
    last_reported: Mapping[UUID, date] = field(default_factory=dict)  # by commitment; absent: never
    ended: Mapping[UUID, date] = field(default_factory=dict)  # reported as done, or as not to be done


def programme(title: str, version: VersionView, around: Around) -> Programme:
    """What a version states, in the referee's terms; the rest is not stated.

    Who decides is known: a commitment is in force only with the consent of those who owe it and are owed it,
    and of every other party that the version affects. They decide about it even where this version leaves it
    as it was and so does not ask them again. Residents sign nothing, so they are not among them.

    A covenant here holds all of its commitments, with what each answers: so it rules out that one answers
    anything else, or returns a promise that is not in it. Who first thought of a commitment, who controls
    the money, who may opt out and when the whole is reviewed is not kept yet, so it is not stated.
    """
    parties = tuple(_actor(party, around) for party in version.parties)
    return Programme(
        title=f"{title}, version {version.number}",
        source=version.hash or NOT_STATED,
        proposals=tuple(_proposal(clause, version, parties, around) for clause in version.clauses),
        heard=around.heard,
        as_of=around.as_of,
    )


def conversations(version: VersionView) -> set[UUID]:
    """The conversations that a version answers: those from which it cites a statement."""
    return {
        UUID(ground.citation["conversation"]["id"])
        for clause in version.clauses
        for ground in clause.grounds
        if ground.kind.is_heard
    }


def _proposal(
    clause: ClauseView, version: VersionView, parties: tuple[Actor, ...], around: Around
) -> Proposal:
    debtor = _actor(clause.debtor, around)
    resources = clause.resources
    stated = resources is not Resources.NOT_STATED
    funding = Funding(resources.value) if stated else NOT_STATED
    answers = tuple(str(ground.statement) for ground in clause.grounds if ground.kind.is_heard)
    rests_on = [f"{ground.text} ({ground.source})" for ground in clause.grounds if not ground.kind.is_heard]
    return Proposal(
        f"C{clause.number}",
        clause.text,
        Kind.COMMITMENT,
        decided_by=_deciding(clause, version, around),
        affected=tuple(_actor(party, around) for party in clause.creditors),
        parties=parties,
        consultation_held=(HEARD,) if answers else NOT_STATED,
        duties=(Duty(clause.text, (debtor,), funding=funding),),
        owner=(debtor,),
        deadline=clause.due.isoformat(),
        measure=clause.measure,
        money=resources.label if stated else NOT_STATED,
        outcomes=(clause.outcome,) if clause.outcome else NOT_STATED,
        reciprocal_of=(),
        answers=answers,
        rests_on="; ".join(rests_on),
        due=clause.due,
        last_reported=around.last_reported.get(clause.commitment),
        ended=around.ended.get(clause.commitment),
    )


def _deciding(clause: ClauseView, version: VersionView, around: Around) -> tuple[Actor, ...]:
    deciding = [party for party in version.needed or version.parties if party.sector.signs]
    deciding += [
        party
        for party in (clause.debtor, *clause.creditors)
        if party.sector.signs and party.id not in {each.id for each in deciding}
    ]
    return tuple(_actor(party, around) for party in deciding)


def _actor(party: PartyView, around: Around) -> Actor:
    return Actor(party.name, party.sector, around.tiers.get(party.place, NOT_STATED))
