"""How links, papers and signatures stand today: what writes and pages both ask. Part of `reads`."""

import hashlib
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from covenant.agree import signing_rules as rules
from covenant.agree.models import Signature, Version
from covenant.agree.shaping import parties
from covenant.agree.signing_models import Link, Paper, Pause, Telling
from covenant.agree.signing_types import LinkState
from covenant.agree.types import VersionState
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound, PartyView


def link_of(token: str) -> Link:
    """The link with this token, read with all that a page says of it.

    Raises
    ------
    NotFound
        Where there is none: a forged token is like one that was forgotten.
    """
    rows = Link.objects.select_related("ask", "party", "mandate", "user", "version__covenant")
    row = rows.filter(token_hash=hash_of(token)).first()
    if row is None:
        raise NotFound("There is no such link. It was copied in part, or it is older than we keep links.")
    return row


def state_of(link: Link, today: date) -> LinkState:
    """Whether a link can be used today, and if not, why."""
    return rules.link_state(
        used=link.used_at is not None,
        replaced=link.replaced_at is not None,
        expires=link.expires,
        today=today,
        hash=link.hash,
        version_hash=link.version.hash,
        version_state=VersionState(link.version.state),
        answer_by=link.version.answer_by,
        answered=has_answered(version=link.version_id, party=link.party_id),
        mandated=speaking(user=link.user_id, party=link.party_id).mandate_for(link.party_id, today)
        is not None,
    )


def hash_of(token: str) -> str:
    """What is kept of a token: it has 256 bits by chance, so a hash without salt tells nobody anything."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def has_answered(*, version: UUID, party: UUID) -> bool:
    """Whether a party has signed or refused a version."""
    row = Version.objects.get(id=version)
    return row.signatures.filter(party=party).exists() or row.refusals.filter(party=party).exists()


def running_pause(*, version: UUID, party: UUID, today: date) -> date | None:
    """The day on which the trustees of a party meet, while that is still ahead."""
    rows = Pause.objects.filter(version=version, party=party, meets__gte=today)
    return rows.values_list("meets", flat=True).first()


def speaking(*, user: UUID, party: UUID, mandate: UUID | None = None) -> Actor:
    """Somebody as far as they may speak for one party, and in nothing else: what a link or a paper bears.

    Without a mandate today, with a closed account or after their erasure they may do nothing.
    """
    held = places.actor(user).mandates
    return Actor(user, mandates=tuple(m for m in held if m.party == party and mandate in (None, m.id)))


def first_signatures(*, only: bool = False) -> QuerySet[Signature]:
    """Every signature, with `is_first`: whether it is the first that this person gave for this body.

    `only` leaves out those that are not. One that the body disowned is as if it had not been given.
    """
    standing = Q(telling=None) | Q(telling__disowned_at=None)
    earlier = Exists(
        Signature.objects.filter(
            standing, party=OuterRef("party"), user=OuterRef("user"), at__lt=OuterRef("at")
        )
    )
    rows = Signature.objects.annotate(is_first=~earlier)
    return rows.exclude(earlier) if only else rows


def check_not_disowned(*, mandate: UUID) -> None:
    """Raise where a body disowned what was signed under a mandate."""
    rules.check_not_disowned(Telling.objects.filter(mandate=mandate).exclude(disowned_at=None).exists())


def telling_of(token: str) -> Telling:
    """What a body was told by the link with this token.

    Raises
    ------
    NotFound
        Where there is none.
    """
    rows = Telling.objects.select_related("ask", "party", "mandate", "user", "version__covenant")
    row = rows.filter(token_hash=hash_of(token)).first()
    if row is None:
        raise NotFound("There is no such link. It was copied in part, or it is older than we keep links.")
    return row


def checkers_of(*, paper: Paper) -> list[PartyView]:
    """The parties of another side that may countersign a paper."""
    there = {p.id: p for p in (*paper.version.parties.all(), *paper.version.needed.all())}
    views = parties(there.values())
    own = next((p for p in views if p.id == paper.party_id), None) or parties([paper.party])[0]
    return rules.checkers(own, views)
