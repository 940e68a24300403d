"""What the house stands in before it is tortured: a place, parties that may sign, a conversation.

`python -m tests.torture.scene` makes it in an empty `COVENANT_HOME` and prints what the load needs to know.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

SLUG = "torture"
STATEMENTS = 12
PROPOSED = 80  # covenants that wait for signatures: each is signed once over HTTP for each of two parties


@dataclass(frozen=True)
class Scene:
    """Ids, as text."""

    place: str
    conversation: str
    convenor: str
    parties: tuple[str, str]
    signers: tuple[str, str]  # the people who sign for them
    sessions: tuple[str, str]  # cookies of theirs
    proposed: tuple[tuple[str, str, str], ...]  # slug, version, hash


def load(text: str) -> Scene:
    told: dict[str, Any] = json.loads(text)
    return Scene(**{name: tuple(map(tuple, value)) if name == "proposed" else value
                    for name, value in told.items()})  # fmt: skip


def make() -> Scene:
    """Migrate an empty database and fill it, by the same actions as real ones."""
    from django.core.management import call_command
    from django.utils import timezone

    from covenant.listen import actions as listen
    from covenant.place import actions, reads
    from covenant.place.types import Role, Sector, Tier
    from covenant.record.actions import writing

    call_command("migrate", verbosity=0)
    now = timezone.now()
    starts, ends = now.date() - timedelta(days=30), now.date() + timedelta(days=300)
    with writing():
        place = actions.add_place(name="Torture", slug=SLUG, tier=Tier.DISTRICT, at=now)
        person = actions.grant(by=None, email="convenor@torture.example", name="Convenor",
                               role=Role.CONVENOR, place=place, at=now)  # fmt: skip
        convenor = reads.actor(person)
        parties = []
        for name, sector, kind in (
            ("Council of Torture", Sector.STATE, "district council"),
            ("Friends of Torture", Sector.CIVIL_SOCIETY, "charity"),
            ("Residents of Torture", Sector.RESIDENTS, ""),
        ):
            slug = name.split()[0].lower()
            party = actions.add_party(
                by=convenor, place=place, name=name, slug=slug, sector=sector, kind=kind, at=now
            )
            parties.append(party)
            if sector.signs:
                actions.give_mandate(
                    by=convenor, party=party, email=f"{slug}@torture.example", name=slug.title(),
                    office="Chair", given_by="Resolution", starts=starts, ends=ends, at=now,
                )  # fmt: skip
        conversation = listen.open_conversation(
            by=convenor, place=place, title="What hurts", slug=SLUG, introduction="Say what hurts.",
            statements=[f"Pain number {n} should be taken away" for n in range(STATEMENTS)], at=now,
        )  # fmt: skip
        signers = [_person(f"{slug}@torture.example") for slug in ("council", "friends")]
        scene = Scene(str(place), str(conversation), str(person), tuple(map(str, parties[:2])),
                      tuple(map(str, signers)), tuple(map(_session, signers)), ())  # fmt: skip
        waiting = tuple(propose(scene, f"waiting-{n}") for n in range(PROPOSED))
    return Scene(**{**asdict(scene), "proposed": waiting})


def _person(email: str) -> Any:
    from covenant.place.models import User

    return User.objects.get(email=email).id


def _session(user: Any) -> str:
    """A signed-in browser's cookie, made without one."""
    from django.test import Client

    from covenant.place.models import User

    client = Client()
    client.force_login(
        User.objects.get(id=user), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client.cookies["sessionid"].value


def propose(scene: Scene, slug: str) -> tuple[str, str, str]:
    """A covenant that is shown for signing: its slug, its version, the hash of the version."""
    from uuid import UUID

    from django.utils import timezone

    from covenant.agree import actions as agree
    from covenant.agree.types import GroundKind
    from covenant.place import reads
    from covenant.place.types import Tier

    now, convenor = timezone.now(), reads.actor(UUID(scene.convenor))
    parties = [UUID(party) for party in scene.parties]
    version = agree.start_covenant(
        by=convenor, place=UUID(scene.place), title=slug, slug=slug, purpose="To ease pain.",
        parties=parties, at=now,
    )  # fmt: skip
    clause = agree.word_clause(
        by=convenor, version=version, debtor=parties[0], creditors=[parties[1]], text="Ease the pain",
        measure="Pains eased, counted", due=now.date() + timedelta(days=90), tier=Tier.DISTRICT,
        outcome="Less pain",
    )  # fmt: skip
    agree.cite_source(
        by=convenor, version=version, clause=clause, kind=GroundKind.NEED, text="It hurts", source="Survey"
    )
    return slug, str(version), agree.propose(by=convenor, version=version, at=now)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(asdict(make())))
