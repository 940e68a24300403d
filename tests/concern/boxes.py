"""A covenant in force whose scrutineer has a key, and concerns on their way, for the tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from covenant.agree.models import Version
from covenant.concern import actions, codes, models, reads
from covenant.concern.types import CaseView, Rung
from covenant.place.types import Actor
from tests import personas
from tests.personas import NOW, World

PASSPHRASE = "seven quiet herons under slate"
HAPPENED, RIGHT = "We were told that our grant hangs on our silence", "Say in writing that it does not"


@dataclass
class Boxed:
    """The covenant between the council and the charity, with a key of its scrutineer."""

    world: World
    version: UUID
    covenant: UUID
    slug: str
    key: UUID
    raised: int = 0

    @property
    def scrutineer(self) -> Actor:
        return self.world.actor("scrutineer")

    def raise_one(self, *, at: datetime = NOW, **words: Any) -> bytes:
        """Raise one in confidence; returns what its code says."""
        self.raised += 1
        said = {"token": bytes(15) + bytes([self.raised]), "happened": HAPPENED, "right": RIGHT, **words}
        return codes.read(actions.raise_concern(covenant=self.covenant, safe=True, at=at, **said))

    def id_of(self, code: bytes) -> UUID:
        return models.Concern.objects.get(code=codes.kept(code)).id

    def admitted(self, *, parties: tuple[str, ...] = ("council",), at: datetime = NOW, **words: Any) -> bytes:
        code = self.raise_one(at=at, **words)
        ids = [self.world.parties[party] for party in parties]
        actions.admit(by=self.scrutineer, concern=self.id_of(code), parties=ids, at=at)
        return code

    def offer(
        self, code: bytes, statement: str = "A grant is said to hang on silence.", at: datetime = NOW
    ) -> UUID:
        """Offer the next rung; returns the step that was offered to this code."""
        actions.offer(by=self.scrutineer, concern=self.id_of(code), statement=statement, checked=True, at=at)
        offer = self.case(code, at).offer
        assert offer is not None
        return offer.id

    def climb(self, code: bytes, at: datetime = NOW) -> Rung:
        """Offer, consent and climb."""
        actions.consent(code=code, step=self.offer(code, at=at), at=at)
        return actions.climb(by=self.scrutineer, concern=self.id_of(code), at=at)

    def to(self, code: bytes, rung: Rung, at: datetime = NOW) -> None:
        while self.climb(code, at) is not rung:
            pass

    def opened(
        self, concern: UUID, passphrase: str = PASSPHRASE, who: str = "scrutineer", at: datetime = NOW
    ) -> Any:
        actor, today = self.world.actor(who), at.date()
        return reads.opened(
            concern, covenant=self.covenant, passphrase=passphrase, asked_by=actor, today=today
        )

    def case(self, code: bytes, at: datetime = NOW) -> CaseView:
        return reads.case(code, today=at.date())

    def counts(self, at: datetime = NOW) -> Any:
        return reads.public_counts(self.covenant, today=at.date())


def make_box(world: World, slug: str = "our-covenant") -> Boxed:
    version = personas.draft(world, slug=slug)
    personas.sign_all(world, version)
    covenant = Version.objects.get(id=version).covenant_id
    personas.appoint(world, covenant)
    key = actions.make_key(
        by=world.actor("scrutineer"), covenant=covenant, passphrase=PASSPHRASE, again=PASSPHRASE, at=NOW
    )
    return Boxed(world, version, covenant, slug, key)


def days(n: int) -> datetime:
    return NOW + timedelta(days=n)
