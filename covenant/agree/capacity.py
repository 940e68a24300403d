"""Writes: consent with the capacity in which it is given, and by which way. Reached through `actions`."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from covenant.agree import signing_rules as rules
from covenant.agree.consenting import sign
from covenant.agree.models import Signature
from covenant.agree.signing_models import SignedAs
from covenant.agree.signing_types import CapacitySaid, Way
from covenant.agree.types import VersionState
from covenant.place.types import Actor
from covenant.record.actions import append, writing


def sign_as(
    *,
    by: Actor,
    version: UUID,
    party: UUID,
    hash: str,
    said: CapacitySaid | None,
    way: Way = Way.SIGNED_IN,
    paper: UUID | None = None,
    refusing: Mapping[str, str] | None = None,
    at: datetime,
) -> VersionState:
    """Consent for a party, as `sign` does, and say for whom: for itself, or for members who were asked.

    Signing again changes nothing, and what was said of the capacity at first stands.

    Parameters
    ----------
    said
        None where nobody stated it, which the page then says.
    paper
        The paper that was countersigned, where it came in so.
    """
    rules.check_capacity(said)
    with writing():
        there = Signature.objects.filter(version=version, party=party).exists()
        state = sign(by=by, version=version, party=party, hash=hash, refusing=refusing, at=at)
        if there or (said is None and way is Way.SIGNED_IN):
            return state
        row = Signature.objects.get(version=version, party=party)
        SignedAs.objects.create(
            signature=row,
            capacity=said.capacity if said else "",
            asked=said.asked if said else None,
            answered=said.answered if said else None,
            how=said.how.strip() if said else "",
            way=way,
            paper_id=paper,
        )
        body: dict[str, object] = {"party": str(party), "way": way.value}
        if said:
            body["capacity"] = said.capacity.value
        if said and said.asked is not None:
            body |= {"asked": said.asked, "answered": said.answered}
        words = {"how": said.how.strip()} if said and said.how.strip() else None
        append(kind="signature.capacity", subject=version, body=body, sealed=words, at=at)
    return state
