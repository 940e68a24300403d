"""Conversations for the tests, made through the same actions as real ones."""

import random
from datetime import UTC, datetime
from uuid import UUID

from django.test import Client

from covenant.listen import actions
from covenant.listen.models import Exposure
from covenant.listen.types import Vote
from covenant.place.models import User
from tests.personas import World

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TEXTS = [f"The bus number {n} should run on Sundays" for n in range(1, 7)]


def talk(world: World, *, texts: list[str] | None = None, slug: str = "buses", **more: object) -> UUID:
    """An open conversation in the world's place."""
    return actions.open_conversation(
        by=world.actor("convenor"),
        place=world.place,
        title="Buses on Sundays",
        slug=slug,
        introduction="What should run?\n\nWe decide in May.",
        statements=TEXTS if texts is None else texts,
        at=NOW,
        **more,
    )


def crowd(conversation: UUID, *, people: int = 40, seed: int = 1) -> None:
    """People of two camps answer every statement: all agree with the first, and differ on the rest."""
    rng = random.Random(seed)
    for person in range(people):
        part = actions.start(conversation=conversation, at=NOW, rng=rng)
        exposure = part.exposure
        while exposure is not None:
            number = Exposure.objects.values_list("statement__number", flat=True).get(id=exposure)
            value = Vote.AGREE if number == 1 or (person + number) % 2 else Vote.DISAGREE
            exposure = actions.answer(
                participant=part.participant, exposure=exposure, value=value, at=NOW, rng=rng
            ).exposure


def client(world: World, who: str, **more: object) -> Client:
    """A browser in which somebody is signed in; "public" is nobody."""
    browser = Client(**more)
    if who != "public":
        browser.force_login(User.objects.get(id=world.people[who]))
    return browser
