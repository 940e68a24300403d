"""A covenant as a file of the Open Covenant Standard. Part of `reads`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.agree import moves, reads
from covenant.agree.formats.checking import schema
from covenant.agree.formats.standard import FORMAT, filled, party_said, words_said
from covenant.agree.models import Covenant
from covenant.agree.types import CovenantView, DepartureView, SignatureView, SuccessionView, VersionView
from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import PUBLIC, Actor, NotAllowed, NotFound, PartyView, PlaceView, day_of

EVERY = range(1_000_000)  # the number of any version


def covenant_file(
    slug: str,
    *,
    asked_by: Actor = PUBLIC,
    today: date,
    at: datetime | None = None,
    names: bool = False,
    drafts: bool = False,
) -> dict[str, Any]:
    """A covenant with all its versions that were shown for signing, as a file; a fixed number of queries.

    Parameters
    ----------
    at
        When the file is made, where it says so.
    names
        Whether the persons who signed are named: for a convenor of the place alone.
    drafts
        Whether drafts that the actor may see are in it too.
    """
    found = reads.covenant(slug, asked_by=asked_by if drafts else PUBLIC, today=today, also=EVERY)
    if names and not can_convene(asked_by, found.place):
        raise NotAllowed("Only a convenor of this place can take along who signed by name.")
    place = places.places(ids=[found.place])[0]
    left, succeeded = moves.departures(found.id, None), moves.successions(found.id)
    named = {party.id: party for party in _named(found, left, succeeded)}
    return {
        "format": FORMAT,
        **filled(made=at.replace(microsecond=0) if at else None),
        "place": _place(place),
        "parties": [_party(named[id]) for id in sorted(named)],
        "covenant": {
            "id": str(found.id),
            "title": found.title,
            "versions": [_version(each, found.title, names) for each in reversed(found.versions)],
            **filled(
                departures=[_departure(each) for each in reversed(left)],
                successions=[_succession(each) for each in reversed(succeeded)],
            ),
        },
    }


def place_of(slug: str) -> UUID:
    """The place of a covenant, whoever may see which of its versions: for whoever runs the machine."""
    found = Covenant.objects.filter(slug=slug).values_list("place_id", flat=True).first()
    if found is None:
        raise NotFound("There is no covenant at this address.")
    return found


def _place(place: PlaceView) -> dict[str, Any]:
    return filled(name=place.name, tier=place.tier.value, gss=place.gss)


def _party(party: PartyView) -> dict[str, Any]:
    """A party, with its identifier where it is one of org-id."""
    pattern = schema()["$defs"]["party"]["properties"]["identifiers"]["items"]["pattern"]
    return party_said(party, [party.org_id] if re.search(pattern, party.org_id) else [])


def _named(
    covenant: CovenantView, left: list[DepartureView], succeeded: list[SuccessionView]
) -> Iterator[PartyView]:
    """Every party that anything in the covenant names."""
    for version in covenant.versions:
        yield from (*version.parties, *version.needed)
        yield from (signature.party for signature in version.signatures)
        yield from (party for party, _reason in version.refusals)
        yield from (refused.party for refused in version.refused_parts)
        yield from (party for clause in version.clauses for party in clause.named)
        if version.author:
            yield version.author
    yield from (each.party for each in left)
    yield from (party for each in succeeded for party in (each.old, each.new))


def _version(version: VersionView, title: str, names: bool) -> dict[str, Any]:
    refusals = [filled(party=party.id, reason=reason) for party, reason in version.refusals]
    refusals += [
        filled(party=each.party.id, part=each.key, reason=each.reason) for each in version.refused_parts
    ]
    return {
        "number": version.number,
        "state": version.state.value,
        **filled(hash=version.hash),
        **words_said(reads.content(title, version)),
        **filled(
            why=version.why,
            author=version.author.id if version.author else None,
            base=version.base,
            counters=version.counters,
            settles=version.settles,
            came_by=version.came_by,
            answer_by=version.answer_by,
            proposed_at=version.proposed_at,
            in_force_at=version.in_force_at,
            ended_at=version.ended_at,
            needed=_ids(version.needed),
            signatures=[_signature(each, names) for each in version.signatures],
            refusals=refusals,
        ),
    }


def _ids(parties: tuple[PartyView, ...]) -> list[str]:
    return [str(party.id) for party in parties]


def _signature(signature: SignatureView, names: bool) -> dict[str, Any]:
    return filled(
        party=signature.party.id,
        office=signature.office,
        given_by=signature.given_by,
        capacity=signature.capacity,
        date=day_of(signature.at),
        hash=signature.hash,
        person=signature.person if names else "",
    )


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _departure(left: DepartureView) -> dict[str, Any]:
    return filled(
        party=left.party.id,
        reason=left.reason,
        given=day_of(left.given_at),
        leaves=left.leaves,
        done=_day(left.done_at),
    )


def _succession(each: SuccessionView) -> dict[str, Any]:
    return filled(
        old=each.old.id,
        new=each.new.id,
        basis=each.basis,
        source=each.source,
        takes_effect=each.takes_effect,
        accepted=_day(each.accepted_at),
        done=_day(each.done_at),
    )
