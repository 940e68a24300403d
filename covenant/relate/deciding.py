"""Writes in the forum: what is put to a vote, and votes. Reached through `actions`."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.relate import models, reads, rules
from covenant.relate.seats import acting, told
from covenant.relate.types import Agreement, Forum

LONGEST = timedelta(days=90)


def propose_decision(
    *, by: Actor, agreement: UUID, member: UUID, matter: str, text: str, closes: date, at: datetime
) -> int:
    """Put something to the forum, on one of its matters and never on a reserved one; returns its number.

    It is voted on until the end of a day, under the rule and the quorum of the version that is active now.
    """
    if not text.strip():
        raise NotPossible("Say what would be decided.")
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        forum = _forum(found, member)
        given = acting(by, found, member, at)
        rules.check_matter(forum, matter)
        if not day_of(at) <= closes <= day_of(at) + LONGEST:
            raise NotPossible(f"Votes are taken until a day from today to {LONGEST.days} days from now.")
        last = models.Decision.objects.filter(agreement=agreement).aggregate(Max("number"))["number__max"]
        row = models.Decision.objects.create(
            agreement_id=agreement,
            version_id=found.shown.id,
            number=(last or 0) + 1,
            matter=" ".join(matter.split()),
            text=text.strip(),
            closes=closes,
            **given,
        )
        body = {"number": row.number, "closes": closes.isoformat(), **told(row)}
        said = {"matter": row.matter, "text": row.text}
        append(kind="relation.decision_proposed", subject=agreement, body=body, sealed=said, at=at)
    return row.number


def _forum(found: Agreement, member: UUID) -> Forum:
    rules.check_in_force(found)
    rules.check_bound(member, found)
    forum = found.shown.words.forum
    if str(member) not in forum.members:
        raise NotAllowed("Only those who sit in the forum can do this.")
    return forum


def vote(*, by: Actor, agreement: UUID, number: int, member: UUID, yes: bool, at: datetime) -> None:
    """Vote as a member of the forum, once; whoever votes again changes nothing.

    The record is told that a member voted, and never how.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        forum = _forum(found, member)
        given = acting(by, found, member, at)
        row = models.Decision.objects.filter(agreement=agreement, number=number).first()
        if row is None:
            raise NotFound("Nothing with this number was put to the forum.")
        rules.check_matter(forum, row.matter)
        if day_of(at) > row.closes:
            raise NotPossible("Votes on this were taken until an earlier day.")
        if row.ballots.filter(member=member).exists():
            return
        ballot = models.Ballot.objects.create(decision=row, yes=yes, **given)
        body = {"number": number, **told(ballot)}
        append(kind="relation.voted", subject=agreement, body=body, at=at)
