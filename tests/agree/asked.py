"""A covenant that waits for answers, and the mail with the links that are sent about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.test import Client

from covenant.agree import actions, posting
from covenant.agree.models import Version
from covenant.agree.signing_models import Link, Telling
from covenant.agree.signing_types import Capacity, CapacitySaid, Reply
from covenant.agree.standing import hash_of
from covenant.place import reads as places
from tests.personas import NOW, World, draft, signed_in

LINK = re.compile(r"http://[^/\s]+(/covenants/(?:by-link|told)/([\w-]{43})/)")
VERSION = "/covenants/our-covenant/versions/1/"
ITSELF = {"reply": "sign", "capacity": "itself"}


def shown(world: World, slug: str = "our-covenant", *, debtor: str = "charity") -> tuple[UUID, str]:
    """A version that the council and the charity are asked to sign: its id and its hash."""
    version = draft(world, slug=slug, debtor=debtor)
    return version, actions.propose(by=world.actor("convenor"), version=version, at=NOW)


def mandate(world: World, party: str, person: str = "") -> UUID:
    """Of somebody who speaks for a party, by their name."""
    name = (person or party).title()
    held = places.mandates(parties=[world.parties[party]])
    return next(each.id for each in held if each.person == name)


def ask(world: World, version: UUID, party: str = "charity", *, at: datetime = NOW) -> UUID:
    """The convenor asks whoever speaks for a party, and the mail is sent."""
    convenor = world.actor("convenor")
    id = actions.ask_to_sign(by=convenor, version=version, mandate=mandate(world, party), at=at)
    posting.send_due(at)
    return id


def link_in(mails: Sequence[EmailMessage]) -> str:
    """The path in the newest mail."""
    found = LINK.search(str(mails[-1].body))
    assert found, mails[-1].body
    return found[1]


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.content[-1500:]
    return answer.content.decode()


def words(html: str) -> str:
    """What a reader reads, without the marks of HTML, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def version_page(world: World, who: str = "public", path: str = VERSION) -> str:
    return words(page(signed_in(world, who), path))


@dataclass(frozen=True)
class Waiting:
    """A covenant that the council has signed, and was told so; the charity's answer is there on paper."""

    version: UUID
    hash: str
    paper: UUID
    link: str  # the token with which the charity answers
    told: str  # and the one with which the council disowns


def waiting(world: World, slug: str = "asked") -> Waiting:
    """Make it, with tokens that are known: no mail is sent."""
    version, hash = shown(world, slug)
    convenor, charity, council = world.actor("convenor"), mandate(world, "charity"), world.parties["council"]
    actions.record_contact(
        by=convenor,
        covenant=Version.objects.get(id=version).covenant_id,
        party=council,
        address="clerk@council.example",
        found="The register of councils",
        at=NOW,
    )
    actions.sign(by=world.actor("council"), version=version, party=council, hash=hash, at=NOW)
    actions.tell_due(at=NOW)
    told, link = "t" * 43, "l" * 43
    until = NOW.date() + timedelta(days=10)
    Telling.objects.update(token_hash=hash_of(told), sent_at=NOW, until=until)
    id = actions.ask_to_sign(by=convenor, version=version, mandate=charity, at=NOW)
    Link.objects.filter(id=id).update(token_hash=hash_of(link), sent_at=NOW)
    paper = actions.record_paper(
        by=convenor,
        version=version,
        mandate=charity,
        reply=Reply.SIGN,
        said=CapacitySaid(Capacity.ITSELF),
        signed_on=NOW.date(),
        kept_at="The office",
        at=NOW,
    )
    return Waiting(version, hash, paper, link, told)
